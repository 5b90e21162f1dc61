"""What an analysis is: the columns that it reads, a map over whole cases, a merge, and an end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

Partial = TypeVar("Partial")
Found = TypeVar("Found", covariant=True)


@dataclass(frozen=True, eq=False)
class Batch:
    """Whole cases: columns by name as plain numbers (codes, microseconds), and where each case begins.

    `words` are the texts of the coded columns, the same in every batch of a log; `first_case` the number of the first.
    """

    columns: Mapping[str, NDArray[Any]]
    offsets: NDArray[np.int64]
    words: Mapping[str, Sequence[str]]
    first_case: int


class Analysis(Protocol[Partial, Found]):
    """`merge` must give the same for any order and grouping of partials, so partials hold whole numbers only.

    An analysis is a value that can be pickled: it goes to the workers.
    """

    @property
    def columns(self) -> Sequence[str]:
        """Columns that `map` reads."""
        ...

    def map(self, batch: Batch) -> Partial: ...

    def merge(self, one: Partial, other: Partial) -> Partial: ...

    def empty(self) -> Partial:
        """The partial of no case."""
        ...

    def finish(self, partial: Partial) -> Found | Again[Any, Found]:
        """The result, or one more round over the same cases."""
        ...


@dataclass(frozen=True, eq=False)
class Again(Generic[Partial, Found]):
    """Another analysis over the same cases, whose result is the result (exact percentiles need two looks)."""

    analysis: Analysis[Partial, Found]
