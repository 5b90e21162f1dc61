"""Algebra of half-open intervals [open, close) in UTC microseconds, as pairs of sorted int64 arrays."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from giao.core.calendars.offsets import Instants

Intervals = tuple[Instants, Instants]
"""(opens, closes). Sorted and disjoint, unless said otherwise; touching intervals are joined."""

NOTHING: Intervals = (np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64))


def union(parts: Sequence[Intervals]) -> Intervals:
    """Instants in any of the parts. A part may be in any order and overlap itself."""
    opens = np.concatenate([part[0] for part in parts]) if parts else NOTHING[0]
    closes = np.concatenate([part[1] for part in parts]) if parts else NOTHING[1]
    if not len(opens):
        return NOTHING
    order = np.argsort(opens, kind="stable")
    opens, closes = opens[order], np.maximum.accumulate(closes[order])
    apart = opens[1:] > closes[:-1]
    return opens[np.concatenate(([True], apart))], closes[np.concatenate((apart, [True]))]


def overlay(one: Intervals, other: Intervals) -> tuple[Instants, Instants, Instants]:
    """Where each interval of `one` meets those of `other`: (index in one, opens, closes), in order.

    `one` may be in any order; `other` must be sorted and disjoint.
    """
    first = np.searchsorted(other[1], one[0], side="right")
    counts = np.maximum(np.searchsorted(other[0], one[1], side="left") - first, 0)
    index = np.repeat(np.arange(len(one[0])), counts)
    within = np.arange(len(index)) - np.repeat(np.cumsum(counts) - counts, counts)
    met = first[index] + within
    return index, np.maximum(one[0][index], other[0][met]), np.minimum(one[1][index], other[1][met])


def clip(intervals: Intervals, low: int, high: int) -> Intervals:
    """The part within [low, high)."""
    opens, closes = np.maximum(intervals[0], low), np.minimum(intervals[1], high)
    kept = opens < closes
    return opens[kept], closes[kept]
