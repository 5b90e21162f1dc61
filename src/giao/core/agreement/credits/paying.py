"""Which misses pay, and how often in a row: grace, expected defaults k of n, streaks, repeat factors.

A miss is any window below expected (`expected_default` or `minimum_default`). No data neither lengthens nor ends a
streak; a met window ends it. Windows in grace are measured, so they count for streaks and histories; they pay nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from typing import Literal

from giao.core.agreement.document.credit import KofN, KpiCredit
from giao.core.agreement.document.work import Phase
from giao.core.agreement.phases import phase_days
from giao.core.agreement.results import KpiResult, Window

Direction = Literal["higher", "lower"]


def is_miss(result: KpiResult) -> bool:
    return result.state in ("expected_default", "minimum_default")


def worse(value: Fraction, level: Fraction, direction: Direction) -> bool:
    """Strictly on the wrong side of a level."""
    return value < level if direction == "higher" else value > level


def gap(value: Fraction, level: Fraction, direction: Direction) -> Fraction:
    """How far a value misses a level, 0 when it does not."""
    return max(Fraction(0), level - value if direction == "higher" else value - level)


def streak(results: Sequence[KpiResult], at: int) -> int:
    """Consecutive misses that end with the result at position `at` (0 when it is met)."""
    count = 0
    for result in reversed(results[: at + 1]):
        if is_miss(result):
            count += 1
        elif result.state == "met":
            break
    return count


def repeat_factor(repeat: Sequence[Fraction], in_a_row: int) -> Fraction:
    """The factor of the n-th consecutive miss; the last one holds on; 1 without a list."""
    return repeat[min(in_a_row, len(repeat)) - 1] if repeat and in_a_row else Fraction(1)


def expected_default_pays(results: Sequence[KpiResult], at: int, rule: KofN | None) -> bool:
    """Whether an expected default is at least the k-th miss within the last n windows (measured or not)."""
    if rule is None or results[at].state != "expected_default":
        return False
    return sum(is_miss(result) for result in results[max(0, at + 1 - rule.of) : at + 1]) >= rule.k


def in_grace(window: Window, phases: Sequence[Phase], term_start: date) -> bool:
    """A window that touches a grace phase pays nothing."""
    return any(not item.phase.pays and item.touches(window) for item in phase_days(phases, term_start))


def reaches_a_band(result: KpiResult, credit: KpiCredit | None, direction: Direction) -> bool:
    """For a KPI without levels: whether its value is as bad as one of its credit bands or tiers."""
    if credit is None or result.value is None:
        return False
    edges = [band.below for band in credit.bands] + [tier.below for tier in credit.tiers]
    return any(worse(result.value, Fraction(edge.value), direction) for edge in edges)


def payment_reason(
    results: Sequence[KpiResult], at: int, rule: KofN | None, credit: KpiCredit | None, direction: Direction
) -> Literal["minimum", "expected_repeated"] | None:
    """Why the result at position `at` pays, None when it does not (grace is judged apart)."""
    result = results[at]
    if result.state == "minimum_default":
        return "minimum"
    if expected_default_pays(results, at, rule):
        return "expected_repeated"
    if result.expected is None and result.minimum is None and reaches_a_band(result, credit, direction):
        return "minimum"
    return None
