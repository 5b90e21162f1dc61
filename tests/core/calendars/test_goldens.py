"""The published clock cases that business time alone decides (tests/data/calendars/goldens.json)."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from tests.core.calendars.moments import HOUR, SECOND, at, shown

from giao.core.calendars import Calendar, CalendarSpec, compile_calendars

CASES = {
    case["id"]: case
    for case in json.loads(
        (Path(__file__).parents[2] / "data/calendars/goldens.json").read_text(encoding="utf-8")
    )
}
NAMED = {
    "hcm": {"zone": "Asia/Ho_Chi_Minh", "hours": {"mon-fri": [["08:00", "17:00"]]}},
    "london": {"zone": "Europe/London", "hours": {"mon-fri": [["09:00", "17:30"]]}},
}


def compile_case(inputs: dict[str, Any]) -> Calendar:
    specs = {
        name: CalendarSpec.model_validate(spec)
        for name, spec in {**NAMED, "case": inputs["calendar"]}.items()
    }
    return compile_calendars(specs, date(2026, 1, 1), date(2026, 12, 31))["case"]


def open_pauses(calendar: Calendar, pauses: list[list[str]], start: int, stop: int) -> int:
    """Open time of the union of pauses within [start, stop)."""
    total, reached = 0, start
    for begun, ended in sorted((at(a, calendar.zone), at(b, calendar.zone)) for a, b in pauses):
        low, high = max(begun, reached), min(ended, stop)
        if low < high:
            total += calendar.between(low, high)
            reached = high
    return total


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if "consumed_s" in case["expected"]])
def test_consumed_time(name: str) -> None:
    inputs, expected = CASES[name]["inputs"], CASES[name]["expected"]
    calendar = compile_case(inputs)
    start, stop = at(inputs["start"], calendar.zone), at(inputs["stop"], calendar.zone)
    consumed = calendar.between(start, stop) - open_pauses(calendar, inputs.get("paused", []), start, stop)
    assert consumed == expected["consumed_s"] * SECOND
    if "within" in inputs:
        budget = int(inputs["within"].split()[0]) * HOUR
        assert ("met" if consumed <= budget else "breached") == expected["state"]


@pytest.mark.parametrize(
    "name",
    [
        name
        for name, case in CASES.items()
        if "due" in case["expected"] and "business hours" in case["inputs"]["within"]
    ],
)
def test_due_of_an_hour_budget(name: str) -> None:
    inputs, expected = CASES[name]["inputs"], CASES[name]["expected"]
    calendar = compile_case(inputs)
    start, budget = at(inputs["start"], calendar.zone), int(inputs["within"].split()[0]) * HOUR
    # The pauses of these cases lie before the due: they lengthen the budget by their open time.
    due = calendar.add(start, budget + open_pauses(calendar, inputs.get("paused", []), start, 2**60))
    assert due == at(expected["due"])
    if "breaches_after" in expected:
        # At the next opening nothing more has been consumed; one microsecond later it has.
        opening = at(expected["breaches_after"])
        assert calendar.between(start, opening) == budget
        assert calendar.between(start, opening + 1) == budget + 1


@pytest.mark.parametrize("name", ["clock-days-7", "clock-days-8", "clock-days-9"])
def test_due_of_a_day_count(name: str) -> None:
    inputs, expected = CASES[name]["inputs"], CASES[name]["expected"]
    calendar = compile_case(inputs)
    received, days = at(inputs["start"], calendar.zone), int(inputs["within"].split()[0])
    due = calendar.business_day_due(received, days, inputs["cut_off"])
    assert shown(due, calendar.zone) == expected["due"]
    assert calendar.business_day_due_many([received], days, inputs["cut_off"]).tolist() == [due]


def test_a_pause_moves_a_day_count() -> None:
    case = CASES["clock-days-pause"]
    inputs, expected = case["inputs"], case["expected"]
    calendar = compile_case(inputs)
    start = at(inputs["start"], calendar.zone)
    budget = calendar.between(start, calendar.business_day_due(start, 2))
    assert budget == expected["budget_s"] * SECOND
    due = calendar.add(start, budget + open_pauses(calendar, inputs["paused"], start, 2**60))
    assert shown(due, calendar.zone) == expected["due"]
