"""Who may see what on these pages. The engagement itself is found by `standing_for`: a stranger never gets here.

Every member of the engagement reads these pages. Personal data of cases is shown as it is to managers; analyst, auditor
and administrator see it masked, in lists, searches, exports and explanations alike.
"""

from __future__ import annotations

from giao.kernel.engagements.access import may_export, may_see_personal

__all__ = ["may_export", "may_see_personal"]
