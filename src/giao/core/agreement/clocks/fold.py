"""One case, event by event: `advance(state, event)`, then `finish(state, as_of)`. The live path and the explanation.

The state holds what happened (spells, pauses, targets in force), never what follows from it; so it can be kept and
resumed at any event, and the same state answers for any instant and any set of agreed reliefs.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from giao.core.agreement.clocks.instance import (
    ClockInstance,
    ClockState,
    Interval,
    Mark,
    Pause,
    Spell,
    TargetChange,
)
from giao.core.agreement.clocks.measure import subtract, weigh
from giao.core.agreement.clocks.program import NO_TARGET, ClockPlan, ClockProgram
from giao.core.agreement.clocks.scalar import context_of, matches
from giao.core.agreement.document.clock import PauseBetween
from giao.core.agreement.relief import Relieved


@dataclass(frozen=True)
class CaseEvent:
    """One event of a case. `values`: attributes (and resource, group, …) that this event sets; None leaves them, unless
    they are among those `cleared`.

    `position` names the event in the results: the row in the log, or its place in the ledger.
    """

    position: int
    time_us: int
    activity: str
    lifecycle: str | None = "complete"
    values: Mapping[str, Any] = field(default_factory=dict)
    cleared: tuple[str, ...] = ()


@dataclass(frozen=True)
class Strand:
    """An instance as it unfolds: spells as they came, targets as they changed."""

    version: int
    spells: tuple[Spell, ...]
    changes: tuple[TargetChange, ...]
    cancelled: Mark | None = None

    @property
    def running(self) -> bool:
        return self.spells[-1].stop is None and self.cancelled is None


@dataclass(frozen=True)
class CaseState:
    """Everything about one case that later events can still need, for one clock.

    number   of events so far; `history` are their contexts, kept only when a condition reads `events`
    """

    values: Mapping[str, Any]
    strands: tuple[Strand, ...]
    paused_since: tuple[tuple[Mark | None, ...], ...]
    pauses: tuple[tuple[Pause, ...], ...]
    scope: tuple[bool | None, ...]
    received: tuple[bool, ...]
    seen_start: bool
    faults: tuple[tuple[int, Mark], ...]
    number: int = 0
    history: tuple[Mapping[str, Any], ...] = ()


def begin(plan: ClockPlan) -> CaseState:
    """The state of a case before its first event."""
    sources = tuple(tuple(None for _ in program.pauses) if program else () for program in plan.programs)
    none = tuple(None for _ in plan.programs)
    return CaseState(
        {}, (), sources, tuple(() for _ in plan.programs), none, tuple(False for _ in none), False, ()
    )


def fold_case(
    plan: ClockPlan, events: Iterable[CaseEvent], as_of_us: int, reliefs: Sequence[Relieved] = ()
) -> list[ClockInstance]:
    """The instances of one clock in one case as of an instant. Events are in the case's order."""
    state = begin(plan)
    for event in events:
        if event.time_us > as_of_us:
            break  # events are in order of time: this and all later ones have not happened yet
        state = advance(plan, state, event)
    return finish(plan, state, as_of_us, reliefs)


def advance(plan: ClockPlan, state: CaseState, event: CaseEvent) -> CaseState:
    """The state after one more event."""
    values = {**state.values, **{k: v for k, v in event.values.items() if v is not None}}
    for name in event.cleared:
        values.pop(name, None)
    seen = _Seen(plan, event, values, state)
    history = tuple(seen.context["@events"]) if plan.reads_events else ()
    state = replace(state, values=values, number=state.number + 1, history=history)
    state = _scope(plan, state, seen)
    state = _pauses(plan, state, seen)
    strand = state.strands[-1] if state.strands else None
    if strand is None or strand.cancelled is not None:
        return _outside(plan, state, seen)
    program = plan.programs[strand.version]
    assert program is not None
    if strand.running:
        return _running(plan, state, seen, strand, program)
    return _stopped(plan, state, seen, strand, program)


def finish(
    plan: ClockPlan, state: CaseState, as_of_us: int, reliefs: Sequence[Relieved] = ()
) -> list[ClockInstance]:
    """What the state says as of an instant at or after its last event."""
    return [
        _instance(plan, state, number, strand, as_of_us, reliefs)
        for number, strand in enumerate(state.strands)
        if state.scope[strand.version]
    ]


def data_faults(state: CaseState) -> list[Mark]:
    """Stops that came before any start of the case."""
    return [mark for version, mark in state.faults if state.scope[version]]


class _Seen:
    """One event with the attributes after it, and what it means under each version; evaluated once where asked."""

    def __init__(
        self, plan: ClockPlan, event: CaseEvent, values: Mapping[str, Any], before: CaseState
    ) -> None:
        self.plan = plan
        self.event = event
        self.mark = Mark(event.position, event.time_us)
        self.context = context_of(
            *(values, event.values, before.number + 1, event.time_us, event.activity, event.lifecycle),
            before=before.history,
        )
        self.version = plan.version_at(event.time_us)
        self.in_force = plan.programs[self.version]

    def is_start(self, program: ClockProgram) -> bool:
        return self.matches(program.start) and not self.cancels(program)

    def is_stop(self, program: ClockProgram) -> bool:
        return self.matches(program.stop) and not self.cancels(program)

    def cancels(self, program: ClockProgram) -> bool:
        return self.matches(program.cancelled)

    def matches(self, patterns: Iterable[Any]) -> bool:
        return matches(self.plan.rules, patterns, self.event.activity, self.event.lifecycle, self.context)

    def holds(self, condition: str) -> bool:
        return self.plan.rules.holds(condition, self.context)

    def target(self, program: ClockProgram) -> int:
        for index, target in enumerate(program.targets):
            if target.when is None or self.holds(target.when):
                return index
        return NO_TARGET


def _scope(plan: ClockPlan, state: CaseState, seen: _Seen) -> CaseState:
    """In scope by the condition at receipt; until then by the case's first event."""
    scope, received = list(state.scope), list(state.received)
    for version, program in enumerate(plan.programs):
        if program is None or received[version]:
            continue
        is_receipt = program.scope is not None and seen.matches(program.received)
        if scope[version] is None or is_receipt:
            scope[version] = program.scope is None or seen.holds(program.scope)
        received[version] = is_receipt
    return replace(state, scope=tuple(scope), received=tuple(received))


def _pauses(plan: ClockPlan, state: CaseState, seen: _Seen) -> CaseState:
    since, done = list(state.paused_since), list(state.pauses)
    for version, program in enumerate(plan.programs):
        if program is None or not program.pauses:
            continue
        now = list(since[version])
        for source, pause in enumerate(program.pauses):
            begun = now[source]
            if isinstance(pause, PauseBetween):
                starts, ends = seen.matches(pause.start), seen.matches(pause.until)
                goes_on = starts if ends or begun is None else True
                if begun is None and ends:
                    goes_on = False
                if begun is not None and ends:
                    done[version] += (Pause(source, begun, seen.mark),)
                    begun = None
            else:
                goes_on = seen.holds(pause.when)
                if begun is not None and not goes_on:
                    done[version] += (Pause(source, begun, seen.mark),)
            now[source] = (begun or seen.mark) if goes_on else None
        since[version] = tuple(now)
    return replace(state, paused_since=tuple(since), pauses=tuple(done))


def _outside(plan: ClockPlan, state: CaseState, seen: _Seen) -> CaseState:
    """Nothing runs and nothing can be reopened."""
    starts = any(program and seen.matches(program.start) for program in plan.programs)
    program = seen.in_force
    if program and seen.is_start(program):
        return _open(state, seen, program)
    faulty = program and not (state.seen_start or starts or state.strands) and seen.is_stop(program)
    faults = (*state.faults, (seen.version, seen.mark)) if faulty else state.faults
    return replace(state, seen_start=state.seen_start or starts, faults=faults)


def _open(state: CaseState, seen: _Seen, program: ClockProgram, at_once: bool = True) -> CaseState:
    """A new instance; an event that also stops gives a spell of zero length (unless it stopped the one before)."""
    stop = seen.mark if at_once and seen.is_stop(program) else None
    strand = Strand(
        program.version, (Spell(seen.mark, stop),), (TargetChange(seen.mark, seen.target(program)),)
    )
    return replace(state, strands=(*state.strands, strand), seen_start=True)


def _running(
    plan: ClockPlan, state: CaseState, seen: _Seen, strand: Strand, program: ClockProgram
) -> CaseState:
    strand = _changed(strand, seen, program)
    if seen.cancels(program):
        stopped_for_good = program.reopen == "first" and len(strand.spells) > 1
        return _update(state, strand if stopped_for_good else replace(strand, cancelled=seen.mark))
    if not seen.is_stop(program):
        return _update(state, strand)
    stopped = replace(strand, spells=(*strand.spells[:-1], replace(strand.spells[-1], stop=seen.mark)))
    state = _update(state, stopped)
    if program.reopen == "each":
        if seen.in_force and seen.is_start(seen.in_force):
            return _open(state, seen, seen.in_force, at_once=False)
    elif seen.is_start(program):
        return _update(state, replace(stopped, spells=(*stopped.spells, Spell(seen.mark, None))))
    return state


def _stopped(
    plan: ClockPlan, state: CaseState, seen: _Seen, strand: Strand, program: ClockProgram
) -> CaseState:
    last = strand.spells[-1].stop
    assert last is not None
    again = program.reopen != "each" and (
        program.within_us is None or seen.mark.time_us - last.time_us <= program.within_us
    )
    if not again:
        if seen.in_force and seen.is_start(seen.in_force):
            return _open(state, seen, seen.in_force)
        return _update(state, _changed(strand, seen, program))
    strand = _changed(strand, seen, program)
    if seen.is_start(program):
        stop = seen.mark if seen.is_stop(program) else None
        strand = replace(strand, spells=(*strand.spells, Spell(seen.mark, stop)))
    return _update(state, strand)


def _changed(strand: Strand, seen: _Seen, program: ClockProgram) -> Strand:
    if program.reclassify == "start":
        return strand
    target = seen.target(program)
    if target == strand.changes[-1].target:
        return strand
    return replace(strand, changes=(*strand.changes, TargetChange(seen.mark, target)))


def _update(state: CaseState, strand: Strand) -> CaseState:
    return replace(state, strands=(*state.strands[:-1], strand))


def _instance(
    plan: ClockPlan,
    state: CaseState,
    number: int,
    strand: Strand,
    as_of_us: int,
    reliefs: Sequence[Relieved],
) -> ClockInstance:
    program = plan.programs[strand.version]
    assert program is not None
    spells = _counted_spells(strand, program)
    stop = strand.cancelled or spells[-1].stop
    started = spells[0].start
    ended = stop.time_us if stop else as_of_us
    base = tuple((spell.start.time_us, spell.stop.time_us if spell.stop else ended) for spell in spells)
    open_now = tuple(
        Pause(source, since, None)
        for source, since in enumerate(state.paused_since[strand.version])
        if since is not None
    )
    pauses = tuple(
        pause
        for pause in (*state.pauses[strand.version], *open_now)
        if _touches((pause.start.time_us, _until(pause.stop, as_of_us)), (started.time_us, ended))
    )
    allowed = [r for r in reliefs if program.clock.relief is None or r.relief in program.clock.relief]
    excused = tuple(
        relief
        for relief in allowed
        if _touches((relief.start_us, _end(relief, as_of_us)), (started.time_us, ended))
    )
    holes: list[Interval] = [(pause.start.time_us, _until(pause.stop, as_of_us)) for pause in pauses]
    holes += [(relief.start_us, _end(relief, as_of_us)) for relief in excused]
    counted = subtract(base, holes)
    before = [strand.changes[0]] + [
        change for change in strand.changes[1:] if stop is None or change.mark.position < stop.position
    ]
    known = [c for c in strand.changes if stop is None or c.mark.position <= stop.position]
    verdict = weigh(program, counted, before, known[-1].target, ended)
    paused = bool(open_now) or any(
        relief.start_us <= as_of_us and (relief.until_us is None or as_of_us < relief.until_us)
        for relief in allowed
    )
    return ClockInstance(
        clock=plan.name,
        number=number,
        version=strand.version,
        start_event=started.position,
        stop_event=stop.position if stop else None,
        started_us=started.time_us,
        stopped_us=stop.time_us if stop else None,
        ended_us=ended,
        spells=spells,
        pauses=pauses,
        reliefs=excused,
        counted=counted,
        changes=tuple(before),
        target=verdict.target,
        origin_us=verdict.origin_us,
        consumed_us=verdict.consumed_us,
        budget_us=verdict.budget_us,
        due_us=verdict.due_us,
        breaches_after_us=verdict.breaches_after_us,
        state=_state(strand, stop, verdict.budget_us, verdict.over, paused),
    )


def _counted_spells(strand: Strand, program: ClockProgram) -> tuple[Spell, ...]:
    if program.reopen == "first":
        return strand.spells[:1]
    if program.reopen == "last":
        return (Spell(strand.spells[0].start, strand.spells[-1].stop),)
    return strand.spells


def _state(strand: Strand, stop: Mark | None, budget_us: int | None, over: bool, paused: bool) -> ClockState:
    if strand.cancelled is not None:
        return "cancelled"
    if budget_us is None and stop is not None:
        return "no_target"
    if over:
        return "breached"
    if stop is not None:
        return "met"
    return "paused" if paused else "running"


def _until(mark: Mark | None, as_of_us: int) -> int:
    return as_of_us if mark is None else mark.time_us


def _end(relief: Relieved, as_of_us: int) -> int:
    return as_of_us if relief.until_us is None else relief.until_us


def _touches(one: Interval, other: Interval) -> bool:
    return max(one[0], other[0]) < min(one[1], other[1])
