"""`fixed`: price × measured days ÷ days of the period; each day at the price of its own version."""

from __future__ import annotations

from fractions import Fraction

from giao.core.agreement.document.charge import Fixed
from giao.core.agreement.pricing.book import Book, Draft, Named, Part
from giao.core.agreement.pricing.currency import text
from giao.core.agreement.pricing.spans import period_ending
from giao.core.agreement.results import TraceStep, Window


def fixed_part(price: Fraction, days: int, of_days: int) -> Fraction:
    """price × days ÷ days of the period, exact; the whole period is the price."""
    return price * days / of_days


def draft(book: Book, named: Named, month: Window) -> Draft | None:
    """A quarterly or yearly price is charged in the month in which its period ends."""
    inputs = book.inputs
    now = named.latest(inputs.version_index(month.last), Fixed)
    period = period_ending(month, now.every, inputs.service_start, inputs.term_end)
    if period is None:
        return None
    found = Draft(quantity=Fraction(0))
    prices = set()
    for span in book.spans(period.first, period.last):
        line = named.at(span.version, Fixed)
        if line is None:
            continue
        amount = fixed_part(Fraction(line.fixed), span.days, period.full_days)
        prices.add(line.fixed)
        found.quantity = (found.quantity or Fraction(0)) + Fraction(span.days, period.full_days)
        found.parts.append(Part(span, line, amount))
        found.steps.append(
            TraceStep(
                "charge.fixed",
                (
                    ("price", text(line.fixed)),
                    ("days", str(span.days)),
                    ("of", str(period.full_days)),
                    ("amount", text(amount)),
                ),
            )
        )
    found.price = prices.pop() if len(prices) == 1 else None
    return found if found.parts else None
