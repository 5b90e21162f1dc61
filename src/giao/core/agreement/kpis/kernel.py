"""Rows counted and summed by bin, group and role in one pass each. Imports numba."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from numba import njit

Ints = npt.NDArray[np.int64]
Codes = npt.NDArray[np.signedinteger[Any]]
Roles = npt.NDArray[np.int8]

STEP = 900_000_000
"""A quarter of an hour, in microseconds."""


@njit(cache=True, nogil=True)
def place_by_table(at: Ints, first: int, table: Codes, out: Codes) -> None:
    """The table's entry for the quarter of an hour in which each instant lies: entry 0 before `first`, its last after."""
    last = len(table) - 1
    for row in range(len(at)):
        place = (at[row] - first) // STEP + 1
        out[row] = table[min(max(place, 0), last)]


@njit(cache=True, nogil=True)
def count(bins: Codes, group: Ints, role: Roles, n_groups: int, n_roles: int, counts: Ints) -> None:
    """Rows by bin, group and role; an empty `group` is one group."""
    for row in range(len(bins)):
        key = np.int64(bins[row])
        if len(group):
            key = key * n_groups + group[row]
        counts[key * n_roles + role[row]] += 1


@njit(cache=True, nogil=True)
def add_up(
    bins: Codes, group: Ints, role: Roles, value: Ints, n_groups: int, n_roles: int, low: Ints, high: Ints
) -> None:
    """Values by bin, group and role: the sum is high × 2^32 + low, neither of which overflows for 2^31 rows."""
    for row in range(len(bins)):
        key = np.int64(bins[row])
        if len(group):
            key = key * n_groups + group[row]
        key = key * n_roles + role[row]
        low[key] += value[row] & 0xFFFFFFFF
        high[key] += value[row] >> 32
