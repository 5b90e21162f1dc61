"""Values as last set at some events of a column: whole, or in pieces of whole cases that are let go one after another."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import polars as pl
from numpy.typing import NDArray

UNSET = 2**32 - 1
"""Row number that stands for none."""


def gathered(values: pl.Series, places: NDArray[np.uint32]) -> pl.Series:
    """Some values; null where the place is UNSET."""
    index = pl.Series(places.astype(np.uint32, copy=False))
    return values.gather(index.set(index == UNSET, None))


def last_set_values(
    values: pl.Series, set_here: NDArray[np.bool_], offsets: NDArray[np.int64], rows: NDArray[np.int64]
) -> pl.Series:
    """At each row (negative: none) the value of the latest row of its case that sets one; `offsets` as in an `EventLog`."""
    from giao.core.log.kernel import last_set_at

    cases = np.searchsorted(offsets, rows, side="right") - 1
    return gathered(values, last_set_at(set_here, offsets, cases.astype(np.int32), rows, UNSET))


def current_in_pieces(
    pieces: Iterator[pl.Series], offsets: NDArray[np.int64], rows: NDArray[np.int64]
) -> pl.Series:
    """The same of a column that comes in pieces of whole cases."""
    found: list[pl.Series] = []
    chosen: list[NDArray[np.int64]] = []
    low = 0
    for values in pieces:
        high = low + len(values)
        here = np.flatnonzero((rows >= low) & (rows < high))
        own = rows[here] - low
        if values.null_count():
            first, past = np.searchsorted(offsets, [low, high]).tolist()
            set_here = values.is_not_null().to_numpy()
            found.append(last_set_values(values, set_here, offsets[first : past + 1] - low, own))
        else:
            found.append(values.gather(pl.Series(own)))
        chosen.append(here)
        low = high
    together = pl.concat(found, rechunk=True)
    order = np.concatenate(chosen)
    if len(order) == len(rows) and (order[1:] > order[:-1]).all():
        return together
    places = np.full(len(rows), UNSET, dtype=np.uint32)
    places[order] = np.arange(len(order), dtype=np.uint32)
    return gathered(together, places)
