from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.cli.conftest import DATA, Answered

from giao.core.agreement.load import json_schema

Giao = Callable[..., Answered]


def test_nothing_to_mend(giao: Giao) -> None:
    answer = giao("check", DATA / "desk.yaml")
    assert answer.code == 0
    assert "nothing to mend" in answer.out


def test_findings_are_exit_code_one_with_place_and_mend(giao: Giao) -> None:
    answer = giao("check", DATA / "faulty.yaml")
    assert answer.code == 1
    assert "faulty.yaml:12:5: error: clocks.repair.calendar:" in answer.out
    assert "known: office" in answer.out
    assert "3 errors, 1 warning" in answer.out


def test_findings_as_json(giao: Giao) -> None:
    answer = giao("check", DATA / "faulty.yaml", "--json")
    assert answer.code == 1
    assert answer.json["errors"] == 3
    assert {"severity", "line", "column", "path", "message"} == set(answer.json["faults"][0])


def test_a_form_that_is_wrong_is_a_finding(giao: Giao, tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_text("giao: 1\nname: x\nname: y\n", encoding="utf-8")
    answer = giao("check", file)
    assert answer.code == 1
    assert "stands twice" in answer.out


def test_names_are_checked_against_the_log(giao: Giao, tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_text(
        (DATA / "desk.yaml").read_text(encoding="utf-8").replace('priority = "high"', 'prority = "high"'),
        encoding="utf-8",
    )
    answer = giao("check", file, "--log", DATA / "desk.csv")
    assert answer.code == 1
    assert "prority" in answer.out


def test_the_schema_is_printed(giao: Giao) -> None:
    assert giao("check", "--schema").json == json_schema()


def test_a_folder_of_versions(giao: Giao, tmp_path: Path) -> None:
    for index, part in enumerate((DATA / "desk.yaml").read_text(encoding="utf-8").split("---\n")):
        (tmp_path / f"v{index}.yaml").write_text(part, encoding="utf-8")
    assert giao("check", tmp_path).code == 0


def test_no_agreement_is_usage(giao: Giao) -> None:
    assert giao("check").code == 2


def test_bytes_that_are_no_text(giao: Giao, tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_bytes(b"\xff\xfe\x00giao")
    answer = giao("check", file)
    assert answer.code == 2
    assert "UTF-8" in answer.err


def test_vietnamese(giao: Giao) -> None:
    assert "lỗi" in giao("check", DATA / "faulty.yaml", "--lang", "vi").out


def test_faults_in_vietnamese(giao: Giao) -> None:
    answer = giao("check", DATA / "faulty.yaml", "--lang", "vi")
    assert "faulty.yaml:12:5: lỗi: clocks.repair.calendar: lịch làm việc" in answer.out
    assert "không tồn tại; hiện có: office" in answer.out
    assert "does not exist" not in answer.out


def test_a_failure_in_vietnamese(giao: Giao, tmp_path: Path) -> None:
    answer = giao("check", "--lang", "vi")
    assert (answer.code, answer.err) == (2, "giao: hãy cho biết kiểm tra thoả thuận nào, hoặc --schema\n")
    file = tmp_path / "a.csv"
    file.write_text("case,activity,time\n1,A,2026-03-01 10:00\n", encoding="utf-8")
    asked = giao("import", file, tmp_path / "a.log", "--lang", "vi")
    assert asked.code == 2
    assert "thời gian trong cột time không có múi giờ: hãy ghi --zone" in asked.err
