"""Addresses of engagements: which there are for the caller, one of them, and the versions of its agreement."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest
from ninja import Schema
from pydantic import Field

from giao.kernel.api.caller import caller_of, person_of, stand
from giao.kernel.api.paging import asked_page, list_page
from giao.kernel.api.values import instant
from giao.kernel.api.wing import Wing
from giao.kernel.engagements.access import archived_engagements_for, engagements_for
from giao.kernel.engagements.life_api import router as life
from giao.kernel.engagements.models import AgreementVersion, Engagement
from giao.kernel.engagements.queries import inputs_of
from giao.kernel.engagements.third_api import router as thirds
from giao.kernel.identity.tokens import engagements_of

router = Wing(tags=["engagements"])
router.add_router("", life, tags=["engagements"])
router.add_router("", thirds, tags=["third parties"])


class PartyOut(Schema):
    id: str
    name: str
    country: str


class EngagementOut(Schema):
    """`as_of`: the stored instant at which everything stands unless another is asked for; null: now."""

    slug: str
    name: str
    client: PartyOut
    vendor: PartyOut
    zone: str
    as_of: str | None
    archived: str | None
    created: str


class EngagementsOut(Schema):
    items: list[EngagementOut]
    next: str | None


class EngagementDetailOut(EngagementOut):
    sides: list[str] = Field(description="The caller's side or sides.")
    roles: list[str]
    agreement_hash: str = Field(description="Empty while there is no agreement in force.")
    ledger_hash: str
    ledger_position: int


class VersionOut(Schema):
    number: int
    hash: str
    effective: str
    state: str
    created: str


class VersionsOut(Schema):
    items: list[VersionOut]
    next: str | None


class VersionDetailOut(VersionOut):
    text: str = Field(description="The document as it was written, YAML.")


@router.read("/engagements", "engagement:read", EngagementsOut, paged=True)
def engagements(request: HttpRequest, archived: bool = False) -> dict[str, Any]:
    """The caller's engagements, by address."""
    asked = asked_page(request)
    caller = caller_of(request)
    if caller.token is not None:
        found = [row for row in engagements_of(caller.token) if (row.archived is not None) == archived]
    else:
        person = person_of(request)
        found = list(archived_engagements_for(person) if archived else engagements_for(person))
    rows, following = list_page(found, asked, lambda row: [row.slug])
    return {"items": [_engagement(row) for row in rows], "next": following}


@router.read("/engagements/{slug}", "engagement:read", EngagementDetailOut)
def engagement(request: HttpRequest, slug: str) -> dict[str, Any]:
    """One engagement, with what its numbers follow from just now."""
    standing = stand(request, slug)
    inputs = inputs_of([standing.engagement])[standing.engagement.pk]
    return {
        **_engagement(standing.engagement),
        "sides": sorted(standing.place.sides),
        "roles": sorted(str(role) for role in standing.place.roles),
        "agreement_hash": inputs.agreement_hash,
        "ledger_hash": inputs.ledger_hash,
        "ledger_position": inputs.position,
    }


@router.read("/engagements/{slug}/agreement/versions", "agreement:read", VersionsOut, paged=True)
def versions(request: HttpRequest, slug: str) -> dict[str, Any]:
    """The versions of the agreement, in order of number."""
    asked = asked_page(request)
    standing = stand(request, slug)
    found = list(AgreementVersion.objects.filter(engagement=standing.engagement))
    rows, following = list_page(found, asked, lambda row: [f"{row.number:09d}"])
    return {"items": [version_out(row) for row in rows], "next": following}


@router.read("/engagements/{slug}/agreement/versions/{number}", "agreement:read", VersionDetailOut)
def version(request: HttpRequest, slug: str, number: int) -> dict[str, Any]:
    """One version with its text."""
    standing = stand(request, slug)
    row = AgreementVersion.objects.filter(engagement=standing.engagement, number=number).first()
    if row is None:
        raise Http404("no such version")
    return {**version_out(row), "text": row.text}


def version_out(row: AgreementVersion) -> dict[str, Any]:
    return {
        "number": row.number,
        "hash": row.hash,
        "effective": row.effective.isoformat(),
        "state": row.state,
        "created": instant(row.created),
    }


def _engagement(row: Engagement) -> dict[str, Any]:
    return {
        "slug": row.slug,
        "name": row.name,
        "client": party_out(row.client),
        "vendor": party_out(row.vendor),
        "zone": row.zone,
        "as_of": instant(row.as_of),
        "archived": instant(row.archived),
        "created": instant(row.created),
    }


def party_out(row: Any) -> dict[str, str]:
    return {"id": str(row.pk), "name": row.name, "country": row.country}
