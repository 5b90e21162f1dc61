"""Indexation: the factor of a price after each anniversary of the term.

`c = I_new ÷ I_base − 1`; nothing while |c| ≤ threshold (then the base stays: small changes add up until they count);
beyond it the whole change counts, or with `only_excess` what lies beyond; clipped to [floor, cap];
factor `1 + share × c`. Compounding: on the price last indexed; else always from the agreed base.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from giao.core.agreement.document.charge import Index
from giao.core.agreement.errors import AgreementError
from giao.core.agreement.facts import Facts
from giao.core.agreement.pricing.currency import text
from giao.core.agreement.pricing.fact_fields import month_of
from giao.core.agreement.quantity import Period, decimal, percent
from giao.core.agreement.results import TraceStep
from giao.core.told import told


@dataclass(frozen=True)
class Indexed:
    """The factor on a day, how it came about, and the index months that are missing for it."""

    factor: Fraction
    steps: tuple[TraceStep, ...]
    missing: tuple[str, ...] = ()


def clipped(index: Index, change: Fraction) -> Fraction:
    """The change that counts: threshold, floor and cap applied. 0 = not indexed."""
    limit = Fraction(index.threshold)
    if abs(change) <= limit and limit > 0:
        return Fraction(0)
    if index.only_excess:
        change -= limit if change > 0 else -limit
    if index.cap is not None:
        change = min(change, Fraction(index.cap))
    if index.floor is not None:
        change = max(change, Fraction(index.floor))
    return change


def factor(index: Index, change: Fraction) -> Fraction:
    """``1 + share × clip(change)``."""
    return 1 + Fraction(index.share) * clipped(index, change)


def anniversaries(start: date, day: date) -> list[date]:
    """Anniversaries of the term's first day up to and including `day`."""
    found, years = [], 1
    while (turn := Period(12 * years, 0, 0, "").after(start)) <= day:
        found.append(turn)
        years += 1
    return found


def read_month(index: Index, anniversary: date) -> str:
    """The index month that an anniversary reads: `lag_months` before it."""
    number = anniversary.year * 12 + anniversary.month - 1 - index.lag_months
    return f"{number // 12}-{number % 12 + 1:02d}"


def indexed(
    index: Index, term_start: date, day: date, value: Callable[[str, str], Fraction | None]
) -> Indexed:
    """The factor in force on `day`. `value(series, month)` reads an index value, None when there is none.

    Anniversaries whose month read is not after the base month do not count (a new version starts from its own base).
    A missing value leaves that step out: the factor is then too low or too high, and says so.
    """
    agreed = value(index.series, index.base)
    result, base, base_month = Fraction(1), agreed, index.base
    steps: list[TraceStep] = []
    missing: list[str] = []
    for turn in anniversaries(term_start, day):
        month = read_month(index, turn)
        if month <= index.base:
            continue
        now = value(index.series, month)
        missing += [name for name, known in ((index.base, agreed), (month, now)) if known is None]
        if now is None or base is None:
            continue
        change = now / base - 1
        counted = clipped(index, change)
        step = 1 + Fraction(index.share) * counted
        result = result * step if index.compounding else step
        steps.append(
            TraceStep(
                "charge.index_step",
                (
                    ("anniversary", turn.isoformat()),
                    ("series", index.series),
                    ("base_month", base_month),
                    ("base", text(base)),
                    ("month", month),
                    ("value", text(now)),
                    ("change", text(change)),
                    ("counted", text(counted)),
                    ("share", text(index.share)),
                    ("step", text(step)),
                    ("factor", text(result)),
                ),
            )
        )
        if index.compounding and counted:
            base, base_month = now, month
    return Indexed(result, tuple(steps), tuple(dict.fromkeys(missing)))


class Series:
    """Index values and base rates from facts `giao.fact.index`; the value recorded last holds for its month."""

    def __init__(self, facts: Facts) -> None:
        self._values: dict[tuple[str, str], Fraction] = {}
        for fact in sorted(facts.of("fact.index"), key=lambda fact: (fact.recorded_us, fact.canonical())):
            key = (str(fact.data["series"]), month_of(fact))
            self._values[key] = _share_or_number(fact.data["value"], *key)

    def value(self, series: str, month: str) -> Fraction | None:
        """A value above 0, None when there is none (0 cannot be a base)."""
        found = self._values.get((series, month))
        return found if found is not None and found > 0 else None


def _share_or_number(value: object, series: str, month: str) -> Fraction:
    """``4.75%`` as 0.0475, anything else as the number it is."""
    try:
        is_share = isinstance(value, str) and value.strip().endswith("%")
        return Fraction(percent(value) if is_share else decimal(value))
    except ValueError as error:
        raise AgreementError(
            told(
                "fact.index_wrong",
                "giao.fact.index, {series} for {month}: {error}",
                series=series,
                month=month,
                error=error,
            )
        ) from None
