"""An event comes in, an alarm opens by itself on the open page; it is acknowledged, and settled with a word on it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from tests.journeys.conftest import check_accessible, check_fits, screenshot, sign_in
from tests.journeys.steps_server import KINDS
from tests.journeys.test_live import desk, send

__all__ = ["desk"]

WORDS = {
    "en": ("Breach predicted within 4 business hours", "Acknowledged", "Settled", "Alarms"),
    "vi": ("Dự báo vi phạm trong vòng 4 giờ làm việc", "Đã tiếp nhận", "Đã kết thúc", "Cảnh báo"),
}


@pytest.fixture(scope="module")
def number() -> list[int]:
    """Each journey opens a case of its own and ends it, so that the next one begins without an alarm."""
    return [0]


@pytest.mark.parametrize(("language", "size", "theme"), KINDS)
def test_alarm_to_acknowledge_to_settle(
    desk: tuple[str, str], number: list[int], visit: Callable[..., Any], language: str, size: str, theme: str
) -> None:
    name, acknowledged, settled, head = WORDS[language]
    number[0] += 1
    case = f"A{number[0]}"
    page = visit(desk[0], language=language, size=size, theme=theme)
    sign_in(page)
    page.goto("/e/live/alarms")
    page.wait_for_selector("[data-live-state=live]")
    assert page.inner_text("h1") == head
    check_accessible(page)
    send(desk, (f"{case}-1", case, "Opened", 60))
    page.wait_for_selector(f"th >> text={name}", timeout=30_000)
    page.wait_for_selector("#top-1 .bell-count")  # the top bar counts along
    mark = f"{language}-{size}"
    screenshot(page, f"alarms-{mark}")
    check_accessible(page)
    check_fits(page)
    page.click(f"th >> text={name}")
    page.wait_for_selector(f"th >> text={case}")
    screenshot(page, f"alarm-{mark}")
    check_accessible(page)
    check_fits(page)
    page.click("button[value=acknowledge]")
    page.wait_for_selector(f".alarm-marks >> text={acknowledged}")
    page.fill("#text", "Gọi lại cho khách hàng" if language == "vi" else "The caller is on the phone")
    page.click("button[value=settle]")
    page.wait_for_selector(f".alarm-marks >> text={settled}")
    assert page.locator("button[value=settle]").count() == 0
    screenshot(page, f"alarm-settled-{mark}")
    page.goto("/e/live/alarms?state=settled")
    assert page.locator(f"th >> text={name}").count() >= 1
    send(desk, (f"{case}-2", case, "Resolved", 0))
    for place, address in (
        ("rules", "alarms/rules"),
        ("maintenance", "alarms/maintenance"),
        ("new", "alarms/rules/new"),
    ):
        page.goto(f"/e/live/{address}")
        check_accessible(page)
        check_fits(page)
        screenshot(page, f"alarm-{place}-{mark}")
    page.goto("/e/live/alarms/rules")
    page.click(f"h2 >> text={name}")
    page.fill("#condition", "remaning < 4")
    page.click("button[value=try]")
    page.wait_for_selector(".rule-place")
    assert "remaning" in page.inner_text(".rule-place")
    screenshot(page, f"alarm-rule-wrong-{mark}")
    check_accessible(page)
    check_fits(page)
