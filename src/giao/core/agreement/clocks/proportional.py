"""`reclassify: proportional` of instances whose target changed: Σ spent ÷ budget, in whole numbers of any size."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter

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


TAIL = -1
"""What the part after an instance's end spends: as much as it takes."""


def spend_in_parts(plan: ClockPlan, found: Found) -> Parts | None:
    """The verdicts on the instances of proportional clocks whose target changed; None when there are none."""
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
    spent[is_tail] = TAIL
    kept = targets != NO_TARGET
    verdicts = _verdicts(
        len(rows), *(column[kept].tolist() for column in (owners, budget, spent, starts, which))
    )
    over, base, rest, cut, measure = (np.array(column) for column in zip(*verdicts, strict=True))
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


Verdict = tuple[bool, int, int, int, int]


def _verdicts(
    n: int, owners: list[int], budget: list[int], spent: list[int], starts: list[int], which: list[int]
) -> list[Verdict]:
    """(over, due base, due rest, due cut, due measure) of each owner. `measure.py` does the same with fractions."""
    found: list[Verdict] = []
    parts = zip(owners, budget, spent, starts, which, strict=True)
    by_owner = {owner: list(group) for owner, group in groupby(parts, key=itemgetter(0))}
    for owner in range(n):
        by_budget: dict[int, int] = {}
        over = False
        due: tuple[int, int, int, int] | None = None
        for _, of, here, start, measure in by_owner.get(owner, ()):
            if due is None:
                whole, cut = 1, 1
                if of:
                    rest, unit = _rest(by_budget, of)
                    whole = -(-rest // unit)
                    cut = int(whole * unit != rest)
                if here >= whole or here == TAIL:
                    due = (start, whole, cut, measure)
            if here > 0 and of:
                by_budget[of] = by_budget.get(of, 0) + here
            elif here > 0:
                over = True
        found.append((over or _rest(by_budget, 1)[0] < 0, *(due or (0, 0, 0, -1))))
    return found


def _rest(by_budget: dict[int, int], budget: int) -> tuple[int, int]:
    """budget × (1 - Σ spent ÷ budget) as numerator and positive denominator."""
    numerator, denominator = 1, 1
    for other, spent in by_budget.items():
        numerator = numerator * other - spent * denominator
        denominator *= other
    return numerator * budget, denominator
