"""Counted rows of some cases as small arrays: what is taken away when a case changes is what was put in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
NOBODY = -1
"""Code of rows that no case stands behind: facts that name none, or one that the log does not have."""


@dataclass(frozen=True)
class Chunk:
    """Columns of equal length, sorted by code.

    code     of the case        bin      between which edges
    role     as in `kpis.roles` label    place among the labels; 0 when not measured by group
    reason   place among the reasons     value    scaled, None where cases are only counted
    stratum  place among the strata, None where there are none
    """

    code: npt.NDArray[np.int32]
    bin: npt.NDArray[np.int32]
    role: npt.NDArray[np.int8]
    label: npt.NDArray[np.int32]
    reason: npt.NDArray[np.int16]
    value: Ints | None = None
    stratum: npt.NDArray[np.int32] | None = None

    def __len__(self) -> int:
        return len(self.code)

    def take(self, index: Any) -> Chunk:
        """Some rows, by slice, mask or positions."""
        value = None if self.value is None else self.value[index]
        stratum = None if self.stratum is None else self.stratum[index]
        return Chunk(
            *(self.code[index], self.bin[index], self.role[index], self.label[index], self.reason[index]),
            *(value, stratum),
        )

    def sorted(self) -> Chunk:
        """By code; rows of one case keep their order."""
        if (self.code[1:] >= self.code[:-1]).all():
            return self
        return self.take(np.argsort(self.code, kind="stable"))


def joined(chunks: Sequence[Chunk]) -> Chunk:
    """Chunks of the same columns, one after another; at least one."""
    if len(chunks) == 1:
        return chunks[0]
    columns: list[Any] = []
    for each in fields(Chunk):
        parts = [getattr(chunk, each.name) for chunk in chunks]
        columns.append(None if parts[0] is None else np.concatenate(parts))
    return Chunk(*columns)


class Pool:
    """Chunks one after another in arrays that grow; a run of rows is (where it begins, how many)."""

    def __init__(self) -> None:
        self._rows: Chunk | None = None
        self._used = 0

    def put(self, chunk: Chunk) -> int:
        """Append rows; returns where they begin."""
        begin, end = self._used, self._used + len(chunk)
        if self._rows is None or end > len(self._rows):
            self._rows = _roomy(self._rows, chunk, self._used, max(1_024, 2 * end))
        for each in fields(Chunk):
            column, more = getattr(self._rows, each.name), getattr(chunk, each.name)
            if column is not None:
                column[begin:end] = more
        self._used = end
        return begin

    def take(self, begins: Ints, counts: Ints) -> Chunk:
        """Some runs, one after another; something must have been put."""
        assert self._rows is not None
        return self._rows.take(runs(begins, counts))

    def rescale(self, factor: int) -> None:
        if self._rows is not None and self._rows.value is not None:
            self._rows.value[: self._used] *= factor


def runs(begins: Ints, counts: Ints) -> Ints:
    """The positions of runs, one after another."""
    ends = np.cumsum(counts)
    total = int(ends[-1]) if len(ends) else 0
    found: Ints = np.arange(total, dtype=np.int64) + np.repeat(begins - (ends - counts), counts)
    return found


def _roomy(old: Chunk | None, like: Chunk, used: int, size: int) -> Chunk:
    """Longer arrays with what was used so far."""
    columns: list[Any] = []
    for each in fields(Chunk):
        column = getattr(like, each.name)
        if column is None:
            columns.append(None)
            continue
        longer = np.empty(size, dtype=column.dtype)
        if old is not None:
            longer[:used] = getattr(old, each.name)[:used]
        columns.append(longer)
    return Chunk(*columns)


class Shelf:
    """The rows of every case: those of the beginning sorted by case, those of cases that moved in a pool."""

    def __init__(self, base: Chunk) -> None:
        self._base = base.sorted()
        self._pool = Pool()
        self._moved: dict[int, tuple[int, int]] = {}

    def swap(self, codes: Iterable[int], fresh: Chunk) -> Chunk:
        """Put the rows of some cases in the place of those that they had; returns the latter."""
        wanted = np.array(sorted(codes), dtype=np.int32)
        known = [self._moved.get(code) for code in wanted.tolist()]
        still = np.array([run is None for run in known], dtype=bool)
        gone = [self._of_base(wanted[still])]
        places = np.array([run for run in known if run is not None and run[1]], dtype=np.int64)
        if len(places):
            gone.append(self._pool.take(places[:, 0], places[:, 1]))
        begin = self._pool.put(fresh)
        low = np.searchsorted(fresh.code, wanted, side="left")
        counts = np.searchsorted(fresh.code, wanted, side="right") - low
        self._moved.update(
            zip(wanted.tolist(), zip((low + begin).tolist(), counts.tolist(), strict=True), strict=True)
        )
        return joined(gone)

    def codes_in(self, bin_: int) -> set[int]:
        """Cases that have a row in a bin."""
        here = self._base.code[self._base.bin == bin_]
        found = {code for code in here.tolist() if code not in self._moved}
        places = np.array([run for run in self._moved.values() if run[1]], dtype=np.int64)
        if len(places):
            moved = self._pool.take(places[:, 0], places[:, 1])
            found |= set(moved.code[moved.bin == bin_].tolist())
        return found

    def rescale(self, factor: int) -> None:
        """Multiply every value."""
        if self._base.value is not None:
            self._base = replace(self._base, value=self._base.value * factor)
        self._pool.rescale(factor)

    def _of_base(self, codes: npt.NDArray[np.int32]) -> Chunk:
        low = np.searchsorted(self._base.code, codes, side="left")
        counts = np.searchsorted(self._base.code, codes, side="right") - low
        return self._base.take(runs(low, counts))
