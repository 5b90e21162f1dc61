"""Who can answer for a side of an engagement."""

from __future__ import annotations

from typing import Literal

from giao.kernel.engagements.access import MANAGERS
from giao.kernel.engagements.models import Engagement
from giao.kernel.engagements.scoping import everywhere
from giao.kernel.parties.models import Membership, User

Party = Literal["client", "vendor"]
PARTIES: tuple[Party, Party] = ("client", "vendor")


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
