"""`giao export`: every format by the file's ending, columns masked, nothing half-written."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

LOG = "case,activity,time,resource\nC1,Open,2024-03-04T10:00:00Z,Lan\nC1,Done,2024-03-04T12:00:00Z,Minh\n"


@pytest.fixture
def log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("GIAO_CACHE", str(tmp_path / "cache"))
    file = tmp_path / "in.csv"
    file.write_text(LOG, encoding="utf-8")
    return file


def run(*words: Any) -> int:
    from giao.cli.main import main

    return main(["export", *map(str, words), "--lang", "en"])


@pytest.mark.parametrize("ending", [".xes", ".xes.gz", ".ocel.json", ".sqlite", ".parquet", ".csv"])
def test_the_ending_says_the_format(log: Path, ending: str, capsys: Any) -> None:
    from giao.core.log import LogMapping, read_log

    out = log.with_name(f"out{ending}")
    assert run(log, out) == 0
    assert "1 cases, 2 events" in capsys.readouterr().out
    again = read_log(out, LogMapping(object_type="case") if ending in (".sqlite", ".ocel.json") else None)
    assert (again.n_cases, again.n_events, again.activities) == (1, 2, ["Done", "Open"])
    assert list(log.parent.glob(".out*")) == []


def test_columns_are_masked(log: Path) -> None:
    out = log.with_name("out.csv")
    assert run(log, out, "--mask", "resource") == 0
    text = out.read_text(encoding="utf-8")
    assert "Lan" not in text
    assert text.count("•••") == 2


def test_what_cannot_be_done_is_said(log: Path, capsys: Any) -> None:
    assert run(log, log.with_name("out.doc")) == 2
    assert "ocel-json" in capsys.readouterr().err
    assert run(log, log.with_name("out.csv"), "--mask", "colour") == 2
    assert "colour" in capsys.readouterr().err
    assert not log.with_name("out.csv").exists()
    assert run(log, log) == 2
    assert "--force" in capsys.readouterr().err
    assert log.read_text(encoding="utf-8") == LOG
