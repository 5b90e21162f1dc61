"""A server over the small engagement of the steps' tests; imported as a fixture by their journeys."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.journeys.live import running, seed

KINDS = [("en", "desktop", "light"), ("vi", "phone", "dark")]


@pytest.fixture(scope="module")
def steps_server() -> Iterator[str]:
    data = Path(tempfile.mkdtemp(prefix="giao-steps-"))
    try:
        seed(data, Path(__file__).with_name("seed_steps.py"))
        with running(data) as address:
            yield address
    finally:
        shutil.rmtree(data, ignore_errors=True)
