"""The library's face: what a notebook imports, and nothing else; imported when used."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import giao

DATA = Path(__file__).parents[1] / "data" / "agreements"

FACE = {
    "Agreement", "AgreementError", "DocumentErrors", "EventLog", "Evaluation", "Facts", "LogError", "LogMapping",
    "Replay", "__version__", "agreement_schema", "agreement_words", "check", "evaluate", "explain", "html_report",
    "import_log", "load_agreement", "load_facts", "load_mapping", "log_from_frame", "mining", "open_log",
    "open_reading", "output_schema", "parse_agreement", "propose_mapping", "read_log", "replay", "report",
    "save_reading", "to_json", "version_diffs",
}  # fmt: skip


def test_the_face_is_this_and_nothing_else() -> None:
    assert set(giao.__all__) == FACE
    assert len(giao.__all__) == len(FACE)
    for name in giao.__all__:
        assert getattr(giao, name) is not None
    assert set(giao.__all__) <= set(dir(giao))


def test_what_is_not_there_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="nonsense"):
        _ = giao.nonsense


def test_importing_it_loads_none_of_the_heavy_libraries() -> None:
    program = (
        "import sys, giao\n"
        "heavy = {'polars', 'numpy', 'numba', 'pydantic', 'django', 'lxml', 'yaml'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60)


def test_five_lines_in_a_notebook(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIAO_CACHE", str(tmp_path / "cache"))
    log = giao.read_log(DATA / "desk.csv")
    agreement = giao.load_agreement(DATA / "desk.yaml")
    reading = giao.evaluate(log, agreement)
    report = giao.report(reading, "vi")
    why = giao.explain(reading, case="1")
    assert "Sửa đúng hạn" in report._repr_html_()
    assert "met" in why._repr_html_()
    assert report.save(tmp_path / "report.html").read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    assert giao.check(agreement, log) == []


def test_a_question_that_is_not_whole_is_an_error_of_the_library(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIAO_CACHE", str(tmp_path / "cache"))
    reading = giao.evaluate(giao.read_log(DATA / "desk.csv"), giao.load_agreement(DATA / "desk.yaml"))
    with pytest.raises(giao.AgreementError, match="say what to explain"):
        giao.explain(reading, kpi="in_time")
