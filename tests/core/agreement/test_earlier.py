"""A reading as of an earlier instant, told from a later one, says exactly what reading the log anew would say."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.core.agreement.kpis.building import Event, event, inputs_of, versions

import giao.core.agreement.evaluate as evaluating
from giao.core.agreement.clocks import evaluate_clocks
from giao.core.agreement.context import Inputs, make_inputs
from giao.core.agreement.earlier import Earlier
from giao.core.agreement.facts import Facts, to_us
from giao.core.agreement.kpis import evaluate_kpis
from giao.core.agreement.output import statement_json
from giao.core.agreement.patterns import Matcher
from giao.core.agreement.results import KpiResult

START = datetime(2026, 1, 1, tzinfo=UTC)
LATEST = "2026-05-20T00:00:00"
AGREEMENT = """
clocks:
  c: {start: In, stop: Out, targets: [{within: 48 hours}]}
  again: {start: {activity: [In, Back]}, stop: Out, reopen: sum, targets: [{within: 60 hours}]}
  latest: {start: {activity: [In, Back]}, stop: Out, reopen: last, targets: [{within: 4 days}]}
work: {received: In, delivered: Out, cancelled: Cancel, attributes: {site: {type: string, changes: true}, ok: boolean}}
kpis:
  at_stop: {kind: share_in_target, clock: c, by: site, across: worst, expected: 90%, minimum: 50%, points: 20}
  at_due: {kind: share_in_target, clock: again, count_at: due, expected: 90%, points: 20}
  at_start: {kind: share_in_target, clock: latest, count_at: start, where: ok, expected: 80%, points: 10}
  rolling: {kind: share_in_target, clock: c, window: {rolling: {last: 2, of: month}}, expected: 80%}
  quarter: {kind: share_in_target, clock: latest, window: quarter, mean_of: month, expected: 80%}
  carried: {kind: share_in_target, clock: again, minimum_volume: 5, low_volume: carry, expected: 80%}
  tiers: {kind: share_in_target, clock: c, tiers: [{share: 50%}, {within: 5 days, share: 90%}]}
  mean: {kind: mean, clock: again, expected: 40 hours, points: 10}
  p80: {kind: percentile, clock: latest, p: 80%, expected: 60 hours}
  good: {kind: rate, good: ok, expected: 50%, points: 10}
  volume: {kind: volume, by: site}
  backlog: {kind: backlog, expected: 3}
  old: {kind: backlog, older_than: 3 days, by: site}
  per_case: {kind: ratio, numerator: {clock: c}, denominator: {count: delivered}}
  index: {kind: composite, of: {at_stop: 2, good: 1}}
credits: {at_risk: 20%, repeat: [1, 2], earn_back: {windows: 2}}
pricing:
  - {per_unit: delivered, name: Cases, bands: [{to: 3, price: 7}, {price: 5}]}
  - {fixed: 100, name: Desk}
  - {per_unit: {activity: Back}, name: Returns, price: 2}
"""

hours = st.integers(0, 24 * 139)
a_case = st.tuples(
    hours,
    st.lists(
        st.tuples(st.integers(0, 900), st.sampled_from(["Out", "Out", "Back", "Cancel", "Note"])), max_size=5
    ),
    st.sampled_from(["a", "b"]),
    st.booleans(),
)
logs = st.lists(a_case, min_size=1, max_size=14)


def events_of(drawn: list[tuple[int, list[tuple[int, str]], str, bool]]) -> list[Event]:
    events: list[Event] = []
    for at, (begin, then, site, ok) in enumerate(drawn):
        moment = START + timedelta(hours=begin)
        events.append(event(f"c{at:02d}", "In", moment.isoformat(), site=site, ok=ok))
        for number, (wait, activity) in enumerate(then):
            moment += timedelta(hours=wait)
            moved = "b" if ok else None
            events.append(event(f"c{at:02d}", activity, moment.isoformat(), site=moved, number=number))
    return events


def results(inputs: Inputs) -> tuple[Matcher, dict[str, object]]:
    matcher = Matcher(inputs.log, inputs.agreement.work)
    clocks = evaluate_clocks(inputs, matcher)
    return matcher, {"kpis": evaluate_kpis(inputs, matcher, clocks)}


def told(found: list[KpiResult], until_us: int) -> list[tuple[object, ...]]:
    """What statements use of every window that had ended."""
    return [
        (
            result.kpi,
            result.window,
            result.n,
            result.value,
            result.state,
            result.misses,
            result.numerator,
            result.denominator,
            result.expected,
            result.minimum,
            result.excluded,
            result.overdue_open,
            result.carried,
            result.tiers,
            result.low,
            result.high,
        )
        for result in found
        if result.window.end_us <= until_us
    ]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(logs, st.integers(24 * 20, 24 * 138))
def test_earlier_equals_reading_the_log_anew(
    drawn: list[tuple[int, list[tuple[int, str]], str, bool]], hour: int
) -> None:
    agreement = versions(AGREEMENT)
    source = inputs_of(agreement, events_of(drawn), "2027-06-01T00:00:00").log
    inputs = make_inputs(agreement, source, Facts(), to_us(LATEST, inputs_zone(agreement)))
    instant = int((START + timedelta(hours=hour)).timestamp()) * 1_000_000
    matcher, later = results(inputs)
    earlier = Earlier(source, inputs, matcher, later["kpis"]).at(instant)  # type: ignore[arg-type]
    assert earlier is not None
    anew_inputs = make_inputs(agreement, source, Facts(), instant)
    _, anew = results(anew_inputs)
    assert told(earlier.kpis, instant) == told(anew["kpis"].results, instant)  # type: ignore[attr-defined]
    assert earlier.inputs.hash_parts == anew_inputs.hash_parts


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(logs)
def test_statements_are_the_same_to_the_hash(
    drawn: list[tuple[int, list[tuple[int, str]], str, bool]],
) -> None:
    agreement = versions(AGREEMENT)
    source = inputs_of(agreement, events_of(drawn), "2027-06-01T00:00:00").log
    as_of = to_us(LATEST, inputs_zone(agreement))
    cheap = evaluating.evaluate(source, agreement, as_of=as_of).statements
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Earlier, "at", lambda self, instant: None)
        whole = evaluating.evaluate(source, agreement, as_of=as_of).statements
    assert [statement_json(one) for one in cheap] == [statement_json(one) for one in whole]


@pytest.mark.parametrize(
    "part",
    [
        "relief: [{kind: over_forecast, when: received > 2, per: day, effect: interval}]",
        "kpis: {s: {kind: sampled_rate, inspected: Note, good: ok}}",
    ],
)
def test_what_does_not_add_up_is_read_anew(part: str) -> None:
    agreement = versions(part)
    events = events_of([(0, [(10, "Note"), (20, "Out")], "a", True), (900, [], "b", False)])
    inputs = inputs_of(agreement, events, LATEST)
    matcher, later = results(inputs)
    instant = to_us("2026-02-10T00:00:00", inputs.zone)
    assert Earlier(inputs.log, inputs, matcher, later["kpis"]).at(instant) is None  # type: ignore[arg-type]


def inputs_zone(agreement: list) -> object:  # type: ignore[type-arg]
    from giao.core.agreement.context import zone_of

    return zone_of(agreement[0])
