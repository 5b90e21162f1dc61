"""Where the shared fixtures and logs are: beside the project, or where GIAO_SHARED says."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
PLACE = Path(os.environ.get("GIAO_SHARED", PROJECT.parent / "shared"))


def shared(*parts: str) -> Path:
    """A file or folder of the shared material; its absence fails the test with a sentence, never skips it."""
    found = PLACE.joinpath(*parts)
    if not found.exists():
        pytest.fail(
            f"{found} is not there. The proof compares giao with fixtures and logs that are no part of the project: "
            "put the folder `shared` beside the project, or name it with GIAO_SHARED.",
            pytrace=False,
        )
    return found
