"""Get the reading that a page needs: stored, or started now and marked as being computed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from giao.kernel.engagements.models import Engagement
from giao.kernel.engagements.queries import Inputs, inputs_of
from giao.kernel.engagements.scoping import working_in
from giao.kernel.jobs.work import wait
from giao.kernel.parties.models import User
from giao.kernel.readings import jobs
from giao.kernel.readings.errors import NothingToRead
from giao.kernel.readings.models import Reading, ReadingState

FRESH = timedelta(minutes=15)
"""A page that stands at "now" shows a reading of at most this age."""

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

JUST_NOW = timedelta(seconds=3)

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


def stands_at(engagement: Engagement, as_of: datetime | None, inputs: Inputs | None = None) -> datetime:
    """The instant of a reading: the one asked for, the engagement's own, or now.

    Now is the last quarter of an hour, or the moment at which the ledger's last entry was recorded when that is later:
    an event shows at once, and a quiet engagement is read again four times an hour. `inputs` saves asking for them.
    """
    chosen = as_of or engagement.as_of
    if chosen is not None:
        return chosen
    now = timezone.now()
    quarter = now - timedelta(
        minutes=now.minute % (FRESH.seconds // 60), seconds=now.second, microseconds=now.microsecond
    )
    known = inputs or inputs_of([engagement])[engagement.pk]
    return max(quarter, EPOCH + timedelta(microseconds=known.recorded_us))


def reading_for(
    engagement: Engagement, as_of: datetime | None = None, *, wait_seconds: float = 0.0, whole: bool = False
) -> Reading:
    """The reading of the triple; a missing one is started once, whoever asks, and comes back as `computing`.

    whole  with statements of its own instant; others, at now, may have moved on from an earlier reading
    Raises NothingToRead while the engagement has no agreement in force or no log.
    """
    inputs = inputs_of([engagement])[engagement.pk]
    if not inputs.agreement_hash or not inputs.ledger_hash:
        raise NothingToRead("log" if inputs.agreement_hash else "agreement")
    triple = {
        "engagement": engagement,
        "agreement_hash": inputs.agreement_hash,
        "log_hash": inputs.ledger_hash,
        "as_of": stands_at(engagement, as_of, inputs),
    }
    there = Reading.objects.filter(**triple)
    if whole:
        there = there.filter(moved_from=None).exclude(state=ReadingState.COMPUTING, whole=False)
    reading = there.order_by("whole").first()
    if reading is None:
        reading = _begin({**triple, "whole": whole}, at_now=as_of is None, position=inputs.position)
    return wait(reading, wait_seconds)


def shown_reading(engagement: Engagement, as_of: datetime | None = None, *, whole: bool = False) -> Shown:
    """The reading to show now: the one wanted, else the last one at that instant, else the engagement's last."""
    wanted = reading_for(engagement, as_of, wait_seconds=FIRST_ANSWER_SECONDS, whole=whole)
    if wanted.ready:
        return Shown(wanted, wanted)
    ready = Reading.objects.filter(engagement=engagement, state=ReadingState.READY)
    if whole:
        ready = ready.filter(moved_from=None)
    if as_of is not None or engagement.as_of is not None:
        ready = ready.filter(as_of=wanted.as_of)
    return Shown(wanted, ready.order_by("-finished").first())


def followed_reading(engagement: Engagement) -> Shown | None:
    """For a page that follows the stream: the newest reading at now, made moments ago. None: there is none, ask as others do.

    The stream keeps the readings of what is watched up (`keep_up`): such a page starts and awaits none.
    """
    if engagement.as_of is not None:
        return None
    found = Reading.objects.filter(engagement=engagement, current=True, at_now=True).first()
    if found is None or found.finished is None or found.finished < timezone.now() - JUST_NOW:
        return None
    return Shown(found, found)


def keep_up(keys: list[UUID]) -> None:
    """Start the next reading of engagements that are watched at now, where their ledger or the time went on; one at a time."""
    engagements = list(Engagement.objects.filter(pk__in=keys, as_of=None))
    inputs = inputs_of(engagements)
    rows = Reading.objects.filter(engagement__in=keys, at_now=True)
    rows = rows.filter(Q(state=ReadingState.COMPUTING) | Q(current=True))
    shown = {row.engagement_id: row for row in rows.order_by("current")}
    busy = {row.engagement_id for row in rows if row.state == ReadingState.COMPUTING and not row.whole}
    for engagement in engagements:
        known, have = inputs[engagement.pk], shown.get(engagement.pk)
        if have is None or engagement.pk in busy or not known.agreement_hash or not known.ledger_hash:
            continue  # the first reading is for a page to ask
        wanted = (known.agreement_hash, known.ledger_hash, stands_at(engagement, None, known))
        if (have.agreement_hash, have.log_hash, have.as_of) != wanted:
            with working_in(engagement):
                reading_for(engagement)


def retry(reading: Reading, starter: User | None = None) -> None:
    """Compute a failed reading once more."""
    with transaction.atomic():
        failed = Reading.objects.filter(pk=reading.pk, state=ReadingState.FAILED)
        if failed.update(state=ReadingState.COMPUTING, error=""):
            jobs.start(reading, starter)


def _is_made(engagement: Engagement) -> bool:
    """Whether a reading at now is being computed."""
    rows = Reading.objects.filter(engagement=engagement, state=ReadingState.COMPUTING, at_now=True)
    return bool(rows.exists())


def _begin(triple: dict[str, object], *, at_now: bool, position: int) -> Reading:
    try:
        with transaction.atomic():
            reading = Reading.objects.create(
                **triple,
                at_now=at_now,
                position=position,
            )
            jobs.start(reading)
    except IntegrityError:
        return Reading.objects.get(**triple)  # another request was first
    return reading


def newest_readings(
    engagements: list[Engagement], as_of: datetime | None = None
) -> tuple[dict[UUID, Reading], dict[UUID, Reading]]:
    """For an overview: (readings to show, readings that are wanted but not ready), by engagement; few queries.

    What is missing or out of date is started on the way. An engagement without agreement or log is in neither.
    """
    inputs = inputs_of(engagements)
    ready = Reading.objects.filter(engagement__in=engagements, state=ReadingState.READY)
    ready = ready.filter(as_of=as_of).order_by("finished") if as_of else ready.filter(current=True)
    shown = {reading.engagement_id: reading for reading in ready}
    wanted: dict[UUID, Reading] = {}
    for engagement in engagements:
        now = inputs[engagement.pk]
        if not now.agreement_hash or not now.ledger_hash:
            continue
        have = shown.get(engagement.pk)
        fits = have and (have.agreement_hash, have.log_hash) == (now.agreement_hash, now.ledger_hash)
        if fits and have and have.as_of == stands_at(engagement, as_of, now):
            continue
        if have and as_of is None and have.agreement_hash == now.agreement_hash and _is_made(engagement):
            continue  # events came or the time went on, and the next reading is being made
        reading = reading_for(engagement, as_of)
        if reading.ready:
            shown[engagement.pk] = reading
        elif not fits or reading.state == ReadingState.FAILED:
            wanted[engagement.pk] = reading
    return shown, wanted
