"""Days late and what they cost: of a milestone, of an obligation."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from giao.core.agreement.document.credit import KpiCredit


def days_late(credit: KpiCredit, due: date, done: date) -> int:
    """Days that are charged. Done on the due day (or before) is in time.

    `both_ends`: from and including the due day until and including the day of achievement; else the due day is not
    counted. The first `grace` days are free; with `grace_counts` they count once the grace is over.
    """
    if done <= due:
        return 0
    days = (done - due).days + (1 if credit.both_ends else 0)
    if days <= credit.grace:
        return 0
    return days if credit.grace_counts else days - credit.grace


def delay_credit(credit: KpiCredit, days: int, value: Fraction) -> tuple[Fraction, Fraction]:
    """(uncapped, amount) for days late against something worth `value`; `cap` is a share of that value."""
    uncapped = Fraction(credit.per_day or 0) * days
    if days and credit.percent is not None:
        uncapped += Fraction(credit.percent) * value
    if days and credit.amount is not None:
        uncapped += Fraction(credit.amount)
    amount = uncapped
    if credit.cap is not None:
        amount = min(amount, Fraction(credit.cap) * value)
    if credit.cap_amount is not None:
        amount = min(amount, Fraction(credit.cap_amount))
    return uncapped, amount
