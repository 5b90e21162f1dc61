"""`composite`: the weighted mean of other KPIs, each measured over the composite's own windows.

A part without a result is left out and the others are weighted among themselves; without any there is no data.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import polars as pl

from giao.core.agreement.kpis.measured import Measured, Unit
from giao.core.agreement.kpis.measurement import Measurement
from giao.core.agreement.kpis.roles import no_members
from giao.core.agreement.kpis.statistics import weighted_mean
from giao.core.agreement.results import KpiResult, Window

PART_LEFT_OUT = "part_left_out"


@dataclass(frozen=True)
class CompositeMeter:
    """n and misses add those of the parts up; its members are theirs, each with the part's name as reason."""

    parts: Mapping[str, Measurement]
    weights: Mapping[str, Fraction]
    labels: tuple[str, ...] = ()
    counted: bool = False

    @property
    def unit(self) -> Unit:
        units = {result.unit for part in self.parts.values() for result in part.results}
        return units.pop() if len(units) == 1 else "number"

    def measure(self, window: Window, group: str | None = None) -> Measured:
        found = {name: part.result(window.id) for name, part in self.parts.items()}
        there: Sequence[tuple[str, KpiResult]] = [
            (name, one) for name, one in found.items() if one is not None
        ]
        valued = [(one.value, self.weights[name]) for name, one in there if one.value is not None]
        value = weighted_mean(valued)
        return Measured(
            value,
            n=sum(one.n for _, one in there),
            misses=sum(one.misses for _, one in there),
            numerator=sum((one * weight for one, weight in valued), Fraction(0)),
            denominator=sum((weight for _, weight in valued), Fraction(0)),
            note=PART_LEFT_OUT if valued and len(valued) < len(self.parts) else "",
        )

    def members(self, window: Window, judged_from: int | None, handed_on: bool) -> pl.DataFrame:
        frames = [
            part.members(window.id).with_columns(pl.lit(name).alias("reason"))
            for name, part in self.parts.items()
        ]
        frames = [frame for frame in frames if not frame.is_empty()]
        return pl.concat(frames) if frames else no_members()
