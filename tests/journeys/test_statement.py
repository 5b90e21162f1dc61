"""A statement is read, its cases are opened, and it is taken home as PDF."""

from collections.abc import Callable
from typing import Any

import pytest
from tests.journeys.conftest import check_accessible, check_fits, screenshot, sign_in
from tests.journeys.steps_server import KINDS


@pytest.mark.parametrize(("language", "size", "theme"), KINDS)
def test_from_the_months_to_the_pdf(
    steps_server: str, visit: Callable[..., Any], language: str, size: str, theme: str
) -> None:
    page = visit(steps_server, language, size, theme)
    page.goto("/")
    sign_in(page)
    page.goto("/e/desk/statements")
    page.wait_for_selector("a[href*='statements/2016-02']", timeout=60_000)
    screenshot(page, f"{size}-{language}-statements")
    check_fits(page)
    check_accessible(page)
    page.click("th a[href*='statements/2016-02']")
    screenshot(page, f"{size}-{language}-statement")
    check_fits(page)
    check_accessible(page)
    with page.expect_download() as found:
        page.click("a[href*='file=pdf']")
    assert found.value.suggested_filename == "desk-2016-02.pdf"
    page.click("a[href*='kpi=in_time']")
    assert "role=missed" in page.url
