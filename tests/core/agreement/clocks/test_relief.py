"""Reliefs: claims by patterns and facts, who must agree, notice, and what an agreed claim does to a clock."""

from __future__ import annotations

import re
from typing import Any

import pytest
from tests.core.agreement.clocks.worlds import World, agreement, world
from tests.core.calendars.moments import HOUR, at

from giao.core.agreement.clocks import evaluate_clocks, explain_clock
from giao.core.agreement.errors import AgreementError
from giao.core.agreement.relief import approved_cases, find_reliefs

MONDAY = at("2026-03-02T00:00")
CLOCK = {"start": "S", "stop": "T", "targets": [{"within": "4 hours"}]}
LATE_FILE = {"name": "late_file", "kind": "dependency_late", "from": "P", "until": ["Q"]}
CLAIMED = {"name": "storm", "kind": "force_majeure"}


def hour(hours: float) -> str:
    return f"2026-03-{2 + int(hours) // 24:02d}T{int(hours) % 24:02d}:{round(hours % 1 * 60):02d}"


def fact(relief: str, claim: str, **fields: Any) -> dict[str, Any]:
    return {"type": "giao.fact.relief", "relief": relief, "id": claim, "time": hour(0), **fields}


def decision(claim: str, by: str, accept: Any = True, time: str = "2026-03-02T01:00") -> dict[str, Any]:
    return {"type": "giao.decision.relief", "claim": claim, "by": by, "accept": accept, "time": time}


def told(
    stories: dict[str, str], relief: list[dict[str, Any]], *facts: dict[str, Any], **parts: Any
) -> World:
    rows = [
        (case, MONDAY + round(float(hours) * HOUR), letter, {})
        for case, story in stories.items()
        for letter, hours in re.findall(r"([A-Z])([\d.]+)", story)
    ]
    clocks = parts.pop("clocks", {"c": CLOCK})
    return world(rows, MONDAY + 20 * HOUR, facts=facts, relief=relief, clocks=clocks, zone="UTC", **parts)


def consumed(made: World, **options: Any) -> list[float]:
    """Hours of every instance; the explanation must say the same."""
    table = evaluate_clocks(made.inputs, made.matcher, **options)["c"]
    hours = [value / HOUR for value in table.frame["consumed_us"]]
    ids = made.inputs.log.case_ids
    explained = [
        instance.instance.consumed_us / HOUR
        for case_id in ids
        for instance in explain_clock(made.inputs, made.matcher, "c", case_id, **options).instances
    ]
    assert explained == hours
    return hours


BOTH = (decision("late_file:k:1", "client"), decision("late_file:k:1", "vendor"))


@pytest.mark.parametrize(
    ("agree", "decisions", "status", "missing", "hours"),
    [
        ("both", (), "pending", ["client", "vendor"], 6),
        ("both", BOTH[:1], "pending", ["vendor"], 6),
        ("both", BOTH, "approved", [], 4),
        ("client", BOTH[:1], "approved", [], 4),
        ("vendor", BOTH[:1], "pending", ["vendor"], 6),
        ("none", (), "approved", [], 4),
        (
            "both",
            (*BOTH, decision("late_file:k:1", "client", "no", "2026-03-02T02:00")),
            "rejected",
            ["client"],
            6,
        ),
        ("client", (decision("late_file:k:1", "vendor", False), BOTH[0]), "approved", [], 4),
    ],
)
def test_who_must_agree(
    agree: str, decisions: tuple[dict[str, Any], ...], status: str, missing: list[str], hours: float
) -> None:
    made = told({"k": "S0 P1 Q3 T6"}, [LATE_FILE | {"agree": agree}], *decisions)
    claims = find_reliefs(made.inputs, made.matcher).claims
    assert claims["claim"].to_list() == ["late_file:k:1"]
    assert claims["status"].to_list() == [status]
    assert claims["missing"].to_list() == [missing]
    assert consumed(made) == [hours]


def test_a_pending_claim_can_be_supposed() -> None:
    made = told({"k": "S0 P1 Q3 P4 Q5 T6"}, [LATE_FILE])
    pending = find_reliefs(made.inputs, made.matcher).pending
    assert pending["claim"].to_list() == ["late_file:k:1", "late_file:k:2"]
    assert consumed(made) == [6]
    assert consumed(made, with_pending=True) == [3]
    assert consumed(made, with_pending={"late_file:k:2"}) == [5]
    (interval,) = (
        item
        for item in explain_clock(made.inputs, made.matcher, "c", "k", with_pending={"late_file:k:2"})
        .instances[0]
        .intervals
        if item.kind == "relief"
    )
    assert (interval.reason, interval.params["claim"]) == ("supposed", "late_file:k:2")
    assert (interval.start_us, interval.end_us) == (MONDAY + 4 * HOUR, MONDAY + 5 * HOUR)


def test_a_rejected_claim_cannot_be_supposed() -> None:
    made = told({"k": "S0 P1 Q3 T6"}, [LATE_FILE], decision("late_file:k:1", "vendor", False))
    assert consumed(made, with_pending=True) == [6]


@pytest.mark.parametrize(("notified", "status", "hours"), [(3, "approved", 4), (3.5, "late", 6)])
def test_late_notice_makes_a_claim_void(notified: float, status: str, hours: float) -> None:
    entry = CLAIMED | {"agree": "none", "notify_within": "PT2H"}
    claim = fact("storm", "x", case="k", **{"from": hour(1), "until": hour(3), "notified": hour(notified)})
    made = told({"k": "S0 T6"}, [entry], claim)
    claims = find_reliefs(made.inputs, made.matcher).claims
    assert claims["status"].to_list() == [status]
    assert claims["missing"].to_list() == [[] if status == "approved" else ["notice"]]
    assert consumed(made) == [hours]


def test_notice_of_a_pattern_is_when_its_event_was_recorded() -> None:
    entry = LATE_FILE | {"agree": "none", "notify_within": "PT2H"}
    rows = [
        ("k", MONDAY, "S", {"recorded": MONDAY}),
        ("k", MONDAY + HOUR, "P", {"recorded": MONDAY + 4 * HOUR}),
        ("k", MONDAY + 3 * HOUR, "Q", {"recorded": MONDAY + 4 * HOUR}),
        ("k", MONDAY + 6 * HOUR, "T", {"recorded": MONDAY + 6 * HOUR}),
    ]
    made = world(rows, MONDAY + 20 * HOUR, relief=[entry], clocks={"c": CLOCK}, zone="UTC")
    assert find_reliefs(made.inputs, made.matcher).claims["status"].to_list() == ["late"]
    assert consumed(made) == [6]


def test_evidence_that_the_entry_asks_for() -> None:
    entry = CLAIMED | {"agree": "none", "evidence": "weather report"}
    claim = fact("storm", "x", case="k", **{"from": hour(1), "until": hour(3)})
    without = told({"k": "S0 T6"}, [entry], claim)
    assert find_reliefs(without.inputs, without.matcher).claims["missing"].to_list() == [["evidence"]]
    assert consumed(without) == [6]
    assert consumed(told({"k": "S0 T6"}, [entry], claim | {"evidence": "report 17"})) == [4]


def test_a_claim_for_all_cases_for_some_or_for_none_that_is_there() -> None:
    stories = {"j": "S0 T6", "k": "S0 T6", "l": "S0 T6"}
    entry = CLAIMED | {"agree": "none"}
    span = {"from": hour(1), "until": hour(3)}
    assert consumed(told(stories, [entry], fact("storm", "x", **span))) == [4, 4, 4]
    assert consumed(told(stories, [entry], fact("storm", "x", cases=["j", "l"], **span))) == [4, 6, 4]
    own = fact("storm", "y", case="k", **{"from": hour(2), "until": hour(5)})
    assert consumed(told(stories, [entry], fact("storm", "x", **span), own)) == [4, 2, 4]
    unknown = told(stories, [entry], fact("storm", "x", case="nobody", **span))
    assert find_reliefs(unknown.inputs, unknown.matcher).claims["status"].to_list() == ["unknown_case"]
    assert consumed(unknown) == [6, 6, 6]


def test_an_open_relief_pauses_now() -> None:
    made = told({"k": "S0"}, [LATE_FILE | {"agree": "none"}, CLAIMED | {"agree": "none"}])
    assert evaluate_clocks(made.inputs, made.matcher)["c"].frame["state"].to_list() == ["breached"]
    made = told({"k": "S17 P18"}, [LATE_FILE | {"agree": "none"}])
    frame = evaluate_clocks(made.inputs, made.matcher)["c"].frame
    assert frame["state"].to_list() == ["paused"]
    assert consumed(made) == [1]


@pytest.mark.parametrize(
    ("start", "until", "state"), [(20, 23, "paused"), (18, 20, "running"), (21, 23, "running")]
)
def test_relieved_now_is_from_its_beginning_and_not_at_its_end(start: int, until: int, state: str) -> None:
    """The reading is at 20:00; both the table and the explanation."""
    claim = fact("storm", "x", case="k", **{"from": hour(start), "until": hour(until)})
    made = told({"k": "S17"}, [CLAIMED | {"agree": "none"}], claim)
    assert evaluate_clocks(made.inputs, made.matcher)["c"].frame["state"].to_list() == [state]
    assert explain_clock(made.inputs, made.matcher, "c", "k").instances[0].state == state


def test_a_clock_names_the_reliefs_that_apply_to_it() -> None:
    entries = [LATE_FILE | {"agree": "none"}, CLAIMED | {"agree": "none"}]
    storm = fact("storm", "x", case="k", **{"from": hour(3), "until": hour(5)})
    story = {"k": "S0 P1 Q2 T6"}
    assert consumed(told(story, entries, storm)) == [3]
    assert consumed(told(story, entries, storm, clocks={"c": CLOCK | {"relief": ["storm"]}})) == [4]
    assert consumed(told(story, entries, storm, clocks={"c": CLOCK | {"relief": []}})) == [6]


def test_relief_by_a_condition_over_its_true_intervals() -> None:
    entry = {"name": "hold", "kind": "client_caused", "when": 'A = "hold"', "agree": "none"}
    rows = [
        ("k", MONDAY, "S", {}),
        ("k", MONDAY + HOUR, "N", {"A": "hold"}),
        ("k", MONDAY + 2 * HOUR, "N", {}),
        ("k", MONDAY + 3 * HOUR, "N", {"A": "go"}),
        ("k", MONDAY + 6 * HOUR, "T", {}),
    ]
    made = world(
        rows, MONDAY + 9 * HOUR, relief=[entry], clocks={"c": CLOCK}, zone="UTC", types={"A": "string"}
    )
    claims = find_reliefs(made.inputs, made.matcher).claims
    assert claims.select("start_event", "until_event").rows() == [(1, 3)]
    assert consumed(made) == [4]


def test_cases_out_of_the_numbers() -> None:
    by_event = {"name": "spam", "kind": "client_caused", "from": "P", "effect": "case", "agree": "none"}
    by_claim = {"name": "dispute", "kind": "own", "effect": "case", "agree": "both"}
    stories = {"j": "S0 P1 P2 T6", "k": "S0 T6", "l": "S0 T6"}
    facts = (
        fact("dispute", "D1", case="k"),
        fact("dispute", "D2", case="l"),
        decision("D1", "client"),
        decision("D1", "vendor"),
    )
    made = told(stories, [by_event, by_claim], *facts)
    assert approved_cases(made.inputs, made.matcher).rows() == [
        (0, "spam", "spam:j:1"),
        (1, "dispute", "D1"),
    ]
    with_all = approved_cases(made.inputs, made.matcher, with_pending=True)
    assert with_all["case"].to_list() == [0, 1, 2]
    assert consumed(made) == [6, 6, 6]


def test_the_entry_in_force_at_the_beginning_rules() -> None:
    old = agreement(zone="UTC", clocks={"c": CLOCK}, relief=[LATE_FILE | {"agree": "none"}])
    new = agreement(zone="UTC", version=2, effective="2026-03-03", clocks={"c": CLOCK}, relief=[LATE_FILE])
    rows = [
        ("k", MONDAY + hours * HOUR, letter, {})
        for letter, hours in [("S", 0), ("P", 1), ("Q", 3), ("P", 30), ("Q", 31), ("T", 32)]
    ]
    made = world(rows, MONDAY + 40 * HOUR, versions=[old, new])
    claims = find_reliefs(made.inputs, made.matcher).claims
    assert claims.select("claim", "version", "status").rows() == [
        ("late_file:k:1", 0, "approved"),
        ("late_file:k:2", 1, "pending"),
    ]
    assert consumed(made) == [30]


def test_a_decision_on_no_claim_is_told() -> None:
    made = told({"k": "S0 T6"}, [LATE_FILE], decision("late_file:z:1", "client"))
    assert find_reliefs(made.inputs, made.matcher).stray_decisions == ("late_file:z:1",)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (fact("flood", "x", case="k"), "no relief 'flood'; it has late_file"),
        (
            fact("late_file", "x", **{"from": hour(3), "until": hour(1)}),
            "until is before from",
        ),
        (decision("late_file:k:1", "judge"), "by is 'judge'"),
        (decision("late_file:k:1", "client", "perhaps"), "accept is 'perhaps'"),
    ],
)
def test_a_fact_that_cannot_be_read(given: dict[str, Any], message: str) -> None:
    made = told({"k": "S0 P1 T6"}, [LATE_FILE], given)
    with pytest.raises(AgreementError, match=message):
        find_reliefs(made.inputs, made.matcher)
