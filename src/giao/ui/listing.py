"""The one table over stored rows: few of them (`list_table`, worked on in memory) or any number (`stored_table`, by the database).

Both take `values`, which gives a row's plain values by the columns' names: what is searched, sorted and written into files.
A cell with a template sees the stored row itself as `row.object`, for its buttons.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import polars as pl
from django.db.models import Q, QuerySet
from django.http import HttpRequest

from giao.ui.table import EXPORTS, SIZES, Asked, Chip, Column, Filter, Table, build_table, number_in

TYPES: dict[str, Any] = {
    "instant": pl.Datetime("us", "UTC"),
    "day": pl.Date,
    "number": pl.Int64,
    "percent": pl.Float64,
}
Values = Callable[[Any], Mapping[str, Any]]


def frame_of(objects: Sequence[Any], columns: Sequence[Column], values: Values) -> pl.DataFrame:
    """One row an object, typed by the columns' kinds; `place` is the object's place in the sequence."""
    rows = [values(item) for item in objects]
    more = sorted({name for row in rows for name in row} - {column.name for column in columns})
    schema = {column.name: TYPES.get(column.kind, pl.String) for column in columns}
    schema |= dict.fromkeys(more, pl.String)
    data = {name: [_plain(row.get(name), kind) for row in rows] for name, kind in schema.items()}
    return pl.DataFrame(data, schema=schema).with_columns(place=pl.int_range(pl.len()))


def _plain(value: Any, kind: Any) -> Any:
    return str(value) if kind == pl.String and value is not None else value


def list_table(
    request: HttpRequest, objects: Sequence[Any], columns: Sequence[Column], values: Values, **more: Any
) -> Table:
    """A table of rows that fit into memory with ease (members, tokens, imports). `more`: as for `build_table`.

    At first the rows stand in the order of `objects`.
    """
    frame = frame_of(objects, columns, values)
    table = build_table(request, frame, columns, **{"key": "place", **more})
    return replace(table, rows=[{**row, "object": objects[row["place"]]} for row in table.rows])


def stored_table(
    request: HttpRequest,
    rows: QuerySet[Any],
    columns: Sequence[Column],
    values: Values,
    *,
    name: str,
    orders: Mapping[str, str],
    sort: str,
    search: Sequence[str] = (),
    matching: Callable[[str], Q] | None = None,
    filters: Sequence[Filter] = (),
    where: Mapping[str, Callable[[str], Q]] | None = None,
    prefix: str = "",
    exportable: bool = True,
) -> Table:
    """A table that the database searches, sorts and pages; all its rows are read for a file only.

    orders    columns that sort, with the field they sort by
    search    fields that are searched; `matching` adds what else fits a text (words that are not stored)
    where     how a filter's value selects rows; by default the field of its `column` equals the value
    """
    asked = Asked(request.GET, prefix)
    kept, at_work, chips = rows, [], []
    for one in filters:
        words = dict(one.choices)
        value = asked.get(f"f_{one.name}", "")
        value = value if value in words else ""
        if value:
            chosen = (where or {}).get(one.name)
            kept = kept.filter(chosen(value) if chosen else Q(**{one.column or one.name: value}))
            chips.append(Chip(f"{one.label}: {words[value]}", f"{prefix}f_{one.name}"))
        at_work.append((one, value))
    text = asked.get("q", "").strip()[:200]
    if text:
        kept = kept.filter(_fits(text, search, matching))
    by = asked.get("sort", "") or sort
    if by.lstrip("-") not in orders:
        by = sort
    descending, by = by.startswith("-"), by.lstrip("-")
    kept = kept.order_by(("-" if descending else "") + orders[by], "-pk")
    size = number_in(asked.get("size"), SIZES[1])
    size = size if size in SIZES else SIZES[1]
    total, count = rows.count(), kept.count()
    page = min(max(1, number_in(asked.get("page"), 1)), max(1, -(-count // size)))
    known = tuple(replace(column, sortable=column.name in orders) for column in columns)
    picked = [part for part in asked.getlist("cols") if part in {column.name for column in known}]
    export = asked.get("export", "") if exportable else ""
    export = export if export in EXPORTS else ""
    objects = list(kept if export else kept[(page - 1) * size : page * size])
    frame = frame_of(objects, columns, values)
    return Table(
        name=name,
        columns=tuple(column for column in known if (column.name in picked if picked else column.shown)),
        all_columns=known,
        rows=[{**row, "object": objects[row["place"]]} for row in ([] if export else frame.to_dicts())],
        frame=frame.lazy(),
        count=count,
        total=total,
        page=page,
        size=size,
        sort=by,
        descending=descending,
        search_text=text,
        searchable=True,
        filters=tuple(at_work),
        chips=tuple(chips),
        density="compact" if asked.get("density") == "compact" else "",
        export=export,
        exportable=exportable,
        prefix=prefix,
    )


def _fits(text: str, search: Sequence[str], matching: Callable[[str], Q] | None) -> Q:
    """A pattern, not LIKE: SQLite's LIKE takes capitals for small ones in ASCII alone, and Vietnamese is more than that."""
    found = matching(text) if matching else Q()
    for field in search:
        found |= Q(**{f"{field}__iregex": re.escape(text)})
    return found
