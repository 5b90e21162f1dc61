"""Who may do what with a proposal. Everybody of both sides reads them, as they read the agreement."""

from __future__ import annotations

from giao.kernel.engagements.access import Place, may_export, may_replay
from giao.steps.agree.contracts.access import others_who_may_accept, side_of

__all__ = ["may_act", "may_export", "may_replay", "others_who_may_accept", "side_of"]


def may_act(place: Place) -> bool:
    """Propose, counter, accept, decline, withdraw, write: the managers of either side."""
    return side_of(place) is not None
