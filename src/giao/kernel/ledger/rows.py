"""Statements of the ledger's hot path, one form for SQLite and PostgreSQL. Inside the caller's transaction and scope.

An insert of 500 rows by the ORM costs more than all else of a request together; these few statements are written out.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connection, connections

from giao.core.log.tail_event import instant_of
from giao.kernel.ledger.events import RESERVED
from giao.kernel.ledger.models import BEGINNING, Ledger

TABLE = "kernel_entry"
_COLUMNS = (
    "id, source, event_id, type, subject, occurred_us, recorded_by, content, digest, engagement_id, reserved, "
    "recorded_us, position"
)
_WIDTH = 13
_ROWS = 500
"""Rows a statement; SQLite takes 32,766 parameters."""


class Row(NamedTuple):
    """One entry to be inserted."""

    id: str
    source: str
    event_id: str
    type: str
    subject: str | None
    occurred_us: int
    recorded_by: str
    content: bytes
    digest: bytes

    @property
    def name(self) -> tuple[str, str]:
        return self.source, self.event_id


class Place(NamedTuple):
    """How far a ledger's order goes, its row locked to the end of the transaction."""

    position: int
    head: str
    recorded_us: int
    cases: int


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


def _run(sql: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    """The rows of a statement. SQLite's goes to the driver itself: the way there through Django costs more than the rest."""
    here = connections[DEFAULT_DB_ALIAS]
    if here.vendor == "postgresql" or not here.in_atomic_block:
        with here.cursor() as cursor:
            cursor.execute(sql, values)
            return cursor.fetchall() if cursor.description else []
    with here.wrap_database_errors:
        found: list[tuple[Any, ...]] = here.connection.execute(_with_marks(sql), values).fetchall()
        return found


@lru_cache(maxsize=1_000)
def _with_marks(sql: str) -> str:
    return sql.replace("%s", "?")


def iso(us: int) -> str:
    return instant_of(us).isoformat(timespec="seconds")


def last_recorded(engagement: UUID) -> int:
    """Instant of the last ordered entry; makes the ledger's row when it is the first time."""
    found = _run("SELECT recorded_us FROM kernel_ledger WHERE engagement_id = %s", [key(engagement)])
    if not found:
        make_ledger(engagement)
        return 0
    return int(found[0][0])


def make_ledger(engagement: UUID) -> None:
    Ledger.objects.bulk_create([Ledger(engagement_id=engagement, head=BEGINNING)], ignore_conflicts=True)


def place_if_free(engagement: UUID) -> Place | None:
    """None: somebody else gives positions just now, or an entry waits that comes before, or nothing was ever recorded."""
    lock = " FOR UPDATE SKIP LOCKED" if connection.vendor == "postgresql" else ""
    mine = key(engagement)
    for position, head, recorded_us, cases, waiting in _run(_PLACE + lock, [mine, mine]):
        return None if waiting else Place(int(position), str(head), int(recorded_us), int(cases))
    return None


_PLACE = (
    "SELECT position, head, recorded_us, cases, EXISTS (SELECT 1 FROM kernel_entry AS waiting "
    "WHERE waiting.engagement_id = %s AND waiting.position IS NULL) FROM kernel_ledger WHERE engagement_id = %s"
)


class Inserted(NamedTuple):
    """`known`: those that were there already, as they are; `placed`: the others have their position."""

    known: dict[tuple[str, str], Known]
    placed: bool


def insert(engagement: UUID, made: Sequence[Row], recorded_us: int, after: int | None = None) -> Inserted:
    """Insert rows whose names are new.

    `after`: what is new gets the positions behind it, in the order of `made`; the caller holds the lock of the ledger
    (`place_if_free`). Else it waits for its position.
    """
    if not made:
        return Inserted({}, after is not None)
    if connection.vendor == "postgresql":
        return _insert_into_postgresql(engagement, made, recorded_us, after)
    return _insert_into_sqlite(engagement, made, recorded_us, after)


def _insert_into_sqlite(
    engagement: UUID, made: Sequence[Row], recorded_us: int, after: int | None
) -> Inserted:
    """Whoever writes is alone: who is asked first needs no second look."""
    known = _known(engagement, made)
    fresh = [row for row in made if row.name not in known] if known else made
    mine = engagement.hex
    for at in range(0, len(fresh), _ROWS):
        part = fresh[at : at + _ROWS]
        values: list[Any] = []
        for place, row in enumerate(part, start=at + 1):
            values += row
            values += (
                mine, row.type.startswith(RESERVED), recorded_us, None if after is None else after + place,
            )  # fmt: skip
        _run(_insert_of(len(part)), values)
    return Inserted(known, after is not None)


@lru_cache(maxsize=_ROWS)
def _insert_of(count: int) -> str:
    return f"INSERT INTO {TABLE} ({_COLUMNS}) VALUES " + ", ".join([_VALUES] * count)


_VALUES = "(" + ", ".join(["%s"] * _WIDTH) + ")"


def _insert_into_postgresql(
    engagement: UUID, made: Sequence[Row], recorded_us: int, after: int | None
) -> Inserted:
    """One statement with an array a column: one plan, one round trip, however many rows.

    Another process may insert the same name at the same moment: whoever is first has it.
    """
    columns = list(zip(*made, strict=True))
    arrays = [array_of(columns[at]) for at in range(7)]
    arrays += [array_of(str(content, "utf-8") for content in columns[7])]
    arrays += ["{" + ",".join([f'"\\\\x{digest.hex()}"' for digest in columns[8]]) + "}"]
    inserted = _run(_ARRAYS, [engagement, recorded_us, after, *arrays, engagement])
    placed = after is not None
    if len(inserted) == len(made):
        return Inserted({}, placed)
    new = {(source, event_id) for _, source, event_id in inserted}
    if after is not None and new and max(row[0] for row in inserted) != after + len(new):
        # A name came from elsewhere between the look and the insert: the order is given behind, without a gap.
        _run(
            f"UPDATE {TABLE} SET position = NULL WHERE engagement_id = %s AND position > %s",
            [engagement, after],
        )
        placed = False
    return Inserted(_known(engagement, [row for row in made if row.name not in new]), placed)


_ARRAYS = (
    f"INSERT INTO {TABLE} ({_COLUMNS}) SELECT n.id, n.source, n.event_id, n.type, n.subject, n.occurred_us, n.recorded_by, "
    "convert_to(n.content, 'UTF8'), n.digest, %s::uuid, starts_with(n.type, 'giao.'), %s::bigint, "
    "%s::bigint + row_number() OVER (ORDER BY n.at) "
    "FROM unnest(%s::uuid[], %s::text[], %s::text[], %s::text[], %s::text[], %s::bigint[], %s::text[], %s::text[], "
    "%s::bytea[]) WITH ORDINALITY AS n(id, source, event_id, type, subject, occurred_us, recorded_by, content, digest, at) "
    f"LEFT JOIN LATERAL (SELECT true AS known FROM {TABLE} AS e WHERE e.engagement_id = %s AND e.source = n.source "
    "AND e.event_id = n.event_id LIMIT 1) AS there ON true WHERE there.known IS NULL "
    "ON CONFLICT (engagement_id, source, event_id) DO NOTHING RETURNING position, source, event_id"
)
"""LATERAL with LIMIT: one look into the unique index a name. As a plain join a table without statistics is read whole."""


def array_of(values: Iterable[Any]) -> str:
    """The text of a PostgreSQL array; the driver's own way takes longer than all else of the statement."""
    return (
        "{"
        + ",".join(
            [
                "NULL" if value is None else '"' + str(value).replace("\\", "\\\\").replace('"', '\\"') + '"'
                for value in values
            ]
        )
        + "}"
    )


def _known(engagement: UUID, wanted: Sequence[Row]) -> dict[tuple[str, str], Known]:
    if connection.vendor == "postgresql":
        names = [array_of(row.source for row in wanted), array_of(row.event_id for row in wanted)]
        found = _run(_KNOWN_TO_POSTGRESQL, [*names, engagement])
    else:
        found = _run(_KNOWN_TO_SQLITE, [json.dumps([row.name for row in wanted]), engagement.hex])
    return {
        (source, event_id): Known(bytes(digest), kind, subject, int(occurred_us), bytes(content))
        for source, event_id, digest, kind, subject, occurred_us, content in found
    }


_KNOWN_OF = "e.source, e.event_id, e.digest, e.type, e.subject, e.occurred_us, e.content"
_KNOWN_TO_SQLITE = (
    f"SELECT {_KNOWN_OF} FROM json_each(%s) AS n CROSS JOIN {TABLE} AS e ON e.engagement_id = %s "
    "AND e.source = json_extract(n.value, '$[0]') AND e.event_id = json_extract(n.value, '$[1]')"
)
_KNOWN_TO_POSTGRESQL = (
    f"SELECT there.* FROM unnest(%s::text[], %s::text[]) AS n(source, event_id) CROSS JOIN LATERAL (SELECT {_KNOWN_OF} "
    f"FROM {TABLE} AS e WHERE e.engagement_id = %s AND e.source = n.source AND e.event_id = n.event_id LIMIT 1) AS there"
)


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
    found = _run(NUMBER.format(most=most), [mine, limit, after, recorded_us, mine])
    return sorted(found, key=lambda row: int(row[0]))


def lock_ledger(engagement: UUID) -> Place | None:
    """Waits for whoever holds it. SQLite's writer is alone anyway."""
    lock = " FOR UPDATE" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT position, head, recorded_us, cases FROM kernel_ledger WHERE engagement_id = %s" + lock,
            [key(engagement)],
        )
        found = cursor.fetchone()
    return None if found is None else Place(int(found[0]), str(found[1]), int(found[2]), int(found[3]))


def write_batch(engagement: UUID, identifier: str, first: int, previous: str, end: Place) -> None:
    """The batch that ends at `end`, and the ledger that goes so far now."""
    mine = key(engagement)
    _run(
        "INSERT INTO kernel_batch (id, engagement_id, first, last, previous, hash) VALUES (%s, %s, %s, %s, %s, %s)",
        [key(UUID(identifier)), mine, first, end.position, previous, end.head],
    )
    _run(
        "UPDATE kernel_ledger SET position = %s, head = %s, recorded_us = %s, cases = %s WHERE engagement_id = %s",
        [*end, mine],
    )


def backlog(engagement: UUID, most: int) -> int:
    """How many entries wait for their position, counted up to `most`."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM (SELECT 1 FROM kernel_entry WHERE engagement_id = %s AND position IS NULL LIMIT %s) "
            "AS waiting",
            [key(engagement), most],
        )
        return int(cursor.fetchone()[0])
