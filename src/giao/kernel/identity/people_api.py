"""Addresses of an organisation's people: roles, invitations, links for a new password. For signed-in people only."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from ninja import Schema, Status
from pydantic import Field

from giao.kernel.api.caller import PERSON, person_of
from giao.kernel.api.once import once
from giao.kernel.api.paging import asked_page, page_of
from giao.kernel.api.values import instant
from giao.kernel.api.wing import Wing
from giao.kernel.audit.record import record_organisation_act
from giao.kernel.engagements.access import check_may
from giao.kernel.identity.actions.invite_person import (
    invite_person,
    mail_invitation,
    revoke_invitation,
)
from giao.kernel.identity.actions.reset_password import make_reset_link
from giao.kernel.identity.actions.reset_second_factor import reset_second_factor
from giao.kernel.identity.links import link_to
from giao.kernel.identity.models import Invitation
from giao.kernel.identity.signed_in import end_other_sessions
from giao.kernel.parties import access
from giao.kernel.parties.actions.withdraw_role import withdraw_role
from giao.kernel.parties.models import Membership, Organisation, User

router = Wing(tags=["people"])
HERE = "/organisations/{uuid:identifier}"


class RoleOut(Schema):
    """One role of one person; `id` names it where it is withdrawn."""

    id: str
    name: str
    email: str
    role: str


class RolesOut(Schema):
    items: list[RoleOut]
    next: str | None


class InvitationOut(Schema):
    """`state`: open, accepted, withdrawn or expired."""

    id: str
    email: str
    role: str
    state: str
    expires: str
    created: str


class InvitationsOut(Schema):
    items: list[InvitationOut]
    next: str | None


class InvitationMadeOut(InvitationOut):
    link: str | None = Field(description="Works once, for seven days; it is shown once: null in a repeat.")
    mailed: bool


class InvitationIn(Schema):
    email: str
    role: str


class LinkOut(Schema):
    link: str = Field(description="Shown once.")
    email: str


class ReasonIn(Schema):
    reason: str = Field(description="It stands in the audit trail, and the person is told.")


@router.read(HERE + "/roles", PERSON, RolesOut, paged=True)
def roles(request: HttpRequest, identifier: UUID) -> dict[str, Any]:
    """Who has which role, the newest first."""
    asked = asked_page(request)
    organisation, _person, mine = _standing(request, identifier)
    check_may(access.may_see_people(mine), _("see the people of the organisation"))
    rows = Membership.objects.filter(organisation=organisation).select_related("user")
    found, following = page_of(rows, asked)
    return {
        "items": [
            {"id": str(row.pk), "name": row.user.name, "email": row.user.email, "role": str(row.role)}
            for row in found
        ],
        "next": following,
    }


@router.write(HERE + "/roles/{uuid:membership}", PERSON, {204: None}, method="DELETE")
def role_withdrawn(request: HttpRequest, identifier: UUID, membership: UUID) -> Status:
    """It counts from the person's next request on. The last administrator stays."""
    organisation, person, mine = _standing(request, identifier)
    check_may(bool(access.roles_to_give(mine)), _("withdraw this role"))
    row = _member(organisation, membership)
    check_may(row.role in access.roles_to_give(mine), _("withdraw this role"))
    withdraw_role(row, person)
    return Status(204, None)


@router.write(HERE + "/roles/{uuid:membership}/password-link", PERSON, {201: LinkOut})
def password_link_made(
    request: HttpRequest, response: HttpResponse, identifier: UUID, membership: UUID
) -> Status:
    """A one-time link by which the person sets a new password. An older one ends."""
    organisation, person, mine = _standing(request, identifier)
    check_may(access.may_reset_passwords(mine), _("make a link for a new password"))
    user = _member(organisation, membership).user
    response["Cache-Control"] = "no-store"
    secret = make_reset_link(user, person, organisation)
    return Status(201, {"link": link_to(request, "reset", secret), "email": user.email})


@router.write(HERE + "/roles/{uuid:membership}/sessions", PERSON, {204: None}, method="DELETE")
def sessions_ended(request: HttpRequest, identifier: UUID, membership: UUID) -> Status:
    """The person is signed out everywhere."""
    organisation, person, mine = _standing(request, identifier)
    check_may(access.may_reset_passwords(mine), _("end the sessions of others"))
    user = _member(organisation, membership).user
    end_other_sessions(user, request.session.session_key)
    record_organisation_act(organisation.pk, person, "end_sessions", str(user))
    return Status(204, None)


@router.write(HERE + "/roles/{uuid:membership}/second-factor-reset", PERSON, {204: None})
def second_factor_removed(request: HttpRequest, identifier: UUID, membership: UUID, body: ReasonIn) -> Status:
    """A lost second factor is taken away; all sessions end and the person is told."""
    organisation, person, mine = _standing(request, identifier)
    check_may(access.may_reset_passwords(mine), _("reset the second factor of others"))
    user = _member(organisation, membership).user
    reset_second_factor(user, person, organisation, body.reason, place=reverse("second_factor"))
    return Status(204, None)


@router.read(HERE + "/invitations", PERSON, InvitationsOut, paged=True)
def invitations(request: HttpRequest, identifier: UUID) -> dict[str, Any]:
    """Invitations of the organisation, the newest first."""
    asked = asked_page(request)
    organisation, _person, mine = _standing(request, identifier)
    check_may(access.may_see_people(mine), _("see the people of the organisation"))
    found, following = page_of(Invitation.objects.filter(organisation=organisation), asked)
    return {"items": [_invitation(row) for row in found], "next": following}


@router.write(HERE + "/invitations", PERSON, {201: InvitationMadeOut}, once=True)
def person_invited(
    request: HttpRequest, response: HttpResponse, identifier: UUID, body: InvitationIn
) -> Status:
    """Invite a person in a role. An older open invitation to the same address ends."""
    organisation, person, mine = _standing(request, identifier)
    check_may(body.role in access.roles_to_give(mine), _("invite somebody in this role"))
    response["Cache-Control"] = "no-store"

    def act() -> dict[str, Any]:
        row, secret = invite_person(organisation, body.email, body.role, person)
        link = link_to(request, "invitation", secret)
        return {**_invitation(row), "link": link, "mailed": mail_invitation(row, link)}

    return once(request, organisation, 201, act, unstored=("link",))


@router.write(HERE + "/invitations/{uuid:invitation}", PERSON, {204: None}, method="DELETE")
def invitation_withdrawn(request: HttpRequest, identifier: UUID, invitation: UUID) -> Status:
    """Its link is dead from now on. Doing it twice changes nothing."""
    organisation, person, mine = _standing(request, identifier)
    check_may(bool(access.roles_to_give(mine)), _("take this invitation back"))
    row = Invitation.objects.filter(organisation=organisation, pk=invitation).first()
    if row is None:
        raise Http404("no such invitation")
    check_may(row.role in access.roles_to_give(mine), _("take this invitation back"))
    revoke_invitation(row, person)
    return Status(204, None)


def _standing(request: HttpRequest, identifier: UUID) -> tuple[Organisation, User, frozenset[str]]:
    """The organisation, the caller, and the caller's roles in it. Http404 for one that is not theirs."""
    person = person_of(request)
    organisation = access.organisation_for(person, identifier)
    return organisation, person, access.roles_in(person, organisation)


def _member(organisation: Organisation, membership: UUID) -> Membership:
    rows = Membership.objects.filter(organisation=organisation, pk=membership)
    found: Membership | None = rows.select_related("user").first()
    if found is None:
        raise Http404("no such role")
    return found


def _invitation(row: Invitation) -> dict[str, Any]:
    if row.accepted is not None:
        state = "accepted"
    elif row.revoked is not None:
        state = "withdrawn"
    else:
        state = "open" if row.is_open else "expired"
    return {
        "id": str(row.pk),
        "email": row.email,
        "role": str(row.role),
        "state": state,
        "expires": instant(row.expires),
        "created": instant(row.created),
    }
