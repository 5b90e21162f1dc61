"""What a kind of KPI must be able to do: measure a window, and name the cases behind it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Literal, Protocol

import polars as pl

from giao.core.agreement.kpis.rows import BinnedRows, Cell
from giao.core.agreement.results import Stratum, Window

Unit = Literal["share", "seconds", "number"]


@dataclass(frozen=True)
class Measured:
    """One number before rounding and levels. `of_cases`: a share of whole cases, so that Wilson's interval applies."""

    value: Fraction | None = None
    n: int = 0
    misses: int = 0
    numerator: Fraction | None = None
    denominator: Fraction | None = None
    of_cases: bool = False
    excluded: Mapping[str, int] = field(default_factory=dict)
    overdue_open: int = 0
    strata: tuple[Stratum, ...] = ()
    note: str = ""


class Meter(Protocol):
    """A KPI over some windows.

    unit     of the value
    labels   groups, when measured `by` an attribute; empty otherwise
    counted  whether n counts cases, so that a minimum volume means something
    """

    @property
    def unit(self) -> Unit: ...

    @property
    def labels(self) -> tuple[str, ...]: ...

    @property
    def counted(self) -> bool: ...

    def measure(self, window: Window, group: str | None = None) -> Measured:
        """The number of a window, or of one group in it. The window may have been widened by a carry."""
        ...

    def members(self, window: Window, judged_from: int | None, handed_on: bool) -> pl.DataFrame:
        """The cases behind it, columns `roles.MEMBERS`. Arguments as in `BinnedRows.members`."""
        ...


Formula = Callable[[Cell], Measured]


@dataclass(frozen=True)
class RowMeter:
    """A number that is a formula over counted rows."""

    table: BinnedRows
    formula: Formula
    unit: Unit = "share"
    counted: bool = True

    @property
    def labels(self) -> tuple[str, ...]:
        return self.table.rows.labels

    def measure(self, window: Window, group: str | None = None) -> Measured:
        cell = self.table.cell(window.start_us, window.end_us, group)
        found = self.formula(cell)
        overdue_open = len(self.table.late(window.end_us, group))
        return replace(found, excluded=cell.excluded, overdue_open=overdue_open)

    def members(self, window: Window, judged_from: int | None, handed_on: bool) -> pl.DataFrame:
        return self.table.members(window, judged_from, handed_on=handed_on)


def share(cell: Cell) -> Measured:
    """Rows that did not miss ÷ rows."""
    return _ratio(cell, cell.n - cell.misses, cell.n, of_cases=True)


def bad_share(cell: Cell) -> Measured:
    """Rows that missed ÷ rows."""
    return _ratio(cell, cell.misses, cell.n, of_cases=True)


def mean_value(cell: Cell) -> Measured:
    """Sum of the values ÷ rows."""
    return _ratio(cell, cell.total(), cell.n, of_cases=False)


def how_many(cell: Cell) -> Measured:
    """The number of rows; none is a number too."""
    return Measured(Fraction(cell.n), cell.n, cell.misses, Fraction(cell.n), Fraction(1))


def _ratio(cell: Cell, numerator: Fraction | int, denominator: Fraction | int, *, of_cases: bool) -> Measured:
    top, bottom = Fraction(numerator), Fraction(denominator)
    return Measured(
        value=top / bottom if bottom else None,
        n=cell.n,
        misses=cell.misses,
        numerator=top,
        denominator=bottom,
        of_cases=of_cases,
    )
