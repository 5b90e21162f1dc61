"""Try rejected events again, after the agreement, the clock or the sender's mapping was mended; or put them aside."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.db.models import F, QuerySet

from giao.kernel.engagements.models import Engagement
from giao.kernel.ledger.accept import Accepted, accept
from giao.kernel.ledger.cloudevents import not_by_address, read_event
from giao.kernel.ledger.events import NewEvent, Refusal
from giao.kernel.ledger.models import Rejected
from giao.kernel.ledger.rejecting import content_of, plain_values

TAKEN, DISMISSED = "taken", "dismissed"
"""What became of a settled one."""


def replay(
    engagement: Engagement,
    rejected: Sequence[Rejected],
    recorded_by: str,
    *,
    facts_allowed: bool = True,
    now_us: int | None = None,
) -> Accepted:
    """Accept them as if they came now; those that are taken, or are there already, are settled. One transaction.

    The others stay, each with the reason that it has now: that nobody sent them again is no arrival, so `times` stands.
    One that somebody else replays at this moment is left to them. The outcomes are of those that were tried, in the order
    of their keys. `facts_allowed`: who replays may bring facts. A decision is refused, however it got here.
    """
    now = time.time_ns() // 1000 if now_us is None else now_us
    with transaction.atomic():
        open_ones = Rejected.objects.filter(
            engagement=engagement,
            pk__in=[row.pk for row in rejected],
            settled_us__isnull=True,
            replayable=True,
        )
        rows: list[Rejected] = []
        events: list[NewEvent | Refusal] = []
        for row in open_ones.select_for_update(skip_locked=True).order_by("pk"):
            event = _event_of(content_of(row), facts_allowed=facts_allowed)
            if event is not None:
                rows.append(row)
                events.append(event)
        done = accept(engagement, events, recorded_by, now_us=now, keep=False)
        taken = []
        for row, outcome in zip(rows, done.outcomes, strict=True):
            if outcome.refusal is None:
                taken.append(row.pk)
            else:
                _stays(row, outcome.refusal, now)
        Rejected.objects.filter(engagement=engagement, pk__in=taken).update(
            settled_us=now, settled_as=TAKEN, settled_by=recorded_by, tried_us=now
        )
    return done


def put_aside(rejected: QuerySet[Rejected], *, by: str, why: str, now_us: int | None = None) -> int:
    """Those that are open are not asked about any more; they stay until retention clears them. Returns how many."""
    now = time.time_ns() // 1000 if now_us is None else now_us
    return int(
        rejected.filter(settled_us__isnull=True).update(
            settled_us=now, settled_as=DISMISSED, settled_by=by, settled_why=why
        )
    )


def _stays(row: Rejected, refusal: Refusal, now: int) -> None:
    """Refused once more: with the same reason or another one. Where the same event stands under that reason already, they
    become one row."""
    if refusal.reason != row.reason:
        same = Rejected.objects.filter(
            engagement=row.engagement_id, digest=row.digest, reason=refusal.reason
        ).exclude(pk=row.pk)
        other = same.first()
        if other is not None:
            same.update(
                times=F("times") + row.times,
                first_us=min(other.first_us, row.first_us),
                last_us=max(other.last_us, row.last_us),
                tried_us=now,
                settled_us=None,
                settled_as="",
                settled_why="",
                settled_by="",
            )
            row.delete()
            return
    row.reason, row.values, row.tried_us = refusal.reason, plain_values(refusal.values), now
    row.replayable = refusal.replayable
    row.save(update_fields=["reason", "values", "tried_us", "replayable"])


def _event_of(raw: Any, *, facts_allowed: bool) -> NewEvent | Refusal | None:
    """From our own form (`checking.raw_of`) or from the CloudEvent as it came. None: its content is gone."""
    if not isinstance(raw, dict):
        return None
    if "occurred_us" in raw and "specversion" not in raw:
        event: NewEvent | Refusal = NewEvent(
            str(raw["source"]),
            str(raw["id"]),
            str(raw["type"]),
            int(raw["occurred_us"]),
            raw.get("subject"),
            raw.get("content") or {},
        )
    else:
        event = read_event(raw)
    return not_by_address(event, raw, facts_allowed=facts_allowed) or event
