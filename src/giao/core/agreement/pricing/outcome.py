"""`outcome`: accepted outcomes × price."""

from __future__ import annotations

from fractions import Fraction

from giao.core.agreement.document.charge import Outcome
from giao.core.agreement.pricing.book import Book, Draft, Named, Part
from giao.core.agreement.pricing.counts import Wanted
from giao.core.agreement.pricing.currency import text
from giao.core.agreement.results import TraceStep, Window


def draft(book: Book, named: Named, month: Window) -> Draft | None:
    wanted = [
        Wanted(version, line.outcome, line.where)
        for version in sorted(named.by_version)
        if (line := named.at(version, Outcome)) is not None
    ]
    counted = book.counted(named, wanted)
    found = Draft(quantity=Fraction(0))
    prices = set()
    for span in book.spans(month.first, month.last):
        line = named.at(span.version, Outcome)
        if line is None:
            continue
        units = counted.quantity(span.start_us, span.end_us)
        amount = units * Fraction(line.price)
        prices.add(line.price)
        found.quantity = (found.quantity or Fraction(0)) + units
        found.parts.append(Part(span, line, amount))
        numbers = (("units", text(units)), ("price", text(line.price)), ("amount", text(amount)))
        found.steps.append(TraceStep("charge.band", numbers))
    found.price = prices.pop() if len(prices) == 1 else None
    return found if found.parts else None
