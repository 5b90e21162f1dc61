"""Two organisations: signing in opens the stream at once, the vendor is invited and comes in, the log is taken along."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from tests.journeys.conftest import HERE, PASSWORD, check_accessible, check_fits, screenshot, sign_in
from tests.journeys.live import a_copy, running, seed

TWO = [("en", "desktop", "light"), ("vi", "phone", "dark")]


@pytest.fixture(scope="module")
def sides_server() -> Iterator[str]:
    """As `steps_server`, for this file alone: a month that is closed here stays closed."""
    with a_copy("steps", lambda data: seed(data, HERE / "seed_steps.py")) as data, running(data) as address:
        yield address


def look(page: Any, name: str) -> None:
    screenshot(page, f"sides-{name}")
    check_fits(page)
    check_accessible(page)


def test_the_tower_opens_its_stream_right_after_signing_in(
    sides_server: str, visit: Callable[..., Any]
) -> None:
    """Five fresh browsers sign in by the form; no answer of the stream is a refusal."""
    for _number in range(5):
        page, said = visit(sides_server), []
        page.on(
            "response",
            lambda answer, said=said: said.append(answer.status) if "/live?" in answer.url or answer.url.endswith("/live") else None,
        )  # fmt: skip
        page.goto("/sign-in")
        page.fill("#email", "lan@example.org")
        page.fill("#password", PASSWORD)
        page.click("form:has(#password) button[type=submit]")
        page.wait_for_selector("[data-live-state=live]")
        assert said == [200]


@pytest.mark.parametrize(("language", "size", "theme"), TWO)
def test_the_vendor_is_invited_and_comes_in(
    sides_server: str, visit: Callable[..., Any], language: str, size: str, theme: str
) -> None:
    mark = f"{language}-{size}"
    page = visit(sides_server, language=language, size=size, theme=theme)
    sign_in(page)
    page.goto("/engagements/new")
    page.fill("#name", f"Payroll {mark}")
    if page.locator("#vendor").count():
        page.select_option("#vendor", "")
    page.fill("#vendor-name", f"Payroll BPO {mark}")
    page.fill("#vendor-email", f"thu-{mark}@example.org")
    look(page, f"invite-{mark}")
    page.click("form.grid button[type=submit]")
    link = page.input_value("input[readonly]")
    look(page, f"invited-{mark}")
    other = visit(sides_server, language=language, size=size, theme=theme)
    other.goto(link)
    other.fill("#name", "Lê Thị Thu")
    other.fill("#password", PASSWORD)
    other.fill("#again", PASSWORD)
    look(other, f"invitation-{mark}")
    other.click("form:has(#again) button[type=submit]")
    other.wait_for_url("**/")
    other.wait_for_selector(f"#content >> text=Payroll {mark}", state="attached")
    assert other.locator("text=Small desk").count() == 0, "only what is theirs"
    other.goto(link)
    assert other.locator("#again").count() == 0, "the link works once"


@pytest.mark.parametrize(("language", "size", "theme"), TWO)
def test_the_whole_log_is_exported(
    sides_server: str, visit: Callable[..., Any], language: str, size: str, theme: str
) -> None:
    page = visit(sides_server, language=language, size=size, theme=theme)
    sign_in(page)
    page.goto("/e/desk/export")
    look(page, f"export-{language}-{size}")
    for form in ("xlsx", "xes.gz"):
        page.check(f"input[value='{form}']")
        page.click("form:has(input[name=format]) button[type=submit]")
        link = page.locator(f"th a:has-text('desk.{form}')").first
        link.wait_for(timeout=20_000)
        with page.expect_download() as waits:
            link.click()
        assert waits.value.suggested_filename == f"desk.{form}"
        assert waits.value.path().stat().st_size > 500
    look(page, f"exported-{language}-{size}")
