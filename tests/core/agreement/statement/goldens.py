"""The golden cases of tests/data/agreement/goldens.json, by id."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

DATA = Path(__file__).parents[3] / "data"


@lru_cache(maxsize=1)
def goldens() -> dict[str, dict[str, Any]]:
    cases = json.loads((DATA / "agreement" / "goldens.json").read_text(encoding="utf-8"))["cases"]
    return {case["id"]: case for case in cases}


def golden(name: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """(inputs, expected) of one case."""
    case = goldens()[name]
    return case["inputs"], case["expected"]


def group(name: str) -> set[str]:
    return {key for key, case in goldens().items() if case["group"] == name}
