"""Conditions of KPIs that read clocks and events: of which instance, as of when, in each kind of KPI."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.core.agreement.kpis.building import Event, case, event, inputs_of, outcome_of, read, versions

from giao.core.agreement.context import make_inputs
from giao.core.agreement.earlier import Earlier
from giao.core.agreement.facts import Facts, to_us
from giao.core.agreement.kpis import KpiOutcome
from giao.core.agreement.kpis.clock_names import Places
from giao.core.agreement.kpis.scoping import holds_at
from giao.core.agreement.results import KpiResult
from giao.core.rules import RuleError

HEAD = """
giao: 1
name: Test
parties: {client: {name: C}, vendor: {name: V}}
term: {start: 2026-01-01, end: 2026-12-31}
currency: EUR
zone: UTC
work: {received: In, delivered: Out, cancelled: Cancel}
clocks:
  c: {start: In, stop: Out, targets: [{within: 48 hours}]}
  each: {start: Ask, stop: Answer, reopen: each, targets: [{within: 2 hours}]}
  free: {start: Ask, stop: Answer}
"""

EVENTS: list[Event] = [
    *case("met", "2026-01-05T08:00", "2026-01-06T08:00", site="Hue"),
    *case("missed", "2026-01-05T08:00", "2026-01-09T08:00", site="Hue"),
    event("asked", "In", "2026-01-05T08:00", site="Hanoi"),
    event("asked", "Ask", "2026-01-05T09:00"),
    event("asked", "Answer", "2026-01-05T10:00"),
    event("asked", "Ask", "2026-01-06T09:00"),
    event("asked", "Answer", "2026-01-06T14:00"),
    event("asked", "Out", "2026-01-06T15:00"),
    event("waits", "In", "2026-01-20T08:00", site="Hanoi"),
    event("waits", "Ask", "2026-01-20T09:00"),
    event("gone", "In", "2026-01-21T08:00", site="Hanoi"),
    event("gone", "Cancel", "2026-01-22T08:00"),
]
AS_OF = "2026-01-31T00:00"


def kpi(text: str, **options: object) -> KpiOutcome:
    return read(f"kpis: {{k: {text}}}", EVENTS, head=HEAD, **({"as_of": AS_OF} | options))  # type: ignore[arg-type]


def members(found: KpiOutcome, *roles: str) -> list[str]:
    """Cases in some roles in January."""
    frame = found.members("k", "2026-01")
    ids = found.ground.inputs.log.case_ids
    return sorted(ids[code] for code, role in frame.select("case", "role").iter_rows() if role in roles)


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        # the case's latest instance, as of the reading: a volume measures no clock
        ('clock.c.state = "met"', ["asked", "met"]),
        ('clock.c.state = "breached"', ["missed", "waits"]),
        ('clock.c.state = "cancelled"', ["gone"]),
        ('clock.each.state = "breached"', ["asked", "waits"]),
        ('clock.each.state = "not_started"', ["gone", "met", "missed"]),
        ('clock.free.state = "no_target"', ["asked"]),
        ('clock.free.state = "running" and clock.free.due = null', ["waits"]),
        ('clock.c.consumed = duration("PT24H")', ["gone", "met"]),
        ('clock.c.consumed > duration("P10D")', ["waits"]),
        ('clock.each.consumed <= duration("PT5H")', ["asked"]),
        ('clock.c.due = date and time("2026-01-22T08:00:00Z")', ["waits"]),
        ("clock.c.stopped = null", ["waits"]),
        ("clock.c.stopped - clock.c.started > duration(\"P2D\")", ["missed"]),
        ("clock.each.started = null", ["gone", "met", "missed"]),
        ("clock.c.due < event.time", []),
        ('clock.c.state = "breached" and site = "Hue"', ["missed"]),
        # whole, row by row
        ('clock.c != null and clock.each.state = "breached"', ["asked", "waits"]),
        ('get value(clock.c, "state") = "breached"', ["missed", "waits"]),
        # the event at which the row is read
        ('event.number = 1 and event.activity = "In"', ["asked", "gone", "met", "missed", "waits"]),
        ("count(events) > 1", []),
    ],
)  # fmt: skip
def test_which_instance_and_what(condition: str, expected: list[str]) -> None:
    assert members(kpi(f"{{kind: volume, where: '{condition}'}}"), "counted") == expected


def test_a_kpi_reads_the_instance_that_it_measures() -> None:
    """Of two spells of a case the first was quick: the latest is not, the row's own is."""
    share = "{{kind: share_in_target, clock: each, count_at: stop, where: '{}'}}"
    quick = 'clock.each.consumed < duration("PT3H")'
    assert members(kpi(share.format(quick)), "met", "missed") == ["asked"]
    assert kpi(share.format(quick)).result("k", "2026-01").value == 1
    assert members(kpi(share.format('clock.each.state = "breached"')), "met", "missed") == ["asked"]
    assert kpi(share.format('clock.each.state = "breached"')).result("k", "2026-01").value == 0
    # of another clock, the latest of the case
    assert (
        members(kpi(share.format('clock.free.consumed = duration("PT1H")')), "met", "missed") == ["asked"] * 2
    )
    mean = "{kind: mean, clock: each, exclude: 'clock.each.state = \"breached\"'}"
    assert kpi(mean).result("k", "2026-01").value == 3600


def test_both_sides_of_a_ratio_read_their_own_instances() -> None:
    ratio = (
        "{kind: ratio, numerator: {clock: each}, denominator: {count: delivered},"
        ' where: \'clock.each.consumed < duration("PT3H") or clock.c.state = "met"\'}'
    )
    found = kpi(ratio).result("k", "2026-01")
    # hours of the quick spell and of the slow one (whose case was delivered in time); two cases delivered in time
    assert (found.numerator, found.denominator) == (6, 2)


def test_good_and_bad() -> None:
    rate = kpi("{kind: rate, of: delivered, good: 'clock.c.state = \"met\"'}").result("k", "2026-01")
    assert (rate.n, rate.misses) == (3, 1)
    rate = kpi(
        "{kind: rate, of: {activity: Answer}, direction: lower, bad: 'clock.each.state = \"breached\" and event.number < 4'}"
    ).result("k", "2026-01")
    assert (rate.n, rate.misses) == (2, 1)


def test_tiers_read_the_clock_of_the_document() -> None:
    tiers = (
        "{kind: share_in_target, clock: c, count_at: due, tiers: [{share: 50%}, {within: 200 hours, share: 90%}],"
        " where: 'clock.c.state = \"breached\"'}"
    )
    found = kpi(tiers)
    assert members(found, "met", "missed") == ["missed", "waits"]


def test_an_open_backlog_reads_the_clock_as_of_the_reading() -> None:
    backlog = "{kind: backlog, where: 'clock.c.state = \"breached\"'}"
    assert kpi(backlog).result("k", "2026-01").value == 1
    early = kpi(backlog, as_of="2026-01-21T00:00")
    assert early.result("k", "2026-01").value == 0


FACTS = [
    {"type": "giao.fact.score", "name": "csat", "case": "missed", "value": 2, "channel": "mail", "time": "2026-01-10"},
    {"type": "giao.fact.score", "name": "csat", "case": "met", "value": 5, "channel": "mail", "time": "2026-01-10"},
    {"type": "giao.fact.score", "name": "csat", "value": 4, "channel": "phone", "time": "2026-01-11"},
]  # fmt: skip


@pytest.mark.parametrize(
    ("condition", "value"),
    [
        ('clock.c.state = "breached"', 2),
        ('clock.c.state = "met" and channel = "mail"', 5),
        ("clock.c.state = null", None),
        ('clock.c.state = null and channel = "phone"', 4),
        ('event.activity = "Out" and channel != "phone"', 3.5),
        ('count(events) = 2 and clock.c.consumed > duration("P2D") and channel = "mail"', 2),
        ('if channel = "mail" then clock.c.state = "met" else true', 4.5),
    ],
)
def test_facts_read_the_clocks_of_their_case(condition: str, value: float | None) -> None:
    found = kpi(f"{{kind: score, fact: csat, where: '{condition}'}}", facts=FACTS).result("k", "2026-01")
    assert found.value == value


def test_inspections_read_clocks() -> None:
    sampled = "{kind: sampled_rate, inspected: {activity: Out}, good: 'clock.c.state = \"met\"'}"
    found = kpi(sampled).result("k", "2026-01")
    assert (found.n, found.misses) == (3, 1)


def test_a_wrong_clock_is_an_error_at_its_place() -> None:
    with pytest.raises(RuleError, match="There is no clock 'cc'"):
        kpi("{kind: volume, where: 'clock.cc.state = \"met\"'}")


def test_claims_tell_what_they_change_through_a_clock_that_is_read() -> None:
    text = """
relief: [{name: excuse, kind: own, agree: both}]
kpis: {k: {kind: rate, of: delivered, good: 'clock.c.state = "met"'}}
"""
    claim = {
        "type": "giao.fact.relief",
        "relief": "excuse",
        "id": "claim",
        "case": "missed",
        "time": "2026-01-06",
        "from": "2026-01-06",
        "until": "2026-01-09",
    }
    found = read(text, EVENTS, AS_OF, [claim], HEAD).result("k", "2026-01")
    assert found.misses == 1
    assert [(told.id, told.would_be) for told in found.claims] == [("claim", 1)]


def test_many_rows_are_read_as_one_by_one() -> None:
    """Columns over all places at once = each place alone, for every clock that the rows may be of."""
    ground = outcome_of(inputs_of(versions("kpis: {}", HEAD), EVENTS, AS_OF)).ground
    conditions = [
        'clock.c.state = "breached"',
        'clock.each.consumed > duration("PT2H") and event.number > 2',
        'clock.each != null and clock.each.state in ("met", "not_started")',
    ]
    n_events = ground.inputs.log.n_events
    event_at = np.append(np.arange(n_events), -1)
    case_at = np.append(ground.cases_of(np.arange(n_events)), -1)
    for clock in (None, "c", "each"):
        numbers = np.arange(n_events + 1) % 2
        for text in conditions:
            whole = holds_at(ground, text, Places(event_at, case_at, numbers, clock))
            alone = [
                holds_at(
                    ground, text, Places(*(part[at : at + 1] for part in (event_at, case_at, numbers)), clock)
                )[0]
                for at in range(n_events + 1)
            ]
            assert whole.tolist() == alone
            assert not whole[-1]
    assert holds_at(ground, conditions[0], Places(event_at, case_at)).sum() == 4


READING = """
kpis:
  slow: {kind: volume, where: 'clock.c.state = "breached"'}
  quick: {kind: share_in_target, clock: each, exclude: 'clock.c.consumed > duration("P1D")'}
  late: {kind: share_in_target, clock: c, count_at: due, where: 'clock.each.state != "breached"'}
  asked: {kind: rate, of: delivered, good: 'count(events[activity = "Ask"]) > 1 or clock.free.state = "not_started"'}
  left: {kind: backlog, exclude: 'clock.c.due > event.time'}
  hours: {kind: ratio, numerator: {clock: each}, denominator: {count: delivered}, where: 'clock.each.stopped != null'}
"""
moves = st.tuples(st.integers(1, 900), st.sampled_from(["Out", "Ask", "Answer", "Cancel", "Note"]))
lives = st.lists(st.tuples(st.integers(0, 24 * 130), st.lists(moves, max_size=6)), min_size=1, max_size=10)


@settings(max_examples=25, deadline=None)
@given(lives, st.integers(24 * 20, 24 * 138))
def test_an_earlier_reading_reads_the_clocks_as_they_stood(
    drawn: list[tuple[int, list[tuple[int, str]]]], hour: int
) -> None:
    start = datetime(2026, 1, 1, tzinfo=UTC)
    listed: list[Event] = []
    for number, (begin, then) in enumerate(drawn):
        moment = start + timedelta(hours=begin)
        listed.append(event(f"c{number}", "In", moment.isoformat()))
        for step, (wait, activity) in enumerate(then):
            moment += timedelta(hours=wait)
            listed.append(event(f"c{number}", activity, moment.isoformat(), step=step))
    agreement = versions(READING, HEAD)
    source = inputs_of(agreement, listed, "2027-06-01").log
    instant = to_us(start + timedelta(hours=hour), UTC)
    now = make_inputs(agreement, source, Facts(), to_us(datetime(2026, 5, 20, tzinfo=UTC), UTC))
    later = outcome_of(now)
    earlier = Earlier(source, now, later.ground.matcher, later).at(instant)
    assert earlier is not None
    anew = outcome_of(make_inputs(agreement, source, Facts(), instant))

    def told(results: list[KpiResult]) -> list[tuple[object, ...]]:
        return [(r.kpi, r.window, r.n, r.value, r.excluded) for r in results if r.window.end_us <= instant]

    assert told(earlier.kpis) == told(list(anew.results))
