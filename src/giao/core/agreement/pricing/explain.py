"""Why a charge line is what it is: quantity × price by band and version, index, rate, minimum, rounding."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from giao.core.agreement.errors import AgreementError
from giao.core.agreement.pricing.currency import total
from giao.core.agreement.results import Adjustment, Statement, StatementLine
from giao.core.told import told


@dataclass(frozen=True)
class ChargeExplanation:
    """One charge line in one month: the line and what it brought along (true-up, minimum, delay), each with its trace.

    adjustments  what later statements booked for it, by (month of booking, adjustment)
    """

    month: str
    line: str
    lines: tuple[StatementLine, ...]
    amount: Decimal
    adjustments: tuple[tuple[str, Adjustment], ...]


def explain_charge(statements: Sequence[Statement], month: str, line: str) -> ChargeExplanation:
    """A line of a month. Raises AgreementError when there is no such month or line."""
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
    every = (*statement.lines, *statement.extras)
    found = tuple(item for item in every if item.name == line or item.name.startswith(f"{line} · "))
    if not found:
        known = ", ".join(item.name for item in every) or "none"
        raise AgreementError(
            told(
                "agreement.no_line",
                "the statement of {month} has no line {line!r}; lines: {known}",
                month=month,
                line=line,
                known=known,
            )
        )
    names = {item.name for item in found}
    later = tuple(
        (item.month, booked)
        for item in statements
        for booked in item.adjustments
        if booked.month == month and booked.line in names
    )
    return ChargeExplanation(month, line, found, total(item.amount for item in found), later)
