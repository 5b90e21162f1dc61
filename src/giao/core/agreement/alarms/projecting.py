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
    ahead = n * (1 - elapsed) / elapsed
    # The overdue ones are among those that are still to be counted, as far as so many are expected at all.
    rest = max(ahead - overdue, 0.0)
    total = n + overdue + rest
    share = (good + 0.5) / (n + 1)
    middle = (good + rest * (good / n)) / total
    if rest == 0:
        return Projection(middle, middle, middle)
    spread = math.sqrt(rest * share * (1 - share) * (1 + rest / (n + 2)))
    worst, best = good / total, (good + rest) / total
    reach = Z95 * spread / total
    return Projection(middle, max(worst, middle - reach), min(best, middle + reach))


def project_figure(value: float) -> Projection:
    """Any other figure: as it is."""
    return Projection(value, None, None)


def gap_to(level: float | None, value: float | None, direction: str) -> float | None:
    """By how much a value is better than a level; below 0: worse. None where one of them is not known."""
    if level is None or value is None:
        return None
    return value - level if direction == "higher" else level - value
