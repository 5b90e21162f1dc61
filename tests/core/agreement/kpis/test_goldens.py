"""The published examples for KPIs: every golden of the group, by the evaluator on events and facts where it is one."""

from __future__ import annotations

import json
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from tests.core.agreement.kpis.building import Event, case, event, read

from giao.core.agreement.document.kpi import Baseline
from giao.core.agreement.kpis.levels import Levels, baseline_levels, state
from giao.core.agreement.kpis.ratchet import limited_level, new_level
from giao.core.agreement.kpis.statistics import mean, smoothed
from giao.core.agreement.results import KpiResult

GOLDENS = json.loads(Path("tests/data/agreement/goldens.json").read_text(encoding="utf-8"))["cases"]


def golden(name: str) -> tuple[dict[str, Any], dict[str, Any]]:
    found = next(item for item in GOLDENS if item["id"] == name)
    return found["inputs"], found["expected"]


def close(value: Fraction | None, expected: str, tolerance: str = "0.0000005") -> bool:
    return value is not None and abs(value - Fraction(expected)) <= Fraction(tolerance)


def only(text: str, events: list[Event], **options: Any) -> KpiResult:
    """The result of the only KPI's window 2026-04."""
    outcome = read(text, events, **options)
    return next(result for result in outcome.results if result.window.id in ("2026-04", "2026-Q2"))


def cases(counts: list[tuple[int, float]], month: str = "2026-04") -> list[Event]:
    """So many cases each with so many hours between receipt and delivery, all delivered within the month."""
    events: list[Event] = []
    for number, hours in counts:
        for at in range(number):
            day = 20 - int(hours // 24)
            name = f"{month}-{len(events)}-{at}"
            stop = f"{month}-20T12:00:00"
            start = f"{month}-{day:02d}T{12 - int(hours % 24):02d}:00:00"
            events += case(name, start, stop)
    return events


def test_tiers_miss_once() -> None:
    inputs, expected = golden("kpi-tiers")
    first, second, n = inputs["within_first"], inputs["within_second"], inputs["n"]
    events = cases([(first, 24), (second - first, 72), (n - second, 120)])
    shares = ", ".join(
        f"{{share: {tier['share']}{within}}}"
        for tier, within in zip(inputs["tiers"], ["", ", within: 96 hours"], strict=True)
    )
    result = only(f"kpis: {{k: {{kind: share_in_target, clock: c, tiers: [{shares}]}}}}", events)
    assert result.n == n
    assert [share for share, _ in result.tiers] == [Fraction(share) for share in expected["shares"]]
    assert ["met" if held else "missed" for _, held in result.tiers] == expected["tier_states"]
    assert (result.state, result.misses) == ("minimum_default", expected["misses"])
    assert (result.value, result.expected, result.levels_from) == (Fraction("0.995"), 1, "tier:2")


def test_smoothing_leaves_missing_results_out() -> None:
    inputs, expected = golden("kpi-average-two-months")
    values = [None if value is None else Fraction(value) for value in inputs["monthly"]]
    wanted = [None if value is None else Fraction(value) for value in expected["results"]]
    assert smoothed(values, inputs["smooth"]) == wanted


def outage(start: str, until: str, **more: Any) -> dict[str, Any]:
    return {"type": "giao.fact.outage", "from": start, "until": until, **more}


def minutes(count: int) -> str:
    """The instant so many minutes after 10 April 2026, 00:00 UTC."""
    return f"2026-04-{10 + count // 1440:02d}T{count % 1440 // 60:02d}:{count % 60:02d}:00Z"


ALWAYS = "calendars: {always: {zone: UTC, hours: 24x7}}\n"


def test_planned_downtime_leaves_numerator_and_denominator() -> None:
    inputs, expected = golden("kpi-availability-planned")
    facts = [
        outage(minutes(0), minutes(inputs["planned"]), planned=True),
        outage(minutes(inputs["planned"]), minutes(inputs["planned"] + inputs["unplanned"])),
    ]
    result = only(ALWAYS + "kpis: {k: {kind: availability, expected: 99%}}", [], facts=facts)
    assert result.denominator == (inputs["minutes"] - inputs["planned"]) * 60
    assert close(result.value and result.value * 100, expected["availability"])
    assert result.state == "minimum_default"


@pytest.mark.parametrize("name", ["kpi-availability-3h", "kpi-availability-6h"])
def test_availability_of_a_month(name: str) -> None:
    inputs, expected = golden(name)
    facts = [outage(minutes(0), minutes(inputs["unplanned"]))]
    result = only(ALWAYS + "kpis: {k: {kind: availability, round: 2}}", [], facts=facts)
    assert result.value is not None
    assert result.value * 100 == Fraction(expected["availability_2dp"])


def test_availability_weighed_by_users() -> None:
    inputs, expected = golden("kpi-availability-users")
    facts = [outage(minutes(0), minutes(inputs["down"]), users=inputs["impacted"])]
    kpi = f"kind: availability, weigh: users, users: {inputs['users']}"
    exact = only(ALWAYS + f"kpis: {{k: {{{kpi}}}}}", [], facts=facts)
    assert close(exact.value and exact.value * 100, expected["availability"])
    rounded = only(ALWAYS + f"kpis: {{k: {{{kpi}, round: 2}}}}", [], facts=facts)
    assert rounded.value is not None
    assert rounded.value * 100 == Fraction(expected["rounded"])


@pytest.mark.parametrize("partial", ["cut", "full"])
def test_a_window_is_cut_to_the_term_unless_full(partial: str) -> None:
    inputs, expected = golden("kpi-partial-window")
    head = ALWAYS + f"term: {{start: {inputs['start']}, end: 2026-12-31}}\n"
    facts = [outage("2026-04-20T00:00:00Z", f"2026-04-20T0{inputs['down'] // 60}:{inputs['down'] % 60}:00Z")]
    kpi = f"kpis: {{k: {{kind: availability, expected: {inputs['expected']}%, partial: {partial}}}}}"
    result = only(head + kpi, [], facts=facts)
    assert result.value is not None
    assert result.value * 100 == Fraction(expected[partial]["availability"])
    assert (result.state == "met") == (expected[partial]["state"] == "met")


@pytest.mark.parametrize(("option", "key"), [("", "pooled"), (", mean_of: month", "mean_of_months")])
def test_a_quarter_is_pooled_or_the_mean_of_its_months(option: str, key: str) -> None:
    inputs, expected = golden("kpi-across-months")
    events: list[Event] = []
    for month, (met, n) in zip(("2026-04", "2026-05", "2026-06"), inputs["months"], strict=True):
        events += cases([(met, 24), (n - met, 72)], month)
    result = only(f"kpis: {{k: {{kind: share_in_target, clock: c, window: quarter{option}}}}}", events)
    assert close(result.value, expected[key])
    assert result.n == sum(n for _, n in inputs["months"])


def test_call_levels_name_their_denominator() -> None:
    inputs, expected = golden("kpi-call-level")
    at = "2026-04-10T10:00:00"
    calls: list[Event] = []

    def add(count: int, **attributes: Any) -> None:
        for _ in range(count):
            calls.append(event(f"call-{len(calls)}", "In", at, **attributes))

    add(inputs["answered_20s"], answered=True, wait=10)
    add(inputs["answered"] - inputs["answered_20s"], answered=True, wait=40)
    add(inputs["abandoned_5s"], answered=False, wait=3)
    add(inputs["abandoned"] - inputs["abandoned_5s"], answered=False, wait=60)
    assert len(calls) == inputs["offered"]
    good = 'of: received, good: "answered and wait <= 20"'
    short = 'exclude: "not(answered) and wait <= 5"'
    gone = 'of: received, bad: "not(answered)", direction: lower'
    outcome = read(
        f"""
kpis:
  of_offered: {{kind: rate, {good}}}
  of_offered_less_short: {{kind: rate, {good}, {short}}}
  of_answered: {{kind: rate, {good}, where: answered}}
  abandon_rate_less_short: {{kind: rate, {gone}, {short}}}
  abandon_rate: {{kind: rate, {gone}}}
""",
        calls,
    )
    for name, value in expected.items():
        assert close(outcome.result(name, "2026-04").value, value), name
    assert outcome.result("of_offered_less_short", "2026-04").excluded == (("exclude", 30),)
    assert outcome.result("of_answered", "2026-04").n == inputs["answered"]


def test_a_mean_includes_zero_waits() -> None:
    inputs, expected = golden("kpi-asa")
    events: list[Event] = []
    for count, seconds in inputs["waits"]:
        for at in range(count):
            stop = f"2026-04-10T10:{seconds // 60:02d}:{seconds % 60:02d}"
            events += case(f"{seconds}-{at}", "2026-04-10T10:00:00", stop)
    result = only("kpis: {k: {kind: mean, clock: c}}", events)
    assert (result.value, result.unit) == (Fraction(expected["asa_s"]), "seconds")


def test_percentiles_are_nearest_rank() -> None:
    inputs, expected = golden("kpi-percentile")
    events = [
        event(f"c{value}", "Out", "2026-04-10T10:00:00", size=value) for value in reversed(inputs["values"])
    ]
    kpi = f"kpis: {{k: {{kind: percentile, attribute: size, p: {Decimal(inputs['p']) * 100}%}}}}"
    assert only(kpi, events).value == Fraction(expected["value"])


def test_n_of_a_sample_is_the_number_inspected() -> None:
    inputs, expected = golden("kpi-sample")
    events: list[Event] = []
    for at in range(inputs["population"]):
        events.append(event(f"c{at}", "Out", "2026-04-10T10:00:00"))
        if at < inputs["inspected"]:
            events.append(event(f"c{at}", "Inspected", "2026-05-02T10:00:00", rejected=at < inputs["errors"]))
    kpi = f'kind: sampled_rate, inspected: Inspected, good: "not(rejected)", expected: {inputs["expected"]}'
    result = only(f"kpis: {{k: {{{kpi}}}}}", events)
    assert (result.n, result.misses) == (inputs["inspected"], inputs["errors"])
    assert (result.value, result.state) == (Fraction(expected["value"]), expected["state"])
    assert result.low == pytest.approx(float(expected["low"]), abs=1e-6)
    assert result.high == pytest.approx(float(expected["high"]), abs=1e-6)


def test_strata_are_weighted_by_what_was_delivered() -> None:
    inputs, expected = golden("kpi-strata")
    events: list[Event] = []
    for number, stratum in enumerate(inputs["strata"]):
        for at in range(stratum["population"]):
            name = f"{number}-{at}"
            events.append(event(name, "Out", "2026-04-10T10:00:00", kind=f"s{number}"))
            if at < stratum["inspected"]:
                good = at < stratum["good"]
                events.append(event(name, "Inspected", "2026-04-11T10:00:00", good=good))
    result = only("kpis: {k: {kind: sampled_rate, inspected: Inspected, good: good, strata: kind}}", events)
    assert result.value == Fraction(expected["value"])
    assert [(s.label, s.population, s.inspected, s.good) for s in result.strata] == [
        (f"s{at}", s["population"], s["inspected"], s["good"]) for at, s in enumerate(inputs["strata"])
    ]


def test_financial_accuracy_is_weighed_by_an_attribute() -> None:
    inputs, expected = golden("kpi-financial-accuracy")
    wrong = Decimal(inputs["paid"]) - Decimal(inputs["paid_correctly"])
    events = [
        event("right", "Out", "2026-04-10T10:00:00", paid=float(inputs["paid_correctly"]), correct=True),
        event("wrong", "Out", "2026-04-10T10:00:00", paid=float(wrong), correct=False),
    ]
    result = only("kpis: {k: {kind: rate, good: correct, weigh: paid}}", events)
    assert (result.value, result.n, result.misses) == (Fraction(expected["value"]), 2, 1)


@pytest.mark.parametrize("rule", ["carry", "none", "allow_one"])
def test_low_volume(rule: str) -> None:
    inputs, expected = golden("kpi-low-volume")
    (met, n), (before_met, before) = inputs["window"], inputs["previous"]
    events = cases([(before_met, 24), (before - before_met, 72)], "2026-03")
    events += cases([(met, 24), (n - met, 72)], "2026-04")
    result = only(
        f"kpis: {{k: {{kind: share_in_target, clock: c, expected: {inputs['expected']}, "
        f"minimum_volume: {inputs['minimum_volume']}, low_volume: {rule}}}}}",
        events,
    )
    wanted = expected[rule]
    assert result.state == wanted["state"]
    if "n" in wanted:
        assert (result.n, result.value, result.carried) == (wanted["n"], Fraction(wanted["value"]), before)
    if "misses" in wanted:
        assert (result.misses, result.note) == (wanted["misses"], "one_miss_allowed")


@pytest.mark.parametrize(("relief", "key"), [(True, "measured"), (False, "without_relief")])
def test_intervals_above_the_forecast_leave_the_measure(relief: bool, key: str) -> None:
    inputs, expected = golden("kpi-over-forecast")
    events: list[Event] = []
    days = [f"2026-04-{day:02d}" for day in (7, 8, 9)]
    for day, offered, met in zip(days, inputs["offered"], inputs["met"], strict=True):
        for at in range(offered):
            stop = f"{day}T12:00:00" if at < met else "2026-04-20T12:00:00"
            events += case(f"{day}-{at}", f"{day}T09:00:00", stop)
    forecast = ", ".join(f"{day}: {n}" for day, n in zip(days, inputs["forecast"], strict=True))
    entry = '{kind: over_forecast, when: "received > 1.10 * forecast", per: day, effect: interval}'
    result = only(
        f"work: {{received: In, delivered: Out, forecast: {{{forecast}}}}}\n"
        f"relief: [{entry if relief else ''}]\n"
        "kpis: {k: {kind: share_in_target, clock: c}}",
        events,
    )
    assert close(result.value, expected[key])
    assert result.excluded == ((("relief:over_forecast", 130),) if relief else ())


def test_levels_from_a_baseline() -> None:
    inputs, expected = golden("kpi-baseline")
    months = [Fraction(value) for value in inputs["months"]]
    levels = baseline_levels(Baseline(months=9), months, "higher")
    assert close(levels.expected, expected["expected"])
    assert levels.minimum == Fraction(expected["minimum"])
    assert baseline_levels(Baseline(months=9), months[:8], "higher").none


def test_the_ratchet_proposes_the_midpoint_of_level_and_average() -> None:
    inputs, expected = golden("kpi-ratchet-midpoint")
    level, average = (Fraction(inputs[key]) / 100 for key in ("level", "average"))
    assert new_level(level, average, None) * 100 == Fraction(expected["new_level"])


def test_the_ratchet_is_limited() -> None:
    inputs, expected = golden("kpi-ratchet-cap")
    level, candidate, limit = (
        Fraction(inputs["level"]) / 100,
        Fraction(inputs["candidate"]) / 100,
        Fraction(inputs["limit"].rstrip("%")) / 100,
    )
    assert limited_level(level, candidate, limit) * 100 == Fraction(expected["new_level"])


def test_every_update_is_an_instance_of_its_own() -> None:
    inputs, expected = golden("clock-updates")
    times = [inputs["start"], *inputs["updates"], inputs["stop"]]
    names = ["In", *["Update"] * len(inputs["updates"]), "Out"]
    events = [event("c", name, f"2026-04-10T{at}:00") for name, at in zip(names, times, strict=True)]
    clock = f"start: [In, Update], stop: [Update, Out], reopen: each, targets: [{{within: {inputs['within_min']} minutes}}]"
    result = only(f"clocks: {{c: {{{clock}}}}}\nkpis: {{k: {{kind: share_in_target, clock: c}}}}", events)
    assert (result.n, result.n - result.misses) == (expected["n"], expected["met"])
    assert result.value == Fraction(expected["share"])


def test_every_golden_of_the_group_is_tested_here() -> None:
    text = Path(__file__).read_text(encoding="utf-8")
    assert [item["id"] for item in GOLDENS if item["group"] == "kpi" and f'"{item["id"]}"' not in text] == []


def test_mean_and_state_of_nothing() -> None:
    assert mean([]) is None
    assert state(None, Levels(Fraction(1), None, "document"), "higher") == "no_data"
