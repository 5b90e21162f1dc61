"""Reads of the ledger: how far it goes, what follows a position, when something changes."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from uuid import UUID

from giao.kernel.ledger.content import decode
from giao.kernel.ledger.events import IMPORT, RESTORE, UNDO, Recorded
from giao.kernel.ledger.models import Entry, Ledger
from giao.kernel.ledger.privacy import SEALED, revealed

CHUNK = 2_000
POLL_SECONDS = 0.05
_changed = threading.Condition()


def position(engagement_id: UUID) -> int:
    """The last position; 0 before the first entry."""
    return positions([engagement_id]).get(engagement_id, 0)


def positions(engagement_ids: Iterable[UUID]) -> dict[UUID, int]:
    """Of many engagements in one query; those without an entry are not in it."""
    return dict(
        Ledger.objects.filter(engagement__in=list(engagement_ids)).values_list("engagement_id", "position")
    )


def head(engagement_id: UUID) -> tuple[int, str]:
    """(position, hash of the last batch)."""
    found = Ledger.objects.filter(engagement=engagement_id).values_list("position", "head").first()
    return (0, "") if found is None else (int(found[0]), str(found[1]) if found[0] else "")


def tail(
    engagement_id: UUID, after: int = 0, limit: int = CHUNK, *, through: int | None = None
) -> list[Recorded]:
    """At most `limit` entries behind `after`, in order, personal fields in the clear. Readers go by position alone."""
    rows = Entry.objects.filter(engagement=engagement_id, position__gt=after)
    if through is not None:
        rows = rows.filter(position__lte=through)
    return _recorded(engagement_id, rows.order_by("position")[:limit])


def entries(
    engagement_id: UUID, after: int = 0, through: int | None = None, *, chunk: int = CHUNK
) -> Iterator[Recorded]:
    """All of them, a chunk at a time."""
    last = position(engagement_id) if through is None else through
    while after < last:
        found = tail(engagement_id, after, chunk, through=last)
        if not found:
            return
        yield from found
        after = found[-1].position


def reserved_entries(engagement_id: UUID, through: int | None = None) -> list[Recorded]:
    """Facts and decisions only, in order: few among many work events."""
    rows = Entry.objects.filter(engagement=engagement_id, position__isnull=False, reserved=True)
    if through is not None:
        rows = rows.filter(position__lte=through)
    return _recorded(engagement_id, rows.order_by("position"))


def decisions_about_imports(engagement_id: UUID, through: int | None = None) -> list[Recorded]:
    """Which imports were recorded, undone and restored, in order."""
    rows = Entry.objects.filter(
        engagement=engagement_id, position__isnull=False, type__in=(IMPORT, UNDO, RESTORE), reserved=True
    )
    if through is not None:
        rows = rows.filter(position__lte=through)
    return _recorded(engagement_id, rows.order_by("position"))


def case_entries(engagement_id: UUID, subject: str, through: int | None = None) -> list[Recorded]:
    """One case's entries, in order of position."""
    rows = Entry.objects.filter(engagement=engagement_id, subject=subject, position__isnull=False)
    if through is not None:
        rows = rows.filter(position__lte=through)
    return _recorded(engagement_id, rows.order_by("position"))


def _recorded(engagement_id: UUID, rows: Iterable[Entry]) -> list[Recorded]:
    listed = list(rows)
    contents = [decode(row.content) for row in listed]
    personal = revealed(
        engagement_id,
        ((row.source, row.event_id, row.subject, said) for row, said in zip(listed, contents, strict=True)),
    )
    return [
        Recorded(
            int(row.position or 0),
            row.id,
            row.source,
            row.event_id,
            row.type,
            row.subject,
            row.occurred_us,
            row.recorded_us,
            {name: value for name, value in said.items() if name != SEALED},
            fields,
        )
        for row, said, fields in zip(listed, contents, personal, strict=True)
    ]


def note_change() -> None:
    """Wake those who wait in this process; others see it at their next look."""
    with _changed:
        _changed.notify_all()


def changed_since(
    known: Mapping[UUID, int], timeout_seconds: float = 10.0, *, poll_seconds: float = POLL_SECONDS
) -> dict[UUID, int]:
    """New positions of those engagements that went beyond the known one; empty when none did in time.

    One small query a look (20 a second), whatever the number of engagements: ask for all at once.
    """
    until = time.monotonic() + timeout_seconds
    while True:
        found = {one: at for one, at in positions(known).items() if at > known[one]}
        left = until - time.monotonic()
        if found or left <= 0:
            return found
        with _changed:
            _changed.wait(min(poll_seconds, left))
