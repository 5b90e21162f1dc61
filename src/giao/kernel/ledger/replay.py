"""Try rejected events again, after the agreement, the clock or the sender's mapping was mended; or put them aside."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

from django.db import transaction

from giao.kernel.engagements.models import Engagement
from giao.kernel.ledger.accept import Accepted, accept
from giao.kernel.ledger.cloudevents import read_event
from giao.kernel.ledger.events import NewEvent, Refusal
from giao.kernel.ledger.models import Rejected
from giao.kernel.ledger.rejecting import content_of


def replay(
    engagement: Engagement, rejected: Sequence[Rejected], recorded_by: str, *, now_us: int | None = None
) -> Accepted:
    """Accept them as if they came now; those that are taken, or are there already, are settled. One transaction."""
    now = time.time_ns() // 1000 if now_us is None else now_us
    rows: list[Rejected] = []
    events: list[NewEvent | Refusal] = []
    for row in rejected:
        event = _event_of(content_of(row)) if row.replayable and row.settled_us is None else None
        if event is not None:
            rows.append(row)
            events.append(event)
    with transaction.atomic():
        done = accept(engagement, events, recorded_by, now_us=now)
        taken = [row.pk for row, out in zip(rows, done.outcomes, strict=True) if out.status != "rejected"]
        Rejected.objects.filter(engagement=engagement, pk__in=taken).update(settled_us=now)
    return done


def put_aside(engagement: Engagement, rejected: Sequence[Rejected], *, now_us: int | None = None) -> int:
    """They are not asked about any more; the rows stay until retention clears them."""
    now = time.time_ns() // 1000 if now_us is None else now_us
    keys = [row.pk for row in rejected]
    return int(
        Rejected.objects.filter(engagement=engagement, pk__in=keys, settled_us__isnull=True).update(
            settled_us=now
        )
    )


def _event_of(raw: Any) -> NewEvent | Refusal | None:
    """From our own form (`checking.raw_of`) or from the CloudEvent as it came."""
    if not isinstance(raw, dict):
        return None
    if "occurred_us" in raw and "specversion" not in raw:
        return NewEvent(
            str(raw["source"]),
            str(raw["id"]),
            str(raw["type"]),
            int(raw["occurred_us"]),
            raw.get("subject"),
            raw.get("content") or {},
        )
    return read_event(raw)
