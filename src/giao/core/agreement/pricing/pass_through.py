"""`pass_through`: cost by evidence + min(markup × cost, markup_cap); foreign cost at the stated rate."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

from giao.core.agreement.document.charge import PassThrough
from giao.core.agreement.pricing.book import Book, Draft, Named, Part
from giao.core.agreement.pricing.counts import Wanted, exact_values
from giao.core.agreement.pricing.currency import text
from giao.core.agreement.pricing.fact_fields import number_of
from giao.core.agreement.pricing.fx import Rate
from giao.core.agreement.results import TraceStep, Window
from giao.core.agreement.windows import local_day
from giao.core.told import told


def with_markup(cost: Fraction, markup: Decimal, markup_cap: Decimal | None) -> Fraction:
    """cost + min(markup × cost, markup_cap); the cap is one for the line and month."""
    extra = cost * Fraction(markup)
    return cost + (extra if markup_cap is None else min(extra, Fraction(markup_cap)))


def draft(book: Book, named: Named, month: Window) -> Draft | None:
    version = book.inputs.version_index(month.last)
    in_force = [span for span in book.spans(month.first, month.last) if span.version in named.by_version]
    if not in_force:
        return None
    line = named.latest(version, PassThrough)
    found = Draft()
    cost = Fraction(0)
    for (currency, day), amount in sorted(_evidence(book, named, month, line, found).items()):
        cost += _in_ours(book, line, month, currency, day, amount, found)
    amount = with_markup(cost, line.markup, line.markup_cap)
    numbers = (
        ("cost", text(cost)),
        ("markup", text(line.markup)),
        ("markup_cap", "" if line.markup_cap is None else text(line.markup_cap)),
        ("amount", text(amount)),
    )
    found.steps.append(TraceStep("charge.pass_through", numbers))
    found.parts.append(Part(in_force[-1], line, amount, ramped=False))
    return found


def _evidence(
    book: Book, named: Named, month: Window, line: PassThrough, found: Draft
) -> dict[tuple[str, date], Fraction]:
    """Cost by currency and day: from events (their cost or attribute) and from facts that name the line."""
    costs: dict[tuple[str, date], Fraction] = {}

    def add(currency: str, day: date, amount: Fraction) -> None:
        costs[currency, day] = costs.get((currency, day), Fraction(0)) + amount

    wanted = [
        Wanted(version, text_then.pass_through, text_then.where)
        for version in sorted(named.by_version)
        if (text_then := named.at(version, PassThrough)) is not None
    ]
    counted = book.counted(named, wanted)
    low, high = counted.between(month.start_us, month.end_us)
    log, column = book.inputs.log, line.attribute or "cost"
    if high > low and column not in log.columns:
        found.missing.append(
            told(
                "flag.no_cost_column",
                "{count} events of {name!r} have no cost: the log has no column {column!r}; map one at "
                "import, name another with attribute:, or add giao.fact.cost",
                count=high - low,
                name=named.name,
                column=column,
            )
        )
    elif high > low:
        values = exact_values(log, column, counted.rows[low:high])
        for instant, value in zip(counted.times[low:high].tolist(), values, strict=True):
            if value is None:
                found.missing.append(
                    told(
                        "flag.no_cost",
                        "an event of {name!r} has no {column}: its cost is not charged",
                        name=named.name,
                        column=column,
                    )
                )
                continue
            add(line.currency or book.currency, local_day(instant, book.zone), value)
    for fact, day in book.facts_between("fact.cost", month.first, month.last, line=named.name):
        if fact.data.get("line") == named.name:
            currency = str(fact.data.get("currency") or line.currency or book.currency)
            add(currency, day, Fraction(number_of(fact, "amount")))
    found.missing = list(dict.fromkeys(found.missing))
    return costs


def _in_ours(
    book: Book, line: PassThrough, month: Window, currency: str, day: date, amount: Fraction, found: Draft
) -> Fraction:
    """A day's cost in the agreement's currency. Without a rate it is left out and flagged."""
    if currency == book.currency:
        numbers: tuple[tuple[str, str], ...] = (("day", day.isoformat()), ("amount", text(amount)))
        found.steps.append(TraceStep("charge.cost", numbers))
        return amount
    rate: Rate | None
    if line.rate == "dated":
        rate = book.rates.dated(currency, day)
        wanted = told("word.on_day", "on {day}", day=day)
    else:
        rate = book.rates.monthly_mean(currency, month.full_first, month.full_last)
        wanted = told("word.in_month", "in {month}", month=month.id)
    if rate is None:
        found.missing.append(
            told(
                "flag.no_cost_rate",
                "no {currency} rate {wanted}: {amount} {currency} are not charged; add giao.fact.rate "
                "(currency: {currency}, rate)",
                currency=currency,
                wanted=wanted,
                amount=text(amount),
            )
        )
        return Fraction(0)
    ours = rate.to_ours(amount)
    numbers = (
        ("day", day.isoformat()),
        ("cost", text(amount)),
        ("currency", currency),
        ("rate", text(rate.quoted)),
        ("rate_day", rate.day.isoformat()),
        ("divided", "yes" if rate.inverse else "no"),
        ("amount", text(ours)),
    )
    found.steps.append(TraceStep("charge.foreign_cost", numbers))
    return ours
