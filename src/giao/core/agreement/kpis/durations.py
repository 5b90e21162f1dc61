"""`mean` and `percentile`: of a clock's consumed seconds, or of an attribute at an event."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from giao.core.agreement.document.kpi import Statistic
from giao.core.agreement.kpis.clock_rows import finished_rows
from giao.core.agreement.kpis.measured import Measured, RowMeter, Unit, mean_value
from giao.core.agreement.kpis.numbers import exact_values
from giao.core.agreement.kpis.roles import COUNTED
from giao.core.agreement.kpis.rows import Cell, Rows, make_rows
from giao.core.agreement.kpis.statistics import nearest_rank
from giao.core.agreement.kpis.task import Task, sequence_of

NO_VALUE = "no_value"


def statistic_meter(task: Task[Statistic]) -> RowMeter:
    """Cases that did not wait count with 0; those without a value are left out and told."""
    kpi = task.kpi
    unit: Unit
    if kpi.clock is not None:
        rows, unit = finished_rows(task.ground, kpi.clock, kpi.count_at or "stop"), "seconds"
    else:
        rows, unit = attribute_rows(task, kpi.attribute or "")
    formula = mean_value if kpi.kind == "mean" else Percentile(Fraction(kpi.p))
    return RowMeter(task.binned(rows), formula, unit)


def attribute_rows(task: Task[Statistic], attribute: str) -> tuple[Rows, Unit]:
    """An attribute as last set at each counted event (the delivery when the document names none)."""
    found = task.counted(sequence_of(task.kpi.of, "delivered"))
    value, scale, empty, unit = exact_values(attribute, task.ground.at_events(attribute, found.event))
    rows = make_rows(
        at=found.at,
        role=COUNTED,
        case=found.case,
        instance=found.instance,
        event=found.event,
        value=value,
        scale=scale,
    )
    return rows.excluding(empty, NO_VALUE), unit


@dataclass(frozen=True)
class Percentile:
    """Nearest rank: value number ceil(p * n), never between two values."""

    p: Fraction

    def __call__(self, cell: Cell) -> Measured:
        index = cell.counting
        value = cell.table.rows.value
        if not len(index) or value is None:
            return Measured()
        found = Fraction(int(nearest_rank(value[index], self.p)), cell.table.rows.scale)
        return Measured(found, cell.n, 0, found, Fraction(1))
