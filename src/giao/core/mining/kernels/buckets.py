"""Durations in log-linear buckets: exact up to 16 µs, then 16 buckets for each doubling, negatives mirrored.

Buckets are ordered as their durations are, so that the k-th smallest duration lies in the bucket that holds rank k.
"""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba import njit, types
from numba.extending import intrinsic

HALF = 960
"""Buckets of durations that are not negative; as many stand below them for the negative ones."""

BUCKETS = 2 * HALF
EXACT = 16
"""Durations below this (and above its mirror) have a bucket of their own."""


@intrinsic
def leading_zeros(context: Any, value: Any) -> Any:
    """Zero bits before the first one of a 64-bit number."""

    def code(_: Any, builder: Any, __: Any, arguments: Any) -> Any:
        return builder.ctlz(arguments[0], ir.Constant(ir.IntType(1), 0))

    return types.int64(types.int64), code


@njit(cache=True, nogil=True)
def bucket_of(duration: int) -> int:
    """The bucket of a duration in microseconds."""
    size = duration if duration >= 0 else ~duration
    if size < EXACT:
        place = size
    else:
        exponent = 63 - leading_zeros(size)
        place = (exponent - 3) * 16 + ((size >> (exponent - 4)) & 15)
    return HALF + place if duration >= 0 else HALF - 1 - place
