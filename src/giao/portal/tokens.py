"""Service accounts of an organisation and their tokens: make, show once, revoke."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from giao.kernel.engagements.access import check_may
from giao.kernel.engagements.models import Engagement
from giao.kernel.identity.actions.make_service_account import disable_service_account, make_service_account
from giao.kernel.identity.errors import IdentityError
from giao.kernel.identity.models import ServiceAccount, ServiceToken, TokenState
from giao.kernel.identity.person import person_of
from giao.kernel.identity.scopes import all_scopes
from giao.kernel.identity.tokens import issue_token, revoke_token
from giao.kernel.parties import access
from giao.kernel.parties.models import Organisation
from giao.portal.organisations import _key
from giao.portal.shown_once import never_kept
from giao.ui.export import export_table
from giao.ui.listing import list_table
from giao.ui.table import Column, Filter, Table

DAYS = (30, 90, 180, 365)


def tokens_page(request: HttpRequest, identifier: UUID) -> HttpResponseBase:
    user = person_of(request)
    organisation = access.organisation_for(user, identifier)
    roles = access.roles_in(user, organisation)
    check_may(access.may_manage_tokens(roles), _("manage tokens"))
    if request.method == "POST":
        act = {"make": _make, "issue": _issue, "revoke": _revoke, "disable": _disable}.get(
            request.POST.get("act", "")
        )
        if act is not None:
            return act(request, organisation, roles)
    return _tokens(request, organisation, roles)


def _tokens(
    request: HttpRequest, organisation: Organisation, roles: frozenset[str], **more: Any
) -> HttpResponseBase:
    accounts = ServiceAccount.objects.filter(organisation=organisation).order_by("name")
    tokens = (
        ServiceToken.objects.filter(organisation=organisation)
        .select_related("account", "engagement")
        .order_by("-created")
    )
    table, account_table = _token_table(request, list(tokens)), _account_table(request, list(accounts))
    for one in (table, account_table):
        if one.export:
            return export_table(one, one.name)
    context = {
        "organisation": organisation,
        "accounts": list(accounts),
        "table": table,
        "account_table": account_table,
        "scopes": all_scopes(),
        "engagements": _engagements(organisation),
        "days": DAYS,
        "may_tokens": True,
        "may_audit": access.may_read_organisation_audit(roles),
        "tab": "tokens",
        "typed": request.POST if more.get("fault") else {},
        "chosen": request.POST.getlist("scopes") if more.get("fault") else [],
        **more,
    }
    return render(request, "portal/tokens.html", context, status=400 if more.get("fault") else 200)


def _token_table(request: HttpRequest, tokens: list[ServiceToken]) -> Table:
    columns = [
        Column("token", _("Token"), template="portal/cells/token.html"),
        Column("account", _("Service account")),
        Column("may", _("May"), template="portal/cells/token_scopes.html"),
        Column("engagement", _("Engagement")),
        Column("ends", _("Ends"), "instant"),
        Column("used", _("Last used"), "instant"),
        Column("state", _("State"), template="portal/cells/token_acts.html"),
    ]
    return list_table(
        request,
        tokens,
        columns,
        lambda row: {
            "token": f"giao_{row.prefix}",
            "account": row.account.name,
            "may": ", ".join(row.scopes),
            "engagement": row.engagement.name if row.engagement else _("all"),
            "ends": row.expires,
            "used": row.last_used,
            "state": row.state.label,
            "state_name": row.state.value,
        },
        name="tokens",
        search=("token", "account", "may", "engagement"),
        filters=(Filter("state", _("State"), TokenState.choices, column="state_name"),),
    )


def _account_table(request: HttpRequest, accounts: list[ServiceAccount]) -> Table:
    columns = [
        Column("name", _("Service account"), head=True),
        Column("since", _("Since"), "instant"),
        Column("off", _("Switched off"), "instant", shown=False),
        Column("acts", "", sortable=False, template="portal/cells/account_acts.html"),
    ]
    return list_table(
        request,
        accounts,
        columns,
        lambda row: {"name": row.name, "since": row.created, "off": row.disabled},
        name="service_accounts",
        search=("name",),
        prefix="a_",
    )


def _engagements(organisation: Organisation) -> list[Engagement]:
    party = Q(client=organisation) | Q(vendor=organisation)
    return list(
        Engagement.objects.filter(party, archived__isnull=True, removal_due__isnull=True).order_by("name")
    )


def _make(request: HttpRequest, organisation: Organisation, roles: frozenset[str]) -> HttpResponseBase:
    try:
        make_service_account(organisation, request.POST.get("name", ""), person_of(request))
    except IdentityError as error:
        return _tokens(request, organisation, roles, fault=str(error))
    return redirect("tokens", identifier=organisation.pk)


def _issue(request: HttpRequest, organisation: Organisation, roles: frozenset[str]) -> HttpResponseBase:
    account = _account(request, organisation)
    slug = request.POST.get("engagement", "")
    engagement = next((item for item in _engagements(organisation) if item.slug == slug), None)
    days = request.POST.get("days", "")
    try:
        if slug and engagement is None:
            raise IdentityError(_("Choose one of the engagements."))
        if days not in {str(day) for day in DAYS}:
            raise IdentityError(_("Choose how long the token lasts."))
        token, secret = issue_token(
            account,
            request.POST.getlist("scopes"),
            timezone.now() + timedelta(days=int(days)),
            engagement=engagement,
            actor=person_of(request),
        )
    except IdentityError as error:
        return _tokens(request, organisation, roles, fault=str(error))
    return never_kept(_tokens(request, organisation, roles, secret=secret, made=token))


def _account(request: HttpRequest, organisation: Organisation) -> ServiceAccount:
    rows = ServiceAccount.objects.filter(organisation=organisation)
    found: ServiceAccount = get_object_or_404(rows, pk=_key(request.POST.get("account")))
    return found


def _revoke(request: HttpRequest, organisation: Organisation, roles: frozenset[str]) -> HttpResponseBase:
    rows = ServiceToken.objects.filter(organisation=organisation).select_related("account")
    revoke_token(get_object_or_404(rows, pk=_key(request.POST.get("token"))), person_of(request))
    messages.success(request, _("The token is revoked; it opens nothing from now on."))
    return redirect("tokens", identifier=organisation.pk)


def _disable(request: HttpRequest, organisation: Organisation, roles: frozenset[str]) -> HttpResponseBase:
    disable_service_account(_account(request, organisation), person_of(request))
    messages.success(request, _("The service account is switched off with all its tokens."))
    return redirect("tokens", identifier=organisation.pk)
