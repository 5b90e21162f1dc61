"""Who may do what while a month is closed. Both sides see everything of their engagement."""

from __future__ import annotations

from giao.kernel.engagements.access import MANAGERS, Place, Side, may_close_month, may_export

__all__ = ["may_act", "may_close_month", "may_export", "side_of"]


def side_of(place: Place) -> Side | None:
    """The side for which a person acts: the client's where they stand on both, none for an onlooker."""
    if not place.roles.isdisjoint(MANAGERS):
        for side in ("client", "vendor"):
            if side in place.sides:
                return side
    return None


def may_act(place: Place) -> bool:
    """Review, dispute, ask for exclusions: the managers of either side."""
    return side_of(place) is not None
