"""The rows that some cases give to each part of the plan, counted by the kinds' own meters over a log of these cases."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from giao.core.agreement.document.kpi import ShareInTarget
from giao.core.agreement.kpis.backlog import BacklogMeter
from giao.core.agreement.kpis.durations import Percentile
from giao.core.agreement.kpis.evaluate import METERS
from giao.core.agreement.kpis.ground import Ground
from giao.core.agreement.kpis.measured import Formula, Meter, RowMeter, Unit
from giao.core.agreement.kpis.rates import VolumeMeter
from giao.core.agreement.kpis.ratios import RatioMeter
from giao.core.agreement.kpis.roles import COUNTED
from giao.core.agreement.kpis.rows import Rows, make_rows
from giao.core.agreement.kpis.samples import Stratified
from giao.core.agreement.kpis.shares import share_meter
from giao.core.agreement.kpis.task import Task
from giao.core.agreement.live.chunk import Chunk, joined
from giao.core.agreement.live.plan import Part, PartKey, Plan, of_facts
from giao.core.agreement.live.tallies import Tallies
from giao.core.agreement.results import Window

Codes = npt.NDArray[np.int32]
Ints = npt.NDArray[np.int64]
FOREVER = 2**62


@dataclass
class Side:
    """One side of a part and its rows. A backlog's bins are the ends of its windows, and last the present."""

    tallies: Tallies
    ends: tuple[Window, ...] = ()

    @property
    def now(self) -> int:
        """Bin of what is open at the present."""
        return len(self.ends)


@dataclass(frozen=True)
class Shape:
    """How a part's number is made of its sides. `formula`: of one side's rows; None for ratios and backlogs."""

    kind: Literal["rows", "volume", "ratio", "backlog"]
    unit: Unit
    counts: bool
    formula: Formula | None = None


@dataclass(frozen=True)
class Counted:
    """A part with its sides."""

    part: Part
    shape: Shape
    sides: tuple[Side, ...]


def shape_of(meter: Meter) -> Shape:
    """What is kept of a meter, without its rows and its ground."""
    if isinstance(meter, RatioMeter):
        return Shape("ratio", meter.unit, meter.counted)
    if isinstance(meter, BacklogMeter):
        return Shape("backlog", meter.unit, meter.counted)
    assert isinstance(meter, RowMeter)
    formula = meter.formula
    if isinstance(formula, Stratified):
        formula = Stratified(np.empty(0, np.int64), ())
    kind: Literal["rows", "volume"] = "volume" if isinstance(meter, VolumeMeter) else "rows"
    return Shape(kind, meter.unit, meter.counted, formula)


def open_parts(
    plan: Plan, ground: Ground, code_of: Codes
) -> tuple[dict[PartKey, Counted], list[tuple[Ints, Ints]]]:
    """Every part with the rows of a whole reading; and (case, instant) of cases that grow too old for a backlog."""
    found: dict[PartKey, Counted] = {}
    old: list[tuple[Ints, Ints]] = []
    for key, part in plan.parts.items():
        if of_facts(part.kpi):
            continue
        meter = meter_of(ground, part)
        old += aging(meter)
        counted = Counted(part, shape_of(meter), _sides(part, meter))
        for side, chunk in zip(counted.sides, chunks_of(counted, meter, ground, code_of), strict=True):
            side.tallies.begin(chunk)
        found[key] = counted
    return found, old


def meter_of(ground: Ground, part: Part, edges: tuple[int, ...] = ()) -> Meter:
    """The kind's own meter over the cases of a ground."""
    name, version, _ = part.key
    task: Task[Any] = Task(ground, name, part.kpi, version, (), edges)
    if isinstance(part.kpi, ShareInTarget):
        return share_meter(task, part.tier)
    return METERS[part.kpi.kind](task)  # type: ignore[attr-defined]


def _sides(part: Part, meter: Meter) -> tuple[Side, ...]:
    if isinstance(meter, RatioMeter):
        return Side(Tallies(part.edges)), Side(Tallies(part.edges))
    if isinstance(meter, BacklogMeter):
        return (Side(Tallies(part.edges, n_bins=len(part.ends) + 1), part.ends),)
    ranked = isinstance(meter, RowMeter) and isinstance(meter.formula, Percentile)
    return (Side(Tallies(part.edges, ranked=ranked)),)


def chunks_of(counted: Counted, meter: Meter, ground: Ground, code_of: Codes) -> list[Chunk]:
    """The rows of a ground's cases for each side. `code_of`: by case of the ground's log, its code in the reading."""
    sides = counted.sides
    if isinstance(meter, RatioMeter):
        tables = (meter.numerator, meter.denominator)
        return [side.tallies.chunk(table.rows, code_of) for side, table in zip(sides, tables, strict=True)]
    if isinstance(meter, BacklogMeter):
        return [_open_rows(sides[0], meter, ground, code_of)]
    assert isinstance(meter, RowMeter)
    strata = None
    if isinstance(meter.formula, Stratified):
        strata = meter.formula.codes, meter.formula.labels
    return [sides[0].tallies.chunk(meter.table.rows, code_of, strata)]


def _open_rows(side: Side, meter: BacklogMeter, ground: Ground, code_of: Codes) -> Chunk:
    """What is open at the end of every window that has ended, and at the present."""
    as_of = ground.inputs.as_of_us
    found = [side.tallies.chunk_in(_open_at(meter, None), np.empty(0, np.int32), code_of)]
    for at, window in enumerate(side.ends):
        if window.end_us > as_of + 1:
            break
        if meter._open(window.end_us).any():
            rows = _open_at(meter, window)
            found.append(side.tallies.chunk_in(rows, np.full(len(rows), at, np.int32), code_of))
    if meter._open(as_of + 1).any():
        rows = _open_at(meter, _present(as_of))
        found.append(side.tallies.chunk_in(rows, np.full(len(rows), side.now, np.int32), code_of))
    return joined(found).sorted()


def _present(as_of_us: int) -> Window:
    return Window("@now", date.min, date.max, as_of_us, FOREVER, date.min, date.max)


def _open_at(meter: BacklogMeter, window: Window | None) -> Rows:
    """Rows of the cases open at the end of a window; none for None."""
    if window is None:
        return make_rows(at=np.empty(0, np.int64), role=COUNTED)
    if meter._reads_cases:
        return replace(meter._rows(window), value=None)
    case = np.flatnonzero(meter._open(meter.instant(window)))
    return make_rows(at=np.zeros(len(case), np.int64), role=COUNTED, case=case)


def aging(meter: Meter) -> list[tuple[Ints, Ints]]:
    """(case, instant) at which cases begin to count in a backlog; nothing for other kinds."""
    if not isinstance(meter, BacklogMeter):
        return []
    known = np.flatnonzero((meter.enters < FOREVER) & (meter.enters < meter.leaves))
    return [(known, meter.enters[known])]


def counted_anew(
    parts: Mapping[PartKey, Counted], ground: Ground, code_of: Codes, codes: set[int]
) -> tuple[set[PartKey], list[tuple[Ints, Ints]]]:
    """Put the rows of some cases, as a ground has them now, in the place of those that they had.

    Returns the parts in which anything is different, and (case, instant) of cases that grow too old for a backlog.
    """
    changed: set[PartKey] = set()
    old: list[tuple[Ints, Ints]] = []
    for key, counted in parts.items():
        meter = meter_of(ground, counted.part)
        old += aging(meter)
        for side, chunk in zip(counted.sides, chunks_of(counted, meter, ground, code_of), strict=True):
            own = chunk if _all_of(chunk, codes) else chunk.take(np.isin(chunk.code, sorted(codes)))
            if side.tallies.move(codes, own):
                changed.add(key)
    return changed, old


def _all_of(chunk: Chunk, codes: set[int]) -> bool:
    return set(np.unique(chunk.code).tolist()) <= codes
