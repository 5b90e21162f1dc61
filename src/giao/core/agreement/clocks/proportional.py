"""`reclassify: proportional` of instances whose target changed: Σ spent ÷ budget, in whole numbers of any size."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from giao.core.agreement.clocks import codes
from giao.core.agreement.clocks.many import between, budgets, groups
from giao.core.agreement.clocks.program import NO_TARGET, ClockPlan, Measure
from giao.core.agreement.clocks.spans import Found

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Parts:
    """For `rows`: whether the parts are overspent; due is `due_rest` after `due_base`, less `due_cut`, in the measure
    `measures[due_measure]`; a `due_measure` of -1: never due."""

    rows: Ints
    over: npt.NDArray[np.bool_]
    due_base: Ints
    due_rest: Ints
    due_cut: Ints
    due_measure: Ints
    measures: list[Measure]


def spend_in_parts(plan: ClockPlan, found: Found) -> Parts | None:
    """The verdicts on the instances of proportional clocks whose target changed; None when there are none."""
    from giao.core.agreement.clocks import kernel

    proportional = np.array(
        [program is not None and program.reclassify == "proportional" for program in plan.programs]
    )
    if not proportional.any():
        return None
    rows = np.flatnonzero(
        (found.column(codes.MIXED) == 1)
        & proportional[found.column(codes.VERSION)]
        & (found.column(codes.TARGET) != NO_TARGET)
    )
    if not len(rows):
        return None
    owners, starts, stops, targets, is_tail = _parts(found, rows)
    instances = found.rows[:, rows]
    spent, budget = np.zeros(len(owners), dtype=np.int64), np.zeros(len(owners), dtype=np.int64)
    which = np.zeros(len(owners), dtype=np.int64)
    measures: list[Measure] = []
    for mask, version, target in groups(instances[codes.VERSION, owners], targets):
        program = plan.programs[version]
        assert program is not None
        if target == NO_TARGET:
            continue
        aim = program.targets[target]
        spent[mask] = between(aim.measure, starts[mask], stops[mask])
        budget[mask] = budgets(aim, instances[codes.STARTED, owners[mask]])
        which[mask] = len(measures)
        measures.append(aim.measure)
    spent[is_tail] = codes.TAIL
    kept = targets != NO_TARGET
    owners, budget, spent, starts, which = (column[kept] for column in (owners, budget, spent, starts, which))
    n = len(rows)
    base, rest, cut, measure = (np.zeros(n, dtype=np.int64) for _ in range(4))
    over = np.zeros(n, dtype=bool)
    first = np.searchsorted(owners, np.arange(n + 1))
    if kernel.spend_parts(first, budget, spent, starts, which, over, base, rest, cut, measure):
        for owner in np.flatnonzero(measure == codes.TOO_LARGE).tolist():
            mine = slice(first[owner], first[owner + 1])
            parts = list(zip(*(part[mine].tolist() for part in (budget, spent, starts, which)), strict=True))
            over[owner], base[owner], rest[owner], cut[owner], measure[owner] = verdict_of(parts)
    return Parts(rows, over, base, rest, cut, measure, measures)


def _parts(found: Found, rows: Ints) -> tuple[Ints, Ints, Ints, Ints, npt.NDArray[np.bool_]]:
    """(owner, start, end, target, is tail) of each part, by owner: the segments, then the time after the end."""
    instances = found.rows[:, rows]
    counts = instances[codes.HIGH] - instances[codes.LOW]
    ends = np.cumsum(counts)
    at = np.arange(int(ends[-1])) - np.repeat(ends - counts - instances[codes.LOW], counts)
    owners = np.concatenate([np.repeat(np.arange(len(rows)), counts), np.arange(len(rows))])
    order = np.argsort(owners, kind="stable")
    starts = np.concatenate([found.seg_from[at], instances[codes.ENDED]])[order]
    stops = np.concatenate([found.seg_to[at], instances[codes.ENDED]])[order]
    targets = np.concatenate([found.seg_target[at].astype(np.int64), instances[codes.LAST_TARGET]])[order]
    return owners[order], starts, stops, targets, order >= len(at)


Part = tuple[int, int, int, int]
"""(budget, spent, start, measure)."""


def verdict_of(parts: list[Part]) -> tuple[bool, int, int, int, int]:
    """(over, due base, due rest, due cut, due measure) in whole numbers of any size, as `kernel.spend_parts`."""
    by_budget: dict[int, int] = {}
    over = False
    due: tuple[int, int, int, int] | None = None
    for budget, here, start, measure in parts:
        if due is None:
            whole, cut = 1, 1
            if budget:
                rest, unit = _rest(by_budget, budget)
                whole = -(-rest // unit)
                cut = int(whole * unit != rest)
            if here >= whole or here == codes.TAIL:
                due = (start, whole, cut, measure)
        if here > 0 and budget:
            by_budget[budget] = by_budget.get(budget, 0) + here
        elif here > 0:
            over = True
    return over or _rest(by_budget, 1)[0] < 0, *(due or (0, 0, 0, -1))


def _rest(by_budget: dict[int, int], budget: int) -> tuple[int, int]:
    """budget × (1 - Σ spent ÷ budget) as numerator and positive denominator."""
    numerator, denominator = 1, 1
    for other, spent in by_budget.items():
        numerator = numerator * other - spent * denominator
        denominator *= other
    return numerator * budget, denominator
