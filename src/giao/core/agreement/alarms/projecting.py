"""Where a service level will stand at its window's end, if the rest of the window goes on like what is counted.

A share is projected with the interval in which it will lie nineteen times in twenty (beta-binomial spread: both what the
true share is and how the rest falls out are unknown). What is open and overdue already counts as missed. Other figures are
carried on as they are, without an interval: nothing is known of how they spread.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from giao.core.agreement.kpis.statistics import Z95


@dataclass(frozen=True)
class Projection:
    value: float
    low: float | None
    high: float | None


def project_share(good: float, n: float, overdue: int, elapsed: float) -> Projection | None:
    """`good` of `n` counted so far, `overdue` open ones that will miss, `elapsed`: share of the window that is over.

    None where nothing is counted yet.
    """
    if n <= 0 or not 0 < elapsed <= 1 or not 0 <= good <= n:
        return None
    # At least as much is still to come as is known to be overdue, and at least that of it misses.
    ahead = max(n * (1 - elapsed) / elapsed, float(overdue))
    total, most = n + ahead, ahead - overdue
    middle = (good + min(ahead * good / n, most)) / total
    share = (good + 0.5) / (n + 1)
    spread = math.sqrt(ahead * share * (1 - share) * (1 + ahead / (n + 2)))
    reach = Z95 * spread / total
    worst, best = good / total, (good + most) / total
    return Projection(middle, max(worst, middle - reach), min(best, middle + reach))


def project_figure(value: float) -> Projection:
    """Any other figure: as it is."""
    return Projection(value, None, None)


def gap_to(level: float | None, value: float | None, direction: str) -> float | None:
    """By how much a value is better than a level; below 0: worse. None where one of them is not known."""
    if level is None or value is None:
        return None
    return value - level if direction == "higher" else level - value
