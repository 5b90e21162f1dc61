"""Addresses of an engagement's life: open one, the archive, the deletion with its grace. For signed-in people only."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Schema, Status
from pydantic import Field

from giao.kernel.api.caller import PERSON, person_of, stand
from giao.kernel.api.once import once
from giao.kernel.api.values import instant
from giao.kernel.api.wing import Wing
from giao.kernel.engagements.access import (
    check_may,
    engagements_for,
    leaving_engagement_for,
    may_end,
    place_of,
)
from giao.kernel.engagements.actions.archive_engagement import archive_engagement, reopen_engagement
from giao.kernel.engagements.actions.open_with_vendor import mail_vendor, open_with_vendor
from giao.kernel.engagements.actions.remove_engagement import ask_removal, keep_engagement, what_goes
from giao.kernel.engagements.errors import EngagementError
from giao.kernel.engagements.models import Engagement
from giao.kernel.engagements.standing import Standing
from giao.kernel.identity.links import link_to
from giao.kernel.parties import access
from giao.kernel.parties.models import User

router = Wing(tags=["engagements"])
HERE = "/engagements/{slug}"


class EngagementIn(Schema):
    """`vendor`: an organisation that works with you already; or `vendor_name` and `email`: one that is invited with it."""

    client: UUID = Field(description="The organisation of yours that hands the work out.")
    name: str = Field(min_length=1, max_length=200)
    zone: str = Field(examples=["Asia/Ho_Chi_Minh"])
    vendor: UUID | None = None
    vendor_name: str = Field("", max_length=200)
    email: str = ""


class InvitedOut(Schema):
    """`link` works once and for seven days; it is shown once: null in a repeat."""

    email: str
    link: str | None
    mailed: bool


class OpenedOut(Schema):
    slug: str
    name: str
    invitation: InvitedOut | None


class EndingOut(Schema):
    slug: str
    name: str
    archived: str | None
    removal_due: str | None = Field(description="When it goes for good, where that was asked.")


class GoesOut(Schema):
    """What a deletion takes along."""

    name: str
    versions: int
    logs: int
    facts: int
    tokens: int
    rows: int
    bytes: int


class RemovalIn(Schema):
    name: str = Field(description="The engagement's name, exactly: so that nobody deletes another one.")


@router.write("/engagements", PERSON, {201: OpenedOut}, once=True)
def engagement_opened(request: HttpRequest, response: HttpResponse, body: EngagementIn) -> Status:
    """Open an engagement. Of a new vendor the answer has the link that its first person joins by."""
    person = person_of(request)
    client = access.organisation_for(person, body.client)
    check_may(access.may_open_engagement(access.roles_in(person, client)), _("open an engagement"))
    vendors = {row.vendor_id: row.vendor for row in engagements_for(person)}
    vendor = vendors.get(body.vendor) if body.vendor else None
    if body.vendor is not None and vendor is None:
        raise EngagementError(_("Choose a vendor, or write the name of the one that you invite."))
    response["Cache-Control"] = "no-store"

    def act() -> dict[str, Any]:
        opened = open_with_vendor(
            client,
            person,
            name=body.name,
            zone=body.zone,
            vendor=vendor,
            vendor_name=body.vendor_name,
            email=body.email,
        )
        said: dict[str, Any] = {"slug": opened.engagement.slug, "name": opened.engagement.name}
        if opened.invitation is None:
            return said | {"invitation": None}
        link = link_to(request, "invitation", opened.secret)
        mailed = mail_vendor(opened, link)
        return said | {
            "invitation": {"email": opened.invitation.email, "link": link, "mailed": mailed},
        }

    return once(request, client, 201, act, unstored=("invitation",))


@router.write(HERE + "/archive", PERSON, EndingOut)
def engagement_archived(request: HttpRequest, slug: str) -> dict[str, Any]:
    """Read only from now on, and out of the overviews. Doing it twice changes nothing."""
    standing, person = _ending(request, slug)
    archive_engagement(standing.engagement, person)
    return _out(standing.engagement)


@router.write(HERE + "/archive", PERSON, EndingOut, method="DELETE")
def engagement_reopened(request: HttpRequest, slug: str) -> dict[str, Any]:
    """Out of the archive. Doing it twice changes nothing."""
    standing, person = _ending(request, slug)
    reopen_engagement(standing.engagement, person)
    return _out(standing.engagement)


@router.read(HERE + "/removal", PERSON, GoesOut)
def removal_told(request: HttpRequest, slug: str) -> dict[str, Any]:
    """What a deletion would take along."""
    standing, _person = _ending(request, slug)
    goes = what_goes(standing.engagement)
    return {
        "name": standing.engagement.name,
        "versions": goes.versions,
        "logs": goes.logs,
        "facts": goes.facts,
        "tokens": goes.tokens,
        "rows": goes.rows,
        "bytes": goes.bytes,
    }


@router.write(HERE + "/removal", PERSON, {202: EndingOut})
def removal_asked(request: HttpRequest, slug: str, body: RemovalIn) -> Status:
    """Out of sight at once, gone for good at `removal_due`; until then DELETE takes it back."""
    standing, person = _ending(request, slug)
    ask_removal(standing.engagement, body.name, person)
    return Status(202, _out(standing.engagement))


@router.write(HERE + "/removal", PERSON, EndingOut, method="DELETE")
def removal_taken_back(request: HttpRequest, slug: str) -> dict[str, Any]:
    """Inside the grace; afterwards there is nothing here any more. Where none was asked nothing changes."""
    person = person_of(request)
    try:
        engagement = leaving_engagement_for(person, slug)
    except Http404:
        engagement = stand(request, slug, archive_too=True).engagement
    check_may(may_end(place_of(person, engagement)), _("archive or delete the engagement"))
    keep_engagement(engagement, person)
    return _out(engagement)


def _ending(request: HttpRequest, slug: str) -> tuple[Standing, User]:
    standing = stand(request, slug, archive_too=True)
    check_may(may_end(standing.place), _("archive or delete the engagement"))
    return standing, person_of(request)


def _out(engagement: Engagement) -> dict[str, Any]:
    engagement.refresh_from_db(fields=["archived", "removal_due"])
    return {
        "slug": engagement.slug,
        "name": engagement.name,
        "archived": instant(engagement.archived),
        "removal_due": instant(engagement.removal_due),
    }
