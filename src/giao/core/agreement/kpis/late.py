"""KPIs as of an earlier instant, from those of a later reading: only the cases that were alive at that instant differ.

A window that had ended by then holds the same rows for every case whose last event was known and whose clocks had
stopped. So its number is the later one, less the rows of the cases that went on, plus their rows as they stood then.
Counts and sums are whole numbers and fractions: taking away and adding gives exactly what counting anew would give.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np
import polars as pl

from giao.core.agreement.document.kpi import Availability, Duty, KpiBase, Ratio, SampledRate, Score
from giao.core.agreement.errors import AgreementError
from giao.core.agreement.kpis.backlog import BacklogMeter
from giao.core.agreement.kpis.durations import Percentile
from giao.core.agreement.kpis.ground import NEVER, Ground, Mask
from giao.core.agreement.kpis.measured import Measured, Meter, RowMeter, Unit
from giao.core.agreement.kpis.rates import VolumeMeter
from giao.core.agreement.kpis.ratios import RatioMeter
from giao.core.agreement.kpis.rows import BinnedRows, Cell
from giao.core.agreement.kpis.statistics import nearest_rank
from giao.core.agreement.results import Window
from giao.core.told import told


class NeedsWhole(Exception):
    """This KPI cannot be told from a later reading; the whole log has to be read as of the earlier instant."""


@dataclass(frozen=True)
class Late:
    """What an earlier reading stands on.

    later   the ground of the later reading, its meters kept
    alive   cases of the later reading's log that went on after the earlier instant, or whose clocks were running
    """

    later: Ground
    alive: Mask

    def meter(self, key: Hashable, now: Meter, kpi: KpiBase) -> Meter:
        """The meter of a KPI as of the earlier instant; `now` measures the cases alive then, as they stood.

        Raises NeedsWhole for kinds whose numbers do not add up over cases.
        """
        if isinstance(kpi, Availability | Duty) or (isinstance(kpi, Score) and kpi.attribute is None):
            return now
        sides = (kpi.numerator, kpi.denominator) if isinstance(kpi, Ratio) else ()
        if isinstance(kpi, SampledRate) or any(side.fact is not None for side in sides):
            raise NeedsWhole
        full = self.later.known(key)
        if full is None:
            raise NeedsWhole
        told: dict[Hashable, Measured] = self.later.kept(("told", key), dict)
        return LateMeter(full, _only(full, self.alive), now, self.alive, told)


@dataclass(frozen=True)
class LateMeter:
    """full − gone + now, over windows that ended by the earlier instant."""

    full: Meter
    gone: Meter
    now: Meter
    alive: Mask
    told: dict[Hashable, Measured]

    @property
    def unit(self) -> Unit:
        return self.full.unit

    @property
    def labels(self) -> tuple[str, ...]:
        return tuple(sorted({*self.full.labels, *self.now.labels}))

    @property
    def counted(self) -> bool:
        return self.full.counted

    def measure(self, window: Window, group: str | None = None) -> Measured:
        full = self._full(window, group)
        if not _touches(self.gone, window) and not _touches(self.now, window):
            return full
        gone, now = (_measure(part, window, group) for part in (self.gone, self.now))
        found = _added(full, gone, now)
        if isinstance(self.full, RowMeter) and isinstance(self.full.formula, Percentile):
            value = self._percentile(self.full.formula.p, window, group)
            return replace(
                found, value=value, numerator=value, denominator=None if value is None else Fraction(1)
            )
        if isinstance(self.full, VolumeMeter | BacklogMeter):
            return (
                full if full.value is None else replace(found, value=found.numerator, denominator=Fraction(1))
            )
        top, bottom = found.numerator, found.denominator
        return replace(found, value=top / bottom if top is not None and bottom else None)

    def _full(self, window: Window, group: str | None) -> Measured:
        """The later reading's own number, measured once for all closes that look at it."""
        key = (window.start_us, window.end_us, group)
        if key not in self.told:
            self.told[key] = _measure(self.full, window, group)
        return self.told[key]

    def members(self, window: Window, judged_from: int | None, handed_on: bool) -> pl.DataFrame:
        raise AgreementError(
            told(
                "agreement.closed_month",
                "the cases behind a closed month are those of a reading as of its close",
            )
        )

    def _percentile(self, p: Fraction, window: Window, group: str | None) -> Fraction | None:
        """From the rows themselves: those of the cases that had ended, and those of the living as they stood."""
        parts = []
        for meter, dead_only in ((self.full, True), (self.now, False)):
            assert isinstance(meter, RowMeter)
            cell = _cell(meter.table, window, group)
            value = meter.table.rows.value
            if cell is None or value is None:
                continue
            index = cell.counting
            if dead_only:
                index = index[~self.alive[meter.table.rows.case[index]]]
            parts.append((value[index], meter.table.rows.scale))
        scale = max((scale for _, scale in parts), default=1)
        if any(scale % own for _, own in parts):
            raise NeedsWhole
        values = np.concatenate([np.empty(0, np.int64), *(value * (scale // own) for value, own in parts)])
        return Fraction(int(nearest_rank(values, p)), scale) if len(values) else None


def _only(meter: Meter, cases: Mask) -> Meter:
    """The same meter over some cases."""
    if isinstance(meter, RowMeter):
        return replace(meter, table=_rows_of(meter.table, cases))
    if isinstance(meter, RatioMeter):
        return replace(
            meter, numerator=_rows_of(meter.numerator, cases), denominator=_rows_of(meter.denominator, cases)
        )
    if isinstance(meter, BacklogMeter):
        if not meter._reads_cases:  # then it only counts: the others need not be there
            return replace(meter, enters=meter.enters[cases], leaves=meter.leaves[cases], _kept={})
        return replace(meter, enters=np.where(cases, meter.enters, NEVER), _kept={})
    raise NeedsWhole


def _touches(meter: Meter, window: Window) -> bool:
    """Whether any row lies in the window, or is open past its budget by its end; True where that is not cheap to say."""
    if isinstance(meter, RowMeter):
        cell = meter.table.cell(window.start_us, window.end_us)
        late = len(meter.table.overdue) and bool(len(meter.table.late(window.end_us)))
        return bool(late or meter.table.counts[cell.low : cell.high].any())
    return True


def _rows_of(table: BinnedRows, cases: Mask) -> BinnedRows:
    chosen = np.flatnonzero(cases[table.rows.case])
    return BinnedRows(table.rows.take(chosen), table.edges.tolist(), table.bins[chosen])


def _cell(table: BinnedRows, window: Window, group: str | None) -> Cell | None:
    if group is not None and group not in table.rows.labels:
        return None
    return table.cell(window.start_us, window.end_us, group)


def _measure(meter: Meter, window: Window, group: str | None) -> Measured:
    return Measured() if group is not None and group not in meter.labels else meter.measure(window, group)


def _added(full: Measured, gone: Measured, now: Measured) -> Measured:
    return replace(
        full,
        n=full.n - gone.n + now.n,
        misses=full.misses - gone.misses + now.misses,
        numerator=_sum(full.numerator, gone.numerator, now.numerator),
        denominator=_sum(full.denominator, gone.denominator, now.denominator),
        excluded=_excluded(full.excluded, gone.excluded, now.excluded),
        overdue_open=full.overdue_open - gone.overdue_open + now.overdue_open,
    )


def _sum(full: Fraction | None, gone: Fraction | None, now: Fraction | None) -> Fraction:
    nothing = Fraction(0)
    return (full or nothing) - (gone or nothing) + (now or nothing)


def _excluded(full: Mapping[str, int], gone: Mapping[str, int], now: Mapping[str, int]) -> dict[str, int]:
    reasons = sorted({*full, *gone, *now})
    counts = {reason: full.get(reason, 0) - gone.get(reason, 0) + now.get(reason, 0) for reason in reasons}
    return {reason: count for reason, count in counts.items() if count}
