"""`ratio` of two measures: cost per case, handling time, utilisation. n counts the rows of the denominator."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np
import polars as pl

from giao.core.agreement.document.kpi import Measure, Ratio
from giao.core.agreement.kpis.clock_rows import finished_rows
from giao.core.agreement.kpis.durations import NO_VALUE
from giao.core.agreement.kpis.fact_rows import counted_facts, fraction_values, past_facts, rows_of_facts
from giao.core.agreement.kpis.measured import Measured, Unit
from giao.core.agreement.kpis.numbers import exact_values
from giao.core.agreement.kpis.roles import COUNTED
from giao.core.agreement.kpis.rows import BinnedRows, Cell, make_rows
from giao.core.agreement.kpis.task import Task, sequence_of
from giao.core.agreement.quantity import HOUR
from giao.core.agreement.results import Window


@dataclass(frozen=True)
class RatioMeter:
    numerator: BinnedRows
    denominator: BinnedRows
    unit: Unit
    counted: bool = True

    @property
    def labels(self) -> tuple[str, ...]:
        return tuple(sorted({*self.numerator.rows.labels, *self.denominator.rows.labels}))

    def measure(self, window: Window, group: str | None = None) -> Measured:
        top, bottom = (_cell(side, window, group) for side in (self.numerator, self.denominator))
        above = top.total() if top is not None else _ZERO
        below = bottom.total() if bottom is not None else _ZERO
        return Measured(
            value=above / below if below else None,
            n=bottom.n if bottom is not None else 0,
            numerator=above,
            denominator=below,
            excluded=bottom.excluded if bottom is not None else {},
        )

    def members(self, window: Window, judged_from: int | None, handed_on: bool) -> pl.DataFrame:
        below = self.denominator.members(window, judged_from, handed_on=handed_on)
        above = self.numerator.members(window, judged_from)
        above = above.filter(pl.col("role") == "counted").with_columns(
            pl.lit("numerator", dtype=above.schema["role"]).alias("role")
        )
        return pl.concat([below, above])


def ratio_meter(task: Task[Ratio]) -> RatioMeter:
    """A share when its level is written in percent, else a number."""
    kpi = task.kpi
    level = kpi.expected or kpi.minimum
    unit: Unit = "share" if level is not None and level.unit == "share" else "number"
    return RatioMeter(_side(task, kpi.numerator), _side(task, kpi.denominator), unit)


def _side(task: Task[Ratio], measure: Measure) -> BinnedRows:
    """One side as rows whose values add up to it."""
    ground = task.ground
    if measure.fact is not None:
        facts = [f for f in past_facts(ground, "fact.measure") if str(f.data["name"]) == measure.fact]
        value, scale, shown = fraction_values([fact.number("value") for fact in facts])
        rows = counted_facts(task, rows_of_facts(ground, facts), value, scale, shown)
        return BinnedRows(rows, task.edges)
    if measure.clock is not None:
        rows = finished_rows(ground, measure.clock, "stop")
        return task.binned(replace(rows, scale=HOUR))
    found = task.counted(sequence_of(measure.count if measure.count is not None else measure.of, "delivered"))
    rows = make_rows(
        at=found.at,
        role=COUNTED,
        case=found.case,
        instance=found.instance,
        event=found.event,
        value=np.ones(len(found.at), dtype=np.int64),
    )
    if measure.sum is not None:
        value, scale, empty, unit = exact_values(measure.sum, ground.at_events(measure.sum, found.event))
        hours = scale * 3600 if unit == "seconds" else scale
        rows = replace(rows, value=value, scale=hours).excluding(empty, NO_VALUE)
    return task.binned(rows)


def _cell(side: BinnedRows, window: Window, group: str | None) -> Cell | None:
    if group is not None and group not in side.rows.labels:
        return None
    return side.cell(window.start_us, window.end_us, group)


_ZERO = Fraction(0)
