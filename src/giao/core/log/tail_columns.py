"""Columns of base rows and live rows together, each made when first read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from giao.core.log.model import EventLog
from giao.core.log.tail_schema import TailColumn, dtype_of_column, series_of

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Layout:
    """Which row comes from where, in log order.

    base     rows of the base log that are in it; None: all of them
    n_base   how many these are
    live     values of each live row, by column
    order    rows in log order as positions in (base rows, then live rows); None: as they are
    """

    base: Ints | None
    n_base: int
    live: Sequence[Mapping[str, Any]]
    order: Ints | None

    @property
    def n_events(self) -> int:
        return self.n_base + len(self.live)


class MergedColumns:
    """Columns of a layout over a base log."""

    def __init__(
        self,
        base: EventLog | None,
        columns: Mapping[str, TailColumn],
        words: Mapping[str, pl.DataType],
        layout: Layout,
        offsets: Ints,
    ) -> None:
        self._base, self._columns, self._words = base, columns, words
        self._layout, self._offsets = layout, offsets

    @property
    def names(self) -> Sequence[str]:
        return list(self._columns)

    def read(self, names: Sequence[str]) -> Mapping[str, pl.Series]:
        own = [name for name in names if self._base is not None and name in self._base.columns]
        based = self._based(own) if own else {}
        return {name: self._merged(name, based.get(name)) for name in names}

    def _based(self, names: Sequence[str]) -> Mapping[str, pl.Series]:
        assert self._base is not None
        rows = self._layout.base
        if rows is None:
            return self._base.events(names).to_dict()
        return self._base.rows(names, rows)

    def _merged(self, name: str, based: pl.Series | None) -> pl.Series:
        layout, column = self._layout, self._columns[name]
        values = [row.get(name) for row in layout.live]
        dtype = self._words[name] if column.kind == "text" else dtype_of_column(column)
        if based is None:
            based = _nulls(layout.n_base)
        based = based.cast(dtype) if based.dtype != dtype else based
        if values:
            based = pl.concat([based.alias(name), series_of(name, values, column, dtype)], rechunk=True)
        if layout.order is not None:
            based = based.gather(pl.Series(layout.order))
        if column.hindsight and values:
            based = self._last_only(based)
        return based.alias(name)

    def _last_only(self, values: pl.Series) -> pl.Series:
        """A value that is only known at the end stands on the case's last event and nowhere before."""
        n = len(values)
        there = values.is_not_null().to_numpy()
        last = np.maximum.accumulate(np.where(there, np.arange(n), -1))
        ends = self._offsets[1:] - 1
        found = last[ends] >= self._offsets[:-1]
        places = np.full(n, -1, np.int64)
        places[ends[found]] = last[ends[found]]
        rows = pl.Series(places)
        return values.gather(rows.set(rows < 0, None))


def _nulls(n: int) -> pl.Series:
    return pl.Series([None], dtype=pl.Null).new_from_index(0, n) if n else pl.Series([], dtype=pl.Null)
