"""Every kind of KPI beyond shares in target: what it counts, what it leaves out, what its value is."""

from __future__ import annotations

from fractions import Fraction

import pytest
from tests.core.agreement.kpis.building import case, event, read
from tests.core.agreement.kpis.test_semantics import ALL, AS_OF, CANCELLED, IN_TIME, monthly, share

from giao.core.agreement.errors import AgreementError


def test_volume_counts_each_case_once_and_patterns_each_event() -> None:
    events = [*IN_TIME, event("met", "In", "2026-01-20T09:00:00"), event("met", "In", "2026-02-20T09:00:00")]
    outcome = read("kpis: {cases: {kind: volume}, events: {kind: volume, of: In}}", events, AS_OF)
    assert [(r.kpi, r.n) for r in outcome.results if r.window.id == "2026-01"] == [
        ("cases", 1),
        ("events", 2),
    ]
    assert outcome.result("events", "2026-02").n == 1


def test_before_the_log_begins_a_count_is_no_data_and_later_zero_is_a_number() -> None:
    text = "kpis: {v: {kind: volume, expected: 1}, b: {kind: backlog, expected: 0}}"
    outcome = read(text, case("c", "2026-02-05T09:00:00", "2026-02-06T09:00:00"), "2026-03-31")
    states = {(r.kpi, r.window.id): (r.value, r.state) for r in outcome.results}
    assert states["v", "2026-01"] == states["b", "2026-01"] == (None, "no_data")
    assert states["b", "2026-02"] == (0, "met")
    assert states["v", "2026-03"] == (0, "minimum_default")


def test_the_backlog_is_open_at_the_last_instant() -> None:
    events = [
        *case("edge", "2026-01-31T23:59:59", "2026-02-01T00:00:00"),
        *case("next", "2026-02-01T00:00:00", "2026-03-01T00:00:00"),
        *CANCELLED,
    ]
    outcome = read("kpis: {k: {kind: backlog}}", events, "2026-03-31")
    assert [(r.window.id, r.value) for r in outcome.results] == [
        ("2026-01", 1),
        ("2026-02", 1),
        ("2026-03", 0),
    ]
    assert outcome.members("k", "2026-01")["case"].to_list() == [0]


def test_business_days_of_age_stand_still_over_a_weekend() -> None:
    """Received Thursday 29 January; 1 business day ends Friday 17:00; Saturday 31 is no older, Monday 09:00 is."""
    head = 'calendars: {office: {zone: UTC, hours: {mon-fri: [["09:00", "17:00"]]}}}\n'
    text = "kpis: {k: {kind: backlog, older_than: 1 business days, window: week}}"
    outcome = read(head + text, case("c", "2026-01-29T10:00:00"), "2026-02-08T23:00:00")
    assert [r.value for r in outcome.results[-2:]] == [0, 1]


def test_a_rate_of_bad_is_better_when_lower() -> None:
    events = [event(f"c{at}", "Out", "2026-01-05T09:00:00", wrong=at == 0) for at in range(4)]
    text = "kpis: {k: {kind: rate, bad: wrong, direction: lower, expected: 20%, minimum: 30%}}"
    result = read(text, events, AS_OF).result("k", "2026-01")
    assert (result.value, result.misses, result.state) == (Fraction(1, 4), 1, "expected_default")


def test_a_sampled_case_belongs_to_the_window_of_its_delivery_and_its_first_inspection_counts() -> None:
    events = [
        *case("a", "2026-01-05T09:00:00", "2026-01-06T09:00:00"),
        event("a", "Insp", "2026-02-10T09:00:00", ok=False),
        event("a", "Insp", "2026-02-11T09:00:00", ok=True),
        *case("b", "2026-01-05T09:00:00", "2026-01-06T09:00:00"),
    ]
    facts = [{"type": "giao.fact.inspection", "time": "2026-02-12T00:00:00Z", "case": "b", "ok": True}]
    text = "kpis: {k: {kind: sampled_rate, inspected: Insp, good: ok}}"
    outcome = read(text, events, AS_OF, facts)
    assert [(r.n, r.misses) for r in outcome.results] == [(2, 1), (0, 0), (0, 0)]


def test_inspections_may_all_be_facts() -> None:
    facts = [
        {"type": "giao.fact.inspection", "time": "2026-01-12", "case": "met", "errors": 0},
        {"type": "giao.fact.inspection", "time": "2026-01-13", "case": "early", "errors": 2},
        {"type": "giao.fact.inspection", "time": "2026-01-14", "case": "unknown", "errors": 2},
    ]
    text = 'kpis: {k: {kind: sampled_rate, inspected: Insp, good: "errors = 0"}}'
    result = read(text, ALL, AS_OF, facts).result("k", "2026-01")
    assert (result.n, result.value) == (2, Fraction(1, 2))


def test_a_stratum_without_inspections_is_left_out_and_told() -> None:
    events = [
        event(f"{kind}{at}", "Out", "2026-01-05T09:00:00", kind=kind) for kind in "xy" for at in range(4)
    ]
    events.append(event("x0", "Insp", "2026-01-06T09:00:00", ok=True))
    text = "kpis: {k: {kind: sampled_rate, inspected: Insp, good: ok, strata: kind}}"
    result = read(text, events, AS_OF).result("k", "2026-01")
    assert (result.value, result.note) == (1, "stratum_left_out")


@pytest.mark.parametrize(
    ("method", "level", "value"), [("mean", "8", Fraction(42, 5)), ("nps", "40%", Fraction(40))]
)
def test_scores_from_facts(method: str, level: str, value: Fraction) -> None:
    facts = [
        {"type": "giao.fact.score", "name": "csat", "value": answer, "time": "2026-01-10T00:00:00Z"}
        for answer in (10, 9, 9, 8, 6)
    ]
    facts.append({"type": "giao.fact.score", "name": "other", "value": 1, "time": "2026-01-10T00:00:00Z"})
    text = f"kpis: {{k: {{kind: score, method: {method}, fact: csat, expected: {level}}}}}"
    result = read(text, [], AS_OF, facts).result("k", "2026-01")
    assert (result.value, result.n, result.state) == (value, 5, "met")


def test_scores_from_an_attribute_where_it_is_set() -> None:
    events = [
        *IN_TIME,
        event("met", "Answer", "2026-01-07T09:00:00", csat=4),
        event("met", "Note", "2026-01-08T09:00:00"),
    ]
    result = read("kpis: {k: {kind: score, attribute: csat}}", events, AS_OF).result("k", "2026-01")
    assert (result.value, result.n) == (4, 1)


def test_ratios_of_counts_sums_clocks_and_facts() -> None:
    events = [
        *case("a", "2026-01-05T09:00:00", "2026-01-05T12:00:00", amount=10.5),
        *case("b", "2026-01-05T09:00:00", "2026-01-05T10:00:00", amount=4.5),
    ]
    facts = [{"type": "giao.fact.measure", "name": "staff_hours", "value": 8, "time": "2026-01-31"}]
    text = """
kpis:
  cost: {kind: ratio, numerator: {sum: amount}, denominator: {count: delivered}}
  hours: {kind: ratio, numerator: {clock: c}, denominator: {count: Out}}
  used: {kind: ratio, numerator: {clock: c}, denominator: {fact: staff_hours}, expected: 40%}
"""
    outcome = read(text, events, AS_OF, facts)
    found = {r.kpi: (r.value, r.n, r.unit) for r in outcome.results if r.window.id == "2026-01"}
    assert found == {
        "cost": (Fraction(15, 2), 2, "number"),
        "hours": (2, 2, "number"),
        "used": (Fraction(1, 2), 1, "share"),
    }
    assert outcome.result("used", "2026-01").state == "met"
    assert outcome.members("cost", "2026-01").group_by("role").len().sort("role").rows() == [
        ("counted", 2),
        ("numerator", 2),
    ]
    assert outcome.result("cost", "2026-02").state == "no_data"


def test_availability_without_any_report_is_no_data() -> None:
    text = "kpis: {k: {kind: availability, service: portal, expected: 99%}}"
    other = {
        "type": "giao.fact.outage",
        "from": "2026-01-10T00:00:00Z",
        "until": "2026-01-11T00:00:00Z",
        "service": "mail",
    }
    nothing = {**other, "service": "portal", "until": "2026-01-10T00:00:00Z"}
    assert read(text, [], AS_OF, [other]).result("k", "2026-01").state == "no_data"
    assert read(text, [], AS_OF, [nothing]).result("k", "2026-01").value == 1


def test_overlapping_outages_count_once_and_planned_ones_not_at_all() -> None:
    facts = [
        {"type": "giao.fact.outage", "from": "2026-01-10T00:00:00Z", "until": "2026-01-10T12:00:00Z"},
        {"type": "giao.fact.outage", "from": "2026-01-10T06:00:00Z", "until": "2026-01-10T18:00:00Z"},
        {
            "type": "giao.fact.outage",
            "from": "2026-01-10T16:00:00Z",
            "until": "2026-01-11T00:00:00Z",
            "planned": True,
        },
    ]
    result = read("kpis: {k: {kind: availability}}", [], AS_OF, facts).result("k", "2026-01")
    hours = 31 * 24 - 8
    assert (result.value, result.n, result.excluded) == (Fraction(hours - 16, hours), 2, (("planned", 1),))


DUTIES = """
calendars: {office: {zone: UTC, hours: {mon-fri: [["09:00", "17:00"]]}}}
obligations:
  - {name: report, every: month, due: day 5}
  - {name: patch, every: quarter, due: 3 business days}
  - {name: plan, every: once, due: 2026-02-10}
  - {name: theirs, by: client, every: month, due: day 1}
kpis: {k: {kind: duty, expected: 100%}}
"""


def test_duties_fall_due_by_their_rules() -> None:
    facts = [
        {"type": "giao.fact.duty", "obligation": "report", "due": "2026-02-05", "done": "2026-02-05"},
        {"type": "giao.fact.duty", "obligation": "report", "due": "2026-03-05", "done": "2026-03-06"},
        {"type": "giao.fact.duty", "obligation": "plan", "due": "2026-02-10", "done": "2026-02-01T10:00:00Z"},
        {"type": "giao.fact.duty", "obligation": "patch", "due": "2026-04-20", "done": "2026-04-21"},
    ]
    outcome = read(DUTIES, [], "2026-04-30", facts)
    assert [(r.window.id, r.n, r.misses) for r in outcome.results] == [
        ("2026-01", 0, 0),
        ("2026-02", 2, 0),  # report of January, plan
        ("2026-03", 1, 1),  # report of February, a day late
        (
            "2026-04",
            3,
            3,
        ),  # report of March and patch of Q1 (due Friday 3 April) not done; a patch of its own, late
    ]
    assert set(outcome.members("k", "2026-04")["reason"]) == {"report", "patch"}


def test_a_composite_weighs_other_kpis_and_leaves_out_what_has_no_data() -> None:
    text = """
kpis:
  a: {kind: share_in_target, clock: c}
  b: {kind: rate, good: ok}
  k: {kind: composite, of: {a: 3, b: 1}, expected: 50%}
"""
    events = [*case("x", "2026-01-05T09:00:00", "2026-01-06T09:00:00", ok=False)]
    outcome = read(text, events, AS_OF)
    result = outcome.result("k", "2026-01")
    assert (result.value, result.n, result.state) == (Fraction(3, 4), 2, "met")
    assert outcome.result("k", "2026-02").state == "no_data"
    assert sorted(outcome.members("k", "2026-01")["reason"]) == ["a", "b"]


def test_a_composite_measures_its_parts_over_its_own_windows() -> None:
    text = "kpis: {a: {kind: share_in_target, clock: c}, k: {kind: composite, window: quarter, of: {a: 1}}}"
    outcome = read(text, monthly((1, 1), (2, 0), (1, 1)), "2026-03-31")
    assert outcome.result("k", "2026-Q1").value == Fraction(4, 6)
    assert [r.kpi for r in outcome.results] == ["a", "a", "a", "k"]


def test_faults_are_sentences_with_the_mend() -> None:
    with pytest.raises(AgreementError, match="composite of itself: a → b → a"):
        read("kpis: {a: {kind: composite, of: {b: 1}}, b: {kind: composite, of: {a: 1}}}", ALL, AS_OF)
    with pytest.raises(AgreementError, match="no attribute 'nothing'"):
        read("kpis: {k: {kind: mean, attribute: nothing}}", ALL, AS_OF)
    with pytest.raises(AgreementError, match="clock 'd' does not exist; clocks: c"):
        read("kpis: {k: {kind: share_in_target, clock: d}}", ALL, AS_OF)
    with pytest.raises(AgreementError, match="has no window '2025-01'"):
        share().members("k", "2025-01")


def test_an_empty_log_has_results_without_data() -> None:
    text = """
kpis:
  a: {kind: share_in_target, clock: c, by: site}
  b: {kind: mean, clock: c}
  c: {kind: volume}
  d: {kind: backlog, older_than: 1 days}
  e: {kind: sampled_rate, inspected: Insp, good: ok, strata: kind}
  f: {kind: ratio, numerator: {clock: c}, denominator: {count: delivered}}
"""
    outcome = read(text.replace(", by: site", "").replace(", strata: kind", ""), [], AS_OF)
    assert {r.state for r in outcome.results} == {"no_data"}
    assert all(outcome.members(name).is_empty() for name in "abcdef")
