"""Exact whole-number statistics: means and quantiles rounded half to even, the same on every machine and in any order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]


def quotients(sums: Sequence[int], counts: Ints) -> Ints:
    """sums / counts, half to even; 0 where there is nothing to divide by (callers mask these)."""
    found = [_half_even(total, int(count)) if count else 0 for total, count in zip(sums, counts, strict=True)]
    return np.array(found, np.int64)


def _half_even(total: int, count: int) -> int:
    whole, rest = divmod(total, count)
    return whole + (2 * rest > count or (2 * rest == count and whole & 1 == 1))


def interpolated(counts: Ints, shares: Sequence[Fraction], at_ranks: Callable[[Ints], Ints]) -> list[Ints]:
    """Quantiles by linear interpolation between neighbours (as DuckDB's quantile_cont); at_ranks((groups, n) ranks)
    gives the values of these ranks. A group of none gives 0 (callers mask these)."""
    last = np.maximum(counts - 1, 0)
    ranks, parts = [], []
    for share in shares:
        place = last * share.numerator
        low = place // share.denominator
        ranks += [low, np.minimum(low + 1, last)]
        parts.append((place % share.denominator, share.denominator))
    if not shares:
        return []
    values = at_ranks(np.stack(ranks, axis=1))
    found = []
    for number, (rest, size) in enumerate(parts):
        low, high = values[:, 2 * number], values[:, 2 * number + 1]
        found.append(_between(low, high - low, rest, size))
    return found


def _between(low: Ints, gap: Ints, rest: Ints, size: int) -> Ints:
    """low + gap * rest / size, half to even, without overflow: the gap is split so that products stay in 64 bits."""
    whole, left = gap // size, gap % size
    product = left * rest
    found = low + whole * rest + product // size
    twice = 2 * (product % size)
    rounded: Ints = found + ((twice > size) | ((twice == size) & (found & 1 == 1)))
    return rounded


def of_values(values: Ints, shares: Sequence[Fraction]) -> list[int]:
    """Quantiles of one set of values, selected, not sorted."""
    count = len(values)
    if not count:
        return [0 for _ in shares]

    def at_ranks(ranks: Ints) -> Ints:
        wanted = np.unique(ranks)
        chosen = np.partition(values, wanted)
        return chosen[ranks]

    return [int(each[0]) for each in interpolated(np.array([count], np.int64), shares, at_ranks)]


def of_groups(
    keys: NDArray[np.integer], values: Ints, groups: int, shares: Sequence[Fraction]
) -> tuple[Ints, list[int], list[Ints]]:
    """Counts, exact sums and quantiles of the values of each group."""
    counts = np.bincount(keys, minlength=groups).astype(np.int64)
    order = np.lexsort((values, keys))
    ordered = values[order]
    starts = np.zeros(groups + 1, np.int64)
    np.cumsum(counts, out=starts[1:])
    high, low = np.zeros(groups, np.int64), np.zeros(groups, np.int64)
    np.add.at(high, keys, values >> 32)
    np.add.at(low, keys, values & 0xFFFFFFFF)
    sums = [int(one) * 2**32 + int(other) for one, other in zip(high, low, strict=True)]
    safe = np.minimum(starts[:-1], max(len(values) - 1, 0))

    def at_ranks(ranks: Ints) -> Ints:
        if not len(values):
            return np.zeros_like(ranks)
        return ordered[np.minimum(safe[:, None] + ranks, len(values) - 1)]

    return counts, sums, interpolated(counts, shares, at_ranks)
