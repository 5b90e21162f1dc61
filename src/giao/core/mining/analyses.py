"""Map and variants as analyses of the engine: the kernels of the explorer over parts of the cases, merged in any order.

Partials hold whole numbers by names, not by codes, so parts of several logs merge too. The map takes two looks: the
first counts durations in buckets, the second takes those of the buckets that hold a wanted rank (exact percentiles).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np
import polars as pl
from numpy.typing import NDArray

from giao.core.engine.analysis import Again, Batch
from giao.core.mining.ground import fixed, narrow
from giao.core.mining.kernels.arcs import LEAST, MOST, NUMBER
from giao.core.mining.kernels.buckets import EXACT, HALF, bucket_of
from giao.core.mining.pairs import Pairs, count_pairs, measure_pairs
from giao.core.mining.quantiles import interpolated, quotients
from giao.core.mining.result import durations, quantile_name
from giao.core.mining.ways import find_ways

Arc = tuple[str, str]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class ArcCounts:
    """Of one arc: events, cases, sum, least and most in microseconds, durations by bucket."""

    events: int
    cases: int
    total: int
    least: int
    most: int
    buckets: Mapping[int, int]

    def __add__(self, other: ArcCounts) -> ArcCounts:
        return ArcCounts(
            self.events + other.events,
            self.cases + other.cases,
            self.total + other.total,
            min(self.least, other.least),
            max(self.most, other.most),
            Counter(self.buckets) + Counter(other.buckets),
        )


ArcPartial = Mapping[Arc, ArcCounts]
Values = Mapping[tuple[Arc, int], tuple[int, ...]]


@dataclass(frozen=True)
class MapAnalysis:
    """Arcs of the process map: events, cases, mean, exact quantiles, least, most (completion to completion)."""

    shares: tuple[Fraction, ...] = (Fraction(1, 2), Fraction(19, 20))

    @property
    def columns(self) -> Sequence[str]:
        return ("activity", "time")

    def empty(self) -> ArcPartial:
        return {}

    def map(self, batch: Batch) -> ArcPartial:
        names = batch.words["activity"]
        pairs, cases, offsets, times = _pairs(batch)
        found = measure_pairs(pairs, cases, offsets, times, times)
        histogram = found.histogram if not found.laid_out and len(pairs.keys) else None
        if histogram is None:
            return self._by_hand(pairs, cases, offsets, times, names)
        sums = found.sums
        arcs: dict[Arc, ArcCounts] = {}
        for at, (one, other) in enumerate(zip(pairs.ones.tolist(), pairs.others.tolist(), strict=True)):
            held = np.flatnonzero(histogram[at])
            buckets = {int(place) + found.low: int(histogram[at, place]) for place in held}
            figures = found.tallies[at]
            arcs[names[one], names[other]] = ArcCounts(
                int(figures[NUMBER]),
                int(pairs.within[at]),
                sums[at],
                int(figures[LEAST]),
                int(figures[MOST]),
                buckets,
            )
        return arcs

    def _by_hand(
        self, pairs: Pairs, cases: NDArray[np.int32], offsets: Ints, times: Ints, names: Sequence[str]
    ) -> ArcPartial:
        """For so many different arcs that a table of buckets would not fit."""
        values: dict[tuple[int, int], list[int]] = {}
        codes = pairs.left
        last = set((offsets[1:] - 1).tolist())
        for row in range(int(offsets[-1])):
            if row not in last:
                key = (int(codes[row]), int(codes[row + 1]))
                values.setdefault(key, []).append(int(times[row + 1] - times[row]))
        within = dict(
            zip(
                zip(pairs.ones.tolist(), pairs.others.tolist(), strict=True),
                pairs.within.tolist(),
                strict=True,
            )
        )
        return {
            (names[one], names[other]): ArcCounts(
                len(held),
                within[one, other],
                sum(held),
                min(held),
                max(held),
                Counter(int(bucket_of(v)) for v in held),
            )
            for (one, other), held in values.items()
        }

    def merge(self, one: ArcPartial, other: ArcPartial) -> ArcPartial:
        merged = dict(one)
        for arc, counts in other.items():
            merged[arc] = merged[arc] + counts if arc in merged else counts
        return merged

    def finish(self, partial: ArcPartial) -> pl.DataFrame | Again[Values, pl.DataFrame]:
        wanted: dict[Arc, frozenset[int]] = {}
        for arc, counts in partial.items():
            last = counts.events - 1
            ranks = {int(share * last) + step for share in self.shares for step in (0, 1)}
            held = frozenset(_bucket_at(counts.buckets, min(rank, last)) for rank in ranks)
            wanted[arc] = frozenset(each for each in held if not HALF - EXACT <= each < HALF + EXACT)
        return Again(RankAnalysis(self.shares, partial, wanted))


@dataclass(frozen=True)
class RankAnalysis:
    """The second look: durations in the wanted buckets of each arc."""

    shares: tuple[Fraction, ...]
    counted: ArcPartial
    wanted: Mapping[Arc, frozenset[int]] = field(default_factory=dict)

    @property
    def columns(self) -> Sequence[str]:
        return ("activity", "time")

    def empty(self) -> Values:
        return {}

    def map(self, batch: Batch) -> Values:
        names = batch.words["activity"]
        pairs, _, offsets, times = _pairs(batch)
        inner = np.ones(len(times), bool)
        inner[offsets[1:] - 1] = False
        rows = np.flatnonzero(inner)
        keys = pairs.left[rows].astype(np.int64) * pairs.width + pairs.left[rows + 1]
        spent = times[rows + 1] - times[rows]
        order = np.argsort(keys, kind="stable")
        bounds = np.searchsorted(keys[order], pairs.keys)
        found: dict[tuple[Arc, int], tuple[int, ...]] = {}
        for at, begin in enumerate(bounds.tolist()):
            arc = names[int(pairs.ones[at])], names[int(pairs.others[at])]
            buckets = self.wanted.get(arc, frozenset())
            if buckets:
                held = spent[order[begin : begin + int(pairs.counts[at])]]
                for bucket in buckets:
                    low, high = _edges(bucket)
                    inside = held[(held >= low) & (held < high)]
                    found[arc, bucket] = tuple(np.sort(inside).tolist())
        return found

    def merge(self, one: Values, other: Values) -> Values:
        merged = dict(one)
        for key, values in other.items():
            merged[key] = tuple(sorted((*merged.get(key, ()), *values)))
        return merged

    def finish(self, partial: Values) -> pl.DataFrame:
        arcs = sorted(self.counted)
        counts = [self.counted[arc] for arc in arcs]
        numbers = np.array([each.events for each in counts], np.int64)

        def at_ranks(ranks: Ints) -> Ints:
            rows = zip(arcs, ranks.tolist(), strict=True)
            found = [[self._value(arc, rank, partial) for rank in row] for arc, row in rows]
            return np.array(found, np.int64).reshape(ranks.shape)

        there = numbers > 0
        columns: dict[str, pl.Series] = {
            "source": pl.Series([arc[0] for arc in arcs], dtype=pl.String),
            "target": pl.Series([arc[1] for arc in arcs], dtype=pl.String),
            "events": pl.Series(numbers),
            "cases": pl.Series([each.cases for each in counts], dtype=pl.Int64),
            "mean": durations(quotients([each.total for each in counts], numbers), there),
        }
        for share, values in zip(self.shares, interpolated(numbers, self.shares, at_ranks), strict=True):
            columns[quantile_name(share)] = durations(values, there)
        columns["least"] = durations(np.array([each.least for each in counts], np.int64), there)
        columns["most"] = durations(np.array([each.most for each in counts], np.int64), there)
        return pl.DataFrame(columns)

    def _value(self, arc: Arc, rank: int, partial: Values) -> int:
        buckets = self.counted[arc].buckets
        bucket = _bucket_at(buckets, rank)
        if HALF - EXACT <= bucket < HALF + EXACT:
            return bucket - HALF
        return partial[arc, bucket][rank - sum(n for each, n in buckets.items() if each < bucket)]


@dataclass(frozen=True)
class VariantAnalysis:
    """Sequences of activities and how many cases took each, the commonest first."""

    @property
    def columns(self) -> Sequence[str]:
        return ("activity",)

    def empty(self) -> Mapping[tuple[str, ...], int]:
        return {}

    def map(self, batch: Batch) -> Mapping[tuple[str, ...], int]:
        names = batch.words["activity"]
        codes = fixed(narrow(batch.columns["activity"], len(names)))
        offsets = fixed(batch.offsets)
        ways = find_ways(codes, offsets)
        counts = np.bincount(ways.ids, minlength=len(ways.cases)).tolist()
        return {
            tuple(names[code] for code in codes[offsets[case] : offsets[case + 1]].tolist()): count
            for case, count in zip(ways.cases.tolist(), counts, strict=True)
        }

    def merge(
        self, one: Mapping[tuple[str, ...], int], other: Mapping[tuple[str, ...], int]
    ) -> Mapping[tuple[str, ...], int]:
        return Counter(one) + Counter(other)

    def finish(self, partial: Mapping[tuple[str, ...], int]) -> pl.DataFrame:
        ranked = sorted(partial.items(), key=lambda item: (-item[1], len(item[0]), item[0]))
        return pl.DataFrame(
            {"cases": [count for _, count in ranked], "activities": [list(way) for way, _ in ranked]},
            schema={"cases": pl.Int64, "activities": pl.List(pl.String)},
        )


def _pairs(batch: Batch) -> tuple[Pairs, NDArray[np.int32], Ints, Ints]:
    names = batch.words["activity"]
    codes = fixed(narrow(batch.columns["activity"], len(names)))
    offsets, times = fixed(batch.offsets), fixed(batch.columns["time"])
    cases = fixed(np.arange(len(offsets) - 1, dtype=np.int32))
    return count_pairs(cases, offsets, codes, codes, max(len(names), 1)), cases, offsets, times


def _bucket_at(buckets: Mapping[int, int], rank: int) -> int:
    """The bucket that holds a rank."""
    before = 0
    for bucket in sorted(buckets):
        before += buckets[bucket]
        if rank < before:
            return bucket
    raise IndexError(rank)


def _edges(bucket: int) -> tuple[int, int]:
    """Durations of a bucket that is not negative: from, and below what."""
    place = bucket - HALF
    if place < EXACT:
        return place, place + 1
    exponent, part = place // 16 + 3, place % 16
    return (16 + part) << (exponent - 4), (17 + part) << (exponent - 4)
