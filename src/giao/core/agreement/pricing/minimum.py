"""Minimum commitments: on a line (units or an amount) and `minimum_of` over several; the shortfall at period end.

What is required is pro rata to days: each measured day carries its own version's (and phase's) commitment ÷ the days
of the whole period, so a part year owes its part and a ramp its steps.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction

from giao.core.agreement.document.charge import LineBase, Minimum, MinimumLine, Outcome, PerUnit
from giao.core.agreement.errors import AgreementError
from giao.core.agreement.pricing import per_unit
from giao.core.agreement.pricing.bands import band_price, graduated, whole
from giao.core.agreement.pricing.book import Book, Draft, Named, Part
from giao.core.agreement.pricing.currency import text
from giao.core.agreement.pricing.spans import Period, Span, period_ending
from giao.core.agreement.results import TraceStep, Window
from giao.core.told import told


def required(period: Period, spans: list[Span], value: Callable[[Span], Fraction]) -> Fraction:
    """Σ over spans of value × days ÷ days of the whole period; the value itself over a full, even period."""
    return sum((value(span) * span.days for span in spans), Fraction(0)) / period.full_days


def shortfall(needed: Fraction, reached: Fraction, rate: Decimal) -> Fraction:
    """max(0, required − reached) × rate."""
    return max(Fraction(0), needed - reached) * Fraction(rate)


def _committed(minimum: Minimum, span: Span) -> Fraction:
    """The commitment of the first phase that names its own, else the line's."""
    for phase in span.phases:
        if phase.name in minimum.by_phase:
            return Fraction(minimum.by_phase[phase.name])
    return Fraction(minimum.units if minimum.units is not None else minimum.amount or 0)


def draft(book: Book, named: Named, month: Window) -> Draft | None:
    """Shortfall of a line's own `minimum`; None when no period ends in this month or nothing is missing."""
    inputs = book.inputs
    line = named.latest(inputs.version_index(month.last), LineBase)
    minimum = line.minimum
    if minimum is None:
        return None
    period = period_ending(month, minimum.every, inputs.service_start, inputs.term_end)
    if period is None:
        return None
    spans = [
        span
        for span in book.spans(period.first, period.last)
        if (then := named.by_version.get(span.version)) is not None and then.minimum is not None
    ]
    if not spans:
        return None
    needed = required(period, spans, lambda span: _committed(_minimum_at(named, span), span))
    if minimum.amount is not None:
        reached = Fraction(book.billed_between(named.name, period.first, period.last))
        amount = shortfall(needed, reached, minimum.rate)
        return _draft(book, month, line, needed, reached, minimum.rate, amount, None)
    units, priced = _unit_price(book, named, month, period, line, needed)
    if units >= needed:
        return None
    amount = priced * Fraction(minimum.rate)
    return _draft(book, month, line, needed, units, minimum.rate, amount, priced)


def _minimum_at(named: Named, span: Span) -> Minimum:
    minimum = named.by_version[span.version].minimum
    assert minimum is not None
    return minimum


def _unit_price(
    book: Book, named: Named, month: Window, period: Period, line: LineBase, needed: Fraction
) -> tuple[Fraction, Fraction]:
    """(units reached, price of the missing ones).

    Bands over the same period as the commitment: what the required volume would have cost more than the actual one.
    Otherwise the missing units cost the price of the band that the required volume of an average month reaches.
    """
    spans = book.spans(period.first, period.last)
    if isinstance(line, Outcome):
        counted = book.counted(named, [])
        reached = counted.quantity(spans[0].start_us, spans[-1].end_us)
        return reached, max(Fraction(0), needed - reached) * Fraction(line.price)
    if not isinstance(line, PerUnit):
        raise AgreementError(
            told(
                "agreement.minimum_units",
                "charge line {name!r}: a minimum in units needs a per_unit or outcome line; say minimum: "
                "{{amount: …}}",
                name=named.name,
            )
        )
    reached = per_unit.events(book, named).quantity(spans[0].start_us, spans[-1].end_us)
    bands = per_unit.bands_of(line)
    missing = max(Fraction(0), needed - reached)
    if line.minimum is not None and line.minimum.every == line.over:
        price_of = whole if line.bands_are == "whole" else graduated
        return reached, max(
            Fraction(0), price_of(bands, needed) - price_of(bands, reached)
        ) if missing else missing
    months = {"month": 1, "quarter": 3, "year": 12}
    each = needed * months[line.over] / months[line.minimum.every if line.minimum else "month"]
    return reached, missing * Fraction(band_price(bands, each))


def _draft(
    book: Book,
    month: Window,
    line: LineBase,
    needed: Fraction,
    reached: Fraction,
    rate: Decimal,
    amount: Fraction,
    priced: Fraction | None,
) -> Draft | None:
    if amount <= 0:
        return None
    numbers = (
        ("required", text(needed)),
        ("reached", text(reached)),
        ("shortfall", text(max(Fraction(0), needed - reached))),
        ("worth", text(needed - reached if priced is None else priced)),
        ("rate", text(rate)),
        ("amount", text(amount)),
    )
    span = book.spans(month.first, month.last)[-1]
    part = Part(span, line, amount, ramped=priced is not None)
    return Draft(
        quantity=None if priced is None else needed - reached,
        parts=[part],
        steps=[TraceStep("charge.minimum", numbers)],
    )


def sum_draft(book: Book, named: Named, month: Window) -> Draft | None:
    """`minimum_of`: the shortfall of the sum of several lines (rounded as billed, with their own minimums)."""
    inputs = book.inputs
    line = named.latest(inputs.version_index(month.last), MinimumLine)
    period = period_ending(month, line.every, inputs.service_start, inputs.term_end)
    if period is None:
        return None
    spans = [span for span in book.spans(period.first, period.last) if span.version in named.by_version]
    if not spans:
        return None

    def committed(span: Span) -> Fraction:
        return Fraction(named.latest(span.version, MinimumLine).amount)

    needed = required(period, spans, committed)
    reached = sum(
        (Fraction(book.billed_between(name, period.first, period.last)) for name in line.minimum_of),
        Fraction(0),
    )
    return _draft(book, month, line, needed, reached, line.rate, shortfall(needed, reached, line.rate), None)
