"""The vendor proposes a change, the client answers with its own, the vendor accepts: the version is in force."""

from __future__ import annotations

import http.client
import re
import threading
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlencode, urlsplit

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


def posted(address: str, page: Any, path: str, **data: str) -> int:
    """The status of a POST as this person, by a connection of its own."""
    cookies = {cookie["name"]: cookie["value"] for cookie in page}
    connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=60)
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items()),
        "X-CSRFToken": next(value for name, value in cookies.items() if "csrf" in name),
    }
    connection.request("POST", path, urlencode(data), headers)
    status = connection.getresponse().status
    connection.close()
    return status


def test_six_proposals_accepted_and_withdrawn_at_once_end_once_each(
    table_server: str, visit: Callable[..., Any]
) -> None:
    """Twelve requests together: every proposal has one end, the one accepted is the one new version, the losers are told."""
    lan, minh = visit(table_server), visit(table_server)
    sign_in(lan)
    sign_in(minh, "minh@example.org")
    for page in (lan, minh):
        page.goto("/e/race/proposals")
    paths = sorted({link.get_attribute("href") for link in lan.locator("tbody th a").all()})
    assert len(paths) == 6
    cookies = {"confirm": lan.context.cookies(), "withdraw": minh.context.cookies()}
    answers: dict[tuple[str, str], int] = {}
    together = threading.Barrier(12)

    def act(path: str, what: str) -> None:
        together.wait(30)
        answers[path, what] = posted(table_server, cookies[what], path, act=what, seen="1")

    threads = [threading.Thread(target=act, args=(path, what)) for path in paths for what in cookies]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert set(answers.values()) <= {302, 409}, answers
    accepted = [path for path in paths if answers[path, "confirm"] == 302]
    withdrawn = [path for path in paths if answers[path, "withdraw"] == 302]
    assert len(accepted) <= 1
    assert not set(accepted) & set(withdrawn)
    lan.goto("/e/race/agreement")
    versions = set(re.findall(r"version=(\d)", lan.content())) or {"1"}
    assert len(versions) == 1 + len(accepted)
    for path in paths:
        lan.goto(path)
        state = lan.locator(".proposal-state").get_attribute("class").split("is-")[1]
        wanted = "accepted" if path in accepted else "withdrawn" if path in withdrawn else "overtaken"
        assert state == wanted
