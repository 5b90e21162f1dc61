"""`rate`: good ÷ counted, or bad ÷ counted; by number, or by the sum of an attribute. And `volume`: how many."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from giao.core.agreement.document.kpi import Rate, Volume
from giao.core.agreement.kpis.clock_names import Places
from giao.core.agreement.kpis.durations import NO_VALUE
from giao.core.agreement.kpis.measured import Measured, RowMeter, bad_share, how_many, share
from giao.core.agreement.kpis.numbers import exact_values
from giao.core.agreement.kpis.roles import COUNTED, MET, MISSED
from giao.core.agreement.kpis.rows import Cell, make_rows
from giao.core.agreement.kpis.scoping import holds_at
from giao.core.agreement.kpis.task import Task
from giao.core.agreement.results import Window


def rate_meter(task: Task[Rate]) -> RowMeter:
    """Each counted event is good or bad by a condition read at that event; unknown is neither good nor bad."""
    kpi, ground = task.kpi, task.ground
    found = task.counted(kpi.of)
    if kpi.good is not None:
        missed = ~holds_at(ground, kpi.good, Places(found.event, found.case))
    else:
        missed = holds_at(ground, kpi.bad or "", Places(found.event, found.case))
    role = np.where(missed, MISSED, MET).astype(np.int8)
    if kpi.weigh is None:
        rows = make_rows(at=found.at, role=role, case=found.case, instance=found.instance, event=found.event)
        return RowMeter(task.binned(rows), share if kpi.good is not None else bad_share)
    value, scale, empty, _ = exact_values(kpi.weigh, ground.at_events(kpi.weigh, found.event))
    rows = make_rows(
        at=found.at,
        role=role,
        case=found.case,
        instance=found.instance,
        event=found.event,
        value=value,
        scale=scale,
    )
    rows = rows.excluding(empty, NO_VALUE)
    return RowMeter(task.binned(rows), _weighed(MET if kpi.good is not None else MISSED))


@dataclass(frozen=True)
class _weighed:  # noqa: N801 - a formula with one parameter
    """Sum of the values in one role ÷ sum of all."""

    role: int

    def __call__(self, cell: Cell) -> Measured:
        top, bottom = cell.total(self.role), cell.total()
        value = top / bottom if bottom else None
        return Measured(value, cell.n, cell.misses, top, bottom)


def volume_meter(task: Task[Volume]) -> VolumeMeter:
    found = task.counted(task.kpi.of)
    rows = make_rows(at=found.at, role=COUNTED, case=found.case, instance=found.instance, event=found.event)
    return VolumeMeter(task.binned(rows), how_many, "number", counted=False, since=task.first_known_us)


@dataclass(frozen=True)
class VolumeMeter(RowMeter):
    """None counted is 0; but a window that ended before the log begins has no data."""

    since: int = 0

    def measure(self, window: Window, group: str | None = None) -> Measured:
        if window.end_us <= self.since:
            return Measured()
        return super().measure(window, group)
