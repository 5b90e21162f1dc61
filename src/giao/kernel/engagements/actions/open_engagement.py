"""Open an engagement between a client and a vendor."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.db import transaction
from django.utils.text import slugify

from giao.kernel.audit.record import record_act
from giao.kernel.engagements.errors import EngagementError
from giao.kernel.engagements.models import Engagement
from giao.kernel.engagements.scoping import everywhere
from giao.kernel.parties.models import Organisation, User


def open_engagement(
    name: str,
    client: Organisation,
    vendor: Organisation,
    *,
    zone: str = "UTC",
    slug: str = "",
    as_of: datetime | None = None,
    owner: User | None = None,
    actor: User | None = None,
    steps: dict[str, str] | None = None,
) -> Engagement:
    """A new engagement. Raises EngagementError when the zone is unknown, the parties are one, or the slug is taken."""
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError):
        raise EngagementError(f"zone {zone!r} is not known; write it as Asia/Ho_Chi_Minh") from None
    if client.pk == vendor.pk:
        raise EngagementError("client and vendor are the same organisation; an engagement has two parties")
    address = slug or slugify(name) or "engagement"
    with (
        transaction.atomic(),
        everywhere("a new engagement is in nobody's sight yet, and addresses are everybody's"),
    ):
        if Engagement.objects.filter(slug=address).exists():
            raise EngagementError(f"the address {address!r} is taken; choose another slug")
        engagement = Engagement.objects.create(
            name=name.strip(),
            slug=address,
            client=client,
            vendor=vendor,
            owner=owner,
            zone=zone,
            as_of=as_of,
            steps=steps or {},
        )
        record_act(engagement, actor, "open_engagement", name)
    return engagement
