"""Counted rows of some cases as small arrays: what is taken away when a case changes is what was put in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
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
        columns: list[Any] = []
        for each in fields(self):
            column = getattr(self, each.name)
            columns.append(None if column is None else column[index])
        return Chunk(*columns)

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


class Shelf:
    """The rows of every case: those of the beginning sorted by case, those of cases that moved in small chunks."""

    def __init__(self, base: Chunk) -> None:
        self._base = base.sorted()
        self._moved: dict[int, Chunk | None] = {}

    def swap(self, codes: Iterable[int], fresh: Chunk) -> Chunk:
        """Put the rows of some cases in the place of those that they had; returns the latter."""
        wanted = np.array(sorted(codes), dtype=np.int32)
        still = np.array([code not in self._moved for code in wanted.tolist()], dtype=bool)
        gone = [self._of_base(wanted[still])]
        gone += [old for code in wanted[~still].tolist() if (old := self._moved[code]) is not None]
        low = np.searchsorted(fresh.code, wanted, side="left").tolist()
        high = np.searchsorted(fresh.code, wanted, side="right").tolist()
        for code, lo, hi in zip(wanted.tolist(), low, high, strict=True):
            self._moved[code] = fresh.take(slice(lo, hi)) if hi > lo else None
        return joined(gone)

    def codes_in(self, bin_: int) -> set[int]:
        """Cases that have a row in a bin."""
        here = self._base.code[self._base.bin == bin_]
        found = {code for code in here.tolist() if code not in self._moved}
        return found | {
            code for code, chunk in self._moved.items() if chunk is not None and (chunk.bin == bin_).any()
        }

    def rescale(self, factor: int) -> None:
        """Multiply every value."""
        self._base = _scaled(self._base, factor)
        self._moved = {
            code: None if old is None else _scaled(old, factor) for code, old in self._moved.items()
        }

    def _of_base(self, codes: npt.NDArray[np.int32]) -> Chunk:
        low = np.searchsorted(self._base.code, codes, side="left")
        counts = np.searchsorted(self._base.code, codes, side="right") - low
        ends = np.cumsum(counts)
        total = int(ends[-1]) if len(ends) else 0
        return self._base.take(np.arange(total) + np.repeat(low - (ends - counts), counts))


def _scaled(chunk: Chunk, factor: int) -> Chunk:
    if chunk.value is None:
        return chunk
    return Chunk(
        chunk.code, chunk.bin, chunk.role, chunk.label, chunk.reason, chunk.value * factor, chunk.stratum
    )
