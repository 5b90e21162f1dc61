"""The sealed folder: whole or not there, one hash for one content, reads what was written."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from giao.core.log import (
    EventLog,
    ImportFailed,
    LogMapping,
    LogUnreadable,
    csv_source,
    import_log,
    log_from_frame,
    open_log,
    read_log,
)

DATA = Path(__file__).parents[2] / "data" / "logs"

events = st.lists(
    st.tuples(
        st.sampled_from(["a", "b", "c", "ä", "b2"]),
        st.sampled_from(["Start", "Work", "Stop"]),
        st.integers(0, 5),
        st.one_of(st.none(), st.sampled_from(["x", "y", "=1+1", 'quote " and, comma', "two\nlines"])),
        st.one_of(st.none(), st.integers(-100, 100)),
    ),
    min_size=1,
    max_size=30,
)


def to_csv(path: Path, rows: list[tuple[str, str, int, str | None, int | None]]) -> Path:
    frame = pl.DataFrame(
        {
            "case_id": [row[0] for row in rows],
            "activity": [row[1] for row in rows],
            "time": [f"2024-01-01T00:00:0{row[2]}Z" for row in rows],
            "note": pl.Series([row[3] for row in rows], dtype=pl.String),
            "amount": pl.Series([row[4] for row in rows], dtype=pl.Int64),
            "row": range(len(rows)),
        }
    )
    frame.write_csv(path)
    return path


def same(left: EventLog, right: EventLog) -> bool:
    return (
        left.hash == right.hash
        and left.events().equals(right.events())
        and left.case_ids.equals(right.case_ids)
    )


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=events, size=st.integers(1, 200))
def test_the_log_does_not_depend_on_how_the_file_is_cut(
    rows: list[tuple[str, str, int, str | None, int | None]],
    size: int,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    folder = tmp_path_factory.mktemp("cut")
    path = to_csv(folder / "l.csv", rows)
    import_log(path, folder / "whole")
    before = csv_source.CHUNK
    csv_source.CHUNK = size
    try:
        import_log(path, folder / "cut")
    finally:
        csv_source.CHUNK = before
    assert same(open_log(folder / "whole"), open_log(folder / "cut"))


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=events)
def test_every_row_is_in_the_log_in_order_and_as_written(
    rows: list[tuple[str, str, int, str | None, int | None]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("all")
    report = import_log(to_csv(folder / "l.csv", rows), folder / "log")
    log = open_log(folder / "log", verify=True)
    expected = sorted(range(len(rows)), key=lambda at: (rows[at][0].encode(), rows[at][2], at))
    frame = log.events()
    assert report.events == len(rows)
    assert frame["row"].to_list() == expected
    assert [log.case_ids[code] for code in frame["case"]] == [rows[at][0] for at in expected]
    assert frame["activity"].cast(pl.String).to_list() == [rows[at][1] for at in expected]
    # An empty text cannot be told from none in a CSV; everything else comes back.
    if "note" in log.attributes and log.attributes["note"].type == "string":
        assert frame["note"].cast(pl.String).to_list() == [rows[at][3] for at in expected]
    times = log.times_us()
    cases = frame["case"].to_numpy()
    ties = int(((np.diff(times) == 0) & (np.diff(cases) == 0)).sum())
    assert report.ties == ties


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=events, cut=st.integers(0, 30))
def test_the_order_of_files_does_not_matter(
    rows: list[tuple[str, str, int, str | None, int | None]],
    cut: int,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    folder = tmp_path_factory.mktemp("files")
    rows = list(dict.fromkeys(rows))
    parts = [part for part in (rows[:cut], rows[cut:]) if part]
    paths = [to_csv(folder / f"{at}.csv", part) for at, part in enumerate(parts)]
    import_log(paths, folder / "one")
    import_log(paths[::-1], folder / "two")
    assert same(open_log(folder / "one"), open_log(folder / "two"))


def test_a_changed_event_changes_the_hash(tmp_path: Path) -> None:
    base = {
        "case": ["a", "a"],
        "activity": ["x", "y"],
        "time": [1_700_000_000, 1_700_000_001],
        "n": [1, None],
    }
    mapping = LogMapping(case="case", activity="activity", time="time")
    logs = [log_from_frame(pl.DataFrame(base), mapping)]
    changes: list[dict[str, object]] = [
        {"case": ["a", "b"]},
        {"activity": ["x", "x"]},
        {"time": [1_700_000_000, 1_700_000_002]},
        {"n": [1, 1]},
        {"n": [None, 1]},
        {"n": [1.0, None]},
    ]
    logs += [log_from_frame(pl.DataFrame(base | change), mapping) for change in changes]
    assert len({log.hash for log in logs}) == len(logs)


def test_a_frame_gives_the_same_log_as_its_file(tmp_path: Path) -> None:
    mapping = LogMapping(zone="Asia/Ho_Chi_Minh")
    import_log(DATA / "loanapp.csv.gz", tmp_path / "log", mapping)
    frame = pl.read_csv(DATA / "loanapp.csv.gz", infer_schema=False)
    assert same(log_from_frame(frame, mapping), open_log(tmp_path / "log"))


def test_a_log_is_never_overwritten_unasked(tmp_path: Path) -> None:
    mapping = LogMapping(zone="UTC")
    import_log(DATA / "loanapp.csv.gz", tmp_path / "log", mapping)
    with pytest.raises(ImportFailed, match="already a sealed log"):
        import_log(DATA / "servicenow-300.csv.gz", tmp_path / "log", mapping)
    assert open_log(tmp_path / "log").n_events == 7492
    import_log(DATA / "servicenow-300.csv.gz", tmp_path / "log", mapping, replace=True)
    assert open_log(tmp_path / "log").n_events == 2040
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("do not delete")
    with pytest.raises(ImportFailed, match="left alone"):
        import_log(DATA / "loanapp.csv.gz", tmp_path / "mine", mapping, replace=True)
    assert (tmp_path / "mine" / "thesis.txt").exists()


def test_damage_is_told_and_found(tmp_path: Path) -> None:
    folder = tmp_path / "log"
    import_log(DATA / "loanapp.csv.gz", folder, LogMapping(zone="UTC"))
    with pytest.raises(LogUnreadable, match="there is no log folder"):
        open_log(tmp_path / "none")
    with pytest.raises(LogUnreadable, match="giao import"):
        open_log(tmp_path)
    part = folder / "imports" / "0001"
    whole = (part / "events-0000.parquet").read_bytes()
    (part / "events-0000.parquet").write_bytes(whole[:-50] + b"x" * 50)
    with pytest.raises(LogUnreadable, match="is not what was sealed"):
        open_log(folder, verify=True)
    with pytest.raises(LogUnreadable, match="damaged"):
        open_log(folder).events()
    (part / "part.json").write_text("{")
    with pytest.raises(LogUnreadable, match="not a sealed log part"):
        open_log(folder)


def test_the_segment_is_coded_and_described(tmp_path: Path) -> None:
    folder = tmp_path / "log"
    report = import_log(DATA / "loanapp.csv.gz", folder, LogMapping(zone="UTC"))
    manifest = json.loads((folder / "manifest.json").read_text())
    assert manifest["hash"] == report.hash
    assert manifest["imports"][0]["files"][0]["name"] == "loanapp.csv.gz"
    schema = pl.read_parquet_schema(folder / "imports" / "0001" / "events-0000.parquet")
    assert schema["case"] == pl.UInt32
    assert schema["activity"] == pl.UInt8
    assert schema["time"] == pl.Datetime("us", "UTC")
    assert json.loads((folder / "imports" / "0001" / "mapping.json").read_text())["zone"] == "UTC"
    log = open_log(folder)
    assert log.offsets[-1] == 7492
    assert (np.diff(log.offsets) > 0).all()
    assert log.case_ids.equals(log.case_ids.sort())


def test_read_log_takes_files_and_folders_and_caches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIAO_CACHE", str(tmp_path / "cache"))
    mapping = LogMapping(zone="UTC")
    log = read_log(DATA / "loanapp.csv.gz", mapping)
    kept = list((tmp_path / "cache").iterdir())
    assert len(kept) == 1
    assert same(log, read_log(DATA / "loanapp.csv.gz", mapping))
    assert same(log, read_log(kept[0]))
    assert read_log(DATA / "loanapp.csv.gz", LogMapping(zone="Asia/Tokyo")).hash != log.hash
    with pytest.raises(ImportFailed, match="neither a sealed log nor a file"):
        read_log(tmp_path / "nothing.csv")


def test_a_killed_import_leaves_nothing_that_can_be_read(tmp_path: Path) -> None:
    """kill -9 while the segment is being written; then the same command works."""
    source = tmp_path / "big.csv"
    rows = "".join(
        f"{n % 999},a{n % 7},2024-01-01T00:{n // 60 % 60:02d}:{n % 60:02d}Z,{n}\n" for n in range(60_000)
    )
    source.write_text("case,activity,time,n\n" + rows)
    program = (
        "import sys, time\n"
        "from giao.core.log import import_log, part\n"
        "write = part.write_text\n"
        "def slow(path, text):\n"
        "    print('writing', flush=True)\n"
        "    time.sleep(60)\n"
        "    write(path, text)\n"
        "part.write_text = slow\n"
        "import_log(sys.argv[1], sys.argv[2])\n"
    )
    target = tmp_path / "log"
    process = subprocess.Popen(
        [sys.executable, "-c", program, str(source), str(target)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "writing\n"
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    process.stdout.close()
    assert not target.exists()
    left = [path for path in tmp_path.iterdir() if path != source]
    assert len(left) == 1
    with pytest.raises(LogUnreadable):
        open_log(left[0])
    report = import_log(source, target)
    assert report.events == 60_000
    assert sorted(path.name for path in tmp_path.iterdir()) == ["big.csv", "log"]
