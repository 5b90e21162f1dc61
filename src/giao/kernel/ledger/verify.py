"""Is the ledger what was recorded? Every hash is computed again, from the first entry to the head."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from uuid import UUID

from giao.core.told import Told, told
from giao.kernel.engagements.models import Engagement
from giao.kernel.ledger.content import Link, chain_hash, digest_of
from giao.kernel.ledger.events import RESERVED, is_work
from giao.kernel.ledger.models import BEGINNING, Batch, Entry, Ledger

CHUNK = 2_000


@dataclass(frozen=True)
class Verdict:
    """`broken_at`: the first position that is not as recorded (None: whole); `why` says what is wrong there."""

    position: int
    head: str
    entries: int
    broken_at: int | None = None
    why: str = ""

    @property
    def whole(self) -> bool:
        return self.broken_at is None


class _Broken(Exception):
    def __init__(self, position: int, why: Told) -> None:
        super().__init__(why)
        self.position, self.why = position, why


def verify(engagement: Engagement, *, expected: tuple[int, str] | None = None) -> Verdict:
    """The first broken place, or the head. `expected`: a (position, hash) noted elsewhere, e.g. in a closed month.

    Only such a note finds a ledger whose end was cut off together with its head.
    """
    key: UUID = engagement.pk
    ledger = Ledger.objects.filter(engagement=key).first()
    seen = 0
    try:
        position, head, recorded_us, cases = 0, BEGINNING, 0, 0
        noted = ""
        entries = _entries(key)
        for batch in Batch.objects.filter(engagement=key).order_by("first").iterator(chunk_size=CHUNK):
            if batch.first != position + 1:
                raise _Broken(position + 1, told("ledger.batch_missing", "no batch begins at this position"))
            if batch.previous != head:
                raise _Broken(
                    batch.first, told("ledger.batch_unchained", "the batch does not follow the one before")
                )
            links: list[Link] = []
            for entry in islice(entries, batch.last - position):
                links.append(_link(entry, position + len(links) + 1, recorded_us))
                recorded_us = entry.recorded_us
                cases += is_work(entry.type, entry.subject)
            seen += len(links)
            if len(links) != batch.last - batch.first + 1:
                raise _Broken(
                    batch.first + len(links),
                    told("ledger.entry_missing", "the entry at this position is missing"),
                )
            head = chain_hash(key, batch.previous, links)
            if head != batch.hash:
                raise _Broken(
                    batch.first,
                    told(
                        "ledger.batch_changed",
                        "an entry of positions {first} to {last}, or the hash of this batch, was changed",
                        first=batch.first,
                        last=batch.last,
                    ),
                )
            position = batch.last
            if expected is not None and expected[0] == position:
                noted = head
        _check_ends(ledger, position, head, recorded_us, cases, key)
        _check_noted(expected, noted, position)
    except _Broken as broken:
        known = (ledger.position, ledger.head) if ledger else (0, "")
        return Verdict(*known, seen, broken.position, broken.why)
    return Verdict(position, head if position else "", seen)


def _entries(key: UUID) -> Iterator[Entry]:
    """All in one sweep: batches are many and small where one system sends alone."""
    rows = Entry.objects.filter(engagement=key, position__gte=1)
    return rows.order_by("position").iterator(chunk_size=CHUNK)


def _link(entry: Entry, wanted: int, recorded_us: int) -> Link:
    if entry.position != wanted:
        raise _Broken(wanted, told("ledger.entry_missing", "the entry at this position is missing"))
    digest = bytes(entry.digest)
    if digest != _digest(entry) or entry.reserved != entry.type.startswith(RESERVED):
        raise _Broken(wanted, told("ledger.entry_changed", "what the entry says was changed"))
    if entry.recorded_us < recorded_us:
        raise _Broken(
            wanted, told("ledger.entry_earlier", "the entry is recorded before the one in front of it")
        )
    return Link(wanted, entry.id.bytes, entry.recorded_us, entry.recorded_by, digest)


def _digest(entry: Entry) -> bytes:
    return digest_of(
        entry.source, entry.event_id, entry.type, entry.subject, entry.occurred_us, bytes(entry.content)
    )


def _check_ends(
    ledger: Ledger | None, position: int, head: str, recorded_us: int, cases: int, key: UUID
) -> None:
    here = (position, head, recorded_us, cases)
    there = (
        (ledger.position, ledger.head, ledger.recorded_us, ledger.cases) if ledger else (0, BEGINNING, 0, 0)
    )
    beyond = Entry.objects.filter(engagement=key, position__isnull=False).exclude(
        position__gte=1, position__lte=position
    )
    stray = beyond.order_by("position").values_list("position", flat=True).first()
    if stray is not None:
        raise _Broken(int(stray), told("ledger.entry_inserted", "an entry stands here that no batch holds"))
    if here != there:
        raise _Broken(
            min(position, there[0]) + 1,
            told(
                "ledger.head_differs",
                "the ledger says that it ends at {there}, its batches end at {here}",
                there=f"{there[0]} {there[1][:12]}",
                here=f"{position} {head[:12]}",
            ),
        )
    for entry in Entry.objects.filter(engagement=key, position__isnull=True).iterator(chunk_size=CHUNK):
        if bytes(entry.digest) != _digest(entry):
            raise _Broken(
                position + 1,
                told("ledger.waiting_changed", "an entry that waits for its position was changed"),
            )


def _check_noted(expected: tuple[int, str] | None, noted: str, position: int) -> None:
    if expected is None or (expected[0] and noted == expected[1]):
        return
    raise _Broken(
        min(expected[0], position + 1),
        told(
            "ledger.other_head",
            "position {position} was noted with hash {hash}, and has not that hash here",
            position=expected[0],
            hash=expected[1][:12],
        ),
    )
