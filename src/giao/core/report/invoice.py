"""A month's statement as it is read: lines, credits with their arithmetic, adjustments, tax, total."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from giao.core.agreement.document.agreement import Agreement
from giao.core.agreement.results import CreditLine, Statement, StatementLine
from giao.core.report.formats import day, exact_percent, money, number, price, window
from giao.core.report.plain_words.phrases import kpi_title, line_title
from giao.core.report.table import Cell, Table, table
from giao.core.report.tables import standing_words
from giao.core.report.trace import trace_words
from giao.core.report.words import Lang, known, say
from giao.core.report.words.told import tell

ABOUT_A_MONTH = frozenset({"interest", "settlement"})
"""Kinds of lines that are about another month's statement; their first step names it."""


def line_words(agreement: Agreement, line: StatementLine, lang: Lang) -> str:
    """The title of a statement's line; lines that follow from another (a minimum, a true-up) say so."""
    key = f"line.{line.kind}"
    if line.kind in ABOUT_A_MONTH and line.trace:
        about = dict(line.trace[0].numbers)
        title = line_title(agreement, about.get("line", ""), lang)
        return say(lang, key, line=title, month=window(about["month"], lang))
    title = line_title(agreement, line.name.split(" · ")[0], lang)
    return say(lang, key, line=title) if known(key) else title


def statement_title(statement: Statement, lang: Lang) -> str:
    key = "statement.credit_note" if statement.document == "credit_note" else "statement.title"
    standing = standing_words(statement.provisional, statement.closed, lang)
    return f"{say(lang, key, month=window(statement.month, lang))} · {standing}"


def statement_table(statement: Statement, agreement: Agreement, lang: Lang) -> Table:
    """The statement as an invoice: what, quantity, price, amount; sums are strong."""
    rows: list[list[str | Cell]] = []
    strong: list[int] = []

    def money_row(text: str, amount: Decimal, *, is_strong: bool = False, state: str = "") -> None:
        if is_strong:
            strong.append(len(rows))
        rows.append([text, "", "", Cell(money(amount, statement.currency, lang), state)])

    for line in statement.lines:
        rows.append(_line_row(statement, agreement, line, lang))
    money_row(say(lang, "statement.fees"), statement.fees, is_strong=True)
    for credit in statement.credits:
        money_row(_credit_title(agreement, credit, lang), -credit.amount, state="credit")
    if statement.credits or statement.settled_credits != statement.credit_total:
        money_row(say(lang, "statement.credit_total"), -statement.credit_total)
    if statement.settled_credits != statement.credit_total:
        money_row(say(lang, "statement.settled"), -statement.settled_credits)
    for back in statement.earned_back_lines:
        kpi = kpi_title(agreement, back.kpi, lang)
        money_row(
            say(lang, "statement.earned_back", kpi=kpi, month=window(back.credit_month, lang)), back.amount
        )
    if statement.bonus:
        money_row(say(lang, "statement.bonus"), statement.bonus)
    for item in statement.adjustments:
        text = say(
            lang,
            "statement.adjustment",
            month=window(item.month, lang),
            line=line_title(agreement, item.line, lang),
            old=money(item.old, statement.currency, lang),
            new=money(item.new, statement.currency, lang),
        )
        money_row(text, item.amount)
    for line in statement.extras:
        rows.append(_line_row(statement, agreement, line, lang))
    money_row(say(lang, "invoice.net"), statement.net, is_strong=True)
    for tax in statement.tax_lines:
        base = money(tax.base, statement.currency, lang)
        money_row(
            say(lang, "statement.tax", code=tax.code, rate=exact_percent(tax.rate, lang), base=base),
            tax.amount,
        )
    money_row(say(lang, "invoice.total"), statement.total, is_strong=True)
    heads = [say(lang, "column.line")] + [
        f">{say(lang, f'column.{name}')}" for name in ("quantity", "price", "amount")
    ]
    return table(heads, rows, strong=strong)


def _line_row(
    statement: Statement, agreement: Agreement, line: StatementLine, lang: Lang
) -> list[str | Cell]:
    return [
        line_words(agreement, line, lang),
        number(line.quantity, lang) if line.quantity is not None else "",
        price(line.price, statement.currency, lang) if line.price is not None else "",
        Cell(money(line.amount, statement.currency, lang)),
    ]


def _credit_title(agreement: Agreement, credit: CreditLine, lang: Lang) -> str:
    kpi = kpi_title(agreement, credit.kpi, lang)
    return say(lang, "statement.credit", kpi=kpi, window=window(credit.window, lang))


def arithmetic(statement: Statement, agreement: Agreement, lang: Lang) -> Iterator[tuple[str, list[str]]]:
    """Title and steps of every line and credit that has any."""
    for line in (*statement.lines, *statement.extras):
        steps = [*trace_words(line.trace, agreement, lang), *(tell(lang, flag) for flag in line.flags)]
        if steps:
            yield line_words(agreement, line, lang), steps
    for credit in statement.credits:
        steps = trace_words(credit.trace, agreement, lang)
        if steps:
            yield _credit_title(agreement, credit, lang), steps


def notices(statement: Statement, lang: Lang) -> list[str]:
    """Triggers that fired, and flags (missing facts, renegotiation)."""
    found = []
    for trigger in statement.triggers:
        if trigger.fired:
            until = (
                say(lang, "statement.trigger.until", day=day(trigger.use_until, lang))
                if trigger.use_until
                else ""
            )
            right = say(lang, f"right.{trigger.right}")
            found.append(say(lang, "statement.trigger", name=trigger.name, right=right, until=until))
    if statement.e_invoice:
        found.append(say(lang, "statement.e_invoice", number=statement.e_invoice))
    return [*found, *(tell(lang, flag) for flag in statement.flags)]
