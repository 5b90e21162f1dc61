"""Handover, workload, ping-pong, duties, bottlenecks and the dotted chart beside plain loops."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from itertools import pairwise

import polars as pl
import pytest
from hypothesis import given
from tests.core.mining.logs import START, mine, some_cases
from tests.core.mining.test_map import FEW, us
from tests.reference import mining as plain
from tests.reference.mining import Cases

from giao.core.mining import MiningError, explore

HOUR = 3_600_000_000


@FEW
@given(some_cases())
def test_handovers(cases: Cases) -> None:
    found = mine(cases).handover()
    wanted = plain.handovers(cases)
    rows = found.frame.to_dicts()
    assert {(row["source"], row["target"]): row["events"] for row in rows} == dict(wanted)
    assert all(row["self"] == (row["source"] == row["target"]) for row in rows)
    steps = sum(len(events) - 1 for events in cases.values())
    assert found.frame["events"].sum() + found.unknown == steps
    assert bool(found.notes) == (found.unknown > 0)
    for number, row in enumerate(rows):
        those = [
            name
            for name, events in cases.items()
            if any((a[3], b[3]) == (row["source"], row["target"]) for a, b in pairwise(events))
        ]
        assert found.cases(number) == those
        assert len(those) == row["cases"]


@FEW
@given(some_cases())
def test_ping_pong(cases: Cases) -> None:
    found = mine(cases).ping_pong()
    assert {(row["first"], row["second"]): row["events"] for row in found.frame.to_dicts()} == dict(
        plain.ping_pongs(cases)
    )
    for number in range(len(found)):
        assert len(found.cases(number)) == found.frame["cases"][number]


@FEW
@given(some_cases())
def test_workload(cases: Cases) -> None:
    found = mine(cases).workload()
    events = Counter(event[3] for each in cases.values() for event in each)
    held = Counter(who for each in cases.values() for who in {event[3] for event in each})
    rows = {row["resource"]: row for row in found.frame.to_dicts()}
    assert {who: row["events"] for who, row in rows.items()} == dict(events)
    assert {who: row["cases"] for who, row in rows.items()} == dict(held)
    assert abs(found.frame["share"].sum() - 1) < 1e-9
    for number, who in enumerate(found.frame["resource"]):
        assert found.cases(number) == [
            name for name, each in cases.items() if who in {event[3] for event in each}
        ]


@FEW
@given(some_cases())
def test_duties(cases: Cases) -> None:
    explorer = mine(cases)
    if not {"A", "B"} <= set(explorer.activities):
        with pytest.raises(MiningError, match="the log has no activity"):
            explorer.duties("A", "B")
        return
    found = explorer.duties("A", "B")
    mixed = {
        name: {a[3] for a in events if a[0] == "A" and a[3]} & {b[3] for b in events if b[0] == "B" and b[3]}
        for name, events in cases.items()
    }
    assert found.mixed_cases() == [name for name, hands in mixed.items() if hands]
    assert found.mixed == len(found.mixed_cases())
    wanted = Counter(who for hands in mixed.values() for who in hands)
    assert {row["resource"]: row["cases"] for row in found.frame.to_dicts()} == dict(wanted)
    assert found.both == sum({"A", "B"} <= {event[0] for event in events} for events in cases.values())


@FEW
@given(some_cases())
def test_bottlenecks(cases: Cases) -> None:
    found = mine(cases).bottlenecks()
    waits = plain.process_map(cases).waits
    rows = {(row["source"], row["target"]): row for row in found.frame.to_dicts()}
    starts = any(event[2] is not None for events in cases.values() for event in events)
    if not starts:
        waits = (
            plain.process_map(cases).times
            if "start" not in mine(cases).selection.ground.log.columns
            else waits
        )
    assert set(rows) == {pair for pair, values in waits.items() if values}
    for pair, row in rows.items():
        assert row["waits"] == len(waits[pair])
        assert us(row["median"]) == plain.quantile(waits[pair], Fraction(1, 2))
        assert row["waited_s"] == sum(wait for wait in waits[pair] if wait > 0) / 1_000_000
        assert row["overlapped_s"] == -sum(wait for wait in waits[pair] if wait < 0) / 1_000_000
        if row["low"] is not None:
            assert row["low"] <= row["median"] <= row["high"]
    assert found.frame["waited_s"].to_list() == sorted(found.frame["waited_s"], reverse=True)


def test_for_whom_cases_wait() -> None:
    cases: Cases = {
        str(n): [
            ("A", START, START, "r1"),
            ("B", START + (n + 2) * HOUR, START + (n + 1) * HOUR, "r2" if n < 12 else "r3"),
        ]
        for n in range(16)
    }
    found = mine(cases).bottlenecks("resource")
    assert found.frame.select("activity", "resource", "waits").rows() == [("B", "r2", 12), ("B", "r3", 4)]
    assert found.cases(1) == ["12", "13", "14", "15"]
    assert us(found.frame["median"][0]) == 6.5 * HOUR
    # 12 values: ranks 2 and 9 from 0, as the tables of the sign test have them (3rd and 10th).
    assert (us(found.frame["low"][0]), us(found.frame["high"][0])) == (3 * HOUR, 10 * HOUR)
    assert found.frame["low"][1] is None


def test_the_dotted_chart_takes_whole_cases() -> None:
    cases: Cases = {f"{n:02d}": [("A", START - n, None, None), ("B", START, None, None)] for n in range(50)}
    explorer = mine(cases)
    whole = explorer.dotted()
    assert whole.frame.height == 100
    assert whole.frame["case"][0] == "49"
    assert whole.cases(0) == ["49"]
    some = explorer.dotted(most=20)
    assert some.frame.height == 20
    assert some.frame.group_by("case").len()["len"].unique().to_list() == [2]
    assert "10 of 50 cases" in some.notes[0]


def test_hands_by_an_attribute_as_last_set() -> None:
    frame = pl.DataFrame(
        {
            "case": ["1", "1", "1"],
            "activity": ["A", "B", "C"],
            "time": pl.Series([START, START + 1, START + 2]).cast(pl.Datetime("us", "UTC")),
            "country": ["VN", None, "FR"],
        }
    )
    found = explore(frame).handover("country").frame
    assert found.select("source", "target", "events").rows() == [("VN", "FR", 1), ("VN", "VN", 1)]


def test_without_resources_it_says_so() -> None:
    frame = pl.DataFrame(
        {"case": ["1"], "activity": ["A"], "time": pl.Series([START]).cast(pl.Datetime("us", "UTC"))}
    )
    with pytest.raises(MiningError, match="the log has no column resource, so this cannot be shown"):
        explore(frame).handover()
