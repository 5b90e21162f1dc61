"""The explanation of a clock: intervals with their reasons, targets as tried, why a clock did not start."""

from __future__ import annotations

from typing import Any

import pytest
from tests.core.agreement.clocks.worlds import World, agreement, world
from tests.core.calendars.moments import HOUR, SECOND, at

from giao.core.agreement.clocks import ExplainedInstance, explain_clock
from giao.core.agreement.errors import AgreementError
from giao.core.log import LogError

ZONE = "Asia/Ho_Chi_Minh"
OFFICE = {
    "zone": ZONE,
    "hours": {"mon-fri": [["08:00", "12:00"], ["13:00", "17:00"]]},
    "holidays": "VN",
    "closed": ["2026-04-29"],
}
CLOCK = {"start": "S", "stop": "T", "calendar": "office", "targets": [{"within": "8 business hours"}]}


def told(events: list[tuple[str, str, dict[str, Any]]], clock: dict[str, Any], **parts: Any) -> World:
    rows = [("k", at(time, ZONE), activity, values) for activity, time, values in events]
    parts = {"calendars": {"office": OFFICE}, "zone": ZONE, "clocks": {"c": clock}} | parts
    return world(rows, parts.pop("as_of", rows[-1][1] + HOUR), types={"P": "string"}, **parts)


def only(made: World) -> ExplainedInstance:
    explanation = explain_clock(made.inputs, made.matcher, "c", "k")
    assert explanation.not_started is None
    (instance,) = explanation.instances
    return instance


def lines(instance: ExplainedInstance) -> list[tuple[str, str, float, float]]:
    """(kind, reason, hours long, hours counted)."""
    return [
        (item.kind, item.reason, (item.end_us - item.start_us) / HOUR, item.counted_us / HOUR)
        for item in instance.intervals
    ]


def test_nights_weekends_holidays_and_own_closed_days_have_their_names() -> None:
    # Tuesday 28 April 2026; the 29th is closed by the agreement, 30 April and 1 May are holidays, then a weekend
    made = told([("S", "2026-04-28T15:00", {}), ("T", "2026-05-04T09:00", {})], CLOCK)
    instance = only(made)
    assert lines(instance) == [
        ("open", "running", 2, 2),
        ("closed", "outside_hours", 7, 0),
        ("closed", "closed_day", 24, 0),
        ("closed", "holiday", 24, 0),
        ("closed", "holiday", 24, 0),
        ("closed", "weekend", 48, 0),
        ("closed", "outside_hours", 8, 0),
        ("open", "running", 1, 1),
    ]
    names = [item.params["name"] for item in instance.intervals if item.reason == "holiday"]
    assert len(set(names)) == 2
    assert all(names)
    assert (instance.calendar, instance.zone) == ("office", ZONE)
    assert (instance.start_activity, instance.stop_activity, instance.state) == ("S", "T", "met")
    assert instance.agreement_hash == made.inputs.versions[0].hash


def test_a_pause_names_its_events_and_what_would_have_counted() -> None:
    clock = CLOCK | {"paused_while": [{"from": "ask", "until": "answer"}, {"when": 'P = "hold"'}]}
    made = told(
        [
            ("S", "2026-03-02T11:00", {}),
            ("ask", "2026-03-02T11:30", {}),
            ("answer", "2026-03-02T14:00", {}),
            ("N", "2026-03-02T15:00", {"P": "hold"}),
            ("T", "2026-03-02T16:00", {}),
        ],
        clock,
    )
    instance = only(made)
    between, while_ = (item for item in instance.intervals if item.kind == "paused")
    assert (between.reason, between.open_us / HOUR, between.counted_us) == ("pause_between", 1.5, 0)
    assert between.params == {
        "pause": 0,
        "from_event": 1,
        "until_event": 2,
        "from_activity": "ask",
        "until_activity": "answer",
    }
    assert (while_.reason, while_.params["condition"]) == ("pause_while", 'P = "hold"')
    assert while_.params == {"pause": 1, "from_event": 3, "condition": 'P = "hold"'}
    assert instance.instance.consumed_us == 1.5 * HOUR


def test_relief_names_the_claim_and_who_agreed() -> None:
    made = told(
        [("S", "2026-03-02T08:00", {}), ("T", "2026-03-02T12:00", {})],
        CLOCK,
        relief=[{"name": "storm", "kind": "force_majeure", "agree": "client"}],
        facts=[
            {
                "type": "giao.fact.relief",
                "relief": "storm",
                "id": "R7",
                "case": "k",
                "time": "2026-03-02T09:00",
                "until": "2026-03-02T10:00",
            },
            {
                "type": "giao.decision.relief",
                "claim": "R7",
                "by": "client",
                "accept": True,
                "time": "2026-03-02T11:00",
            },
        ],
    )
    (relief,) = (item for item in only(made).intervals if item.kind == "relief")
    assert (relief.reason, relief.open_us, relief.counted_us) == ("agreed", HOUR, 0)
    assert relief.params == {
        "claim": "R7",
        "relief": "storm",
        "kind": "force_majeure",
        "agree": "client",
        "client": True,
        "vendor": None,
    }


def test_spells_and_restarts() -> None:
    targets = [{"when": 'P = "1"', "within": "2 business hours"}, {"within": "6 business hours"}]
    clock = CLOCK | {"reopen": "sum", "reclassify": "restart", "targets": targets}
    made = told(
        [
            ("S", "2026-03-02T08:00", {"P": "2"}),
            ("N", "2026-03-02T09:00", {"P": "1"}),
            ("T", "2026-03-02T10:00", {}),
            ("S", "2026-03-02T11:00", {}),
            ("T", "2026-03-02T11:30", {}),
        ],
        clock,
    )
    instance = only(made)
    assert lines(instance) == [
        ("before_restart", "restarted", 1, 0),
        ("open", "running", 1, 1),
        ("between_spells", "stopped", 1, 0),
        ("open", "running", 0.5, 0.5),
    ]
    assert instance.intervals[0].params == {"event": 1, "target": 0}
    assert instance.intervals[2].params == {"from_event": 2, "until_event": 3}
    assert instance.decided_by == "change"


def test_targets_are_shown_as_they_were_tried() -> None:
    targets = [
        {"when": 'P = "1"', "within": "2 business hours"},
        {"when": 'P = "2"', "within": "6 business hours"},
        {"within": "9 business hours"},
    ]
    made = told(
        [("S", "2026-03-02T08:00", {"P": "2"}), ("T", "2026-03-02T12:00", {})],
        CLOCK | {"targets": targets},
    )
    instance = only(made)
    assert [(trial.within, trial.verdict, trial.values) for trial in instance.trials] == [
        ("2 business hours", "not_matched", {"P": "2"}),
        ("6 business hours", "matched", {"P": "2"}),
        ("9 business hours", "not_tried", {}),
    ]
    assert instance.decided_by == "start"
    assert instance.instance.due_us == at("2026-03-02T15:00", ZONE)


def test_proportions_are_shown_by_target() -> None:
    targets = [{"when": 'P = "1"', "within": "2 business hours"}, {"within": "8 business hours"}]
    made = told(
        [
            ("S", "2026-03-02T08:00", {"P": "2"}),
            ("N", "2026-03-02T10:00", {"P": "1"}),
            ("T", "2026-03-02T11:00", {}),
        ],
        CLOCK | {"reclassify": "proportional", "targets": targets},
    )
    epochs = [(e.target, e.event, e.consumed_us // SECOND, e.budget_us) for e in only(made).epochs]
    assert epochs == [(1, 0, 7200, 8 * HOUR), (0, 1, 3600, 2 * HOUR)]


@pytest.mark.parametrize(
    ("events", "parts", "reason"),
    [
        ([("N", "2026-03-02T08:00", {})], {}, "no_start_event"),
        ([("S", "2026-03-02T08:00", {"P": "2"})], {"where": 'P = "1"'}, "out_of_scope"),
        (
            [("S", "2026-03-02T08:00", {})],
            {"work": {"received": "S", "delivered": "T", "cancelled": "S"}},
            "cancelled_event",
        ),
    ],
)
def test_why_a_clock_did_not_start(
    events: list[tuple[str, str, dict[str, Any]]], parts: dict[str, Any], reason: str
) -> None:
    made = told(events, CLOCK, **parts)
    explanation = explain_clock(made.inputs, made.matcher, "c", "k")
    assert explanation.instances == ()
    assert explanation.not_started is not None
    assert explanation.not_started.reason == reason


def test_a_clock_that_is_not_in_force_yet_says_so() -> None:
    first = agreement(zone=ZONE)
    second = agreement(
        zone=ZONE,
        version=2,
        effective="2026-03-03",
        calendars={"office": OFFICE},
        clocks={"c": CLOCK},
    )
    made = world(
        [("k", at("2026-03-02T08:00", ZONE), "S", {})],
        at("2026-03-05T08:00", ZONE),
        versions=[first, second],
    )
    reason = explain_clock(made.inputs, made.matcher, "c", "k").not_started
    assert reason is not None
    assert (reason.reason, reason.params) == ("not_in_force", {"event": 0, "activity": "S", "version": 1})


def test_unknown_clock_and_case() -> None:
    made = told([("S", "2026-03-02T08:00", {})], CLOCK)
    with pytest.raises(AgreementError, match="clock 'd' does not exist; clocks: c"):
        explain_clock(made.inputs, made.matcher, "d", "k")
    with pytest.raises(LogError, match="no case"):
        explain_clock(made.inputs, made.matcher, "c", "z")
