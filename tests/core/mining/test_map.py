"""The map beside plain loops, and its laws."""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from tests.core.mining.logs import START, log_of, mine, some_cases
from tests.reference import mining as plain
from tests.reference.mining import Cases

from giao.core.log import LogMapping, import_log, open_log
from giao.core.mining import Explorer, MiningError, explore, pairs
from giao.core.mining.map import ProcessMap

QUICK = (Phase.explicit, Phase.reuse, Phase.generate)
FEW = settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow], phases=QUICK)
SHARES = {"median": Fraction(1, 2), "p95": Fraction(95, 100), "p10": Fraction(1, 10)}


def us(value: Any) -> int | None:
    return None if value is None else value // timedelta(microseconds=1)


def rows_of(frame: pl.DataFrame, *keys: str) -> dict[Any, dict[str, Any]]:
    return {row[keys[0]] if len(keys) == 1 else tuple(row[k] for k in keys): row for row in frame.to_dicts()}


def check_map(found: ProcessMap, cases: Cases) -> None:
    wanted = plain.process_map(cases)
    arcs = rows_of(found.arcs, "source", "target")
    assert {key: row["events"] for key, row in arcs.items()} == dict(wanted.arcs)
    assert {key: row["cases"] for key, row in arcs.items()} == dict(wanted.arc_cases)
    for key, row in arcs.items():
        times = wanted.times[key]
        assert us(row["mean"]) == plain.mean(times)
        assert (us(row["least"]), us(row["most"])) == (min(times), max(times))
        for name, share in SHARES.items():
            assert us(row[name]) == plain.quantile(times, share), (key, name)
        if "waits" in row:
            waits = wanted.waits[key]
            back = [wait for wait in waits if wait < 0]
            assert row["waits"] == len(waits)
            assert us(row["wait_median"]) == (plain.quantile(waits, Fraction(1, 2)) if waits else None)
            assert us(row["wait_mean"]) == (plain.mean(waits) if waits else None)
            assert row["overlaps"] == (len(back) if waits else None)
            assert us(row["overlap_mean"]) == (plain.mean([-wait for wait in back]) if back else None)
    activities = rows_of(found.activities, "activity")
    for name, row in activities.items():
        assert (row["events"], row["cases"]) == (wanted.events[name], wanted.cases[name])
        assert (row["starts"], row["ends"]) == (wanted.starts[name], wanted.ends[name])
        if "services" in row:
            services = wanted.services[name]
            assert row["services"] == len(services)
            assert us(row["service_p95"]) == (plain.quantile(services, SHARES["p95"]) if services else None)
    assert set(activities) == set(wanted.events)


@FEW
@given(some_cases())
def test_it_is_what_plain_loops_find(cases: Cases) -> None:
    check_map(mine(cases).map(percentiles=(0.1, 0.95)), cases)


@FEW
@given(some_cases(starts=False))
def test_with_one_time_an_event_it_says_what_it_cannot_tell(cases: Cases) -> None:
    found = mine(cases, starts=False).map(percentiles=(0.1, 0.95))
    check_map(found, cases)
    assert "waits" not in found.arcs.columns
    assert "service and waiting time cannot be told apart" in found.notes[0]


@FEW
@given(some_cases())
def test_sums(cases: Cases) -> None:
    explorer = mine(cases)
    found = explorer.map(times=False)
    assert found.arcs["events"].sum() + len(cases) == explorer.n_events
    assert found.activities["starts"].sum() == found.activities["ends"].sum() == len(cases)


@settings(max_examples=30, suppress_health_check=[HealthCheck.too_slow], phases=QUICK)
@given(some_cases(), st.sampled_from(["parts", "hashed", "laid out", "all"]))
def test_neither_parts_nor_tables_change_a_figure(cases: Cases, how: str) -> None:
    wanted = mine(cases).map(percentiles=(0.1, 0.95))
    with pytest.MonkeyPatch.context() as patch:
        if how in ("parts", "all"):
            patch.setattr("giao.core.mining.threads.SMALL", 0)
            patch.setenv("GIAO_THREADS", "3")
        if how in ("hashed", "all"):
            patch.setattr(pairs, "DENSE", 0)
        if how in ("laid out", "all"):
            patch.setattr(pairs, "CELLS", 0)
        found = mine(cases).map(percentiles=(0.1, 0.95))
    assert found.arcs.equals(wanted.arcs)
    assert found.activities.equals(wanted.activities)


@FEW
@given(some_cases(), st.randoms(use_true_random=False), st.integers(-(10**12), 10**12))
def test_names_of_cases_and_activities_and_the_date_are_no_matter(
    cases: Cases, chance: Any, shift: int
) -> None:
    names = list(cases)
    chance.shuffle(names)
    renamed = {"A": "q", "B": "x", "C": "m", "D": "a"}
    moved: Cases = {
        f"n{name}": [
            (renamed[a], time + shift, None if start is None else start + shift, who)
            for a, time, start, who in cases[other]
        ]
        for name, other in zip(names, cases, strict=True)
    }
    check_map(mine(moved).map(percentiles=(0.1, 0.95)), moved)
    wanted, found = mine(cases).map(), mine(moved).map()
    back = {new: old for old, new in renamed.items()}
    named = found.arcs.with_columns(pl.col("source", "target").replace(back)).sort("source", "target")
    assert named.equals(wanted.arcs.sort("source", "target"))


def test_an_arc_names_its_cases() -> None:
    explorer = mine(
        {"1": [("A", START, None, None), ("B", START + 5, None, None)], "2": [("A", START, None, None)]}
    )
    found = explorer.map()
    assert found.cases(0) == ["1"]
    assert found.cases_of("A") == ["1", "2"]
    with pytest.raises(MiningError, match="there is no row 7"):
        found.cases(7)


def test_a_hundred_thousand_activities() -> None:
    many = 100_000
    frame = pl.DataFrame(
        {
            "case": [str(number % 997) for number in range(many)],
            "activity": [f"a{number:06d}" for number in range(many)],
            "time": pl.Series(START + np.arange(many) * 1_000_000).cast(pl.Datetime("us", "UTC")),
        }
    )
    explorer = explore(frame)
    found = explorer.map()
    assert found.activities.height == many
    assert found.arcs.height == many - 997
    assert set(found.arcs["median"].dt.total_seconds()) == {997}
    assert explorer.variants().frame.height == 997
    assert explorer.rework().frame["rework_cases"].sum() == 0


def test_long_sums_do_not_overflow() -> None:
    """Three hundred thousand years of waiting together."""
    century = 3_155_760_000_000_000
    cases = {f"{n:05d}": [("A", 0, None, None), ("B", century + n, None, None)] for n in range(3_000)}
    found = mine(cases, starts=False).map()
    assert us(found.arcs["mean"][0]) == century + plain.rounded(Fraction(2_999, 2))
    assert us(found.arcs["median"][0]) == plain.quantile([century + n for n in range(3_000)], Fraction(1, 2))


def test_an_empty_log_and_one_event() -> None:
    empty = Explorer(mine({"1": [("A", START, None, None)]}).selection.only(np.zeros(1, bool)))
    found = empty.map()
    assert (found.arcs.height, found.activities.height) == (0, 0)
    assert "No case is left" in found.notes[-1]
    assert empty.variants().frame.height == empty.rework().frame.height == 0
    assert empty.throughput().frame["duration"].null_count() == empty.throughput().frame.height
    one = mine({"1": [("A", START, None, None)]})
    assert one.map().arcs.height == 0
    assert one.variants().frame["cases"].to_list() == [1]


def test_business_time_is_the_calendars() -> None:
    from datetime import date

    from giao.core.calendars import CalendarSpec, compile_calendar

    hours = {"zone": "UTC", "hours": {"mon-fri": [["09:00", "17:00"]]}}
    office = compile_calendar(CalendarSpec.model_validate(hours), date(2024, 1, 1), date(2024, 12, 31))
    friday = 1_709_308_800_000_000  # 2024-03-01 16:00 UTC
    cases: Cases = {"1": [("A", friday, None, None), ("B", friday + 66 * 3_600_000_000, None, None)]}
    found = mine(cases, starts=False).map(calendar=office)
    assert found.arcs["mean"].to_list() == [timedelta(hours=2)]
    assert mine(cases, starts=False).throughput(calendar=office).frame["duration"][0] == timedelta(hours=2)


@FEW
@given(some_cases(starts=False))
def test_bit_for_bit_what_polars_says(cases: Cases) -> None:
    log = log_of(cases, starts=False)
    frame = log.events(["case", "activity", "time"]).with_columns(pl.col("activity").cast(pl.String))
    pair = frame.select(
        source="activity",
        target=pl.col("activity").shift(-1).over("case"),
        gap=(pl.col("time").shift(-1).over("case") - pl.col("time")).dt.total_microseconds(),
    ).drop_nulls()
    wanted = (
        pair.group_by("source", "target")
        .agg(events=pl.len().cast(pl.Int64), median=pl.col("gap").median(), total=pl.col("gap").sum())
        .sort("source", "target")
    )
    found = explore(log).map().arcs.sort("source", "target")
    assert found["events"].to_list() == wanted["events"].to_list()
    assert [us(value) for value in found["median"]] == [round(Fraction(value)) for value in wanted["median"]]
    means = [round(Fraction(total, n)) for total, n in zip(wanted["total"], wanted["events"], strict=True)]
    assert [us(value) for value in found["mean"]] == means


def test_a_sealed_log_is_mined_from_mapped_columns_and_its_hash_stays(tmp_path: Path) -> None:
    cases: Cases = {
        str(n): [("A", START + n, None, "r1"), ("B", START + 2 * n, None, None)] for n in range(1, 9)
    }
    wanted = mine(cases, starts=False)
    log_of(cases, starts=False).to_csv(tmp_path / "log.csv")
    import_log(tmp_path / "log.csv", tmp_path / "log")
    sealed = open_log(tmp_path / "log")
    first = explore(tmp_path / "log")
    assert first.map().arcs.equals(wanted.map().arcs)
    assert first.handover().frame.equals(wanted.handover().frame)
    assert first.variants().frame.equals(wanted.variants().frame)
    kept = sorted(path.name for path in (tmp_path / "log" / "mined").rglob("*.npy"))
    assert kept == ["activity.npy", "code-resource.npy", "time.npy", "variant.npy", "variant_case.npy"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("giao.core.log.part.Part.coded", None)  # nothing is read from the sealed part again
        again = explore(tmp_path / "log")
        assert again.map().arcs.equals(wanted.map().arcs)
        assert again.variants().frame.equals(wanted.variants().frame)
    for path in (tmp_path / "log" / "mined").rglob("*.npy"):
        path.write_bytes(b"torn")
    assert explore(tmp_path / "log").map().arcs.equals(wanted.map().arcs)
    assert open_log(tmp_path / "log", verify=True).hash == sealed.hash


def test_a_folder_that_cannot_be_written_to_is_mined_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log_of({"1": [("A", START, None, None), ("B", START + 5, None, None)]}, starts=False).to_csv(
        tmp_path / "log.csv"
    )
    import_log(tmp_path / "log.csv", tmp_path / "log")
    (tmp_path / "log" / "mined").write_text("in the way", encoding="utf-8")
    assert explore(tmp_path / "log").map().arcs["events"].to_list() == [1]


def test_start_and_complete_events_become_one_with_both_times() -> None:
    rows = [
        ("1", "A", "start", 0), ("1", "A", "complete", 60), ("1", "B", "schedule", 60), ("1", "B", "start", 90), ("1", "B", "complete", 100),
    ]  # fmt: skip
    frame = pl.DataFrame(rows, schema=["case", "activity", "lifecycle", "second"], orient="row").select(
        "case",
        "activity",
        "lifecycle",
        time=pl.from_epoch(pl.col("second") + START // 10**6).dt.replace_time_zone("UTC"),
    )
    paired = explore(frame).map()
    assert paired.activities.select("activity", "events", "services").rows() == [("A", 1, 1), ("B", 2, 1)]
    assert paired.activities["service_mean"].to_list() == [timedelta(seconds=60), timedelta(seconds=10)]
    assert explore(frame, lifecycle="complete").map().arcs.select("source", "target", "events").rows() == [
        ("A", "B", 1)
    ]
    assert explore(frame, lifecycle="rows").n_events == 5
    with pytest.raises(MiningError, match="give pair, rows or complete"):
        explore(frame, lifecycle="all")


def test_costs_are_added_up_where_the_log_tells_them() -> None:
    frame = pl.DataFrame(
        {
            "case": ["1", "1", "2"], "activity": ["A", "B", "A"], "cost": [2.5, None, 4.0],
            "time": pl.Series([START, START + 1, START]).cast(pl.Datetime("us", "UTC")),
        }
    )  # fmt: skip
    found = (
        explore(frame, LogMapping(case="case", activity="activity", time="time", cost="cost"))
        .map()
        .activities
    )
    assert found["cost_total"].to_list() == [6.5, None]
    assert found["cost_mean"].to_list() == [3.25, None]


def test_the_room_is_loaded_when_it_is_asked_for() -> None:
    program = (
        "import sys, giao\n"
        "giao.mining\n"
        "assert not {'polars', 'numba', 'django'} & set(sys.modules)\n"
        "giao.mining.explore\n"
        "assert not {'numba', 'django'} & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60)


def test_the_open_logs_as_they_are_known() -> None:
    """Goldens that PM4Py gives too (`tests/prove/test_mining_oracle.py` compares them all)."""
    data = Path(__file__).parents[2] / "data" / "logs"
    loans = explore(data / "loanapp.csv.gz", LogMapping(zone="Asia/Ho_Chi_Minh"))
    found = loans.map()
    assert (found.arcs.height, found.arcs["events"].sum(), found.activities.height) == (20, 6_492, 12)
    assert loans.variants().frame["cases"].head(5).to_list() == [67, 66, 61, 61, 60]
    assert loans.variants().frame.height == 43
    rework = loans.rework().frame.select("activity", "rework_cases", "repeats").row(0)
    assert rework == ("Check application form completeness", 98, 108)
    assert loans.throughput().quantile(0.5) == 9_371_065_500
