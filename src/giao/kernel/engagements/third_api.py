"""Addresses of an engagement's parties: client, vendor, and the vendor's sub-contractors with their groups."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Schema, Status
from pydantic import Field

from giao.kernel.api.caller import PERSON, person_of, stand
from giao.kernel.api.once import once
from giao.kernel.api.paging import asked_page, page_of
from giao.kernel.api.wing import Wing
from giao.kernel.engagements.access import check_may, may_name_third_parties
from giao.kernel.engagements.actions.add_third_party import (
    add_third_party,
    invite_third_party,
    withdraw_third_party,
)
from giao.kernel.engagements.models import ThirdParty
from giao.kernel.engagements.standing import Standing
from giao.kernel.identity.links import link_to
from giao.kernel.parties.models import User

router = Wing(tags=["third parties"])
HERE = "/engagements/{slug}/third-parties"


class ThirdOut(Schema):
    """A sub-contractor sees the events of its `groups`, and nothing else."""

    id: str
    organisation: str
    groups: list[str]


class ThirdsOut(Schema):
    items: list[ThirdOut]
    next: str | None


class ThirdMadeOut(ThirdOut):
    link: str | None = Field(
        description="Its administrator joins by it, once, within seven days; shown once."
    )


class ThirdIn(Schema):
    name: str = Field(min_length=1, max_length=200)
    email: str = Field(description="Of its administrator, who is invited.")
    groups: list[str] = Field(min_length=1, max_length=500)


class GroupsIn(Schema):
    groups: list[str] = Field(min_length=1, max_length=500)


@router.read(HERE, "engagement:read", ThirdsOut, paged=True)
def third_parties(request: HttpRequest, slug: str) -> dict[str, Any]:
    """The sub-contractors of the vendor, the newest first."""
    asked = asked_page(request)
    rows = ThirdParty.objects.filter(engagement=stand(request, slug).engagement)
    found, following = page_of(rows.select_related("organisation"), asked)
    return {"items": [_out(row) for row in found], "next": following}


@router.write(HERE, PERSON, {201: ThirdMadeOut}, once=True)
def third_party_invited(request: HttpRequest, response: HttpResponse, slug: str, body: ThirdIn) -> Status:
    """Name a sub-contractor that is not here yet and invite its administrator."""
    standing, person = _naming(request, slug)
    response["Cache-Control"] = "no-store"

    def act() -> dict[str, Any]:
        third, _invitation, secret = invite_third_party(
            standing.engagement, body.name, body.email, body.groups, person
        )
        return {**_out(third), "link": link_to(request, "invitation", secret)}

    return once(request, standing.engagement, 201, act, unstored=("link",))


@router.write(HERE + "/{uuid:identifier}", PERSON, ThirdOut, method="PUT")
def third_party_groups(request: HttpRequest, slug: str, identifier: UUID, body: GroupsIn) -> dict[str, Any]:
    """Say anew which groups are its own."""
    standing, person = _naming(request, slug)
    third = _third(standing, identifier)
    return _out(add_third_party(standing.engagement, third.organisation, body.groups, person))


@router.write(HERE + "/{uuid:identifier}", PERSON, {204: None}, method="DELETE")
def third_party_withdrawn(request: HttpRequest, slug: str, identifier: UUID) -> Status:
    """From its people's next request on it sees nothing of this engagement."""
    standing, person = _naming(request, slug)
    withdraw_third_party(_third(standing, identifier), person)
    return Status(204, None)


def _naming(request: HttpRequest, slug: str) -> tuple[Standing, User]:
    standing = stand(request, slug)
    check_may(may_name_third_parties(standing.place), _("name sub-contractors"))
    return standing, person_of(request)


def _third(standing: Standing, identifier: UUID) -> ThirdParty:
    rows = ThirdParty.objects.filter(engagement=standing.engagement, pk=identifier)
    found = rows.select_related("organisation", "engagement").first()
    if found is None:
        raise Http404("no such sub-contractor")
    return found


def _out(row: ThirdParty) -> dict[str, Any]:
    return {"id": str(row.pk), "organisation": row.organisation.name, "groups": list(row.groups)}
