"""Taking an import back, and putting it back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.cli.conftest import Answered

from giao.core.log import open_log

Giao = Callable[..., Answered]

MARCH = "case,activity,time\n1,A,2024-03-04T09:00:00Z\n1,B,2024-03-05T09:00:00Z\n"
APRIL = "case,activity,time\n1,C,2024-04-04T09:00:00Z\n2,A,2024-04-05T09:00:00Z\n"


@pytest.fixture
def log(giao: Giao, tmp_path: Path) -> Path:
    (tmp_path / "march.csv").write_text(MARCH, encoding="utf-8")
    (tmp_path / "april.csv").write_text(APRIL, encoding="utf-8")
    assert giao("import", tmp_path / "march.csv", tmp_path / "log", "-q").code == 0
    assert giao("import", tmp_path / "april.csv", tmp_path / "log", "--append", "-q").code == 0
    return tmp_path / "log"


def test_the_last_import_is_undone_and_put_back(giao: Giao, log: Path) -> None:
    whole = open_log(log).hash
    undone = giao("undo", log, "--why", "wrong month", "--json")
    assert undone.code == 0
    found = undone.json
    assert (found["import"], found["decision"], found["cases"], found["events"]) == (2, "undo", 1, 2)
    assert [(each["import"], each["active"], each["files"]) for each in found["imports"]] == [
        (1, True, ["march.csv"]),
        (2, False, ["april.csv"]),
    ]
    assert found["imports"][1]["decisions"][0]["why"] == "wrong month"
    assert open_log(log).hash == found["hash"] != whole
    assert giao("undo", log, "--restore", "-q").code == 0
    assert open_log(log).hash == whole


def test_a_named_import_and_the_list(giao: Giao, log: Path) -> None:
    before = open_log(log).hash
    listed = giao("undo", log, "--list")
    assert listed.code == 0
    assert "march.csv" in listed.out
    assert "the log holds 2 cases, 4 events" in listed.out
    assert open_log(log).hash == before
    told = giao("undo", log, "1", "--lang", "vi")
    assert told.code == 0
    assert "lần nhập 1 đã được đưa ra khỏi nhật ký" in told.out
    assert "đã hoàn tác" in told.out
    assert open_log(log).activities == ["A", "C"]


def test_what_cannot_be_undone_is_said(giao: Giao, log: Path, tmp_path: Path) -> None:
    for arguments, sentence in (
        ((log, "7"), "import 7 of"),
        ((log, "--restore"), "no import of"),
        ((tmp_path / "nothing",), "there is no log folder"),
    ):
        answer = giao("undo", *arguments)
        assert answer.code == 2
        assert sentence in answer.err
    assert giao("undo", log).code == 0
    last = giao("undo", log)
    assert last.code == 2
    assert "is all that" in last.err
