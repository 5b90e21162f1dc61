"""Events stream in by the API and open pages move by themselves, without a reload, without losing focus or place."""

from __future__ import annotations

import json
import shutil
import tempfile
import urllib.request
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.journeys.conftest import check_accessible, check_fits, screenshot, sign_in
from tests.journeys.live import running, seed


@pytest.fixture(scope="module")
def desk() -> Iterator[tuple[str, str]]:
    """(address, token) of a server with one engagement that starts live."""
    data = Path(tempfile.mkdtemp(prefix="giao-journey-"))
    try:
        seed(data, Path(__file__).with_name("seed_live.py"))
        with running(data) as address:
            yield address, (data / "token.txt").read_text(encoding="utf-8")
    finally:
        shutil.rmtree(data, ignore_errors=True)


def send(
    desk: tuple[str, str], *events: tuple[str, str, str, int], at: datetime | None = None
) -> dict[str, Any]:
    """(id, case, activity, minutes ago), as a batch of CloudEvents; what the API answers."""
    address, token = desk
    now = at or datetime.now(UTC)
    batch = [
        {
            "specversion": "1.0",
            "id": identifier,
            "source": "/tickets",
            "type": activity,
            "subject": case,
            "time": (now - timedelta(minutes=ago)).isoformat(),
            "data": {"priority": "high"},
        }
        for identifier, case, activity, ago in events
    ]
    request = urllib.request.Request(
        f"{address}/api/v1/engagements/live/events",
        data=json.dumps(batch).encode(),
        headers={"Content-Type": "application/cloudevents-batch+json", "Authorization": f"Bearer {token}"},
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        assert answer.status == 202
        found: dict[str, Any] = json.loads(answer.read())
        return found


@pytest.mark.parametrize(("language", "size"), [("en", "desktop"), ("vi", "phone")])
def test_open_pages_move_when_events_come_in(
    desk: tuple[str, str], visit: Callable[..., Any], language: str, size: str
) -> None:
    mark = f"{language}-{size}"
    send(desk, (f"{mark}-0", f"{mark}-first", "Opened", 90))
    page = visit(desk[0], language=language, size=size)
    sign_in(page)
    page.goto("/e/live/cases")
    page.wait_for_selector("[data-live-state=live]")
    page.wait_for_selector(f"text={mark}-first")
    page.evaluate("window.stayed = true")
    page.focus("#content input[type=search]")
    send(desk, (f"{mark}-1", f"{mark}-second", "Opened", 30), (f"{mark}-2", f"{mark}-first", "Resolved", 10))
    page.wait_for_selector(f"text={mark}-second", timeout=20_000)
    assert page.evaluate("window.stayed === true"), "the page was not loaded again"
    assert page.evaluate("document.activeElement.type") == "search"
    check_accessible(page)
    check_fits(page)
    screenshot(page, f"live-cases-{mark}")


def test_the_same_event_twice_is_one(desk: tuple[str, str]) -> None:
    moment = datetime.now(UTC) - timedelta(minutes=5)
    first = send(desk, ("same", "same-case", "Opened", 0), at=moment)
    again = send(desk, ("same", "same-case", "Opened", 0), at=moment)
    assert (first["accepted"], first["duplicates"]) == (1, 0)
    assert (again["accepted"], again["duplicates"]) == (0, 1)


def test_a_page_of_the_past_does_not_move(desk: tuple[str, str], visit: Callable[..., Any]) -> None:
    page = visit(desk[0])
    sign_in(page)
    page.goto("/e/live/cases?as_of=2025-01-01T00:00")
    assert page.locator("[data-live]").count() == 0
