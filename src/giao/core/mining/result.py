"""What every answer is: a frame that names its cases, says what could not be shown, shows and exports itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from giao.core.mining.errors import MiningError
from giao.core.mining.selection import Selection
from giao.core.svg import Markup, element, joined
from giao.core.told import told

Tell = Callable[[str], str]
"""Puts a sentence into the reader's language (`report.words.told.tell` with the language given); `str` is English."""

DURATION = pl.Duration("us")
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


@dataclass(frozen=True, eq=False, repr=False)
class Result:
    """An answer. `frame` has one row a line of it; `cases(row)` the ids behind it; `notes` what is not there, and why."""

    frame: pl.DataFrame
    selection: Selection
    notes: tuple[str, ...] = field(kw_only=True, default=())

    def __repr__(self) -> str:
        return "\n".join([f"{type(self).__name__}: {self.frame}", *self.notes])

    def __len__(self) -> int:
        return self.frame.height

    def cases(self, row: int) -> list[str]:
        """Ids of the cases behind a row of `frame`, sorted as the log sorts them."""
        if not 0 <= row < self.frame.height:
            raise MiningError(
                told(
                    "mining.no_row",
                    "there is no row {row}; rows are numbered from 0 and there are {n}",
                    row=row,
                    n=self.frame.height,
                )
            )
        return self.selection.where(self._members(row))

    def _members(self, row: int) -> NDArray[np.bool_]:
        raise NotImplementedError

    def plot(self, tell: Tell = str) -> Markup:
        """A picture of it, a self-contained SVG."""
        raise NotImplementedError

    def to_csv(self, path: str | Path) -> Path:
        """Write the frame; texts that a spreadsheet would run as a formula get an apostrophe, durations are seconds."""
        place = Path(path)
        plain_frame(self.frame).write_csv(place)
        return place

    def to_parquet(self, path: str | Path) -> Path:
        """Write the frame with its types."""
        place = Path(path)
        self.frame.write_parquet(place)
        return place

    def to_svg(self, path: str | Path) -> Path:
        """Write the picture."""
        place = Path(path)
        place.write_text(self.plot().text, encoding="utf-8")
        return place

    def _repr_html_(self) -> str:
        notes = [element("p", note) for note in self.notes]
        return joined([self.plot(), *notes]).text + self.frame._repr_html_()


def plain_frame(frame: pl.DataFrame) -> pl.DataFrame:
    """As a spreadsheet takes it: seconds for durations, names joined for lists, no formulas."""
    shown = []
    for name, kind in frame.schema.items():
        column = pl.col(name)
        if isinstance(kind, pl.Duration):
            shown.append((column.dt.total_microseconds() / 1_000_000).alias(f"{name}_s"))
        elif isinstance(kind, pl.List):
            shown.append(_safe(column.list.eval(pl.element().cast(pl.String)).list.join(" → ")).alias(name))
        elif isinstance(kind, pl.String | pl.Enum | pl.Categorical):
            shown.append(_safe(column.cast(pl.String)).alias(name))
        else:
            shown.append(column)
    return frame.select(shown)


def _safe(column: pl.Expr) -> pl.Expr:
    formula = column.str.starts_with(_FORMULA[0])
    for sign in _FORMULA[1:]:
        formula = formula | column.str.starts_with(sign)
    return pl.when(formula).then(pl.lit("'") + column).otherwise(column)


def durations(values: NDArray[np.int64], there: NDArray[np.bool_]) -> pl.Series:
    """Microseconds as durations, null where there is no data."""
    return pl.Series(values).set(pl.Series(~there), None).cast(DURATION)


def quantile_name(share: Fraction) -> str:
    """The name of a quantile's column: median, p95, p99_9."""
    if share == Fraction(1, 2):
        return "median"
    text = f"{float(share * 100):.6f}".rstrip("0").rstrip(".")
    return f"p{text.replace('.', '_')}"
