"""The published values on credits, pricing and agreements, read from the shared fixtures themselves.

The golden tests of each room are run once more in a tree whose data are the shared files, so that what they prove is
what the fixtures say and not what a copy says.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tests.prove.shared import PROJECT, shared

pytestmark = pytest.mark.prove

ROOMS = (
    "calendars",
    "agreement/clocks",
    "agreement/kpis",
    "agreement/credits",
    "agreement/pricing",
    "agreement/statement",
)
COPIES = {
    "agreement/goldens.json": "agreement_goldens.json",
    "pricing/pricing_refs.json": "pricing_refs.json",
    "pricing/sla_credit_refs.json": "sla_credit_refs.json",
}


@pytest.mark.parametrize("copy", COPIES)
def test_the_copies_are_the_fixtures(copy: str) -> None:
    assert (PROJECT / "tests/data" / copy).read_bytes() == shared("fixtures", COPIES[copy]).read_bytes()


def test_the_calendar_cases_are_those_of_the_fixtures() -> None:
    ours = json.loads((PROJECT / "tests/data/calendars/goldens.json").read_text(encoding="utf-8"))
    theirs = {case["id"]: case for case in _goldens()}
    assert ours
    assert [case["id"] for case in ours if theirs.get(case["id"]) != case] == []


def test_every_case_has_its_test() -> None:
    """71 cases by id: each is named in the golden tests, or belongs to the group that is run as a whole."""
    text = "\n".join(
        (PROJECT / "tests/core" / room / "test_goldens.py").read_text(encoding="utf-8") for room in ROOMS
    )
    cases = _goldens()
    assert len(cases) == 71
    named = {case["id"] for case in cases if f'"{case["id"]}"' in text}
    by_name = {case["id"] for case in cases if re.search(rf"\btest_{case['id'].replace('-', '_')}\b", text)}
    whole = {case["id"] for case in cases if case["group"] == "clock"}
    assert {case["id"] for case in cases} - named - by_name - whole == set()


def test_the_golden_tests_hold_on_the_shared_files(tmp_path: Path) -> None:
    """Every room's golden tests over the shared files, in a tree of their own."""
    shutil.copytree(
        PROJECT / "tests", tmp_path / "tests", ignore=shutil.ignore_patterns("__pycache__", "prove")
    )
    shutil.copy(PROJECT / "pyproject.toml", tmp_path)
    for copy, name in COPIES.items():
        shutil.copy(shared("fixtures", name), tmp_path / "tests/data" / copy)
    by_id = {case["id"]: case for case in _goldens()}
    place = tmp_path / "tests/data/calendars/goldens.json"
    ours = json.loads(place.read_text(encoding="utf-8"))
    place.write_text(json.dumps([by_id[case["id"]] for case in ours]), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-rN", *(f"tests/core/{room}/test_goldens.py" for room in ROOMS)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
    assert "skipped" not in done.stdout
    assert "xfailed" not in done.stdout


def _goldens() -> list[dict[str, object]]:
    found: list[dict[str, object]] = json.loads(
        shared("fixtures", "agreement_goldens.json").read_text(encoding="utf-8")
    )["cases"]
    return found
