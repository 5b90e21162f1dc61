"""A phase with a gate or condition begins when it holds; the one before it goes on until then."""

from __future__ import annotations

from typing import Any

import pytest
from tests.core.agreement.statement.worlds import world

from giao.core.agreement.check import check_text
from giao.core.agreement.errors import AgreementError
from giao.core.agreement.phases import phase_days
from giao.core.report.plain_words.agreement import agreement_words

BODY = """
pricing: [{{fixed: 3000, name: A}}]
phases:
  - {{name: hypercare, until: 2026-02-28, grace: true, price_factor: 50%}}
  - {{name: ramp, from: 2026-03-01, until: 2026-06-30, kind: ramp, price_factor: 80%, {when}}}
  - {{name: steady, until: 2026-12-31}}
"""
GATE = {"type": "giao.decision.gate", "gate": "readiness", "passed": True, "time": "2026-04-11"}


def days(when: str, *facts: dict[str, Any], as_of: str = "2027-06-01") -> dict[str, tuple[str, str]]:
    inputs = world(BODY.format(when=when), facts=facts, as_of=as_of).inputs
    version = inputs.versions[0]
    return {
        item.phase.name: (item.first.isoformat(), item.last.isoformat())
        for item in phase_days(version.phases, version.term.start)
    }


def test_a_phase_waits_for_its_gate_and_the_one_before_goes_on() -> None:
    found = days("gate: readiness", GATE)
    assert found["hypercare"] == ("2026-01-01", "2026-04-10")
    assert found["ramp"] == ("2026-04-11", "2026-06-30")
    assert found["steady"] == ("2026-07-01", "2026-12-31")


def test_a_gate_passed_before_changes_no_day() -> None:
    assert days("gate: readiness", {**GATE, "time": "2026-02-01"})["ramp"] == ("2026-03-01", "2026-06-30")


@pytest.mark.parametrize(
    "facts",
    [
        (),
        ({**GATE, "passed": False},),
        (GATE, {**GATE, "time": "2026-03-01"}, {**GATE, "time": "2026-02-01", "passed": "false"}),
    ],
)
def test_a_gate_is_what_was_decided_last(facts: tuple[dict[str, Any], ...]) -> None:
    found = days("gate: readiness", *facts)
    if len(facts) == 3:
        assert found["ramp"][0] == "2026-03-01"
    else:
        assert "ramp" not in found
        assert found["hypercare"] == ("2026-01-01", "2026-06-30")


def test_a_gate_passed_after_the_phase_is_too_late() -> None:
    assert "ramp" not in days("gate: readiness", {**GATE, "time": "2026-07-01"})


def test_a_condition_reads_milestones_and_the_day() -> None:
    accepted = {"type": "giao.fact.milestone", "name": "go-live", "accepted": "2026-03-20"}
    when = 'when: \'list contains(milestones, "go-live") and day >= date("2026-04-02")\''
    assert days(when, accepted)["ramp"][0] == "2026-04-02"
    assert "ramp" not in days(when)


def test_a_reading_of_the_past_knows_what_was_recorded_then() -> None:
    late = {**GATE, "time": "2026-04-11", "recorded": "2026-05-20"}
    assert "ramp" not in days("gate: readiness", late, as_of="2026-05-01")
    assert days("gate: readiness", late, as_of="2026-05-21")["ramp"][0] == "2026-04-11"


def test_price_and_hash_follow() -> None:
    here = world(BODY.format(when="gate: readiness"), facts=[GATE])
    assert str(here.month("2026-03").lines[0].amount) == "1500.00"  # hypercare still
    assert str(here.month("2026-04").lines[0].amount) == "2100.00"  # 10 days at 50%, 20 at 80%
    assert str(here.month("2026-05").lines[0].amount) == "2400.00"
    inputs = here.inputs
    assert inputs.versions[0].hash == inputs.versions[0].document.hash
    assert inputs.versions[0].phases != inputs.versions[0].document.phases


def test_a_gate_that_says_neither_is_refused() -> None:
    with pytest.raises(AgreementError, match="expected true or false"):
        days("gate: readiness", {**GATE, "passed": "maybe"})


HEAD = """giao: 1
name: x
parties: {client: {name: A}, vendor: {name: B}}
term: {start: 2026-01-01, end: 2026-12-31}
currency: EUR
zone: UTC
work: {received: In, delivered: Out}
"""


@pytest.mark.parametrize(
    ("when", "words"),
    [
        ("list contains(gate, 1)", "gate"),
        ("count(gates)", "is of type number"),
        ("gates = ", "phases"),
    ],
)
def test_a_condition_is_checked(when: str, words: str) -> None:
    text = HEAD + f"phases: [{{name: ramp, until: 2026-06-30, when: '{when}'}}]\n"
    assert any(words in str(fault) and fault.severity == "error" for fault in check_text(text))


def test_a_good_condition_passes_and_is_told_in_words() -> None:
    from giao.core.agreement.load import parse_agreement

    text = (
        HEAD + "phases: [{name: soft, until: 2026-02-28}, {name: ramp, until: 2026-06-30, gate: readiness}]\n"
    )
    assert [fault for fault in check_text(text) if fault.path.startswith("phases")] == []
    told = " ".join(
        sentence.text
        for section in agreement_words(parse_agreement(text)[0])
        for sentence in section.sentences
    )
    told = told.replace("\xa0", " ")
    assert "Phase “ramp” from 1 Mar 2026" in told
    assert "only when the gate “readiness” is passed" in told
