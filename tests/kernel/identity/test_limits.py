"""Bounds of a request, headers and cookies, and the second factor where it is required."""

from __future__ import annotations

from typing import Any

import pytest


def test_what_is_too_long_or_too_large_is_answered_before_it_is_read(client: Any) -> None:
    from tests.kernel.ground import person

    assert client.get("/sign-in?x=" + "a" * 9_000).status_code == 414
    assert client.generic("TRACE", "/sign-in").status_code == 405
    assert client.generic("POST", "/sign-in", CONTENT_LENGTH=str(700 * 1024 * 1024)).status_code == 413
    assert client.generic("POST", "/sign-in", CONTENT_LENGTH="many").status_code == 413
    form = {"email": "a@example.org", "password": "x" * 100_000}
    assert client.post("/sign-in", form).status_code == 413
    client.force_login(person())
    assert client.post("/account", {"act": "profile", "name": "x" * 100_000}).status_code == 400


def test_a_form_beyond_its_measure_is_refused_for_people_too(client: Any) -> None:
    from django.conf import settings
    from tests.kernel.ground import person

    client.force_login(person())
    large = "x" * (settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)
    answer = client.post("/account", f"name={large}", content_type="application/x-www-form-urlencoded")
    assert answer.status_code in (400, 413)
    many = "&".join(f"a{at}=1" for at in range(1_100))
    answer = client.post("/account", many, content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 400


PLACES = ("/sign-in", "/nothing-here", "/healthz", "/static/giao/giao.css", "/account", "/forgot")


@pytest.mark.parametrize("place", PLACES)
def test_every_kind_of_answer_bears_the_headers(client: Any, place: str) -> None:
    answer = client.get(place)
    if answer.streaming:
        assert b"".join(answer.streaming_content)
    policy = answer.get("Content-Security-Policy", "")
    if "static" not in place:
        for part in ("default-src 'self'", "script-src 'self'", "object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'", "form-action 'self'"):  # fmt: skip
            assert part in policy, place
        assert "unsafe" not in policy
        assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
        assert answer["Referrer-Policy"] == "same-origin"
        assert answer["X-Frame-Options"] == "DENY"
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_no_template_has_script_or_style_inside() -> None:
    import re
    from pathlib import Path

    templates = (Path(__file__).resolve().parents[3] / "src" / "giao").rglob("templates/**/*.html")
    for path in templates:
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=\"|javascript:", text), path
        assert not re.search(r"<script(?![^>]*\ssrc=)(?![^>]*type=\"application/json\")[^>]*>", text), path


def test_where_it_is_required_nothing_opens_without_a_second_factor(
    client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.conf import settings
    from tests.kernel.ground import person, world
    from tests.portal.test_people import switched_on

    here = world()
    monkeypatch.setattr(settings, "GIAO_SECOND_FACTOR_REQUIRED", True)
    client.force_login(person("Lan", here.client))
    for place in ("/", "/account", f"/e/{here.engagement.slug}/", "/organisations"):
        assert client.get(place)["Location"] == "/account/second-factor", place
    assert client.get("/account/second-factor").status_code == 200
    client.post("/sign-out")
    switched_on(client)
    assert client.get("/account").status_code == 200


def test_an_administrator_signs_a_member_out_everywhere(client: Any) -> None:
    from django.test import Client
    from tests.kernel.ground import person, world

    here = world()
    mai = person("Mai", here.vendor, "agent")
    phone = Client()
    phone.force_login(mai)
    assert phone.get("/account").status_code == 200
    client.force_login(person("Ada", here.vendor, "administrator"))
    row = mai.memberships.get()
    client.post(f"/organisations/{here.vendor.pk}", {"act": "sessions", "membership": str(row.pk)})
    assert phone.get("/account").status_code == 302
    client.force_login(person("Minh", here.vendor, "vendor_manager"))
    answer = client.post(f"/organisations/{here.vendor.pk}", {"act": "sessions", "membership": str(row.pk)})
    assert answer.status_code == 403


def test_a_refusal_is_logged_with_the_person_and_the_page(
    client: Any, caplog: pytest.LogCaptureFixture
) -> None:
    from tests.kernel.ground import person, world

    here = world()
    user = person("Mai", here.client, "agent")
    client.force_login(user)
    client.get(f"/e/{here.engagement.slug}/audit")
    assert f"refused: person {user.pk}, GET /e/{here.engagement.slug}/audit" in caplog.text


def test_an_address_that_a_header_tells_counts_only_behind_a_trusted_proxy(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.conf import settings
    from django.test import RequestFactory

    from giao.kernel.identity.addresses import address_of

    asked = RequestFactory().get(
        "/", HTTP_X_FORWARDED_FOR="203.0.113.9, 198.51.100.4", REMOTE_ADDR="10.0.0.1"
    )
    assert address_of(asked) == "10.0.0.1"
    monkeypatch.setattr(
        settings, "SECURE_PROXY_SSL_HEADER", ("HTTP_X_FORWARDED_PROTO", "https"), raising=False
    )
    assert address_of(asked) == "198.51.100.4", (
        "the proxy's own entry, not what the browser wrote in front of it"
    )
    spoilt = RequestFactory().get("/", HTTP_X_FORWARDED_FOR="<script>")
    assert address_of(spoilt) is None


def test_what_a_request_says_of_its_way_counts_from_the_proxy_alone(db: None, settings_of_tls: Any) -> None:
    from django.http import HttpRequest, HttpResponse

    from giao.kernel.identity.addresses import address_of, believe_proxies_alone

    def seen(peer: str) -> tuple[str | None, bool]:
        request = HttpRequest()
        request.META |= {
            "REMOTE_ADDR": peer,
            "HTTP_X_FORWARDED_FOR": "203.0.113.9, 198.51.100.7",
            "HTTP_X_FORWARDED_PROTO": "https",
        }
        told: list[tuple[str | None, bool]] = []

        def page(asked: HttpRequest) -> HttpResponse:
            told.append((address_of(asked), asked.is_secure()))
            return HttpResponse()

        believe_proxies_alone(page)(request)
        return told[0]

    assert seen("127.0.0.1") == ("198.51.100.7", True)
    assert seen("192.0.2.44") == ("192.0.2.44", False)
    settings_of_tls.GIAO_PROXIES = ["192.0.2.0/24"]
    assert seen("192.0.2.44") == ("198.51.100.7", True)
    assert seen("127.0.0.1") == ("127.0.0.1", False)


@pytest.fixture
def settings_of_tls(monkeypatch: pytest.MonkeyPatch) -> Any:
    from django.conf import settings

    monkeypatch.setattr(
        settings, "SECURE_PROXY_SSL_HEADER", ("HTTP_X_FORWARDED_PROTO", "https"), raising=False
    )

    class Changing:
        def __setattr__(self, name: str, value: Any) -> None:
            monkeypatch.setattr(settings, name, value)

    return Changing()
