"""The pinned meaning of every kind and option, each on a handful of cases."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import polars as pl
import pytest
from tests.core.agreement.kpis.building import Event, case, event, read

from giao.core.agreement.errors import AgreementError
from giao.core.agreement.kpis import KpiOutcome, ratchet_proposals
from giao.core.agreement.kpis.forecast import forecast_of
from giao.core.agreement.results import KpiResult

# Received, delivered; 48 hours is the target.
IN_TIME = case("met", "2026-01-05T09:00:00", "2026-01-06T09:00:00")
LATE = case("late", "2026-01-28T09:00:00", "2026-02-03T09:00:00")
EARLY = case("early", "2026-01-30T20:00:00", "2026-01-31T09:00:00")
OPEN_LATE = case("open-late", "2026-01-10T09:00:00")
OPEN = case("open", "2026-03-01T09:00:00")
CANCELLED = [*case("gone", "2026-01-12T09:00:00"), event("gone", "Cancel", "2026-01-20T09:00:00")]
ALL = [*IN_TIME, *LATE, *EARLY, *OPEN_LATE, *OPEN, *CANCELLED]
AS_OF = "2026-03-02T00:00:00"


def share(
    options: str = "", events: list[Event] = ALL, as_of: str = AS_OF, head: str = "", **more: Any
) -> KpiOutcome:
    return read(f"{head}kpis: {{k: {{kind: share_in_target, clock: c{options}}}}}", events, as_of, **more)


def rows(results: list[KpiResult]) -> list[tuple[Any, ...]]:
    return [(r.window.id, r.n, r.misses, r.overdue_open) for r in results]


@pytest.mark.parametrize(
    ("count_at", "expected"),
    [
        # late counts where it stopped; open-late only stands beside the number
        ("stop", [("2026-01", 2, 0, 1), ("2026-02", 1, 1, 1), ("2026-03", 0, 0, 1)]),
        # due 30 Jan, 1 Feb (early, met), 12 Jan; open is not due yet
        ("due", [("2026-01", 3, 2, 0), ("2026-02", 1, 0, 0), ("2026-03", 0, 0, 0)]),
        ("start", [("2026-01", 4, 2, 0), ("2026-02", 0, 0, 0), ("2026-03", 0, 0, 0)]),
    ],
)
def test_the_window_of_a_case_is_that_of_its_stop_due_or_start(
    count_at: str, expected: list[tuple[Any, ...]]
) -> None:
    assert rows(share(f", count_at: {count_at}").results) == expected


def test_counted_at_due_an_early_success_counts_when_its_due_has_come() -> None:
    events = case("c", "2026-01-05T00:00:00", "2026-01-05T01:00:00")
    assert share(", count_at: due", events, "2026-01-06T23:59:59").result("k", "2026-01").n == 0
    assert share(", count_at: due", events, "2026-01-07T00:00:00").result("k", "2026-01").n == 1
    assert share(", count_at: start", events, "2026-01-06T23:59:59").result("k", "2026-01").n == 1


def test_a_cancelled_case_leaves_and_is_told() -> None:
    january = share().result("k", "2026-01")
    assert january.excluded == (("cancelled", 1),)
    gone = share().members("k", "2026-01").filter(pl.col("role") == "excluded")
    assert gone["reason"].to_list() == ["cancelled"]


def test_cancelled_cases_count_where_the_clock_says_so() -> None:
    head = "clocks: {c: {start: In, stop: Out, cancelled: count, targets: [{within: 48 hours}]}}\n"
    january = share(", count_at: due", head=head).result("k", "2026-01")
    assert (january.n, january.misses, january.excluded) == (4, 3, ())


def test_a_case_without_a_target_leaves_and_is_told() -> None:
    head = "clocks: {c: {start: In, stop: Out, targets: [{when: big, within: 48 hours}]}}\n"
    events = [
        *case("a", "2026-01-05T09:00:00", "2026-01-06T09:00:00", big=True),
        *case("b", "2026-01-05T09:00:00", "2026-01-06T09:00:00", big=False),
    ]
    january = share(events=events, head=head).result("k", "2026-01")
    assert (january.n, january.excluded) == (1, (("no_target", 1),))


@pytest.mark.parametrize(
    ("levels", "state"),
    [
        ("expected: 60%, minimum: 50%", "met"),
        ("expected: 75%, minimum: 50%", "met"),
        ("expected: 80%, minimum: 75%", "expected_default"),
        ("expected: 90%, minimum: 80%", "minimum_default"),
        ("expected: 80%", "minimum_default"),
        ("minimum: 75%", "met"),
        ("minimum: 76%", "minimum_default"),
        ("", "met"),
    ],
)
def test_states_against_levels(levels: str, state: str) -> None:
    events = [*IN_TIME, *EARLY, *case("x", "2026-01-05T09:00:00", "2026-01-05T10:00:00")]
    events += case("y", "2026-01-05T09:00:00", "2026-01-15T10:00:00")
    result = share(f", {levels}" if levels else "", events).result("k", "2026-01")
    assert (result.value, result.state) == (Fraction(3, 4), state)
    assert (result.levels_from == "none") == (levels == "")


def test_lower_is_better_the_other_way_round() -> None:
    outcome = read(
        "kpis: {k: {kind: mean, clock: c, expected: 20 hours, minimum: 30 hours}}", [*IN_TIME, *EARLY], AS_OF
    )
    assert outcome.result("k", "2026-01").state == "met"
    outcome = read("kpis: {k: {kind: mean, clock: c, expected: 10 hours, minimum: 20 hours}}", IN_TIME, AS_OF)
    assert outcome.result("k", "2026-01").state == "minimum_default"


def test_no_data_is_no_data() -> None:
    result = share(", expected: 90%", []).result("k", "2026-02")
    assert (result.n, result.value, result.state, result.low) == (0, None, "no_data", None)


def test_rounding_is_half_even_and_comes_before_the_comparison() -> None:
    events = [*IN_TIME]
    for at in range(7):
        events += case(f"m{at}", "2026-01-05T09:00:00", "2026-01-06T09:00:00")
    events += case("x", "2026-01-05T09:00:00", "2026-01-15T09:00:00")  # 8 of 9 = 88.88…%
    exact = share(", expected: 89%", events).result("k", "2026-01")
    rounded = share(", expected: 89%, round: 0", events).result("k", "2026-01")
    assert (exact.state, rounded.state, rounded.value) == ("minimum_default", "met", Fraction(89, 100))


@pytest.mark.parametrize(("hours", "value"), [((1, 2), 2), ((2, 3), 2), ((3, 4), 4)])
def test_a_tie_goes_to_the_even_digit(hours: tuple[int, int], value: int) -> None:
    events: list[Event] = []
    for at, size in enumerate(hours):
        events.append(event(f"c{at}", "Out", "2026-01-06T09:00:00", size=size))
    outcome = read("kpis: {k: {kind: mean, attribute: size, round: 0}}", events, AS_OF)
    assert outcome.result("k", "2026-01").value == value


def test_a_provisional_window_has_not_ended_or_not_closed() -> None:
    flags = {r.window.id: r.provisional for r in share(as_of="2026-03-11T00:00:00").results}
    assert flags == {"2026-01": False, "2026-02": False, "2026-03": True}
    flags = {r.window.id: r.provisional for r in share(as_of="2026-03-10T23:59:59").results}
    assert flags == {"2026-01": False, "2026-02": True, "2026-03": True}


@pytest.mark.parametrize(
    ("options", "state", "tier"),
    [
        ("tiers: [{share: 50%}, {within: 72 hours, share: 100%}]", "minimum_default", "tier:2"),
        (
            "tiers: [{share: 50%}, {within: 72 hours, share: 100%}], minimum: 40%",
            "expected_default",
            "tier:2",
        ),
        ("tiers: [{share: 60%}, {within: 72 hours, share: 100%}], minimum: 60%", "minimum_default", "tier:1"),
        ("tiers: [{share: 50%}, {within: 400 hours, share: 100%}]", "met", "tier:1"),
    ],
)
def test_all_tiers_must_hold_and_the_worst_decides(options: str, state: str, tier: str) -> None:
    result = share(f", {options}", monthly((1, 1))).result("k", "2026-01")
    assert (result.state, result.levels_from, len(result.tiers)) == (state, tier, 2)


def test_counted_at_due_an_open_case_may_still_be_in_time_for_the_next_tier() -> None:
    options = ", count_at: due, tiers: [{share: 100%}, {within: 100 hours, share: 100%}]"
    result = share(options, case("c", "2026-01-05T00:00:00"), "2026-01-08T00:00:00").result("k", "2026-01")
    assert (result.n, [held for _, held in result.tiers]) == (1, [False, True])


# Groups


SITES = [
    *case("a1", "2026-01-05T09:00:00", "2026-01-06T09:00:00", site="A"),
    *case("a2", "2026-01-05T09:00:00", "2026-01-06T09:00:00", site="A"),
    *case("a3", "2026-01-05T09:00:00", "2026-01-06T09:00:00", site="A"),
    *case("a4", "2026-01-05T09:00:00", "2026-01-16T09:00:00", site="A"),
    *case("b1", "2026-01-05T09:00:00", "2026-01-06T09:00:00", site="B"),
    *case("b2", "2026-01-05T09:00:00", "2026-01-16T09:00:00", site="B"),
]


@pytest.mark.parametrize(
    ("across", "value"),
    [
        ("pooled", Fraction(4, 6)),
        ("mean", Fraction(5, 8)),
        ("worst", Fraction(1, 2)),
        ("weights, weights: {A: 3, B: 1}", (3 * Fraction(3, 4) + Fraction(1, 2)) / 4),
        ("weights, weights: {A: 1, C: 5}", Fraction(3, 4)),
    ],
)
def test_groups_are_put_together_as_said(across: str, value: Fraction) -> None:
    result = share(f", by: site, across: {across}", SITES).result("k", "2026-01")
    assert (result.value, result.n, result.misses) == (value, 6, 2)
    assert [(g.group, g.n, g.value) for g in result.groups] == [
        ("A", 4, Fraction(3, 4)),
        ("B", 2, Fraction(1, 2)),
    ]


def test_the_group_of_a_case_is_read_at_the_event_that_counts_it() -> None:
    events = case("c", "2026-01-05T09:00:00", "2026-01-06T09:00:00", site="A")
    events.insert(1, event("c", "Move", "2026-01-05T12:00:00", site="B"))
    events.append(event("c", "Move", "2026-01-07T12:00:00", site="C"))
    assert [g.group for g in share(", by: site", events).result("k", "2026-01").groups] == ["B"]


def test_a_small_group_has_no_data_of_its_own_and_leaves_the_mean_of_groups() -> None:
    result = share(", by: site, across: mean, minimum_volume: 3", SITES).result("k", "2026-01")
    assert (result.value, result.groups[1].state) == (Fraction(3, 4), "no_data")


# Windows, low volume, smoothing


def monthly(*counts: tuple[int, int]) -> list[Event]:
    """(met, missed) of each month from January on."""
    events: list[Event] = []
    for month, (met, missed) in enumerate(counts, start=1):
        for at in range(met + missed):
            stop = f"2026-{month:02d}-{'06' if at < met else '16'}T09:00:00"
            events += case(f"{month}-{at}", f"2026-{month:02d}-05T09:00:00", stop)
    return events


def test_a_carry_chains_until_the_minimum_is_reached() -> None:
    outcome = share(
        ", minimum_volume: 5, low_volume: carry",
        monthly((1, 1), (2, 0), (1, 1), (5, 0), (1, 0)),
        "2026-05-31",
    )
    assert [(r.window.id, r.n, r.value, r.carried, r.carried_out, r.note) for r in outcome.results] == [
        ("2026-01", 0, None, 0, 2, "carried_on"),
        ("2026-02", 0, None, 0, 4, "carried_on"),
        ("2026-03", 6, Fraction(4, 6), 4, 0, ""),
        ("2026-04", 5, Fraction(1), 0, 0, ""),
        ("2026-05", 0, None, 0, 1, "carried_on"),
    ]
    assert set(outcome.members("k", "2026-02")["role"]) == {"carried"}


def test_allow_one_allows_one_miss_and_not_two() -> None:
    options = ", expected: 95%, minimum_volume: 10, low_volume: allow_one"
    results = share(options, monthly((2, 1), (2, 2), (9, 1)), "2026-03-31").results
    assert [r.state for r in results] == ["met", "minimum_default", "minimum_default"]


def test_low_volume_none_keeps_the_cases_and_gives_no_value() -> None:
    result = share(", expected: 95%, minimum_volume: 10", monthly((3, 0))).result("k", "2026-01")
    assert (result.n, result.value, result.state, result.note) == (3, None, "no_data", "low_volume")


def test_a_window_without_data_has_none_however_smooth() -> None:
    results = share(", smooth: 2", monthly((1, 1), (0, 0), (1, 0), (3, 1)), "2026-04-30").results
    assert [r.value for r in results] == [Fraction(1, 2), None, Fraction(1), Fraction(7, 8)]


def test_a_rolling_window_pools_its_units() -> None:
    results = share(
        ", window: {rolling: {last: 2, of: month}}", monthly((1, 1), (2, 0), (0, 1)), "2026-03-31"
    ).results
    assert [(r.window.id, r.n, r.misses) for r in results] == [
        ("2026-01~2", 2, 1),
        ("2026-02~2", 4, 1),
        ("2026-03~2", 3, 1),
    ]


def test_a_baseline_sets_the_levels_of_the_months_after_it() -> None:
    results = share(", baseline: {months: 2}", monthly((1, 1), (4, 0), (3, 1), (1, 3)), "2026-05-31").results
    assert [(r.state, r.expected, r.minimum, r.levels_from) for r in results[:4]] == [
        ("met", None, None, "none"),
        ("met", None, None, "none"),
        ("met", Fraction(3, 4), Fraction(1, 2), "baseline"),
        ("minimum_default", Fraction(3, 4), Fraction(1, 2), "baseline"),
    ]


def test_a_phase_has_its_own_levels() -> None:
    head = "phases: [{name: ramp, until: 2026-01-31, kind: ramp, levels: {k: {expected: 50%}}}]\n"
    results = share(", expected: 90%", monthly((1, 1), (1, 1)), "2026-02-28", head=head).results
    assert [(r.expected, r.state, r.levels_from) for r in results] == [
        (Fraction(1, 2), "met", "phase:ramp"),
        (Fraction(9, 10), "minimum_default", "document"),
    ]


def test_a_ratchet_proposes_and_applies_nothing() -> None:
    text = "kpis: {k: {kind: share_in_target, clock: c, expected: 80%, ratchet: {windows: 2, limit: 25%}}}"
    outcome = read(text, monthly((1, 1), (9, 1), (10, 0)), "2026-04-30")
    agreement = outcome.ground.inputs.agreement
    final = [r for r in outcome.results if r.window.id < "2026-04"]
    (proposal,) = ratchet_proposals(agreement, final)
    # Average 95%, midpoint 87.5%, at most 80% + 25% of 20% = 85%.
    assert (proposal.average, proposal.proposed, proposal.limited) == (
        Fraction(95, 100),
        Fraction(85, 100),
        True,
    )
    assert {r.expected for r in outcome.results} == {Fraction(8, 10)}
    assert ratchet_proposals(agreement, final[:2]) == []


# Versions


def test_levels_are_those_of_the_version_in_force_on_the_first_day() -> None:
    text = (
        "kpis: {k: {kind: share_in_target, clock: c, expected: 50%}}\n---\n"
        "effective: 2026-02-15\nversion: 2\nkpis: {k: {kind: share_in_target, clock: c, expected: 90%}}"
    )
    results = read(text, monthly((1, 1), (1, 1), (1, 1)), "2026-03-31").results
    assert [(r.expected, r.version) for r in results] == [
        (Fraction(1, 2), 1),
        (Fraction(1, 2), 1),
        (Fraction(9, 10), 2),
    ]


def test_a_kpi_has_results_only_in_the_versions_that_have_it() -> None:
    text = "kpis: {old: {kind: volume}}\n---\neffective: 2026-02-15\nkpis: {new: {kind: volume}}\n"
    results = read(text, monthly((1, 1), (1, 1), (1, 1)), "2026-03-31").results
    assert [(r.kpi, r.window.id, r.window.first.day, r.window.last.day, r.n) for r in results] == [
        ("new", "2026-02", 15, 28, 0),
        ("new", "2026-03", 1, 31, 2),
        ("old", "2026-01", 1, 31, 2),
        ("old", "2026-02", 1, 14, 2),
    ]


def test_other_windows_in_a_new_version_lose_and_double_no_day() -> None:
    text = (
        "kpis: {k: {kind: volume}}\n---\neffective: 2026-03-01\nkpis: {k: {kind: volume, window: quarter}}\n"
    )
    results = read(text, monthly((1, 1), (1, 1), (1, 1), (1, 0)), "2026-04-30").results
    assert [(r.window.id, r.n) for r in results] == [
        ("2026-01", 2),
        ("2026-02", 2),
        ("2026-Q1", 2),
        ("2026-Q2", 1),
    ]


def test_each_version_has_its_own_tiers() -> None:
    text = (
        "kpis: {k: {kind: share_in_target, clock: c, expected: 40%}}\n---\n"
        "effective: 2026-02-01\nkpis: {k: {kind: share_in_target, clock: c, "
        "tiers: [{share: 50%}, {within: 72 hours, share: 100%}]}}"
    )
    results = read(text, monthly((1, 1), (1, 1)), "2026-02-28").results
    assert [(r.state, r.levels_from, len(r.tiers)) for r in results] == [
        ("met", "document", 0),
        ("minimum_default", "tier:2", 2),
    ]


# Scope and exclusions


def test_scope_where_and_exclude() -> None:
    events = [
        *case("in", "2026-01-05T09:00:00", "2026-01-06T09:00:00", kind="x", dup=False),
        *case("dup", "2026-01-05T09:00:00", "2026-01-06T09:00:00", kind="x", dup=True),
        *case("other", "2026-01-05T09:00:00", "2026-01-06T09:00:00", kind="y", dup=False),
        *case("off", "2026-01-05T09:00:00", "2026-01-06T09:00:00", kind="z", dup=False),
    ]
    head = "where: 'kind != \"z\"'\n"
    outcome = share(", where: 'kind = \"x\"', exclude: dup", events, head=head)
    result = outcome.result("k", "2026-01")
    assert (result.n, result.excluded) == (1, (("exclude", 1),))
    volume = read(head + "kpis: {k: {kind: volume, of: delivered}}", events, AS_OF).result("k", "2026-01")
    assert volume.n == 3


def test_an_exclusion_told_when_the_case_is_closed_still_excuses_it() -> None:
    events = case("c", "2026-01-05T09:00:00")
    events.append(event("c", "Out", "2026-01-20T09:00:00", cause="client"))
    result = share(", count_at: due, exclude: 'cause = \"client\"'", events).result("k", "2026-01")
    assert (result.n, result.excluded) == (0, (("exclude", 1),))


RELIEF = "relief: [{name: outage, kind: client_caused, effect: case, agree: both}]\n"


def claim(**more: Any) -> dict[str, Any]:
    return {
        "type": "giao.fact.relief",
        "relief": "outage",
        "id": "R1",
        "time": "2026-02-01T00:00:00Z",
        **more,
    }


def accept(by: str) -> dict[str, Any]:
    return {
        "type": "giao.decision.relief",
        "claim": "R1",
        "by": by,
        "accept": True,
        "time": "2026-02-02T00:00:00Z",
    }


def test_a_pending_claim_changes_nothing_and_tells_what_it_would() -> None:
    result = share(facts=[claim(case="late"), accept("vendor")], head=RELIEF).result("k", "2026-02")
    assert (result.n, result.value) == (1, 0)
    (pending,) = result.claims
    assert (pending.id, pending.cases, pending.would_be, pending.missing) == ("R1", 1, None, ("client",))
    assert share(facts=[claim(case="late")], head=RELIEF).result("k", "2026-01").claims == ()


def test_an_agreed_claim_takes_the_case_out() -> None:
    facts = [claim(case="late"), accept("vendor"), accept("client")]
    outcome = share(facts=facts, head=RELIEF)
    result = outcome.result("k", "2026-02")
    assert (result.n, result.excluded, result.claims) == (0, (("relief:outage", 1),), ())
    unaffected = share(", relief: []", facts=facts, head=RELIEF).result("k", "2026-02")
    assert (unaffected.n, unaffected.excluded) == (1, ())


def test_a_pending_pause_tells_the_value_it_would_give() -> None:
    head = RELIEF.replace("effect: case", "effect: time")
    facts = [claim(case="late", **{"from": "2026-01-29T00:00:00Z", "until": "2026-02-03T00:00:00Z"})]
    (pending,) = share(facts=facts, head=head).result("k", "2026-02").claims
    assert (pending.cases, pending.would_be) == (1, 1)


def test_a_window_in_force_majeure_has_no_result() -> None:
    head = RELIEF.replace("effect: case", "effect: window")
    facts = [
        claim(**{"from": "2026-01-10T00:00:00Z", "until": "2026-01-11T00:00:00Z"}),
        accept("vendor"),
        accept("client"),
    ]
    results = share(facts=facts, head=head).results
    assert [(r.n, r.state, r.note) for r in results[:2]] == [(2, "no_data", "relief:outage"), (1, "met", "")]


def test_a_window_is_excused_by_a_condition_on_its_measures() -> None:
    head = (
        "work: {received: In, delivered: Out, forecast: {2026-01: 4, 2026-02: 4}}\n"
        'relief: [{kind: over_forecast, when: "received > 1.10 * forecast", effect: window}]\n'
    )
    results = share(events=monthly((5, 0), (4, 0)), head=head, as_of="2026-02-28").results
    assert [(r.value, r.note) for r in results] == [(None, "relief:over_forecast"), (1, "")]


def test_forecasts_add_up_over_days_and_months() -> None:
    from datetime import date
    from decimal import Decimal

    forecast = {"2026-01": Decimal(310), "2026-02-01": Decimal(7), "2026-02-02": Decimal(8)}
    assert forecast_of(forecast, date(2026, 1, 1), date(2026, 1, 31)) == 310
    assert forecast_of(forecast, date(2026, 1, 31), date(2026, 2, 2)) == 25
    assert forecast_of(forecast, date(2026, 2, 1), date(2026, 2, 3)) is None


def test_a_document_that_cannot_be_meant_is_refused() -> None:
    with pytest.raises(AgreementError, match="low_volume: carry judges each case once"):
        share(", minimum_volume: 5, low_volume: carry, window: {rolling: {last: 2, of: month}}")
    with pytest.raises(AgreementError, match="low_volume: allow_one needs minimum_volume"):
        share(", low_volume: allow_one")
