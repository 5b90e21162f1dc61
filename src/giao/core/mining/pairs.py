"""What follows what, counted and measured: pairs of codes of neighbouring events, over any columns of codes.

`count_pairs` finds the pairs that occur; `measure` adds up durations of each (pair, or single code) and answers any rank
of them exactly. Both work on parts of the cases side by side and add up whole numbers, so parts and threads are no matter.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from giao.core.mining.kernels import arcs
from giao.core.mining.kernels.buckets import EXACT, HALF, bucket_of
from giao.core.mining.threads import cut_in_parts, run_parts

Ints = NDArray[np.int64]
Shorts = NDArray[np.int32]
Codes = NDArray[Any]

DENSE = 2_048
"""Up to this many codes a table of all pairs is kept; beyond, only of those that occur."""

CELLS = 16_000_000
"""Buckets of all pairs and parts together; where more would be needed, durations are laid out pair by pair."""


@dataclass(frozen=True, eq=False)
class Pairs:
    """Pairs that occur, by rising key (left * width + right)."""

    left: Codes
    right: Codes
    width: int
    dense: bool
    keys: Ints
    counts: Ints
    within: Ints
    """Cases that hold the pair."""

    @property
    def ones(self) -> Ints:
        return self.keys // self.width

    @property
    def others(self) -> Ints:
        return self.keys % self.width


def count_pairs(
    cases: Shorts, offsets: Ints, left: Codes, right: Codes, width: int, left_width: int | None = None
) -> Pairs:
    """Pairs (left[i], right[i + 1]) within cases. `width`: codes of `right`; `left_width`: of `left`, if others."""
    lefts = left_width or width
    parts = cut_in_parts(cases, offsets)
    dense = lefts * width <= DENSE * DENSE
    if dense:
        size = lefts * width

        def count(part: Shorts) -> Ints:
            figures = np.zeros((2, size), np.int64)
            last = np.full(size, -1, np.int32)
            arcs.count_dense(part, offsets, left, right, width, figures[0], figures[1], last)
            return figures

        whole = sum(run_parts(parts, count), np.zeros((2, size), np.int64))
        found = np.flatnonzero(whole[0])
        return Pairs(left, right, width, dense, found, whole[0, found], whole[1, found])

    def work(part: Shorts) -> tuple[Ints, Ints, Ints]:
        held: tuple[Ints, Ints, Ints] = arcs.count_hashed(part, offsets, left, right, width)
        return held

    keys, counts, within = merged(run_parts(parts, work))
    return Pairs(left, right, width, dense, keys, counts, within)


def merged(found: Sequence[tuple[Ints, Ints, Ints]]) -> tuple[Ints, Ints, Ints]:
    """Counts by key of several parts as one, by rising key."""
    keys, places = np.unique(np.concatenate([each[0] for each in found]), return_inverse=True)
    counts, within = np.zeros(len(keys), np.int64), np.zeros(len(keys), np.int64)
    np.add.at(counts, places, np.concatenate([each[1] for each in found]))
    np.add.at(within, places, np.concatenate([each[2] for each in found]))
    return keys.astype(np.int64), counts, within


@dataclass(frozen=True, eq=False)
class Lookup:
    """Numbers of keys, for kernels: dense by key (no slots), or an open table."""

    slots: Ints
    numbers: Shorts


def lookup_of(keys: Ints, size: int | None) -> Lookup:
    """`size` is the number of possible keys where a table of all may be kept, else None."""
    if size is None:
        slots, numbers = arcs.table_of(keys)
        return Lookup(slots, numbers)
    dense = np.full(max(size, 1), -1, np.int32)
    dense[keys] = np.arange(len(keys), dtype=np.int32)
    return Lookup(np.empty(0, np.int64), dense)


Arguments = tuple[Shorts, Ints, Codes, Codes, int, Ints, Shorts, Ints, Ints, int]


@dataclass(frozen=True, eq=False)
class Walk:
    """Which durations are measured: until[i + step] - begin[i], by the number of the pair (step 1) or code (step 0)."""

    cases: Shorts
    offsets: Ints
    left: Codes
    right: Codes
    width: int
    lookup: Lookup
    groups: int
    begin: Ints
    until: Ints
    step: int
    span: int

    def arguments(self, part: Shorts) -> Arguments:
        """What every kernel over pairs begins with."""
        slots, numbers = self.lookup.slots, self.lookup.numbers
        return (
            part, self.offsets, self.left, self.right, self.width, slots, numbers, self.begin, self.until, self.step,
        )  # fmt: skip


class Measured:
    """Durations of each group: number, exact sum, least and most; any ranks when asked."""

    def __init__(self, walk: Walk, *, ranked: bool = True, parts: int | None = None) -> None:
        self._walk = walk
        self._parts = cut_in_parts(walk.cases, walk.offsets, parts)
        self.low, high = _range_of(walk)
        self.size = high - self.low + 1 if ranked and walk.groups else 0
        self.laid_out = self.size * walk.groups * len(self._parts) > CELLS
        found = run_parts(self._parts, self._tally)
        self.tallies = found[0][0] if len(found) == 1 else add_tallies([each[0] for each in found])
        self._histograms = [each[1] for each in found]
        self._numbers = [each[0][:, arcs.NUMBER] for each in found]

    def _tally(self, part: Shorts) -> tuple[Ints, Shorts]:
        groups = self._walk.groups
        tallies = new_tallies(groups)
        histogram = np.zeros((groups, 0 if self.laid_out else self.size), np.int32)
        arcs.tally(*self._walk.arguments(part), self.low, tallies, histogram)
        return tallies, histogram

    @property
    def numbers(self) -> Ints:
        return self.tallies[:, arcs.NUMBER]

    @property
    def least(self) -> Ints:
        return self.tallies[:, arcs.LEAST]

    @property
    def most(self) -> Ints:
        return self.tallies[:, arcs.MOST]

    @property
    def sums(self) -> list[int]:
        return exact_sums(self.tallies)

    @property
    def negatives(self) -> Ints:
        """How many durations are negative: the next began before this one ended."""
        return self.tallies[:, arcs.BACK]

    @property
    def negative_sums(self) -> list[int]:
        return exact_sums(self.tallies, arcs.BACK_HIGH)

    @property
    def histogram(self) -> Ints:
        """Durations of each group by bucket, from bucket `low` on."""
        found: Ints = np.sum(np.stack(self._histograms), axis=0, dtype=np.int64)
        return found

    def at_ranks(self, ranks: Ints) -> Ints:
        """The durations at ranks (groups, n), each from 0; 0 for a group of none."""
        if not self._walk.groups or not self.numbers.any():
            return np.zeros_like(ranks)
        return self._from_layout(ranks) if self.laid_out else self._from_buckets(ranks)

    def _from_layout(self, ranks: Ints) -> Ints:
        walk = self._walk
        counts = np.stack(self._numbers)
        starts = np.zeros(walk.groups + 1, np.int64)
        np.cumsum(counts.sum(axis=0), out=starts[1:])
        out = np.empty(int(starts[-1]), np.int64)
        before = np.cumsum(counts, axis=0) - counts
        cursors = [starts[:-1] + row for row in before]
        jobs = dict(zip(map(id, self._parts), cursors, strict=True))

        def lay(part: Shorts) -> None:
            arcs.scatter(*walk.arguments(part), jobs[id(part)], out)

        run_parts(self._parts, lay)
        arcs.sort_runs(starts, 0, walk.groups, out)
        places = np.minimum(starts[:-1, None] + ranks, len(out) - 1)
        return np.where(self.numbers[:, None] > 0, out[places], 0)

    def _from_buckets(self, ranks: Ints) -> Ints:
        walk = self._walk
        edges = np.cumsum(self.histogram.ravel())
        starts = np.cumsum(self.numbers) - self.numbers
        there = self.numbers > 0
        asked = (starts[:, None] + ranks)[there]
        cells = np.searchsorted(edges, asked, side="right")
        wanted = np.unique(cells)
        bucket = wanted % self.size + self.low
        exact = (bucket >= HALF - EXACT) & (bucket < HALF + EXACT)
        searched = wanted[~exact]
        counts = np.stack([each.ravel()[searched] for each in self._histograms]).astype(np.int64)
        firsts = np.zeros(len(searched) + 1, np.int64)
        np.cumsum(counts.sum(axis=0), out=firsts[1:])
        slots = np.full((walk.groups, self.size), -1, np.int32)
        slots.ravel()[searched] = np.arange(len(searched), dtype=np.int32)
        out = np.empty(int(firsts[-1]), np.int64)
        before = np.cumsum(counts, axis=0) - counts
        jobs = {id(part): firsts[:-1] + row for part, row in zip(self._parts, before, strict=True)}

        def take(part: Shorts) -> None:
            arcs.collect(*walk.arguments(part), self.low, slots, jobs[id(part)], out)

        if len(searched):
            run_parts(self._parts, take)
        found = np.zeros_like(ranks)
        found[there] = self._answers(asked, cells, edges, searched, firsts, out)
        return found

    def _answers(
        self, asked: Ints, cells: Ints, edges: Ints, searched: Ints, firsts: Ints, out: Ints
    ) -> Ints:
        """The value of each asked place: its bucket's own where that is exact, else selected among those collected."""
        inner = asked - np.where(cells > 0, edges[np.maximum(cells - 1, 0)], 0)
        values = (cells % self.size + self.low - HALF).ravel()
        if len(searched):
            run = np.minimum(np.searchsorted(searched, cells), len(searched) - 1).ravel()
            order = np.lexsort((inner.ravel(), run))
            order = order[searched[run[order]] == cells.ravel()[order]]
            bounds = np.searchsorted(run[order], np.arange(len(searched) + 1))
            ranks, answers = inner.ravel()[order], np.empty(len(order), np.int64)
            edge = np.searchsorted(firsts, np.linspace(0, firsts[-1], len(self._parts) + 1)[1:-1])
            cuts = [0, *edge.tolist(), len(searched)]
            spans = [np.array(pair, np.int32) for pair in pairwise(cuts)]

            def choose(span: Shorts) -> None:
                arcs.select_runs(firsts, int(span[0]), int(span[1]), out, bounds, ranks, answers)

            run_parts(spans, choose)
            values[order] = answers
        found: Ints = values.reshape(cells.shape)
        return found


def measure_pairs(
    pairs: Pairs,
    cases: Shorts,
    offsets: Ints,
    begin: Ints,
    until: Ints,
    *,
    span: int | None = None,
    ranked: bool = True,
    left_width: int | None = None,
) -> Measured:
    """Durations until[i + 1] - begin[i] of each pair."""
    size = (left_width or pairs.width) * pairs.width if pairs.dense else None
    walk = Walk(
        cases, offsets, pairs.left, pairs.right, pairs.width, lookup_of(pairs.keys, size), len(pairs.keys), begin, until, 1,
        span_of(begin, until) if span is None else span,
    )  # fmt: skip
    return Measured(walk, ranked=ranked)


def measure_codes(
    cases: Shorts,
    offsets: Ints,
    codes: Codes,
    width: int,
    begin: Ints,
    until: Ints,
    *,
    span: int | None = None,
    ranked: bool = True,
) -> Measured:
    """Durations until[i] - begin[i] of each code."""
    lookup = lookup_of(np.arange(width, dtype=np.int64), width)
    wide = span_of(begin, until) if span is None else span
    return Measured(
        Walk(cases, offsets, codes, codes, 1, lookup, width, begin, until, 0, wide), ranked=ranked
    )


def new_tallies(groups: int) -> Ints:
    found = np.zeros((groups, 8), np.int64)
    found[:, arcs.LEAST] = np.iinfo(np.int64).max
    found[:, arcs.MOST] = np.iinfo(np.int64).min
    return found


def add_tallies(found: Sequence[Ints]) -> Ints:
    """Tallies of several parts as one."""
    stack = np.stack(found)
    whole: Ints = stack.sum(axis=0)
    whole[:, arcs.LEAST] = stack[:, :, arcs.LEAST].min(axis=0)
    whole[:, arcs.MOST] = stack[:, :, arcs.MOST].max(axis=0)
    return whole


def exact_sums(tallies: Ints, high: int = arcs.HIGH) -> list[int]:
    """The sums as whole numbers of any size."""
    return [int(rest) * 2**32 + int(bits) for rest, bits in tallies[:, [high, high + 1]]]


def _range_of(walk: Walk) -> tuple[int, int]:
    """Buckets between which all durations lie."""
    forward = walk.begin is walk.until and walk.step == 1
    return HALF if forward else int(bucket_of(-walk.span)), int(bucket_of(walk.span))


def span_of(*columns: Ints) -> int:
    """No duration between instants of these columns is longer."""
    ends = [(int(low), int(high)) for low, high in map(arcs.known_range, columns) if low <= high]
    return max(high for _, high in ends) - min(low for low, _ in ends) if ends else 0
