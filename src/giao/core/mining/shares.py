"""Quantiles that a question asks for: the median always, the others once each, rising."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from giao.core.mining.errors import MiningError
from giao.core.told import told

HALF = Fraction(1, 2)


def shares_of(percentiles: Sequence[float | str | Fraction]) -> tuple[Fraction, ...]:
    """As exact shares: 0.95 is 95/100, as it was written."""
    found = {HALF}
    for each in percentiles:
        try:
            share = Fraction(str(each))
        except (ValueError, ZeroDivisionError):
            share = Fraction(-1)
        if not 0 <= share <= 1:
            raise MiningError(
                told(
                    "mining.no_quantile",
                    "{value} is no percentile; give shares from 0 to 1, such as 0.95",
                    value=each,
                )
            )
        found.add(share)
    return tuple(sorted(found))
