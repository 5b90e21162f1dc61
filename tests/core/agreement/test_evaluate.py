"""Evaluate as a whole: begins of activities, the instant it stands at, the same bytes for the same input."""

from __future__ import annotations

from datetime import UTC, datetime

import polars as pl
import pytest
from tests.core.agreement.kpis.building import versions

from giao.core.agreement.errors import AgreementError
from giao.core.agreement.evaluate import evaluate
from giao.core.agreement.output import to_json
from giao.core.log import EventLog, LogMapping, log_from_frame

HANDLING = """
work: {received: {activity: Check, lifecycle: start}, delivered: {activity: Check, lifecycle: complete}}
clocks:
  c:
    start: {activity: Check, lifecycle: start}
    stop: {activity: Check, lifecycle: complete}
    targets: [{within: 30 minutes}]
kpis: {handled: {kind: share_in_target, clock: c, expected: 50%}}
"""
ENDS = """
kpis: {many: {kind: volume, of: {activity: Check}}}
"""


def log() -> EventLog:
    def at(hour: int, minute: int) -> datetime:
        return datetime(2026, 3, 2, hour, minute, tzinfo=UTC)

    frame = pl.DataFrame(
        {
            "case": ["a", "b"],
            "activity": ["Check", "Check"],
            "begin": [at(9, 0), at(9, 0)],
            "end": [at(9, 30), at(9, 31)],
        }
    )
    return log_from_frame(frame, LogMapping(case="case", activity="activity", start="begin", time="end"))


def test_begins_are_events_when_the_agreement_asks_for_them() -> None:
    reading = evaluate(log(), versions(HANDLING))
    result = reading.kpis.result("handled", "2026-03")
    assert (result.n, result.misses) == (2, 1)
    assert reading.clocks["c"].frame["consumed_us"].to_list() == [30 * 60_000_000, 31 * 60_000_000]


def test_a_row_stays_one_event_for_an_agreement_that_does_not() -> None:
    result = evaluate(log(), versions(ENDS)).kpis.result("many", "2026-03")
    assert result.n == 2


def test_the_same_input_gives_the_same_bytes() -> None:
    assert to_json(evaluate(log(), versions(HANDLING))) == to_json(evaluate(log(), versions(HANDLING)))


def test_without_events_it_asks_when() -> None:
    nothing = log().as_of(0)
    with pytest.raises(AgreementError, match="--as-of"):
        evaluate(nothing, versions(HANDLING))
    assert (
        evaluate(nothing, versions(HANDLING), as_of=1_775_000_000_000_000).kpis.results[0].state == "no_data"
    )
