"""From segments to consumed, budget, due and state, for many instances at once: integers only, exact."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from giao.core.agreement.clocks import codes
from giao.core.agreement.clocks.many import add, between, budgets, groups
from giao.core.agreement.clocks.program import NO_TARGET, ClockPlan, Measure
from giao.core.agreement.clocks.proportional import spend_in_parts
from giao.core.agreement.clocks.spans import Found

Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

NO_BUDGET = -1


@dataclass(frozen=True)
class Settled:
    """By instance: consumed in the measure of its target; budget (NO_BUDGET without target); due (with a mask)."""

    consumed: Ints
    budget: Ints
    due: Ints
    has_due: Mask
    over: Mask


def settle(plan: ClockPlan, found: Found) -> Settled:
    """What each instance has consumed of what, and when that is used up."""
    from giao.core.agreement.clocks import kernel

    rows = found.rows
    n = len(rows)
    measures: list[Measure] = []
    which = np.zeros(n, dtype=np.int64)
    budget = np.full(n, NO_BUDGET, dtype=np.int64)
    for mask, version, target in groups(rows[:, codes.VERSION], rows[:, codes.TARGET]):
        program = plan.programs[version]
        assert program is not None
        aim = None if target == NO_TARGET else program.targets[target]
        which[mask] = _place(measures, aim.measure if aim else program.measure)
        if aim is not None:
            budget[mask] = budgets(aim, rows[mask, codes.ORIGIN])
    consumed, base, rest = (np.empty(n, dtype=np.int64) for _ in range(3))
    spent = _spent(measures, which, found)
    kernel.spend(rows, found.seg_from, spent, budget, consumed, base, rest)
    over = (budget != NO_BUDGET) & (consumed > budget)
    has_due = budget != NO_BUDGET
    cut = np.zeros(n, dtype=np.int64)
    parts = spend_in_parts(plan, found)
    if parts is not None:
        at = parts.rows
        over[at], has_due[at], cut[at] = parts.over, parts.has_due, parts.due_cut
        base[at], rest[at] = parts.due_base, parts.due_rest
        which[at] = [_place(measures, measure) for measure in parts.measures]
    due = np.zeros(n, dtype=np.int64)
    for place, measure in enumerate(measures):
        mask = has_due & (which == place)
        due[mask], known = add(measure, base[mask], rest[mask])
        if known is not None:
            has_due[mask] = known
    return Settled(consumed, budget, due - cut, has_due, over)


def _place(measures: list[Measure], measure: Measure) -> int:
    for place, known in enumerate(measures):
        if known.calendar is measure.calendar:
            return place
    measures.append(measure)
    return len(measures) - 1


def _spent(measures: list[Measure], which: Ints, found: Found) -> Ints:
    """Time of each segment in the measure of its instance; segments stand in the order of their instances."""
    if len(measures) == 1:
        return between(measures[0], found.seg_from, found.seg_to)
    counts = found.rows[:, codes.HIGH] - found.rows[:, codes.LOW]
    of_segment = np.repeat(which, counts)
    spent = np.empty(len(found.seg_from), dtype=np.int64)
    for place, measure in enumerate(measures):
        mask = of_segment == place
        spent[mask] = between(measure, found.seg_from[mask], found.seg_to[mask])
    return spent
