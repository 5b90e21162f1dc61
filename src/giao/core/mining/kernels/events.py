"""Codes of single events: how often, in how many cases, how often again; where cases begin and end, how long they take."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from giao.core.mining.kernels.arcs import UNKNOWN

Ints = NDArray[np.int64]
Shorts = NDArray[np.int32]
Codes = NDArray[Any]

EVENTS, CASES, STARTS, ENDS, AGAIN_CASES, AGAIN, LOOPS, LOOP_CASES = range(8)
"""Columns of `count_events`: events and cases of a code; cases that begin and end with it; cases that hold it at least
twice, and its events beyond the first of a case; times it follows itself directly, and cases in which it does."""


@njit(cache=True, nogil=True)
def count_events(cases: Shorts, offsets: Ints, codes: Codes, figures: Ints) -> None:
    """Adds up the figures above, `figures` (codes, 8)."""
    number = figures.shape[0]
    last = np.full((number, 3), -1, np.int32)
    for case in cases:
        first, end = offsets[case], offsets[case + 1]
        if first == end:
            continue
        figures[codes[first], STARTS] += 1
        figures[codes[end - 1], ENDS] += 1
        before = np.int64(-1)
        for row in range(first, end):
            code = np.int64(codes[row])
            figures[code, EVENTS] += 1
            if last[code, 0] != case:
                last[code, 0] = case
                figures[code, CASES] += 1
            else:
                figures[code, AGAIN] += 1
                if last[code, 1] != case:
                    last[code, 1] = case
                    figures[code, AGAIN_CASES] += 1
                if before == code:
                    figures[code, LOOPS] += 1
                    if last[code, 2] != case:
                        last[code, 2] = case
                        figures[code, LOOP_CASES] += 1
            before = code


@njit(cache=True, nogil=True)
def case_spans(cases: Shorts, offsets: Ints, starts: Ints, times: Ints, begun: Ints, ended: Ints) -> None:
    """First and last instant of each case, in the order of `cases`; `starts` has no entry, or one an event."""
    for place in range(len(cases)):
        case = cases[place]
        first, end = offsets[case], offsets[case + 1]
        low, high = times[first], times[end - 1]
        if len(starts):
            for row in range(first, end):
                if starts[row] != UNKNOWN and starts[row] < low:
                    low = starts[row]
        begun[place], ended[place] = low, high


@njit(cache=True, nogil=True)
def holds_codes(
    cases: Shorts, offsets: Ints, codes: Codes, wanted: Shorts, number: int, least: int, found: Shorts
) -> None:
    """How many of the wanted codes each case holds at least `least` times. `wanted` numbers them by code (-1: not)."""
    seen = np.zeros(max(number, 1), np.int64)
    for place in range(len(cases)):
        case = cases[place]
        seen[:] = 0
        held = 0
        for row in range(offsets[case], offsets[case + 1]):
            one = wanted[codes[row]]
            if one >= 0:
                seen[one] += 1
                if seen[one] == least:
                    held += 1
        found[place] = held


@njit(cache=True, nogil=True)
def follows(
    cases: Shorts,
    offsets: Ints,
    codes: Codes,
    ones: NDArray[np.bool_],
    others: NDArray[np.bool_],
    directly: bool,
    times: Ints,
    least: int,
    most: int,
    found: NDArray[np.bool_],
) -> None:
    """Cases in which one of `others` comes after one of `ones` (at once, or ever) within least .. most of the times."""
    for place in range(len(cases)):
        case = cases[place]
        first, end = offsets[case], offsets[case + 1]
        hit = False
        for row in range(first, end):
            if not ones[codes[row]]:
                continue
            until = min(row + 2, end) if directly else end
            for later in range(row + 1, until):
                if others[codes[later]]:
                    apart = times[later] - times[row]
                    if least <= apart <= most:
                        hit = True
                        break
            if hit:
                break
        found[place] = hit


@njit(cache=True, nogil=True)
def follows_ever(
    cases: Shorts,
    offsets: Ints,
    codes: Codes,
    ones: NDArray[np.bool_],
    others: NDArray[np.bool_],
    found: NDArray[np.bool_],
) -> None:
    """The same for `ever` without a bound of time: one walk, however long the case."""
    for place in range(len(cases)):
        case = cases[place]
        seen = False
        for row in range(offsets[case], offsets[case + 1]):
            if seen and others[codes[row]]:
                found[place] = True
                break
            seen = seen or ones[codes[row]]


@njit(cache=True, nogil=True)
def go_and_return(cases: Shorts, offsets: Ints, codes: Codes, none: int, out: Ints) -> int:
    """Triples A → B → A over runs of equal codes (`none` is no code): rows (case, A, B) into `out`, as many as fit.

    Returns how many there are.
    """
    number = 0
    for case in cases:
        one, two = np.int64(-1), np.int64(-1)
        for row in range(offsets[case], offsets[case + 1]):
            code = np.int64(codes[row])
            if code in (none, two):
                continue
            if code == one and two >= 0:
                if number < len(out):
                    out[number, 0], out[number, 1], out[number, 2] = case, code, two
                number += 1
            one, two = two, code
    return number


@njit(cache=True, nogil=True)
def keep_events(
    offsets: Ints, keep: NDArray[np.bool_], rows: Ints, origin: Shorts, kept: Ints
) -> tuple[int, int]:
    """Rows that are kept, the cases that still have one, and their new offsets; returns (events, cases)."""
    events, number = 0, 0
    kept[0] = 0
    for case in range(len(offsets) - 1):
        before = events
        for row in range(offsets[case], offsets[case + 1]):
            if keep[row]:
                rows[events] = row
                events += 1
        if events > before:
            origin[number] = case
            number += 1
            kept[number] = events
    return events, number
