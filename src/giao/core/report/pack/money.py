"""What is charged and what is credited: lines with their arithmetic, credits with the rule that made them, late data."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from giao.core.agreement.results import Adjustment, CreditLine, StatementLine
from giao.core.report import formats
from giao.core.report.invoice import line_words
from giao.core.report.pack.document import PackRow, PackTable, Part, Section, Sentences, columns, row
from giao.core.report.pack.source import PackSource
from giao.core.report.plain_words.phrases import kpi_title, line_title
from giao.core.report.trace import trace_words
from giao.core.report.words import Lang, say
from giao.core.report.words.told import tell


def lines(source: PackSource, lang: Lang) -> Section:
    """The statement as an invoice, each line with its arithmetic below it."""
    heads = (
        say(lang, "column.line"),
        *(f">{say(lang, f'column.{name}')}" for name in ("quantity", "price", "amount")),
    )
    parts: list[Part] = [PackTable(columns(*heads), tuple(_rows(source, lang)))]
    notices = [tell(lang, flag) for flag in source.statement.flags]
    if notices:
        parts.append(Sentences(tuple(notices), listed=True))
    return Section(say(lang, "pack.lines"), tuple(parts))


def _rows(source: PackSource, lang: Lang) -> Iterator[PackRow]:
    statement = source.statement

    def plain(text: str, amount: Decimal, *notes: str, strong: bool = False) -> PackRow:
        return row(
            text, "", "", formats.money(amount, statement.currency, lang), notes=notes, strong=strong
        )  # fmt: skip

    for line in statement.lines:
        yield _line(source, line, lang)
    yield plain(say(lang, "statement.fees"), statement.fees, strong=True)
    if statement.credits or statement.credit_total:
        yield plain(say(lang, "statement.credit_total"), -statement.credit_total)
    if statement.settled_credits != statement.credit_total:
        moved = [
            f"{say(lang, f'statement.{name}')}: {formats.money(amount, statement.currency, lang)}"
            for name, amount in (("carried_in", statement.carried_in), ("carried_out", statement.carried_out))
            if amount
        ]
        yield plain(say(lang, "statement.settled"), -statement.settled_credits, *moved)
    for back in statement.earned_back_lines:
        kpi = kpi_title(source.agreement, back.kpi, lang)
        month = formats.window(back.credit_month, lang)
        yield plain(say(lang, "statement.earned_back", kpi=kpi, month=month), back.amount)
    if statement.bonus:
        yield plain(say(lang, "statement.bonus"), statement.bonus)
    if statement.adjustments:
        late = sum((item.amount for item in statement.adjustments), Decimal(0))
        yield plain(say(lang, "pack.adjustments"), late)
    for line in statement.extras:
        yield _line(source, line, lang)
    yield plain(say(lang, "invoice.net"), statement.net, strong=True)
    for tax in statement.tax_lines:
        base = formats.money(tax.base, statement.currency, lang)
        rate = formats.exact_percent(tax.rate, lang)
        yield plain(say(lang, "statement.tax", code=tax.code, rate=rate, base=base), tax.amount)
    title = "pack.total.credit_note" if statement.document == "credit_note" else "invoice.total"
    yield plain(say(lang, title), statement.total, strong=True)


def _line(source: PackSource, line: StatementLine, lang: Lang) -> PackRow:
    agreement = source.agreement
    notes = [*trace_words(line.trace, agreement, lang), *(tell(lang, flag) for flag in line.flags)]
    return row(
        line_words(agreement, line, lang) + ("*" if line.provisional else ""),
        "" if line.quantity is None else formats.number(line.quantity, lang),
        "" if line.price is None else formats.price(line.price, source.statement.currency, lang),
        formats.money(line.amount, source.statement.currency, lang),
        notes=tuple(notes),
    )


def credits(source: PackSource, lang: Lang) -> Section:
    """Each credit with the miss and the rule that made it."""
    title, statement = say(lang, "pack.credits"), source.statement
    if not statement.credits:
        key = "pack.credits.not_agreed" if source.agreement.credits is None else "pack.credits.none"
        return Section(title, (Sentences((say(lang, key),)),))
    heads = (
        say(lang, "column.kpi"),
        say(lang, "column.window"),
        say(lang, "pack.rule"),
        f">{say(lang, 'pack.uncapped')}",
        f">{say(lang, 'column.amount')}",
    )
    rows = [_credit(source, credit, lang) for credit in statement.credits]
    total = formats.money(statement.credit_total, statement.currency, lang)
    rows.append(row(say(lang, "statement.credit_total"), "", "", "", total, strong=True))
    return Section(title, (PackTable(columns(*heads), tuple(rows)),))


def _credit(source: PackSource, credit: CreditLine, lang: Lang) -> PackRow:
    currency = source.statement.currency
    return row(
        kpi_title(source.agreement, credit.kpi, lang),
        formats.window(credit.window, lang),
        say(lang, f"pack.reason.{credit.reason}"),
        formats.money(credit.uncapped, currency, lang) if credit.uncapped else formats.NO_DATA,
        formats.money(credit.amount, currency, lang),
        notes=tuple(trace_words(credit.trace, source.agreement, lang)),
    )


def adjustments(source: PackSource, lang: Lang) -> Section:
    """What late data changed in months that were closed before."""
    title, statement = say(lang, "pack.adjustments"), source.statement
    if not statement.adjustments:
        return Section(title, (Sentences((say(lang, "pack.adjustments.none"),)),))
    heads = (
        say(lang, "column.month"),
        say(lang, "column.line"),
        *(f">{say(lang, name)}" for name in ("pack.old", "pack.new", "column.difference")),
    )
    rows = [_adjustment(source, item, lang) for item in statement.adjustments]
    widths = (0, 1, 0, 0, 0)
    return Section(title, (PackTable(columns(*heads, widths=widths), tuple(rows)),))


def _adjustment(source: PackSource, item: Adjustment, lang: Lang) -> PackRow:
    currency = source.statement.currency
    return row(
        formats.window(item.month, lang),
        booked_title(source, item.line, lang),
        *(formats.money(amount, currency, lang) for amount in (item.old, item.new, item.amount)),
    )


def booked_title(source: PackSource, name: str, lang: Lang) -> str:
    """A booked amount by its name in the library: a charge line, a credit, what was earned back, the bonus."""
    for start, message in (("credit ", "statement.credit"), ("earned back ", "statement.earned_back")):
        kpi, _space, window = name.removeprefix(start).rpartition(" ")
        if name.startswith(start) and kpi:
            shown = formats.window(window, lang)
            title = kpi_title(source.agreement, kpi, lang)
            return say(lang, message, kpi=title, window=shown, month=shown)
    return say(lang, "statement.bonus") if name == "bonus" else line_title(source.agreement, name, lang)
