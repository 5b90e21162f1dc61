"""`per_unit`: units × price, by bands over the month or the calendar year, graduated or whole."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from fractions import Fraction

from giao.core.agreement.document.charge import Band, PerUnit
from giao.core.agreement.pricing.bands import band_price, band_steps, graduated, slices
from giao.core.agreement.pricing.book import Book, Draft, Named, Part
from giao.core.agreement.pricing.counts import Counted, Wanted
from giao.core.agreement.pricing.currency import money, text
from giao.core.agreement.pricing.spans import Span
from giao.core.agreement.results import TraceStep, Window
from giao.core.agreement.windows import midnight_us
from giao.core.told import told

Factor = Callable[[Part], Fraction]


def bands_of(line: PerUnit) -> list[Band]:
    return line.bands or [Band(price=line.price or Decimal(0))]


def events(book: Book, named: Named) -> Counted:
    wanted = [
        Wanted(version, line.per_unit, line.where, line.quantity)
        for version in sorted(named.by_version)
        if (line := named.at(version, PerUnit)) is not None
    ]
    return book.counted(named, wanted)


def year_start(book: Book, day: date) -> int:
    """First instant that counts in the calendar year of a day: the year's, or the service's first."""
    return midnight_us(max(date(day.year, 1, 1), book.inputs.service_start), book.zone)


def draft(book: Book, named: Named, month: Window) -> Draft | None:
    counted = events(book, named)
    found = Draft(quantity=Fraction(0))
    in_month = Fraction(0)
    prices: set[Decimal] = set()
    total = counted.quantity(month.start_us, month.end_us)
    since = year_start(book, month.first)
    for span in book.spans(month.first, month.last):
        line = named.at(span.version, PerUnit)
        if line is None:
            continue
        units = counted.quantity(span.start_us, span.end_us)
        bands = bands_of(line)
        before = counted.quantity(since, span.start_us) if line.over == "year" else in_month
        if line.bands_are == "whole":
            volume = counted.quantity(since, month.end_us) if line.over == "year" else total
            price = band_price(bands, volume)
            amount = units * Fraction(price)
            prices.add(price)
            found.steps.append(_whole_step(units, volume, price, amount))
        else:
            amount = graduated(bands, units, before)
            found.steps += [TraceStep("charge.before", (("units", text(before)),))] if before else []
            found.steps += band_steps(bands, units, before)
            prices |= {price for _, price in slices(bands, before, units)}
        in_month += units
        found.parts.append(Part(span, line, amount))
        if blank := counted.blank(span.start_us, span.end_us):
            found.missing.append(
                told(
                    "flag.blank_quantity",
                    "{blank} counted events have no {quantity}: they count 0; correct the log or count events",
                    blank=blank,
                    quantity=line.quantity,
                )
            )
    if not found.parts:
        return None
    found.quantity = in_month
    if not prices:
        last = named.latest(found.parts[-1].span.version, PerUnit)
        prices = {band_price(bands_of(last), Fraction(1))}
    found.price = prices.pop() if len(prices) == 1 else None
    return found


def _whole_step(units: Fraction, volume: Fraction, price: Decimal, amount: Fraction) -> TraceStep:
    return TraceStep(
        "charge.whole",
        (
            ("units", text(units)),
            ("volume", text(volume)),
            ("price", text(price)),
            ("amount", text(amount)),
        ),
    )


def re_rated(
    bands: list[Band], units_before: Fraction, billed: Fraction, units_now: Fraction
) -> tuple[Fraction, Fraction]:
    """(this month's amount, true-up of the past) of a whole-volume price by the year's volume, exact.

    The whole year's volume so far takes the price of the band it has reached; what was billed before is corrected.
    """
    price = Fraction(band_price(bands, units_before + units_now))
    return units_now * price, units_before * price - billed


def true_up(
    book: Book, named: Named, month: Window, factor: Factor, now: Decimal
) -> tuple[Decimal, TraceStep] | None:
    """What earlier months of the year change by when this month's volume moves the whole year into another band.

    `now` is this month's rounded amount: with the true-up the year so far is billed at exactly the year's price.
    """
    last = named.at(book.inputs.version_index(month.last), PerUnit)
    if last is None or last.bands_are != "whole" or last.over != "year":
        return None
    counted = events(book, named)
    first = max(date(month.first.year, 1, 1), book.inputs.service_start)
    since = year_start(book, month.first)
    volume = counted.quantity(since, month.end_us)
    before = counted.quantity(since, month.start_us)
    exact, moved = Fraction(0), False
    for span in _year_spans(book, first, month):
        line = named.at(span.version, PerUnit)
        if line is None:
            continue
        bands, units = bands_of(line), counted.quantity(span.start_us, span.end_us)
        price = band_price(bands, volume)
        if span.first < month.first and units and price != band_price(bands, before):
            moved = True
        exact += units * Fraction(price) * factor(Part(span, line, Fraction(0)))
    if not moved:
        return None
    billed = book.billed_between(named.name, first, month.last)
    whole_year = money(exact, book.currency)
    amount = whole_year - billed - now
    numbers = (
        ("volume", text(volume)),
        ("year_to_date", str(whole_year)),
        ("billed", str(billed)),
        ("this_month", str(now)),
        ("amount", str(amount)),
    )
    return amount, TraceStep("charge.true_up", numbers)


def _year_spans(book: Book, first: date, month: Window) -> list[Span]:
    """Spans of the year's months so far, month by month (each month has its own exchange rate)."""
    return [
        span
        for earlier in book.inputs.months
        if first <= earlier.first and earlier.last <= month.last
        for span in book.spans(earlier.first, earlier.last)
    ]
