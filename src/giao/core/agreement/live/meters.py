"""The meters of a live reading: a window's number from tallies, by the same formulas as from rows."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from fractions import Fraction

import polars as pl

from giao.core.agreement.errors import AgreementError
from giao.core.agreement.kpis.durations import Percentile
from giao.core.agreement.kpis.measured import Formula, Measured, Unit
from giao.core.agreement.kpis.roles import MET, MISSED, POPULATION
from giao.core.agreement.kpis.samples import Stratified, of_strata
from giao.core.agreement.kpis.statistics import nearest_rank
from giao.core.agreement.live.counting import Counted
from giao.core.agreement.live.tallies import LiveCell
from giao.core.agreement.results import Stratum, Window
from giao.core.told import told

_ZERO = Fraction(0)


def no_members() -> pl.DataFrame:
    """Raises: the cases behind a live number are those of a reading of the whole log."""
    raise AgreementError(
        told("live.members", "the cases behind a live number are those of an evaluation of the whole log")
    )


@dataclass
class Present:
    """What all meters of a live reading share: its instant, and the log's first event (None: there is none)."""

    as_of_us: int
    first_known_us: int | None


@dataclass(frozen=True)
class LiveMeter:
    """A number that is a formula over tallies; kept until a row in its reach changes."""

    of: Counted
    present: Present
    _told: dict[tuple[int, int, str | None], Measured] = field(default_factory=dict, compare=False)

    @property
    def unit(self) -> Unit:
        return self.of.shape.unit

    @property
    def counted(self) -> bool:
        return self.of.shape.counts

    @property
    def labels(self) -> tuple[str, ...]:
        return tuple(sorted({label for side in self.of.sides for label in side.tallies.labels}))

    def stale(self, window: Window) -> bool:
        """Whether a window's number may be another than it was before the last change."""
        for side in self.of.sides:
            cell = side.tallies.cell(window.start_us, window.end_us, None)
            if side.tallies.stale(cell.low, cell.high):
                return True
        return False

    def measure(self, window: Window, group: str | None = None) -> Measured:
        key = (window.start_us, window.end_us, group)
        if key not in self._told or self.stale(window):
            self._told[key] = self._measure(window, group)
        return self._told[key]

    def members(self, window: Window, judged_from: int | None, handed_on: bool) -> pl.DataFrame:
        return no_members()

    def _measure(self, window: Window, group: str | None) -> Measured:
        shape, tallies = self.of.shape, self.of.sides[0].tallies
        if shape.formula is None:
            return self._ratio(window, group)
        first = self.present.first_known_us
        if shape.kind == "volume" and (first is None or window.end_us <= first):
            return Measured()  # a window that ended before the log begins has no data
        cell = tallies.cell(window.start_us, window.end_us, group)
        found = _formula(shape.formula, cell)
        return replace(found, excluded=cell.excluded, overdue_open=tallies.overdue(window.end_us, group))

    def _ratio(self, window: Window, group: str | None) -> Measured:
        cells = [
            None
            if group is not None and not side.tallies.has(group)
            else side.tallies.cell(window.start_us, window.end_us, group)
            for side in self.of.sides
        ]
        top, bottom = cells
        above = top.total() if top is not None else _ZERO
        below = bottom.total() if bottom is not None else _ZERO
        return Measured(
            value=above / below if below else None,
            n=bottom.n if bottom is not None else 0,
            numerator=above,
            denominator=below,
            excluded=bottom.excluded if bottom is not None else {},
        )


def _formula(formula: Formula, cell: LiveCell) -> Measured:
    if isinstance(formula, Percentile):
        values = cell.values
        if not len(values):
            return Measured()
        ranked = Fraction(int(nearest_rank(values, formula.p)), cell.of.scale)
        return Measured(ranked, cell.n, 0, ranked, Fraction(1))
    if isinstance(formula, Stratified):
        return of_strata(_strata(cell), cell.n, cell.misses)
    return formula(cell)  # type: ignore[arg-type]  # a live cell counts as a cell does


def _strata(cell: LiveCell) -> tuple[Stratum, ...]:
    found = []
    for label, counts in cell.strata().items():
        inspected = int(counts[MET] + counts[MISSED])
        population = inspected + int(counts[POPULATION])
        if population:
            found.append(Stratum(label, population, inspected, int(counts[MET])))
    return tuple(found)


@dataclass(frozen=True)
class LiveBacklog:
    """Open at the ends of windows, and at the present for those that still run. `windows`: those that are told."""

    of: Counted
    present: Present
    windows: tuple[Window, ...]
    unit: Unit = "number"
    counted: bool = False

    @property
    def labels(self) -> tuple[str, ...]:
        if self.of.part.kpi.by is None:
            return ()
        tallies = self.of.sides[0].tallies
        bins = {self._bin(window) for window in self.windows}
        cells = {label: [tallies.bin_cell(at, label) for at in bins] for label in tallies.labels}
        return tuple(sorted(label for label, of in cells.items() if any(cell and cell.n for cell in of)))

    def stale(self, window: Window) -> bool:
        """Whether a window's number may be another than it was before the last change."""
        at = self._bin(window)
        return self.of.sides[0].tallies.stale(at, at + 1)

    def measure(self, window: Window, group: str | None = None) -> Measured:
        first = self.present.first_known_us
        if first is None or window.end_us <= first:
            return Measured()
        cell = self.of.sides[0].tallies.bin_cell(self._bin(window), group)
        n = cell.n if cell is not None else 0
        excluded = cell.excluded if cell is not None else {}
        return Measured(Fraction(n), n, 0, Fraction(n), Fraction(1), excluded=excluded)

    def members(self, window: Window, judged_from: int | None, handed_on: bool) -> pl.DataFrame:
        return no_members()

    def _bin(self, window: Window) -> int:
        side = self.of.sides[0]
        if window.end_us > self.present.as_of_us + 1:
            return side.now
        return next(at for at, known in enumerate(side.ends) if known.end_us == window.end_us)


def live_meter(counted: Counted, present: Present, windows: tuple[Window, ...]) -> LiveMeter | LiveBacklog:
    """The meter of a part. `windows`: those of the span that is told (a backlog's groups are those that some window has)."""
    if counted.shape.kind == "backlog":
        return LiveBacklog(counted, present, windows)
    return LiveMeter(counted, present)
