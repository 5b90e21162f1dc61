"""A statement as a sheet of rows: one model that page, PDF and Excel show alike.

Amounts carry their sign as the invoice adds them up (credits are negative); words are in the reader's language.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from django.utils.translation import gettext as _

from giao.core.agreement.document.agreement import Agreement
from giao.core.agreement.results import CreditLine, Statement, StatementLine, TraceStep
from giao.core.report import formats
from giao.core.report.invoice import line_words
from giao.core.report.plain_words.phrases import kpi_title, line_title
from giao.core.report.trace import trace_words
from giao.core.report.words import Lang, known, say
from giao.core.report.words.told import tell

RowKind = Literal["line", "credit", "note", "sum", "plain", "total"]

COUNTED = ("charge.band", "charge.whole", "charge.staff_days", "charge.timesheet")
"""Steps that are quantity × price: they unfold as rows of their own."""


@dataclass(frozen=True)
class Part:
    """One band or role of a line: quantity × price = amount."""

    text: str
    quantity: Decimal
    price: Decimal
    amount: Decimal


@dataclass(frozen=True)
class Row:
    """`line`, `kpi` and `window` say which cases stand behind the row; `steps` are its arithmetic in words."""

    kind: RowKind
    text: str
    amount: Decimal | None
    quantity: Decimal | None = None
    price: Decimal | None = None
    parts: tuple[Part, ...] = ()
    steps: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    line: str = ""
    kpi: str = ""
    window: str = ""

    @property
    def is_plain(self) -> bool:
        """Only a text and an amount."""
        return self.quantity is None and self.price is None

    @property
    def arithmetic(self) -> str:
        """The steps in one line."""
        return "; ".join(self.steps)


@dataclass(frozen=True)
class Block:
    """Rows under one heading; the last is their sum where they have one."""

    name: str
    title: str
    rows: tuple[Row, ...]


def blocks_of(statement: Statement, agreement: Agreement, lang: Lang) -> tuple[Block, ...]:
    """In the order of an invoice: charges, credits, what is booked beside them, tax and total."""
    found = (
        Block("charges", _("Charges"), tuple(_charges(statement, agreement, lang))),
        Block("credits", _("Credits"), tuple(_credits(statement, agreement, lang))),
        Block("booked", _("Other items"), tuple(_booked(statement, agreement, lang))),
        Block("total", _("Total"), tuple(_sums(statement, lang))),
    )
    return tuple(block for block in found if block.rows)


def _charges(statement: Statement, agreement: Agreement, lang: Lang) -> Iterator[Row]:
    for line in statement.lines:
        yield _line_row(line, agreement, lang)
    yield Row("sum", say(lang, "statement.fees"), statement.fees)


def _credits(statement: Statement, agreement: Agreement, lang: Lang) -> Iterator[Row]:
    for credit in statement.credits:
        kpi = kpi_title(agreement, credit.kpi, lang)
        yield Row(
            "credit",
            say(lang, "statement.credit", kpi=kpi, window=formats.window(credit.window, lang)),
            -credit.amount,
            steps=tuple(credit_steps(credit, agreement, lang)),
            kpi=credit.kpi,
            window=credit.window,
        )
    later = statement.settled_credits != statement.credit_total
    if statement.credits:
        yield Row("note" if later else "sum", say(lang, "statement.credit_total"), -statement.credit_total)
    if later:
        steps = []
        if statement.carried_in:
            steps.append(_money_words("statement.carried_in", statement.carried_in, statement, lang))
        if statement.carried_out:
            steps.append(_money_words("statement.carried_out", statement.carried_out, statement, lang))
        yield Row("sum", say(lang, "statement.settled"), -statement.settled_credits, steps=tuple(steps))


def credit_steps(credit: CreditLine, agreement: Agreement, lang: Lang) -> list[str]:
    """Miss, then the arithmetic with repeat and caps, in words."""
    return trace_words((step for step in credit.trace if not _says_nothing(step)), agreement, lang)


def _money_words(message: str, amount: Decimal, statement: Statement, lang: Lang) -> str:
    return f"{say(lang, message)}: {formats.money(amount, statement.currency, lang)}"


def _booked(statement: Statement, agreement: Agreement, lang: Lang) -> Iterator[Row]:
    for back in statement.earned_back_lines:
        kpi = kpi_title(agreement, back.kpi, lang)
        month = formats.window(back.credit_month, lang)
        yield Row("plain", say(lang, "statement.earned_back", kpi=kpi, month=month), back.amount)
    if statement.bonus:
        yield Row("plain", say(lang, "statement.bonus"), statement.bonus)
    for item in statement.adjustments:
        text = say(
            lang,
            "statement.adjustment",
            month=formats.window(item.month, lang),
            line=_booked_title(item.line, agreement, lang),
            old=formats.money(item.old, statement.currency, lang),
            new=formats.money(item.new, statement.currency, lang),
        )
        yield Row("plain", text, item.amount)
    for line in statement.extras:
        yield _line_row(line, agreement, lang)


def _booked_title(name: str, agreement: Agreement, lang: Lang) -> str:
    """The title of an amount that was booked: a charge line, or one of the library's names for a credit."""
    for start, message in (("credit ", "statement.credit"), ("earned back ", "statement.earned_back")):
        kpi, _space, window = name.removeprefix(start).rpartition(" ")
        if name.startswith(start) and kpi:
            shown = formats.window(window, lang)
            return say(lang, message, kpi=kpi_title(agreement, kpi, lang), window=shown, month=shown)
    return say(lang, "statement.bonus") if name == "bonus" else line_title(agreement, name, lang)


def _sums(statement: Statement, lang: Lang) -> Iterator[Row]:
    yield Row("sum", say(lang, "invoice.net"), statement.net)
    for tax in statement.tax_lines:
        base = formats.money(tax.base, statement.currency, lang)
        rate = formats.exact_percent(tax.rate, lang)
        yield Row("plain", say(lang, "statement.tax", code=tax.code, rate=rate, base=base), tax.amount)
    title = _("Credit note: owed to the client") if statement.total < 0 else say(lang, "invoice.total")
    yield Row("total", title, statement.total)


def _line_row(line: StatementLine, agreement: Agreement, lang: Lang) -> Row:
    parts = tuple(_parts(line, lang))
    steps = [step for step in line.trace if step.what not in COUNTED and not _says_nothing(step)]
    return Row(
        "line",
        line_words(agreement, line, lang),
        line.amount,
        line.quantity,
        line.price,
        parts if len(parts) > 1 or line.price is None else (),
        tuple(trace_words(steps, agreement, lang)),
        tuple(tell(lang, flag) for flag in line.flags),
        line=line.name,
    )


def _says_nothing(step: TraceStep) -> bool:
    """A rounding to the last cent, or a whole period at its price: the row's own figures say it already."""
    numbers = dict(step.numbers)
    if step.what in ("charge.rounded", "credit.rounded"):
        return True
    return step.what == "charge.fixed" and numbers.get("days") == numbers.get("of")


def _parts(line: StatementLine, lang: Lang) -> Iterator[Part]:
    reached = Decimal(0)
    for step in line.trace:
        numbers = dict(step.numbers)
        if step.what == "charge.before":
            reached = Decimal(numbers["units"])
        if step.what not in COUNTED:
            continue
        quantity = _exact(numbers, "units", "days", "hours")
        price = _exact(numbers, "price", "rate")
        amount = _exact(numbers, "amount")
        if step.what == "charge.band" and line.kind != "arc_rrc":
            first, reached = reached, reached + quantity
            whole = first == int(first) and reached == int(reached)
            bounds = {
                "first": formats.number(first + 1 if whole else first, lang),
                "last": formats.number(reached, lang),
            }
            text = _("%(first)s to %(last)s") % bounds
        elif step.what == "charge.band":
            text = _("beyond the baseline")
        elif step.what == "charge.whole":
            text = _("the band that the volume reaches")
        else:
            text = numbers.get("role", "")
        yield Part(text, quantity, price, amount)


def _exact(numbers: Mapping[str, str], *names: str) -> Decimal:
    """The first of these numbers that is there, as a decimal (fractions to six places)."""
    text = next((numbers[name] for name in names if name in numbers), "0")
    found = Fraction(text)
    return formats.rounded(found, 6).normalize() if found.denominator != 1 else Decimal(found.numerator)


def notices_of(statement: Statement, lang: Lang) -> list[str]:
    """Flags of the statement and its lines: a missing index, a renegotiation, blank quantities."""
    flags = [*statement.flags, *(flag for line in _lines(statement) for flag in line.flags)]
    return [tell(lang, flag) for flag in dict.fromkeys(flags)]


def _lines(statement: Statement) -> Iterable[StatementLine]:
    return (*statement.lines, *statement.extras)


@dataclass(frozen=True)
class Trigger:
    """A named condition of the agreement: what right it gives, whether it fired, until when it can be used."""

    name: str
    right: str
    fired: bool
    use_until: date | None
    late: bool


def triggers_of(statement: Statement, lang: Lang, today: date) -> list[Trigger]:
    found = []
    for item in statement.triggers:
        key = f"right.{item.right}"
        right = say(lang, key) if known(key) else item.right.replace("_", " ")
        late = item.use_until is not None and item.use_until < today
        found.append(Trigger(item.name, right, item.fired, item.use_until, late))
    return found
