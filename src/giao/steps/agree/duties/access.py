"""Who may record what. Both sides see every duty and every fact, as they see the numbers that follow from them."""

from __future__ import annotations

from giao.kernel.engagements.access import Place, may_export
from giao.steps.agree.contracts.access import side_of

__all__ = ["may_export", "may_record", "owes", "side_of"]


def may_record(place: Place) -> bool:
    """Facts, files of facts, notice: the managers of either side."""
    return side_of(place) is not None


def owes(place: Place, by: str) -> bool:
    """A duty is said to be done by a manager of the side that owes it; one of both sides by either."""
    side = side_of(place)
    return side is not None and (by == "both" or by in place.sides)
