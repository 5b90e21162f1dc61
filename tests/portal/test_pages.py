"""Engagement, search, audit, health, errors: what each answers, and to whom."""

from typing import Any

import polars as pl
import pytest


def enter(client: Any, role: str = "client_manager", **more: Any) -> Any:
    from tests.kernel.ground import person, world

    here = world(**more)
    client.force_login(person("Lan", here.client, role))
    return here


def test_an_engagement_without_agreement_says_what_comes_first(client: Any) -> None:
    here = enter(client)
    body = client.get(f"/e/{here.engagement.slug}/").content.decode()
    assert "No agreement in force yet" in body
    for number, step in enumerate(("Identify", "Choose", "Agree", "Run", "Improve"), start=1):
        assert step in body
        assert f">{number}<" in body


def test_with_an_agreement_the_log_comes_next_and_the_step_is_done(client: Any) -> None:
    from tests.kernel.ground import AGREEMENT

    from giao.kernel.engagements.actions.adopt_agreement import adopt_agreement

    here = enter(client)
    adopt_agreement(here.engagement, AGREEMENT)
    body = client.get(f"/e/{here.engagement.slug}/").content.decode()
    assert "No event log yet" in body
    assert "v1 in force" in body
    assert "step-done" in body


def failing(here: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.kernel.ground import AGREEMENT

    from giao.core.agreement.errors import AgreementError
    from giao.kernel.engagements.actions.adopt_agreement import adopt_agreement
    from giao.kernel.engagements.models import LogImport
    from giao.kernel.readings import compute

    adopt_agreement(here.engagement, AGREEMENT)
    LogImport.objects.create(engagement=here.engagement, source="x", folder="x", hash="c" * 64)

    def fail(reading: Any, progress: Any) -> Any:
        raise AgreementError("the log has no column 'Amount <b>'; map it")

    monkeypatch.setattr(compute, "compute", fail)


def test_a_failed_reading_says_why_and_offers_to_try_again(
    client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from giao.kernel.readings.models import Reading

    here = enter(client)
    failing(here, monkeypatch)
    address = f"/e/{here.engagement.slug}/"
    body = client.get(address).content.decode()
    assert "could not be computed" in body
    assert "map it" in body
    assert "<b>" not in body
    reading = Reading.objects.get()
    answer = client.post(address + "retry", {"reading": str(reading.pk), "next": address})
    assert answer["Location"] == address
    other = enter(client)
    assert client.post(f"/e/{other.engagement.slug}/retry", {"reading": str(reading.pk)}).status_code == 404


def test_the_readers_instant_goes_along_every_link_of_the_engagement(client: Any) -> None:
    here = enter(client)
    slug = here.engagement.slug
    body = client.get(f"/e/{slug}/?as_of=2016-04-01T10:00").content.decode()
    assert "is-as-of" in body
    assert f'href="/e/{slug}/?as_of=2016-04-01T10%3A00#run"' in body
    assert "Back to 12 May 2016 18:00" in body.replace("\u00a0", " ")
    bad = client.get(f"/e/{slug}/?as_of=%3Cb%3E")
    assert bad.status_code == 400
    assert "2016-05-12T18:00" in bad.content.decode()
    assert "<b>" not in bad.content.decode()


def test_the_sidebar_shows_no_page_that_is_not_there(client: Any) -> None:
    from giao.ui import navigation
    from giao.ui.navigation import Place, add_place

    here = enter(client)
    add_place(Place("no_such_page", "Phantom", "run"))
    add_place(Place("audit", "Trail again", "run"))
    try:
        body = client.get(f"/e/{here.engagement.slug}/").content.decode()
    finally:
        del navigation._places["no_such_page"], navigation._places["audit"]
    assert "Phantom" not in body
    assert "Trail again" in body


def test_the_audit_trail_is_for_those_who_may(client: Any) -> None:
    here = enter(client, "client_manager")
    address = f"/e/{here.engagement.slug}/audit"
    body = client.get(address).content.decode()
    assert "opened the engagement" in body
    assert "the system" in body
    enter_again = enter(client, "analyst")
    refused = client.get(f"/e/{enter_again.engagement.slug}/audit")
    assert refused.status_code == 403
    assert "read the audit trail" in refused.content.decode()


def test_sign_ins_of_the_readers_own_organisation_only(client: Any) -> None:
    from tests.kernel.ground import person, world

    from giao.kernel.audit.record import record_sign_in

    here = enter(client)
    other = world()
    colleague = person("Mai", here.client, "analyst")
    vendor = person("Minh", here.vendor, "vendor_manager")
    stranger = person("Eve", other.client)
    record_sign_in(colleague.email, colleague, "10.0.0.3", succeeded=True)
    record_sign_in(vendor.email, vendor, "10.0.0.1", succeeded=True)
    record_sign_in(stranger.email, stranger, "10.0.0.2", succeeded=True)
    body = client.get(f"/e/{here.engagement.slug}/audit?kind=sign_ins").content.decode()
    assert colleague.email in body
    assert vendor.email not in body
    assert stranger.email not in body


def test_search_finds_names_vendors_and_cases_of_ones_own(
    client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from types import SimpleNamespace

    from tests.kernel.ground import store_figures, world

    from giao.portal import search

    here, elsewhere = enter(client, name="Loan files"), world(name="Loan secrets")
    for engagement in (here.engagement, elsewhere.engagement):
        store_figures(engagement)
    frame = pl.LazyFrame({"case": ["INC0001", "INC0012", "XINC0001"], "state": ["open"] * 3})
    monkeypatch.setattr(search, "results_of", lambda reading: SimpleNamespace(cases=frame))
    body = client.get("/search?q=loan").content.decode()
    assert "Loan files" in body
    assert "Loan secrets" not in body
    found = search.find_cases([here.engagement], "inc0001")
    assert [item.case for item in found] == ["INC0001", "XINC0001"]
    assert "INC0012" in client.get("/search?q=0012").content.decode()
    assert "Nothing found for “a&lt;b”" in client.get("/search?q=a<b").content.decode()
    assert client.get("/search").status_code == 200
    assert client.get("/search?q=[").status_code == 200


def test_health_needs_no_sign_in(client: Any) -> None:
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


def test_a_page_that_is_not_there_says_so_in_the_readers_language(client: Any) -> None:
    enter(client)
    body = client.get("/nowhere").content.decode()
    assert "This page is not here" in body
    client.post("/language", {"language": "vi", "next": "/"})
    assert "Không có trang này" in client.get("/nowhere").content.decode()


def test_a_broken_page_answers_500_without_internals(client: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from giao.portal import tower

    enter(client)

    def broken(*_: Any) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr(tower, "tower_rows", broken)
    client.raise_request_exception = False
    answer = client.get("/")
    assert answer.status_code == 500
    assert "Something broke" in answer.content.decode()
    assert "secret detail" not in answer.content.decode()


def test_every_answer_carries_the_strict_policy(client: Any) -> None:
    for address in ("/sign-in", "/healthz", "/nowhere"):
        headers = client.get(address).headers
        policy = headers["Content-Security-Policy"]
        assert "script-src 'self'" in policy
        assert "style-src 'self'" in policy
        assert "unsafe" not in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["Referrer-Policy"] == "same-origin"
