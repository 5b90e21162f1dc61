"""The journeys drive a real Chromium against a real server. Every page's console must stay silent.

GIAO_CHROMIUM names the browser; else the usual names are looked for. With GIAO_SCREENSHOTS=1 each page looked at is drawn
into `.screenshots/` (not committed); of a failure the last page always is.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.journeys.live import ROOT, a_copy, load_demo, running, seed

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
HERE = Path(__file__).parent
SCREENSHOTS = ROOT / ".screenshots"
PASSWORD = "a long password here"
SIZES = {"desktop": {"width": 1360, "height": 900}, "phone": {"width": 390, "height": 844}}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/journeys" in item.path.as_posix():
            item.add_marker(pytest.mark.browser)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[Any]:
    report = yield
    if report.when == "call":
        item.failed_call = report.failed
    return report


def chromium() -> str:
    named = os.environ.get("GIAO_CHROMIUM")
    found = named or next((path for name in NAMES if (path := shutil.which(name))), None)
    if not found:
        pytest.fail(
            "no Chromium found for the journeys: install one, or name it with GIAO_CHROMIUM=/path/to/chrome"
        )
    return found


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    arguments = [
        "--disable-gpu",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--no-first-run",
        "--disable-dev-shm-usage",
        "--font-render-hinting=none",
    ]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        arguments.append("--no-sandbox")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium(), args=arguments)
        yield started
        started.close()


@pytest.fixture(scope="session")
def small_server() -> Iterator[str]:
    """A server over two engagements whose figures are stored, not computed (see seed_small.py)."""
    with a_copy("small", lambda data: seed(data, HERE / "seed_small.py")) as data, running(data) as address:
        yield address


@pytest.fixture(scope="session")
def demo_server() -> Iterator[str]:
    """A server over the demonstration (two real engagements, computed). Accounts: giao.demo.seed."""
    with a_copy("demo", load_demo) as data, running(data) as address:
        yield address


@pytest.fixture(scope="session")
def steps_server() -> Iterator[str]:
    """A server over the small engagement of the steps' tests, computed by the real library (see seed_steps.py)."""
    with a_copy("steps", lambda data: seed(data, HERE / "seed_steps.py")) as data, running(data) as address:
        yield address


@pytest.fixture
def visit(browser: Any, request: pytest.FixtureRequest) -> Iterator[Callable[..., Any]]:
    """`visit(address, language="vi", size="phone", theme="dark")` gives a fresh page; what its console says fails the test."""
    contexts, said = [], []

    def open_page(address: str, language: str = "en", size: str = "desktop", theme: str = "light") -> Any:
        context = browser.new_context(
            base_url=address,
            viewport=SIZES[size],
            locale=language,
            color_scheme=theme,
            has_touch=size == "phone",
            reduced_motion="reduce",
        )
        contexts.append(context)
        page = context.new_page()
        page.on(
            "console",
            lambda message: said.append(message.text) if message.type in ("error", "warning") else None,
        )
        page.on("pageerror", lambda error: said.append(str(error)))
        return page

    yield open_page
    failed = getattr(request.node, "failed_call", False)
    for place, context in enumerate(contexts):
        if failed and context.pages:
            SCREENSHOTS.mkdir(exist_ok=True)
            name = re.sub(r"[^\w-]+", "-", request.node.name)
            context.pages[-1].screenshot(path=str(SCREENSHOTS / f"failed-{name}-{place}.png"))
        context.close()
    expected = [text for text in said if "status of 40" not in text and "status of 429" not in text]
    assert expected == [], "the console should stay silent"


_signed_in: dict[tuple[str, str], list[Any]] = {}
"""Cookies by server and account: an account signs in by the form once, later visits take its session along."""


def sign_in(page: Any, email: str = "lan@example.org", password: str = PASSWORD) -> None:
    """To the control tower as this account, from wherever the page stands."""
    page.goto("/sign-in")
    key = (page.url.split("/sign-in")[0], email)
    if key in _signed_in:
        page.context.add_cookies(_signed_in[key])
        page.goto("/")
        return
    page.fill("#email", email)
    page.fill("#password", password)
    page.click("form:has(#password) button[type=submit]")
    page.wait_for_url("**/")
    _signed_in[key] = [cookie for cookie in page.context.cookies() if "session" in cookie["name"]]


def screenshot(page: Any, name: str) -> Path | None:
    """The whole page as `.screenshots/<name>.png`, when GIAO_SCREENSHOTS asks for it."""
    if not os.environ.get("GIAO_SCREENSHOTS"):
        return None
    SCREENSHOTS.mkdir(exist_ok=True)
    place = SCREENSHOTS / f"{name}.png"
    page.screenshot(path=str(place), full_page=True)
    return place


def check_accessible(page: Any) -> None:
    """axe-core finds nothing of WCAG 2.1 A and AA, and nothing of its best practices."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(
        page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]}
    )
    faults = [
        f"{fault['id']}: {fault['help']}\n    "
        + "\n    ".join(
            node["html"][:160] + " " + node.get("failureSummary", "")[:200] for node in fault["nodes"][:4]
        )
        for fault in found.response["violations"]
    ]
    assert not faults, f"{page.url}\n" + "\n".join(faults)


def check_fits(page: Any) -> None:
    """Nothing sticks out at the side: a phone scrolls in one direction."""
    over = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert over <= 0, f"{page.url} is {over} px too wide"
