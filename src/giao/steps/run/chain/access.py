"""Who sees supporting agreements and acts on them. Each organisation has its own; the other side sees what is shared alone."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404

from giao.kernel.engagements.access import MANAGERS, Place, may_export
from giao.kernel.engagements.models import Engagement
from giao.kernel.engagements.standing import Standing
from giao.steps.run.chain.models import SharedAgreement, SupportingAgreement

__all__ = [
    "agreement_for",
    "agreements_of",
    "may_export",
    "may_keep_agreements",
    "own_organisations",
    "shared_by_others",
]


def own_organisations(engagement: Engagement, place: Place) -> list[UUID]:
    """The organisations for which a person stands in the engagement, the vendor first; none for an onlooker."""
    sides = (("vendor", engagement.vendor_id), ("client", engagement.client_id))
    return [key for side, key in sides if side in place.sides]


def may_keep_agreements(place: Place) -> bool:
    """Add, replace, share and withdraw those of one's own side: its managers."""
    return not place.roles.isdisjoint(MANAGERS) and not place.sides.isdisjoint(("client", "vendor"))


def agreements_of(standing: Standing) -> QuerySet[SupportingAgreement]:
    own = own_organisations(standing.engagement, standing.place)
    return SupportingAgreement.objects.filter(engagement=standing.engagement, organisation__in=own)


def shared_by_others(standing: Standing) -> QuerySet[SharedAgreement]:
    own = own_organisations(standing.engagement, standing.place)
    return SharedAgreement.objects.filter(engagement=standing.engagement).exclude(owner__in=own)


def agreement_for(standing: Standing, identifier: UUID) -> SupportingAgreement:
    """One of the reader's own side, or Http404: another one's does not exist for them."""
    found = agreements_of(standing).filter(pk=identifier).first()
    if found is None:
        raise Http404("no such supporting agreement among yours")
    return found
