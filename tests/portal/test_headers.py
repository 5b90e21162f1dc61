"""The headers that guard a browser are on the answer of every address: read, refused, not found, as file and as fragment."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from tests.portal.test_every_address import MARKS, Planted, browser, planted

__all__ = ["planted"]

WANTED = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
DIRECTIVES = {
    "default-src": "'self'",
    "script-src": "'self'",
    "style-src": "'self'",
    "object-src": "'none'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}


@pytest.fixture
def behind_tls(monkeypatch: pytest.MonkeyPatch) -> None:
    """As with GIAO_HTTPS=1; middleware reads its settings when a client asks first."""
    from django.conf import settings

    monkeypatch.setattr(settings, "SECURE_HSTS_SECONDS", 31_536_000)
    monkeypatch.setattr(settings, "SECURE_HSTS_INCLUDE_SUBDOMAINS", True)


def faults_of(answer: Any, *, tls: bool) -> list[str]:
    found = [f"{name}: {answer.get(name)}" for name, value in WANTED.items() if answer.get(name) != value]
    parts = [part.strip().partition(" ") for part in answer.get("Content-Security-Policy", "").split(";")]
    policy = {name: value for name, _space, value in parts}
    found += [f"{name} {policy.get(name)}" for name, value in DIRECTIVES.items() if policy.get(name) != value]
    if answer.get("Referrer-Policy") != "same-origin":
        found.append(f"Referrer-Policy: {answer.get('Referrer-Policy')}")
    hsts = answer.get("Strict-Transport-Security", "")
    if hsts != ("max-age=31536000; includeSubDomains" if tls else ""):
        found.append(f"HSTS: {hsts!r}")
    return found


@pytest.mark.parametrize("tls", [True, False])
def test_every_answer_of_every_address_bears_them(
    planted: Planted, behind_tls: None, db: None, tls: bool
) -> None:
    from giao.kernel.parties.models import User

    seen: set[int] = set()
    for visitor in (browser(), browser(User.objects.get(email=MARKS["mail"]))):
        for name, path in [*planted.addresses(), ("none", "/nothing-here"), ("long", "/?x=" + "a" * 9_000)]:
            answer = visitor.get(path, secure=tls)
            if answer.streaming:
                b"".join(answer.streaming_content)
            assert faults_of(answer, tls=tls) == [], (name, path, answer.status_code)
            seen.add(answer.status_code)
    assert {200, 302, 401, 404, 414} <= seen


def test_what_is_refused_for_its_size_or_method_bears_them_too(django_ready: None) -> None:
    visitor = browser()
    large = visitor.generic("POST", "/sign-in", CONTENT_LENGTH=str(700 * 1024 * 1024))
    for answer, status in (
        (large, 413),
        (visitor.generic("TRACE", "/sign-in"), 405),
        (visitor.get("/?x=" + "a" * 9_000), 414),
    ):
        assert answer.status_code == status
        assert faults_of(answer, tls=False) == [], status


def test_a_forged_form_is_refused_with_them_too(planted: Planted, db: None) -> None:
    from django.test import Client

    answer = Client(enforce_csrf_checks=True).post("/sign-in", {"email": "x"})
    assert answer.status_code == 403
    assert faults_of(answer, tls=False) == []


def test_the_stream_bears_what_a_stream_can(behind_tls: None, django_ready: None) -> None:
    from giao.kernel.live.stream import LiveStream

    said: list[dict[str, Any]] = []

    async def send(message: dict[str, Any]) -> None:
        said.append(message)

    async def receive() -> dict[str, Any]:
        return {"type": "http.disconnect"}

    request = {"type": "http", "method": "POST", "path": "/live", "query_string": b"", "headers": []}
    asyncio.run(LiveStream()(request, receive, send))
    headers = dict(said[0]["headers"])
    assert headers[b"x-content-type-options"] == b"nosniff"
    assert b"frame-ancestors 'none'" in headers[b"content-security-policy"]
    assert headers[b"strict-transport-security"] == b"max-age=31536000; includeSubDomains"
    assert headers[b"referrer-policy"] == b"same-origin"
