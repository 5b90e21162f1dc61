"""`reclassify: proportional` of instances whose target changed: Σ spent ÷ budget, in whole numbers of any size."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from giao.core.agreement.clocks import codes
from giao.core.agreement.clocks.many import between, budgets, groups
from giao.core.agreement.clocks.program import ELAPSED, NO_TARGET, ClockPlan, Measure
from giao.core.agreement.clocks.spans import Found

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Parts:
    """For `rows`: whether the parts are overspent; due is `due_rest` of the measure after `due_base`, less `due_cut`."""

    rows: Ints
    over: npt.NDArray[np.bool_]
    due_base: Ints
    due_rest: Ints
    due_cut: Ints
    has_due: npt.NDArray[np.bool_]
    measures: Sequence[Measure]


@dataclass(frozen=True)
class _Part:
    """A segment, or what comes after the last one: its target's budget, what it spends of it, where it begins."""

    budget: int
    spent: int
    start_us: int
    measure: Measure


def spend_in_parts(plan: ClockPlan, found: Found) -> Parts | None:
    """The verdicts on the instances of proportional clocks whose target changed; None when there are none."""
    proportional = np.array(
        [program is not None and program.reclassify == "proportional" for program in plan.programs]
    )
    rows = np.flatnonzero(
        (found.rows[:, codes.MIXED] == 1)
        & proportional[found.rows[:, codes.VERSION]]
        & (found.rows[:, codes.TARGET] != NO_TARGET)
    )
    if not len(rows):
        return None
    parts = _parts(plan, found, rows)
    verdicts = [_verdict(part) for part in parts]
    over, base, rest, cut, has_due, measures = zip(*verdicts, strict=True)
    return Parts(
        rows=rows,
        over=np.array(over, dtype=bool),
        due_base=np.array(base, dtype=np.int64),
        due_rest=np.array(rest, dtype=np.int64),
        due_cut=np.array(cut, dtype=np.int64),
        has_due=np.array(has_due, dtype=bool),
        measures=measures,
    )


def _parts(plan: ClockPlan, found: Found, rows: Ints) -> list[list[_Part]]:
    """The parts of each instance in order: its segments with a target, then the time after its end (spent -1)."""
    instances = found.rows[rows]
    counts = instances[:, codes.HIGH] - instances[:, codes.LOW]
    owner = np.repeat(np.arange(len(rows)), counts)
    ends = np.cumsum(counts)
    at = np.arange(int(ends[-1])) - np.repeat(ends - counts - instances[:, codes.LOW], counts)
    # each instance's tail stands behind its segments: no length yet, the target in force at the end
    owners = np.concatenate([owner, np.arange(len(rows))])
    order = np.argsort(owners, kind="stable")
    owners = owners[order]
    starts = np.concatenate([found.seg_from[at], instances[:, codes.ENDED]])[order]
    stops = np.concatenate([found.seg_to[at], instances[:, codes.ENDED]])[order]
    is_tail = np.concatenate([np.zeros(len(at), dtype=bool), np.ones(len(rows), dtype=bool)])[order]
    targets = np.concatenate([found.seg_target[at].astype(np.int64), instances[:, codes.LAST_TARGET]])[order]
    spent, budget = np.zeros(len(owners), dtype=np.int64), np.zeros(len(owners), dtype=np.int64)
    measures: list[Measure] = [ELAPSED] * len(owners)
    for mask, version, target in groups(instances[owners, codes.VERSION], targets):
        program = plan.programs[version]
        assert program is not None
        if target == NO_TARGET:
            continue
        aim = program.targets[target]
        spent[mask] = between(aim.measure, starts[mask], stops[mask])
        budget[mask] = budgets(aim, instances[owners[mask], codes.STARTED])
        for place in np.arange(len(owners))[mask].tolist():
            measures[place] = aim.measure
    spent[is_tail] = -1
    found_parts: list[list[_Part]] = [[] for _ in range(len(rows))]
    columns = (owners, targets, budget, spent, starts)
    for place, (owner_, target, budget_, spent_, start) in enumerate(
        zip(*(column.tolist() for column in columns), strict=True)
    ):
        if target != NO_TARGET:
            found_parts[owner_].append(_Part(budget_, spent_, start, measures[place]))
    return found_parts


def _verdict(parts: list[_Part]) -> tuple[bool, int, int, int, bool, Measure]:
    """(over, due base, due rest, due cut, has due, measure of due). See `measure.py` for the same with fractions."""
    by_budget: dict[int, int] = {}
    over = False
    due: tuple[int, int, int, bool, Measure] | None = None
    for part in parts:
        whole, cut = 1, 1
        if due is None and part.budget:
            rest, unit = _rest(by_budget, part.budget)
            whole = -(-rest // unit)
            cut = int(whole * unit != rest)
        if due is None and (part.spent < 0 or part.spent >= whole):
            due = (part.start_us, whole, cut, True, part.measure)
        if part.spent > 0:
            over = over or not part.budget
            by_budget[part.budget] = by_budget.get(part.budget, 0) + part.spent
    rest, _ = _rest({budget: spent for budget, spent in by_budget.items() if budget}, 1)
    return over or rest < 0, *(due or (0, 0, 0, False, ELAPSED))


def _rest(by_budget: dict[int, int], budget: int) -> tuple[int, int]:
    """budget × (1 - Σ spent ÷ budget) as numerator and positive denominator."""
    numerator, denominator = 1, 1
    for other, spent in by_budget.items():
        numerator = numerator * other - spent * denominator
        denominator *= other
    return numerator * budget, denominator
