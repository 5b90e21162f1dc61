"""Long work that a page starts and shows: its row in the room's own table, its job in the lease table.

A room says once what its work is: ``add_work(Replay, work)`` in its AppConfig.ready; ``begin(row)`` starts a saved row.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any, TypeVar
from uuid import UUID

from django.apps import apps
from django.conf import settings
from django.db import OperationalError, models, transaction
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from giao.kernel.identifiers import new_id
from giao.kernel.jobs.errors import Stopped
from giao.kernel.jobs.models import Job
from giao.kernel.jobs.progress import Progress, tell
from giao.kernel.jobs.queue import cancel, job_of
from giao.kernel.jobs.running import is_plain, sentence_of
from giao.kernel.jobs.task import Effect, task
from giao.kernel.parties.models import User

__all__ = ["Progress", "Stored", "Work", "WorkState", "add_work", "begin", "key_of", "stop", "wait"]

R = TypeVar("R", bound=models.Model)
Stored = Callable[[], dict[str, Any]]
Doing = Callable[[Any, Progress], "dict[str, Any] | Stored"]
"""Does the work of a row and returns the fields to be stored with "ready", or a function that makes them in the
transaction that completes the job (for what must happen once). An error of ours is a sentence that is shown."""

TRANSIENT = (OSError, OperationalError, MemoryError)
"""Tried again before the row is marked as failed."""

TOLD_AFTER = timedelta(seconds=10)
"""Who started work that took so long has left the page: they are told by notification."""

logger = logging.getLogger(__name__)
_work: dict[str, Doing] = {}
_links: dict[str, Callable[[Any], str]] = {}


class WorkState(models.TextChoices):
    WAITING = "waiting", _("Waiting for an answer")
    COMPUTING = "computing", _("Computing")
    READY = "ready", _("Ready")
    FAILED = "failed", _("Failed")
    STOPPED = "stopped", _("Stopped")


class Work(models.Model):
    """What every kind has; a room adds its engagement, inputs and result. `error` is a sentence for the reader."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    state = models.CharField(max_length=10, choices=WorkState.choices, default=WorkState.COMPUTING)
    error = models.TextField(blank=True, default="")
    created = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    finished = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True

    @property
    def is_computing(self) -> bool:
        return bool(self.state == WorkState.COMPUTING)

    @property
    def is_ready(self) -> bool:
        return bool(self.state == WorkState.READY)

    @cached_property
    def job(self) -> Job | None:
        """Its newest job: `doing_words`, `share_done`, `seconds_left`."""
        return job_of(_engagement_of(self), key_of(self))


def key_of(row: models.Model) -> str:
    """The job key of a row."""
    return f"{row._meta.label_lower}:{row.pk}"


def _engagement_of(row: models.Model) -> UUID:
    """Every kind of work belongs to an engagement."""
    found: UUID = row.engagement_id  # type: ignore[attr-defined]
    return found


def add_work(model: type[Work], doing: Doing, link: Callable[[Any], str] | None = None) -> None:
    """`link`: the path of the page that shows a row, for the notification when it is done."""
    _work[model._meta.label_lower] = doing
    if link is not None:
        _links[model._meta.label_lower] = link


def begin(row: Work) -> None:
    """Start a saved row; its job is inserted in the present transaction. Work that waits or runs already is joined."""
    chosen = do_work.using(engagement=_engagement_of(row), key=key_of(row), starter=row.created_by_id)
    chosen.enqueue(row._meta.label_lower, str(row.pk))
    row.refresh_from_db()


def stop(row: Work) -> None:
    """Somebody wants it no more: the row says so at once, the job stops at its next sign of life."""
    with transaction.atomic():
        rows = type(row)._default_manager.filter(pk=row.pk, state=WorkState.COMPUTING)
        if rows.update(state=WorkState.STOPPED, finished=timezone.now()):
            job = job_of(_engagement_of(row), key_of(row))
            if job is not None:
                cancel(job)


def wait(row: R, seconds: float, pause: float = 0.01) -> R:
    """Wait until the row is computed, at most so long; it is read again. Looks often at first, then less."""
    until = time.monotonic() + (seconds if settings.GIAO_JOBS != "inline" else 0.0)
    row.refresh_from_db()
    while row.state == WorkState.COMPUTING and time.monotonic() < until:  # type: ignore[attr-defined]
        time.sleep(min(pause, max(until - time.monotonic(), 0.0)))
        pause = min(pause * 1.3, 0.05)
        row.refresh_from_db()
    return row


def _given_up(sentence: str, label: str, identifier: str) -> None:
    model = apps.get_model(label)
    rows = model._default_manager.filter(pk=identifier, state=WorkState.COMPUTING)
    if rows.update(state=WorkState.FAILED, error=sentence, finished=timezone.now()):
        _tell_starter(model._default_manager.get(pk=identifier), "work_failed", why=sentence)


def _tell_starter(row: Any, template: str, **values: str) -> None:
    """In the transaction that completes the job. `began` makes another attempt of the same row another message."""
    from giao.kernel.notifications.notify import notify

    job = row.job
    if row.created_by is None or job is None or job.started is None:
        return
    if timezone.now() - job.started >= TOLD_AFTER:
        link = _links.get(row._meta.label_lower)
        notify(
            [row.created_by],
            template,
            {"name": getattr(row, "title", "") or getattr(row, "name", ""), **values},
            key=f"{key_of(row)}:{job.pk}",
            engagement=row.engagement,
            link=link(row) if link else "",
        )


@task(long=True, most_attempts=3, when_dead=_given_up)
def do_work(label: str, identifier: str) -> Effect | None:
    """The job of every kind of work."""
    model = apps.get_model(label)
    row = model._default_manager.filter(pk=identifier, state=WorkState.COMPUTING).first()
    if row is None:
        return None  # stopped before it began
    try:
        found = _work[label](row, tell)
    except (Stopped, *TRANSIENT):
        raise
    except Exception as error:
        logger.warning("%s %s failed: %s", label, identifier, error, exc_info=not is_plain(error))
        sentence = sentence_of(error)
        return Effect(lambda: _given_up(sentence, label, identifier))

    def store() -> None:
        still = model._default_manager.filter(pk=identifier, state=WorkState.COMPUTING)
        if still.select_for_update().exists():
            fields = found() if callable(found) else found
            still.update(**fields, state=WorkState.READY, error="", finished=timezone.now())
            _tell_starter(row, "work_ready")

    return Effect(store)
