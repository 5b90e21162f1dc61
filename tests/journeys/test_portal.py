"""Sign in, look around the portal: in both languages, on a desk and a phone, in both themes."""

from collections.abc import Callable
from typing import Any

import pytest
from tests.journeys.conftest import check_accessible, check_fits, screenshot, sign_in

KINDS = [
    ("en", "desktop", "light"),
    ("vi", "desktop", "dark"),
    ("vi", "phone", "light"),
    ("en", "phone", "dark"),
]
TOWER = {"en": "Control tower", "vi": "Bảng điều hành"}
VALUE = {"en": "€1,920", "vi": "1.920\u00a0€"}
PLACES = {
    "tower": "/",
    "tower-past": "/?as_of=2016-03-01T10:00",
    "engagement": "/e/service-desk/",
    "engagement-past": "/e/service-desk/?as_of=2016-04-01T10:00",
    "audit": "/e/service-desk/audit",
    "sign-ins": "/e/service-desk/audit?kind=sign_ins",
    "search": "/search?q=loan",
    "search-nothing": "/search?q=zzz",
    "account": "/account",
    "not-found": "/e/no-such/",
    "bad-instant": "/e/service-desk/?as_of=never",
}


@pytest.mark.parametrize(("language", "size", "theme"), KINDS)
def test_every_page_of_the_portal_is_readable(
    small_server: str, visit: Callable[..., Any], language: str, size: str, theme: str
) -> None:
    page = visit(small_server, language, size, theme)
    page.goto("/")
    assert "/sign-in?next=/" in page.url
    kind = f"{size}-{language}-{theme}"
    screenshot(page, f"{kind}-sign-in")
    check_accessible(page)
    sign_in(page)
    assert page.locator("h1").inner_text() == TOWER[language]
    assert VALUE[language] in page.locator("main").inner_text()
    for name, address in PLACES.items():
        page.goto(address)
        assert page.locator("html").get_attribute("lang") == language
        assert page.locator("html").get_attribute("data-bs-theme") == theme
        assert page.locator("h1").count() == 1
        screenshot(page, f"{kind}-{name}")
        check_fits(page)
        if size == "desktop":
            check_tables_fit(page)
        check_accessible(page)


def check_tables_fit(page: Any) -> None:
    """On a desk every column is in sight."""
    over = page.evaluate(
        "Math.max(0, ...Array.from(document.querySelectorAll('.table-wrap'), box => box.scrollWidth - box.clientWidth))"
    )
    assert over == 0, f"a table on {page.url} is {over} px too wide"


def test_the_menus_work_and_what_they_choose_stays(small_server: str, visit: Callable[..., Any]) -> None:
    page = visit(small_server)
    sign_in(page, "minh@example.org")  # the language chosen here stays in the account
    page.click("summary[aria-label=Theme]")
    page.click("[data-set-theme=dark]")
    assert page.locator("html").get_attribute("data-bs-theme") == "dark"
    page.reload()
    assert page.locator("html").get_attribute("data-bs-theme") == "dark"
    page.click("button[value=vi]")
    page.wait_for_selector("html[lang=vi]")
    assert page.locator("h1").inner_text() == "Bảng điều hành"
    page.click("button[value=en]")
    page.wait_for_selector("html[lang=en]")
    page.click("#help summary")
    assert page.locator("#help .menu-body").is_visible()
    check_accessible(page)
    page.keyboard.press("Escape")
    assert not page.locator("#help .menu-body").is_visible()


def test_keys_search_and_walk_the_rows(small_server: str, visit: Callable[..., Any]) -> None:
    page = visit(small_server)
    sign_in(page)
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "q-tower"  # the search of the list at hand
    page.keyboard.press("Control+k")
    assert page.evaluate("document.activeElement.id") == "search"
    page.keyboard.type("payroll")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=payroll")
    assert "Payroll" in page.locator("main").inner_text()
    page.keyboard.press("Control+k")
    assert page.evaluate("document.activeElement.id") == "search"
    page.goto("/")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    assert "Service desk" in page.locator("tr.is-current").inner_text()
    page.keyboard.press("Enter")
    page.wait_for_url("**/e/service-desk/")


def test_the_past_is_chosen_in_the_top_bar_and_left_again(
    small_server: str, visit: Callable[..., Any]
) -> None:
    page = visit(small_server)
    sign_in(page)
    page.goto("/e/service-desk/")
    assert "12 May 2016 18:00" in page.locator(".as-of summary").inner_text().replace("\u00a0", " ")
    page.click(".as-of summary")
    page.fill("#as-of", "2016-04-01T10:00")
    page.click(".as-of button[type=submit]")
    page.wait_for_url("**as_of=2016-04-01T10*")
    assert page.locator("body.is-as-of").count() == 1
    assert "looking at the past" in page.locator(".as-of-band").inner_text()
    page.click("#side .side-link >> nth=1")
    assert "as_of=2016-04-01T10" in page.url
    page.click(".as-of-band a")
    page.wait_for_url("**/e/service-desk/")
    assert page.locator("body.is-as-of").count() == 0


def test_on_a_phone_the_sidebar_opens_and_closes(small_server: str, visit: Callable[..., Any]) -> None:
    page = visit(small_server, "vi", "phone")
    sign_in(page)
    page.goto("/e/service-desk/")
    assert not page.locator("#side").is_visible()
    page.click("[data-toggle=side]")
    page.wait_for_selector("#side.is-open")
    assert page.locator("[data-toggle=side]").get_attribute("aria-expanded") == "true"
    screenshot(page, "phone-vi-light-sidebar")
    check_accessible(page)
    page.mouse.click(380, 600)
    assert not page.locator("#side.is-open").count()


def test_a_vendor_sees_its_own_and_nothing_else(small_server: str, visit: Callable[..., Any]) -> None:
    page = visit(small_server)
    sign_in(page, "minh@example.org")
    rows = page.locator("[data-rows] > tr")
    assert rows.count() == 1
    assert "Service desk" in rows.inner_text()
    assert page.goto("/e/loan-files/").status == 404


def test_a_wrong_password_keeps_the_address_and_says_so(small_server: str, visit: Callable[..., Any]) -> None:
    page = visit(small_server, "vi")
    page.goto("/sign-in")
    page.fill("#email", "nobody@example.org")
    page.fill("#password", "wrong")
    page.click("form:has(#password) button[type=submit]")
    assert "không khớp" in page.locator("[role=alert]").inner_text()
    assert page.input_value("#email") == "nobody@example.org"
    check_accessible(page)
