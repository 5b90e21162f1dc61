"""An agreement is written with a mistake, the line is seen and mended, the draft is tried on past months."""

from collections.abc import Callable
from typing import Any

import pytest
from tests.journeys.conftest import check_accessible, check_fits, screenshot, sign_in
from tests.journeys.steps_server import KINDS


def write(page: Any, text: str) -> None:
    """Put a text into the document, as a paste does: the field is the truth, the editor follows."""
    page.evaluate(
        """text => { const area = document.getElementById("agreement-text"); area.value = text;
                     area.dispatchEvent(new Event("input", {bubbles: true})); }""",
        text,
    )


def reads(page: Any, part: str) -> None:
    """Wait until the document holds this; the page's policy lets nobody evaluate words in it."""
    for _attempt in range(150):
        if part in page.input_value("#agreement-text"):
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"the document never said {part!r}")


@pytest.mark.parametrize(("language", "size", "theme"), KINDS)
def test_a_mistake_is_mended_and_the_draft_replayed(
    steps_server: str, visit: Callable[..., Any], language: str, size: str, theme: str
) -> None:
    page = visit(steps_server, language, size, theme)
    page.goto("/")
    sign_in(page)
    for name in ("agreement", "agreement/edit", "replay"):
        page.goto(f"/e/desk/{name}")
        if name == "agreement/edit":
            page.wait_for_selector("#preview-live .finding", timeout=60_000)
        screenshot(page, f"{size}-{language}-{name.replace('/', '-')}")
        check_fits(page)
        check_accessible(page)
    page.goto("/e/desk/agreement/edit")
    page.click("button[value=discard]")
    page.goto("/e/desk/agreement/edit")
    text = page.input_value("#agreement-text")
    write(page, text.replace("points: 60", "pints: 60"))
    page.wait_for_selector(".faults .is-error[data-line]")
    page.click(".faults .is-error[data-line]")
    line = text.split("\n").index("    points: 60")
    if size == "desktop":
        assert page.evaluate("document.activeElement.classList.contains('ace_text-input')")
        assert page.evaluate("ace.edit('agreement-editor').getCursorPosition().row") == line
        assert page.locator(".ace_gutter-cell.ace_error").count() >= 1
    else:
        assert page.evaluate("document.activeElement.id") == "agreement-text"
    write(page, text.replace("within: 10 hours", "within: 24 hours"))
    page.wait_for_selector(".changes")
    page.click("button[value=preview]")
    page.wait_for_selector(".finding", timeout=60_000)
    check_accessible(page)
    page.click("a[href*='/replay?run=']")
    page.wait_for_selector(".months")
    page.wait_for_selector("#replay-months svg")
    screenshot(page, f"{size}-{language}-replay-done")
    check_fits(page)
    check_accessible(page)


def test_the_form_and_the_document_keep_each_other(steps_server: str, visit: Callable[..., Any]) -> None:
    page = visit(steps_server)
    sign_in(page)
    page.goto("/e/desk/agreement/edit")
    page.click("button[value=discard]")
    page.goto("/e/desk/agreement/edit")
    field = "#agreement-form input[value='10 hours']"
    page.fill(field, "30 hours")
    page.keyboard.press("Tab")
    reads(page, "within: 30 hours")
    assert "within: 30 hours" in page.evaluate("ace.edit('agreement-editor').getValue()")
    write(page, page.input_value("#agreement-text").replace("expected: 95%", "expected: 91%"))
    page.wait_for_selector("#agreement-form input[value='91%']", state="attached")
    page.wait_for_selector("#preview-live .finding", timeout=60_000)
    check_accessible(page)
    page.click("button[value=discard]")


def test_the_document_completes_by_keyboard_alone(steps_server: str, visit: Callable[..., Any]) -> None:
    page = visit(steps_server)
    sign_in(page)
    page.goto("/e/desk/agreement/edit")
    page.evaluate(
        """() => { const editor = ace.edit('agreement-editor'); editor.focus();
                   const row = editor.getValue().split('\\n').indexOf('    stop: Resolved');
                   editor.gotoLine(row + 1, '    stop: Resolved'.length, false); }"""
    )
    for _letter in "solved":
        page.keyboard.press("Backspace")
    page.keyboard.press("Control+Space")
    page.wait_for_selector(".ace_autocomplete .ace_line")
    page.keyboard.press("Enter")
    reads(page, "stop: Resolved")
    page.click("button[value=discard]")


def test_a_template_is_chosen_on_a_phone(steps_server: str, visit: Callable[..., Any]) -> None:
    page = visit(steps_server, "vi", "phone", "dark")
    sign_in(page)
    page.goto("/e/desk/agreement/edit")
    page.click(".template-choice summary")
    page.check("input[value=payroll]")
    check_accessible(page)
    check_fits(page)
    screenshot(page, "phone-vi-templates")
    page.click("button[value=template]")
    page.wait_for_selector(".messages")
    assert "name: desk" in page.input_value("#agreement-text")
    page.click("button[value=discard]")
