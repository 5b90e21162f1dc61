"""Counts over the rows of one side of a KPI, moved by what comes and what goes; every window's number is read off them.

The same formulas as over a whole reading (`kpis/measured.py`) take a `LiveCell` for a `Cell`: exact integers both.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from giao.core.agreement.kpis.roles import COUNTED, COUNTING, EXCLUDED, MET, MISSED, N_ROLES, OPEN_OVERDUE
from giao.core.agreement.kpis.rows import Rows, bins_of
from giao.core.agreement.live.chunk import NOBODY, Chunk, Shelf

Ints = npt.NDArray[np.int64]


class Tallies:
    """Rows by bin, group and role, their sums, exclusions, and where asked for the values themselves and the strata."""

    def __init__(self, edges: Ints, *, ranked: bool = False, n_bins: int | None = None) -> None:
        self.edges = edges
        self.n_bins = len(edges) + 1 if n_bins is None else n_bins
        self._ranked = ranked
        self._labels: dict[str, int] = {}
        self._reasons: dict[str, int] = {}
        self._strata: dict[str, int] = {}
        self.scale = 1
        self.counts = np.zeros((self.n_bins, 1, N_ROLES), dtype=np.int64)
        self._sums: dict[tuple[int, int, int], int] = {}
        self._excluded: dict[int, dict[tuple[int, int], int]] = {}
        self._values: dict[tuple[int, int], _Bag] = {}
        self._by_stratum: dict[tuple[int, int, int, int], int] = {}
        self._shelf: Shelf | None = None
        self.grouped = False
        self._stale: tuple[int, int, int] | None = None

    # Rows in

    def chunk(
        self, rows: Rows, code_of: npt.NDArray[np.int32], strata: tuple[Ints, tuple[str, ...]] | None = None
    ) -> Chunk:
        """Rows as a chunk; `code_of`: by case of the log that was read, its code here."""
        return self.chunk_in(rows, bins_of(rows.at, self.edges), code_of, strata)

    def chunk_in(
        self,
        rows: Rows,
        bins: npt.NDArray[np.signedinteger[Any]],
        code_of: npt.NDArray[np.int32],
        strata: tuple[Ints, tuple[str, ...]] | None = None,
    ) -> Chunk:
        """The same where the bins are known."""
        code = np.where(rows.case < 0, NOBODY, np.append(code_of, NOBODY)[rows.case]).astype(np.int32)
        value = rows.value
        if value is not None:
            factor = self._fit(rows.scale)
            value = value * factor if factor != 1 else value.astype(np.int64, copy=False)
        label = np.zeros(len(rows), dtype=np.int32)
        if rows.group is not None:
            self.grouped = True
            places = np.array([self._place(self._labels, text) for text in rows.labels], dtype=np.int32)
            label = places[rows.group] if len(places) else label
        reasons = np.array([self._place(self._reasons, text) for text in rows.reasons], dtype=np.int16)
        stratum = None
        if strata is not None:
            known = np.array([self._place(self._strata, text) for text in strata[1]], dtype=np.int32)
            stratum = known[strata[0]] if len(known) else np.zeros(len(rows), dtype=np.int32)
        self._widen()
        found = Chunk(
            *(code, bins.astype(np.int32), rows.role.astype(np.int8, copy=False), label),
            *(reasons[rows.reason], value, stratum),
        )
        return found.sorted()

    def begin(self, chunk: Chunk) -> None:
        """The rows of the beginning."""
        self._shelf = Shelf(chunk)
        self._add(chunk, 1)

    def move(self, codes: Iterable[int], fresh: Chunk) -> bool:
        """The rows of some cases in the place of those that they had; whether anything is different."""
        assert self._shelf is not None
        gone = self._shelf.swap(codes, fresh)
        if _same(gone, fresh):
            return False
        self._add(gone, -1)
        self._add(fresh, 1)
        low, high, late = self._stale or (self.n_bins, -1, self.n_bins)
        for chunk in (gone, fresh):
            if len(chunk):
                low, high = min(low, int(chunk.bin.min())), max(high, int(chunk.bin.max()))
                over = chunk.bin[chunk.role == OPEN_OVERDUE]
                late = min(late, int(over.min())) if len(over) else late
        self._stale = (low, high, late)
        return True

    def settle(self) -> None:
        """Everything that changed has been told."""
        self._stale = None

    @property
    def moved(self) -> bool:
        """Whether anything changed since `settle`."""
        return self._stale is not None

    def stale(self, low: int, high: int) -> bool:
        """Whether a row changed in bins low..high-1, or among those overdue before their end."""
        if self._stale is None:
            return False
        first, last, late = self._stale
        return (first < high and low <= last) or late < high

    def codes_in(self, bin_: int) -> set[int]:
        """Cases that have a row in a bin."""
        assert self._shelf is not None
        return self._shelf.codes_in(bin_)

    def _add(self, chunk: Chunk, sign: int) -> None:
        if not len(chunk):
            return
        n_labels = self.counts.shape[1]
        key = (chunk.bin.astype(np.int64) * n_labels + chunk.label) * N_ROLES + chunk.role
        if len(chunk) > 50_000:
            flat = np.bincount(key, minlength=self.counts.size)
            self.counts += sign * flat.reshape(self.counts.shape)
        else:
            np.add.at(self.counts.reshape(-1), key, sign)
        if chunk.value is not None:
            self._add_values(chunk, key, sign)
        out = np.flatnonzero(chunk.role == EXCLUDED)
        if len(out):
            self._add_excluded(chunk.take(out), sign)
        if chunk.stratum is not None:
            self._add_strata(chunk, sign)

    def _add_values(self, chunk: Chunk, key: Ints, sign: int) -> None:
        assert chunk.value is not None
        n_labels = self.counts.shape[1]
        order = np.argsort(key, kind="stable")
        cuts = np.flatnonzero(np.diff(key[order], prepend=-1))
        for first, last in zip(cuts.tolist(), [*cuts[1:].tolist(), len(order)], strict=True):
            rows = order[first:last]
            rest, role = divmod(int(key[rows[0]]), N_ROLES)
            at, label = divmod(rest, n_labels)
            values = chunk.value[rows]
            place = (at, label, role)
            self._sums[place] = self._sums.get(place, 0) + sign * _exact_sum(values)
            if self._ranked and role in COUNTING:
                self._values.setdefault((at, label), _Bag()).move(values, sign)

    def _add_excluded(self, chunk: Chunk, sign: int) -> None:
        wide = max(len(self._reasons), 1)
        key = (chunk.bin.astype(np.int64) * self.counts.shape[1] + chunk.label) * wide + chunk.reason
        for code, count in zip(*np.unique(key, return_counts=True), strict=True):
            rest, reason = divmod(int(code), wide)
            at, label = divmod(rest, self.counts.shape[1])
            here = self._excluded.setdefault(at, {})
            left = here.get((label, reason), 0) + sign * int(count)
            if left:
                here[label, reason] = left
            else:
                del here[label, reason]

    def _add_strata(self, chunk: Chunk, sign: int) -> None:
        assert chunk.stratum is not None
        wide = max(len(self._strata), 1)
        key = (chunk.bin.astype(np.int64) * self.counts.shape[1] + chunk.label) * wide + chunk.stratum
        key = key * N_ROLES + chunk.role
        for code, count in zip(*np.unique(key, return_counts=True), strict=True):
            rest, role = divmod(int(code), N_ROLES)
            rest, stratum = divmod(rest, wide)
            at, label = divmod(rest, self.counts.shape[1])
            place = (at, label, stratum, role)
            self._by_stratum[place] = self._by_stratum.get(place, 0) + sign * int(count)

    def _fit(self, scale: int) -> int:
        """What values of a scale are multiplied with; the scale here grows where it must."""
        common = math.lcm(self.scale, scale)
        if common != self.scale:
            factor = common // self.scale
            self._sums = {place: total * factor for place, total in self._sums.items()}
            for bag in self._values.values():
                bag.rescale(factor)
            if self._shelf is not None:
                self._shelf.rescale(factor)
            self.scale = common
        return common // scale

    @staticmethod
    def _place(known: dict[str, int], text: str) -> int:
        return known.setdefault(text, len(known))

    def _widen(self) -> None:
        missing = len(self._labels) - self.counts.shape[1]
        if missing > 0:
            more = max(missing, self.counts.shape[1])
            fill = np.zeros((self.n_bins, more, N_ROLES), dtype=np.int64)
            self.counts = np.ascontiguousarray(np.concatenate([self.counts, fill], axis=1))

    # Numbers out

    @property
    def labels(self) -> tuple[str, ...]:
        """Groups that some row is in, in any role."""
        if not self.grouped:
            return ()
        there = self.counts.sum(axis=(0, 2)) > 0
        return tuple(sorted(text for text, place in self._labels.items() if there[place]))

    def has(self, label: str) -> bool:
        place = self._labels.get(label)
        return place is not None and bool(self.counts[:, place].any())

    def cell(self, start_us: int, end_us: int, group: str | None) -> LiveCell:
        """The rows at or after one edge and before another."""
        low = int(np.searchsorted(self.edges, start_us, side="left")) + 1
        high = int(np.searchsorted(self.edges, end_us, side="left")) + 1
        return LiveCell(self, low, max(low, high), None if group is None else self._labels[group])

    def bin_cell(self, bin_: int, group: str | None) -> LiveCell | None:
        """One bin; None for a group that nobody is in."""
        if group is not None and group not in self._labels:
            return None
        return LiveCell(self, bin_, bin_ + 1, None if group is None else self._labels[group])

    def overdue(self, end_us: int, group: str | None) -> int:
        """Rows still open whose budget had run out before an instant (an edge)."""
        high = int(np.searchsorted(self.edges, end_us, side="left")) + 1
        counts = self.counts[:high, :, OPEN_OVERDUE]
        return int(counts.sum() if group is None else counts[:, self._labels[group]].sum())


@dataclass(frozen=True)
class LiveCell:
    """The counts of one window (and group), as `kpis.rows.Cell` gives them."""

    of: Tallies
    low: int
    high: int
    group: int | None

    @cached_property
    def _roles(self) -> Ints:
        counts = self.of.counts[self.low : self.high]
        found: Ints = counts.sum(axis=(0, 1)) if self.group is None else counts[:, self.group].sum(axis=0)
        return found

    def count(self, role: int) -> int:
        return int(self._roles[role])

    @property
    def n(self) -> int:
        return self.count(MET) + self.count(MISSED) + self.count(COUNTED)

    @property
    def misses(self) -> int:
        return self.count(MISSED)

    def total(self, role: int | None = None) -> Fraction:
        """Sum of the values of the counted rows, or of those in one role."""
        wanted = COUNTING if role is None else (role,)
        sums = self.of._sums
        whole = sum(
            sums.get((at, group, code), 0)
            for at in range(self.low, self.high)
            for group in self._groups
            for code in wanted
        )
        return Fraction(whole, self.of.scale)

    @property
    def excluded(self) -> dict[str, int]:
        """Rows left out, by reason."""
        texts = list(self.of._reasons)
        found: dict[str, int] = {}
        for at in range(self.low, self.high):
            for (group, reason), count in self.of._excluded.get(at, {}).items():
                if self.group is None or self.group == group:
                    found[texts[reason]] = found.get(texts[reason], 0) + count
        return dict(sorted(found.items()))

    @property
    def values(self) -> Ints:
        """The counted values, in any order."""
        bags = [
            self.of._values.get((at, group)) for at in range(self.low, self.high) for group in self._groups
        ]
        parts = [bag.values for bag in bags if bag is not None]
        return np.concatenate(parts) if parts else np.empty(0, dtype=np.int64)

    def strata(self) -> dict[str, Ints]:
        """Rows by stratum: counts by role."""
        texts = list(self.of._strata)
        found: dict[str, Ints] = {}
        for (at, group, stratum, role), count in self.of._by_stratum.items():
            if count and self.low <= at < self.high and (self.group is None or self.group == group):
                found.setdefault(texts[stratum], np.zeros(N_ROLES, dtype=np.int64))[role] += count
        return dict(sorted(found.items()))

    @property
    def _groups(self) -> Iterable[int]:
        return range(self.of.counts.shape[1]) if self.group is None else (self.group,)


class _Bag:
    """Values with repetition: an array, and what came and went since, put together when read."""

    def __init__(self) -> None:
        self._sorted = np.empty(0, dtype=np.int64)
        self._came: list[Ints] = []
        self._went: list[Ints] = []

    def move(self, values: Ints, sign: int) -> None:
        (self._came if sign > 0 else self._went).append(values)

    def rescale(self, factor: int) -> None:
        self._sorted = self.values * factor

    @property
    def values(self) -> Ints:
        if self._came or self._went:
            found = self._sorted
            if self._came:
                came = np.sort(np.concatenate(self._came))
                found = np.insert(found, np.searchsorted(found, came), came)
            if self._went:
                gone, counts = np.unique(np.concatenate(self._went), return_counts=True)
                first = np.searchsorted(found, gone, side="left")
                index = np.repeat(first - np.cumsum(counts) + counts, counts) + np.arange(int(counts.sum()))
                found = np.delete(found, index)
            self._sorted, self._came, self._went = found, [], []
        return self._sorted


def _exact_sum(values: Ints) -> int:
    """A sum that never overflows: by parts where 64 bits might not do."""
    largest = int(np.abs(values).max()) if len(values) else 0
    if largest * len(values) < 2**62:
        return int(values.sum())
    return int((values >> 31).sum()) * 2**31 + int((values & (2**31 - 1)).sum())


def _same(one: Chunk, other: Chunk) -> bool:
    if len(one) != len(other):
        return False
    pairs: list[tuple[npt.NDArray[Any], npt.NDArray[Any]]] = [
        *((one.code, other.code), (one.bin, other.bin), (one.role, other.role)),
        *((one.label, other.label), (one.reason, other.reason)),
    ]
    for mine, theirs in ((one.value, other.value), (one.stratum, other.stratum)):
        if mine is not None and theirs is not None:
            pairs.append((mine, theirs))
    return all(np.array_equal(mine, theirs) for mine, theirs in pairs)
