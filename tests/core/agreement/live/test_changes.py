"""What a step tells: rows to replace, results that are new, the instants at which something changes by itself."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import polars as pl
import pytest
from tests.core.agreement.kpis.building import versions
from tests.core.agreement.live.following import HOUR, at, check_same, declared, instances, whole

from giao.core.agreement.evaluate import evaluate
from giao.core.agreement.facts import Fact, Facts
from giao.core.agreement.live import LiveReading
from giao.core.agreement.output import statement_json
from giao.core.log.tail import Tail
from giao.core.log.tail_event import LiveEvent

TEXT = """
calendars: {office: {zone: UTC, hours: {mon-fri: [["08:00", "16:00"]]}}}
work: {received: In, delivered: Out, attributes: {site: string, amount: number}}
clocks: {c: {start: In, stop: Out, calendar: office, targets: [{within: 8 business hours}]}}
kpis:
  in_time: {kind: share_in_target, clock: c, count_at: due, expected: 90%, points: 10}
  amounts: {kind: mean, attribute: amount, of: Out}
credits: {at_risk: 10%}
pricing: [{per_unit: delivered, name: Cases, price: 5}]
"""


def happened(case: str, activity: str, hours: float, position: int = 0, **attributes: Any) -> LiveEvent:
    return LiveEvent(case, activity, at(hours), at(hours), position, attributes=attributes)


def begun(
    text: str = TEXT, *events: LiveEvent, hours: float = 0.0, facts: Facts | None = None
) -> LiveReading:
    agreement = versions(text)
    tail = Tail(declared=declared(agreement))
    tail.add(events)
    return LiveReading(tail, agreement, facts=facts, as_of=at(hours), warning_us=2 * HOUR)


def instant(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()) * 1_000_000


def test_a_breach_comes_by_time_alone_and_is_told_beforehand() -> None:
    live = begun()
    thursday = (instant("2026-01-08T12:00:00") - at(0)) / HOUR
    told = live.apply([happened("a", "In", thursday)], at(thursday))
    assert told.open["c"].open == 1
    assert told.next_us == instant("2026-01-09T10:00:00")  # two hours before it is due
    told = live.advance(told.next_us)
    assert (told.open["c"].at_risk, told.cases) == (1, ("a",))
    assert told.next_us == instant("2026-01-09T12:00:00")
    told = live.advance(told.next_us)
    assert told.open["c"].overdue == 0  # the budget is used up to the microsecond
    assert told.next_us == instant("2026-01-09T12:00:00") + 1
    told = live.advance(told.next_us)
    assert (told.open["c"].overdue, told.open["c"].at_risk) == (1, 0)
    result = next(result for result in told.kpis if result.window.id == "2026-01")
    assert (result.kpi, result.n, result.misses) == ("in_time", 1, 1)


def test_due_at_closing_time_is_over_when_the_calendar_opens_again() -> None:
    live = begun()
    friday = (instant("2026-01-09T08:00:00") - at(0)) / HOUR
    live.apply([happened("a", "In", friday)], at(friday))
    told = live.advance(instant("2026-01-09T20:00:00"))
    assert told.open["c"].overdue == 0
    assert told.next_us == instant("2026-01-12T08:00:00") + 1
    assert live.advance(told.next_us - 1).open["c"].overdue == 0
    assert live.advance(told.next_us).open["c"].overdue == 1


def test_a_success_counts_when_its_due_has_come() -> None:
    live = begun()
    monday = (instant("2026-01-12T09:00:00") - at(0)) / HOUR
    live.apply([happened("a", "In", monday, 1), happened("a", "Out", monday + 1, 2)], at(monday + 2))
    assert sum(result.n for result in live.results if result.kpi == "in_time") == 0
    assert live.next_us == instant("2026-01-13T09:00:00")
    told = live.advance(live.next_us)
    assert [(result.n, result.misses) for result in told.kpis if result.kpi == "in_time"] == [(1, 0)]
    check_same(live, versions(TEXT))


def test_nothing_changes_before_the_instant_that_is_told() -> None:
    live = begun(TEXT, *(happened(f"c{n}", "In", 9.0 + 5 * n) for n in range(9)), hours=60)
    agreement = versions(TEXT)
    for _ in range(25):
        upcoming = live.next_us
        assert upcoming is not None
        before = (live.counts, live.open)
        if upcoming - 1 > live.as_of_us:
            told = live.advance(upcoming - 1)
            assert (told.kpis, told.cases, live.counts, live.open) == ((), (), *before)
        live.advance(upcoming)
        if upcoming > at(24 * 45):
            break
    check_same(live, agreement)


def test_rows_told_take_the_place_of_those_of_their_cases() -> None:
    live = begun(TEXT, happened("a", "In", 9), happened("b", "In", 10), hours=20)
    kept = live.clock("c")
    told = live.apply([happened("b", "Out", 21), happened("d", "In", 22)], at(23))
    assert told.cases == ("b", "d")
    rows = pl.concat([kept.filter(~pl.col("case").is_in(list(told.cases))), told.clocks["c"]]).sort(
        "case", "instance"
    )
    there = whole(live.tail, live.versions, live.facts, live.as_of_us)
    fixed = ["case", "instance", "started", "stopped", "state", "due", "start_event", "stop_event"]
    theirs = pl.DataFrame(instances(there, "c")).select(fixed).rows()
    assert rows.select(fixed).rows() == theirs


def test_statements_are_the_same_to_the_hash_wherever_the_log_is_cut() -> None:
    events = [
        happened(f"c{n}", name, 9 + 31 * n + 7 * k, 2 * n + k)
        for n in range(20)
        for k, name in enumerate(("In", "Out"))
    ]
    agreement = versions(TEXT)
    at_once = Tail(declared=declared(agreement))
    at_once.add(events)
    below = Tail(declared=declared(agreement))
    below.add(events[::3])
    live = LiveReading(below.settled(), agreement, as_of=at(24 * 20))
    for event in reversed(events):
        live.apply([event])
    live.advance(at(24 * 70))
    theirs = evaluate(at_once.log(), agreement, as_of=at(24 * 70)).statements
    assert [statement_json(one) for one in live.statements()] == [statement_json(one) for one in theirs]
    assert len({one.hash for one in live.statements()}) == len(theirs) > 1


def test_a_settled_tail_goes_on_as_before() -> None:
    live = begun(TEXT, happened("a", "In", 9), happened("b", "In", 10), hours=20)
    live.apply([happened("b", "Out", 21), happened("d", "In", 22)], at(23))
    live.settle()
    assert (live.tail.n_live, live.tail.n_events) == (0, 4)
    told = live.apply([happened("a", "Out", 30), happened("b", "Out", 21)], at(31))
    assert (told.cases, len(told.duplicates)) == (("a",), 1)
    check_same(live, versions(TEXT))


def test_events_that_cannot_be_are_answered() -> None:
    live = begun()
    told = live.apply(
        [
            happened("a", "In", 5, 1, amount="x"),
            LiveEvent("b", "In", -(2**61), position=2),
            happened("c", "In", 5, 3),
            happened("c", "In", 5, 3),
        ],
        at(6),
    )
    assert [one.event.case for one in told.refused] == ["b", "a"]
    assert len(told.duplicates) == 1
    assert told.cases == ("c",)


@pytest.mark.parametrize(
    ("text", "facts", "why"),
    [
        (
            "relief: [{kind: over_forecast, when: received > 1, per: day, effect: interval}]",
            [],
            "relief_measures",
        ),
        (
            "relief: [{kind: outage, from: X, until: Y, agree: none}]",
            [
                Fact(
                    "giao.fact.relief",
                    at(5),
                    at(5),
                    {"relief": "outage", "id": "r1", "from": "2026-01-01T03:00:00Z"},
                )
            ],
            "relief_fact",
        ),
    ],
)
def test_what_changes_all_cases_is_read_anew_and_said_so(text: str, facts: list[Fact], why: str) -> None:
    live = begun(text, happened("a", "In", 1), happened("b", "In", 2), hours=3)
    told = live.apply([happened("a", "Out", 5)], at(6), facts=facts)
    assert (told.whole, told.cases) == (why, None)
    check_same(live, versions(text))
    live.apply([happened("b", "Out", 50), happened("d", "In", 51)], at(90))
    check_same(live, versions(text))


def test_a_column_of_another_type_and_numbers_that_do_not_add_up_are_read_anew() -> None:
    live = begun(TEXT, happened("a", "In", 1), happened("a", "Out", 2, amount=3), hours=3)
    agreement = versions(TEXT)
    told = live.apply([happened("b", "Out", 4, amount=Decimal("2.5"))], at(5))
    assert told.whole is None  # a decimal beside whole numbers adds up as it is
    check_same(live, agreement)
    told = live.apply([happened("a", "Out", 6, amount=0.12345678)], at(7))
    assert told.whole == "columns"
    check_same(live, agreement)
    assert live.apply([happened("a", "Out", 8, amount=1e9)], at(9)).whole == "inexact"
    check_same(live, agreement)
