"""A table over a Polars frame, worked on the server: search, filter, sort, choose columns, page, export.

Everything that is chosen stands in the address (`q`, `sort`, `page`, `size`, `cols`, `density`, `f_<filter>`), so that it can
be sent to a colleague, or kept as a saved view. Two tables on one page: one of them has a `prefix` for its names in the
address. 100,000 rows cost one lazy query: count and one page.

    table = build_table(request, frame, columns, search=("case",), filters=(Filter("state", _("State"), choices),))
    if table.export:
        return export_table(table, "cases")
    return render(request, "….html", {"table": table})       # {% data_table table %}
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import polars as pl
from django.http import HttpRequest, QueryDict

Kind = Literal[
    "text", "number", "percent", "instant", "day", "duration", "business", "state", "money", "markup"
]
Row = Mapping[str, Any]
RIGHT = {"number", "percent", "duration", "business", "money"}
SIZES = (25, 50, 100, 250)
EXPORTS = ("csv", "xlsx")


@dataclass(frozen=True)
class Column:
    """One column. `name` is the frame's; `link` gives the address of a row's cell; `shown` False: only when chosen.

    `text` replaces the cell's value by words (also in exports, unless `file` says what a file holds there); `currency`
    belongs to kind money; `day_us` to kind business; `head`: its cells are the heads of their rows; `css` on its cells.
    `template` draws the cell with the page's context and `row` (buttons, lists); a file holds the value.
    """

    name: str
    label: Any
    kind: Kind = "text"
    sortable: bool = True
    shown: bool = True
    link: Callable[[Row], str | None] | None = None
    text: Callable[[Row], Any] | None = None
    file: Callable[[Row], Any] | None = None
    decimals: int | None = None
    currency: str = ""
    day_us: int | None = None
    title: Any = ""
    head: bool = False
    css: str = ""
    numeric: bool = False
    template: str = ""

    @property
    def right(self) -> bool:
        return self.numeric or self.kind in RIGHT


@dataclass(frozen=True)
class Filter:
    """A choice among values of a column. `choices`: (value in the address, words). `where`: how a value selects rows;
    by default the column equals the value."""

    name: str
    label: Any
    choices: Sequence[tuple[str, Any]]
    column: str = ""
    where: Callable[[str], pl.Expr] | None = None

    def expression(self, value: str) -> pl.Expr:
        if self.where is not None:
            return self.where(value)
        return pl.col(self.column or self.name).cast(pl.String) == value


@dataclass(frozen=True)
class Chip:
    """A filter at work, in words; `without` are the parts of the address that removing it clears."""

    label: str
    without: str


@dataclass(frozen=True)
class Table:
    """What the template shows. `rows` holds one page; `frame` all rows that fit, sorted (for the export)."""

    name: str
    columns: tuple[Column, ...]
    all_columns: tuple[Column, ...]
    rows: list[dict[str, Any]]
    frame: pl.LazyFrame
    count: int
    total: int
    page: int
    size: int
    sort: str
    descending: bool
    search_text: str
    searchable: bool
    filters: tuple[tuple[Filter, str], ...]
    chips: tuple[Chip, ...]
    density: str
    export: str
    sizes: tuple[int, ...] = SIZES
    exportable: bool = True
    prefix: str = ""
    css: str = ""
    row_class: Callable[[Row], str] | None = None
    foot: Row | None = None

    @property
    def pages(self) -> int:
        return max(1, -(-self.count // self.size))

    @property
    def first(self) -> int:
        return (self.page - 1) * self.size + 1 if self.count else 0

    @property
    def last(self) -> int:
        return min(self.page * self.size, self.count)


def build_table(
    request: HttpRequest,
    frame: pl.LazyFrame | pl.DataFrame,
    columns: Sequence[Column],
    *,
    name: str = "rows",
    search: Sequence[str] = (),
    filters: Sequence[Filter] = (),
    sort: str = "",
    key: str = "",
    exportable: bool = True,
    chips: Sequence[Chip] = (),
    prefix: str = "",
    css: str = "",
    row_class: Callable[[Row], str] | None = None,
    foot: Row | None = None,
) -> Table:
    """Read the choices from the address and fetch one page.

    sort   the column sorted by at first, ``-name`` for descending
    key    a column that is unique: ties are broken by it, so that paging never loses a row (default: the first column)
    chips  filters that the view itself applied to `frame`, shown beside ours
    prefix before our names in the address, where a page has a second table
    css    a class of the table; `row_class` one of each row
    foot   a last row (sums), by the columns' names; files leave it out
    A choice that makes no sense (an unknown column, page 0) is ignored, never an error.
    """
    asked = Asked(request.GET, prefix)
    whole = frame.lazy()
    known = {column.name: column for column in columns}
    kept, at_work, found_chips = _filtered(whole, filters, asked)
    text = asked.get("q", "").strip()[:200] if search else ""
    if text:
        kept = kept.filter(contains(search, text))
    by = asked.get("sort", "") or sort
    descending, by = by.startswith("-"), by.lstrip("-")
    if by not in known or not known[by].sortable:
        descending, by = sort.startswith("-"), sort.lstrip("-")
    kept = _sorted(kept, by, descending, key or columns[0].name)
    size = number_in(asked.get("size"), SIZES[1])
    size = size if size in SIZES else SIZES[1]
    counts = pl.collect_all([whole.select(pl.len()), kept.select(pl.len())])
    total, count = int(counts[0].item()), int(counts[1].item())
    page = min(max(1, number_in(asked.get("page"), 1)), max(1, -(-count // size)))
    chosen = [part for part in asked.getlist("cols") if part in known]
    shown = tuple(column for column in columns if (column.name in chosen if chosen else column.shown))
    export = asked.get("export", "") if exportable else ""
    rows = [] if export in EXPORTS else kept.slice((page - 1) * size, size).collect().to_dicts()
    return Table(
        name=name,
        columns=shown,
        all_columns=tuple(columns),
        rows=rows,
        frame=kept,
        count=count,
        total=total,
        page=page,
        size=size,
        sort=by,
        descending=descending,
        search_text=text,
        searchable=bool(search),
        filters=at_work,
        chips=(*chips, *found_chips),
        density="compact" if asked.get("density") == "compact" else "",
        export=export if export in EXPORTS else "",
        exportable=exportable,
        prefix=prefix,
        css=css,
        row_class=row_class,
        foot=foot,
    )


@dataclass(frozen=True)
class Asked:
    """What the address says of one table."""

    query: QueryDict
    prefix: str

    def get(self, name: str, default: str = "") -> str:
        return self.query.get(self.prefix + name, default) or default

    def getlist(self, name: str) -> list[str]:
        return self.query.getlist(self.prefix + name)


def _filtered(
    frame: pl.LazyFrame, filters: Sequence[Filter], asked: Asked
) -> tuple[pl.LazyFrame, tuple[tuple[Filter, str], ...], list[Chip]]:
    at_work, chips = [], []
    for one in filters:
        value = asked.get(f"f_{one.name}", "")
        words = dict(one.choices)
        if value not in words:
            value = ""
        if value:
            frame = frame.filter(one.expression(value))
            chips.append(Chip(f"{one.label}: {words[value]}", f"{asked.prefix}f_{one.name}"))
        at_work.append((one, value))
    return frame, tuple(at_work), chips


def contains(names: Sequence[str], text: str) -> pl.Expr:
    """Any of the columns contains the text, whatever its capitals; the text is no pattern."""
    small = text.lower()
    return pl.any_horizontal(
        pl.col(name).cast(pl.String).str.to_lowercase().str.contains(small, literal=True).fill_null(False)
        for name in names
    )


def _sorted(frame: pl.LazyFrame, by: str, descending: bool, key: str) -> pl.LazyFrame:
    if not by:
        return frame
    if by == key:
        return frame.sort(by, descending=descending, nulls_last=True)
    return frame.sort([by, key], descending=[descending, False], nulls_last=True)


def number_in(text: str | None, default: int) -> int:
    try:
        return int(text or default)
    except ValueError:
        return default
