"""The job that computes a reading. Its figures and the job's completion are stored in one transaction."""

from __future__ import annotations

import logging
from functools import partial

from django.db import OperationalError, transaction
from django.db.models import Q
from django.utils import timezone

from giao.kernel.engagements.models import Engagement
from giao.kernel.engagements.queries import inputs_of
from giao.kernel.engagements.scoping import working_in
from giao.kernel.jobs.errors import Stopped
from giao.kernel.jobs.progress import tell
from giao.kernel.jobs.running import is_plain, sentence_of
from giao.kernel.jobs.task import Effect, task
from giao.kernel.jobs.work import key_of
from giao.kernel.parties.models import User
from giao.kernel.readings import compute
from giao.kernel.readings.followers import call_followers
from giao.kernel.readings.models import KpiFigure, Reading, ReadingState, StatementFigure
from giao.kernel.readings.prune import prune

logger = logging.getLogger(__name__)

PRIORITY = 10
"""Somebody is looking at a page."""

TRANSIENT = (OSError, OperationalError, MemoryError)
"""Tried again before the reading is marked as failed."""


def start(reading: Reading, starter: User | None = None) -> None:
    """Enqueue the computing of a stored row, in the transaction that made it."""
    key = key_of(reading)
    compute_reading.using(engagement=reading.engagement_id, key=key, starter=starter).enqueue(str(reading.pk))


def _failed(sentence: str, identifier: str) -> None:
    rows = Reading.objects.filter(pk=identifier, state=ReadingState.COMPUTING)
    rows.update(state=ReadingState.FAILED, error=sentence, finished=timezone.now())


@task(long=True, priority=PRIORITY, most_attempts=3, when_dead=_failed)
def compute_reading(identifier: str) -> Effect | None:
    """Compute one reading: ready with its figures, or failed with the sentence that says why."""
    reading = Reading.objects.select_related("engagement").filter(pk=identifier).first()
    if reading is None or reading.state != ReadingState.COMPUTING:
        return None
    try:
        done = compute.compute(reading, tell)
    except (Stopped, *TRANSIENT):
        raise
    except Exception as error:
        logger.warning("reading %s failed: %s", identifier, error, exc_info=not is_plain(error))
        return Effect(partial(_failed, sentence_of(error), identifier))
    return Effect(partial(_store, reading, done))


def _store(reading: Reading, done: compute.Computed) -> None:
    mine = Reading.objects.filter(pk=reading.pk, state=ReadingState.COMPUTING)
    if not mine.select_for_update().exists():
        return
    KpiFigure.objects.filter(engagement=reading.engagement_id, reading=reading).delete()
    StatementFigure.objects.filter(engagement=reading.engagement_id, reading=reading).delete()
    KpiFigure.objects.bulk_create(done.kpis, batch_size=500)
    StatementFigure.objects.bulk_create(done.statements, batch_size=500)
    mine.update(
        state=ReadingState.READY,
        folder=done.folder,
        figures=done.figures.as_json(),
        moved_from=done.moved_from,
        error="",
        finished=timezone.now(),
    )
    _make_current(reading)
    transaction.on_commit(partial(_prune, reading.engagement), robust=True)


def _prune(engagement: Engagement) -> None:
    """Folders go when the rows are surely gone."""
    with working_in(engagement):
        prune(engagement)


def _make_current(reading: Reading) -> None:
    """The overviews' reading is the newest one of today's inputs at the instant where the engagement stands."""
    engagement = reading.engagement
    inputs = inputs_of([engagement])[engagement.pk]
    if inputs.agreement_hash != reading.agreement_hash:
        return
    before = Reading.objects.filter(engagement=engagement, current=True)
    if engagement.as_of is not None:
        if (engagement.as_of, inputs.ledger_hash) != (reading.as_of, reading.log_hash):
            return
    else:
        # While events stream in, the ledger is always further than what was read: the furthest reading is shown.
        newer = Q(position__gt=reading.position) | Q(position=reading.position, as_of__gt=reading.as_of)
        if not reading.at_now or before.filter(newer, agreement_hash=reading.agreement_hash).exists():
            return
    before.update(current=False)
    Reading.objects.filter(pk=reading.pk).update(current=True)
    call_followers(engagement.pk)
