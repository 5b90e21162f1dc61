"""Every charge line of every month: exact by version, indexed, converted, rounded (steps 2 to 5 of the invoice)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from giao.core.agreement.document.charge import (
    ArcRrc,
    Fixed,
    Fte,
    GainShare,
    LineBase,
    MinimumLine,
    OneOff,
    Outcome,
    PassThrough,
    PerUnit,
    TimeAndMaterials,
)
from giao.core.agreement.pricing import (
    arc_rrc,
    fixed,
    fte,
    gain_share,
    minimum,
    one_off,
    outcome,
    pass_through,
    per_unit,
    time_and_materials,
)
from giao.core.agreement.pricing.book import Book, Draft, Named, Part, kind_name
from giao.core.agreement.pricing.currency import exact_decimal, money, text
from giao.core.agreement.pricing.fx import fx_factor
from giao.core.agreement.pricing.index import indexed
from giao.core.agreement.results import StatementLine, TraceStep, Window
from giao.core.told import told

if TYPE_CHECKING:
    from giao.core.agreement.context import Inputs
    from giao.core.agreement.patterns import Matcher

_DRAFTS: dict[type[LineBase], Callable[[Book, Named, Window], Draft | None]] = {
    Fixed: fixed.draft,
    PerUnit: per_unit.draft,
    ArcRrc: arc_rrc.draft,
    Fte: fte.draft,
    TimeAndMaterials: time_and_materials.draft,
    Outcome: outcome.draft,
    GainShare: gain_share.draft,
    PassThrough: pass_through.draft,
    OneOff: one_off.draft,
    MinimumLine: minimum.sum_draft,
}

EXTRAS = frozenset({"pass_through", "one_off", "gain_share", "one_off_late"})
"""Kinds that stand after the credits on an invoice and, unless `in_fees` says otherwise, are no base of credits."""

TRUE_UP, MINIMUM, LATE = " · true-up", " · minimum", " · late"
"""Suffixes of the further lines that a charge line may bring."""


def charge_lines(inputs: Inputs, matcher: Matcher) -> dict[str, list[StatementLine]]:
    """Lines by month (``2018-03``), in document order, each followed by its true-up, minimum or delay credit."""
    book = Book(inputs, matcher)
    found: dict[str, list[StatementLine]] = {}
    for month in inputs.months:
        by_place: dict[int, list[StatementLine]] = {}
        sums_last = sorted(enumerate(book.lines), key=lambda item: item[1].kind is MinimumLine)
        for place, named in sums_last:
            by_place[place] = _month_lines(book, named, month)
        found[month.id] = [line for place in sorted(by_place) for line in by_place[place]]
    return found


def _month_lines(book: Book, named: Named, month: Window) -> list[StatementLine]:
    draft = _DRAFTS[named.kind](book, named, month)
    lines = [] if draft is None else [_line(book, named, month, draft)]
    if lines and named.kind is TimeAndMaterials:
        amount, step = time_and_materials.capped(book, named, month, lines[0].amount)
        if step is not None:
            lines[0] = replace(lines[0], amount=amount, trace=(*lines[0].trace, step))
    if lines and named.kind is PerUnit:
        again = per_unit.true_up(book, named, month, lambda part: _factor(book, part)[0], lines[0].amount)
        if again is not None:
            lines.append(_further(lines[0], TRUE_UP, "true_up", again[0], (again[1],)))
    for line in lines:
        book.book(named.name, month.last, line.amount)
    if named.kind is not MinimumLine:
        lines += _drafted(book, named, month, minimum.draft(book, named, month), MINIMUM, "minimum")
    if named.kind is OneOff:
        lines += _drafted(book, named, month, one_off.late_draft(book, named, month), LATE, "one_off_late")
    return lines


def _drafted(
    book: Book, named: Named, month: Window, draft: Draft | None, suffix: str, kind: str
) -> list[StatementLine]:
    if draft is None:
        return []
    line = replace(_line(book, named, month, draft), name=named.name + suffix, kind=kind)
    book.book(named.name, month.last, line.amount)
    return [line]


def _further(
    line: StatementLine, suffix: str, kind: str, amount: Decimal, steps: tuple[TraceStep, ...]
) -> StatementLine:
    return replace(
        line,
        name=line.name + suffix,
        kind=kind,
        quantity=None,
        price=None,
        amount=amount,
        trace=steps,
        flags=(),
    )


def _line(book: Book, named: Named, month: Window, draft: Draft) -> StatementLine:
    """Phase, index and currency on each part, the sum rounded once."""
    text_now = (
        draft.parts[-1].line if draft.parts else named.latest(book.inputs.version_index(month.last), LineBase)
    )
    kind = kind_name(text_now)
    steps, missing, notes = list(draft.steps), list(draft.missing), list(draft.notes)
    exact = Fraction(0)
    shown: set[str] = set()
    for part in draft.parts:
        factor, said, lacking, told = _factor(book, part)
        exact += part.amount * factor
        steps += [step for step in said if repr(step) not in shown]
        shown |= {repr(step) for step in said}
        missing += lacking
        notes += told
        steps.append(
            TraceStep(
                "charge.part",
                (
                    ("from", part.span.first.isoformat()),
                    ("to", part.span.last.isoformat()),
                    ("version", str(book.inputs.versions[part.span.version].version)),
                    ("amount", text(part.amount)),
                    ("factor", text(factor)),
                    ("result", text(part.amount * factor)),
                ),
            )
        )
    amount = money(exact, book.currency)
    steps.append(TraceStep("charge.rounded", (("exact", text(exact)), ("amount", str(amount)))))
    codes = book.inputs.versions[book.inputs.version_index(month.last)].tax
    in_fees = text_now.in_fees if text_now.in_fees is not None else kind not in EXTRAS
    return StatementLine(
        name=named.name,
        kind=kind,
        quantity=None if draft.quantity is None else exact_decimal(draft.quantity),
        price=draft.price,
        amount=amount,
        in_fees=in_fees,
        tax_code=text_now.tax or (codes[0].code if codes else None),
        trace=tuple(steps),
        flags=tuple(dict.fromkeys([*missing, *notes])),
        provisional=bool(missing),
    )


def _factor(book: Book, part: Part) -> tuple[Fraction, list[TraceStep], list[str], list[str]]:
    """(factor, steps, missing, notes) of a part: phase × index × currency, each 1 where it does not apply."""
    span, line = part.span, part.line
    result = Fraction(1)
    steps: list[TraceStep] = []
    missing: list[str] = []
    notes: list[str] = []
    if part.ramped and span.price_factor != 1:
        result *= span.price_factor
        names = ", ".join(phase.name for phase in span.phases if phase.price_factor is not None)
        steps.append(TraceStep("charge.phase", (("phase", names), ("factor", text(span.price_factor)))))
    if line.index is not None:
        term_start = book.inputs.versions[0].term.start
        found = indexed(line.index, term_start, span.first, book.series.value)
        result *= found.factor
        steps += found.steps
        missing += [
            told(
                "flag.no_index",
                "index {series} for {month} is missing: add giao.fact.index (series: {series}, month: "
                "{month}, value); the line is computed without it",
                series=line.index.series,
                month=month,
            )
            for month in found.missing
        ]
    if line.fx is not None:
        rate = book.rates.dated(line.fx.currency, span.last)
        if rate is None:
            missing.append(
                told(
                    "flag.no_rate",
                    "no {currency} rate on or before {last}: add giao.fact.rate (currency: {currency}, rate); "
                    "the line is computed at the base rate",
                    currency=line.fx.currency,
                    last=span.last,
                )
            )
        else:
            factor = fx_factor(line.fx, rate.quoted)
            result *= factor
            numbers = (
                ("currency", line.fx.currency),
                ("base", text(line.fx.base)),
                ("band", text(line.fx.band)),
                ("counted_from", line.fx.start),
                ("rate", text(rate.quoted)),
                ("rate_day", rate.day.isoformat()),
                ("factor", text(factor)),
            )
            steps.append(TraceStep("charge.currency", numbers))
            if (rate.day.year, rate.day.month) != (span.last.year, span.last.month):
                notes.append(
                    told(
                        "flag.old_rate",
                        "the {currency} rate is of {day}: none is recorded in {month}",
                        currency=line.fx.currency,
                        day=rate.day,
                        month=f"{span.last:%Y-%m}",
                    )
                )
    return result, steps, missing, notes
