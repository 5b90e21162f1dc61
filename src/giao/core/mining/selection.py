"""What a question is asked of: columns, and the cases of them that filters left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
from numpy.typing import NDArray

from giao.core.mining.ground import Ground, Ints, Shorts, fixed

if TYPE_CHECKING:
    from giao.core.mining.filters.base import Filter


@dataclass(frozen=True, eq=False)
class Selection:
    """`cases` are numbers of cases of the ground, rising; `filters` say how it came to these."""

    ground: Ground
    cases: Shorts
    filters: tuple[Filter, ...] = ()

    @property
    def n_cases(self) -> int:
        return len(self.cases)

    @cached_property
    def lengths(self) -> Ints:
        """Events of each case."""
        offsets = self.ground.offsets
        return offsets[self.cases + 1] - offsets[self.cases]

    @cached_property
    def n_events(self) -> int:
        whole = len(self.ground.offsets) - 1
        return int(self.ground.offsets[-1]) if self.n_cases == whole else int(self.lengths.sum())

    def ids(self, numbers: NDArray[np.integer] | Sequence[int]) -> list[str]:
        """Ids of cases by their number in the ground."""
        found: list[str] = self.ground.case_ids.gather(pl.Series(np.asarray(numbers, np.int64))).to_list()
        return found

    def where(self, mask: NDArray[np.bool_]) -> list[str]:
        """Ids of the cases for which a mask over `cases` is true."""
        return self.ids(self.cases[mask])

    def only(self, mask: NDArray[np.bool_], *filters: Filter) -> Selection:
        """The cases for which a mask over `cases` is true."""
        return Selection(self.ground, fixed(self.cases[mask]), (*self.filters, *filters))

    @property
    def rows(self) -> Ints:
        """The events of the selected cases, in log order."""
        if self.n_cases == len(self.ground.offsets) - 1:
            return np.arange(self.n_events, dtype=np.int64)
        firsts = self.ground.offsets[self.cases]
        before = np.cumsum(self.lengths) - self.lengths
        return np.repeat(firsts - before, self.lengths) + np.arange(self.n_events, dtype=np.int64)

    @property
    def case_of_rows(self) -> Shorts:
        """The case of each of `rows`."""
        found: Shorts = np.repeat(self.cases, self.lengths)
        return found


def all_of(ground: Ground) -> Selection:
    """Every case."""
    return Selection(ground, fixed(np.arange(len(ground.offsets) - 1, dtype=np.int32)))
