"""Why a clock shows what it shows: every interval of [start, end) with why it counted or not. No prose: ids and values.

Kinds of intervals, and their reasons (`reason`, `params`):

- ``open``: counted. ``running``.
- ``closed``: the calendar is closed. ``holiday`` {name}, ``closed_day``, ``weekend``, ``weekday_off``, ``outside_hours``,
  ``other`` {text}.
- ``paused``: ``pause_between`` {pause, from_activity, until_activity, from_event, until_event} (until absent: it goes
  on) or ``pause_while`` {pause, condition, from_event, until_event}.
- ``relief``: ``agreed`` {claim, relief, kind, agree, client, vendor} (a pending claim asked for: ``supposed``).
- ``between_spells``: stopped and started again (``reopen: sum``). ``stopped`` {from_event, until_event}.
- ``before_restart``: before the last change of target (``reclassify: restart``). ``restarted`` {event, target}.

Where several would apply, the later in this list wins: a pause over a night is one pause. `open_us` is what the measure
is open in it, `counted_us` what of it counts; the sum of `counted_us` is `consumed_us`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from typing import Any, Literal
from zoneinfo import ZoneInfo

import polars as pl

from giao.core.agreement.clocks.case import case_events
from giao.core.agreement.clocks.fold import CaseEvent, advance, begin, data_faults, finish
from giao.core.agreement.clocks.instance import ClockInstance, ClockState, Interval
from giao.core.agreement.clocks.measure import subtract
from giao.core.agreement.clocks.program import (
    NO_TARGET,
    ClockPlan,
    ClockProgram,
    Measure,
    compile_clock,
)
from giao.core.agreement.clocks.scalar import context_of, matches
from giao.core.agreement.context import Inputs
from giao.core.agreement.document.clock import PauseBetween
from giao.core.agreement.facts import to_us
from giao.core.agreement.patterns import Matcher
from giao.core.agreement.relief import Pending, Reliefs, find_reliefs

IntervalKind = Literal["open", "closed", "paused", "relief", "between_spells", "before_restart"]


@dataclass(frozen=True)
class ExplainedInterval:
    """A stretch [start, end) in which one thing holds."""

    kind: IntervalKind
    start_us: int
    end_us: int
    open_us: int
    counted_us: int
    reason: str
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class TargetTrial:
    """One target as it was tried, in order. `verdict`: matched, not_matched, not_tried (an earlier one matched)."""

    index: int
    when: str | None
    within: str
    verdict: Literal["matched", "not_matched", "not_tried"]
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class TargetEpoch:
    """A stretch with one target in force (reclassify): what it spent of which budget."""

    target: int
    start_us: int
    end_us: int
    event: int
    consumed_us: int
    budget_us: int | None


@dataclass(frozen=True)
class ExplainedInstance:
    """One instance with its intervals, in order and without a gap from start to end.

    trials       the targets as tried at the event that decides (`decided_by`: start, stop, change, now)
    calendar     name of the calendar in whose time it is told; 24x7 when elapsed
    """

    instance: ClockInstance
    state: ClockState
    intervals: tuple[ExplainedInterval, ...]
    trials: tuple[TargetTrial, ...]
    decided_by: Literal["start", "stop", "change", "now"]
    epochs: tuple[TargetEpoch, ...]
    calendar: str
    zone: str
    start_activity: str
    stop_activity: str | None
    agreement_version: int
    agreement_hash: str


@dataclass(frozen=True)
class NotStarted:
    """Why a case has no instance: `no_start_event` {patterns, events}, `not_in_force` {event, activity, version},
    `out_of_scope` {where}, `cancelled_event` {event}, `no_events`, `unknown_case`."""

    reason: str
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class ClockExplanation:
    """Everything about one clock in one case as of the reading."""

    clock: str
    case_id: str
    as_of_us: int
    instances: tuple[ExplainedInstance, ...]
    not_started: NotStarted | None
    data_faults: tuple[int, ...]


def explain_clock(
    inputs: Inputs, matcher: Matcher, clock: str, case_id: str, *, with_pending: Pending = frozenset()
) -> ClockExplanation:
    """Explain a clock of one case. Raises AgreementError for an unknown clock, LogError for an unknown case."""
    plan = compile_clock(inputs, clock, matcher.schema)
    case = inputs.log.case_code(case_id)
    reliefs = find_reliefs(inputs, matcher, with_pending=with_pending)
    events = [event for event in case_events(inputs.log, case) if event.time_us <= inputs.as_of_us]
    state = begin(plan)
    for event in events:
        state = advance(plan, state, event)
    instances = finish(plan, state, inputs.as_of_us, reliefs.of_case(case))
    story = _Story(inputs, plan, reliefs, events)
    return ClockExplanation(
        clock=clock,
        case_id=case_id,
        as_of_us=inputs.as_of_us,
        instances=tuple(story.tell(instance) for instance in instances),
        not_started=None if instances else _why_not_started(plan, events, state.scope),
        data_faults=tuple(mark.position for mark in data_faults(state)),
    )


class _Story:
    """One case's events at hand while its instances are told."""

    def __init__(self, inputs: Inputs, plan: ClockPlan, reliefs: Reliefs, events: list[CaseEvent]) -> None:
        self._inputs = inputs
        self._plan = plan
        self._reliefs = reliefs
        self._events = {event.position: event for event in events}
        self._order = events

    def tell(self, instance: ClockInstance) -> ExplainedInstance:
        program = self._plan.programs[instance.version]
        assert program is not None
        target = instance.target
        measure = program.measure if target == NO_TARGET else program.targets[target].measure
        decided_by, position = self._decides(instance, program)
        version = self._inputs.versions[instance.version]
        calendar = measure.calendar
        return ExplainedInstance(
            instance=instance,
            state=instance.state,
            intervals=tuple(self._intervals(instance, program, measure)),
            trials=tuple(self._trials(program, position)),
            decided_by=decided_by,
            epochs=tuple(_epochs(instance, program)),
            calendar=measure.name,
            zone=str(self._inputs.zone) if calendar is None else calendar.zone,
            start_activity=self._activity(instance.start_event),
            stop_activity=None if instance.stop_event is None else self._activity(instance.stop_event),
            agreement_version=version.version,
            agreement_hash=version.hash,
        )

    def _activity(self, position: int) -> str:
        return self._events[position].activity

    def _decides(
        self, instance: ClockInstance, program: ClockProgram
    ) -> tuple[Literal["start", "stop", "change", "now"], int]:
        if program.reclassify == "stop":
            if instance.stop_event is not None:
                return "stop", instance.stop_event
            return "now", self._order[-1].position
        if program.reclassify in ("restart", "proportional") and len(instance.changes) > 1:
            return "change", instance.changes[-1].mark.position
        return "start", instance.start_event

    def _trials(self, program: ClockProgram, position: int) -> Iterator[TargetTrial]:
        values = self._values_at(position)
        matched = False
        for index, target in enumerate(program.targets):
            seen: dict[str, Any] = {}
            if target.when is not None:
                seen = self._plan.rules.seen(target.when, values)
            verdict: Literal["matched", "not_matched", "not_tried"] = "not_tried"
            if not matched:
                matched = target.when is None or self._plan.rules.holds(target.when, values)
                verdict = "matched" if matched else "not_matched"
            yield TargetTrial(index, target.when, target.text, verdict, seen)

    def _values_at(self, position: int) -> dict[str, Any]:
        return next(values for event, values in _read(self._order) if event.position == position)

    def _intervals(
        self, instance: ClockInstance, program: ClockProgram, measure: Measure
    ) -> Iterator[ExplainedInterval]:
        layers = [
            *self._restarts(instance),
            *self._gaps(instance),
            *self._reliefs_of(instance),
            *self._pauses(instance, program),
        ]
        start, end = instance.started_us, instance.ended_us
        bounds = sorted({start, end} | {edge for layer in layers for edge in (layer.start_us, layer.end_us)})
        previous: ExplainedInterval | None = None
        for low, high in pairwise(bounds):
            if low < start or high > end:
                continue
            top = next((layer for layer in layers if layer.start_us <= low and high <= layer.end_us), None)
            if top is None:
                if previous is not None:
                    yield previous
                    previous = None
                yield from _by_calendar(measure, low, high)
                continue
            if previous is not None and (previous.reason, previous.params) == (top.reason, top.params):
                low = previous.start_us
            elif previous is not None:
                yield previous
            previous = ExplainedInterval(
                top.kind, low, high, measure.between(low, high), 0, top.reason, top.params
            )
        if previous is not None:
            yield previous

    def _restarts(self, instance: ClockInstance) -> Iterator[ExplainedInterval]:
        if instance.origin_us > instance.started_us:
            change = instance.changes[-1]
            params = {"event": change.mark.position, "target": change.target}
            yield _layer("before_restart", instance.started_us, instance.origin_us, "restarted", params)

    def _gaps(self, instance: ClockInstance) -> Iterator[ExplainedInterval]:
        for one, other in zip(instance.spells, instance.spells[1:], strict=False):
            assert one.stop is not None
            params = {"from_event": one.stop.position, "until_event": other.start.position}
            yield _layer("between_spells", one.stop.time_us, other.start.time_us, "stopped", params)

    def _pauses(self, instance: ClockInstance, program: ClockProgram) -> Iterator[ExplainedInterval]:
        for pause in instance.pauses:
            source = program.pauses[pause.source]
            params: dict[str, Any] = {"pause": pause.source, "from_event": pause.start.position}
            if pause.stop is not None:
                params["until_event"] = pause.stop.position
            if isinstance(source, PauseBetween):
                params["from_activity"] = self._activity(pause.start.position)
                if pause.stop is not None:
                    params["until_activity"] = self._activity(pause.stop.position)
            else:
                params["condition"] = source.when
            until = instance.ended_us if pause.stop is None else pause.stop.time_us
            reason = "pause_between" if isinstance(source, PauseBetween) else "pause_while"
            yield _clipped(_layer("paused", pause.start.time_us, until, reason, params), instance)

    def _reliefs_of(self, instance: ClockInstance) -> Iterator[ExplainedInterval]:
        for relief in instance.reliefs:
            claim = self._reliefs.claims.filter(pl.col("claim") == relief.claim).row(0, named=True)
            entry = next(
                item for item in self._inputs.versions[claim["version"]].relief if item.key == relief.relief
            )
            params = {
                "claim": relief.claim,
                "relief": relief.relief,
                "kind": claim["kind"],
                "agree": entry.agree,
                "client": claim["client"],
                "vendor": claim["vendor"],
            }
            until = instance.ended_us if relief.until_us is None else relief.until_us
            reason = "agreed" if claim["status"] == "approved" else "supposed"
            yield _clipped(_layer("relief", relief.start_us, until, reason, params), instance)


def _layer(
    kind: IntervalKind, start: int, end: int, reason: str, params: Mapping[str, Any]
) -> ExplainedInterval:
    return ExplainedInterval(kind, start, end, 0, 0, reason, params)


def _clipped(layer: ExplainedInterval, instance: ClockInstance) -> ExplainedInterval:
    low, high = max(layer.start_us, instance.started_us), min(layer.end_us, instance.ended_us)
    return ExplainedInterval(layer.kind, low, high, 0, 0, layer.reason, layer.params)


def _by_calendar(measure: Measure, start: int, end: int) -> Iterator[ExplainedInterval]:
    """Open and closed stretches of [start, end), the closed ones with the calendar's reason, day by day."""
    if measure.calendar is None:
        yield ExplainedInterval("open", start, end, end - start, end - start, "running")
        return
    found = [(*interval, "open") for interval in measure.calendar.open_intervals(start, end)]
    shut = subtract([(start, end)], [(low, high) for low, high, _ in found])
    found += [(*interval, "closed") for interval in shut]
    for low, high, kind in sorted(found):
        if kind == "open":
            yield ExplainedInterval("open", low, high, high - low, high - low, "running")
        else:
            yield from _closed(measure, low, high)


def _closed(measure: Measure, start: int, end: int) -> Iterator[ExplainedInterval]:
    calendar = measure.calendar
    assert calendar is not None
    pending: ExplainedInterval | None = None
    for low, high, why in _days(start, end, ZoneInfo(calendar.zone), calendar.why_closed):
        reason, params = _reason(why)
        if pending is not None and (pending.reason, pending.params) == (reason, params):
            low = pending.start_us
        elif pending is not None:
            yield pending
        pending = ExplainedInterval("closed", low, high, 0, 0, reason, params)
    if pending is not None:
        yield pending


def _days(start: int, end: int, zone: ZoneInfo, why: Any) -> Iterator[tuple[int, int, str | None]]:
    """[start, end) cut at local midnights, with why each day is closed."""
    at = start
    while at < end:
        day = datetime.fromtimestamp(at // 1_000_000, tz=UTC).astimezone(zone).date()
        midnight = to_us(datetime.combine(day + timedelta(days=1), time(), tzinfo=zone), zone)
        until = min(end, max(midnight, at + 1))
        yield at, until, why(day)
        at = until


_CLOSED_REASONS = {"closed by the agreement": "closed_day", "weekend": "weekend"}


def _reason(why: str | None) -> tuple[str, Mapping[str, Any]]:
    if why is None:
        return "outside_hours", {}
    if why.startswith("holiday: "):
        return "holiday", {"name": why.removeprefix("holiday: ")}
    if why.startswith("no hours on "):
        return "weekday_off", {}
    if why in _CLOSED_REASONS:
        return _CLOSED_REASONS[why], {}
    return "other", {"text": why}


def _epochs(instance: ClockInstance, program: ClockProgram) -> Iterator[TargetEpoch]:
    bounds = [change.mark.time_us for change in instance.changes[1:]] + [instance.ended_us]
    for change, until in zip(instance.changes, bounds, strict=True):
        start = change.mark.time_us
        aim = None if change.target == NO_TARGET else program.targets[change.target]
        measure = aim.measure if aim else program.measure
        within = _within(instance.counted, start, until)
        origin = start if program.reclassify == "restart" else instance.started_us
        yield TargetEpoch(
            target=change.target,
            start_us=start,
            end_us=until,
            event=change.mark.position,
            consumed_us=sum(measure.between(low, high) for low, high in within),
            budget_us=aim.budget_from(origin) if aim else None,
        )


def _within(intervals: Iterable[Interval], low: int, high: int) -> list[Interval]:
    return [(max(a, low), min(b, high)) for a, b in intervals if max(a, low) < min(b, high)]


def _why_not_started(plan: ClockPlan, events: list[CaseEvent], scope: tuple[bool | None, ...]) -> NotStarted:
    if not events:
        return NotStarted("no_events")
    for event, values in _read(events):
        version = plan.version_at(event.time_us)
        program = plan.programs[version]
        for known in plan.programs:
            if known is None or not _matches(plan, known.start, event, values):
                continue
            if program is None:
                return NotStarted(
                    "not_in_force",
                    {"event": event.position, "activity": event.activity, "version": version + 1},
                )
            if not scope[version]:
                return NotStarted("out_of_scope", {"where": program.scope, "event": event.position})
            if _matches(plan, program.cancelled, event, values):
                return NotStarted("cancelled_event", {"event": event.position, "activity": event.activity})
    program = next(program for program in reversed(plan.programs) if program is not None)
    patterns = tuple(pattern.model_dump(exclude_none=True) for pattern in program.start)
    return NotStarted("no_start_event", {"patterns": patterns, "events": len(events)})


def _read(events: Iterable[CaseEvent]) -> Iterator[tuple[CaseEvent, dict[str, Any]]]:
    """Each event with what conditions see at it."""
    values: dict[str, Any] = {}
    before: list[Mapping[str, Any]] = []
    for number, event in enumerate(events, start=1):
        values |= {name: value for name, value in event.values.items() if value is not None}
        context = context_of(
            *(values, event.values, number, event.time_us, event.activity, event.lifecycle), before=before
        )
        before.append(context["@event"])
        yield event, context


def _matches(plan: ClockPlan, patterns: Any, event: CaseEvent, values: Mapping[str, Any]) -> bool:
    return matches(plan.rules, patterns, event.activity, event.lifecycle, values)
