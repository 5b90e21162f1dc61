"""The handle on a log: as known at an instant, values as last set, unfolded starts, exports."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from giao.core.log import EventLog, ImportFailed, LogError, LogMapping, import_log, log_from_frame, open_log

MAPPING = LogMapping(case="case", activity="activity", time="time")


def make(rows: list[tuple[str, str, int, int | None]], **more: list[object]) -> EventLog:
    base = {
        "case": [row[0] for row in rows],
        "activity": [row[1] for row in rows],
        "time": [1_700_000_000 + row[2] for row in rows],
        "value": pl.Series([row[3] for row in rows], dtype=pl.Int64),
    }
    return log_from_frame(pl.DataFrame(base | more), MAPPING)


rows = st.lists(
    st.tuples(
        st.sampled_from("abc"),
        st.sampled_from("XYZ"),
        st.integers(0, 6),
        st.one_of(st.none(), st.integers(0, 3)),
    ),
    min_size=1,
    max_size=25,
    unique=True,
)


@settings(max_examples=60, deadline=None)
@given(rows)
def test_current_is_the_last_value_set_in_the_case(events: list[tuple[str, str, int, int | None]]) -> None:
    log = make(events)
    frame = log.events(["case", "value"])
    expected: list[int | None] = []
    last: dict[int, int | None] = {}
    for case, value in frame.rows():
        last[case] = value if value is not None else last.get(case)
        expected.append(last[case])
    assert log.current(["value"])["value"].to_list() == expected


@settings(max_examples=60, deadline=None)
@given(rows, st.integers(-1, 8))
def test_as_of_equals_a_log_made_of_the_events_known(
    events: list[tuple[str, str, int, int | None]], second: int
) -> None:
    log = make(events)
    instant = (1_700_000_000 + second) * 1_000_000
    then = log.as_of(instant)
    known = [row for row in events if row[2] <= second]
    assert then.n_events == len(known) == then.events().height
    if not known:
        assert then.n_cases == 0
        return
    if len(known) == len(events):
        assert then is log
    fresh = make(known)
    assert then.case_ids.equals(fresh.case_ids)
    assert then.offsets.tolist() == fresh.offsets.tolist()
    shown = [pl.col("case"), pl.col("activity").cast(pl.String), pl.col("time"), pl.col("value")]
    assert then.events().select(shown).equals(fresh.events().select(shown))
    assert then.hash == log.as_of(instant + 999_999).hash or second in {row[2] - 1 for row in events}
    assert then.current(["value"]).equals(fresh.current(["value"]))


def test_as_of_goes_by_when_it_was_recorded() -> None:
    frame = pl.DataFrame(
        {
            "case": ["a", "a"],
            "activity": ["x", "y"],
            "time": [1_700_000_000, 1_700_000_001],
            "recorded": [1_700_000_900, 1_700_000_001],
        }
    )
    log = log_from_frame(frame, MAPPING.model_copy(update={"recorded": "recorded"}))
    assert log.as_of(1_700_000_100 * 1_000_000).events()["activity"].to_list() == ["y"]
    assert log.as_of(1_700_000_900 * 1_000_000).n_events == 2
    assert log.as_of(1_700_000_100 * 1_000_000).hash != log.hash


def test_starts_unfold_into_events() -> None:
    frame = pl.DataFrame(
        {
            "case": ["a", "a", "a", "b"],
            "activity": ["x", "y", "z", "x"],
            "start": ["2024-01-01T08:00:00Z", "2024-01-01T09:00:00Z", None, "2024-01-01T10:00:00Z"],
            "time": [
                "2024-01-01T09:00:00Z",
                "2024-01-01T09:00:00Z",
                "2024-01-01T09:30:00Z",
                "2024-01-01T11:00:00Z",
            ],
            "resource": ["Ann", "Bob", "Cy", None],
            "amount": [1, 2, 3, 4],
        }
    )
    log = log_from_frame(frame)
    both = log.with_start_events()
    table = both.events(["case", "activity", "lifecycle", "resource", "amount"]).with_columns(
        pl.col(pl.Enum).cast(pl.String)
    )
    assert table.rows() == [
        (0, "x", "start", "Ann", None),
        (0, "x", "complete", "Ann", 1),
        (0, "y", "start", "Bob", None),
        (0, "y", "complete", "Bob", 2),
        (0, "z", "complete", "Cy", 3),
        (1, "x", "start", None, None),
        (1, "x", "complete", None, 4),
    ]
    assert both.offsets.tolist() == [0, 5, 7]
    assert (np.diff(both.times_us()[:5]) >= 0).all()
    assert both.hash != log.hash
    assert "start" not in both.columns
    assert make([("a", "x", 0, None)]).with_start_events().n_events == 1


def test_asking_for_what_is_not_there_names_what_is() -> None:
    log = make([("a", "x", 0, 1)])
    with pytest.raises(LogError, match="no column price; it has case, activity, time, seq, value"):
        log.events(["price"])
    with pytest.raises(LogError, match="no case `b`"):
        log.case_events("b")
    with pytest.raises(ImportFailed, match=r"row 2 of the frame cannot be an event: the case is empty"):
        log_from_frame(
            pl.DataFrame({"case": ["a", None], "activity": ["x", "x"], "time": [1_700_000_000] * 2}), MAPPING
        )


def test_csv_export_runs_no_formula_and_comes_back(tmp_path: Path) -> None:
    frame = pl.DataFrame(
        {
            "case": ["a", "a", "-b"],
            "activity": ["=HYPERLINK(1)", "@x", "plain"],
            "time": ["2024-01-01T08:00:00Z", "2024-01-01T09:00:00.5Z", "2024-01-01T08:00:00Z"],
            "note": ["+1", 'two\n"lines"', "ok"],
            "n": ["-5", "6", None],
            "+evil": ["1", "2", "3"],
        }
    )
    log = log_from_frame(frame)
    log.to_csv(tmp_path / "out.csv")
    with (tmp_path / "out.csv").open(newline="") as file:
        cells = list(csv.reader(file))
    assert cells[0][-1] == "'+evil"
    for row in cells[1:]:
        for column, text in zip(cells[0], row, strict=True):
            assert column == "n" or text[:1] not in ("=", "+", "@", "\t", "\r", "-")
    safe = log_from_frame(
        frame.with_columns(
            case=pl.Series(["a", "a", "b"]),
            activity=pl.Series(["x", "y", "z"]),
            note=pl.Series(["1", 'two\n"lines"', "ok"]),
        ).rename({"+evil": "evil"})
    )
    safe.to_csv(tmp_path / "safe.csv")
    import_log(tmp_path / "safe.csv", tmp_path / "log")
    assert open_log(tmp_path / "log").hash != log.hash
    plain = [name for name in safe.columns if name != "seq"]
    assert open_log(tmp_path / "log").events(plain).equals(safe.events(plain))


def test_parquet_export_comes_back(tmp_path: Path) -> None:
    log = log_from_frame(
        pl.DataFrame(
            {
                "case": ["2", "1", "1"],
                "activity": ["x", "y", "=z"],
                "time": ["2024-01-01T08:00:00Z", "2024-01-01T09:00:00Z", "2024-01-01T09:00:00Z"],
                "(case)_Amount": ["1.25", None, "3"],
                "span": ["PT1H", "P1DT1S", None],
                "due": ["2024-01-01", "2024-01-02", None],
            }
        )
    )
    log.to_parquet(tmp_path / "out.parquet")
    import_log(tmp_path / "out.parquet", tmp_path / "log")
    again = open_log(tmp_path / "log")
    assert again.attributes == log.attributes
    plain = [name for name in log.columns if name != "seq"]
    assert again.events(plain).equals(log.events(plain))


def test_starts_and_completions_fold_into_instances() -> None:
    events = [
        ("x", "start", "Ann"),
        ("x", "start", "Bob"),
        ("x", "complete", "Bob"),  # Bob's own start, though Ann's is older
        ("y", "complete", "Ann"),  # never started
        ("x", "suspend", "Ann"),
        ("x", "complete", "Cy"),  # nobody's own: the oldest open start
        ("y", "start", "Ann"),  # never completed
    ]
    frame = pl.DataFrame(
        {
            "case": ["a"] * len(events),
            "activity": [event[0] for event in events],
            "lifecycle": [event[1] for event in events],
            "resource": [event[2] for event in events],
            "time": [1_700_000_000 + at for at in range(len(events))],
        }
    )
    log = log_from_frame(frame, MAPPING)
    folded = log.with_instances()
    table = folded.events(["activity", "lifecycle", "resource", "start", "time"]).with_columns(
        pl.col(pl.Enum).cast(pl.String), pl.col("start", "time").dt.epoch("s") - 1_700_000_000
    )
    assert table.rows() == [
        ("x", "complete", "Bob", 1, 2),
        ("y", "complete", "Ann", None, 3),
        ("x", "suspend", "Ann", None, 4),
        ("x", "complete", "Cy", 0, 5),
        ("y", "start", "Ann", None, 6),
    ]
    assert folded.hash != log.hash
    plain = make([("a", "x", 0, None)])
    assert plain.with_instances() is plain


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from("ab"), st.sampled_from("XY"), st.integers(0, 5), st.integers(0, 4)),
        min_size=1,
        max_size=12,
    )
)
def test_folding_undoes_unfolding(work: list[tuple[str, str, int, int]]) -> None:
    frame = pl.DataFrame(
        {
            "case": [row[0] for row in work],
            "activity": [row[1] for row in work],
            "start": [1_700_000_000 + row[2] for row in work],
            "time": [1_700_000_000 + row[2] + row[3] for row in work],
            "resource": [f"r{at}" for at in range(len(work))],
        }
    )
    log = log_from_frame(frame, MAPPING.model_copy(update={"start": "start"}))
    again = log.with_start_events().with_instances()
    shown = ["case", "activity", "start", "time", "resource"]
    assert again.events(shown).equals(log.events(shown))
