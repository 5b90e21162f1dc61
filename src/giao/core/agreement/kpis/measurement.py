"""One KPI, measured: its results, and the cases behind each of them on demand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

from giao.core.agreement.kpis.combining import Judged
from giao.core.agreement.kpis.measured import Meter
from giao.core.agreement.kpis.roles import no_members
from giao.core.agreement.results import KpiResult


@dataclass(frozen=True)
class Measurement:
    """Aligned: one result, one judged window and the meter that measured it."""

    kpi: str
    results: tuple[KpiResult, ...]
    judged: tuple[Judged, ...]
    meters: tuple[Meter, ...]

    def result(self, window: str) -> KpiResult | None:
        return next((result for result in self.results if result.window.id == window), None)

    def members(self, window: str | None = None) -> pl.DataFrame:
        """The cases behind one window, or behind all of them."""
        frames = [frame for _, frame in self.each(window)]
        return pl.concat(frames) if frames else no_members()

    def each(self, window: str | None = None) -> Iterator[tuple[KpiResult, pl.DataFrame]]:
        """Each result with its members."""
        for result, judged, meter in zip(self.results, self.judged, self.meters, strict=True):
            if window is None or result.window.id == window:
                yield result, meter.members(judged.window, judged.judged_from, judged.handed_on)
