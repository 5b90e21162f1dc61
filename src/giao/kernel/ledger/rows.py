"""Statements of the ledger's hot path, one form for SQLite and PostgreSQL. Inside the caller's transaction and scope.

An insert of 500 rows by the ORM costs more than all else of a request together; these few statements are written out.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection

from giao.core.log.tail_event import instant_of
from giao.kernel.ledger.events import RESERVED
from giao.kernel.ledger.models import BEGINNING, Ledger

TABLE = "kernel_entry"
_COLUMNS = "id, engagement_id, source, event_id, type, reserved, subject, occurred_us, recorded_us, recorded_by, content, digest"
_WIDTH = 12
_ROWS = 500
"""Rows a statement; SQLite takes 32,766 parameters."""


@dataclass(frozen=True, slots=True)
class Row:
    """One entry to be inserted."""

    id: str
    source: str
    event_id: str
    type: str
    subject: str | None
    occurred_us: int
    recorded_us: int
    recorded_by: str
    content: bytes
    digest: bytes

    @property
    def name(self) -> tuple[str, str]:
        return self.source, self.event_id


@dataclass(frozen=True, slots=True)
class Known:
    """What an entry that is there says."""

    digest: bytes
    type: str
    subject: str | None
    occurred_us: int
    content: bytes


def key(identifier: UUID) -> Any:
    """A UUID as this database keeps it."""
    return identifier if connection.vendor == "postgresql" else identifier.hex


def bytes_of(identifier: Any) -> bytes:
    """The 16 bytes of a key as this database gives it."""
    return identifier.bytes if isinstance(identifier, UUID) else bytes.fromhex(identifier)


def iso(us: int) -> str:
    return instant_of(us).isoformat(timespec="seconds")


def last_recorded(engagement: UUID) -> int:
    """Instant of the last ordered entry; makes the ledger's row when it is the first time."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT recorded_us FROM kernel_ledger WHERE engagement_id = %s", [key(engagement)])
        found = cursor.fetchone()
    if found is None:
        make_ledger(engagement)
        return 0
    return int(found[0])


def make_ledger(engagement: UUID) -> None:
    Ledger.objects.bulk_create([Ledger(engagement_id=engagement, head=BEGINNING)], ignore_conflicts=True)


def insert(engagement: UUID, made: Sequence[Row]) -> dict[tuple[str, str], Known]:
    """Insert rows whose names are new; returns those that are there already, as they are."""
    if not made:
        return {}
    inserted: set[tuple[str, str]] = set()
    mine = engagement.hex
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            columns = [list(column) for column in zip(*(_values(row, mine) for row in made), strict=True)]
            cursor.execute(_ARRAYS, columns)
            inserted = set(cursor.fetchall())
        else:
            for at in range(0, len(made), _ROWS):
                part = made[at : at + _ROWS]
                values = ", ".join([_VALUES] * len(part))
                cursor.execute(
                    f"INSERT INTO {TABLE} ({_COLUMNS}) VALUES {values} {_ONCE}",
                    [value for row in part for value in _values(row, mine)],
                )
                inserted |= set(cursor.fetchall())
        if len(inserted) == len(made):
            return {}
        return _known(cursor, engagement, [row for row in made if row.name not in inserted])


_VALUES = "(" + ", ".join(["%s"] * _WIDTH) + ")"
_ONCE = "ON CONFLICT (engagement_id, source, event_id) DO NOTHING RETURNING source, event_id"
_ARRAYS = (
    f"INSERT INTO {TABLE} ({_COLUMNS}) SELECT * FROM unnest(%s::uuid[], %s::uuid[], %s::text[], %s::text[], "
    "%s::text[], %s::boolean[], %s::text[], %s::bigint[], %s::bigint[], %s::text[], %s::bytea[], %s::bytea[]) "
    + _ONCE
)
"""One statement with an array a column: one plan, one round trip, however many rows."""


def _values(row: Row, engagement: str) -> tuple[Any, ...]:
    return (
        row.id, engagement, row.source, row.event_id, row.type, row.type.startswith(RESERVED), row.subject,
        row.occurred_us, row.recorded_us, row.recorded_by, row.content, row.digest,
    )  # fmt: skip


def _known(cursor: Any, engagement: UUID, wanted: Iterable[Row]) -> dict[tuple[str, str], Known]:
    listed = list(wanted)
    found: dict[tuple[str, str], Known] = {}
    for at in range(0, len(listed), 300):
        names = [row.name for row in listed[at : at + 300]]
        pairs = ", ".join(["(%s, %s)"] * len(names))
        cursor.execute(
            f"SELECT source, event_id, digest, type, subject, occurred_us, content FROM {TABLE} "
            f"WHERE engagement_id = %s AND (source, event_id) IN (VALUES {pairs})",
            [key(engagement), *(part for name in names for part in name)],
        )
        for source, event_id, digest, kind, subject, occurred_us, content in cursor.fetchall():
            found[source, event_id] = Known(bytes(digest), kind, subject, int(occurred_us), bytes(content))
    return found


NUMBER = (
    "WITH numbered AS (SELECT id, row_number() OVER (ORDER BY recorded_us, id) AS at FROM kernel_entry "
    "WHERE engagement_id = %s AND position IS NULL ORDER BY recorded_us, id LIMIT %s) "
    "UPDATE kernel_entry SET position = %s + numbered.at, recorded_us = {most}(recorded_us, %s) "
    "FROM numbered WHERE kernel_entry.id = numbered.id AND kernel_entry.engagement_id = %s "
    "RETURNING position, kernel_entry.id, recorded_us, recorded_by, digest, subject, type"
)


def number(engagement: UUID, after: int, recorded_us: int, limit: int) -> list[tuple[Any, ...]]:
    """Give the next positions to at most `limit` waiting entries, by the instant they were recorded; by position."""
    most = "GREATEST" if connection.vendor == "postgresql" else "MAX"
    mine = key(engagement)
    with connection.cursor() as cursor:
        cursor.execute(NUMBER.format(most=most), [mine, limit, after, recorded_us, mine])
        return sorted(cursor.fetchall(), key=lambda row: int(row[0]))


def lock_ledger(engagement: UUID) -> tuple[int, str, int, int] | None:
    """(position, head, recorded_us, cases), locked to the end of the transaction. SQLite's writer is alone anyway."""
    lock = " FOR UPDATE" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT position, head, recorded_us, cases FROM kernel_ledger WHERE engagement_id = %s" + lock,
            [key(engagement)],
        )
        found = cursor.fetchone()
    return None if found is None else (int(found[0]), str(found[1]), int(found[2]), int(found[3]))


def backlog(engagement: UUID, most: int) -> int:
    """How many entries wait for their position, counted up to `most`."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM (SELECT 1 FROM kernel_entry WHERE engagement_id = %s AND position IS NULL LIMIT %s) "
            "AS waiting",
            [key(engagement), most],
        )
        return int(cursor.fetchone()[0])
