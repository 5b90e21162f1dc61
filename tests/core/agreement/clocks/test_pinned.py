"""The pinned semantics, case by case: each told twice, by the fold of the case and by the table of the log.

Events are written as letters with hours since Monday 2026-03-02 00:00 UTC: "S0 P1 Q3 T5".
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import polars as pl
import pytest
from tests.core.agreement.clocks.worlds import World, agreement, world
from tests.core.calendars.moments import HOUR, at

from giao.core.agreement.clocks import (
    ClockInstance,
    case_events,
    compile_clocks,
    evaluate_clocks,
    fold_case,
)
from giao.core.agreement.errors import AgreementError

MONDAY = at("2026-03-02T00:00")
OFFICE = {"zone": "UTC", "hours": {"mon-fri": [["08:00", "16:00"]]}}
CLOCK = {"start": "S", "stop": "T"}
PAUSE = {"from": ["P", "R"], "until": ["Q", "R"]}
PRIORITY = {"P": {"type": "string", "changes": True}}
BY_PRIORITY = [{"when": 'P = "1"', "within": "4 hours"}, {"when": 'P = "2"', "within": "8 hours"}]


def told(story: str, as_of: float, clock: dict[str, Any] | None = None, **parts: Any) -> World:
    """A world of one case. A digit in parentheses sets P: "S0(2) N3(1) T5"."""
    rows = [
        (
            "case",
            MONDAY + round(float(hours) * HOUR),
            letter,
            {} if value is None else {"P": value or None},
        )
        for letter, hours, value in re.findall(r"([A-Za-z]+)([\d.]+)(?:\((\w*)\))?", story)
        for value in [value or None]
    ]
    work = {"received": "S", "delivered": "T", "cancelled": "X", "attributes": PRIORITY}
    if clock is not None:
        parts["clocks"] = {"c": CLOCK | clock}
    if "versions" not in parts:
        parts = {"work": work, "calendars": {"office": OFFICE}, "zone": "UTC"} | parts
    return world(rows, MONDAY + round(as_of * HOUR), types={"P": "string"}, **parts)


def instances(made: World) -> list[ClockInstance]:
    """The case's instances by the fold, after comparing with the table."""
    plan = compile_clocks(made.inputs, made.matcher.schema)["c"]
    found = fold_case(plan, case_events(made.inputs.log, 0), made.inputs.as_of_us)
    columns = ("started", "stopped", "consumed_us", "budget_us", "due", "state", "target", "version")
    frame = evaluate_clocks(made.inputs, made.matcher)["c"].frame
    table = frame.with_columns(pl.col("started", "stopped", "due").to_physical()).select(columns).rows()
    assert table == [
        (i.started_us, i.stopped_us, i.consumed_us, i.budget_us, i.due_us, i.state, i.target, i.version)
        for i in found
    ]
    return found


@dataclass(frozen=True)
class Short:
    """An instance in hours since Monday."""

    start: float
    stop: float | None
    consumed: float
    state: str


def shorts(made: World) -> list[Short]:
    return [
        Short(
            (i.started_us - MONDAY) / HOUR,
            None if i.stopped_us is None else (i.stopped_us - MONDAY) / HOUR,
            i.consumed_us / HOUR,
            i.state,
        )
        for i in instances(made)
    ]


STORIES: dict[str, tuple[str, float, dict[str, Any], list[Short]]] = {
    "a start while running is ignored": ("S0 S1 T3", 9, {}, [Short(0, 3, 3, "no_target")]),
    "a stop before any start is ignored": ("T0 S1 T3", 9, {}, [Short(1, 3, 2, "no_target")]),
    "a further stop is ignored": ("S1 T3 T5", 9, {}, [Short(1, 3, 2, "no_target")]),
    "start = stop is zero and met": (
        "B2",
        9,
        {"start": "B", "stop": "B", "targets": [{"within": "0 hours"}]},
        [Short(2, 2, 0, "met")],
    ),
    "start and stop in one, while running: stops, then starts the next": (
        "S0 B1 B3 T4",
        9,
        {"start": ["S", "B"], "stop": ["B", "T"], "reopen": "each"},
        [Short(0, 1, 1, "no_target"), Short(1, 3, 2, "no_target"), Short(3, 4, 1, "no_target")],
    ),
    "start and stop in one, under sum: the spells touch": (
        "S0 B1 T4",
        9,
        {"start": ["S", "B"], "stop": ["B", "T"], "reopen": "sum"},
        [Short(0, 4, 4, "no_target")],
    ),
    "a start inside a pause begins paused": (
        "P0 S1 Q3 T5",
        9,
        {"paused_while": PAUSE},
        [Short(1, 5, 2, "no_target")],
    ),
    "a pause without end runs until the stop": (
        "S0 P1 T5",
        9,
        {"paused_while": PAUSE},
        [Short(0, 5, 1, "no_target")],
    ),
    "from and until in one, while paused: it stays paused": (
        "S0 P1 R2 Q4 T6",
        9,
        {"paused_while": PAUSE},
        [Short(0, 6, 3, "no_target")],
    ),
    "from and until in one, while not paused: zero length": (
        "S0 R2 T4",
        9,
        {"paused_while": PAUSE},
        [Short(0, 4, 4, "no_target")],
    ),
    "two pauses that overlap count once": (
        "S0 P1 W2 Q3 V5 T6",
        9,
        {"paused_while": [PAUSE, {"from": "W", "until": "V"}]},
        [Short(0, 6, 2, "no_target")],
    ),
    "a pause by condition: true after the event; nothing set is not true": (
        "S0 N1(w) N3(a) T4",
        9,
        {"paused_while": 'P = "w"'},
        [Short(0, 4, 2, "no_target")],
    ),
    "an event that sets nothing leaves the condition as it was": (
        "S0 N1(w) N2 N3(a) T4",
        9,
        {"paused_while": 'P = "w"'},
        [Short(0, 4, 2, "no_target")],
    ),
    "first: later spells do not count": ("S0 T2 S4 T7", 9, {}, [Short(0, 2, 2, "no_target")]),
    "sum: the gap does not count": (
        "S0 T2 S4 T7",
        9,
        {"reopen": "sum"},
        [Short(0, 7, 5, "no_target")],
    ),
    "last: the gap counts": ("S0 T2 S4 T7", 9, {"reopen": "last"}, [Short(0, 7, 7, "no_target")]),
    "last: a pause begun in the gap counts as one": (
        "S0 T2 P3 S4 Q5 T7",
        9,
        {"reopen": "last", "paused_while": PAUSE},
        [Short(0, 7, 5, "no_target")],
    ),
    "reopened and still open": ("S0 T2 S4", 9, {"reopen": "sum"}, [Short(0, None, 7, "running")]),
    "within: at the limit it is the same instance": (
        "S0 T2 S4 T5",
        9,
        {"reopen": "sum", "within": "PT2H"},
        [Short(0, 5, 3, "no_target")],
    ),
    "within: later it is a new one": (
        "S0 T2 S4 T5",
        9,
        {"reopen": "sum", "within": "PT1H"},
        [Short(0, 2, 2, "no_target"), Short(4, 5, 1, "no_target")],
    ),
    "within counts from the last stop, also of spells that first does not count": (
        "S0 T2 S3 T5 S6 T7 S9 T9.5",
        10,
        {"within": "PT1H"},
        [Short(0, 2, 2, "no_target"), Short(9, 9.5, 0.5, "no_target")],
    ),
    "cancelled while open": ("S0 X3 T5", 9, {}, [Short(0, 3, 3, "cancelled")]),
    "cancelled: count runs on": (
        "S0 X3 T5",
        9,
        {"cancelled": "count"},
        [Short(0, 5, 5, "no_target")],
    ),
    "cancelled after the stop changes nothing": ("S0 T2 X3", 9, {}, [Short(0, 2, 2, "no_target")]),
    "cancelled in a spell that first does not count changes nothing": (
        "S0 T2 S4 X5 T7",
        9,
        {},
        [Short(0, 2, 2, "no_target")],
    ),
    "cancelled, then started again: a new instance": (
        "S0 X3 S4 T6",
        9,
        {},
        [Short(0, 3, 3, "cancelled"), Short(4, 6, 2, "no_target")],
    ),
    "an event that cancels does not stop": (
        "S0 X3",
        9,
        {"stop": ["T", "X"]},
        [Short(0, 3, 3, "cancelled")],
    ),
    "an event that cancels does not start": ("X1", 9, {"start": ["S", "X"]}, []),
    "equality is met": (
        "S0 T4",
        9,
        {"targets": [{"within": "4 hours"}]},
        [Short(0, 4, 4, "met")],
    ),
    "open and over its budget is breached": (
        "S0",
        5,
        {"targets": [{"within": "4 hours"}]},
        [Short(0, None, 5, "breached")],
    ),
    "open with just its budget spent is running": (
        "S0",
        4,
        {"targets": [{"within": "4 hours"}]},
        [Short(0, None, 4, "running")],
    ),
    "open and paused": (
        "S0 P1",
        9,
        {"paused_while": PAUSE, "targets": [{"within": "4 hours"}]},
        [Short(0, None, 1, "paused")],
    ),
    "elapsed hours pass by night though the clock has a calendar": (
        "S15 T23",
        30,
        {"calendar": "office", "targets": [{"within": "8 hours"}]},
        [Short(15, 23, 8, "met")],
    ),
    "without a matching target time is told by the calendar": (
        "S15 T23",
        30,
        {"calendar": "office", "targets": [{"when": 'P = "9"', "within": "8 hours"}]},
        [Short(15, 23, 1, "no_target")],
    ),
    "what happens later than the reading has not happened": ("S0 T5", 3, {}, [Short(0, None, 3, "running")]),
    "a start at the instant of the reading": ("S3", 3, {}, [Short(3, None, 0, "running")]),
}


@pytest.mark.parametrize("name", STORIES)
def test_story(name: str) -> None:
    story, as_of, clock, expected = STORIES[name]
    assert shorts(told(story, as_of, clock)) == expected


RECLASSIFIED = {
    # P2 (8 h) for 2 hours, then P1 (4 h) for 3.5 hours
    "start": (5.5, 8, "met", 8),
    "stop": (5.5, 4, "breached", 4),
    "restart": (3.5, 4, "met", 6),
    # 2/8 + 3.5/4 = 1.125; 3/4 of 4 hours after the change: due at 5
    "proportional": (5.5, 4, "breached", 5),
}


@pytest.mark.parametrize("rule", RECLASSIFIED)
def test_reclassify(rule: str) -> None:
    consumed, budget, state, due = RECLASSIFIED[rule]
    (found,) = instances(told("S0(2) N2(1) T5.5", 9, {"reclassify": rule, "targets": BY_PRIORITY}))
    assert (found.consumed_us, found.budget_us) == (consumed * HOUR, budget * HOUR)
    assert (found.state, found.due_us) == (state, MONDAY + due * HOUR)


@pytest.mark.parametrize(("rule", "target"), [("start", 1), ("stop", 0), ("restart", 1), ("proportional", 1)])
def test_a_change_at_the_stopping_event_is_too_late_but_for_stop(rule: str, target: int) -> None:
    (found,) = instances(told("S0(2) T5(1)", 9, {"reclassify": rule, "targets": BY_PRIORITY}))
    assert found.target == target
    assert found.consumed_us == 5 * HOUR


def test_a_change_while_stopped_counts_when_it_is_reopened() -> None:
    clock = {"reclassify": "restart", "reopen": "sum", "targets": BY_PRIORITY}
    (found,) = instances(told("S0(2) T2 N3(1) S4 T7", 9, clock))
    assert (found.origin_us, found.consumed_us) == (MONDAY + 3 * HOUR, 3 * HOUR)
    (found,) = instances(told("S0(2) T2 N3(1)", 9, clock))
    assert (found.target, found.consumed_us, found.state) == (1, 2 * HOUR, "met")


def test_proportional_due_is_cut_to_the_microsecond() -> None:
    # after 1 of 7 hours, 6/7 of 1 hour are left: 3 085 714 285.714… microseconds
    targets = [{"when": 'P = "1"', "within": "1 hour"}, {"within": "7 hours"}]
    (found,) = instances(told("S0(2) N1(1) T3", 9, {"reclassify": "proportional", "targets": targets}))
    assert found.due_us == MONDAY + HOUR + 3_085_714_285
    assert found.breaches_after_us == MONDAY + HOUR + 3_085_714_285


def test_time_without_a_target_is_free_in_proportion() -> None:
    clock = {"reclassify": "proportional", "targets": BY_PRIORITY}
    (found,) = instances(told("S0(1) N3(9) N8(1) T9", 9, clock))
    assert (found.state, found.consumed_us) == ("met", 9 * HOUR)


def test_day_counts_run_from_the_start_and_under_restart_from_the_change() -> None:
    targets = [{"when": 'P = "1"', "within": "0 business days"}, {"within": "2 business days"}]
    clock = {"calendar": "office", "targets": targets}
    (start,) = instances(told("S10(2)", 30, clock | {"reclassify": "start"}))
    assert start.due_us == at("2026-03-04T16:00")
    (restart,) = instances(told("S10(2) N34(1)", 40, clock | {"reclassify": "restart"}))
    assert restart.due_us == at("2026-03-03T16:00")
    assert restart.budget_us == 6 * HOUR


def test_days_without_a_calendar_are_those_of_the_agreements_zone() -> None:
    (found,) = instances(
        told("S10", 30, {"targets": [{"within": "1 business days"}]}, zone="Asia/Ho_Chi_Minh")
    )
    assert found.due_us == at("2026-03-04T00:00", "Asia/Ho_Chi_Minh")


def test_a_target_may_have_a_calendar_of_its_own() -> None:
    late = {"zone": "UTC", "hours": {"mon-fri": [["14:00", "20:00"]]}}
    clock = {"calendar": "office", "targets": [{"within": "2 business hours", "calendar": "late"}]}
    (found,) = instances(told("S10 T15.5", 30, clock, calendars={"office": OFFICE, "late": late}))
    assert (found.consumed_us, found.due_us) == (1.5 * HOUR, at("2026-03-02T16:00"))


def test_due_of_a_calendar_that_never_opens_again_is_unknown() -> None:
    closing = OFFICE | {"versions": [{"from": "2026-03-03", "hours": {}}]}
    (found,) = instances(
        told(
            "S10",
            30,
            {"calendar": "office", "targets": [{"within": "9 business hours"}]},
            calendars={"office": closing},
        )
    )
    assert (found.due_us, found.breaches_after_us, found.state) == (None, None, "running")


def test_dues_that_can_be_known_are_beside_those_that_cannot() -> None:
    closing = OFFICE | {"versions": [{"from": "2026-03-03", "hours": {}}]}
    rows = [(f"case {hour:02}", MONDAY + hour * HOUR, "S", {}) for hour in range(8, 16)]
    clock = CLOCK | {"calendar": "office", "targets": [{"within": "4 business hours"}]}
    made = world(rows, MONDAY + 20 * HOUR, clocks={"c": clock}, calendars={"office": closing}, zone="UTC")
    due = evaluate_clocks(made.inputs, made.matcher)["c"].frame["due"].to_physical().to_list()
    assert due == [*(MONDAY + hour * HOUR for hour in range(12, 17)), None, None, None]


def test_a_due_past_the_term_is_found() -> None:
    (found,) = instances(
        told(
            "S10",
            30,
            {"calendar": "office", "targets": [{"within": "99999 business hours"}]},
            term={"start": "2026-01-01", "end": "2026-12-31"},
        )
    )
    # 12,499 whole days of 8 hours, 5 a week, after Monday 10:00
    assert found.due_us == at("2074-01-29T09:00")


def test_order_at_equal_times_is_that_of_the_source() -> None:
    clock = {"reopen": "sum"}
    assert shorts(told("S1 T1 S1", 3, clock)) == [Short(1, None, 2, "running")]
    assert shorts(told("T1 S1", 3, clock)) == [Short(1, None, 2, "running")]


def test_a_stop_before_any_start_is_a_data_fault_and_a_further_stop_is_not() -> None:
    made = told("T0 S1 T3 T5", 9, {})
    table = evaluate_clocks(made.inputs, made.matcher)["c"]
    assert table.counts.data_faults == 1
    assert table.faults.tolist() == [0]


def test_the_version_in_force_at_the_start_rules() -> None:
    def version(number: int, hours: int, effective: str | None) -> Any:
        return agreement(
            version=number,
            effective=effective,
            zone="UTC",
            clocks={"c": CLOCK | {"reopen": "each", "targets": [{"within": f"{hours} hours"}]}},
        )

    made = told("S1 T25 S26 T28", 30, versions=[version(1, 30, None), version(2, 1, "2026-03-03")])
    assert [(i.version, i.state) for i in instances(made)] == [(0, "met"), (1, "breached")]


def test_a_version_without_the_clock_opens_none_and_lets_an_open_one_end() -> None:
    old = agreement(zone="UTC", clocks={"c": CLOCK | {"reopen": "each"}})
    new = agreement(zone="UTC", version=2, effective="2026-03-03")
    assert shorts(told("S1 T25 S26 T28", 30, versions=[old, new])) == [Short(1, 25, 24, "no_target")]


def test_cases_out_of_scope_have_no_instances() -> None:
    assert shorts(told("S0(1) T3", 9, {}, where='P = "1"')) == [Short(0, 3, 3, "no_target")]
    assert shorts(told("S0(2) N1(1) T3", 9, {}, where='P = "1"')) == []
    # never received (the work's received event is S): its first event tells
    assert shorts(told("N0(1) B1 T3(2)", 9, {"start": "B"}, where='P = "1"')) == [Short(1, 3, 2, "no_target")]


def test_a_reading_sees_what_was_recorded_by_then() -> None:
    rows = [
        ("case", MONDAY, "S", {"recorded": MONDAY}),
        ("case", MONDAY + 2 * HOUR, "T", {"recorded": MONDAY + 8 * HOUR}),
    ]
    parts = {"clocks": {"c": CLOCK}, "zone": "UTC"}
    assert shorts(world(rows, MONDAY + 7 * HOUR, **parts)) == [Short(0, None, 7, "running")]
    assert shorts(world(rows, MONDAY + 8 * HOUR, **parts)) == [Short(0, 2, 2, "no_target")]


def test_lifecycle_patterns() -> None:
    rows = [
        ("case", MONDAY, "S", {"lifecycle": "schedule"}),
        ("case", MONDAY + HOUR, "S", {"lifecycle": "Start"}),
        ("case", MONDAY + 3 * HOUR, "S", {"lifecycle": "complete"}),
    ]
    clock = {
        "start": {"activity": "S", "lifecycle": "start"},
        "stop": {"activity": "S", "lifecycle": "COMPLETE"},
    }
    made = world(rows, MONDAY + 9 * HOUR, clocks={"c": clock}, zone="UTC")
    assert shorts(made) == [Short(1, 3, 2, "no_target")]


def test_the_counts_add_up() -> None:
    rows = []
    for place, story in enumerate(["S0 T1", "S0 T9", "S0", "S8", "S8 P8.5", "S0 X1"]):
        for letter, hours in re.findall(r"([A-Z])([\d.]+)", story):
            rows.append((f"case {place}", MONDAY + round(float(hours) * HOUR), letter, {}))
    clock = CLOCK | {"targets": [{"within": "4 hours"}], "paused_while": PAUSE}
    work = {"received": "S", "delivered": "T", "cancelled": "X"}
    made = world(rows, MONDAY + 10 * HOUR, clocks={"c": clock}, work=work, zone="UTC")
    counts = evaluate_clocks(made.inputs, made.matcher)["c"].counts
    assert (counts.started, counts.met, counts.breached, counts.open_breached) == (6, 1, 2, 1)
    assert (counts.running, counts.paused, counts.cancelled, counts.no_target) == (1, 1, 1, 0)


def test_an_agreement_without_clocks_has_no_tables() -> None:
    made = told("S0 T1", 3, None)
    assert evaluate_clocks(made.inputs, made.matcher) == {}


@pytest.mark.parametrize(
    ("clock", "message"),
    [
        ({"calendar": "nowhere"}, "calendar 'nowhere' does not exist; calendars: office"),
        ({"within": "P1M", "reopen": "sum"}, "P1M counts months"),
    ],
)
def test_what_cannot_be_computed_is_said_in_a_sentence(clock: dict[str, Any], message: str) -> None:
    made = told("S0 T1", 3, clock)
    with pytest.raises(AgreementError, match=re.escape(message)):
        evaluate_clocks(made.inputs, made.matcher)
