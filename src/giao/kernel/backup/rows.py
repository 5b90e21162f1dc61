"""Rows of tables as lines of JSON: the same for SQLite and PostgreSQL, so that one is restored into the other.

Values go by the fields of the models, as they stood at the migrations that the backup names.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.core.management.color import no_style
from django.db import connection, models, transaction

LEFT_OUT = frozenset(
    {
        "django_session",
        "kernel_session",  # a backup signs nobody in
        "kernel_workerseen",
        "kernel_reading",
        "kernel_kpifigure",
        "kernel_statementfigure",
        "kernel_segment",
    }
)
"""Tables whose rows are of this moment, or are made again from the others."""

MANY = 500


@contextmanager
def one_moment() -> Iterator[None]:
    """All that is read inside stands as at its beginning; writers go on meanwhile. Outside any transaction."""
    if connection.vendor == "postgresql":
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield
        return
    with connection.cursor() as cursor:
        cursor.execute("BEGIN DEFERRED")  # Django's own would take the lock of writers
        try:
            cursor.execute("SELECT count(*) FROM django_migrations").fetchone()
            yield
        finally:
            cursor.execute("ROLLBACK")


def kept_models(known: Iterable[type[models.Model]]) -> list[type[models.Model]]:
    """Those with a table of their own that a backup keeps, by name of the table."""
    chosen = {
        model._meta.db_table: model
        for model in known
        if model._meta.managed and not model._meta.proxy and model._meta.db_table not in LEFT_OUT
    }
    return [chosen[name] for name in sorted(chosen)]


def columns_of(model: type[models.Model]) -> list[str]:
    return [field.attname for field in model._meta.concrete_fields]


def lines_of(model: type[models.Model]) -> Iterator[bytes]:
    """A line a row, values in the order of `columns_of`. Inside `one_moment`."""
    rows: Any = models.QuerySet(model).order_by("pk").values_list(*columns_of(model))
    for row in rows.iterator(chunk_size=MANY):
        yield json.dumps(row, default=_plain, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _plain(value: Any) -> Any:
    if isinstance(value, UUID | Decimal):
        return str(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, bytes | memoryview):
        return base64.b64encode(bytes(value)).decode("ascii")
    raise TypeError(f"a backup does not know how to keep {type(value).__name__}")


def load(model: type[models.Model], columns: list[str], lines: Iterable[bytes]) -> int:
    """Insert rows as they were, whatever the defaults of the fields; returns how many. Inside a transaction."""
    fields = {field.attname: field for field in model._meta.concrete_fields}
    chosen = [fields[name] for name in columns]
    quote = connection.ops.quote_name
    names = ", ".join(quote(str(field.column)) for field in chosen)
    slots = ", ".join(["%s"] * len(chosen))
    statement = f"INSERT INTO {quote(model._meta.db_table)} ({names}) VALUES ({slots})"
    count = 0
    rows: list[list[Any]] = []
    with connection.cursor() as cursor:
        for line in lines:
            values = zip(chosen, json.loads(line), strict=True)
            rows.append([_stored(field, value) for field, value in values])
            if len(rows) == MANY:
                cursor.executemany(statement, rows)
                count, rows = count + len(rows), []
        if rows:
            cursor.executemany(statement, rows)
    return count + len(rows)


def _stored(field: Any, value: Any) -> Any:
    if value is None:
        return None
    return field.get_db_prep_save(field.to_python(value), connection)


def empty(known: Iterable[type[models.Model]]) -> None:
    """Rows that migrations themselves made. Inside a transaction."""
    with connection.cursor() as cursor:
        for model in known:
            cursor.execute(f"DELETE FROM {connection.ops.quote_name(model._meta.db_table)}")


def count_on(known: Iterable[type[models.Model]]) -> None:
    """Let the database's counters go on behind the highest number that was loaded."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), list(known)):
            cursor.execute(statement)
