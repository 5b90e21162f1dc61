"""`one_off`: an amount on an accepted milestone; late, a credit for each day."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

from giao.core.agreement.document.charge import OneOff
from giao.core.agreement.document.credit import law_cap
from giao.core.agreement.pricing.book import Book, Draft, Named, Part
from giao.core.agreement.pricing.currency import text
from giao.core.agreement.pricing.fact_fields import day_of
from giao.core.agreement.pricing.lateness import days_late, delay_credit
from giao.core.agreement.results import TraceStep, Window


def accepted_on(book: Book, milestone: str) -> date | None:
    """The day a milestone was accepted, as the fact recorded last says."""
    found = [fact for fact in book.inputs.facts.of("fact.milestone") if fact.data.get("name") == milestone]
    known = [fact for fact in found if fact.data.get("accepted")]
    if not known:
        return None
    return day_of(max(known, key=lambda fact: (fact.recorded_us, fact.canonical())), "accepted")


def _due_now(book: Book, named: Named, month: Window) -> tuple[OneOff, date] | None:
    line = named.latest(book.inputs.version_index(month.last), OneOff)
    day = accepted_on(book, line.milestone)
    if day is None or not month.first <= max(day, book.inputs.service_start) <= month.last:
        return None
    return line, max(day, book.inputs.service_start)


def draft(book: Book, named: Named, month: Window) -> Draft | None:
    """The amount, in the month in which the milestone was accepted."""
    found = _due_now(book, named, month)
    if found is None:
        return None
    line, day = found
    numbers = (("milestone", line.milestone), ("accepted", day.isoformat()), ("amount", text(line.one_off)))
    return Draft(
        quantity=Fraction(1),
        price=line.one_off,
        parts=[Part(book.span_on(month, day), line, Fraction(line.one_off), ramped=False)],
        steps=[TraceStep("charge.milestone", numbers)],
    )


def late_draft(book: Book, named: Named, month: Window) -> Draft | None:
    """The credit for a late milestone, negative, in the month of its acceptance; apart from the amount at risk."""
    found = _due_now(book, named, month)
    if found is None or found[0].late is None or found[0].due is None:
        return None
    line, _ = found
    accepted = accepted_on(book, line.milestone)
    assert line.late is not None
    assert line.due is not None
    if accepted is None or accepted <= line.due:
        return None
    days = days_late(line.late, line.due, accepted)
    if days == 0:
        return None
    uncapped, amount = delay_credit(line.late, days, Fraction(line.one_off))
    version = book.inputs.versions[book.inputs.version_index(month.last)]
    legal = law_cap(version.law, month.last)
    if legal is not None and version.credits is not None and version.credits.nature == "penalty":
        amount = min(amount, Fraction(legal.share) * Fraction(line.one_off))
    numbers = (
        ("due", line.due.isoformat()),
        ("accepted", accepted.isoformat()),
        ("days", str(days)),
        ("per_day", text(line.late.per_day or Decimal(0))),
        ("uncapped", text(uncapped)),
        ("amount", text(amount)),
    )
    return Draft(
        parts=[Part(book.span_on(month, month.last), line, -amount, ramped=False)],
        steps=[TraceStep("charge.late", numbers)],
    )
