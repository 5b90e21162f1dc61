"""Give waiting entries their positions: gapless, in one order for everybody, each batch chained to the one before."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction

from giao.kernel.identifiers import new_hexes
from giao.kernel.ledger import rows
from giao.kernel.ledger.content import Link, chain_hash
from giao.kernel.ledger.events import is_work

BATCH = 5_000


def sequence(engagement_id: UUID, limit: int = BATCH) -> int:
    """Order at most `limit` waiting entries; returns how many. One transaction, under a lock of the ledger's row.

    Whoever calls at the same time waits for the lock and goes on behind.
    """
    if not rows.backlog(engagement_id, 1):
        return 0
    with transaction.atomic():
        found = rows.lock_ledger(engagement_id)
        if found is None:
            return 0
        position, head, recorded_us, cases = found
        ordered = rows.number(engagement_id, position, recorded_us, limit)
        if not ordered:
            return 0
        links = [
            Link(int(at), rows.bytes_of(identifier), int(recorded), str(who), bytes(digest))
            for at, identifier, recorded, who, digest, _, _ in ordered
        ]
        last = links[-1].position
        if links[0].position != position + 1 or last != position + len(links):
            raise AssertionError(f"positions {links[0].position}-{last} do not follow {position}")
        cases += sum(is_work(row[6], row[5]) for row in ordered)
        _bind(engagement_id, rows.Place(position, head, recorded_us, cases), links)
    return len(links)


def chain(engagement_id: UUID, place: rows.Place, made: Sequence[rows.Row], recorded_us: int) -> None:
    """The batch of what was inserted behind `place` in this transaction, which holds the lock of the ledger."""
    if not made:
        return
    links = [
        Link(at, bytes.fromhex(row.id), recorded_us, row.recorded_by, row.digest)
        for at, row in enumerate(made, start=place.position + 1)
    ]
    cases = place.cases + sum([is_work(row.type, row.subject) for row in made])
    _bind(engagement_id, place._replace(cases=cases), links)


def _bind(engagement_id: UUID, behind: rows.Place, links: Sequence[Link]) -> None:
    """Chain a batch to the one before; `cases` of the place are those with this batch."""
    hashed = chain_hash(engagement_id, behind.head, links)
    last = links[-1]
    end = rows.Place(last.position, hashed, last.recorded_us, behind.cases)
    rows.write_batch(engagement_id, new_hexes(1)[0], links[0].position, behind.head, end)


def sequence_all(engagement_id: UUID, limit: int = BATCH) -> int:
    """Until nothing waits. For acts that need their position now, and for tests."""
    done = 0
    while found := sequence(engagement_id, limit):
        done += found
    return done
