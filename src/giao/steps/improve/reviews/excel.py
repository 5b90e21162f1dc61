"""A statement as an Excel sheet: numbers are numbers, texts are texts (nothing in them runs as a formula)."""

from __future__ import annotations

import io
from decimal import Decimal
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _

from giao.core.agreement.pricing.currency import minor_units
from giao.core.agreement.results import Statement
from giao.steps.improve.reviews.head import Head
from giao.steps.improve.reviews.sheet import Block, Row
from giao.ui.export import CONTROL
from giao.ui.states import state_named

OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
HEADS = 6
"""Lines above the table: title, engagement, parties, state, caps, a blank one."""


def statement_workbook(head: Head, statement: Statement, blocks: tuple[Block, ...]) -> bytes:
    """The file's bytes."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, OPTIONS)
    book.set_properties({"title": head.title, "subject": head.engagement})
    sheet = book.add_worksheet(statement.month)
    looks = _looks(book, minor_units(statement.currency))
    for column, width in enumerate((52, 12, 16, 18, 80)):
        sheet.set_column(column, column, width)
    sheet.fit_to_pages(1, 0)
    sheet.set_landscape()
    _head(sheet, head, statement, looks)
    labels = (
        _("Line"),
        _("Quantity"),
        _("Price"),
        f"{_('Amount')} ({statement.currency})",
        _("How it came about"),
    )
    for column, label in enumerate(labels):
        sheet.write_string(HEADS, column, label, looks["head"])
    sheet.freeze_panes(HEADS + 1, 0)
    line = HEADS + 1
    for block in blocks:
        sheet.write_string(line, 0, _text(block.title), looks["block"])
        line += 1
        for row in block.rows:
            line = _row(sheet, line, row, looks)
    line += 1
    fired = [f"{item.name}: {item.right}" for item in head.triggers if item.fired]
    for text in (*head.notices, *fired):
        sheet.write_string(line, 0, _text(text), looks["note"])
        line += 1
    sheet.write_string(line, 0, f"SHA-256 {head.hash}", looks["note"])
    book.close()
    return out.getvalue()


def _looks(book: Any, decimals: int) -> dict[str, Any]:
    money = "#,##0" + ("." + "0" * decimals if decimals else "")
    plain = {"valign": "top"}
    return {
        "title": book.add_format({"bold": True, "font_size": 15}),
        "head": book.add_format({"bold": True, "bottom": 1}),
        "block": book.add_format({"bold": True, "font_size": 12, "top": 1}),
        "text": book.add_format({**plain, "text_wrap": True}),
        "strong": book.add_format({**plain, "text_wrap": True, "bold": True, "top": 1}),
        "money": book.add_format({**plain, "num_format": money}),
        "strong_money": book.add_format({**plain, "num_format": money, "bold": True, "top": 1}),
        "price": book.add_format({**plain, "num_format": "#,##0.######"}),
        "note": book.add_format({"font_color": "#4d5968", "text_wrap": True, "valign": "top"}),
        "part": book.add_format({"font_color": "#4d5968", "indent": 2}),
        "part_money": book.add_format({"font_color": "#4d5968", "num_format": money}),
        "part_price": book.add_format({"font_color": "#4d5968", "num_format": "#,##0.######"}),
    }


def _head(sheet: Any, head: Head, statement: Statement, looks: dict[str, Any]) -> None:
    sheet.write_string(0, 0, _text(head.title), looks["title"])
    sheet.write_string(1, 0, _text(head.engagement))
    sheet.write_string(2, 0, _text(f"{head.vendor} → {head.client}"))
    sheet.write_string(3, 0, _text(f"{state_named(head.review).word} · {head.closes_words}"))
    if head.cap is not None:
        sheet.write_string(4, 0, _("Amount at risk, and credits of the month"))
        _number(sheet, 4, 2, head.cap, looks["money"])
        _number(sheet, 4, 3, head.credits, looks["money"])


def _row(sheet: Any, line: int, row: Row, looks: dict[str, Any]) -> int:
    strong = row.kind in ("sum", "total")
    sheet.write_string(line, 0, _text(row.text), looks["strong" if strong else "text"])
    _number(sheet, line, 1, row.quantity, looks["price"])
    _number(sheet, line, 2, row.price, looks["price"])
    _number(sheet, line, 3, row.amount, looks["strong_money" if strong else "money"])
    told = "; ".join(part for part in (row.arithmetic, *row.flags) if part)
    if told:
        sheet.write_string(line, 4, _text(told), looks["note"])
    for part in row.parts:
        line += 1
        sheet.set_row(line, None, None, {"level": 1})
        sheet.write_string(line, 0, _text(part.text), looks["part"])
        _number(sheet, line, 1, part.quantity, looks["part_price"])
        _number(sheet, line, 2, part.price, looks["part_price"])
        _number(sheet, line, 3, part.amount, looks["part_money"])
    return line + 1


def _number(sheet: Any, line: int, column: int, value: Decimal | None, look: Any) -> None:
    if value is not None:
        sheet.write_number(line, column, float(value), look)


def _text(text: str) -> str:
    return text.translate(CONTROL)[:32_767]
