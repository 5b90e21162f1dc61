"""The arithmetic under every KPI, exact: rounding, nearest rank, Wilson's interval, sums that never lose a unit."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt

from giao.core.told import told

Integers = npt.NDArray[np.int64]

Z95 = 1.959963984540054
"""Two-sided 95% quantile of the normal distribution."""

_PART = 21
_PART_MASK = (1 << _PART) - 1
_EXACT_FLOAT = 1 << 53
_DECIMALS = 9


def fraction(value: Decimal | Fraction | int) -> Fraction:
    return value if isinstance(value, Fraction) else Fraction(value)


def round_half_even(value: Fraction, decimals: int) -> Fraction:
    """To so many decimals; a tie goes to the even digit: 0.125 -> 0.12, 0.135 -> 0.14."""
    return Fraction(round(value, decimals))


def nearest_rank(values: npt.NDArray[Any], p: Fraction) -> Any:
    """Value number ceil(p * n) of the sorted values, never between two. `values` may be in any order, not empty."""
    rank = max(1, math.ceil(p * len(values)))
    return np.partition(values, rank - 1)[rank - 1].item()


def wilson(good: int, n: int, z: float = Z95) -> tuple[float, float] | None:
    """Wilson's interval for a share; None without observations. It is shown and never decides."""
    if n <= 0:
        return None
    share = good / n
    spread = z * z / n
    middle = (share + spread / 2) / (1 + spread)
    half = z / (1 + spread) * math.sqrt(share * (1 - share) / n + spread / (4 * n))
    return max(0.0, middle - half), min(1.0, middle + half)


def mean(values: Iterable[Fraction]) -> Fraction | None:
    found = list(values)
    return sum(found, Fraction(0)) / len(found) if found else None


def weighted_mean(pairs: Iterable[tuple[Fraction, Fraction]]) -> Fraction | None:
    """Of (value, weight); None when the weights add up to nothing."""
    found = list(pairs)
    total = sum((weight for _, weight in found), Fraction(0))
    return sum((value * weight for value, weight in found), Fraction(0)) / total if total else None


def smoothed(values: Sequence[Fraction | None], last: int) -> list[Fraction | None]:
    """Mean of the last so many results, missing ones left out; where there is no result there is none to smooth."""
    return [
        None if value is None else mean(v for v in values[max(0, at - last + 1) : at + 1] if v is not None)
        for at, value in enumerate(values)
    ]


def sum_by(key: Integers, values: Integers, length: int) -> list[int]:
    """Sum of the values of each key (0..length-1), exact beyond 64 bits: three float counts of 21 bits each."""
    low = np.bincount(key, (values & _PART_MASK).astype(np.float64), length)
    middle = np.bincount(key, ((values >> _PART) & _PART_MASK).astype(np.float64), length)
    high = np.bincount(key, (values >> (2 * _PART)).astype(np.float64), length)
    return [
        int(a) + (int(b) << _PART) + (int(c) << (2 * _PART))
        for a, b, c in zip(low, middle, high, strict=True)
    ]


def as_integers(values: npt.NDArray[Any]) -> tuple[Integers, int]:
    """Numbers as integers over a common power of ten, so that sums are exact: 12.30 -> 123 over 10.

    A float stands for the shortest decimal that reads as it. Past nine decimals, or past what 53 bits hold beside the
    column's largest number, the rest is rounded away.
    """
    if values.dtype.kind in "iub":
        return values.astype(np.int64), 1
    numbers = values.astype(np.float64)
    largest = float(np.abs(numbers).max()) if len(numbers) else 0.0
    if not largest < _EXACT_FLOAT:
        raise ValueError(
            told(
                "agreement.too_large",
                "a value of {largest} is too large to be summed exactly; check the unit of the attribute",
                largest=f"{largest:g}",
            )
        )
    scale = 1
    for decimals in range(_DECIMALS + 1):
        if largest * 10**decimals >= _EXACT_FLOAT:
            break
        scale = 10**decimals
        if np.array_equal(np.rint(numbers * scale) / scale, numbers):
            break
    return np.rint(numbers * scale).astype(np.int64), scale
