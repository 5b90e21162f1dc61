"""The run of the demonstration in a browser: tower, service level, cases, case, explanation; every page in both languages."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from tests.journeys.conftest import check_accessible, check_fits, screenshot, sign_in

DESK, LOANS = "/e/service-desk", "/e/loan-applications"
PASSWORD = "giao-demo"
PLACES = {
    "levels": f"{DESK}/levels",
    "level": f"{DESK}/levels/critical_resolved?over=all",
    "level-mean": f"{LOANS}/levels/decision_mean",
    "cases": f"{DESK}/cases?pick=priority",
    "members": f"{DESK}/cases?kpi=standard_resolved&window=2016-04&role=missed&size=25",
    "line": f"{DESK}/cases?line=resolved-incidents&month=2016-04&size=25",
    "case": f"{DESK}/cases/INC0000045",
    "case-open": f"{DESK}/cases/INC0010013",
    "loan": f"{LOANS}/cases/10",
    "at-risk": f"{DESK}/at-risk?size=25",
    "at-risk-empty": f"{LOANS}/at-risk?f_state=overdue",
    "reported": f"{DESK}/reported",
    "past": f"{LOANS}/levels?as_of=2023-04-01T10:00",
    "case-past": f"{DESK}/cases/INC0010013?as_of=2016-03-28T10:00",
}
KINDS = [
    ("en", "desktop", "light"),
    ("vi", "desktop", "dark"),
    ("vi", "phone", "light"),
    ("en", "phone", "dark"),
]


def speak(page: Any, language: str) -> None:
    """Accounts have a language of their own; this reader wants another."""
    if page.locator("html").get_attribute("lang") != language:
        page.click(f"button[value={language}]")
        page.wait_for_selector(f"html[lang={language}]")


@pytest.mark.parametrize(("language", "size", "theme"), KINDS)
def test_every_page_of_the_run_is_readable(
    demo_server: str, visit: Callable[..., Any], language: str, size: str, theme: str
) -> None:
    page = visit(demo_server, language, size, theme)
    sign_in(page, "lan@example.org", PASSWORD)
    speak(page, language)
    for name, address in PLACES.items():
        assert page.goto(address).status == 200, address
        assert page.locator("html").get_attribute("lang") == language
        assert page.locator("h1").count() == 1
        screenshot(page, f"run-{size}-{language}-{theme}-{name}")
        check_fits(page)
        check_accessible(page)


@pytest.mark.parametrize(
    ("language", "size", "words"),
    [
        ("en", "desktop", ("missed", "Clocks")),
        ("vi", "desktop", ("vi phạm", "Đồng hồ SLA")),
        ("en", "phone", ("missed", "Clocks")),
    ],
)
def test_from_the_tower_to_the_second(
    demo_server: str, visit: Callable[..., Any], language: str, size: str, words: tuple[str, str]
) -> None:
    page = visit(demo_server, language, size)
    sign_in(page, "lan@example.org", PASSWORD)
    speak(page, language)
    page.click(f"a[href^='{DESK}/levels/critical_resolved']")
    page.wait_for_url("**/levels/critical_resolved**")
    role = page.locator(".roles tr", has_text=words[0]).locator("a")
    count = role.inner_text()
    role.click()
    page.wait_for_url("**/cases?**")
    assert page.locator(".lead").inner_text().startswith(count)
    assert page.locator(".chip").count() == 3
    first = page.locator("[data-rows] td a").first
    case = first.inner_text()
    first.click()
    page.wait_for_url("**/cases/INC*")
    assert page.locator("h1").inner_text() == case
    assert page.locator("#clocks-head").inner_text() == words[1]
    stretch = page.locator("svg.chart a").first
    target = stretch.get_attribute("href")
    assert stretch.get_attribute("aria-label")
    stretch.focus()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{target}")
    assert page.locator(f"tr{target}").is_visible()
    check_accessible(page)


def test_a_list_is_searched_filtered_sorted_and_sent_by_its_address(
    demo_server: str, visit: Callable[..., Any]
) -> None:
    page = visit(demo_server)
    sign_in(page, "lan@example.org", PASSWORD)
    speak(page, "en")
    page.goto(f"{DESK}/cases")
    page.select_option("#f-state", "open")
    page.wait_for_url("**f_state=open**")
    assert page.locator(".chip").inner_text().startswith("State: open")
    page.goto(f"{DESK}/cases?f_state=open")
    assert re.search(r"of 1,185", page.locator(".table-foot").inner_text())
    page.select_option("#pick", "priority")
    page.wait_for_url("**pick=priority**")
    page.click(".values a >> nth=0")
    page.wait_for_url("**a_priority=**")
    assert page.locator(".chip").count() == 2
    page.select_option("#clock", "resolution:overdue")
    page.wait_for_url("**clock=resolution**")
    assert page.locator(".chip").count() == 3
    address = page.url
    rows = page.locator("[data-rows]").inner_text()
    again = visit(demo_server)
    sign_in(again, "lan@example.org", PASSWORD)
    speak(again, "en")
    again.goto(address)
    assert again.locator("[data-rows]").inner_text() == rows
    with page.expect_download() as downloaded:
        page.locator("summary", has_text="Export").click()
        page.click("a[download] >> nth=0")
    text = downloaded.value.path().read_text(encoding="utf-8-sig")
    assert len(text.splitlines()) - 1 == int(
        re.search(r"of ([\d,]+)", page.locator(".table-foot").inner_text())[1].replace(",", "")  # type: ignore[index]
    )


def test_the_queue_is_worked_from_the_top(demo_server: str, visit: Callable[..., Any]) -> None:
    page = visit(demo_server)
    sign_in(page, "lan@example.org", PASSWORD)
    speak(page, "en")
    page.goto(f"{DESK}/at-risk")
    assert page.locator("[data-rows] tr").first.inner_text().count("overdue by") == 1
    assert page.locator("#due-hours svg").count() == 1
    page.click(".numbers a >> nth=1")
    page.wait_for_url("**f_state=at_risk**")
    number = page.locator(".numbers a").nth(1).inner_text()
    assert f"of {number}" in page.locator(".table-foot").inner_text()
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url("**/cases/INC*")
    assert page.locator(".case-next").is_visible()
