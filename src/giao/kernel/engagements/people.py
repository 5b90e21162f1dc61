"""Who can answer for a side of an engagement, and who of an organisation works on it."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from giao.kernel.engagements.access import MANAGERS, Place
from giao.kernel.engagements.models import Engagement
from giao.kernel.engagements.scoping import everywhere
from giao.kernel.parties.models import Membership, Role, User

Party = Literal["client", "vendor"]
PARTIES: tuple[Party, Party] = ("client", "vendor")


WORKERS = (*MANAGERS, Role.TEAM_LEAD, Role.AGENT)
"""Who can have a case or an alarm in hand."""


def managing_side(place: Place) -> Party | None:
    """The side for which a manager acts: the client's where they stand on both; None for who manages neither."""
    if not place.roles.isdisjoint(MANAGERS):
        return next((side for side in PARTIES if side in place.sides), None)
    return None


def workers_of(organisation: UUID) -> list[User]:
    """Who of an organisation can have work in hand and can sign in, by name."""
    members = Membership.objects.filter(organisation=organisation, role__in=WORKERS, user__is_active=True)
    return list(User.objects.filter(pk__in=members.values("user")).order_by("name", "pk"))


def other_party(side: Party) -> Party:
    return "vendor" if side == "client" else "client"


def managers_of(engagement: Engagement, side: Party | str) -> list[User]:
    """The managers of one side who can sign in, by name. Nobody is found through a switched-off account."""
    organisation = engagement.client_id if side == "client" else engagement.vendor_id
    with everywhere("who can answer for the other side"):
        rows = Membership.objects.filter(
            organisation=organisation, role__in=MANAGERS, user__is_active=True
        ).values("user")
        return list(User.objects.filter(pk__in=rows).order_by("name", "pk"))
