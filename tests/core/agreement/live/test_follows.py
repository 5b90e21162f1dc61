"""The law: whatever was applied in whatever order, a live reading is what evaluating the whole log gives."""

from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from tests.core.agreement.kpis.building import versions
from tests.core.agreement.live.following import HOUR, START, at, check_same, declared

from giao.core.agreement.facts import Fact, Facts
from giao.core.agreement.live import LiveReading
from giao.core.log.tail import Tail
from giao.core.log.tail_event import LiveEvent

AGREEMENT = """
calendars:
  office: {zone: Asia/Ho_Chi_Minh, hours: {mon-fri: [["08:00", "12:00"], ["13:00", "17:30"]]}, holidays: VN}
close: P5D
where: 'site != "x"'
work:
  received: In
  delivered: Out
  cancelled: Cancel
  attributes: {site: {type: string, changes: true}, ok: boolean, score: number, big: boolean}
clocks:
  c: {start: In, stop: Out, targets: [{within: 48 hours}]}
  again:
    start: {activity: [In, Back]}
    stop: Out
    paused_while: {from: Ask, until: Answer}
    reopen: sum
    calendar: office
    reclassify: restart
    targets: [{when: 'site = "a"', within: 4 business hours}, {within: 3 business days}]
  latest:
    start: {activity: [In, Back]}
    stop: Out
    reopen: last
    calendar: office
    reclassify: proportional
    targets: [{when: 'site = "a"', within: 8 business hours}, {within: 20 business hours}]
  each: {start: Ask, stop: {activity: [Answer, Out]}, reopen: each, cancelled: count, targets: [{within: 10 hours}]}
relief:
  - {name: bank, kind: dependency_late, from: Missing, until: Found, effect: time, agree: none}
  - {name: fire, kind: force_majeure, from: Fire, effect: case, agree: none}
  - {name: asked, kind: client_caused, from: Late, effect: case, agree: client}
obligations:
  - {name: report, by: vendor, every: month, due: "3 business days", calendar: office}
kpis:
  at_stop: {kind: share_in_target, clock: c, by: site, across: worst, expected: 90%, minimum: 50%}
  at_due: {kind: share_in_target, clock: again, count_at: due, expected: 90%, exclude: big}
  at_start: {kind: share_in_target, clock: latest, count_at: start, where: ok, expected: 80%}
  watched: {kind: share_in_target, clock: c, count_at: start, exclude: 'clock.again.consumed > duration("PT5H")'}
  rolling: {kind: share_in_target, clock: c, window: {rolling: {last: 2, of: month}}, expected: 80%}
  quarter: {kind: share_in_target, clock: latest, window: quarter, mean_of: month, expected: 80%, smooth: 2}
  carried: {kind: share_in_target, clock: again, minimum_volume: 4, low_volume: carry, expected: 80%}
  one_miss: {kind: share_in_target, clock: each, minimum_volume: 3, low_volume: allow_one, expected: 90%}
  tiers: {kind: share_in_target, clock: c, tiers: [{share: 50%}, {within: 5 days, share: 90%}], count_at: due}
  mean: {kind: mean, clock: again, count_at: due, expected: 40 hours, baseline: {months: 2}}
  p80: {kind: percentile, clock: latest, p: 80%, by: site, expected: 60 hours}
  p50: {kind: percentile, attribute: score, of: Out, p: 50%, window: {rolling: {last: 3, of: week}}}
  good: {kind: rate, good: ok, by: site, across: mean, expected: 50%, minimum_volume: 2}
  weighed: {kind: rate, of: Out, bad: big, weigh: score, direction: lower, expected: 10%}
  inspected: {kind: sampled_rate, inspected: Inspected, good: ok, strata: site}
  looked_at: {kind: sampled_rate, inspected: Looked, good: fine, expected: 90%, round: 1}
  volume: {kind: volume, by: site, across: worst}
  back: {kind: volume, of: Back, window: week}
  backlog: {kind: backlog, expected: 3}
  old: {kind: backlog, older_than: 3 business days, calendar: office, by: site}
  told: {kind: score, fact: csat, by: site, expected: 4}
  nps: {kind: score, attribute: score, method: nps}
  per_case: {kind: ratio, numerator: {clock: again}, denominator: {count: delivered}, by: site}
  cost: {kind: ratio, numerator: {fact: hours}, denominator: {sum: score, of: Out}}
  up: {kind: availability, calendar: office, expected: 99%}
  reports: {kind: duty, expected: 100%}
  index: {kind: composite, of: {at_stop: 2, good: 1, up: 1}}
  quarterly: {kind: composite, window: quarter, of: {at_due: 1, p80: 1, backlog: 1}}
---
effective: 2026-03-01
clocks:
  c: {start: In, stop: Out, targets: [{within: 24 hours}]}
kpis:
  at_stop: {kind: share_in_target, clock: c, by: site, expected: 80%}
  volume: {kind: volume, by: site, across: worst}
  index: {kind: composite, of: {at_stop: 2, volume: 1}}
"""

a_case = st.sampled_from([f"c{number}" for number in range(9)])
an_event = st.tuples(
    a_case,
    st.sampled_from(
        [
            "In",
            "In",
            "Out",
            "Out",
            "Back",
            "Ask",
            "Answer",
            "Cancel",
            "Inspected",
            "Missing",
            "Found",
            "Fire",
            "Late",
        ]
    ),
    st.integers(0, 24 * 110),
    st.sampled_from([0, 0, 0, 1, 30, 24 * 40]),
    st.fixed_dictionaries(
        {},
        optional={
            "site": st.sampled_from(["a", "b", "x"]),
            "ok": st.booleans(),
            "big": st.booleans(),
            "score": st.integers(0, 10),
        },
    ),
)
a_fact = st.one_of(
    st.tuples(
        st.just("giao.fact.inspection"), st.builds(lambda c, f: {"case": c, "fine": f}, a_case, st.booleans())
    ),
    st.tuples(
        st.just("giao.fact.score"),
        st.builds(
            lambda c, v: {"name": "csat", "case": c, "value": v}, st.none() | a_case, st.integers(1, 5)
        ),
    ),
    st.tuples(
        st.just("giao.fact.measure"), st.builds(lambda v: {"name": "hours", "value": v}, st.integers(1, 90))
    ),
    st.tuples(
        st.just("giao.fact.duty"),
        st.just({"obligation": "report", "due": "2026-02-04", "done": "2026-02-03"}),
    ),
    st.tuples(
        st.just("giao.fact.outage"),
        st.builds(
            lambda day, hours: {
                "from": f"2026-01-{day:02d}T03:00:00Z",
                "until": f"2026-01-{day:02d}T{3 + hours:02d}:00:00Z",
            },
            st.integers(1, 31),
            st.integers(0, 9),
        ),
    ),
)
facts_drawn = st.lists(
    st.tuples(a_fact, st.integers(0, 24 * 100), st.sampled_from([0, 0, 24 * 9])), max_size=6
)

ALWAYS = [Fact("giao.fact.inspection", START, START, {"case": "nobody", "fine": True})]
"""A first inspection: before any, `fine` is no name at all."""


def event_of(drawn: tuple[str, str, int, int, dict[str, Any]], position: int) -> LiveEvent:
    case, activity, hours, late, attributes = drawn
    return LiveEvent(
        case,
        activity,
        at(hours),
        at(hours + late),
        position=position,
        lifecycle="complete",
        attributes=attributes,
    )


def fact_of(drawn: tuple[tuple[str, dict[str, Any]], int, int]) -> Fact:
    (kind, data), hours, late = drawn
    return Fact(kind, at(hours), at(hours + late), data)


def follow(drawn: list[Any], told: list[Any], based: int, begin: int, chance: random.Random) -> None:
    """Some events below, the rest in any order and batches; compared on the way and at the end."""
    agreement = versions(AGREEMENT)
    events = [event_of(each, number) for number, each in enumerate(drawn)]
    facts = [fact_of(each) for each in told]
    chance.shuffle(events)
    below = Tail(declared=declared(agreement))
    below.add([LiveEvent("z", "In", START, START, lifecycle="complete"), *events[:based]])
    live = LiveReading(below.settled(), agreement, facts=Facts(ALWAYS), as_of=at(begin), warning_us=5 * HOUR)
    rest, left = events[based:], list(facts)
    instant = begin
    for _ in range(3):
        take = chance.randint(0, len(rest))
        instant += chance.choice([0, 1, 24, 24 * 13, 24 * 40])
        live.apply(rest[:take], at(instant), facts=left[:2])
        rest, left = rest[take:], left[2:]
        if chance.random() < 0.5:
            check_same(live, agreement)
    live.apply(rest, at(instant), facts=left)
    check_same(live, agreement)
    live.advance(at(instant + 24 * 9 + 0.5))
    check_same(live, agreement)


SLOW = (HealthCheck.too_slow,)
NO_SHRINK = (Phase.explicit, Phase.reuse, Phase.generate)
DRAWN = (
    st.lists(an_event, min_size=3, max_size=40),
    facts_drawn,
    st.integers(0, 20),
    st.integers(24 * 5, 24 * 90),
    st.randoms(use_true_random=False),
)


@settings(max_examples=6, deadline=None, suppress_health_check=SLOW, phases=NO_SHRINK)
@given(*DRAWN)
def test_a_live_reading_is_the_whole_one(
    drawn: list[Any], told: list[Any], based: int, begin: int, chance: random.Random
) -> None:
    follow(drawn, told, based, begin, chance)


@pytest.mark.prove
@settings(max_examples=200, deadline=None, suppress_health_check=SLOW, phases=NO_SHRINK)
@given(*DRAWN)
def test_a_live_reading_is_the_whole_one_many_times(
    drawn: list[Any], told: list[Any], based: int, begin: int, chance: random.Random
) -> None:
    follow(drawn, told, based, begin, chance)


def test_an_engagement_that_starts_live() -> None:
    agreement = versions(AGREEMENT)
    live = LiveReading(Tail(declared=declared(agreement)), agreement, facts=Facts(ALWAYS), as_of=at(1))
    assert all(result.n == 0 for result in live.results if result.kpi not in ("up", "reports"))
    changes = live.apply([LiveEvent("c1", "In", at(2), at(2), 1, lifecycle="complete")], at(3))
    assert changes.open["c"].open == 1
    check_same(live, agreement)


@pytest.mark.parametrize("hours", [0.0, 0.000_000_001])
def test_an_instant_before_the_present_is_refused(hours: float) -> None:
    from giao.core.agreement.errors import AgreementError

    agreement = versions("")
    live = LiveReading(Tail(), agreement, as_of=at(5))
    with pytest.raises(AgreementError, match="goes forward"):
        live.advance(at(hours))
