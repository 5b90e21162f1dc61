"""Service accounts of an organisation and their tokens: make, show once, revoke."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from giao.kernel.engagements.access import check_may
from giao.kernel.engagements.models import Engagement
from giao.kernel.identity.actions.make_service_account import disable_service_account, make_service_account
from giao.kernel.identity.errors import IdentityError
from giao.kernel.identity.models import ServiceAccount, ServiceToken
from giao.kernel.identity.person import person_of
from giao.kernel.identity.scopes import all_scopes
from giao.kernel.identity.tokens import issue_token, revoke_token
from giao.kernel.parties import access
from giao.kernel.parties.models import Organisation
from giao.portal.organisations import _key
from giao.portal.shown_once import never_kept

DAYS = (30, 90, 180, 365)


def tokens_page(request: HttpRequest, identifier: UUID) -> HttpResponse:
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
) -> HttpResponse:
    accounts = ServiceAccount.objects.filter(organisation=organisation).order_by("name")
    tokens = (
        ServiceToken.objects.filter(organisation=organisation)
        .select_related("account", "engagement")
        .order_by("-created")
    )
    context = {
        "organisation": organisation,
        "accounts": list(accounts),
        "tokens": list(tokens),
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


def _engagements(organisation: Organisation) -> list[Engagement]:
    party = Q(client=organisation) | Q(vendor=organisation)
    return list(
        Engagement.objects.filter(party, archived__isnull=True, removal_due__isnull=True).order_by("name")
    )


def _make(request: HttpRequest, organisation: Organisation, roles: frozenset[str]) -> HttpResponse:
    try:
        make_service_account(organisation, request.POST.get("name", ""), person_of(request))
    except IdentityError as error:
        return _tokens(request, organisation, roles, fault=str(error))
    return redirect("tokens", identifier=organisation.pk)


def _issue(request: HttpRequest, organisation: Organisation, roles: frozenset[str]) -> HttpResponse:
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


def _revoke(request: HttpRequest, organisation: Organisation, roles: frozenset[str]) -> HttpResponse:
    rows = ServiceToken.objects.filter(organisation=organisation).select_related("account")
    revoke_token(get_object_or_404(rows, pk=_key(request.POST.get("token"))), person_of(request))
    messages.success(request, _("The token is revoked; it opens nothing from now on."))
    return redirect("tokens", identifier=organisation.pk)


def _disable(request: HttpRequest, organisation: Organisation, roles: frozenset[str]) -> HttpResponse:
    disable_service_account(_account(request, organisation), person_of(request))
    messages.success(request, _("The service account is switched off with all its tokens."))
    return redirect("tokens", identifier=organisation.pk)
