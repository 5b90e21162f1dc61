"""Pages by cursor: `limit` and `cursor` go in, `items` and `next` come out.

A cursor says after which row the next page begins, never how many were seen: rows that come or go meanwhile make no
duplicate and no gap. It is opaque, and good only for the address and filters that gave it.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, TypeVar
from uuid import UUID

import polars as pl
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext as _

from giao.kernel.identity.problems import Problem

M = TypeVar("M", bound=models.Model)
T = TypeVar("T")

LIMIT, MOST = 50, 500
FREE = frozenset({"cursor", "limit"})
"""Parameters that may differ from page to page."""


@dataclass(frozen=True)
class Asked:
    """`after`: what the cursor says (empty: the first page). `mark`: the address and filters that it is good for."""

    limit: int
    after: dict[str, Any]
    mark: str

    def cursor(self, **after: Any) -> str:
        text = json.dumps({"m": self.mark, **after}, default=str, separators=(",", ":"))
        return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def asked_page(request: HttpRequest) -> Asked:
    """Raises Problem 400 for a cursor of another list, 422 for a limit that is none."""
    mark = _mark(request)
    text = request.GET.get("limit", "") or str(LIMIT)
    if not text.isdecimal() or not 1 <= int(text[:9]) <= MOST:
        why = _("“limit” is a whole number from 1 to %(most)s.") % {"most": MOST}
        raise Problem(422, "Not understood", why, errors=[{"at": "query.limit", "why": why}])
    cursor = request.GET.get("cursor", "")
    return Asked(int(text), _read(cursor, mark) if cursor else {}, mark)


def _mark(request: HttpRequest) -> str:
    kept = sorted(
        (name, value) for name, values in request.GET.lists() if name not in FREE for value in values
    )
    return hashlib.sha256(json.dumps([request.path, kept]).encode()).hexdigest()[:12]


def _read(cursor: str, mark: str) -> dict[str, Any]:
    try:
        found = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if found.pop("m") == mark:
            return dict(found)
    except (ValueError, TypeError, AttributeError, KeyError, RecursionError):
        pass
    raise bad_cursor()


def bad_cursor() -> Problem:
    return Problem(
        400,
        "Bad cursor",
        _("The cursor belongs to another list or to other filters: begin without one."),
        errors=[{"at": "query.cursor", "why": _("not a cursor of this list")}],
    )


def page_of(rows: models.QuerySet[M], asked: Asked) -> tuple[list[M], str | None]:
    """(newest first, the next cursor) of rows whose key is ordered by time (UUIDv7)."""
    if asked.after:
        try:
            rows = rows.filter(pk__lt=UUID(str(asked.after["k"])))
        except (KeyError, ValueError) as error:
            raise bad_cursor() from error
    found = list(rows.order_by("-pk")[: asked.limit + 1])
    if len(found) <= asked.limit:
        return found, None
    return found[:-1], asked.cursor(k=str(found[-2].pk))


def list_page(
    items: Sequence[T], asked: Asked, key: Callable[[T], Sequence[str]], *, falling: bool = False
) -> tuple[list[T], str | None]:
    """A page of what is small enough to be had whole, in the order of its unique key (`falling`: from the greatest)."""
    ordered = sorted(items, key=lambda item: list(key(item)), reverse=falling)
    if asked.after:
        after = asked.after.get("k")
        if not isinstance(after, list):
            raise bad_cursor()
        behind = [item for item in ordered if list(key(item)) != after]
        ordered = [item for item in behind if (list(key(item)) < after) == falling]
    shown = ordered[: asked.limit]
    return shown, asked.cursor(k=list(key(shown[-1]))) if len(ordered) > asked.limit else None


def frame_page(
    frame: pl.LazyFrame, asked: Asked, *, sort: str, key: str, **more: Any
) -> tuple[pl.DataFrame, str | None]:
    """(rows, the next cursor) sorted by a column (``-column``: from the greatest), missing values last, then by `key`.

    `more` goes into the cursor as it is.
    """
    column, falling = sort.removeprefix("-"), sort.startswith("-")
    schema = frame.collect_schema()
    if asked.after:
        try:
            frame = frame.filter(_after(asked.after, schema, column, key, falling=falling))
        except (KeyError, ValueError, TypeError, ArithmeticError) as error:
            raise bad_cursor() from error
    found = frame.sort(
        [column, key], descending=[falling, False], nulls_last=True, maintain_order=True
    ).head(asked.limit + 1).collect()  # fmt: skip
    if found.height <= asked.limit:
        return found, None
    last = found.row(asked.limit - 1, named=True)
    return found.head(asked.limit), asked.cursor(v=_plain(last[column]), k=_plain(last[key]), **more)


def _after(after: dict[str, Any], schema: pl.Schema, column: str, key: str, *, falling: bool) -> pl.Expr:
    behind = pl.col(key) > _literal(after["k"], schema[key])
    if column == key:
        return pl.col(key) < _literal(after["k"], schema[key]) if falling else behind
    if after["v"] is None:
        return pl.col(column).is_null() & behind
    value = _literal(after["v"], schema[column])
    further = pl.col(column) < value if falling else pl.col(column) > value
    return further | ((pl.col(column) == value) & behind) | pl.col(column).is_null()


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value // timedelta(microseconds=1)
    return str(value) if isinstance(value, Decimal) else value


def _literal(value: Any, dtype: pl.DataType) -> pl.Expr:
    """Raises ValueError and TypeError for what the column cannot hold."""
    if isinstance(dtype, pl.Datetime):
        return pl.lit(datetime.fromisoformat(value)).cast(dtype)
    if isinstance(dtype, pl.Date):
        return pl.lit(date.fromisoformat(value))
    if isinstance(dtype, pl.Duration):
        return pl.lit(timedelta(microseconds=int(value))).cast(dtype)
    if isinstance(dtype, pl.Decimal):
        return pl.lit(Decimal(value)).cast(dtype)
    if isinstance(dtype, pl.Enum | pl.Categorical):
        return pl.lit(str(value)).cast(dtype)
    if not isinstance(value, str if dtype == pl.String else int | float):
        raise TypeError(value)
    return pl.lit(value)
