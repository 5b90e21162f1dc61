"""From segments to consumed, budget, due and state, for many instances at once: integers only, exact."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from giao.core.agreement.clocks import codes
from giao.core.agreement.clocks.columns import ClockColumns
from giao.core.agreement.clocks.many import add, budgets
from giao.core.agreement.clocks.program import ClockPlan, Measure, TargetProgram
from giao.core.agreement.clocks.proportional import Parts, spend_in_parts
from giao.core.agreement.clocks.spans import Found
from giao.core.calendars import BEYOND, KernelTables
from giao.core.calendars.tables import always_table

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


class Settler:
    """Settles the instances of one clock; prepared once, then used by every thread."""

    def __init__(self, plan: ClockPlan, columns: ClockColumns, as_of_us: int) -> None:
        self._plan = plan
        self._measures: list[Measure] = []
        self._counted: list[TargetProgram] = []
        widest = max((len(program.targets) for program in plan.programs if program), default=0)
        self._which_of = np.zeros((len(plan.programs), widest + 1), dtype=np.int64)
        self._budget_of = np.full((len(plan.programs), widest + 1), NO_BUDGET, dtype=np.int64)
        for version, program in enumerate(plan.programs):
            if program is None:
                continue
            self._which_of[version, 0] = self._place(program.measure)
            for place, target in enumerate(program.targets, start=1):
                self._which_of[version, place] = self._place(target.measure)
                self._budget_of[version, place] = self._budget(target)
        low = min(columns.low_us, as_of_us) if len(columns.times) else as_of_us
        self._tables = [_tables(measure, low, as_of_us) for measure in self._measures]

    @property
    def counts_days(self) -> bool:
        """Whether a budget counts business days: it then depends on the instance."""
        return bool(self._counted)

    @property
    def budgets(self) -> Ints:
        """By version and target + 1, NO_BUDGET where there is none."""
        return self._budget_of

    def settle(self, found: Found) -> Settled:
        """What each instance has consumed of what, and when that is used up."""
        from giao.core.agreement.clocks import kernel

        n = found.n
        which, budget, consumed, due = (np.empty(n, dtype=np.int64) for _ in range(4))
        if kernel.look_up(n, found.rows, self._which_of, self._budget_of, which, budget):
            for place, target in enumerate(self._counted):
                rows = np.flatnonzero(budget == NO_BUDGET - 1 - place)
                if len(rows):
                    budget[rows] = budgets(target, found.rows[codes.ORIGIN, rows])
        beyond = False
        for place, tables in enumerate(self._tables):
            beyond |= kernel.spend(
                *(n, found.rows, which, place, tables, found.seg_from, found.seg_to),
                *(budget, consumed, due),
            )
        over = (budget != NO_BUDGET) & (consumed > budget)
        settled = Settled(consumed, budget, due, budget != NO_BUDGET, over)
        if beyond:
            self._reach_on(found, which, settled)
        parts = spend_in_parts(self._plan, found)
        if parts is not None:
            _put(parts, settled)
        return settled

    def _place(self, measure: Measure) -> int:
        for place, known in enumerate(self._measures):
            if known.calendar is measure.calendar:
                return place
        self._measures.append(measure)
        return len(self._measures) - 1

    def _budget(self, target: TargetProgram) -> int:
        if target.business_days is None:
            return target.budget_us
        self._counted.append(target)
        return NO_BUDGET - len(self._counted)

    def _reach_on(self, found: Found, which: Ints, settled: Settled) -> None:
        """Dues past the horizon of the tables: the calendar extends it, or says that it cannot be known."""
        beyond = settled.has_due & (settled.due == BEYOND)
        for place, measure in enumerate(self._measures):
            rows = np.flatnonzero(beyond & (which == place))
            if len(rows):
                # they were not used up by the end: what is left counts from there on
                left = settled.budget[rows] - settled.consumed[rows]
                settled.due[rows], known = add(measure, found.rows[codes.ENDED, rows], left)
                if known is not None:
                    settled.has_due[rows] = known


def _tables(measure: Measure, low: int, high: int) -> KernelTables:
    if measure.calendar is None:
        return always_table().kernel
    measure.calendar.cover(low, high)
    return measure.calendar.tables()


def _put(parts: Parts, settled: Settled) -> None:
    settled.over[parts.rows] = parts.over
    settled.has_due[parts.rows] = parts.due_measure >= 0
    for place, measure in enumerate(parts.measures):
        mine = parts.due_measure == place
        rows = parts.rows[mine]
        due, known = add(measure, parts.due_base[mine], parts.due_rest[mine])
        settled.due[rows] = due - parts.due_cut[mine]
        if known is not None:
            settled.has_due[rows] &= known
