"""Equal times: the source's own sequence decides, then the agreement's order of activities, never arrival."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from giao.core.agreement.evaluate import evaluate
from giao.core.agreement.load import parse_agreement
from giao.core.log import EventLog, LogMapping, log_from_frame

BEGIN = datetime(2024, 1, 1, tzinfo=UTC)

TEXT = """
giao: 1
name: small
parties: {client: {name: A}, vendor: {name: B}}
term: {start: 2024-01-01, end: 2024-12-31}
currency: EUR
zone: UTC
work: {received: Open, delivered: Close, order: [Open, Wait, Go, Close]}
clocks:
  whole:
    start: Open
    stop: Close
    paused_while: {from: Wait, until: Go}
    targets: [{within: 3 hours}]
kpis: {in_time: {kind: share_in_target, clock: whole, count_at: stop, expected: 90%}}
"""

Row = tuple[int, str, int]


def log_of(rows: list[Row], *, sequence: bool = False) -> EventLog:
    frame = pl.DataFrame(
        {
            "case": [f"c{case}" for case, _, _ in rows],
            "activity": [activity for _, activity, _ in rows],
            "time": [BEGIN + timedelta(hours=hour) for _, _, hour in rows],
            "number": range(len(rows)),
        }
    )
    return log_from_frame(
        frame, LogMapping(sequence="number") if sequence else LogMapping(exclude=["number"])
    )


def clocks(log: EventLog, text: str = TEXT, at: str = "2024-02-01") -> list[tuple[Any, ...]]:
    as_of = int(datetime.fromisoformat(at).replace(tzinfo=UTC).timestamp()) * 1_000_000
    found = evaluate(log, parse_agreement(text), as_of=as_of).clocks["whole"].frame
    return found.select("case", "instance", "consumed_us", "state").rows()


HOUR = 3_600_000_000
BACKWARDS: list[Row] = [(0, "Close", 5), (0, "Go", 5), (0, "Wait", 1), (0, "Open", 1)]


EARLY_CLOSE: list[Row] = [(0, "Close", 1), (0, "Open", 1), (0, "Close", 5)]
UNORDERED = TEXT.replace(", order: [Open, Wait, Go, Close]", "")


def test_the_agreements_order_decides_at_equal_times() -> None:
    assert clocks(log_of(EARLY_CLOSE)) == [(0, 0, 0, "met")]
    assert clocks(log_of(EARLY_CLOSE), UNORDERED) == [(0, 0, 4 * HOUR, "breached")]


def test_the_sources_own_sequence_comes_first() -> None:
    told = log_of(EARLY_CLOSE, sequence=True)
    assert clocks(told) == clocks(told, UNORDERED) == [(0, 0, 4 * HOUR, "breached")]


def test_activities_that_are_not_named_come_last() -> None:
    rows: list[Row] = [(0, "Note", 1), (0, "Open", 1), (0, "Close", 2)]
    log = evaluate(log_of(rows), parse_agreement(TEXT)).inputs.log
    assert log.events(["activity"])["activity"].to_list() == ["Open", "Note", "Close"]


def test_the_version_in_force_at_the_tie_says_the_order() -> None:
    second = TEXT.replace("[Open, Wait, Go, Close]", "[Close, Open]").replace("name: small", "name: small\neffective: 2024-01-03\nversion: 2")  # fmt: skip
    rows: list[Row] = [(0, "Close", 1), (0, "Open", 1), (1, "Open", 60), (1, "Close", 60)]
    versions = parse_agreement(TEXT + "---" + second)
    log = evaluate(log_of(rows), versions).inputs.log
    assert log.events(["activity"])["activity"].to_list() == ["Open", "Close", "Close", "Open"]


def test_the_hash_is_that_of_the_content() -> None:
    log = log_of(BACKWARDS)
    read = evaluate(log, parse_agreement(TEXT)).inputs.log
    assert read.events(["activity"])["activity"].to_list() == ["Open", "Wait", "Go", "Close"]
    assert read.hash == log.hash


rows = st.lists(
    st.tuples(st.integers(0, 2), st.sampled_from(["Open", "Wait", "Go", "Close"]), st.integers(0, 3)),
    min_size=1,
    max_size=14,
    unique=True,
)


@settings(max_examples=60, deadline=None)
@given(rows, st.randoms(use_true_random=False))
def test_the_order_of_arrival_changes_nothing(found: list[Row], chance: Any) -> None:
    mixed = list(found)
    chance.shuffle(mixed)
    assert clocks(log_of(mixed)) == clocks(log_of(found))


@settings(max_examples=40, deadline=None)
@given(rows, st.integers(0, 4))
def test_a_reading_of_the_past_is_a_reading_of_what_was_known(found: list[Row], hour: int) -> None:
    at = (BEGIN + timedelta(hours=hour)).isoformat()[:19]
    known = [row for row in found if row[2] <= hour]
    if known:
        assert clocks(log_of(found), at=at) == clocks(log_of(known), at=at)
