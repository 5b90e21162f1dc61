"""Addresses of service accounts and their tokens: make, show once, revoke. For signed-in people only."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables
from ninja import Schema, Status
from pydantic import AwareDatetime, Field

from giao.kernel.api.caller import PERSON, person_of
from giao.kernel.api.once import once
from giao.kernel.api.paging import asked_page, page_of
from giao.kernel.api.values import instant
from giao.kernel.api.wing import Wing
from giao.kernel.engagements.access import check_may
from giao.kernel.engagements.models import Engagement
from giao.kernel.identity.actions.make_service_account import disable_service_account, make_service_account
from giao.kernel.identity.errors import IdentityError
from giao.kernel.identity.models import ServiceAccount, ServiceToken
from giao.kernel.identity.tokens import issue_token, revoke_token
from giao.kernel.parties import access
from giao.kernel.parties.models import Organisation, User

router = Wing(tags=["tokens"])
HERE = "/organisations/{uuid:identifier}"


class AccountOut(Schema):
    id: str
    name: str
    disabled: str | None
    created: str


class AccountsOut(Schema):
    items: list[AccountOut]
    next: str | None


class AccountIn(Schema):
    name: str = Field(min_length=1, max_length=100)


class TokenOut(Schema):
    """The secret itself is nowhere stored."""

    id: str
    account: str
    prefix: str
    scopes: list[str]
    engagement: str | None
    state: str
    expires: str
    last_used: str | None
    created: str


class TokensOut(Schema):
    items: list[TokenOut]
    next: str | None


class TokenMadeOut(TokenOut):
    secret: str | None = Field(description="Shown once: null in a repeat. Nobody can find it out again.")


class TokenIn(Schema):
    """`engagement`: the only one that it reaches; null: every engagement of the organisation."""

    account: UUID
    scopes: list[str] = Field(min_length=1)
    expires: AwareDatetime = Field(description="At most 366 days from now.")
    engagement: str | None = None


@router.read(HERE + "/service-accounts", PERSON, AccountsOut, paged=True)
def service_accounts(request: HttpRequest, identifier: UUID) -> dict[str, Any]:
    """The service accounts of an organisation of yours, the newest first."""
    asked = asked_page(request)
    organisation, _person = _managing(request, identifier)
    found, following = page_of(ServiceAccount.objects.filter(organisation=organisation), asked)
    return {"items": [_account(row) for row in found], "next": following}


@router.write(HERE + "/service-accounts", PERSON, {201: AccountOut}, once=True)
def service_account_made(request: HttpRequest, identifier: UUID, body: AccountIn) -> Status:
    """One for each system that shall send or read."""
    organisation, person = _managing(request, identifier)

    def act() -> dict[str, Any]:
        return _account(make_service_account(organisation, body.name, person))

    return once(request, organisation, 201, act)


@router.write(HERE + "/service-accounts/{uuid:account}", PERSON, {204: None}, method="DELETE")
def service_account_disabled(request: HttpRequest, identifier: UUID, account: UUID) -> Status:
    """It and all its tokens open nothing any more. Doing it twice changes nothing."""
    organisation, person = _managing(request, identifier)
    disable_service_account(_the_account(organisation, account), person)
    return Status(204, None)


@router.read(HERE + "/tokens", PERSON, TokensOut, paged=True)
def tokens(request: HttpRequest, identifier: UUID) -> dict[str, Any]:
    """The service tokens of an organisation of yours, the newest first."""
    asked = asked_page(request)
    organisation, _person = _managing(request, identifier)
    rows = ServiceToken.objects.filter(organisation=organisation).select_related("account", "engagement")
    found, following = page_of(rows, asked)
    return {"items": [_token(row) for row in found], "next": following}


@router.write(HERE + "/tokens", PERSON, {201: TokenMadeOut}, once=True)
def token_issued(request: HttpRequest, response: HttpResponse, identifier: UUID, body: TokenIn) -> Status:
    """A new token. You answer for what it does; give it no more scopes than its system needs."""
    organisation, person = _managing(request, identifier)
    account = _the_account(organisation, body.account)
    engagement = _the_engagement(organisation, body.engagement) if body.engagement else None
    response["Cache-Control"] = "no-store"

    @sensitive_variables("secret")
    def act() -> dict[str, Any]:
        row, secret = issue_token(account, body.scopes, body.expires, engagement=engagement, actor=person)
        return {**_token(row), "secret": secret}

    return once(request, organisation, 201, act, unstored=("secret",))


@router.write(HERE + "/tokens/{uuid:token}", PERSON, {204: None}, method="DELETE")
def token_revoked(request: HttpRequest, identifier: UUID, token: UUID) -> Status:
    """From the next request on it opens nothing. Doing it twice changes nothing."""
    organisation, person = _managing(request, identifier)
    row = ServiceToken.objects.filter(organisation=organisation, pk=token).select_related("account").first()
    if row is None:
        raise Http404("no such token")
    revoke_token(row, person)
    return Status(204, None)


def _managing(request: HttpRequest, identifier: UUID) -> tuple[Organisation, User]:
    person = person_of(request)
    organisation = access.organisation_for(person, identifier)
    check_may(access.may_manage_tokens(access.roles_in(person, organisation)), _("manage tokens"))
    return organisation, person


def _the_account(organisation: Organisation, account: UUID) -> ServiceAccount:
    found: ServiceAccount | None = ServiceAccount.objects.filter(
        organisation=organisation, pk=account
    ).first()
    if found is None:
        raise Http404("no such service account")
    return found


def _the_engagement(organisation: Organisation, slug: str) -> Engagement:
    party = Q(client=organisation) | Q(vendor=organisation)
    open_ones = Engagement.objects.filter(party, archived__isnull=True, removal_due__isnull=True)
    found = open_ones.filter(slug=slug).first()
    if found is None:
        raise IdentityError(_("Choose one of the engagements."))
    return found


def _account(row: ServiceAccount) -> dict[str, Any]:
    return {
        "id": str(row.pk),
        "name": row.name,
        "disabled": instant(row.disabled),
        "created": instant(row.created),
    }


def _token(row: ServiceToken) -> dict[str, Any]:
    return {
        "id": str(row.pk),
        "account": row.account.name,
        "prefix": row.prefix,
        "scopes": row.scopes,
        "engagement": row.engagement.slug if row.engagement else None,
        "state": str(row.state),
        "expires": instant(row.expires),
        "last_used": instant(row.last_used),
        "created": instant(row.created),
    }
