"""How much a miss costs before caps: amount at risk, points, percent. All exact."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

from giao.core.agreement.credits.paying import Direction, gap, worse
from giao.core.agreement.document.credit import KpiCredit, PercentBand, PointBand
from giao.core.agreement.errors import AgreementError
from giao.core.agreement.pricing.currency import text
from giao.core.agreement.results import KpiResult, TraceStep
from giao.core.told import told

Costed = tuple[Fraction, list[TraceStep]]


def at_risk_credit(
    at_risk: Fraction, points: Fraction, repeat: Fraction = Fraction(1), category: Fraction = Fraction(1)
) -> Fraction:
    """A × points ÷ 100 × repeat × the category's share."""
    return at_risk * points / 100 * repeat * category


def worst_band(
    bands: Sequence[PointBand] | Sequence[PercentBand], value: Fraction, direction: Direction
) -> PointBand | PercentBand | None:
    """Of the bands that a value is worse than, the furthest."""
    reached = [band for band in bands if worse(value, Fraction(band.below.value), direction)]
    if not reached:
        return None
    pick = min if direction == "higher" else max
    return pick(reached, key=lambda band: band.below.value)


def miss_points(
    credit: KpiCredit | None, own: Decimal | None, value: Fraction | None, direction: Direction
) -> Fraction | None:
    """Points of a miss by its depth (0 when no band is reached); the KPI's own points when it has no bands."""
    if credit is not None and credit.bands and value is not None:
        band = worst_band(credit.bands, value, direction)
        return Fraction(band.points) if isinstance(band, PointBand) else Fraction(0)
    return None if own is None else Fraction(own)


def points_percent(points: Fraction, table: Mapping[int, Decimal] | None, rate: Decimal | None) -> Fraction:
    """Percent of fees for a sum of points: the last row reached, or points × rate."""
    if table is not None:
        reached = [row for row in table if row <= points]
        return Fraction(table[max(reached)]) if reached else Fraction(0)
    return points * Fraction(rate or 0)


def percentage_points(result: KpiResult, level: Fraction, direction: Direction) -> Fraction:
    """Shortfall in percentage points: 0.98 − 0.75 is 23; a KPI that is a number counts in its own points."""
    if result.value is None:
        return Fraction(0)
    if result.unit == "seconds":
        raise AgreementError(
            told(
                "agreement.shortfall_of_time",
                "KPI {kpi!r} is a length of time: a shortfall has no percentage points; price it by tiers, "
                "percent, per_case or amount",
                kpi=result.kpi,
            )
        )
    missing = gap(result.value, level, direction)
    return missing * 100 if result.unit == "share" else missing


def percent_credit(
    credit: KpiCredit,
    result: KpiResult,
    level: Fraction | None,
    direction: Direction,
    fees: Fraction,
    days_late: int | None = None,
) -> Costed:
    """What the fields of `credit` cost for one miss on `fees`; several fields add up."""
    total, steps = Fraction(0), []

    def add(what: str, amount: Fraction, *numbers: tuple[str, str]) -> None:
        nonlocal total
        total += amount
        steps.append(TraceStep(f"credit.{what}", (*numbers, ("amount", text(amount)))))

    if credit.tiers and result.value is not None:
        band = worst_band(credit.tiers, result.value, direction)
        if isinstance(band, PercentBand):
            share = Fraction(band.percent)
            below = ("below", text(band.below.value))
            add("tier", share * fees, below, ("percent", text(share)), ("fees", text(fees)))
    if credit.percent is not None:
        share = Fraction(credit.percent)
        add("flat", share * fees, ("percent", text(share)), ("fees", text(fees)))
    if (credit.shortfall is not None or credit.per_point is not None) and level is not None:
        points = percentage_points(result, level, direction)
        if credit.or_fraction:
            points = Fraction(-(-points.numerator // points.denominator))
        shown = (("level", text(level)), ("points", text(points)))
        if credit.shortfall is not None:
            rate = Fraction(credit.shortfall)
            amount = points / 100 * rate * fees
            add("shortfall", amount, *shown, ("rate", text(rate)), ("fees", text(fees)))
        if credit.per_point is not None:
            add("per_point", points * Fraction(credit.per_point), *shown, ("each", text(credit.per_point)))
    if credit.per_case is not None:
        cases = ("cases", str(result.misses))
        add("per_case", result.misses * Fraction(credit.per_case), cases, ("each", text(credit.per_case)))
    if credit.per_day is not None:
        if days_late is None:
            raise AgreementError(
                told(
                    "agreement.no_days_late",
                    "KPI {kpi!r} has a credit per day late, but nothing says how many days: per_day fits KPIs "
                    "of kind duty (facts giao.fact.duty) and one_off milestones; use per_case or percent",
                    kpi=result.kpi,
                )
            )
        days = ("days", str(days_late))
        add("per_day", days_late * Fraction(credit.per_day), days, ("each", text(credit.per_day)))
    if credit.amount is not None:
        add("amount", Fraction(credit.amount))
    return total, steps
