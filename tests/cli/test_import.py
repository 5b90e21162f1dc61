from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from tests.cli.conftest import DATA, Answered

from giao.core.log import open_log

Giao = Callable[..., Answered]

CSV = "id;what;when\n1;Open;04/03/2024 09:00\n1;Done;14/03/2024 10:00\n1;Done;\n2;Open;13/03/2024 11:00\n;Open;13/03/2024 12:00\n"


def source(tmp_path: Path) -> Path:
    file = tmp_path / "work.csv"
    file.write_text(CSV, encoding="utf-8")
    return file


MAPPED = ("--case", "id", "--activity", "what", "--time", "when")


def test_the_contract_of_import(giao: Giao, tmp_path: Path) -> None:
    answer = giao(
        "import", source(tmp_path), tmp_path / "log", *MAPPED, "--zone", "Asia/Ho_Chi_Minh", "--json"
    )
    assert answer.code == 0
    found = answer.json
    assert {key: found[key] for key in ("cases", "events", "activities", "ties")} == {
        "cases": 2,
        "events": 3,
        "activities": 2,
        "ties": 0,
    }
    assert sum(found["rejected"].values()) == 2
    log = open_log(tmp_path / "log")
    assert found["hash"] == log.hash
    assert log.case_events("1")["time"][0].isoformat() == "2024-03-04T02:00:00+00:00"


def test_a_missing_zone_is_asked_for_not_guessed(giao: Giao, tmp_path: Path) -> None:
    answer = giao("import", source(tmp_path), tmp_path / "log", *MAPPED)
    assert answer.code == 2
    assert "--zone" in answer.err
    assert answer.out == ""
    assert not (tmp_path / "log").exists()


def test_a_mapping_file_and_options_join_and_options_win(giao: Giao, tmp_path: Path) -> None:
    mapping = tmp_path / "map.yaml"
    mapping.write_text("case: id\nactivity: what\ntime: when\nzone: Europe/Paris\n", encoding="utf-8")
    answer = giao("import", source(tmp_path), tmp_path / "log", "--map", mapping, "--zone", "UTC", "-q")
    assert answer.code == 0
    assert "2 cases, 3 events, 2 activities" in answer.out
    assert "2 rows set aside" in answer.out
    assert open_log(tmp_path / "log").zone == "UTC"


def test_a_log_is_not_overwritten_unless_asked(giao: Giao, tmp_path: Path) -> None:
    command = ("import", source(tmp_path), tmp_path / "log", *MAPPED, "--zone", "UTC", "-q")
    assert giao(*command).code == 0
    again = giao(*command)
    assert again.code == 2
    assert "giao:" in again.err
    assert giao(*command, "--replace").code == 0


def test_a_later_file_is_appended(giao: Giao, tmp_path: Path) -> None:
    assert giao("import", source(tmp_path), tmp_path / "log", *MAPPED, "--zone", "UTC", "-q").code == 0
    more = tmp_path / "more.csv"
    more.write_text("id;what;when\n2;Done;15/03/2024 09:00\n", encoding="utf-8")
    answer = giao("import", more, tmp_path / "log", "--append", "--json")
    assert answer.code == 0, answer.err
    assert open_log(tmp_path / "log").n_events == 4


def test_a_preview_writes_nothing_and_asks(giao: Giao, tmp_path: Path) -> None:
    answer = giao("import", source(tmp_path), "-", "--preview", "--json")
    assert answer.code == 0
    assert answer.json["mapping"]["case"] == "id"
    assert any("--activity" in question for question in answer.json["questions"])
    assert sorted(path.name for path in tmp_path.iterdir()) == ["work.csv"]
    text = giao("import", source(tmp_path), "-", "--preview", *MAPPED, "--zone", "UTC")
    assert "Open" in text.out


def test_snapshots_are_read_by_their_state(giao: Giao, tmp_path: Path) -> None:
    file = tmp_path / "snapshots.csv"
    file.write_text(
        "n,state,at\n1,New,2024-03-04T09:00:00Z\n1,Closed,2024-03-04T10:00:00Z\n", encoding="utf-8"
    )
    answer = giao(
        "import", file, tmp_path / "log", "--case", "n", "--state", "state", "--time", "at", "--json"
    )
    assert answer.code == 0, answer.err
    assert open_log(tmp_path / "log").activities == ["Closed", "New"]


def test_vietnamese(giao: Giao, tmp_path: Path) -> None:
    answer = giao(
        "import", source(tmp_path), tmp_path / "log", *MAPPED, "--zone", "UTC", "--lang", "vi", "-q"
    )
    assert "2 hồ sơ, 3 sự kiện, 2 hoạt động" in answer.out


def test_what_is_no_file_is_said(giao: Giao, tmp_path: Path) -> None:
    answer = giao("import", tmp_path / "none.csv", tmp_path / "log")
    assert answer.code == 2
    assert "no such file" in answer.err
    assert answer.err.count("\n") == 1


def test_hostile_names_do_not_steer_the_terminal(giao: Giao, tmp_path: Path) -> None:
    answer = giao("import", DATA / "desk.csv", "-", "--preview")
    assert "\x1b" not in answer.out


def test_the_log_folder_is_read_by_the_other_commands(giao: Giao, tmp_path: Path) -> None:
    assert giao("import", DATA / "desk.csv", tmp_path / "desk.log", "-q").code == 0
    answer = giao("evaluate", tmp_path / "desk.log", DATA / "desk.yaml", "--json", "-q")
    assert answer.code == 0, answer.err
    assert json.loads(answer.out)["log"]["hash"] == open_log(tmp_path / "desk.log").hash
