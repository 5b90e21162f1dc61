"""Who may do what while a month is closed. Both sides see everything of their engagement."""

from __future__ import annotations

from giao.kernel.engagements.access import Place, may_close_month, may_export
from giao.kernel.engagements.people import managing_side

__all__ = ["may_act", "may_close_month", "may_export", "side_of"]


side_of = managing_side


def may_act(place: Place) -> bool:
    """Review, dispute, ask for exclusions: the managers of either side."""
    return side_of(place) is not None
