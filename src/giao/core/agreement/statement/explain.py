"""Why a statement carries an adjustment: old and new, and what arrived between the two readings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from giao.core.agreement.errors import AgreementError
from giao.core.agreement.facts import Fact, Facts
from giao.core.agreement.pricing.currency import total
from giao.core.agreement.results import Adjustment, Statement
from giao.core.told import told


@dataclass(frozen=True)
class AdjustmentExplanation:
    """What was booked late for one closed month, by (statement that booked it, adjustment), and its sum."""

    month: str
    booked: tuple[tuple[str, Adjustment], ...]
    amount: Decimal


def explain_adjustments(statements: Sequence[Statement], month: str) -> AdjustmentExplanation:
    """Every adjustment of a closed month. Raises AgreementError when there is no such statement."""
    if month not in {statement.month for statement in statements}:
        known = ", ".join(statement.month for statement in statements) or "none"
        raise AgreementError(
            told(
                "agreement.no_statement",
                "there is no statement of {month}; statements: {known}",
                month=month,
                known=known,
            )
        )
    booked = tuple(
        (statement.month, item)
        for statement in statements
        for item in statement.adjustments
        if item.month == month
    )
    return AdjustmentExplanation(month, booked, total(item.amount for _, item in booked))


def arrived(facts: Facts, after_us: int, until_us: int) -> list[Fact]:
    """Facts and decisions recorded after one instant, up to another: what may have changed a closed month."""
    return [fact for fact in facts if after_us < fact.recorded_us <= until_us]
