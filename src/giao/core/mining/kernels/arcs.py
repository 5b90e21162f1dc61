"""What follows what: counts of pairs, and the durations of each pair.

A pair is (left[i], right[i + 1]) within a case; its key is `left * width + right`. Two passes: `count_…` finds the keys
that occur, `tally` adds up the durations of each by its number (dense, in order of the keys) and counts them in buckets,
`collect` takes the durations of the buckets that hold a wanted rank. A negative code takes no part: keys of it are -1.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from giao.core.mining.kernels.buckets import bucket_of

Ints = NDArray[np.int64]
Shorts = NDArray[np.int32]
Codes = NDArray[Any]

UNKNOWN = np.iinfo(np.int64).min
"""An instant that is not known."""

NUMBER, HIGH, LOW, LEAST, MOST, BACK, BACK_HIGH, BACK_LOW = range(8)
"""Columns of a tally: how many durations, their sum in two parts (the rest, and 32 bits), smallest and largest; how many
are negative, and the sum of these."""

MULTIPLIER = 0x9E3779B97F4A7C15 - (1 << 64)


@njit(cache=True, nogil=True)
def count_dense(
    cases: Shorts,
    offsets: Ints,
    left: Codes,
    right: Codes,
    width: int,
    counts: Ints,
    within: Ints,
    last: Shorts,
) -> None:
    """Pairs by key, and the cases that hold them. `last` is filled with -1 at first."""
    for case in cases:
        first, end = offsets[case], offsets[case + 1]
        for row in range(first, end - 1):
            key = np.int64(left[row]) * width + np.int64(right[row + 1])
            counts[key] += 1
            if last[key] != case:
                last[key] = case
                within[key] += 1


@njit(cache=True, nogil=True)
def slot_of(keys: Ints, key: int) -> int:
    """Where a key stands in an open table (a power of two long, -1 where free), or where it would stand."""
    mask = len(keys) - 1
    slot = (np.uint64(key * MULTIPLIER) >> np.uint64(20)) & np.uint64(mask)
    at = np.int64(slot)
    while keys[at] >= 0 and keys[at] != key:
        at = (at + 1) & mask
    return at


@njit(cache=True, nogil=True)
def count_hashed(
    cases: Shorts, offsets: Ints, left: Codes, right: Codes, width: int
) -> tuple[Ints, Ints, Ints]:
    """The same where a table of all pairs would be too large: (keys, counts, cases), in no order."""
    size = 1 << 12
    keys = np.full(size, -1, np.int64)
    figures = np.zeros((size, 3), np.int64)
    used = 0
    for case in cases:
        for row in range(offsets[case], offsets[case + 1] - 1):
            key = np.int64(left[row]) * width + np.int64(right[row + 1])
            at = slot_of(keys, key)
            if keys[at] < 0:
                if 2 * used >= size:
                    wider = np.full(4 * size, -1, np.int64)
                    moved = np.zeros((4 * size, 3), np.int64)
                    for old in range(size):
                        if keys[old] >= 0:
                            new = slot_of(wider, keys[old])
                            wider[new] = keys[old]
                            moved[new] = figures[old]
                    keys, figures, size = wider, moved, 4 * size
                    at = slot_of(keys, key)
                keys[at] = key
                figures[at, 2] = -1
                used += 1
            figures[at, 0] += 1
            if figures[at, 2] != case:
                figures[at, 2] = case
                figures[at, 1] += 1
    found = np.empty(used, np.int64)
    counts, within = np.empty(used, np.int64), np.empty(used, np.int64)
    place = 0
    for at in range(size):
        if keys[at] >= 0:
            found[place], counts[place], within[place] = keys[at], figures[at, 0], figures[at, 1]
            place += 1
    return found, counts, within


@njit(cache=True, nogil=True)
def table_of(keys: Ints) -> tuple[Ints, Shorts]:
    """An open table of keys with their numbers: (slots, number by slot)."""
    size = 16
    while size < 2 * len(keys):
        size *= 2
    slots = np.full(size, -1, np.int64)
    numbers = np.full(size, -1, np.int32)
    for number in range(len(keys)):
        at = slot_of(slots, keys[number])
        slots[at] = keys[number]
        numbers[at] = number
    return slots, numbers


@njit(cache=True, nogil=True, inline="always")
def number_of(slots: Ints, numbers: Shorts, key: int) -> int:
    """The number of a key; a table without slots is dense. -1 where the key is not in it."""
    if len(slots) == 0:
        return numbers[key]
    at = slot_of(slots, key)
    return numbers[at] if slots[at] == key else -1


@njit(cache=True, nogil=True)
def tally(
    cases: Shorts,
    offsets: Ints,
    left: Codes,
    right: Codes,
    width: int,
    slots: Ints,
    numbers: Shorts,
    begin: Ints,
    until: Ints,
    step: int,
    low: int,
    tallies: Ints,
    histogram: Shorts,
) -> None:
    """Adds each duration until[i + step] - begin[i] to the tally and the buckets of its pair.

    step 1: pairs of neighbours; step 0: single events, the key is `left` alone. A duration with an unknown end is left
    out. `histogram` is (pairs, buckets from `low` on), or has no bucket at all.
    """
    wide = histogram.shape[1] > 0
    for case in cases:
        for row in range(offsets[case], offsets[case + 1] - step):
            key = np.int64(left[row])
            if step:
                key = key * width + np.int64(right[row + 1])
            number = number_of(slots, numbers, key)
            if number < 0 or begin[row] == UNKNOWN or until[row + step] == UNKNOWN:
                continue
            duration = until[row + step] - begin[row]
            tallies[number, NUMBER] += 1
            tallies[number, HIGH] += duration >> 32
            tallies[number, LOW] += duration & 0xFFFFFFFF
            if duration < tallies[number, LEAST]:
                tallies[number, LEAST] = duration
            if duration > tallies[number, MOST]:
                tallies[number, MOST] = duration
            if duration < 0:
                tallies[number, BACK] += 1
                tallies[number, BACK_HIGH] += duration >> 32
                tallies[number, BACK_LOW] += duration & 0xFFFFFFFF
            if wide:
                histogram[number, bucket_of(duration) - low] += 1


@njit(cache=True, nogil=True)
def collect(
    cases: Shorts,
    offsets: Ints,
    left: Codes,
    right: Codes,
    width: int,
    slots: Ints,
    numbers: Shorts,
    begin: Ints,
    until: Ints,
    step: int,
    low: int,
    wanted: Shorts,
    cursor: Ints,
    out: Ints,
) -> None:
    """The durations of wanted buckets: `wanted` (pairs, buckets) numbers them (-1: not wanted), `cursor` says where
    each one's durations go in `out`."""
    for case in cases:
        for row in range(offsets[case], offsets[case + 1] - step):
            key = np.int64(left[row])
            if step:
                key = key * width + np.int64(right[row + 1])
            number = number_of(slots, numbers, key)
            if number < 0 or begin[row] == UNKNOWN or until[row + step] == UNKNOWN:
                continue
            duration = until[row + step] - begin[row]
            place = wanted[number, bucket_of(duration) - low]
            if place >= 0:
                out[cursor[place]] = duration
                cursor[place] += 1


@njit(cache=True, nogil=True)
def scatter(
    cases: Shorts,
    offsets: Ints,
    left: Codes,
    right: Codes,
    width: int,
    slots: Ints,
    numbers: Shorts,
    begin: Ints,
    until: Ints,
    step: int,
    cursor: Ints,
    out: Ints,
) -> None:
    """All durations, pair by pair: for so many pairs that buckets of each would not fit."""
    for case in cases:
        for row in range(offsets[case], offsets[case + 1] - step):
            key = np.int64(left[row])
            if step:
                key = key * width + np.int64(right[row + 1])
            number = number_of(slots, numbers, key)
            if number < 0 or begin[row] == UNKNOWN or until[row + step] == UNKNOWN:
                continue
            out[cursor[number]] = until[row + step] - begin[row]
            cursor[number] += 1


@njit(cache=True, nogil=True)
def sort_runs(starts: Ints, first: int, last: int, values: Ints) -> None:
    """Sorts values within each of the runs first .. last - 1 (run r: starts[r] .. starts[r + 1])."""
    for run in range(first, last):
        if starts[run + 1] - starts[run] > 1:
            values[starts[run] : starts[run + 1]].sort()


@njit(cache=True, nogil=True)
def select_runs(
    starts: Ints, first: int, last: int, values: Ints, asked: Ints, ranks: Ints, answers: Ints
) -> None:
    """The values at ranks within runs first .. last - 1; run r answers ranks[asked[r]] .. ranks[asked[r + 1]], rising.

    Moves values about within their run (Hoare's selection: a rank's value has no larger one before it)."""
    for run in range(first, last):
        base, end = starts[run], starts[run + 1] - 1
        low = base
        for place in range(asked[run], asked[run + 1]):
            target = base + ranks[place]
            left, right = low, end
            while left < right:
                pivot = values[(left + right) >> 1]
                i, j = left, right
                while i <= j:
                    while values[i] < pivot:
                        i += 1
                    while values[j] > pivot:
                        j -= 1
                    if i <= j:
                        values[i], values[j] = values[j], values[i]
                        i += 1
                        j -= 1
                if target <= j:
                    right = j
                elif target >= i:
                    left = i
                else:
                    break
            answers[place] = values[target]
            low = target


@njit(cache=True, nogil=True)
def mark_cases(
    cases: Shorts, offsets: Ints, left: Codes, right: Codes, one: int, other: int, found: NDArray[np.bool_]
) -> None:
    """True for each case (in the order of `cases`) that holds the pair (one, other)."""
    for place in range(len(cases)):
        case = cases[place]
        for row in range(offsets[case], offsets[case + 1] - 1):
            if left[row] == one and right[row + 1] == other:
                found[place] = True
                break


@njit(cache=True, nogil=True)
def known_range(instants: Ints) -> tuple[int, int]:
    """The earliest and the latest known instant; (0, -1) where there is none."""
    low, high = np.iinfo(np.int64).max, UNKNOWN
    for row in range(len(instants)):
        if instants[row] != UNKNOWN:
            low, high = min(low, instants[row]), max(high, instants[row])
    return (low, high) if high != UNKNOWN else (0, -1)
