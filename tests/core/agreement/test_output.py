"""A reading as JSON says all that its results hold, by a schema that names every key; statements come back from it."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import jsonschema
import polars as pl
import pytest
from tests.core.agreement.kpis.building import HEAD, Event, case, event, inputs_of

from giao.core.agreement.context import zone_of
from giao.core.agreement.evaluate import Evaluation, evaluate
from giao.core.agreement.facts import Facts, load_facts, parse_facts, to_us
from giao.core.agreement.load import load_agreement, parse_agreement
from giao.core.agreement.output import kpi_json, statement_json, to_json
from giao.core.agreement.output_schema import output_schema
from giao.core.agreement.results import KpiResult, Statement, StatementLine
from giao.core.agreement.store import case_table
from giao.core.agreement.stored_statement import read_statement
from giao.core.log import LogMapping, log_from_frame, read_log
from giao.core.report.invoice import notices

DATA = Path(__file__).parents[2] / "data" / "agreements"


@pytest.fixture(scope="module")
def desk() -> Evaluation:
    versions = load_agreement(DATA / "desk.yaml")
    zone = zone_of(versions[0])
    facts = load_facts(DATA / "desk.facts.yaml", zone)
    return evaluate(read_log(DATA / "desk.csv"), versions, facts=facts, as_of=to_us("2024-05-02T18:00", zone))


@pytest.fixture(scope="module")
def sampled() -> Evaluation:
    """Strata, groups, cases carried from one window to the next, levels of a phase."""
    events: list[Event] = []
    for number in range(6):
        site = "x" if number < 4 else "y"
        events += case(f"c{number}", "2026-01-05T09:00:00", "2026-01-06T09:00:00", site=site)
    events += case("later", "2026-02-02T09:00:00", "2026-02-03T09:00:00", site="x")
    events += [
        event("c0", "Insp", "2026-01-07T09:00:00", ok=True),
        event("c5", "Insp", "2026-01-07T09:00:00", ok=False),
    ]
    text = (
        HEAD
        + """
phases: [{name: ramp, until: 2026-01-31, levels: {share: {expected: 50%}}}]
kpis:
  share: {kind: share_in_target, clock: c, count_at: stop, by: site, expected: 90%}
  few: {kind: share_in_target, clock: c, count_at: stop, minimum_volume: 7, low_volume: carry, expected: 90%}
  checked: {kind: sampled_rate, inspected: Insp, good: ok, strata: site, expected: 90%, minimum: 50%}
"""
    )
    inputs = inputs_of(parse_agreement(text), events, "2026-03-01")
    return evaluate(inputs.log, parse_agreement(text), facts=Facts(), as_of=inputs.as_of_us)


def closed(schema: Any) -> Any:
    """The schema with every object's keys told: what it does not name is a fault."""
    if isinstance(schema, dict):
        told = {key: closed(value) for key, value in schema.items()}
        return told | ({"additionalProperties": False} if "properties" in schema else {})
    return [closed(item) for item in schema] if isinstance(schema, list) else schema


@pytest.mark.parametrize("name", ["desk", "sampled"])
def test_the_schema_names_every_key(name: str, request: pytest.FixtureRequest) -> None:
    found = to_json(request.getfixturevalue(name))
    jsonschema.Draft202012Validator(closed(output_schema())).validate(found)


def keys(value: type) -> set[str]:
    return {field.name for field in dataclasses.fields(value)}


def test_nothing_that_a_result_holds_is_left_out(desk: Evaluation) -> None:
    kpi = kpi_json(desk.kpis.results[0])
    assert keys(KpiResult) <= kpi.keys()
    statement = statement_json(desk.statements[0])
    assert keys(Statement) <= statement.keys()
    assert keys(StatementLine) <= statement["lines"][0].keys()


def test_strata_levels_and_what_was_carried_are_told(sampled: Evaluation) -> None:
    found = {(each["kpi"], each["window"]): each for each in to_json(sampled)["kpis"]}
    assert found["checked", "2026-01"]["strata"] == [
        {"label": "x", "population": 4, "inspected": 1, "good": 1},
        {"label": "y", "population": 2, "inspected": 1, "good": 0},
    ]
    assert [found["share", month]["levels_from"] for month in ("2026-01", "2026-02")] == [
        "phase:ramp",
        "document",
    ]
    assert (found["few", "2026-01"]["carried_out"], found["few", "2026-02"]["carried"]) == (6, 6)
    assert found["share", "2026-01"]["numerator"] == "6/1"
    assert found["checked", "2026-01"]["levels_from"] == "document"


def test_a_stored_statement_is_the_statement(desk: Evaluation) -> None:
    assert desk.statements[0].trace
    for item in desk.statements:
        assert statement_json(read_statement(statement_json(item))) == statement_json(item)
        assert read_statement(statement_json(item)).trace == item.trace


def test_the_number_of_the_e_invoice_is_kept_and_changes_no_hash(desk: Evaluation) -> None:
    number = {"type": "giao.fact.e_invoice", "time": "2024-04-10", "month": "2024-03", "number": "1C24TAA-17"}
    inputs = desk.inputs
    facts = Facts([*inputs.facts, *parse_facts([(None, number)], inputs.zone)])
    log = read_log(DATA / "desk.csv")
    found = evaluate(log, inputs.versions, facts=facts, as_of=inputs.as_of_us).statements
    assert [item.e_invoice for item in found][:2] == ["1C24TAA-17", ""]
    closed = [item for item in found if item.closed]
    assert closed
    assert [item.hash for item in closed] == [item.hash for item in desk.statements if item.closed]
    assert read_statement(statement_json(found[0])).e_invoice == "1C24TAA-17"
    assert "E-invoice number 1C24TAA-17." in notices(found[0], "en")


def test_what_a_provisional_line_waits_for_is_stored(desk: Evaluation) -> None:
    item = desk.statements[0]
    waiting = dataclasses.replace(
        item, lines=tuple(dataclasses.replace(line, provisional=True) for line in item.lines)
    )
    stored = statement_json(waiting)
    assert all(line["provisional"] for line in stored["lines"])
    assert all(line.provisional for line in read_statement(stored).lines)


def test_the_table_of_cases_says_who_worked_on_them() -> None:
    frame = pl.DataFrame(
        {
            "case": ["a", "a", "b"],
            "activity": ["In", "Out", "In"],
            "time": ["2026-01-05T09:00:00Z", "2026-01-06T09:00:00Z", "2026-01-05T09:00:00Z"],
            "who": ["Lan", None, None],
            "team": ["1", "2", None],
        }
    )
    log = log_from_frame(frame, LogMapping(resource="who", group="team"))
    table = case_table(evaluate(log, parse_agreement(HEAD)))
    assert table.select("case", pl.col("resource", "group").cast(pl.String)).rows() == [
        ("a", "Lan", "2"),
        ("b", None, None),
    ]
    assert "role" not in table.columns
