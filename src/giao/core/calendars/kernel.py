"""Compiled business time: `opened_before` and `reach` for other kernels, and the loops over many instants.

Importing this module imports numba. `tables` is `Calendar.tables()`; call `Calendar.cover` first, because compiled
code cannot extend a horizon: instants outside are clamped to it, and `reach` answers BEYOND.
"""

from __future__ import annotations

import numpy as np
from numba import njit, types

from giao.core.calendars.offsets import Instants
from giao.core.calendars.tables import BEYOND, KernelTables

_INSTANTS = types.Array(types.int64, 1, "C", readonly=True)
_SLOTS = types.Array(types.int32, 1, "C", readonly=True)
TABLES = types.Tuple(  # type: ignore[no-untyped-call]
    (_INSTANTS, _INSTANTS, _INSTANTS, _SLOTS, _SLOTS, *(types.int64,) * 4)
)
"""The numba type of `Calendar.tables()`, for explicit signatures of other kernels."""

_RESULT = types.Array(types.int64, 1, "C")


@njit(types.int64(TABLES, types.int64), cache=True, nogil=True)
def opened_before(tables: KernelTables, moment: int) -> int:
    """Open time from the tables' beginning to an instant. Differences within the same tables are open time."""
    opens, closes, before, slots, _, shift, _, low, high = tables
    at = min(max(moment, low), high)
    found = slots[(at - low) >> shift]
    while closes[found] <= at:
        found += 1
    cumulative: int = before[found] + max(at - opens[found], 0)
    return cumulative


@njit(types.int64(TABLES, types.int64, types.int64), cache=True, nogil=True)
def reach(tables: KernelTables, moment: int, duration: int) -> int:
    """The first instant x >= moment with `duration` of open time in [moment, x); BEYOND when past the tables."""
    if duration == 0:
        return moment
    opens, _, before, _, slots, _, shift, _, _ = tables
    target = opened_before(tables, moment) + duration
    if target > before[len(before) - 1]:
        return BEYOND
    found = slots[(target - 1) >> shift]
    while before[found + 1] < target:
        found += 1
    instant: int = opens[found] + target - before[found]
    return instant


@njit(types.void(TABLES, _INSTANTS, _INSTANTS, _RESULT), cache=True, nogil=True)
def between_each(tables: KernelTables, starts: Instants, ends: Instants, result: Instants) -> None:
    """Open time of each [start, end) into `result`."""
    for row in range(len(starts)):
        result[row] = opened_before(tables, ends[row]) - opened_before(tables, starts[row])


@njit(types.void(TABLES, _INSTANTS, _INSTANTS, _RESULT), cache=True, nogil=True)
def reach_each(tables: KernelTables, starts: Instants, durations: Instants, result: Instants) -> None:
    """`reach` of each start and duration into `result`."""
    for row in range(len(starts)):
        result[row] = reach(tables, starts[row], durations[row])


def between_pairs(tables: KernelTables, starts: Instants, ends: Instants) -> Instants:
    """Open time of each [start, end)."""
    result = np.empty(len(starts), dtype=np.int64)
    between_each(tables, starts, ends, result)
    return result


def reach_pairs(tables: KernelTables, starts: Instants, durations: Instants) -> Instants:
    """`reach` of each pair; BEYOND where past the tables."""
    result = np.empty(len(starts), dtype=np.int64)
    reach_each(tables, starts, durations, result)
    return result
