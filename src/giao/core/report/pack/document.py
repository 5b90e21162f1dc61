"""A pack as plain data: sections of fields, sentences, lists and tables, every text in the reader's language."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from giao.core.report.words import Lang

Align = Literal["left", "right"]


@dataclass(frozen=True)
class Bar:
    """One window of a trend: `height` from 0 to 1 of the tallest, None without data."""

    height: float | None
    state: str


@dataclass(frozen=True)
class PackCell:
    """`state` colours its sign; `bars` is a trend drawn before the text, `told` what it says to who cannot see it."""

    text: str
    state: str = ""
    bars: tuple[Bar, ...] = ()
    told: str = ""


@dataclass(frozen=True)
class PackRow:
    """`notes` stand below the first cell, over the whole width: the arithmetic of a line."""

    cells: tuple[PackCell, ...]
    notes: tuple[str, ...] = ()
    strong: bool = False


@dataclass(frozen=True)
class PackColumn:
    """`width`: share of the free width, 0 for as wide as its texts."""

    title: str
    align: Align = "left"
    width: int = 0


@dataclass(frozen=True)
class PackTable:
    columns: tuple[PackColumn, ...]
    rows: tuple[PackRow, ...]
    kind: Literal["table"] = "table"


@dataclass(frozen=True)
class Fields:
    """Names and values; `code`: the values are codes (hashes), set as such."""

    rows: tuple[tuple[str, str], ...]
    code: bool = False
    kind: Literal["fields"] = "fields"


@dataclass(frozen=True)
class Sentences:
    """Paragraphs, or a list; `soft`: beside the matter."""

    texts: tuple[str, ...]
    listed: bool = False
    soft: bool = False
    kind: Literal["sentences"] = "sentences"


@dataclass(frozen=True)
class Code:
    """A line to type."""

    text: str
    kind: Literal["code"] = "code"


Part = PackTable | Fields | Sentences | Code


@dataclass(frozen=True)
class Heading:
    """A smaller heading inside a section."""

    text: str
    kind: Literal["heading"] = "heading"


@dataclass(frozen=True)
class Section:
    title: str
    parts: tuple[Part | Heading, ...]


@dataclass(frozen=True)
class Document:
    """`state`: draft, reviewed or closed, `state_words` the same as told; `date`: the day at which the numbers stand."""

    lang: Lang
    title: str
    subtitle: str
    author: str
    state: str
    state_words: str
    date: tuple[int, int, int]
    cover: tuple[Part, ...]
    sections: tuple[Section, ...]
    contents: str
    foot: str
    page: str
    keywords: tuple[str, ...] = field(default=())


def row(*cells: str | PackCell, notes: tuple[str, ...] = (), strong: bool = False) -> PackRow:
    return PackRow(
        tuple(cell if isinstance(cell, PackCell) else PackCell(cell) for cell in cells), notes, strong
    )


def columns(*titles: str, widths: tuple[int, ...] = ()) -> tuple[PackColumn, ...]:
    """A title that starts with ``>`` is aligned right; without `widths` the first column takes what is free."""
    shares = widths or (1, *(0 for _ in titles[1:]))
    return tuple(
        PackColumn(title.lstrip(">"), "right" if title.startswith(">") else "left", share)
        for title, share in zip(titles, shares, strict=True)
    )
