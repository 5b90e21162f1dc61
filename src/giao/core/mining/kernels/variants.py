"""Which cases take the same way: a 64-bit hash of each case's codes, and the codes compared before two count as one."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Shorts = NDArray[np.int32]
Codes = NDArray[Any]

FACTOR = np.uint64(0xFF51AFD7ED558CCD)
SHIFT = np.uint64(32)


@njit(cache=True, nogil=True)
def hash_cases(cases: Shorts, offsets: Ints, codes: Codes, hashes: NDArray[np.uint64]) -> None:
    """A hash of each case's codes, in the order of `cases`."""
    for place in range(len(cases)):
        case = cases[place]
        value = np.uint64(0x9E3779B97F4A7C15)
        for row in range(offsets[case], offsets[case + 1]):
            value = (value ^ np.uint64(np.int64(codes[row]) + 1)) * FACTOR
            value ^= value >> SHIFT
        hashes[place] = value


@njit(cache=True, nogil=True)
def number_ways(
    cases: Shorts, offsets: Ints, codes: Codes, hashes: NDArray[np.uint64], found: Shorts
) -> tuple[Shorts, Ints]:
    """The number of each case's way, in order of first appearance; returns (a place of each way, cases of each way)."""
    size = 1 << 12
    table = np.full(size, -1, np.int32)
    places = np.empty(1 << 11, np.int32)
    counts = np.zeros(1 << 11, np.int64)
    used = 0
    for place in range(len(cases)):
        case = cases[place]
        first, length = offsets[case], offsets[case + 1] - offsets[case]
        at = np.int64(hashes[place] & np.uint64(size - 1))
        while True:
            way = table[at]
            if way < 0:
                break
            other = places[way]
            if hashes[other] == hashes[place]:
                start = offsets[cases[other]]
                same = offsets[cases[other] + 1] - start == length
                step = 0
                while same and step < length:
                    same = codes[first + step] == codes[start + step]
                    step += 1
                if same:
                    break
            at = (at + 1) & (size - 1)
        if way < 0:
            if used == len(places):
                size *= 4
                table = np.full(size, -1, np.int32)
                more = np.empty(4 * used, np.int32)
                more[:used] = places
                counted = np.zeros(4 * used, np.int64)
                counted[:used] = counts
                places, counts = more, counted
                for old in range(used):
                    spot = np.int64(hashes[places[old]] & np.uint64(size - 1))
                    while table[spot] >= 0:
                        spot = (spot + 1) & (size - 1)
                    table[spot] = old
                at = np.int64(hashes[place] & np.uint64(size - 1))
                while table[at] >= 0:
                    at = (at + 1) & (size - 1)
            way = np.int32(used)
            table[at] = way
            places[used] = place
            used += 1
        found[place] = way
        counts[way] += 1
    return places[:used].copy(), counts[:used].copy()
