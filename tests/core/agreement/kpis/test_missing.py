"""Why a case is in a number or missing from it, and a number explained step by step."""

from __future__ import annotations

from typing import Any

import pytest
from tests.core.agreement.kpis.building import case, event, read
from tests.core.agreement.kpis.test_semantics import ALL, AS_OF, RELIEF, SITES, accept, claim, monthly, share

from giao.core.agreement.errors import AgreementError
from giao.core.agreement.kpis import KpiOutcome, explain_kpi, why_not_in


def whats(outcome: KpiOutcome, window: str, name: str, kpi: str = "k") -> list[str]:
    return [why.what for why in why_not_in(outcome, kpi, window, name)]


@pytest.mark.parametrize(
    ("name", "window", "expected"),
    [
        ("met", "2026-01", "member.met"),
        ("late", "2026-02", "member.missed"),
        ("late", "2026-01", "missing.other_window"),
        ("gone", "2026-01", "missing.cancelled"),
        ("open-late", "2026-02", "member.open_overdue"),
        ("open", "2026-03", "missing.still_open"),
        ("unstarted", "2026-01", "missing.clock_never_started"),
    ],
)
def test_a_share_says_why(name: str, window: str, expected: str) -> None:
    events = [*ALL, event("unstarted", "Note", "2026-01-05T09:00:00")]
    assert whats(share(events=events), window, name) == [expected]


def test_a_case_that_is_not_due_yet() -> None:
    outcome = share(", count_at: due", as_of="2026-02-01T00:00:00")
    assert whats(outcome, "2026-02", "early") == ["missing.not_due_yet"]


def test_another_window_is_named() -> None:
    (why,) = why_not_in(share(), "k", "2026-01", "late")
    numbers = dict(why.numbers)
    assert (numbers["window"], numbers["at"]) == ("2026-02", "2026-02-03T09:00:00+00:00")


def test_conditions_say_why() -> None:
    head = "where: 'kind != \"z\"'\n"
    events = [
        *case("in", "2026-01-05T09:00:00", "2026-01-06T09:00:00", kind="x", dup=False),
        *case("dup", "2026-01-05T09:00:00", "2026-01-06T09:00:00", kind="x", dup=True),
        *case("other", "2026-01-05T09:00:00", "2026-01-06T09:00:00", kind="y", dup=False),
        *case("off", "2026-01-05T09:00:00", "2026-01-06T09:00:00", kind="z", dup=False),
    ]
    outcome = share(", where: 'kind = \"x\"', exclude: dup", events, head=head)
    found = {name: whats(outcome, "2026-01", name) for name in ("in", "dup", "other", "off")}
    assert found == {
        "in": ["member.met"],
        "dup": ["missing.exclude"],
        "other": ["missing.where"],
        "off": ["missing.scope"],
    }


def test_a_relief_names_its_claim_and_who_agreed() -> None:
    facts = [claim(case="late"), accept("vendor"), accept("client")]
    (why,) = why_not_in(share(facts=facts, head=RELIEF), "k", "2026-02", "late")
    numbers = dict(why.numbers)
    assert why.what == "missing.relief"
    assert (numbers["relief"], numbers["claim"], numbers["agreed_by"]) == ("outage", "R1", "client,vendor")


def test_a_case_without_target_and_one_not_inspected() -> None:
    head = "clocks: {c: {start: In, stop: Out, targets: [{when: big, within: 48 hours}]}}\n"
    events = case("b", "2026-01-05T09:00:00", "2026-01-06T09:00:00", big=False)
    assert whats(share(events=events, head=head), "2026-01", "b") == ["missing.no_target"]
    outcome = read("kpis: {k: {kind: sampled_rate, inspected: Insp, good: ok}}", ALL, AS_OF)
    assert whats(outcome, "2026-01", "met") == ["missing.not_inspected"]
    assert whats(outcome, "2026-01", "open") == ["missing.not_delivered"]


def test_a_carried_case_is_carried_here_and_judged_there() -> None:
    outcome = share(", minimum_volume: 3, low_volume: carry", monthly((2, 0), (1, 0)), "2026-02-28")
    assert whats(outcome, "2026-01", "1-0") == ["member.carried"]
    assert whats(outcome, "2026-02", "1-0") == ["member.met"]


@pytest.mark.parametrize(
    ("name", "window", "expected"),
    [
        ("late", "2026-01", "missing.not_old_enough"),
        ("open-late", "2026-01", "member.counted"),
        ("gone", "2026-01", "missing.cancelled"),
        ("met", "2026-02", "missing.already_delivered"),
        ("open", "2026-01", "missing.received_later"),
        ("note", "2026-01", "missing.not_received"),
    ],
)
def test_a_backlog_says_why(name: str, window: str, expected: str) -> None:
    events = [*ALL, event("note", "Note", "2026-01-05T09:00:00")]
    outcome = read("kpis: {k: {kind: backlog, older_than: 7 days}}", events, AS_OF)
    assert whats(outcome, window, name) == [expected]


def test_a_composite_asks_its_parts() -> None:
    text = "kpis: {a: {kind: share_in_target, clock: c}, k: {kind: composite, of: {a: 1}}}"
    (why,) = why_not_in(read(text, ALL, AS_OF), "k", "2026-01", "late")
    assert (why.what, why.numbers[0]) == ("missing.other_window", ("part", "a"))


def test_a_window_without_result_says_so_too() -> None:
    head = RELIEF.replace("effect: case", "effect: window")
    facts = [
        claim(**{"from": "2026-01-10T00:00:00Z", "until": "2026-01-11T00:00:00Z"}),
        accept("vendor"),
        accept("client"),
    ]
    assert whats(share(facts=facts, head=head), "2026-01", "met") == ["member.met", "missing.window_relief"]


def test_an_unknown_case_is_told() -> None:
    with pytest.raises(AgreementError, match="no case 'nobody'"):
        why_not_in(share(), "k", "2026-01", "nobody")


def steps(outcome: KpiOutcome, window: str) -> dict[str, dict[str, str]]:
    return {step.what: dict(step.numbers) for step in explain_kpi(outcome, "k", window).steps}


def test_a_number_is_explained_from_cases_to_state() -> None:
    outcome = share(", expected: 90%, minimum: 60%, round: 1, by: site", SITES)
    explained = explain_kpi(outcome, "k", "2026-01")
    found = steps(outcome, "2026-01")
    assert explained.agreement_hash == outcome.ground.inputs.agreement.hash
    assert explained.members.height == 6
    assert found["kpi.window"] == {"window": "2026-01", "first": "2026-01-01", "last": "2026-01-31"}
    assert found["kpi.count_at.stop"] == {"clock": "c"}
    assert found["kpi.counted"] == {"n": "6", "misses": "2"}
    assert found["kpi.formula.share_in_target"] == {"numerator": "4", "denominator": "6"}
    assert found["kpi.rounded"] == {"decimals": "1", "value": "667/1000"}
    assert found["kpi.level.document"]["expected"] == "9/10"
    assert found["kpi.state.expected_default"] == {"value": "667/1000"}
    assert {"kpi.interval", "kpi.group"} <= set(found)
    assert "kpi.provisional" not in found


def test_what_stands_beside_a_number_is_explained() -> None:
    facts: list[dict[str, Any]] = [claim(case="met")]
    found = steps(share(facts=facts, head=RELIEF), "2026-01")
    assert found["kpi.excluded.cancelled"] == {"count": "1"}
    assert found["kpi.overdue_open"] == {"count": "1"}
    assert found["kpi.claim"]["missing"] == "client,vendor"
    assert found["kpi.claim"]["would_be"] == "1"
    assert "kpi.level.none" in found
    carried = share(", minimum_volume: 3, low_volume: carry", monthly((2, 0), (1, 0)), "2026-02-28")
    assert steps(carried, "2026-01")["kpi.carried_out"] == {"count": "2"}
    assert steps(carried, "2026-02")["kpi.carried_in"] == {"count": "2"}
    assert "kpi.provisional" in steps(carried, "2026-02")


def test_low_volume_tiers_and_strata_are_explained() -> None:
    low = steps(share(", minimum_volume: 30", monthly((2, 0))), "2026-01")
    assert low["kpi.low_volume"] == {"n": "2", "minimum": "30"}
    tiers = steps(
        share(", tiers: [{share: 50%}, {within: 72 hours, share: 100%}]", monthly((1, 1))), "2026-01"
    )
    assert tiers["kpi.tier"] == {"number": "2", "share": "1/2", "held": "false"}
    assert tiers["kpi.level.tier"]["name"] == "2"
    events = [event(f"x{at}", "Out", "2026-01-05T09:00:00", kind="x") for at in range(4)]
    events.append(event("x0", "Insp", "2026-01-06T09:00:00", ok=True))
    text = "kpis: {k: {kind: sampled_rate, inspected: Insp, good: ok, strata: kind}}"
    found = steps(read(text, events, AS_OF), "2026-01")
    assert found["kpi.stratum"] == {"stratum": "x", "population": "4", "inspected": "1", "good": "1"}
