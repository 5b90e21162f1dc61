"""Who may see what on these pages. The engagement itself is found by `standing_for`: a stranger never gets here.

Every member of the engagement reads these pages. Personal data of cases is masked for everybody, in lists, searches,
exports and explanations alike, until a person unmasks one field or one case with a reason (`kernel.engagements.unmasking`).
"""

from __future__ import annotations

from giao.kernel.engagements.access import may_export, may_unmask

__all__ = ["may_export", "may_unmask"]
