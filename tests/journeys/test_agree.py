"""An agreement is written with a mistake, the line is seen and mended, the draft is tried on past months."""

from collections.abc import Callable
from typing import Any

import pytest
from tests.journeys.conftest import check_accessible, check_fits, screenshot, sign_in
from tests.journeys.steps_server import KINDS, steps_server

__all__ = ["steps_server"]


@pytest.mark.parametrize(("language", "size", "theme"), KINDS)
def test_a_mistake_is_mended_and_the_draft_replayed(
    steps_server: str, visit: Callable[..., Any], language: str, size: str, theme: str
) -> None:
    page = visit(steps_server, language, size, theme)
    page.goto("/")
    sign_in(page)
    for name in ("agreement", "agreement/edit", "replay"):
        page.goto(f"/e/desk/{name}")
        screenshot(page, f"{size}-{language}-{name.replace('/', '-')}")
        check_fits(page)
        check_accessible(page)
    page.goto("/e/desk/agreement/edit")
    page.click("button[value=discard]")
    page.goto("/e/desk/agreement/edit")
    text = page.input_value("#agreement-text")
    page.fill("#agreement-text", text.replace("points: 60", "pints: 60"))
    page.wait_for_selector(".faults .is-error [data-line]")
    page.click(".faults .is-error [data-line]")
    assert page.evaluate("document.activeElement.id") == "agreement-text"
    page.fill("#agreement-text", text.replace("within: 10 hours", "within: 24 hours"))
    page.wait_for_selector(".changes")
    page.click("button[value=preview]")
    page.wait_for_selector(".finding", timeout=60_000)
    check_accessible(page)
    page.click("a[href*='/replay?run=']")
    page.wait_for_selector(".months")
    screenshot(page, f"{size}-{language}-replay-done")
    check_fits(page)
    check_accessible(page)
