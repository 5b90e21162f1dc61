"""Instants at which a case changes by time alone: those of the beginning in a sorted array, later ones in a heap."""

from __future__ import annotations

import heapq
from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]


class Instants:
    """(instant, case) pairs. Saying an instant twice, or one at which nothing changes, does no harm."""

    def __init__(self, at: Ints, codes: Ints) -> None:
        order = np.argsort(at, kind="stable")
        self._at, self._codes = at[order], codes[order].astype(np.int32)
        self._next = 0
        self._heap: list[tuple[int, int]] = []

    def put(self, pairs: Iterable[tuple[int, int]]) -> None:
        for pair in pairs:
            heapq.heappush(self._heap, pair)

    def until(self, as_of_us: int) -> set[int]:
        """The cases whose instant has come; they are told once."""
        end = int(np.searchsorted(self._at, as_of_us, side="right"))
        found = set(self._codes[self._next : end].tolist())
        self._next = max(end, self._next)
        while self._heap and self._heap[0][0] <= as_of_us:
            found.add(heapq.heappop(self._heap)[1])
        return found

    @property
    def next_us(self) -> int | None:
        """The earliest instant still to come."""
        first = [self._heap[0][0]] if self._heap else []
        if self._next < len(self._at):
            first.append(int(self._at[self._next]))
        return min(first, default=None)
