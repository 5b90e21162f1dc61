"""The agreement that holds one of every part: it is sound against a log that has its names, and a whole reading follows."""

from __future__ import annotations

from pathlib import Path

import jsonschema
import pytest

from giao.core.agreement.check import check_text
from giao.core.agreement.evaluate import Evaluation, evaluate
from giao.core.agreement.load import parse_agreement
from giao.core.agreement.output import to_json
from giao.core.agreement.output_schema import output_schema
from giao.core.log import EventLog, load_mapping, read_log
from giao.core.report.html import html_report

DATA = Path(__file__).parents[2] / "data" / "agreements"
TEXT = (DATA / "everything.yaml").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def log() -> EventLog:
    return read_log(DATA / "everything.csv", load_mapping(DATA / "everything.mapping.yaml"))


@pytest.fixture(scope="module")
def reading(log: EventLog) -> Evaluation:
    return evaluate(log, parse_agreement(TEXT))


def test_it_is_sound_against_its_log(log: EventLog) -> None:
    found = check_text(TEXT, log=log)
    assert [fault.severity for fault in found] == ["warning", "warning"]
    assert all("sole_remedy" in str(fault) for fault in found)
    assert check_text(TEXT.replace("share < 0.9", "amount < 0.9"), log=log)[0].severity == "error"


def test_every_part_is_read(reading: Evaluation) -> None:
    agreement = reading.agreement
    assert {result.kpi for result in reading.kpis.results} == set(agreement.kpis)
    assert {counts.clock for counts in reading.counts} == set(agreement.clocks)
    assert {one.kind for one in reading.deadlines} == {"obligation", "control", "exit", "notice", "renewal"}
    lines = {line.name for statement in reading.statements for line in (*statement.lines, *statement.extras)}
    assert {line.name for line in agreement.pricing if line.name} - {"once", "gain", "floor"} <= lines


def test_it_is_told_and_kept(reading: Evaluation) -> None:
    jsonschema.Draft202012Validator(output_schema()).validate(to_json(reading))
    for lang in ("en", "vi"):
        assert "Hoa" not in html_report(reading, lang)
