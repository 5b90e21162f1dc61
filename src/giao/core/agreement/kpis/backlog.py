"""`backlog`: cases open at the window's last instant, optionally only those older than a budget."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from fractions import Fraction

import numpy as np
import polars as pl

from giao.core.agreement.document.kpi import Backlog
from giao.core.agreement.kpis.ground import NEVER, Integers, Life, Mask
from giao.core.agreement.kpis.measured import Measured, Unit
from giao.core.agreement.kpis.roles import COUNTED, EXCLUDED
from giao.core.agreement.kpis.rows import NOBODY, Rows, frame_of, make_rows
from giao.core.agreement.kpis.scoping import grouped, scoped
from giao.core.agreement.kpis.task import Task
from giao.core.agreement.results import Window


@dataclass(frozen=True)
class BacklogMeter:
    """Received before an instant, neither delivered nor cancelled before it.

    `enters`  when each case begins to count: its receipt, or the moment from which it is too old
    `leaves`  its delivery or cancellation
    """

    task: Task[Backlog]
    life: Life
    enters: Integers
    leaves: Integers
    labels: tuple[str, ...] = ()
    unit: Unit = "number"
    counted: bool = False
    _kept: dict[str, Rows] = field(default_factory=dict, compare=False)

    def measure(self, window: Window, group: str | None = None) -> Measured:
        if not self.task.has_data(window):
            return Measured()
        if group is None and not self._reads_cases:
            n = int(np.count_nonzero(self._open(self.instant(window))))
        else:
            rows = self._counted(window)
            n = len(rows)
            if group is not None:
                here = rows.labels.index(group) if group in rows.labels else NOBODY
                n = 0 if rows.group is None else int(np.count_nonzero(rows.group == here))
        return Measured(Fraction(n), n, 0, Fraction(n), Fraction(1), excluded=self._excluded(window, group))

    def members(self, window: Window, judged_from: int | None, handed_on: bool) -> pl.DataFrame:
        return frame_of(self._rows(window), window.id)

    @property
    def _reads_cases(self) -> bool:
        kpi, version = self.task.kpi, self.task.agreement
        return bool(kpi.where or kpi.exclude or kpi.by or version.where or version.relief)

    def instant(self, window: Window) -> int:
        """The window's end, or now (what happened at the reading's instant has happened)."""
        return min(window.end_us, self.task.ground.inputs.as_of_us + 1)

    def _open(self, instant: int) -> Mask:
        found: Mask = (self.enters < instant) & (self.leaves >= instant)
        return found

    def _rows(self, window: Window) -> Rows:
        """Open cases with their attributes as last set at the instant; excluded ones among them."""
        if window.id not in self._kept:
            task, instant = self.task, self.instant(window)
            case = np.flatnonzero(self._open(instant))
            received = self.life.received[case]
            rows = make_rows(
                at=np.full(len(case), instant - 1, dtype=np.int64),
                role=COUNTED,
                case=case,
                event=task.ground.event_before(case, instant),
                value=instant - 1 - received,
                scale=1_000_000,
            )
            rows = task.relieved(scoped(task.ground, task.agreement, task.kpi, rows))
            rows = grouped(task.ground, task.kpi, rows)
            self._kept[window.id] = rows.take((rows.role == COUNTED) | (rows.role == EXCLUDED))
        return self._kept[window.id]

    def _counted(self, window: Window) -> Rows:
        rows = self._rows(window)
        return rows.take(rows.role == COUNTED)

    def _excluded(self, window: Window, group: str | None) -> dict[str, int]:
        if not self._reads_cases:
            return {}
        rows = self._rows(window)
        out = rows.role != COUNTED
        if group is not None and rows.group is not None:
            out &= rows.group == (rows.labels.index(group) if group in rows.labels else NOBODY)
        reasons, counts = np.unique(rows.reason[out], return_counts=True)
        return {rows.reasons[int(code)]: int(count) for code, count in zip(reasons, counts, strict=True)}


def backlog_meter(task: Task[Backlog]) -> BacklogMeter:
    life = task.ground.life(task.agreement)
    enters = life.received if task.kpi.older_than is None else _too_old_from(task, life)
    meter = BacklogMeter(task, life, enters, life.ended)
    if task.kpi.by is None:
        return meter
    labels = sorted({label for window in task.windows for label in _labels(meter, window)})
    return replace(meter, labels=tuple(labels))


def _labels(meter: BacklogMeter, window: Window) -> set[str]:
    rows = meter._counted(window)
    return set() if rows.group is None else {rows.labels[int(code)] for code in np.unique(rows.group)}


def _too_old_from(task: Task[Backlog], life: Life) -> Integers:
    """The last instant at which each received case is not yet older than the budget.

    Business time stands still while the calendar is closed: a case that has used up its budget at closing is not
    older before the next opening (as a clock would say).
    """
    within = task.kpi.older_than
    assert within is not None
    found = np.full(len(life.received), NEVER, dtype=np.int64)
    known = np.flatnonzero(life.received != NEVER)
    received = life.received[known]
    if not len(known):
        return found
    if within.measure == "elapsed":
        found[known] = received + within.microseconds
        return found
    calendar = task.ground.calendar(task.version, task.kpi.calendar)
    if within.business_days is not None:
        used_up = calendar.business_day_due_many(received, np.full(len(known), within.business_days))
    else:
        used_up = calendar.add_many(received, np.full(len(known), within.microseconds))
    found[known] = calendar.add_many(used_up, np.ones(len(known), dtype=np.int64)) - 1
    return found
