"""Get the reading that a page needs: stored, or started now and marked as being computed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from giao.kernel.engagements.models import Engagement
from giao.kernel.engagements.queries import (
    agreement_hash,
    current_log,
    fact_imports,
    ledger_hash,
    versions_in_force,
)
from giao.kernel.readings import jobs, lease
from giao.kernel.readings.errors import NothingToRead
from giao.kernel.readings.models import Reading, ReadingState

FRESH = timedelta(minutes=15)
"""A page that stands at "now" shows a reading of at most this age."""

FIRST_ANSWER_SECONDS = 1.5
"""So long a page waits for a reading that is being computed before it says so."""


@dataclass(frozen=True)
class Shown:
    """What a page can show. `wanted` is what was asked for; `reading` the one to show meanwhile (None: nothing yet)."""

    wanted: Reading
    reading: Reading | None

    @property
    def recomputing(self) -> bool:
        return self.wanted.state == ReadingState.COMPUTING

    @property
    def failed(self) -> bool:
        return self.wanted.state == ReadingState.FAILED


def stands_at(engagement: Engagement, as_of: datetime | None) -> datetime:
    """The instant of a reading: the one asked for, the engagement's own, or now (down to the quarter of an hour)."""
    chosen = as_of or engagement.as_of
    if chosen is not None:
        return chosen
    now = timezone.now()
    return now - timedelta(
        minutes=now.minute % (FRESH.seconds // 60), seconds=now.second, microseconds=now.microsecond
    )


def wanted_triple(engagement: Engagement, as_of: datetime | None) -> tuple[str, str, datetime] | None:
    """(agreement hash, ledger hash, instant), or None while agreement or log is missing."""
    agreed = agreement_hash(versions_in_force(engagement))
    ledger = ledger_hash(current_log(engagement), fact_imports(engagement))
    return (agreed, ledger, stands_at(engagement, as_of)) if agreed and ledger else None


def reading_for(
    engagement: Engagement, as_of: datetime | None = None, *, wait_seconds: float = 0.0
) -> Reading:
    """The reading of the triple; a missing one is started once, whoever asks, and comes back as `computing`.

    Raises NothingToRead while the engagement has no agreement in force or no log.
    """
    wanted = wanted_triple(engagement, as_of)
    if wanted is None:
        raise NothingToRead("log" if versions_in_force(engagement) else "agreement")
    triple = {
        "engagement": engagement,
        "agreement_hash": wanted[0],
        "log_hash": wanted[1],
        "as_of": wanted[2],
    }
    reading = Reading.objects.filter(**triple).first()
    if reading is None:
        reading = _begin(triple)
    elif lease.is_abandoned(reading) and lease.take(reading):
        jobs.start(reading)
    if wait_seconds and reading.state == ReadingState.COMPUTING:
        jobs.wait(reading, wait_seconds)
    reading.refresh_from_db()
    return reading


def shown_reading(engagement: Engagement, as_of: datetime | None = None) -> Shown:
    """The reading to show now: the one wanted, else the last one at that instant, else the engagement's last."""
    wanted = reading_for(engagement, as_of, wait_seconds=FIRST_ANSWER_SECONDS)
    if wanted.ready:
        return Shown(wanted, wanted)
    ready = Reading.objects.filter(engagement=engagement, state=ReadingState.READY)
    if as_of is not None or engagement.as_of is not None:
        ready = ready.filter(as_of=wanted.as_of)
    return Shown(wanted, ready.order_by("-finished").first())


def retry(reading: Reading) -> None:
    """Compute a failed reading once more."""
    again = Reading.objects.filter(pk=reading.pk, state=ReadingState.FAILED).update(
        state=ReadingState.COMPUTING,
        error="",
        doing="",
        share_done=0.0,
        lease_owner=lease.this_process(),
        lease_seen=timezone.now(),
    )
    if again:
        jobs.start(reading)


def _begin(triple: dict[str, object]) -> Reading:
    try:
        with transaction.atomic():
            reading = Reading.objects.create(
                **triple, lease_owner=lease.this_process(), lease_seen=timezone.now()
            )
    except IntegrityError:
        return Reading.objects.get(**triple)  # another request was first
    jobs.start(reading)
    return reading
