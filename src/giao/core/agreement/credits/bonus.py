"""Bonus: the same regimes upward, under its own cap and, unless stated, never beyond the credits avoided."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from giao.core.agreement.credits.ground import CreditGround
from giao.core.agreement.credits.paying import Direction, in_grace, worse
from giao.core.agreement.document.credit import Bonus
from giao.core.agreement.pricing.currency import money, money_down, text
from giao.core.agreement.results import KpiResult, TraceStep, Window


def earns(bonus: Bonus, result: KpiResult, direction: Direction) -> bool:
    """Strictly better than the level that the bonus names for the KPI."""
    level = bonus.over.get(result.kpi)
    if level is None or result.value is None:
        return False
    return worse(Fraction(level.value), result.value, direction)


def bonus_amount(bonus: Bonus, fees: Fraction) -> Fraction:
    """Percent of the fees plus the amount, for one KPI window."""
    return Fraction(bonus.percent or 0) * fees + Fraction(bonus.amount or 0)


def bonus_limit(bonus: Bonus, fees: Fraction, at_risk: Fraction | None, credited: Decimal) -> Fraction | None:
    """Its own cap, and what credits could have been but were not (amount at risk − credits); None = no limit."""
    limits = []
    if bonus.cap is not None:
        limits.append(Fraction(bonus.cap) * fees)
    if not bonus.beyond_credits and at_risk is not None:
        limits.append(max(Fraction(0), at_risk - Fraction(credited)))
    return min(limits) if limits else None


def month_bonus(
    ground: CreditGround, month: Window, at_risk: Fraction | None, credited: Decimal
) -> tuple[Decimal, list[TraceStep]]:
    """The month's bonus, rounded, with its steps; a window in grace earns none."""
    exact = Fraction(0)
    steps: list[TraceStep] = []
    for results in ground.results.values():
        for result in results:
            if not month.first <= result.window.last <= month.last:
                continue
            agreement, kpi = ground.version(result.window.first), ground.kpi(result)
            rule = agreement.credits.bonus if agreement.credits else None
            if rule is None or kpi is None or in_grace(result.window, agreement.phases, ground.term_start):
                continue
            if earns(rule, result, kpi.direction):
                amount = bonus_amount(rule, ground.window_fees(result))
                exact += amount
                numbers = (("kpi", result.kpi), ("window", result.window.id), ("amount", text(amount)))
                steps.append(TraceStep("credit.bonus", numbers))
    terms = ground.version(month.first).credits
    if not exact or terms is None or terms.bonus is None:
        return Decimal(0), steps
    limit = bonus_limit(terms.bonus, ground.at_stake(month), at_risk, credited)
    if limit is None or exact <= limit:
        return money(exact, ground.currency), steps
    steps.append(TraceStep("credit.bonus_limit", (("exact", text(exact)), ("limit", text(limit)))))
    return money_down(limit, ground.currency), steps
