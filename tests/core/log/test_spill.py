"""An import that goes by way of the disk tells, writes and sets aside the same as one in memory."""

from __future__ import annotations

import errno
import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from giao.core.log import ImportFailed, LogMapping, append, import_log, open_log
from giao.core.log import spill as spill_module
from giao.core.log.memory import default_memory, memory_size
from giao.core.log.spill import Spill

TINY, SMALL, LARGE = 1, 2**21, 2**33
UTC = LogMapping(zone="UTC")


@pytest.fixture(autouse=True)
def chunk(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """A few hundred bytes at once, so that small files come in many batches; a test may say otherwise."""
    monkeypatch.setattr(spill_module, "LEAST_CHUNK", 400)
    return lambda size: monkeypatch.setattr(spill_module, "LEAST_CHUNK", size)


@pytest.fixture
def spilt(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Rows of every unit that was put by."""
    found: list[int] = []
    add = Spill.add

    def counted(self: Spill, *arguments: Any) -> None:
        add(self, *arguments)
        found.append(self.units[-1].rows)

    monkeypatch.setattr(Spill, "add", counted)
    return found


def both(
    folder: Path, mapping: LogMapping, *paths: Path, key: bytes | None = None, tight: int = TINY
) -> dict[str, Any]:
    """Import with plenty of memory and with none to spare: reports, contents and rows set aside must be the same."""
    told: list[dict[str, Any]] = []
    for name, memory in (("wide", LARGE), ("tight", tight)):
        report = import_log(list(paths), folder / name, mapping, memory=memory, key=key, replace=True)
        told.append(report.to_json() | {"rejected_file": None})
    assert told[1] == told[0]
    whole, cut = open_log(folder / "wide", verify=True), open_log(folder / "tight", verify=True)
    assert cut.hash == whole.hash
    assert cut.events().equals(whole.events())
    assert cut.case_ids.equals(whole.case_ids)
    assert cut.attributes == whole.attributes
    assert np.array_equal(cut.offsets, whole.offsets)
    aside = [
        (folder / name / "imports/0001/rejected.csv").read_text(encoding="utf-8")
        for name in ("wide", "tight")
    ]
    assert aside[1] == aside[0]
    assert sorted(path.name for path in (folder / "tight/imports").iterdir()) == ["0001"]
    return told[0]


def write(path: Path, rows: list[dict[str, Any]]) -> Path:
    pl.DataFrame(rows, infer_schema_length=None).write_csv(path)
    return path


ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "case": st.sampled_from(["a", "b", "z", "ä", "10", "9", ""]),
            "activity": st.sampled_from(["open", "Open", "close", "", "wait"]),
            "time": st.sampled_from(
                ["2024-03-04T09:00:00Z", "2024-03-04T10:00:00Z", "2024-03-05T09:00:00Z", "?"]
            ),
            "amount": st.sampled_from(["1", "1.5", "2.25", "", "10"]),
            "note": st.one_of(
                st.text(st.characters(codec="utf-8", exclude_characters='"\r\n,\0'), max_size=3)
            ),
            "day": st.sampled_from(["2024-01-01", "2024-02-29", ""]),
        }
    ),
    min_size=1,
    max_size=40,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=ROWS, exclude=st.booleans(), hindsight=st.booleans(), personal=st.booleans())
def test_the_same_log_by_way_of_the_disk(
    tmp_path: Path, rows: list[dict[str, str]], exclude: bool, hindsight: bool, personal: bool
) -> None:
    rows = [{"case": "first", "activity": "open", "time": "2024-03-04T09:00:00Z", "amount": "3", "note": "n",
             "day": "2024-01-01"}, *rows]  # fmt: skip
    mapping = LogMapping(
        case="case", activity="activity", time="time", zone="UTC",
        exclude=["day"] if exclude else [],
        hindsight=["amount"] if hindsight else [],
        pseudonymise=["case", "note"] if personal else [],
    )  # fmt: skip
    both(tmp_path, mapping, write(tmp_path / "log.csv", rows), key=b"secret")


def many(rows: int, **more: Callable[[int], str]) -> list[dict[str, Any]]:
    return [
        {
            "case": f"c{row * 7 % (rows // 4)}",
            "activity": "ABCD"[row % 4],
            "time": f"2024-03-{1 + row % 28:02d}T{row % 24:02d}:{row % 60:02d}:00Z",
            **{name: make(row) for name, make in more.items()},
        }
        for row in range(rows)
    ]


def test_it_did_go_by_way_of_the_disk(tmp_path: Path, spilt: list[int]) -> None:
    told = both(tmp_path, UTC, write(tmp_path / "log.csv", many(400)))
    assert told["events"] == sum(spilt) == 400
    assert len(spilt) > 20


def test_a_column_that_turns_out_to_be_text_is_read_again(
    tmp_path: Path, spilt: list[int], chunk: Callable[[int], None]
) -> None:
    chunk(250_000)

    def amount(row: int) -> str:
        return "n/a" if row == 24_900 else str(row % 7)

    rows = write(tmp_path / "log.csv", many(25_000, amount=amount, code=lambda row: str(row % 3)))
    both(tmp_path, UTC.model_copy(update={"null_values": []}), rows, tight=SMALL)
    log = open_log(tmp_path / "tight")
    assert log.attributes["amount"].type == "string"
    assert log.attributes["code"].type == "number"
    assert sum(spilt) > 25_000  # some of them twice


def test_a_column_of_whole_numbers_that_grows_a_point_is_a_decimal_in_both(
    tmp_path: Path, chunk: Callable[[int], None]
) -> None:
    chunk(250_000)

    def amount(row: int) -> str:
        return "2.50" if row == 24_900 else str(row % 7)

    both(tmp_path, UTC, write(tmp_path / "log.csv", many(25_000, amount=amount)), tight=SMALL)
    assert open_log(tmp_path / "tight").events(["amount"])["amount"].dtype == pl.Decimal(38, 2)


def test_texts_that_are_nearly_all_different_stay_texts(tmp_path: Path, chunk: Callable[[int], None]) -> None:
    chunk(700_000)

    rows = write(
        tmp_path / "log.csv", many(24_000, note=lambda row: f"note {row}", kind=lambda row: f"k{row % 5}")
    )
    mapping = UTC.model_copy(update={"hindsight": ["note"]})
    both(tmp_path, mapping, rows, tight=SMALL)
    assert open_log(tmp_path / "tight").events(["note"])["note"].dtype == pl.String


def test_snapshots_and_rows_a_case(tmp_path: Path, spilt: list[int]) -> None:
    states = many(600, state=lambda row: "new" if row < 400 else "done", junk=lambda row: str(row))
    told = both(
        tmp_path,
        LogMapping(
            case="case", time="time", state="state", shape="snapshot", zone="UTC", keep_unchanged=False
        ),
        write(tmp_path / "states.csv", [{k: v for k, v in row.items() if k != "activity"} for row in states]),
    )
    assert told["unchanged"] > 0
    cases = [
        {"id": f"i{row}", "opened": f"2024-03-01T00:{row % 60:02d}:00Z", "closed": "2024-04-01T00:00:00Z" if row % 3 else "",
         "size": str(row % 9)}
        for row in range(500)
    ]  # fmt: skip
    mapping = LogMapping(case="id", times={"opened": "open", "closed": "close"}, shape="case", zone="UTC")
    both(tmp_path, mapping, write(tmp_path / "cases.csv", cases))
    assert spilt


def test_several_files_and_their_own_sequence(tmp_path: Path) -> None:
    rows = many(300, step=lambda row: str(row % 3))
    first, second = write(tmp_path / "a.csv", rows[:200]), write(tmp_path / "b.csv", rows[100:])
    told = both(tmp_path, UTC, first, second)
    assert told["rejected"] == {"duplicate": 100}
    told = both(tmp_path, UTC.model_copy(update={"sequence": "step"}), second, first)
    assert told["events"] == 300


def test_xes_with_attributes_that_turn_up_late(
    tmp_path: Path, spilt: list[int], chunk: Callable[[int], None]
) -> None:
    chunk(300_000)

    traces = []
    for number in range(2_000):
        extra = (
            f'<int key="late" value="{number}"/><string key="word" value="w{number}"/>'
            if number > 1_900
            else ""
        )
        traces.append(
            f'<trace><string key="concept:name" value="t{number:05d}"/><event><string key="concept:name" value="A"/>'
            f'<date key="time:timestamp" value="2024-01-01T00:00:{number % 60:02d}Z"/>{extra}</event></trace>\n'
        )
    path = tmp_path / "log.xes.gz"
    path.write_bytes(gzip.compress(("<log>\n" + "".join(traces) * 3 + "</log>").encode()))
    both(tmp_path, LogMapping(), path, tight=SMALL)
    assert open_log(tmp_path / "tight").attributes["late"].type == "number"
    assert spilt


def test_appending_takes_the_same_way(tmp_path: Path, spilt: list[int]) -> None:
    rows = many(400)
    found = []
    for name, memory in (("wide", LARGE), ("tight", TINY)):
        import_log(write(tmp_path / "a.csv", rows[:250]), tmp_path / name, UTC, memory=memory)
        report = append(tmp_path / name, write(tmp_path / "b.csv", rows[200:]), memory=memory)
        found.append(report.to_json() | {"rejected_file": None})
        assert open_log(tmp_path / name, verify=True).n_events == 400
    assert found[0] == found[1]
    assert spilt


def test_progress_of_the_sorting_is_told(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    path = write(tmp_path / "log.csv", many(400))
    import_log(path, tmp_path / "log", UTC, memory=TINY, sorting=lambda done, size: told.append((done, size)))
    shares = [done / size for done, size in told]
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    assert shares[0] < 0.1


def test_a_full_disk_ends_in_a_sentence_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(tmp_path / "log.csv", many(400))

    def full(*_: Any, **__: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(pl.DataFrame, "write_parquet", full)
        for memory in (TINY, LARGE):
            with pytest.raises(ImportFailed, match="is full; nothing was imported"):
                import_log(path, tmp_path / "log", UTC, memory=memory)
    assert [each.name for each in tmp_path.iterdir()] == ["log.csv"]


def test_another_failure_leaves_nothing_either(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path / "log.csv", many(400))
    monkeypatch.setattr(Spill, "rows_of_bucket", lambda self: json.loads("broken"))
    with pytest.raises(json.JSONDecodeError):
        import_log(path, tmp_path / "log", UTC, memory=TINY)
    assert [each.name for each in tmp_path.iterdir()] == ["log.csv"]


@pytest.mark.parametrize(
    ("text", "size"),
    [("1GiB", 2**30), ("1 GB", 10**9), ("512m", 512 * 2**20), ("1.5G", 3 * 2**29), ("100000000", 10**8)],
)
def test_amounts_of_memory(text: str, size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    assert memory_size(text) == size
    monkeypatch.setenv("GIAO_MEMORY", text)
    assert default_memory() == size


@pytest.mark.parametrize("text", ["", "much", "-1GB", "1 XB", "1MB", "0"])
def test_no_amounts_of_memory(text: str) -> None:
    with pytest.raises(ImportFailed, match="memory"):
        memory_size(text)


def test_the_machine_says_how_much(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GIAO_MEMORY", raising=False)
    assert default_memory() >= 64 * 2**20
