"""Tables as plain data, rendered as text for a terminal, as HTML, and as CSV that a spreadsheet does not execute."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from giao.core.report.svg import Markup, element

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


@dataclass(frozen=True)
class Cell:
    """What a cell shows; `state` is a class (met, minimum_default, …), `href` where it leads, `title` the hover."""

    text: str
    state: str = ""
    href: str | None = None
    title: str | None = None
    markup: Markup | None = None


@dataclass(frozen=True)
class Column:
    title: str
    align: Literal["left", "right"] = "left"


@dataclass(frozen=True)
class Table:
    """Columns and rows; `caption` says what is in it, `strong` are the numbers of rows that sum up."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    caption: str = ""
    strong: frozenset[int] = field(default_factory=frozenset)


def table(
    columns: Sequence[str | Column],
    rows: Sequence[Sequence[str | Cell]],
    *,
    caption: str = "",
    strong: Sequence[int] = (),
) -> Table:
    """A table from plain texts; a column title that starts with ``>`` is aligned right."""
    heads = tuple(
        column
        if isinstance(column, Column)
        else Column(column.lstrip(">"), "right" if column.startswith(">") else "left")
        for column in columns
    )
    cells = tuple(tuple(cell if isinstance(cell, Cell) else Cell(cell) for cell in row) for row in rows)
    return Table(heads, cells, caption, frozenset(strong))


def width_of(text: str) -> int:
    """Columns that a text takes in a terminal: combining marks none, wide characters two."""
    return sum(
        0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1
        for char in text
    )


def terminal_text(text: str) -> str:
    """Text without anything that would steer a terminal (escape sequences, line ends) or turn its direction."""
    return "".join("\ufffd" if unicodedata.category(char) in ("Cc", "Cf", "Cs") else char for char in text)


def render_text(found: Table, most: int = 60) -> str:
    """Aligned columns for a terminal, long texts cut with an ellipsis."""
    shown = [[_cut(terminal_text(cell.text), most) for cell in row] for row in found.rows]
    heads = [_cut(terminal_text(column.title), most) for column in found.columns]
    widths = [
        max([width_of(head), *(width_of(row[index]) for row in shown)]) for index, head in enumerate(heads)
    ]
    lines = [_line(heads, widths, found.columns), "  ".join("─" * width for width in widths)]
    for index, row in enumerate(shown):
        if index in found.strong and index:
            lines.append("  ".join("─" * width for width in widths))
        lines.append(_line(row, widths, found.columns))
    return "\n".join(([found.caption] if found.caption else []) + [line.rstrip() for line in lines])


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


def _line(texts: Sequence[str], widths: Sequence[int], columns: Sequence[Column]) -> str:
    parts = []
    for text, width, column in zip(texts, widths, columns, strict=True):
        room = " " * (width - width_of(text))
        parts.append(room + text if column.align == "right" else text + room)
    return "  ".join(parts)


def render_html(found: Table, *, class_: str = "") -> Markup:
    """A table element; every text escaped."""
    head = element(
        "tr", [element("th", column.title, scope="col", class_=_align(column)) for column in found.columns]
    )
    body = [
        element(
            "tr",
            [
                _cell(cell, column, index == 0)
                for index, (cell, column) in enumerate(zip(row, found.columns, strict=True))
            ],
            class_="strong" if number in found.strong else None,
        )
        for number, row in enumerate(found.rows)
    ]
    caption = element("caption", found.caption) if found.caption else None
    return element(
        "div",
        element("table", caption, element("thead", head), element("tbody", body), class_=class_ or None),
        class_="scroll",
    )


def _align(column: Column) -> str | None:
    return "right" if column.align == "right" else None


def _cell(cell: Cell, column: Column, first: bool) -> Markup:
    inner = (
        cell.markup
        if cell.markup is not None
        else element("a", cell.text, href=cell.href)
        if cell.href
        else cell.text
    )
    classes = " ".join(
        part for part in (_align(column) or "", f"state-{cell.state}" if cell.state else "") if part
    )
    if first:
        return element("th", inner, scope="row", class_=classes or None, title=cell.title)
    return element("td", inner, class_=classes or None, title=cell.title)


def render_csv(found: Table) -> str:
    """CSV with a head; texts that a spreadsheet would run as a formula get an apostrophe."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([safe_for_sheet(column.title) for column in found.columns])
    writer.writerows([[safe_for_sheet(cell.text) for cell in row] for row in found.rows])
    return out.getvalue()


def safe_for_sheet(text: str) -> str:
    """A text as a spreadsheet shows it, never as a formula; numbers such as -5.2 stay numbers."""
    if not text.startswith(_FORMULA):
        return text
    try:
        float(text)
    except ValueError:
        return f"'{text}"
    return text
