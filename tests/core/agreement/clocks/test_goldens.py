"""Every clock case of the published golden values: inputs to exact results, folded and over the whole log."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from tests.core.agreement.clocks.worlds import Row, World, world
from tests.core.calendars.moments import DAY, EPOCH, SECOND, at

from giao.core.agreement.clocks import (
    ClockInstance,
    case_events,
    compile_clocks,
    evaluate_clocks,
    fold_case,
)

GOLDENS = [
    case
    for case in json.loads(
        (Path(__file__).parents[3] / "data/agreement/goldens.json").read_text(encoding="utf-8")
    )["cases"]
    if case["group"] == "clock"
]
NAMED = {
    "hcm": {"zone": "Asia/Ho_Chi_Minh", "hours": {"mon-fri": [["08:00", "17:00"]]}},
    "london": {"zone": "Europe/London", "hours": {"mon-fri": [["09:00", "17:30"]]}},
}
DAY_OF_TIMES = "2026-03-02"


def told(inputs: dict[str, Any]) -> World:
    """A golden's inputs as an agreement and a log."""
    calendar = inputs.get("calendar", {"zone": "UTC", "hours": "24x7"})
    zone = calendar.get("zone", "UTC")

    def instant(text: str) -> int:
        return at(text if "T" in text else f"{inputs.get('date', DAY_OF_TIMES)}T{text}", zone)

    clock: dict[str, Any] = {"start": "start", "stop": "stop", "calendar": "calendar", "targets": []}
    rows: list[Row] = []
    if "events" in inputs:
        clock |= {"start": ["start", "reopen"], "reopen": inputs["reopen"]}
        rows = [("case", instant(time), activity, {}) for activity, time in inputs["events"]]
    elif "updates" in inputs:
        clock |= {"start": ["start", "update"], "stop": ["update", "stop"], "reopen": inputs["reopen"]}
        clock["targets"] = [{"within": f"{inputs['within_min']} minutes"}]
        rows = [("case", instant(time), "update", {}) for time in inputs["updates"]]
    pauses = []
    for number, (begun, ended) in enumerate(inputs.get("paused", [])):
        rows += [
            ("case", instant(begun), f"ask {number}", {}),
            ("case", instant(ended), f"tell {number}", {}),
        ]
        pauses.append({"from": f"ask {number}", "until": f"tell {number}"})
    clock["paused_while"] = pauses
    if "within" in inputs:
        target = {"within": inputs["within"]}
        clock["targets"] = [target | ({"cut_off": inputs["cut_off"]} if inputs.get("cut_off") else {})]
    started: dict[str, Any] = {}
    if "targets_min" in inputs:
        minutes = inputs["targets_min"]
        clock["targets"] = [
            {"when": f'Priority = "{name}"', "within": f"{minutes[name]} minutes"} for name in minutes
        ]
        clock["reclassify"] = inputs["reclassify"]
        rows.append(("case", instant(inputs["change"]), "raised", {"Priority": "P1"}))
        started = {"Priority": "P3"}
    if "start" in inputs:
        rows.append(("case", instant(inputs["start"]), "start", started))
    if "stop" in inputs:
        rows.append(("case", instant(inputs["stop"]), "stop", {}))
    attributes = {"Priority": {"type": "string", "changes": True}} if started else {}
    return world(
        sorted(rows, key=lambda row: row[1]),
        max(row[1] for row in rows) + (0 if "stop" in inputs else DAY // 100),
        calendars={**NAMED, "calendar": calendar},
        zone=zone,
        clocks={"c": clock},
        work={"received": "start", "delivered": "stop", "attributes": attributes},
    )


def instances(made: World) -> list[ClockInstance]:
    plan = compile_clocks(made.inputs, made.matcher.schema)["c"]
    return fold_case(plan, case_events(made.inputs.log, 0), made.inputs.as_of_us)


def shown(moment: int | None, expected: str) -> str:
    """An instant with the offset of the expected text."""
    assert moment is not None
    zone = datetime.fromisoformat(expected).tzinfo
    return (EPOCH + timedelta(microseconds=moment)).astimezone(zone).isoformat()


@pytest.mark.parametrize("golden", GOLDENS, ids=lambda golden: golden["id"])
def test_golden(golden: dict[str, Any]) -> None:
    expected = golden["expected"]
    made = told(golden["inputs"])
    found = instances(made)
    frame = evaluate_clocks(made.inputs, made.matcher)["c"].frame
    assert [row["consumed_us"] for row in frame.to_dicts()] == [item.consumed_us for item in found]
    consumed = [item.consumed_us // SECOND for item in found]
    states = frame["state"].to_list()
    checked = {
        "consumed_s": lambda: consumed if isinstance(expected["consumed_s"], list) else consumed[0],
        "due": lambda: shown(found[0].due_us, expected["due"]),
        "breaches_after": lambda: shown(found[0].breaches_after_us, expected["breaches_after"]),
        "state": lambda: states[0],
        "budget_s": lambda: (found[0].budget_us or 0) // SECOND,
        "instances_min": lambda: [seconds // 60 for seconds in consumed],
        "met": lambda: states.count("met"),
        "n": lambda: len(states),
        "share": lambda: str(float(Fraction(states.count("met"), len(states)))),
    }
    for name, value in expected.items():
        assert checked[name]() == value, name
    if "due" in expected:
        zone = ZoneInfo("UTC")
        assert frame["due"][0].astimezone(zone) == datetime.fromisoformat(expected["due"]).astimezone(zone)


def test_there_are_nineteen_of_them() -> None:
    assert len(GOLDENS) == 19
    assert date.fromisoformat(DAY_OF_TIMES).weekday() == 0
