"""Short cuts of reading columns say what the plain way says: at some events, by code, in tiny chunks of cases."""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from giao.core.agreement.clocks import evaluate_clocks, table
from giao.core.agreement.context import make_inputs
from giao.core.agreement.document.work import Work
from giao.core.agreement.facts import Facts
from giao.core.agreement.load import parse_agreement
from giao.core.agreement.patterns import Matcher
from giao.core.log import EventLog, LogMapping, arrange, import_log, log_from_frame, model, open_log

BEGIN = datetime(2024, 1, 1, tzinfo=UTC)
CONDITIONS = (
    'priority = "high"',
    'priority != "high"',
    "priority = null",
    'if priority = "low" then null else true',
    'priority in ("high", "low")',
    'starts with(priority, "h")',
    "amount > 3",
    'priority = "high" and amount > 3',
)

events = st.lists(
    st.tuples(
        st.integers(0, 4),
        st.sampled_from(["A", "B", "C"]),
        st.integers(0, 30),
        st.sampled_from(["high", "low", None]),
        st.sampled_from([1, 5, None]),
    ),
    min_size=2,
    max_size=40,
)


def log_of(rows: list[tuple[Any, ...]]) -> EventLog:
    frame = pl.DataFrame(
        {
            "case": [f"c{row[0]}" for row in rows],
            "activity": [row[1] for row in rows],
            "time": [BEGIN + timedelta(hours=row[2]) for row in rows],
            "seq": range(len(rows)),
            "priority": pl.Series([row[3] for row in rows], dtype=pl.String),
            "amount": pl.Series([row[4] for row in rows], dtype=pl.Int64),
        }
    )
    mapping = LogMapping(sequence="seq", types={"priority": "string", "amount": "number"}, null_values=[])
    return log_from_frame(frame, mapping)


@settings(max_examples=60, deadline=None)
@given(events, st.lists(st.integers(-1, 39), max_size=12), st.booleans())
def test_an_attribute_at_some_events_is_what_gathering_gives(
    rows: list[tuple[Any, ...]], wanted: list[int], whole: bool
) -> None:
    log = log_of(rows)
    at = np.array([min(row, log.n_events - 1) for row in wanted], dtype=np.int32)
    if whole:
        at = np.concatenate([at, np.arange(log.n_events, dtype=np.int32)])
    for name in ("priority", "amount"):
        if name not in log.columns:
            continue
        expected = log.current([name])[name].gather(
            pl.Series(at.astype(np.int64)).set(pl.Series(at < 0), None)
        )
        assert log.current_at(name, at).to_list() == expected.to_list()


@settings(max_examples=60, deadline=None)
@given(events, st.sampled_from(CONDITIONS), st.lists(st.integers(-1, 39), max_size=6))
def test_a_condition_by_code_or_at_some_events_is_the_condition(
    rows: list[tuple[Any, ...]], text: str, wanted: list[int]
) -> None:
    log = log_of(rows)
    work = Work.model_validate(
        {"received": "A", "delivered": "C", "attributes": {"priority": "string", "amount": "number"}}
    )
    plain = Matcher(log, work)
    plain._tables = dict.fromkeys(CONDITIONS)  # no short cut
    expected = plain.condition(text)
    assert Matcher(log, work).condition(text).to_list() == expected.to_list()
    assert Matcher(log, work).holds(text).tolist() == expected.fill_null(False).to_list()
    at = np.array([min(row, log.n_events - 1) for row in wanted], dtype=np.int32)
    found = Matcher(log, work).holds_at(text, at)
    assert found.tolist() == [row >= 0 and expected[int(row)] is True for row in at]


AGREEMENT = """
giao: 1
name: small
parties: {client: {name: A}, vendor: {name: B}}
term: {start: 2024-01-01, end: 2024-12-31}
currency: EUR
zone: UTC
work: {received: A, delivered: C, attributes: {priority: {type: string, changes: true}, amount: number}}
clocks:
  whole:
    start: A
    stop: C
    reopen: sum
    reclassify: restart
    paused_while: {from: B, until: {activity: [A, C]}}
    targets: [{when: 'priority = "high"', within: 3 hours}, {when: 'priority = "low"', within: 9 hours}, {within: 20 hours}]
  answer: {start: {activity: A, where: 'priority = "high"'}, stop: [B, C], targets: [{within: 2 hours}]}
"""


@settings(max_examples=40, deadline=None)
@given(events, st.integers(1, 7))
def test_chunks_of_any_size_give_the_same_table(rows: list[tuple[Any, ...]], size: int) -> None:
    log = log_of(rows)
    versions = parse_agreement(AGREEMENT)
    at = int((BEGIN + timedelta(hours=48) - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds()) * 1_000_000
    inputs = make_inputs(versions, log, Facts(), at)
    with pytest.MonkeyPatch.context() as patch:
        whole = evaluate_clocks(inputs, Matcher(inputs.log, inputs.agreement.work))
        patch.setattr(table, "CHUNK_EVENTS", size)
        parts = evaluate_clocks(inputs, Matcher(inputs.log, inputs.agreement.work))
    for name, found in whole.items():
        assert parts[name].frame.equals(found.frame)
        assert parts[name].counts == found.counts


@settings(max_examples=10, deadline=None)
@given(events, st.lists(st.integers(-1, 39), max_size=12), st.integers(1, 9))
def test_a_large_log_is_read_piece_by_piece_and_columns_for_a_moment_are_not_kept(
    rows: list[tuple[Any, ...]], wanted: list[int], size: int
) -> None:
    kept = log_of(rows)
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(arrange, "CHUNK_EVENTS", size)
        patch.setattr(arrange.Arranged.bounds, "__defaults__", (size,))
        kept.to_csv(Path(folder) / "log.csv")
        mapping = LogMapping(case="case", activity="activity", time="time", zone="UTC")
        import_log(Path(folder) / "log.csv", Path(folder) / "log", mapping)
        whole, log = open_log(Path(folder) / "log"), open_log(Path(folder) / "log")
        patch.setattr(model, "KEEP_EVENTS", 1)
        at = np.array([min(row, log.n_events - 1) for row in wanted], dtype=np.int32)
        places = pl.Series(at.astype(np.int64)).set(pl.Series(at < 0), None)
        for name in set(log.columns) & {"priority", "amount"}:
            expected = whole.current([name])[name].gather(places)
            assert log.current_at(name, at).to_list() == expected.to_list()
            assert name not in log._cache
        assert log.times_us().tolist() == whole.events(["time"])["time"].to_physical().to_list()
        assert log.activity_codes().tolist() == whole.events(["activity"])["activity"].to_physical().to_list()
        assert log.span_us == (int(log.times_us().min()), int(log.times_us().max()))
