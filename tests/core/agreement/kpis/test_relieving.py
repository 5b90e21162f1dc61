"""Intervals that are excused: by a condition on measures per hour, day, week or month, and by agreed claims."""

from __future__ import annotations

from typing import Any

import pytest
from tests.core.agreement.kpis.building import Event, case, read

from giao.core.agreement.results import KpiResult

KPI = "kpis: {k: {kind: share_in_target, clock: c}}"


def burst(day: str, hour: int, count: int, stop: str) -> list[Event]:
    events: list[Event] = []
    for at in range(count):
        events += case(f"{day}-{hour}-{at}", f"{day}T{hour:02d}:{at % 60:02d}:00", stop)
    return events


LATE = [*burst("2026-01-05", 9, 6, "2026-01-20T09:00:00"), *burst("2026-01-06", 9, 2, "2026-01-06T12:00:00")]


def january(
    per: str, forecast: str, when: str = "received > forecast", events: list[Event] = LATE
) -> KpiResult:
    head = (
        f"work: {{received: In, delivered: Out, forecast: {{{forecast}}}}}\n"
        f'relief: [{{kind: over_forecast, when: "{when}", per: {per}, effect: interval}}]\n'
    )
    return read(head + KPI, events, "2026-02-15").result("k", "2026-01")


@pytest.mark.parametrize(
    ("per", "forecast", "n", "excluded"),
    [
        ("day", "2026-01-05: 5, 2026-01-06: 5", 2, 6),
        ("day", "2026-01: 155", 2, 6),  # five a day
        ("day", "2026-01-06: 5", 8, 0),  # no forecast for the 5th: no excuse
        ("hour", "2026-01-05: 120, 2026-01-06: 120", 2, 6),  # five an hour
        ("hour", "2026-01-05: 144, 2026-01-06: 144", 8, 0),
        ("week", "2026-01: 31", 0, 8),  # seven that week, eight came
        ("month", "2026-01: 8", 8, 0),
        ("month", "2026-01: 7", 0, 8),
    ],
)
def test_cases_received_in_an_interval_above_the_forecast_are_out(
    per: str, forecast: str, n: int, excluded: int
) -> None:
    result = january(per, forecast)
    assert (result.n, sum(count for _, count in result.excluded)) == (n, excluded)


def test_without_the_excuse_they_miss() -> None:
    assert (january("day", "2026-01: 310").n, january("day", "2026-01: 310").misses) == (8, 6)


def test_a_late_case_is_excused_by_the_day_it_was_received_not_that_of_its_stop() -> None:
    events = [*LATE, *burst("2026-01-20", 8, 1, "2026-01-20T10:00:00")]
    result = january("day", "2026-01: 155", events=events)
    assert (result.n, result.misses) == (3, 0)


def test_other_measures_may_be_named() -> None:
    assert january("day", "2026-01: 155", "received - delivered > 5").n == 2


RELIEF = (
    "relief: [{name: storm, kind: force_majeure, effect: interval, agree: client, per: day, "
    "when: received > 1000}]\n"
)


def storm(**more: Any) -> list[dict[str, Any]]:
    return [
        {
            "type": "giao.fact.relief",
            "relief": "storm",
            "id": "S1",
            "time": "2026-01-07T00:00:00Z",
            "from": "2026-01-05T09:00:00Z",
            "until": "2026-01-05T09:03:00Z",
            **more,
        },
        {
            "type": "giao.decision.relief",
            "claim": "S1",
            "by": "client",
            "accept": True,
            "time": "2026-01-08T00:00:00Z",
        },
    ]


def test_an_agreed_interval_is_half_open() -> None:
    result = read(RELIEF + KPI, LATE, "2026-02-15", storm()).result("k", "2026-01")
    assert result.excluded == (("relief:storm", 3),)


def test_an_interval_may_be_for_some_cases_only() -> None:
    result = read(RELIEF + KPI, LATE, "2026-02-15", storm(case="2026-01-05-9-1")).result("k", "2026-01")
    assert result.excluded == (("relief:storm", 1),)


def test_a_pending_interval_says_what_it_would_change() -> None:
    result = read(RELIEF + KPI, LATE, "2026-02-15", storm()[:1]).result("k", "2026-01")
    (pending,) = result.claims
    assert (result.n, pending.would_be, pending.missing) == (8, pytest.approx(2 / 5), ("client",))
