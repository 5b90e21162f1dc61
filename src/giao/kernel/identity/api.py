"""People and tokens of the person's organisations, and a look at personal data, as addresses; for signed-in people only."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Schema, Status
from pydantic import Field

from giao.kernel.api.caller import PERSON, person_of, stand
from giao.kernel.api.once import once
from giao.kernel.api.paging import asked_page, list_page
from giao.kernel.api.values import instant
from giao.kernel.api.wing import Wing
from giao.kernel.engagements.access import check_may
from giao.kernel.engagements.actions.unmask import unmask
from giao.kernel.identity.people_api import router as members
from giao.kernel.identity.token_api import router as service_tokens
from giao.kernel.parties import access
from giao.kernel.parties.models import Membership

router = Wing(tags=["people"])
router.add_router("", members, tags=["people"])
router.add_router("", service_tokens, tags=["tokens"])
HERE = "/organisations"


class OrganisationOut(Schema):
    id: str
    name: str
    country: str
    roles: list[str] = Field(description="Yours.")


class OrganisationsOut(Schema):
    items: list[OrganisationOut]
    next: str | None


class PersonOut(Schema):
    name: str
    email: str
    roles: list[str]


class PeopleOut(Schema):
    items: list[PersonOut]
    next: str | None


class UnmaskIn(Schema):
    """One field of all cases, or one case."""

    reason: str = Field(description="Why you have to see it; it stands in the audit trail.")
    field: str = ""
    case: str = ""


class UnmaskedOut(Schema):
    field: str | None
    case: str | None
    until: str


@router.read(HERE, PERSON, OrganisationsOut, paged=True)
def organisations(request: HttpRequest) -> dict[str, Any]:
    """Your organisations and your roles in them."""
    asked = asked_page(request)
    person = person_of(request)
    rows, following = list_page(access.organisations_of(person), asked, lambda row: [row.name, str(row.pk)])
    return {
        "items": [
            {
                "id": str(row.pk),
                "name": row.name,
                "country": row.country,
                "roles": sorted(access.roles_in(person, row)),
            }
            for row in rows
        ],
        "next": following,
    }


@router.read(HERE + "/{uuid:identifier}/people", PERSON, PeopleOut, paged=True)
def people(request: HttpRequest, identifier: UUID) -> dict[str, Any]:
    """The people of an organisation of yours, with their roles."""
    asked = asked_page(request)
    organisation = access.organisation_for(person_of(request), identifier)
    check_may(
        access.may_see_people(access.roles_in(person_of(request), organisation)),
        _("see the people of the organisation"),
    )
    found: dict[tuple[str, str], list[str]] = {}
    for row in Membership.objects.filter(organisation=organisation).select_related("user").order_by("role"):
        found.setdefault((row.user.name, row.user.email), []).append(str(row.role))
    rows, following = list_page(list(found.items()), asked, lambda item: item[0])
    items = [{"name": name, "email": email, "roles": roles} for (name, email), roles in rows]
    return {"items": items, "next": following}


@router.write("/engagements/{slug}/unmaskings", PERSON, {201: UnmaskedOut}, once=True)
def unmasked(request: HttpRequest, slug: str, body: UnmaskIn) -> Status:
    """See one masked field, or one case, for half an hour; your reason stands in the audit trail."""
    standing = stand(request, slug, archive_too=True)

    def act() -> dict[str, Any]:
        row = unmask(
            standing.engagement,
            standing.place,
            person_of(request),
            body.reason,
            field=body.field,
            case=body.case,
        )
        return {"field": row.field or None, "case": row.case or None, "until": instant(row.until)}

    return once(request, standing.engagement, 201, act)
