"""The one loop that needs compiled code: events into the order (case, time, seq)."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray


@njit(cache=True, nogil=True)  # type: ignore[untyped-decorator, unused-ignore]
def order_events(
    case: NDArray[np.uint32], time: NDArray[np.int64], seq: NDArray[np.int64], offsets: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Row numbers in the order (case, time, seq); equal keys keep their row order.

    `offsets` is int64[n_cases + 1], the count of events before each case. A counting sort by case, then a merge
    sort within each case (an insertion sort where the case is short or nearly in order): O(n) on a usual log.
    """
    n = len(case)
    order = np.empty(n, np.int64)
    cursor = offsets[:-1].copy()
    for row in range(n):
        c = case[row]
        order[cursor[c]] = row
        cursor[c] += 1
    longest = 0
    for c in range(len(offsets) - 1):
        longest = max(longest, offsets[c + 1] - offsets[c])
    spare = np.empty(longest, np.int64)
    for c in range(len(offsets) - 1):
        lo, hi = offsets[c], offsets[c + 1]
        moves, limit = 0, 16 * (hi - lo) + 64
        i = lo + 1
        while i < hi and moves <= limit:
            row = order[i]
            t, s = time[row], seq[row]
            j = i - 1
            while j >= lo and (time[order[j]] > t or (time[order[j]] == t and seq[order[j]] > s)):
                order[j + 1] = order[j]
                j -= 1
                moves += 1
            order[j + 1] = row
            i += 1
        if i < hi:
            _merge_sort(order[lo:hi], spare, time, seq)
    return order


@njit(cache=True, nogil=True)  # type: ignore[untyped-decorator, unused-ignore]
def _merge_sort(
    order: NDArray[np.int64], spare: NDArray[np.int64], time: NDArray[np.int64], seq: NDArray[np.int64]
) -> None:
    n = len(order)
    width = 1
    while width < n:
        for lo in range(0, n, 2 * width):
            mid, hi = min(lo + width, n), min(lo + 2 * width, n)
            i, j = lo, mid
            for k in range(lo, hi):
                left = i < mid
                if left and j < hi:
                    a, b = order[i], order[j]
                    left = time[a] < time[b] or (time[a] == time[b] and seq[a] <= seq[b])
                if left:
                    spare[k] = order[i]
                    i += 1
                else:
                    spare[k] = order[j]
                    j += 1
        order[:] = spare[:n]
        width *= 2


@njit(cache=True, nogil=True)  # type: ignore[untyped-decorator, unused-ignore]
def pair_starts(
    step: NDArray[np.int8], work: NDArray[np.int64], resource: NDArray[np.int64], offsets: NDArray[np.int64]
) -> NDArray[np.int64]:
    """For each event the row of the start that it completes, or -1.

    `step`: 1 start, 2 complete, 0 other; `work`: code of what is done (activity and instance). A completion takes the
    earliest open start of the same work by the same resource, else the earliest of the same work.
    """
    found = np.full(len(step), -1, np.int64)
    still_open = np.empty(len(step), np.int64)
    for c in range(len(offsets) - 1):
        count = 0
        for row in range(offsets[c], offsets[c + 1]):
            if step[row] == 1:
                still_open[count] = row
                count += 1
            elif step[row] == 2:
                chosen = -1
                for at in range(count):
                    if work[still_open[at]] == work[row]:
                        if resource[still_open[at]] == resource[row]:
                            chosen = at
                            break
                        if chosen < 0:
                            chosen = at
                if chosen >= 0:
                    found[row] = still_open[chosen]
                    for at in range(chosen, count - 1):
                        still_open[at] = still_open[at + 1]
                    count -= 1
    return found


@njit(cache=True, nogil=True)  # type: ignore[untyped-decorator, unused-ignore]
def last_set(is_set: NDArray[np.bool_], offsets: NDArray[np.int64], unset: int) -> NDArray[np.uint32]:
    """For each event, the row of the latest event of its case, itself included, that sets a value; `unset` where none has.

    Rows fit 32 bits: a log of more events is read in parts.
    """
    found = np.empty(len(is_set), np.uint32)
    for case in range(len(offsets) - 1):
        latest = np.uint32(unset)
        for row in range(offsets[case], offsets[case + 1]):
            if is_set[row]:
                latest = np.uint32(row)
            found[row] = latest
    return found


@njit(cache=True, nogil=True)  # type: ignore[untyped-decorator, unused-ignore]
def last_set_at(
    is_set: NDArray[np.bool_],
    offsets: NDArray[np.int64],
    cases: NDArray[np.int32],
    events: NDArray[np.int64],
    unset: int,
) -> NDArray[np.uint32]:
    """The same for some events only, each with its case; negative events have none."""
    found = np.empty(len(events), np.uint32)
    for place in range(len(events)):
        row = events[place]
        latest = np.uint32(unset)
        if row >= 0:
            first = offsets[cases[place]]
            while row >= first:
                if is_set[row]:
                    latest = np.uint32(row)
                    break
                row -= 1
        found[place] = latest
    return found


@njit(cache=True, nogil=True)  # type: ignore[untyped-decorator, unused-ignore]
def translate(codes: NDArray[Any], table: NDArray[Any], out: NDArray[Any]) -> None:
    """Codes through a table; `out` may be longer."""
    for row in range(len(codes)):
        out[row] = table[codes[row]]


@njit(cache=True, nogil=True)  # type: ignore[untyped-decorator, unused-ignore]
def translate_last(
    lo: int,
    hi: int,
    offsets: NDArray[np.int64],
    codes: NDArray[Any],
    is_set: NDArray[np.bool_],
    table: NDArray[Any],
    out: NDArray[Any],
) -> None:
    """The code as last set at each event of the cases lo..hi-1 through a table, its last entry where none was.

    The first of `out` is the first event of case lo.
    """
    base = offsets[lo]
    nothing = table[len(table) - 1]
    for case in range(lo, hi):
        latest = nothing
        for row in range(offsets[case], offsets[case + 1]):
            if is_set[row]:
                latest = table[codes[row]]
            out[row - base] = latest


@njit(cache=True, nogil=True)  # type: ignore[untyped-decorator, unused-ignore]
def add_bit(mask: NDArray[np.bool_], bit: int, out: NDArray[np.uint8]) -> None:
    """Sets a bit where the mask is true; `out` may be longer."""
    for row in range(len(mask)):
        if mask[row]:
            out[row] |= np.uint8(bit)


@njit(cache=True, nogil=True)  # type: ignore[untyped-decorator, unused-ignore]
def first_coded(
    offsets: NDArray[np.int64],
    codes: NDArray[Any],
    table: NDArray[np.bool_],
    times: NDArray[np.int64],
    until: int,
    none: int,
    event: NDArray[np.int32],
    instant: NDArray[np.int64],
) -> None:
    """By case, row and instant of its first event not later than `until` whose code is true in the table.

    `none` is the instant of cases without one, -1 their row.
    """
    for case in range(len(offsets) - 1):
        event[case] = -1
        instant[case] = none
        for row in range(offsets[case], offsets[case + 1]):
            if table[codes[row]] and times[row] <= until:
                event[case] = row
                instant[case] = times[row]
                break


@njit(cache=True, nogil=True)  # type: ignore[untyped-decorator, unused-ignore]
def looked_up(
    codes: NDArray[np.unsignedinteger],  # type: ignore[type-arg, unused-ignore]
    is_set: NDArray[np.bool_],
    offsets: NDArray[np.int64],
    table: NDArray[np.uint8],
) -> NDArray[np.uint8]:
    """What a table says of the code as last set at each event; its last entry is for events before any was set."""
    found = np.empty(len(codes), np.uint8)
    nothing = table[len(table) - 1]
    for case in range(len(offsets) - 1):
        latest = nothing
        for row in range(offsets[case], offsets[case + 1]):
            if is_set[row]:
                latest = table[codes[row]]
            found[row] = latest
    return found
