"""Who asks: a service token by Bearer, or a signed-in person in a browser (then with the CSRF token for a change).

A token can do what its scope says, on its organisation's side; a person what their roles say. Both end in a `Place`, so
that the same predicates (`may_…`) decide for both.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from django.http import Http404, HttpRequest, HttpResponse
from django.middleware.csrf import CsrfViewMiddleware
from django.utils.translation import gettext as _
from ninja.security.base import AuthBase

from giao.kernel.audit.record import act_through
from giao.kernel.engagements.access import Place, Side
from giao.kernel.engagements.errors import EngagementError
from giao.kernel.engagements.models import Engagement
from giao.kernel.engagements.standing import SAFE, Standing, instant_asked, standing_for
from giao.kernel.engagements.unmasking import Unmasked, unmasked_for
from giao.kernel.identity.models import ServiceToken
from giao.kernel.identity.problems import forbidden, unauthorised
from giao.kernel.identity.tokens import authenticate, engagement_of_token
from giao.kernel.parties.models import Membership, Role, User
from giao.kernel.tenancy.requests import narrow

MANAGING = frozenset({"statements:write", "agreement:write", "webhooks:write"})
"""Scopes by which a token acts as its organisation's manager, for the addresses that ask for this scope."""

LENT: dict[str, str] = {
    "logs:write": Role.ANALYST,
    "events:read": Role.ANALYST,
    "rejects:write": Role.ANALYST,
    "exports:read": Role.ANALYST,
    "alarms:write": Role.AGENT,
    "rules:write": Role.TEAM_LEAD,
    "cases:write": Role.TEAM_LEAD,
    "audit:read": Role.AUDITOR,
}
"""The role that another scope lends to a token, for the addresses that ask for it."""


PERSON = "person"
"""What an address asks for that only a signed-in person may do: their own affairs, people, tokens, a look at personal data."""


@dataclass(frozen=True)
class Caller:
    """`person`: who answers for what is done (for a token the one who issued it; None: nobody does)."""

    person: User | None
    token: ServiceToken | None
    scope: str

    @property
    def key(self) -> str:
        """Names the caller among all; by it repeats are told apart."""
        return f"token:{self.token.pk}" if self.token else f"person:{self.person.pk if self.person else ''}"


class Needs(AuthBase):
    """The door of one address: `Needs("readings:read")`. Raises Problem 401, 403 and 429."""

    openapi_type = "http"

    def __init__(self, scope: str) -> None:
        self.scope = scope
        super().__init__()

    def __call__(self, request: HttpRequest) -> Caller:
        if request.headers.get("Authorization"):
            if self.scope == PERSON:
                raise forbidden(_("This address is for a signed-in person; a token cannot do it."))
            token = authenticate(request, self.scope)
            return Caller(token.created_by, token, self.scope)
        if isinstance(request.user, User):
            if request.method not in SAFE:
                _check_csrf(request)
            return Caller(request.user, None, self.scope)
        raise unauthorised(_("Send the token as “Authorization: Bearer giao_…”, or sign in."))


class _Csrf(CsrfViewMiddleware):
    """Django's own check, asked by hand: the addresses of the API are exempt because a token needs none."""

    def _reject(self, request: HttpRequest, reason: str) -> object:
        return reason


def _check_csrf(request: HttpRequest) -> None:
    check = _Csrf(lambda _request: HttpResponse())
    check.process_request(request)
    if check.process_view(request, HttpResponse, (), {}):
        raise forbidden(_("A change from a browser carries the page's CSRF token: send it as X-CSRFToken."))


def caller_of(request: HttpRequest) -> Caller:
    return cast(Caller, request.auth)  # type: ignore[attr-defined]


def person_of(request: HttpRequest) -> User:
    """Who answers for the act. Raises Problem 403 for a token that nobody answers for any more."""
    caller = caller_of(request)
    person = caller.person
    if person is None:
        raise forbidden(_("Nobody answers for this token: issue one from the page of tokens."))
    if (
        caller.token is not None
        and not Membership.objects.filter(user=person, organisation=caller.token.organisation_id).exists()
    ):
        raise forbidden(_("Who issued this token has left the organisation: issue a new one."))
    if caller.token is not None:
        act_through(caller.token)
    return person


def stand(request: HttpRequest, slug: str, *, archive_too: bool = False) -> Standing:
    """The engagement for this caller, narrowed to it: Http404 alike for one that is missing and one that is foreign."""
    caller = caller_of(request)
    if caller.token is None:
        return standing_for(request, slug, archive_too=archive_too)
    engagement = engagement_of_token(caller.token, slug)
    if engagement is None:
        raise Http404("no such engagement for this token")
    if engagement.archived is not None and request.method not in SAFE and not archive_too:
        raise EngagementError(
            _("This engagement is in the archive: it is read only. Take it out of the archive first.")
        )
    as_of, chosen = instant_asked(request, engagement)
    narrow(request, [engagement.pk], [caller.token.organisation_id])
    return Standing(engagement, _place(caller, engagement), as_of, chosen)


def _place(caller: Caller, engagement: Engagement) -> Place:
    assert caller.token is not None
    client = caller.token.organisation_id == engagement.client_id
    side: Side = "client" if client else "vendor"
    if caller.scope in MANAGING:
        roles = {Role.CLIENT_MANAGER if client else Role.VENDOR_MANAGER}
    else:
        roles = {Role(LENT[caller.scope])} if caller.scope in LENT else set()
    return Place(frozenset(roles), frozenset({side}))


def seen_by(request: HttpRequest, engagement: Engagement) -> Unmasked:
    """What of personal data the caller sees just now: a person what they unmasked with a reason, a token nothing."""
    caller = caller_of(request)
    if caller.token is not None or caller.person is None:
        return Unmasked()
    return unmasked_for(caller.person, engagement)
