"""Tokens of service accounts: what lets a request in, what keeps it out, and that the secret stays nowhere."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any

import pytest


def request_with(secret: str | None, address: str = "198.51.100.7") -> Any:
    from django.test import RequestFactory

    headers = {"authorization": f"Bearer {secret}"} if secret is not None else {}
    return RequestFactory().post("/api/events", headers=headers, REMOTE_ADDR=address)


def issued(here: Any, *scopes: str, days: int = 30, **more: Any) -> Any:
    from django.utils import timezone

    from giao.kernel.identity.actions.make_service_account import make_service_account
    from giao.kernel.identity.tokens import issue_token

    account = make_service_account(here.vendor, f"Ticket system {len(scopes)}{days}")
    return issue_token(account, scopes, timezone.now() + timedelta(days=days), **more)


def refused(secret: str | None, scope: str, slug: str | None = None) -> Any:
    from giao.kernel.identity.problems import Problem
    from giao.kernel.identity.tokens import authenticate

    with pytest.raises(Problem) as caught:
        authenticate(request_with(secret), scope, slug)
    return caught.value


def test_a_token_opens_its_scope_in_the_engagements_of_its_organisation(db: None) -> None:
    from tests.kernel.ground import world

    from giao.kernel.identity.tokens import authenticate, engagements_of

    here, elsewhere = world(), world()
    token, secret = issued(here, "events:write", "readings:read")
    found = authenticate(request_with(secret), "events:write", here.engagement.slug)
    assert (found.pk, found.reached) == (token.pk, here.engagement)
    assert engagements_of(found) == [here.engagement]
    assert refused(secret, "agreement:write", here.engagement.slug).status == 403
    foreign = refused(secret, "events:write", elsewhere.engagement.slug)
    missing = refused(secret, "events:write", "nothing-here")
    assert foreign.status == missing.status == 403
    assert foreign.detail.replace(elsewhere.engagement.slug, "X") == missing.detail.replace(
        "nothing-here", "X"
    )


def test_a_token_limited_to_one_engagement_reaches_no_other_of_the_same_organisation(db: None) -> None:
    from tests.kernel.ground import world

    from giao.kernel.engagements.actions.open_engagement import open_engagement
    from giao.kernel.identity.tokens import authenticate, engagements_of

    here = world()
    second = open_engagement("Second", here.client, here.vendor, slug="second-one")
    token, secret = issued(here, "events:write", engagement=here.engagement)
    assert authenticate(request_with(secret), "events:write").reached == here.engagement
    assert refused(secret, "events:write", second.slug).status == 403
    assert engagements_of(token) == [here.engagement]


@pytest.mark.parametrize("how", ["none", "basic", "wrong", "other secret", "expired", "revoked", "disabled"])
def test_whatever_is_wrong_reads_alike(db: None, how: str) -> None:
    from django.utils import timezone
    from tests.kernel.ground import world

    from giao.kernel.identity.actions.make_service_account import disable_service_account
    from giao.kernel.identity.tokens import revoke_token

    here = world()
    token, secret = issued(here, "events:write")
    if how == "none":
        answer = refused(None, "events:write")
    else:
        if how == "expired":
            token.__class__._base_manager.filter(pk=token.pk).update(expires=timezone.now())
        if how == "revoked":
            revoke_token(token)
        if how == "disabled":
            disable_service_account(token.account)
        shown = {"basic": "", "wrong": "giao_nonsense", "other secret": secret[:-3] + "AAA"}.get(how, secret)
        answer = refused(shown, "events:write")
    assert answer.status == 401
    response = answer.as_response()
    assert response["Content-Type"] == "application/problem+json"
    assert response["WWW-Authenticate"].startswith("Bearer")
    assert secret not in response.content.decode()


def test_thirty_wrong_tokens_of_an_address_are_answered_with_wait(db: None) -> None:
    from tests.kernel.ground import world

    from giao.kernel.identity.models import TokenRefusal
    from giao.kernel.identity.tokens import authenticate

    here = world()
    _token, secret = issued(here, "events:write")
    for _attempt in range(30):
        assert refused("giao_wrong", "events:write").status == 401
    answer = refused("giao_wrong", "events:write")
    assert answer.status == 429
    assert 0 < int(answer.as_response()["Retry-After"]) <= 900
    assert TokenRefusal.objects.count() == 30, "a flood does not fill the table"
    assert authenticate(request_with(secret), "events:write"), "a right token is never shut out by wrong ones"


@pytest.mark.parametrize(
    ("scopes", "days", "said"),
    [
        ((), 30, "at least one"),
        (("events:burn",), 30, "events:burn"),
        (("events:write",), 400, "366"),
        (("events:write",), -1, "366"),
    ],
)
def test_a_token_without_purpose_or_end_is_not_made(
    db: None, scopes: tuple[str, ...], days: int, said: str
) -> None:
    from tests.kernel.ground import world

    from giao.kernel.identity.errors import IdentityError
    from giao.kernel.identity.models import ServiceToken

    with pytest.raises(IdentityError, match=said):
        issued(world(), *scopes, days=days)
    assert not ServiceToken._base_manager.exists()


def test_a_token_for_a_foreign_engagement_is_not_made(db: None) -> None:
    from tests.kernel.ground import world

    from giao.kernel.identity.errors import IdentityError

    with pytest.raises(IdentityError, match="no party"):
        issued(world(), "events:write", engagement=world().engagement)


def test_the_secret_is_stored_and_logged_nowhere(db: None, caplog: pytest.LogCaptureFixture) -> None:
    from django.core import serializers
    from tests.kernel.ground import world

    from giao.kernel.audit.models import OrganisationAct
    from giao.kernel.identity.models import ServiceToken
    from giao.kernel.identity.redact import Redact
    from giao.kernel.identity.tokens import authenticate

    caplog.set_level(logging.DEBUG)
    here = world()
    token, secret = issued(here, "events:write")
    authenticate(request_with(secret), "events:write", here.engagement.slug)
    refused(secret[:-1] + ("A" if secret[-1] != "A" else "B"), "events:write")
    stored = serializers.serialize(
        "json", [*ServiceToken._base_manager.all(), *OrganisationAct._base_manager.all()]
    )
    last = secret.split("_", 2)[2]  # the random part may hold underscores of its own
    assert last not in stored
    assert token.prefix in stored
    assert last not in caplog.text
    assert secret not in repr(token)
    assert secret not in str(token)
    line = logging.LogRecord("x", logging.ERROR, "x", 1, "header was %s", (f"Bearer {secret}",), None)
    assert Redact().filter(line)
    assert last not in line.getMessage()
    assert token.prefix in line.getMessage()


def test_every_handler_of_this_server_cuts_tokens_out(db: None) -> None:
    from django.conf import settings

    for name, handler in settings.LOGGING["handlers"].items():
        assert "redact" in handler.get("filters", []), name


def test_use_is_noted_but_not_at_every_request(db: None) -> None:
    from tests.kernel.ground import world

    from giao.kernel.identity.models import ServiceToken
    from giao.kernel.identity.tokens import authenticate

    here = world()
    token, secret = issued(here, "events:write")
    authenticate(request_with(secret), "events:write")
    first = ServiceToken._base_manager.get(pk=token.pk).last_used
    assert first is not None
    authenticate(request_with(secret), "events:write")
    assert ServiceToken._base_manager.get(pk=token.pk).last_used == first
