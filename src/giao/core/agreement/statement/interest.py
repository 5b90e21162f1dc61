"""Late interest: simple, actual/365, from the day after due to the day paid, on the undisputed part."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

from giao.core.agreement.document.charge import Interest
from giao.core.agreement.pricing.currency import money, text
from giao.core.agreement.pricing.fact_fields import day_of, month_of, number_of
from giao.core.agreement.pricing.index import Series
from giao.core.agreement.results import Statement, StatementLine, TraceStep, Window
from giao.core.agreement.statement.calendar import invoice_day
from giao.core.agreement.statement.settlement import disputed
from giao.core.told import told

if TYPE_CHECKING:
    from giao.core.agreement.context import Inputs

YEAR_DAYS = 365


def interest_days(due: date, paid: date) -> int:
    """Days from the day after due up to and including the day of payment; 0 when paid in time."""
    return max(0, (paid - due).days)


def simple_interest(principal: Fraction, rate: Fraction, days: int) -> Fraction:
    """principal × rate × days ÷ 365, exact."""
    return principal * rate * days / YEAR_DAYS


def yearly_rate(interest: Interest, day: date, series: Series) -> Fraction | None:
    """The fixed rate, or the series' value for the month of `day`, plus the margin; None when the value is missing."""
    if interest.rate is not None:
        return Fraction(interest.rate) + Fraction(interest.margin)
    base = series.value(interest.series or "", f"{day:%Y-%m}")
    return None if base is None else base + Fraction(interest.margin)


def interest_lines(
    inputs: Inputs,
    series: Series,
    first: date,
    last: date,
    issued: Mapping[str, Statement],
    months: Mapping[str, Window],
) -> tuple[list[StatementLine], list[str]]:
    """Interest on the statements that were paid late between two days; with what is missing for it."""
    currency = inputs.versions[0].currency
    found: list[StatementLine] = []
    missing: list[str] = []
    for fact in inputs.facts.of("fact.payment"):
        paid, month = day_of(fact, "paid"), month_of(fact)
        statement, window = issued.get(month), months.get(month)
        if not first <= paid <= last or statement is None or window is None:
            continue
        agreement = inputs.versions[inputs.version_index(window.last)]
        if agreement.interest is None:
            continue
        if agreement.payment_term is None and "due" not in fact.data:
            missing.append(
                told(
                    "flag.no_payment_term",
                    "interest is agreed but no payment_term: say when an invoice is due, e.g. payment_term: "
                    "P30D",
                )
            )
            continue
        due = (
            day_of(fact, "due")
            if "due" in fact.data
            else agreement.payment_term.after(invoice_day(inputs, window))  # type: ignore[union-attr]
        )
        days = interest_days(due, paid)
        owed = number_of(fact, "amount") if "amount" in fact.data else statement.total
        principal = owed - disputed(statement, inputs)
        if not days or principal <= 0:
            continue
        rate = yearly_rate(agreement.interest, due, series)
        if rate is None:
            missing.append(
                told(
                    "flag.no_interest_rate",
                    "the rate {series} for {due} is missing: no interest is charged on {month}; add "
                    "giao.fact.index (series: {series}, month: {due}, value)",
                    series=agreement.interest.series,
                    due=f"{due:%Y-%m}",
                    month=month,
                )
            )
            continue
        exact = simple_interest(Fraction(principal), rate, days)
        amount = money(exact, currency)
        numbers = (
            ("month", month),
            ("due", due.isoformat()),
            ("paid", paid.isoformat()),
            ("days", str(days)),
            ("principal", text(principal)),
            ("rate", text(rate)),
            ("exact", text(exact)),
            ("amount", str(amount)),
        )
        codes = agreement.tax
        found.append(
            StatementLine(
                name=f"interest {month}",
                kind="interest",
                quantity=None,
                price=None,
                amount=amount,
                in_fees=False,
                tax_code=agreement.interest.tax or (codes[0].code if codes else None),
                trace=(TraceStep("charge.interest", numbers),),
            )
        )
    return found, list(dict.fromkeys(missing))
