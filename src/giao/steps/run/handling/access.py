"""Who hands cases out, who nudges the other side, and who answers."""

from __future__ import annotations

from uuid import UUID

from giao.kernel.engagements.access import MANAGERS, Place, may_export
from giao.kernel.engagements.models import Engagement
from giao.kernel.engagements.people import WORKERS
from giao.kernel.parties.models import Role
from giao.steps.run.handling.models import Side

__all__ = ["may_assign", "may_export", "may_nudge", "organisation_of", "side_of"]


def side_of(place: Place) -> Side | None:
    """The side a person speaks for; the client's for somebody who stands on both."""
    if "client" in place.sides:
        return Side.CLIENT
    return Side.VENDOR if "vendor" in place.sides else None


def may_assign(place: Place) -> bool:
    """Take a case, or give it to somebody of one's own side."""
    return side_of(place) is not None and not place.roles.isdisjoint(WORKERS)


def may_nudge(place: Place) -> bool:
    """Ask the other side, and answer it: an agent does so by the team lead."""
    return side_of(place) is not None and not place.roles.isdisjoint((*MANAGERS, Role.TEAM_LEAD))


def organisation_of(engagement: Engagement, side: Side) -> UUID:
    found: UUID = engagement.client_id if side == Side.CLIENT else engagement.vendor_id
    return found
