from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import jsonschema
import polars as pl
import pytest
from tests.cli.conftest import DATA, READING, Answered

from giao.core.agreement.output_schema import output_schema

Giao = Callable[..., Answered]

KPI = {
    "kpi",
    "window",
    "n",
    "overdue_open",
    "value",
    "expected",
    "minimum",
    "state",
    "provisional",
    "low",
    "high",
}
STATEMENT = {
    "month",
    "lines",
    "fees",
    "at_risk",
    "credits",
    "credit_total",
    "earned_back",
    "tax",
    "total",
    "hash",
}
CLOCK = {"clock", "started", "running", "paused", "met", "breached", "cancelled"}


def test_the_contract_of_evaluate(giao: Giao) -> None:
    answer = giao("evaluate", *READING, "--json", "-q")
    assert answer.code == 0
    assert answer.err == ""
    found = answer.json
    jsonschema.Draft202012Validator(output_schema()).validate(found)
    assert found["agreement"]["name"] == "small-desk"
    assert {"name", "hash"} <= set(found["agreement"])
    assert {"cases", "events", "hash"} <= set(found["log"])
    for kpi in found["kpis"]:
        assert set(kpi) >= KPI
        assert kpi["state"] in ("met", "expected_default", "minimum_default", "no_data")
    march = found["statements"][0]
    assert set(march) >= STATEMENT
    assert (march["month"], march["fees"], march["credit_total"], march["total"]) == (
        "2024-03",
        "2841.50",
        "284.15",
        "3068.82",
    )
    assert {"name", "quantity", "price", "amount"} <= set(march["lines"][0])
    assert march["credits"][0]["kpi"] == "in_time"
    assert {"kpi", "amount", "points", "repeat"} <= set(march["credits"][0])
    assert set(found["clocks"][0]) >= CLOCK
    assert found["clocks"][0]["started"] == 6


def test_the_same_inputs_give_the_same_bytes(giao: Giao) -> None:
    assert giao("evaluate", *READING, "--json", "-q").out == giao("evaluate", *READING, "--json", "-q").out


def test_the_schema_is_published(giao: Giao) -> None:
    answer = giao("evaluate", "--schema")
    assert answer.code == 0
    assert answer.json == output_schema()


@pytest.mark.parametrize(("lang", "words"), [("en", "Repaired in time"), ("vi", "Sửa đúng hạn")])
def test_tables_in_both_languages(giao: Giao, lang: str, words: str) -> None:
    answer = giao("evaluate", *READING, "--lang", lang, "-q")
    assert answer.code == 0
    assert words in answer.out
    assert answer.err == ""
    assert "\x1b" not in answer.out


def test_progress_goes_to_stderr(giao: Giao) -> None:
    answer = giao("evaluate", *READING, "--json")
    assert "computing" in answer.err
    json.loads(answer.out)


def test_a_report_is_written_whole(giao: Giao, tmp_path: Path) -> None:
    place = tmp_path / "report.html"
    assert giao("evaluate", *READING, "--html", place, "--lang", "vi", "-q").code == 0
    text = place.read_text(encoding="utf-8")
    assert text.startswith("<!DOCTYPE html>")
    assert text.rstrip().endswith("</html>")
    assert "<script" not in text
    assert [path.name for path in tmp_path.iterdir()] == ["report.html"]


def test_case_level_results_as_parquet(giao: Giao, tmp_path: Path) -> None:
    assert giao("evaluate", *READING, "--parquet", tmp_path / "out", "-q").code == 0
    clocks = pl.read_parquet(tmp_path / "out" / "clocks.parquet")
    assert clocks.height == 6
    assert set(pl.read_parquet(tmp_path / "out" / "cases.parquet")["case"]) >= {
        "1",
        "<img src=x onerror=alert(1)>",
    }


def test_as_of_is_local_to_the_agreement_and_a_date_is_its_whole_day(giao: Giao) -> None:
    def open_at(text: str) -> int:
        answer = giao("evaluate", *READING[:2], "--facts", READING[3], "--as-of", text, "--json", "-q")
        assert answer.code == 0, answer.err
        return int(answer.json["log"]["events"])

    assert open_at("2024-03-04T09:00") == 1
    assert open_at("2024-03-04T08:59") == 0
    assert open_at("2024-03-04T09:00:00+01:00") == 1
    assert open_at("2024-03-04") == 4
    assert open_at("2024-03-04T08:00:00Z") == 1


@pytest.mark.parametrize("text", ["yesterday", "2024-13-01", "18:00", ""])
def test_an_instant_that_is_none_is_said(giao: Giao, text: str) -> None:
    answer = giao("evaluate", *READING[:2], "--as-of", text)
    assert answer.code == 2
    assert "--as-of" in answer.err
    assert "2016-05-12T18:00" in answer.err


def test_a_wrong_agreement_is_answered_with_line_and_mend(giao: Giao, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text(
        (DATA / "desk.yaml").read_text(encoding="utf-8").replace("kind: volume", "kind: volumen", 1),
        encoding="utf-8",
    )
    answer = giao("evaluate", READING[0], wrong)
    assert answer.code == 2
    assert "line" in answer.err
    assert "volume" in answer.err
    assert "Traceback" not in answer.err


@pytest.mark.parametrize("position", [0, 1, 3])
def test_a_missing_file_is_named(giao: Giao, position: int, tmp_path: Path) -> None:
    arguments = list(READING)
    arguments[position] = str(tmp_path / "nowhere.x")
    answer = giao("evaluate", *arguments)
    assert answer.code == 2
    assert "nowhere.x" in answer.err
    assert "Traceback" not in answer.err


def test_a_log_that_needs_a_mapping_says_so(giao: Giao, tmp_path: Path) -> None:
    file = tmp_path / "odd.csv"
    file.write_text("a,b,c\n1,2,3\n", encoding="utf-8")
    answer = giao("evaluate", file, DATA / "desk.yaml")
    assert answer.code == 2
    assert "odd.csv" in answer.err
    assert "giao import" in answer.err


def test_bytes_that_are_no_text_in_facts_or_a_folder_of_versions(giao: Giao, tmp_path: Path) -> None:
    (tmp_path / "facts.yaml").write_bytes(b"facts: [caf\xe9]")
    answer = giao("evaluate", *READING[:2], "--facts", tmp_path / "facts.yaml", "-q")
    assert answer.code == 2
    assert "facts.yaml: not UTF-8 at byte 11; save the file as UTF-8" in answer.err
    (tmp_path / "versions").mkdir()
    (tmp_path / "versions" / "one.yaml").write_bytes(b"name: caf\xe9")
    for command in (("evaluate", READING[0], tmp_path / "versions", "-q"), ("check", tmp_path / "versions")):
        answer = giao(*command)
        assert answer.code == 2
        assert "not UTF-8 at byte 9" in answer.err


def test_a_pack_of_a_month_is_written_whole(giao: Giao, tmp_path: Path) -> None:
    place = tmp_path / "pack.pdf"
    assert giao("evaluate", *READING, "--pack", place, "--lang", "vi", "-q").code == 0
    assert place.read_bytes().startswith(b"%PDF")
    assert [path.name for path in tmp_path.iterdir()] == ["pack.pdf"]
    wrong = giao("evaluate", *READING, "--pack", tmp_path / "other.pdf", "--month", "2019-01", "-q")
    assert wrong.code == 2
    assert "2024-04" in wrong.err
    assert not (tmp_path / "other.pdf").exists()
