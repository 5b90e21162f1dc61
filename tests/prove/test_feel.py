"""The DMN TCK itself: every literal expression of the suite's folder, and the committed list beside it."""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import Any

import pytest
from tests.core.rules import tck
from tests.prove.shared import PROJECT, shared

pytestmark = pytest.mark.prove

AT_LEAST = 0.80


@pytest.fixture(scope="module")
def results() -> list[dict[str, Any]]:
    data = json.loads(json.dumps(tck.extract(shared("fixtures", "dmn", "tck"))))
    return tck.run(data)


def test_the_share_of_literal_expressions(results: list[dict[str, Any]], record_property: Any) -> None:
    literal = [result["pass"] for result in results if result["kind"] == "literal"]
    assert len(literal) > 1_300
    share = sum(literal) / len(literal)
    record_property("dmn_tck_literal_share", share)
    print(f"DMN TCK: {sum(literal)} of {len(literal)} literal expressions = {share:.1%}")
    assert share >= AT_LEAST


def test_the_committed_list_says_what_is(results: list[dict[str, Any]]) -> None:
    listed = json.loads((PROJECT / "tests/data/feel/tck_cases.json").read_text(encoding="utf-8"))
    assert {case["id"]: case["pass"] for case in listed} == {case["id"]: case["pass"] for case in results}
    assert {case["id"]: case["kind"] for case in listed} == {case["id"]: case["kind"] for case in results}


def test_every_miss_has_its_group(results: list[dict[str, Any]]) -> None:
    listed = json.loads((PROJECT / "tests/data/feel/tck_cases.json").read_text(encoding="utf-8"))
    groups = {case["id"]: case.get("group") for case in listed}
    misses = [result["id"] for result in results if not result["pass"]]
    print("misses by group:", dict(Counter(groups[miss] for miss in misses)))
    assert [miss for miss in misses if not groups[miss]] == []


def test_every_test_case_of_the_suite_is_looked_at(results: list[dict[str, Any]]) -> None:
    """Counted in the XML by another way: no result node is left out on the way to the list."""
    wanted = 0
    for path in sorted(shared("fixtures", "dmn", "tck").glob("**/*.xml")):
        text = re.sub(r"<!--.*?-->", "", path.read_text(encoding="utf-8-sig"), flags=re.DOTALL)
        wanted += len(re.findall(r"<(?:\w+:)?resultNode[\s>]", text))
    assert len(results) == wanted
