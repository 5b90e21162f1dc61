"""Control tower of the demonstration: every number opens exactly the cases that it counts."""

import re
from collections.abc import Callable
from typing import Any

from tests.journeys.conftest import check_accessible, check_fits, screenshot, sign_in


def shown_rows(page: Any) -> int:
    """How many rows the table says that it holds (``1–50 of 1,185``, ``1–50 trong 1.185``)."""
    text = page.locator(".table-foot [aria-live]").inner_text()
    found = re.search(r"(?:of|trong) ([\d.,]+)", text)
    assert found, text
    return digits(found[1])


def digits(text: str) -> int:
    return int(re.sub(r"\D", "", text))


def test_each_number_opens_the_cases_it_counts(demo_server: str, visit: Callable[..., Any]) -> None:
    page = visit(demo_server)
    sign_in(page, "lan@example.org", "giao-demo")
    rows = page.locator("[data-rows] > tr")
    assert rows.count() == 2
    counted = page.evaluate(
        """Array.from(document.querySelectorAll('td.num:nth-child(3) a.number, td.num:nth-child(4) a.number'),
                      link => [link.getAttribute('href'), link.textContent])"""
    )
    levels = page.evaluate(
        """Array.from(document.querySelectorAll('.levels li'), item => [item.querySelector('a.number'), item.querySelector('.n')])
              .filter(([link, n]) => link && n).map(([link, n]) => [link.getAttribute('href'), n.textContent])"""
    )
    assert len(counted) >= 5
    assert len(levels) >= 6
    for address, said in [*counted, *levels]:
        page.goto(address)
        assert shown_rows(page) == digits(said), address


def test_the_demonstration_is_readable(demo_server: str, visit: Callable[..., Any]) -> None:
    for language, size, theme in (("vi", "desktop", "light"), ("vi", "phone", "dark")):
        page = visit(demo_server, language, size, theme)
        sign_in(page, "alice@example.org", "giao-demo")
        if page.locator("html").get_attribute("lang") != language:
            page.click(f"button[value={language}]")
            page.wait_for_selector(f"html[lang={language}]")
        for name, address in (
            ("tower", "/"),
            ("desk", "/e/service-desk/"),
            ("loans", "/e/loan-applications/"),
        ):
            page.goto(address)
            screenshot(page, f"demo-{size}-{language}-{theme}-{name}")
            check_fits(page)
            check_accessible(page)
