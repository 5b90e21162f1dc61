"""The variant of each case: which sequence of activities it took, the commonest first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from giao.core.mining.kernels.variants import hash_cases, number_ways
from giao.core.mining.threads import cut_in_parts, run_parts

Ints = NDArray[np.int64]
Shorts = NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class Ways:
    """ids[case] is the number of its variant; cases[number] is a case that took it (the first one)."""

    ids: Shorts
    cases: Ints


def find_ways(codes: NDArray[Any], offsets: Ints) -> Ways:
    """Variants of whole cases: by falling count, then by length, then by their hash, so the order of cases is no matter."""
    number = len(offsets) - 1
    cases = np.arange(number, dtype=np.int32)
    cases.flags.writeable = False
    hashes = np.empty(number, np.uint64)

    def work(part: Shorts) -> None:
        if len(part):
            hash_cases(part, offsets, codes, hashes[int(part[0]) : int(part[-1]) + 1])

    run_parts(cut_in_parts(cases, offsets), work)
    found = np.empty(number, np.int32)
    places, counts = number_ways(cases, offsets, codes, hashes, found)
    firsts = places.astype(np.int64)
    lengths = offsets[firsts + 1] - offsets[firsts]
    order = np.lexsort((hashes[firsts], lengths, -counts))
    rank = np.empty(len(order), np.int32)
    rank[order] = np.arange(len(order), dtype=np.int32)
    return Ways(rank[found] if number else found, firsts[order])
