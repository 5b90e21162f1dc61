"""Who may see what here. The engagement itself is found by `standing_for`: a stranger never gets here.

Both sides see every statement of their engagement; files are for those who may export.
"""

from __future__ import annotations

from giao.kernel.engagements.access import may_export

__all__ = ["may_export"]
