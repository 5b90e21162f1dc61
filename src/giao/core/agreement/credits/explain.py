"""Why a credit is what it is: every step of its arithmetic, its caps, its chance to be earned back, trigger progress."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from giao.core.agreement.errors import AgreementError
from giao.core.agreement.pricing.currency import total
from giao.core.agreement.results import CreditLine, Statement, TraceStep, TriggerResult
from giao.core.told import told


@dataclass(frozen=True)
class CreditExplanation:
    """One KPI's credits in one month.

    lines        its credit lines, each with its trace (miss, repeat, regime, rounding, caps)
    amount       their sum
    at_risk      A of the month, with the month's own steps (fees, floor, bonus) in `month_trace`
    earned_back  what of them has come back so far, by (month of return, amount)
    triggers     the month's triggers
    """

    month: str
    kpi: str
    lines: tuple[CreditLine, ...]
    amount: Decimal
    at_risk: Decimal | None
    month_trace: tuple[TraceStep, ...]
    earned_back: tuple[tuple[str, Decimal], ...]
    triggers: tuple[TriggerResult, ...]


def explain_credit(statements: Sequence[Statement], month: str, kpi: str) -> CreditExplanation:
    """The credits of a KPI in a month. Raises AgreementError when there is no such month or no such credit."""
    statement = next((item for item in statements if item.month == month), None)
    if statement is None:
        known = ", ".join(item.month for item in statements) or "none"
        raise AgreementError(
            told(
                "agreement.no_statement",
                "there is no statement of {month}; statements: {known}",
                month=month,
                known=known,
            )
        )
    lines = tuple(line for line in statement.credits if line.kpi == kpi)
    if not lines:
        known = ", ".join(dict.fromkeys(line.kpi for line in statement.credits)) or "none"
        raise AgreementError(
            told(
                "agreement.no_credit",
                "KPI {kpi!r} has no credit in {month}; KPIs with credits there: {known}",
                kpi=kpi,
                month=month,
                known=known,
            )
        )
    back = tuple(
        (item.month, returned.amount)
        for item in statements
        for returned in item.earned_back_lines
        if returned.kpi == kpi and returned.credit_month == month
    )
    return CreditExplanation(
        month=month,
        kpi=kpi,
        lines=lines,
        amount=total(line.amount for line in lines),
        at_risk=statement.at_risk,
        month_trace=tuple(step for step in statement.trace if step.what.startswith("credit.")),
        earned_back=back,
        triggers=statement.triggers,
    )
