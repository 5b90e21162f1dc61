"""A later file appends, an import can be taken back, and nothing is counted twice."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import polars as pl
import pytest

from giao.core.log import ImportFailed, LogMapping, append, import_log, open_log, restore_import, undo_import

HEAD = "case_id,activity,timestamp,amount,note\n"
MAY = (
    HEAD
    + "a,Start,2024-05-01T08:00:00Z,10,x\nb,Start,2024-05-02T08:00:00Z,20,\na,Work,2024-05-31T23:00:00Z,,\n"
)
JUNE = (
    HEAD
    + "a,Work,2024-05-31T23:00:00Z,,\na,Stop,2024-06-02T08:00:00Z,10.5,y\nc,Start,2024-06-03T08:00:00Z,1,\n"
)


def months(folder: Path) -> tuple[Path, Path]:
    may, june = folder / "may.csv", folder / "june.csv"
    may.write_text(MAY)
    june.write_text(JUNE)
    return may, june


def test_cases_continue_and_an_overlap_counts_once(tmp_path: Path) -> None:
    may, june = months(tmp_path)
    first = import_log(may, tmp_path / "log")
    report = append(tmp_path / "log", june)
    log = open_log(tmp_path / "log", verify=True)
    assert (report.events, dict(report.rejected)) == (2, {"duplicate": 1})
    assert report.detected["log"] == {"cases": 3, "events": 5}
    assert log.case_events("a")["activity"].to_list() == ["Start", "Work", "Stop"]
    assert [str(value) for value in log.case_events("a")["amount"]] == ["10.0", "None", "10.5"]
    with (
        tmp_path
        / "log"
        / json.loads((tmp_path / "log/manifest.json").read_text())["current"]
        / "repeated.csv"
    ).open() as file:
        assert [(row["case"], row["activity"]) for row in csv.DictReader(file)] == [("a", "Work")]
    assert first.hash != report.hash == log.hash


def test_appending_equals_importing_all_at_once(tmp_path: Path) -> None:
    may, june = months(tmp_path)
    import_log([may, june], tmp_path / "both")
    import_log(may, tmp_path / "later")
    append(tmp_path / "later", june)
    import_log(june, tmp_path / "earlier")
    append(tmp_path / "earlier", may)
    logs = [open_log(tmp_path / name) for name in ("both", "later", "earlier")]
    assert len({log.hash for log in logs}) == 1
    assert logs[0].events().equals(logs[1].events())
    assert logs[0].events().equals(logs[2].events())


def test_an_import_can_be_undone_and_put_back(tmp_path: Path) -> None:
    may, june = months(tmp_path)
    alone = import_log(may, tmp_path / "log").hash
    both = append(tmp_path / "log", june).hash
    open_before = open_log(tmp_path / "log")
    assert undo_import(tmp_path / "log", 2, why="wrong month") == alone
    assert open_log(tmp_path / "log", verify=True).n_events == 3
    # A log that was open before still reads what it was opened on.
    assert open_before.events().height == 5
    assert (tmp_path / "log" / "imports" / "0002" / "part.json").exists()
    decision = json.loads((tmp_path / "log" / "manifest.json").read_text())["decisions"][0]
    assert (decision["decision"], decision["import"], decision["why"]) == ("undo", 2, "wrong month")
    with pytest.raises(ImportFailed, match="cannot be undone; these can: 1"):
        undo_import(tmp_path / "log", 2)
    with pytest.raises(ImportFailed, match="is all that"):
        undo_import(tmp_path / "log", 1)
    assert restore_import(tmp_path / "log", 2) == both


def test_undoing_the_first_gives_the_repeated_row_back(tmp_path: Path) -> None:
    may, june = months(tmp_path)
    import_log(may, tmp_path / "log")
    append(tmp_path / "log", june)
    undo_import(tmp_path / "log", 1)
    assert open_log(tmp_path / "log").case_events("a")["activity"].to_list() == ["Work", "Stop"]


def test_a_new_column_and_a_new_type_join(tmp_path: Path) -> None:
    may, _ = months(tmp_path)
    import_log(may, tmp_path / "log")
    july = tmp_path / "july.csv"
    july.write_text("case_id,activity,timestamp,amount,extra\na,Check,2024-07-01T00:00:00Z,many,1\n")
    append(tmp_path / "log", july, LogMapping())
    log = open_log(tmp_path / "log")
    assert {name: each.type for name, each in log.attributes.items()} == {
        "amount": "string",
        "note": "string",
        "extra": "number",
    }
    assert log.case_events("a").select(pl.col("amount").cast(pl.String), "extra").rows() == [
        ("10", None),
        (None, None),
        ("many", 1),
    ]


def test_a_failed_append_leaves_the_log_as_it_was(tmp_path: Path) -> None:
    may, _ = months(tmp_path)
    before = import_log(may, tmp_path / "log").hash
    bad = tmp_path / "bad.csv"
    bad.write_text(HEAD)
    with pytest.raises(ImportFailed, match="no usable event"):
        append(tmp_path / "log", bad)
    assert open_log(tmp_path / "log", verify=True).hash == before
    assert sorted(path.name for path in (tmp_path / "log" / "imports").iterdir()) == ["0001"]


def test_rows_that_differ_only_in_a_left_out_column_are_kept_over_imports(tmp_path: Path) -> None:
    one, two = tmp_path / "1.csv", tmp_path / "2.csv"
    head = "case_id,activity,timestamp,id\n"
    one.write_text(head + "a,Call,2024-05-01T08:00:00Z,1\na,Call,2024-05-01T08:00:00Z,2\n")
    two.write_text(
        head + "a,Call,2024-05-01T08:00:00Z,2\na,Call,2024-05-01T08:00:00Z,1\na,Call,2024-05-01T08:00:00Z,3\n"
    )
    mapping = LogMapping(exclude=["id"])
    import_log(one, tmp_path / "log", mapping)
    append(tmp_path / "log", two)
    assert open_log(tmp_path / "log").n_events == 3


def test_a_crash_before_the_manifest_is_written_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    may, june = months(tmp_path)
    before = import_log(may, tmp_path / "log").hash

    def crash(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("giao.core.log.appending.write_manifest", crash)
        with pytest.raises(KeyboardInterrupt):
            append(tmp_path / "log", june)
    assert (tmp_path / "log" / "imports" / "0002").is_dir()
    assert open_log(tmp_path / "log", verify=True).hash == before
    assert append(tmp_path / "log", june).detected["log"] == {"cases": 3, "events": 5}
    assert open_log(tmp_path / "log", verify=True).n_events == 5
