"""`gain_share`: min(cap, share × max(0, baseline − actual − hurdle)); with `pain` the same downwards."""

from __future__ import annotations

from fractions import Fraction

from giao.core.agreement.document.charge import GainShare
from giao.core.agreement.pricing.book import Book, Draft, Named, Part
from giao.core.agreement.pricing.currency import text
from giao.core.agreement.pricing.fact_fields import number_of
from giao.core.agreement.pricing.spans import period_ending
from giao.core.agreement.results import TraceStep, Window
from giao.core.told import told


def gain(line: GainShare, actual: Fraction) -> tuple[Fraction, Fraction]:
    """(uncapped, amount): positive is the vendor's share of a saving, negative its share of an overrun."""
    saving, hurdle, share = Fraction(line.baseline) - actual, Fraction(line.hurdle), Fraction(line.gain_share)
    uncapped = Fraction(0)
    if saving > hurdle:
        uncapped = share * (saving - hurdle)
    elif line.pain and -saving > hurdle:
        uncapped = -share * (-saving - hurdle)
    if line.cap is None:
        return uncapped, uncapped
    cap = Fraction(line.cap)
    return uncapped, max(-cap, min(cap, uncapped))


def draft(book: Book, named: Named, month: Window) -> Draft | None:
    """At the end of its period, from the sum of the facts `giao.fact.measure` of the line's measure in it."""
    inputs = book.inputs
    version = inputs.version_index(month.last)
    line = named.at(version, GainShare)
    if line is None:
        return None
    period = period_ending(month, line.every, inputs.service_start, inputs.term_end)
    if period is None:
        return None
    found = Draft()
    given = book.facts_between("fact.measure", period.first, period.last, name=line.measure)
    if not given:
        found.missing.append(
            told(
                "flag.no_measure",
                "measure {measure!r} is missing for {first} to {last}: add giao.fact.measure (name: "
                "{measure}, value); no gain is charged until then",
                measure=line.measure,
                first=f"{period.first:%Y-%m}",
                last=f"{period.last:%Y-%m}",
            )
        )
        return found
    actual = sum((Fraction(number_of(fact, "value")) for fact, _ in given), Fraction(0))
    uncapped, amount = gain(line, actual)
    numbers = (
        ("baseline", text(line.baseline)),
        ("actual", text(actual)),
        ("hurdle", text(line.hurdle)),
        ("share", text(line.gain_share)),
        ("uncapped", text(uncapped)),
        ("cap", "" if line.cap is None else text(line.cap)),
        ("amount", text(amount)),
    )
    found.steps.append(TraceStep("charge.gain_share", numbers))
    found.parts.append(Part(book.span_on(month, month.last), line, amount, ramped=False))
    return found
