"""Who may do what here. The engagement itself is found by `standing_for`: a stranger never gets here."""

from __future__ import annotations

from giao.kernel.engagements.access import may_change_agreement, may_replay

__all__ = ["may_change_agreement", "may_replay"]
