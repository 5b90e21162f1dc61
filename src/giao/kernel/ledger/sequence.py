"""Give waiting entries their positions: gapless, in one order for everybody, each batch chained to the one before."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from giao.kernel.identifiers import new_id
from giao.kernel.ledger import rows
from giao.kernel.ledger.content import Link, chain_hash
from giao.kernel.ledger.events import is_work
from giao.kernel.ledger.models import Batch, Ledger

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
        hashed = chain_hash(engagement_id, head, links)
        Batch.objects.bulk_create(
            [
                Batch(
                    id=new_id(),
                    engagement_id=engagement_id,
                    first=position + 1,
                    last=last,
                    previous=head,
                    hash=hashed,
                )
            ]
        )
        Ledger.objects.filter(engagement=engagement_id).update(
            position=last,
            head=hashed,
            recorded_us=links[-1].recorded_us,
            cases=cases + sum(is_work(row[6], row[5]) for row in ordered),
        )
    return len(links)


def sequence_all(engagement_id: UUID, limit: int = BATCH) -> int:
    """Until nothing waits. For acts that need their position now, and for tests."""
    done = 0
    while found := sequence(engagement_id, limit):
        done += found
    return done
