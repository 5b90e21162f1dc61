"""From the intervals that count to consumed, budget, due and breach: exact, for one instance."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from giao.core.agreement.clocks.instance import Interval, TargetChange
from giao.core.agreement.clocks.program import NO_TARGET, ClockProgram, Measure
from giao.core.calendars import HorizonError


@dataclass(frozen=True)
class Verdict:
    """What a clock shows: the deciding target, from where it counts, and whether its budget is overspent."""

    target: int
    origin_us: int
    consumed_us: int
    budget_us: int | None
    due_us: int | None
    breaches_after_us: int | None
    over: bool


def subtract(base: Iterable[Interval], holes: Iterable[Interval]) -> tuple[Interval, ...]:
    """The parts of sorted, disjoint intervals that lie in none of the holes (in any order, may overlap)."""
    ordered = sorted(hole for hole in holes if hole[0] < hole[1])
    left: list[Interval] = []
    for start, end in base:
        at = start
        for low, high in ordered:
            if high <= at:
                continue
            if low >= end:
                break
            if low > at:
                left.append((at, low))
            at = max(at, high)
        if at < end:
            left.append((at, end))
    return tuple(left)


def clip(intervals: Iterable[Interval], low: int, high: int) -> tuple[Interval, ...]:
    """The parts of intervals within [low, high)."""
    return tuple(
        (max(start, low), min(end, high)) for start, end in intervals if max(start, low) < min(end, high)
    )


def weigh(
    program: ClockProgram,
    counted: Sequence[Interval],
    changes: Sequence[TargetChange],
    last_target: int,
    ended_us: int,
) -> Verdict:
    """The verdict on one instance.

    counted      the intervals whose time counts, clipped to [start, ended)
    changes      targets in force, the first at the start; only those that came before the stop
    last_target  the target that matches at the stop itself (or now, while open)
    """
    started = changes[0].mark.time_us
    rule = program.reclassify
    if rule == "proportional" and len(changes) > 1:
        return _proportional(program, counted, changes, ended_us)
    if rule == "stop":
        return _single(program, counted, last_target, started, ended_us)
    if rule == "restart":
        change = changes[-1]
        origin = change.mark.time_us
        return _single(program, clip(counted, origin, ended_us), change.target, origin, ended_us)
    return _single(program, counted, changes[0].target, started, ended_us)


def consumed_in(measure: Measure, counted: Iterable[Interval]) -> int:
    """Time of a measure within intervals."""
    return sum(measure.between(start, end) for start, end in counted)


def _single(
    program: ClockProgram, counted: Sequence[Interval], target: int, origin: int, ended: int
) -> Verdict:
    if target == NO_TARGET:
        return Verdict(target, origin, consumed_in(program.measure, counted), None, None, None, False)
    aim = program.targets[target]
    budget = aim.budget_from(origin)
    consumed = consumed_in(aim.measure, counted)
    due = _used_up(aim.measure, counted, budget, ended) if budget else origin
    # what is never used up cannot be overspent: the calendar is not asked twice
    after = None if due is None else _used_up(aim.measure, counted, budget + 1, ended)
    return Verdict(
        target, origin, consumed, budget, due, None if after is None else after - 1, consumed > budget
    )


def _used_up(measure: Measure, counted: Sequence[Interval], amount: int, ended: int) -> int | None:
    """The earliest instant at which `amount` > 0 has been counted; after the end the clock is taken to run on."""
    left = amount
    for start, end in counted:
        here = measure.between(start, end)
        if here >= left:
            return measure.add(start, left)
        left -= here
    return _add(measure, ended, left)


def _add(measure: Measure, start: int, amount: int) -> int | None:
    try:
        return measure.add(start, amount)
    except HorizonError:
        return None  # never open again as far as the calendar knows: never due


@dataclass(frozen=True)
class _Epoch:
    """A stretch with one target in force and the intervals that count in it."""

    target: int
    counted: tuple[Interval, ...]


def _proportional(
    program: ClockProgram, counted: Sequence[Interval], changes: Sequence[TargetChange], ended: int
) -> Verdict:
    started = changes[0].mark.time_us
    bounds = [change.mark.time_us for change in changes[1:]] + [ended]
    epochs = [
        _Epoch(change.target, clip(counted, change.mark.time_us, bound))
        for change, bound in zip(changes, bounds, strict=True)
    ]
    decided = next((epoch.target for epoch in reversed(epochs) if epoch.target != NO_TARGET), NO_TARGET)
    if decided == NO_TARGET:
        return _single(program, counted, NO_TARGET, started, ended)
    budgets = {
        epoch.target: program.targets[epoch.target].budget_from(started)
        for epoch in epochs
        if epoch.target != NO_TARGET
    }
    due: int | None = None
    after: int | None = None
    spent, over, found = Fraction(0), False, False
    for epoch in epochs:
        if epoch.target == NO_TARGET:
            continue
        measure, budget = program.targets[epoch.target].measure, budgets[epoch.target]
        here = consumed_in(measure, epoch.counted)
        rest = (1 - spent) * budget
        whole, cut = _ceiling(rest, budget)
        if not found and here >= whole:
            reached = _used_up(measure, epoch.counted, whole, ended)
            assert reached is not None
            due, found = reached - cut, True
        if not over and here > rest:
            crossing = _used_up(measure, epoch.counted, _floor(rest) + 1, ended)
            assert crossing is not None
            after, over = crossing - 1, True
        spent += Fraction(here, budget) if budget else Fraction(0)
    last = epochs[-1].target
    if last != NO_TARGET and not over:
        measure, budget = program.targets[last].measure, budgets[last]
        rest = (1 - spent) * budget
        whole, cut = _ceiling(rest, budget)
        if not found:
            reached = _add(measure, ended, whole)
            due = None if reached is None else reached - cut
        crossing = _add(measure, ended, _floor(rest) + 1)
        after = None if crossing is None else crossing - 1
    aim = program.targets[decided]
    return Verdict(decided, started, consumed_in(aim.measure, counted), budgets[decided], due, after, over)


def _ceiling(rest: Fraction, budget: int) -> tuple[int, int]:
    """Whole microseconds that use a rest up, and 1 when that is more than the rest (due is then one earlier)."""
    if budget == 0:
        return 1, 1
    whole = -(-rest.numerator // rest.denominator)
    return whole, int(whole != rest)


def _floor(rest: Fraction) -> int:
    return rest.numerator // rest.denominator
