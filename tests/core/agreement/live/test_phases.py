"""A live reading under phases that wait for a gate: the levels are those of the whole reading, before and after it is passed."""

from __future__ import annotations

from tests.core.agreement.kpis.building import versions
from tests.core.agreement.live.following import HOUR, at, check_same, declared

from giao.core.agreement.facts import Fact
from giao.core.agreement.live import LiveReading
from giao.core.log.tail import Tail
from giao.core.log.tail_event import LiveEvent

TEXT = """
phases:
  - {name: ramp, until: 2026-01-05}
  - {name: run, until: 2026-12-31, gate: ready, levels: {in_time: {expected: 95%}}}
kpis: {in_time: {kind: share_in_target, clock: c, window: week, expected: 50%}}
"""


def happened(case: str, activity: str, hours: float) -> LiveEvent:
    return LiveEvent(case, activity, at(hours), at(hours), 0)


def test_a_gate_that_is_passed_changes_the_levels() -> None:
    agreement = versions(TEXT)
    tail = Tail(declared=declared(agreement))
    tail.add([happened("a", "In", 1), happened("a", "Out", 300)])
    live = LiveReading(tail, agreement, as_of=at(301), warning_us=2 * HOUR)
    assert [result.levels_from for result in live.results] == ["document", "document", "document"]
    gate = Fact("giao.decision.gate", at(120), at(302), {"gate": "ready", "passed": True})
    told = live.apply([happened("b", "In", 302)], at(303), facts=[gate])
    assert told.whole == "phases"
    check_same(live, agreement)
    assert live.results[-1].levels_from == "phase:run"
