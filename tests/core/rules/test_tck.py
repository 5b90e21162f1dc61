"""The literal expressions of the DMN TCK, from the copy in tests/data/feel."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.core.rules import tck

SHARED = Path("/work/shared/fixtures/dmn/tck")


def test_every_case_gives_what_the_list_says() -> None:
    """The list names each case with its result; a case that starts to fail, or to pass, must be recorded."""
    data = json.loads((tck.DATA / "tck.json").read_text("utf-8"))
    listed = {case["id"]: case for case in json.loads((tck.DATA / "tck_cases.json").read_text("utf-8"))}
    results = {result["id"]: result for result in tck.run(data)}
    assert results.keys() == listed.keys()
    assert [key for key, result in results.items() if result["pass"] != listed[key]["pass"]] == []
    assert all("group" in case for case in listed.values() if not case["pass"])


def test_at_least_95_of_100_literal_expressions_pass() -> None:
    listed = json.loads((tck.DATA / "tck_cases.json").read_text("utf-8"))
    literal = [case["pass"] for case in listed if case["kind"] == "literal"]
    assert len(literal) > 1_300
    assert sum(literal) >= 0.95 * len(literal)


@pytest.mark.prove
def test_the_copy_is_what_the_suite_says() -> None:
    if not SHARED.exists():
        pytest.skip("the TCK itself is not on this machine")
    copied = json.loads((tck.DATA / "tck.json").read_text("utf-8"))
    assert json.loads(json.dumps(tck.extract(SHARED))) == copied
