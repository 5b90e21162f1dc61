"""An organisation: its people with their roles, its invitations, and what was done about both."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from giao.kernel.audit.models import OrganisationAct
from giao.kernel.audit.record import record_organisation_act
from giao.kernel.engagements.access import check_may, given_engagements_for
from giao.kernel.identity import second_factor
from giao.kernel.identity.actions.invite_person import (
    invite_person,
    mail_invitation,
    revoke_invitation,
)
from giao.kernel.identity.actions.reset_password import make_reset_link
from giao.kernel.identity.actions.reset_second_factor import reset_second_factor
from giao.kernel.identity.errors import IdentityError
from giao.kernel.identity.links import link_to
from giao.kernel.identity.models import Invitation
from giao.kernel.identity.person import person_of
from giao.kernel.identity.signed_in import end_other_sessions
from giao.kernel.parties import access
from giao.kernel.parties.actions.withdraw_role import withdraw_role
from giao.kernel.parties.models import Membership, Organisation, Role, User
from giao.portal.audit import act_table
from giao.portal.shown_once import never_kept
from giao.ui.export import export_table
from giao.ui.listing import list_table
from giao.ui.table import Column, Row, Table


def organisations_page(request: HttpRequest) -> HttpResponseBase:
    user = person_of(request)
    rows = [(item, access.roles_in(user, item)) for item in access.organisations_of(user)]
    table = list_table(
        request,
        rows,
        [
            Column("name", _("Organisation"), link=_people_address, head=True),
            Column("roles", _("Your roles")),
        ],
        lambda row: {
            "name": row[0].name,
            "roles": ", ".join(str(Role(role).label) for role in sorted(row[1])),
            "open": str(row[0].pk) if access.may_see_people(row[1]) else "",
        },
        name="organisations",
        search=("name", "roles"),
    )
    if table.export:
        return export_table(table, "organisations")
    context = {
        "table": table,
        "may_open": any(access.may_open_engagement(roles) for _item, roles in rows),
        "given": given_engagements_for(user),
    }
    return render(request, "portal/organisations.html", context)


def _people_address(row: Row) -> str | None:
    return reverse("people", args=(row["open"],)) if row["open"] else None


def people_page(request: HttpRequest, identifier: UUID) -> HttpResponseBase:
    user = person_of(request)
    organisation = access.organisation_for(user, identifier)
    roles = access.roles_in(user, organisation)
    check_may(access.may_see_people(roles), _("see the people of the organisation"))
    if request.method == "POST":
        act = {
            "invite": _invite,
            "revoke": _revoke,
            "withdraw": _withdraw,
            "reset": _reset,
            "sessions": _end_sessions,
            "factor": _reset_factor,
        }.get(request.POST.get("act", ""))
        if act is not None:
            return act(request, organisation, roles)
    return _people(request, organisation, roles)


def _people(
    request: HttpRequest, organisation: Organisation, roles: frozenset[str], **more: Any
) -> HttpResponseBase:
    members: dict[User, list[Membership]] = {}
    rows = Membership.objects.filter(organisation=organisation).select_related("user")
    for row in rows.order_by("user__name", "user__email", "role"):
        members.setdefault(row.user, []).append(row)
    invitations = Invitation.objects.filter(
        organisation=organisation, accepted__isnull=True, revoked__isnull=True
    )
    may_reset = access.may_reset_passwords(roles)
    table = _member_table(request, members, may_reset)
    still_open = [row for row in invitations.order_by("-created") if row.is_open]
    invited = _invitation_table(request, still_open)
    for one in (table, invited):
        if one.export:
            return export_table(one, one.name)
    context = {
        "organisation": organisation,
        "table": table,
        "invitations": invited,
        "choices": access.roles_to_give(roles),
        "with_factor": set(second_factor.people_with_it(members)) - {request.user},
        "may_reset": may_reset,
        "may_tokens": access.may_manage_tokens(roles),
        "may_audit": access.may_read_organisation_audit(roles),
        "tab": "people",
        **more,
    }
    return render(request, "portal/people.html", context, status=400 if more.get("fault") else 200)


def _member_table(request: HttpRequest, members: dict[User, list[Membership]], may_reset: bool) -> Table:
    columns = [
        Column("name", _("Member"), head=True),
        Column("email", _("E-mail")),
        Column("roles", _("Roles"), template="portal/cells/member_roles.html"),
    ]
    if may_reset:
        columns.append(
            Column("acts", _("Password"), sortable=False, template="portal/cells/member_acts.html")
        )
    return list_table(
        request,
        list(members.items()),
        columns,
        lambda pair: {
            "name": pair[0].name,
            "email": pair[0].email,
            "roles": ", ".join(str(row.get_role_display()) for row in pair[1]),
        },
        name="members",
        search=("name", "email", "roles"),
    )


def _invitation_table(request: HttpRequest, invitations: list[Invitation]) -> Table:
    columns = [
        Column("email", _("E-mail"), head=True),
        Column("role", _("Role")),
        Column("until", _("Until"), "instant"),
        Column("acts", "", sortable=False, template="portal/cells/invitation_acts.html"),
    ]
    return list_table(
        request,
        invitations,
        columns,
        lambda row: {"email": row.email, "role": row.get_role_display(), "until": row.expires},
        name="invitations",
        search=("email", "role"),
        prefix="i_",
    )


def _invite(request: HttpRequest, organisation: Organisation, roles: frozenset[str]) -> HttpResponseBase:
    role, email = request.POST.get("role", ""), request.POST.get("email", "")
    check_may(role in access.roles_to_give(roles), _("invite somebody in this role"))
    user = person_of(request)
    try:
        invitation, secret = invite_person(organisation, email, role, user)
    except IdentityError as error:
        return _people(request, organisation, roles, fault=str(error), typed=email)
    link = link_to(request, "invitation", secret)
    mailed = mail_invitation(invitation, link)
    said = {"link": link, "link_for": invitation.email, "mailed": mailed, "kind": "invitation"}
    return never_kept(_people(request, organisation, roles, **said))


def _revoke(request: HttpRequest, organisation: Organisation, roles: frozenset[str]) -> HttpResponseBase:
    row = get_object_or_404(
        Invitation.objects.filter(organisation=organisation), pk=_key(request.POST.get("invitation"))
    )
    check_may(row.role in access.roles_to_give(roles), _("take this invitation back"))
    revoke_invitation(row, person_of(request))
    messages.success(request, _("The invitation is taken back; its link is dead."))
    return redirect("people", identifier=organisation.pk)


def _withdraw(request: HttpRequest, organisation: Organisation, roles: frozenset[str]) -> HttpResponseBase:
    row = get_object_or_404(
        Membership.objects.filter(organisation=organisation), pk=_key(request.POST.get("membership"))
    )
    check_may(row.role in access.roles_to_give(roles), _("withdraw this role"))
    try:
        withdraw_role(row, person_of(request))
    except IdentityError as error:
        return _people(request, organisation, roles, fault=str(error))
    messages.success(request, _("The role is withdrawn."))
    if row.user_id == request.user.pk:
        return redirect("organisations")
    return redirect("people", identifier=organisation.pk)


def _reset(request: HttpRequest, organisation: Organisation, roles: frozenset[str]) -> HttpResponseBase:
    check_may(access.may_reset_passwords(roles), _("make a link for a new password"))
    row = get_object_or_404(
        Membership.objects.filter(organisation=organisation).select_related("user"),
        pk=_key(request.POST.get("membership")),
    )
    try:
        secret = make_reset_link(row.user, person_of(request), organisation)
    except IdentityError as error:
        return _people(request, organisation, roles, fault=str(error))
    said = {"link": link_to(request, "reset", secret), "link_for": row.user.email, "kind": "reset"}
    return never_kept(_people(request, organisation, roles, **said))


def _end_sessions(
    request: HttpRequest, organisation: Organisation, roles: frozenset[str]
) -> HttpResponseBase:
    """Sign a member out everywhere (a lost laptop, somebody who leaves)."""
    check_may(access.may_reset_passwords(roles), _("end the sessions of others"))
    row = get_object_or_404(
        Membership.objects.filter(organisation=organisation).select_related("user"),
        pk=_key(request.POST.get("membership")),
    )
    end_other_sessions(row.user, request.session.session_key)
    record_organisation_act(organisation.pk, person_of(request), "end_sessions", str(row.user))
    messages.success(request, _("All sessions of this person are ended."))
    return redirect("people", identifier=organisation.pk)


def _reset_factor(
    request: HttpRequest, organisation: Organisation, roles: frozenset[str]
) -> HttpResponseBase:
    check_may(access.may_reset_passwords(roles), _("reset the second factor of others"))
    row = get_object_or_404(
        Membership.objects.filter(organisation=organisation).select_related("user"),
        pk=_key(request.POST.get("membership")),
    )
    user = person_of(request)
    reason, place = request.POST.get("reason", ""), reverse("second_factor")
    try:
        reset_second_factor(row.user, user, organisation, reason, place=place)
    except IdentityError as error:
        return _people(request, organisation, roles, fault=str(error))
    messages.success(
        request,
        _("The second factor of %(name)s is gone and all their sessions are ended; they were told.")
        % {"name": row.user.name},
    )
    return redirect("people", identifier=organisation.pk)


def _key(text: str | None) -> UUID | None:
    try:
        return UUID(text or "")
    except ValueError:
        return None


def organisation_audit(request: HttpRequest, identifier: UUID) -> HttpResponseBase:
    user = person_of(request)
    organisation = access.organisation_for(user, identifier)
    roles = access.roles_in(user, organisation)
    check_may(access.may_read_organisation_audit(roles), _("read the audit trail"))
    rows = OrganisationAct.objects.filter(organisation=organisation).select_related("actor")
    table = act_table(request, rows)
    if table.export:
        return export_table(table, "audit")
    context = {
        "organisation": organisation,
        "table": table,
        "may_tokens": access.may_manage_tokens(roles),
        "may_audit": True,
        "tab": "audit",
    }
    return render(request, "portal/organisation_audit.html", context)
