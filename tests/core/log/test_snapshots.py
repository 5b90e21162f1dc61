"""Rows that are snapshots: what a null takes away, and events that no row tells (`times`)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from giao.core.agreement.clocks import evaluate_clocks
from giao.core.agreement.clocks.case import case_events
from giao.core.agreement.context import make_inputs
from giao.core.agreement.facts import Facts
from giao.core.agreement.load import parse_agreement
from giao.core.agreement.patterns import Matcher
from giao.core.log import EventLog, ImportFailed, LogMapping, append, import_log, log_from_frame, open_log

BEGIN = datetime(2024, 1, 1, tzinfo=UTC)


def snapshots(rows: list[tuple[Any, ...]], **mapping: Any) -> EventLog:
    """(case, state, hours after the beginning, who, opened: hours or None)"""
    frame = pl.DataFrame(
        {
            "case": [row[0] for row in rows],
            "state": [row[1] for row in rows],
            "at": [BEGIN + timedelta(hours=row[2]) for row in rows],
            "who": pl.Series([row[3] for row in rows], dtype=pl.String),
            "opened": pl.Series(
                [None if row[4] is None else BEGIN + timedelta(hours=row[4]) for row in rows],
                dtype=pl.Datetime("us", "UTC"),
            ),
        }
    )
    return log_from_frame(
        frame, LogMapping(shape="snapshot", case="case", state="state", time="at", **mapping)
    )


TAKEN = [
    ("a", "new", 1, "Lan", 0),
    ("a", "open", 2, None, 0),
    ("a", "done", 3, None, 0),
    ("b", "new", 1, "Hoa", 0),
]


def test_a_null_leaves_a_value_unless_the_mapping_says_that_it_clears() -> None:
    assert snapshots(TAKEN).current(["who"])["who"].to_list() == ["Lan", "Lan", "Lan", "Hoa"]
    log = snapshots(TAKEN, clears=["who"])
    assert log.current(["who"])["who"].to_list() == ["Lan", None, None, "Hoa"]
    assert snapshots(TAKEN, clears="all").current(["who"])["who"].to_list() == ["Lan", None, None, "Hoa"]


def test_a_role_is_cleared_too() -> None:
    log = snapshots(TAKEN, clears="all", group="who")
    assert log.current(["group"])["group"].cast(pl.String).to_list() == ["Lan", None, None, "Hoa"]


AGREEMENT = """
giao: 1
name: small
parties: {client: {name: A}, vendor: {name: B}}
term: {start: 2024-01-01, end: 2024-12-31}
currency: EUR
zone: UTC
work: {received: new, delivered: done, attributes: {who: {type: string, changes: true}}}
clocks:
  held: {start: new, stop: done, paused_while: 'who = "Lan"', targets: [{within: 3 hours}]}
  free: {start: new, stop: done, paused_while: 'who = null', reclassify: stop, targets: [{when: 'who = null', within: 1 hour}, {within: 9 hours}]}
"""


def test_clocks_see_the_value_gone() -> None:
    log = snapshots(TAKEN, clears=["who"])
    inputs = make_inputs(
        parse_agreement(AGREEMENT), log, Facts(), int((BEGIN + timedelta(hours=5)).timestamp()) * 1_000_000
    )
    found = {
        name: table.frame.row(0, named=True)
        for name, table in evaluate_clocks(inputs, Matcher(inputs.log, inputs.agreement.work)).items()
    }
    hour = 3_600_000_000
    assert (found["held"]["consumed_us"], found["free"]["consumed_us"]) == (hour, hour)
    assert (found["free"]["target"], found["free"]["budget_us"]) == (0, hour)
    assert [event.cleared for event in case_events(log, 0)] == [(), ("who",), ("who",)]


rows = st.lists(
    st.tuples(
        st.sampled_from("ab"),
        st.sampled_from(["x", "y"]),
        st.integers(0, 5),
        st.none() | st.sampled_from(["p", "q"]),
        st.just(0),
    ),
    min_size=1,
    max_size=12,
    unique=True,
)


@settings(max_examples=60, deadline=None)
@given(rows)
def test_the_last_snapshot_is_what_holds(found: list[tuple[Any, ...]]) -> None:
    log = snapshots(found, clears=["who"])
    events = log.events(["who"])["who"].cast(pl.String).to_list()
    assert log.current(["who"])["who"].cast(pl.String).to_list() == events
    at = pl.Series(range(log.n_events)).to_numpy()
    assert log.current_at("who", at).cast(pl.String).to_list() == events
    if log.dtype("who") == pl.Enum(sorted({each for each in events if each})):
        table = pl.Series([*(1 for _ in log.dtype("who").categories), 0], dtype=pl.UInt8).to_numpy()
        assert log.looked_up("who", table).tolist() == [int(each is not None) for each in events]


def told(log: EventLog) -> list[tuple[str, float, str | None]]:
    events = log.events(["activity", "time", "who"]).with_columns(pl.col("activity", "who").cast(pl.String))
    return [(activity, (time - BEGIN).total_seconds() / 3600, who) for activity, time, who in events.rows()]


def test_an_event_that_no_row_tells_comes_before_the_first_row() -> None:
    rows = [("a", "open", 2, "Lan", 1), ("a", "new", 1.5, None, 1), ("a", "done", 3, "Hoa", 1)]
    assert told(snapshots(rows, times={"opened": "Opened"}, later=["who"])) == [
        ("Opened", 1, None),
        ("new", 1.5, None),
        ("open", 2, "Lan"),
        ("done", 3, "Hoa"),
    ]
    assert told(snapshots(rows[:1], times={"opened": "Opened"})) == [("Opened", 1, "Lan"), ("open", 2, "Lan")]


def test_it_is_not_later_than_the_row_and_not_there_without_a_time() -> None:
    ahead = [("a", "new", 1, None, 4), ("a", "done", 2, None, 4), ("b", "new", 1, None, None)]
    assert told(snapshots(ahead, times={"opened": "Opened"})) == [
        ("Opened", 1, None),
        ("new", 1, None),
        ("done", 2, None),
        ("new", 1, None),
    ]


def test_a_state_of_the_same_name_is_refused() -> None:
    with pytest.raises(ImportFailed, match="new is an activity of `times` and also a state"):
        snapshots(TAKEN, times={"opened": "new"})


CSV = "case,state,at,who,opened,n\n"
MAPPING = LogMapping(
    shape="snapshot", case="case", state="state", time="at", sequence="n", zone="UTC", times={"opened": "Opened"}, later=["who"], clears="all"
)  # fmt: skip


def write(path: Path, lines: list[str]) -> Path:
    path.write_text(CSV + "".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path


FIRST = [
    "a,new,2024-01-01 01:00,Lan,2024-01-01 00:30,0",
    "a,new,2024-01-01 01:00,Lan,2024-01-01 00:30,0",
    "b,new,2024-01-02 01:00,,2024-01-02 01:00,0",
]
SECOND = ["a,open,2024-01-03 01:00,,2024-01-01 00:30,1", "c,new,2024-01-04 01:00,Hoa,2024-01-03 01:00,0"]


def test_next_months_file_does_not_open_a_case_again(tmp_path: Path) -> None:
    first = import_log(write(tmp_path / "1.csv", FIRST), tmp_path / "log", MAPPING)
    assert (first.events, first.rejected) == (4, {"duplicate": 1})
    second = append(tmp_path / "log", write(tmp_path / "2.csv", SECOND))
    assert second.rejected == {}
    together = import_log(write(tmp_path / "3.csv", FIRST + SECOND), tmp_path / "whole", MAPPING)
    found, whole = open_log(tmp_path / "log"), open_log(tmp_path / "whole")
    assert told(found) == told(whole)
    assert told(found)[:4] == [
        ("Opened", 0.5, None),
        ("new", 1, "Lan"),
        ("open", 48 + 1, None),
        ("Opened", 25, None),
    ]
    assert found.hash == whole.hash == together.hash
    assert found.current(["who"])["who"].cast(pl.String).to_list()[:3] == [None, "Lan", None]


@pytest.mark.parametrize("memory", [None, 1])
def test_by_way_of_the_disk_it_is_the_same(tmp_path: Path, memory: int | None) -> None:
    report = import_log(write(tmp_path / "1.csv", FIRST + SECOND), tmp_path / "log", MAPPING, memory=memory)
    assert report.rejected == {"duplicate": 1}
    assert told(open_log(tmp_path / "log"))[0] == ("Opened", 0.5, None)
    assert report.hash == log_hash()


def log_hash() -> str:
    frame = pl.read_csv((CSV + "\n".join(FIRST[1:] + SECOND)).encode(), infer_schema=False)
    return log_from_frame(frame, MAPPING).hash
