"""Read a vendor's invoice from CSV or Excel: a row a line, columns found by their headings in English or Vietnamese.

Numbers may be written 1,234.50 or 1.234,50: the file as a whole decides, and a file that leaves it open is refused with
the question rather than read a thousand times wrong.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Literal

from giao.core.log.dialect import detect_delimiter, detect_encoding
from giao.core.told import told

Field = Literal["line", "quantity", "price", "amount"]
FIELDS: tuple[Field, ...] = ("line", "quantity", "price", "amount")

HEADINGS: Mapping[Field, frozenset[str]] = {
    "line": frozenset(
        """line|item|description|charge|charge line|service|name|product|particulars
        |diễn giải|nội dung|khoản phí|tên hàng hóa, dịch vụ|tên hàng hoá, dịch vụ|hàng hóa, dịch vụ|dịch vụ|mô tả""".replace(
            "\n        ", ""
        ).split("|")
    ),
    "quantity": frozenset(
        ("quantity", "qty", "units", "volume", "hours", "days", "số lượng", "sl", "khối lượng")
    ),
    "price": frozenset(("price", "unit price", "rate", "unit rate", "đơn giá", "giá")),
    "amount": frozenset(
        (
            "amount",
            "total",
            "line total",
            "net",
            "net amount",
            "sum",
            "value",
            "thành tiền",
            "số tiền",
            "giá trị",
        )
    ),
}
"""What a heading is called, in small letters."""

MOST_LINES = 20_000
_SPACES = re.compile(r"[\s\u00a0\u202f]+")
_SIGN = re.compile(r"^[^\d(+\-−.,]*|[^\d).,]*$")
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?|[+-]?\.\d+")


class InvoiceUnreadable(ValueError):
    """The file is no invoice that can be read; the sentence says what was found and how to mend it."""


@dataclass(frozen=True)
class InvoiceLine:
    """One line as the vendor wrote it. `row`: its row in the file, from 1, headings included."""

    name: str
    amount: Decimal
    quantity: Decimal | None = None
    price: Decimal | None = None
    row: int = 0


@dataclass(frozen=True)
class VendorInvoice:
    """The lines, the rows that were set aside (row, reason), and the total if the file has a row that says so."""

    lines: tuple[InvoiceLine, ...]
    set_aside: tuple[tuple[int, str], ...] = ()
    stated_total: Decimal | None = None

    @property
    def total(self) -> Decimal:
        return sum((line.amount for line in self.lines), Decimal(0))


def read_invoice(
    content: bytes,
    file_name: str,
    *,
    columns: Mapping[Field, str] | None = None,
    decimal: Literal[".", ","] | None = None,
) -> VendorInvoice:
    """An invoice from a file's bytes; `.xlsx`, `.xls` and `.ods` are sheets (the first is read), anything else is CSV.

    columns  headings to use for a field, where they are not found by themselves
    decimal  the decimal sign, where the file does not show it
    Raises InvoiceUnreadable.
    """
    if file_name.lower().endswith((".xlsx", ".xls", ".xlsm", ".ods")):
        return invoice_from_rows(_sheet(content), columns=columns, decimal=decimal)
    text = content.decode(detect_encoding(content[:262_144]), errors="replace")
    delimiter = detect_delimiter(text[:65_536])
    return invoice_from_rows(
        csv.reader(io.StringIO(text), delimiter=delimiter), columns=columns, decimal=decimal
    )


def invoice_from_rows(
    rows: Iterable[Sequence[object]],
    *,
    columns: Mapping[Field, str] | None = None,
    decimal: Literal[".", ","] | None = None,
) -> VendorInvoice:
    """An invoice from rows of cells; the first row in which headings are recognised begins the table."""
    table = [[_text(cell) for cell in row] for row in rows]
    head, places = _headings(table, columns or {})
    body = [
        (number, row) for number, row in enumerate(table[head + 1 :], head + 2) if any(cell for cell in row)
    ]
    if len(body) > MOST_LINES:
        raise InvoiceUnreadable(
            told("invoice.too_long", "the invoice has {count} lines; at most {most} are matched",
                 count=len(body), most=MOST_LINES)
        )  # fmt: skip
    sign = decimal or _decimal_sign(
        cell
        for _number, row in body
        for field, place in places.items()
        if field != "line" and (cell := _at(row, place))
    )
    lines: list[InvoiceLine] = []
    aside: list[tuple[int, str]] = []
    stated: Decimal | None = None
    for number, row in body:
        name = _at(row, places["line"])
        amount = _number(_at(row, places["amount"]), sign)
        if _is_total(name):
            stated = amount if amount is not None else stated
        elif not name:
            aside.append((number, told("invoice.no_name", "it has no name of a charge line")))
        elif amount is None:
            found = _at(row, places["amount"])
            aside.append((number, told("invoice.no_amount", "{found} is no amount", found=repr(found))))
        else:
            quantity, price = (
                _number(_at(row, places[field]), sign) if field in places else None
                for field in ("quantity", "price")
            )
            lines.append(InvoiceLine(name, amount, quantity, price, number))
    if not lines:
        raise InvoiceUnreadable(
            told("invoice.no_lines", "no line with a name and an amount was found below the headings")
        )
    return VendorInvoice(tuple(lines), tuple(aside), stated)


def _headings(table: list[list[str]], columns: Mapping[Field, str]) -> tuple[int, dict[Field, int]]:
    """The row of the headings and where each field stands in it."""
    names = {
        field: frozenset((columns[field].strip().lower(),)) if field in columns else HEADINGS[field]
        for field in FIELDS
    }
    for number, row in enumerate(table[:50]):
        small = [cell.lower().rstrip(":*") for cell in row]
        places: dict[Field, int] = {}
        for field in FIELDS:
            place = next((place for place, cell in enumerate(small) if cell in names[field]), None)
            if place is not None and place not in places.values():
                places[field] = place
        if "line" in places and "amount" in places:
            return number, places
    found = next((row for row in table if any(row)), [])
    raise InvoiceUnreadable(
        told(
            "invoice.no_headings",
            "no row has headings for the charge line and its amount (such as Description, Quantity, Unit price, Amount); "
            "found: {found}",
            found=", ".join(cell for cell in found[:12] if cell) or "-",
        )
    )


def _is_total(name: str) -> bool:
    return name.lower().rstrip(":") in (
        "total", "grand total", "invoice total", "total due", "tổng", "tổng cộng", "tổng tiền thanh toán", "cộng"
    )  # fmt: skip


def _at(row: list[str], place: int) -> str:
    return row[place] if place < len(row) else ""


def _text(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float):
        # repr is the shortest text that reads back as this number: what a person typed into the sheet.
        return repr(int(cell)) if cell.is_integer() else repr(cell)
    return _SPACES.sub(" ", str(cell)).strip()


def _decimal_sign(texts: Iterable[str]) -> Literal[".", ","]:
    """The decimal sign that all numbers of the file agree with; refused where 1.234 could be either."""
    points, commas, open_question = False, False, ""
    for text in texts:
        bare = _bare(text)
        last_point, last_comma = bare.rfind("."), bare.rfind(",")
        if last_point >= 0 and last_comma >= 0:
            points |= last_point > last_comma
            commas |= last_comma > last_point
            continue
        for sign, place in ((".", last_point), (",", last_comma)):
            if place < 0:
                continue
            grouped = bare.count(sign) > 1
            if grouped or len(bare) - place - 1 != 3:
                points |= (sign == ".") != grouped
                commas |= (sign == ",") != grouped
            else:
                open_question = open_question or text
    if points and commas:
        raise InvoiceUnreadable(
            told(
                "invoice.two_signs",
                "some numbers use a decimal point and some a decimal comma; write them one way",
            )
        )
    if not points and not commas and open_question:
        raise InvoiceUnreadable(
            told(
                "invoice.which_sign",
                "{found} could be read two ways; say which sign the invoice uses for decimals",
                found=repr(open_question),
            )
        )
    return "," if commas else "."


def _bare(text: str) -> str:
    """Digits and signs only: currency names, spaces and brackets around them taken away."""
    return _SIGN.sub("", text.replace(" ", "")).strip("()+-−")


def _number(text: str, sign: str) -> Decimal | None:
    """A number, `(1,200)` and `−1,200` being negative; None where the text is none."""
    spaceless = text.replace(" ", "").replace("−", "-")
    negative = spaceless.startswith("(") and spaceless.endswith(")")
    bare = _SIGN.sub("", spaceless).strip("()")
    other = "," if sign == "." else "."
    plain = bare.replace(other, "").replace(sign, ".")
    if not _NUMBER.fullmatch(plain):
        return None
    try:
        found = Decimal(plain)
    except InvalidOperation:  # pragma: no cover  the pattern lets no such text through
        return None
    return -found if negative else found


def _sheet(content: bytes) -> list[tuple[object, ...]]:
    import fastexcel

    try:
        book = fastexcel.read_excel(content)
        sheet = book.load_sheet(0, header_row=None, dtypes="string")
    except Exception as error:
        raise InvoiceUnreadable(
            told("invoice.no_sheet", "the file does not open as a spreadsheet: {why}", why=str(error)[:200])
        ) from error
    return list(sheet.to_polars().iter_rows())
