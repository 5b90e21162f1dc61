"""The vendor proposes a change, the client answers with its own, the vendor accepts: the version is in force."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from tests.journeys.conftest import HERE, check_accessible, check_fits, screenshot, sign_in
from tests.journeys.live import a_copy, running, seed
from tests.journeys.test_agree import write

KINDS = [
    ("en", "desktop", "light", "2016-05-01", "10 hours", "24 hours", "16 hours"),
    ("vi", "phone", "dark", "2016-06-01", "16 hours", "30 hours", "20 hours"),
]
"""Reader, day, and the target before, as proposed, and as both accept it: the second story goes on from the first."""


@pytest.fixture(scope="module")
def table_server() -> Iterator[str]:
    with (
        a_copy("proposals", lambda data: seed(data, HERE / "seed_proposals.py")) as data,
        running(data) as address,
    ):
        yield address


def look(page: Any, name: str) -> None:
    screenshot(page, f"proposals-{name}")
    check_fits(page)
    check_accessible(page)


def send(page: Any, day: str, old: str, new: str, name: str, note: str = "") -> None:
    """From the editor: change the target, propose, restate, send."""
    page.wait_for_selector("#agreement-text", state="attached")
    text = page.input_value("#agreement-text")
    assert f"within: {old}" in text
    write(page, text.replace(f"within: {old}", f"within: {new}"))
    page.wait_for_selector(".changes")
    page.fill("#day", day)
    check_fits(page)
    check_accessible(page)
    page.click("button[value=propose]")
    page.wait_for_url("**/proposals/new**")
    page.fill("#note", note)
    look(page, f"{name}-new")
    page.click("button[value=confirm]")
    page.wait_for_selector("#thread")
    page.wait_for_selector("#replay .finding", timeout=60_000)


@pytest.mark.parametrize(("language", "size", "theme", "day", "before", "asked", "agreed"), KINDS)
def test_a_change_is_proposed_countered_accepted_and_in_force(
    table_server: str,
    visit: Callable[..., Any],
    language: str,
    size: str,
    theme: str,
    day: str,
    before: str,
    asked: str,
    agreed: str,
) -> None:
    name = f"{size}-{language}"
    minh = visit(table_server, language, size, theme)
    sign_in(minh, "minh@example.org")
    lan = visit(table_server, language, size, theme)
    sign_in(lan)
    if day == KINDS[0][3]:
        minh.goto("/e/desk/proposals")
        look(minh, f"{name}-empty")
    minh.goto("/e/desk/agreement/edit")
    send(minh, day, before, asked, f"{name}-vendor", "<b>Ban đêm</b> không có người trực.")
    lan.goto("/notifications")
    assert "Trần Văn Minh" in lan.text_content("main")
    lan.goto("/e/desk/proposals")
    lan.click("tbody th a")
    lan.wait_for_selector("#replay .finding", timeout=60_000)
    look(lan, f"{name}-client-reads")
    assert "<b>Ban đêm</b>" in lan.text_content("#thread")
    assert lan.locator(".is-added .line").filter(has_text=asked).count() == 1
    lan.click("button[value=take]")
    lan.wait_for_url("**/agreement/edit?day=**")
    assert lan.input_value("#day") == day
    send(lan, day, asked, agreed, f"{name}-client")
    minh.goto("/e/desk/proposals")
    look(minh, f"{name}-list")
    minh.click("tbody th a")
    minh.wait_for_selector("button[value=accept]")
    look(minh, f"{name}-vendor-reads")
    minh.click("button[value=accept]")
    minh.wait_for_selector("[role=alertdialog]")
    look(minh, f"{name}-asked")
    minh.click("button[value=confirm]")
    minh.wait_for_selector(".proposal-state.is-accepted")
    look(minh, f"{name}-accepted")
    lan.goto("/e/desk/agreement")
    assert "Trần Văn Minh" in lan.text_content("main")
    look(lan, f"{name}-history")
    number = 2 + [kind[3] for kind in KINDS].index(day)
    lan.goto(f"/e/desk/agreement?version={number}")
    assert f"within: {agreed}" in lan.text_content("main").replace("\xa0", " ")
    assert f"effective: {day}" in lan.text_content("main").replace("\xa0", " ")
