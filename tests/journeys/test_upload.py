"""An own log is uploaded; the zone is asked; it is mapped, imported and taken back."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.journeys.conftest import check_accessible, check_fits, screenshot, sign_in
from tests.journeys.steps_server import KINDS
from tests.steps.ground_of_steps import log_text


@pytest.mark.parametrize(("language", "size", "theme"), KINDS)
def test_a_log_is_mapped_and_imported(
    steps_server: str, visit: Callable[..., Any], tmp_path: Path, language: str, size: str, theme: str
) -> None:
    file = tmp_path / "own.csv"
    file.write_text(log_text(), encoding="utf-8")
    page = visit(steps_server, language, size, theme)
    page.goto("/")
    sign_in(page)
    page.goto("/e/desk/upload")
    check_accessible(page)
    page.set_input_files("#file", str(file))
    page.click("button[value=file]")
    page.wait_for_selector(".notice-warn")
    screenshot(page, f"{size}-{language}-upload-mapping")
    check_fits(page)
    check_accessible(page)
    page.fill("#m-zone", "Europe/Amsterdam")
    page.click("button[value=import]")
    page.wait_for_selector("dl.definition", timeout=60_000)
    assert "80" in page.inner_text("dl.definition")
    screenshot(page, f"{size}-{language}-upload-report")
    check_fits(page)
    check_accessible(page)
    page.click("button[value=undo]")
    page.wait_for_selector(".no-data")
