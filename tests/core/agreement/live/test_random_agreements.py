"""The law again, under agreements drawn by chance: clocks of every mode, KPIs of every kind with their options."""

from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from tests.core.agreement.kpis.building import versions
from tests.core.agreement.live.following import HOUR, START, at, check_same, declared
from tests.core.agreement.live.test_follows import ALWAYS, an_event, event_of, fact_of, facts_drawn

from giao.core.agreement.facts import Facts
from giao.core.agreement.live import LiveReading
from giao.core.log.tail import Tail
from giao.core.log.tail_event import LiveEvent

HEAD = """
calendars:
  office: {zone: Asia/Ho_Chi_Minh, hours: {mon-fri: [["08:00", "12:00"], ["13:00", "17:30"]]}, holidays: VN}
  nights: {zone: Europe/Amsterdam, hours: {mon-sat: [["20:00", "04:00"]]}}
work:
  received: In
  delivered: Out
  cancelled: Cancel
  order: [Out, In]
  attributes: {site: {type: string, changes: true}, ok: boolean, score: number, big: boolean}
"""


def clock_of(chance: random.Random) -> str:
    """A clock of any mode."""
    calendar = chance.choice(["office", "nights", None])
    unit = chance.choice(
        ["hours", "days"] if calendar is None else ["business hours", "business days", "hours"]
    )
    rule = chance.choice(["start", "stop", "restart", "proportional"])
    targets = [f"{{within: {chance.randint(1, 20)} {unit}}}"]
    parts = [
        f"start: {{activity: {chance.choice(['[In]', '[In, Back]'])}}}",
        f"stop: {{activity: {chance.choice(['[Out]', '[Out, Inspected]'])}}}",
        f"reopen: {chance.choice(['first', 'sum', 'last', 'each'])}",
        f"cancelled: {chance.choice(['leave', 'count'])}",
    ]
    if calendar is not None:
        parts.append(f"calendar: {calendar}")
    if chance.random() < 0.5:
        parts.append("paused_while: {from: Ask, until: Answer}")
    if chance.random() < 0.6:
        targets.insert(0, f"{{when: 'site = \"a\"', within: {chance.randint(1, 9)} {unit}}}")
        parts.append(f"reclassify: {rule}")
    if chance.random() < 0.3:
        parts.append(f"within: P{chance.randint(1, 9)}D")
    return f"{{{', '.join(parts)}, targets: [{', '.join(targets)}]}}"


def kpi_of(chance: random.Random) -> str:
    """A KPI of any kind but composite."""
    clock = chance.choice(["one", "two"])
    age = f"P{chance.randint(1, 30)}D"
    parts = chance.choice(
        [
            f"kind: share_in_target, clock: {clock}, count_at: {chance.choice(['stop', 'due', 'start'])}",
            f"kind: share_in_target, clock: {clock}, tiers: [{{share: 60%}}, {{within: 30 hours, share: 95%}}]",
            f"kind: mean, clock: {clock}, count_at: {chance.choice(['stop', 'due', 'start'])}",
            f"kind: percentile, clock: {clock}, p: {chance.randint(1, 100)}%",
            "kind: percentile, attribute: score, of: Out, p: 90%",
            "kind: rate, of: received, good: ok",
            "kind: rate, bad: big, weigh: score",
            f"kind: sampled_rate, inspected: Inspected, good: ok{chance.choice(['', ', strata: site'])}",
            f"kind: volume, of: {chance.choice(['received', 'delivered', 'Back'])}",
            f"kind: backlog{chance.choice(['', ', older_than: 3 days', ', older_than: 2 business days, calendar: office'])}",
            f"kind: score, attribute: score, method: {chance.choice(['mean', 'nps'])}",
            "kind: score, fact: csat",
            f"kind: ratio, numerator: {{clock: {clock}}}, denominator: {{count: received}}",
            "kind: ratio, numerator: {sum: score, of: Out}, denominator: {fact: hours}",
            "kind: availability, calendar: office, partial: full",
        ]
    )
    options = [parts]
    counted = not any(kind in parts for kind in ("volume", "backlog", "availability"))
    rolling = chance.random() < 0.25
    options.append(
        f"window: {{rolling: {{last: {chance.randint(2, 3)}, of: {chance.choice(['week', 'month'])}}}}}"
        if rolling
        else f"window: {chance.choice(['week', 'month', 'month', 'quarter'])}"
    )
    if "availability" not in parts and chance.random() < 0.5:
        options.append(f"by: site, across: {chance.choice(['pooled', 'mean', 'worst'])}")
    if counted and not rolling and chance.random() < 0.4:
        options.append(
            f"minimum_volume: {chance.randint(2, 5)}, low_volume: {chance.choice(['none', 'carry', 'allow_one'])}"
        )
    if chance.random() < 0.2:
        options.append(f"smooth: {chance.randint(2, 3)}")
    if "availability" not in parts and "fact" not in parts:
        if chance.random() < 0.3:
            options.append(
                chance.choice(["where: ok", "where: not(big)", "where: 'clock.one.state != \"paused\"'"])
            )
        if chance.random() < 0.3:
            old = f"exclude: 'clock.two.consumed > duration(\"{age}\")'"
            options.append(chance.choice(["exclude: big", old]))
    if chance.random() < 0.3:
        options.append("round: 1")
    return f"{{{', '.join(options)}}}"


def agreement_of(chance: random.Random) -> str:
    """An agreement with two clocks, some KPIs, and a composite of them."""
    names = [f"k{number}" for number in range(chance.randint(2, 6))]
    kpis = [f"  {name}: {kpi_of(chance)}" for name in names]
    window = chance.choice(["week", "month", "quarter"])
    kpis.append(
        f"  mix: {{kind: composite, window: {window}, of: {{{', '.join(f'{name}: 1' for name in names[:2])}}}}}"
    )
    scope = "where: 'site != \"x\"'\n" if chance.random() < 0.4 else ""
    relief = chance.choice(["time", "case", ""])
    entry = (
        f"relief: [{{kind: bank, from: Missing, until: Found, effect: {relief}, agree: none}}]\n"
        if relief
        else ""
    )
    clocks = f"clocks:\n  one: {clock_of(chance)}\n  two: {clock_of(chance)}\n"
    return f"{HEAD}{scope}{entry}{clocks}kpis:\n" + "\n".join(kpis) + "\n"


def follow(drawn: list[Any], told: list[Any], based: int, begin: int, chance: random.Random) -> None:
    agreement = versions(agreement_of(chance))
    events = [event_of(each, number) for number, each in enumerate(drawn)]
    left = [fact_of(each) for each in told]
    chance.shuffle(events)
    below = Tail(declared=declared(agreement))
    below.add([LiveEvent("z", "In", START, START, lifecycle="complete"), *events[:based]])
    live = LiveReading(below.settled(), agreement, facts=Facts(ALWAYS), as_of=at(begin), warning_us=3 * HOUR)
    rest, instant = events[based:], begin
    while rest or left:
        take = chance.randint(1, 12)
        instant += chance.choice([0, 1, 30, 24 * 13])
        live.apply(rest[:take], at(instant), facts=left[:2])
        rest, left = rest[take:], left[2:]
        if chance.random() < 0.3:
            check_same(live, agreement)
    live.advance(at(instant + 24 * 3 + 0.25))
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


@settings(max_examples=8, deadline=None, suppress_health_check=SLOW, phases=NO_SHRINK)
@given(*DRAWN)
def test_the_law_holds_under_any_agreement(
    drawn: list[Any], told: list[Any], based: int, begin: int, chance: random.Random
) -> None:
    follow(drawn, told, based, begin, chance)


@pytest.mark.prove
@settings(max_examples=300, deadline=None, suppress_health_check=SLOW, phases=NO_SHRINK)
@given(*DRAWN)
def test_the_law_holds_under_many_agreements(
    drawn: list[Any], told: list[Any], based: int, begin: int, chance: random.Random
) -> None:
    follow(drawn, told, based, begin, chance)
