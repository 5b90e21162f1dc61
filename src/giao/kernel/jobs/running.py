"""Run jobs one after another in a thread of this process. A process that dies loses its job to the next that looks.

A room says once what its jobs do: ``add_work(Replay, work)`` in its AppConfig.ready; ``begin(job)`` starts a saved row.
"""

from __future__ import annotations

import contextlib
import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import close_old_connections, connections, transaction
from django.utils import timezone

from giao.kernel.engagements.scoping import working_in
from giao.kernel.jobs.models import Job, JobState
from giao.kernel.readings import lease

logger = logging.getLogger(__name__)
Progress = Callable[[str, float], None]
Work = Callable[[Any, Progress], dict[str, Any]]
"""Does a job and returns the fields of its row to be stored with "ready". An error's text is shown to the reader."""

HEARTBEAT_SECONDS = 10.0
_work: dict[str, Work] = {}
_guard = threading.Lock()
_running: dict[str, Future[None]] = {}
_executor: ThreadPoolExecutor | None = None


class Stopped(Exception):
    """Somebody stopped the job, or another process took it over: leave quietly."""


def add_work(model: type[Job], work: Work) -> None:
    _work[model._meta.label] = work


def begin(job: Job) -> None:
    """Start a saved job once its row is committed. `GIAO_JOBS = "inline"` (tests): at once, here."""
    rows(job).update(lease_owner=lease.this_process(), lease_seen=timezone.now())
    if getattr(settings, "GIAO_JOBS", "thread") == "inline":
        run(type(job), job.pk, _engagement_of(job))
        job.refresh_from_db()
        return
    transaction.on_commit(lambda: _queue(job))


def look(job: Job) -> Job:
    """The job as it is now; one whose process died is taken up again."""
    job.refresh_from_db()
    if lease.is_abandoned(job):  # type: ignore[arg-type]
        taken = rows(job).filter(
            state=JobState.COMPUTING, lease_owner=job.lease_owner, lease_seen=job.lease_seen
        )
        if taken.update(lease_owner=lease.this_process(), lease_seen=timezone.now()):
            _queue(job)
    return job


def stop(job: Job) -> None:
    rows(job).filter(state=JobState.COMPUTING).update(state=JobState.STOPPED, finished=timezone.now())


def rows(job: Job) -> Any:
    with working_in(_engagement_of(job)):
        return type(job)._default_manager.filter(pk=job.pk)


def _engagement_of(job: Job) -> UUID:
    """Every kind of job belongs to an engagement."""
    found: UUID = job.engagement_id  # type: ignore[attr-defined]
    return found


def wait(job: Job, seconds: float) -> None:
    """Wait until this process has finished the job, at most so long; then the row is read again."""
    with _guard:
        future = _running.get(str(job.pk))
    if future is not None:
        with contextlib.suppress(TimeoutError):
            future.result(timeout=seconds)
    job.refresh_from_db()


def _queue(job: Job) -> None:
    global _executor
    with _guard:
        if _executor is None:
            _executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix="giao-job")
        for old in [name for name, future in _running.items() if future.done()]:
            del _running[old]
        if str(job.pk) not in _running:
            _running[str(job.pk)] = _executor.submit(_in_thread, type(job), job.pk, _engagement_of(job))


def _in_thread(model: type[Job], identifier: UUID, engagement: UUID) -> None:
    close_old_connections()
    done = threading.Event()
    beat = threading.Thread(target=_heartbeat, args=(model, identifier, engagement, done), daemon=True)
    beat.start()
    try:
        run(model, identifier, engagement)
    except Exception:
        logger.exception("job %s could not be stored", identifier)
    finally:
        done.set()
        beat.join()
        connections.close_all()


def _heartbeat(model: type[Job], identifier: UUID, engagement: UUID, done: threading.Event) -> None:
    try:
        while not done.wait(HEARTBEAT_SECONDS):
            with working_in(engagement):
                _mine(model, identifier).update(lease_seen=timezone.now())
    finally:
        connections.close_all()


def _mine(model: type[Job], identifier: UUID) -> Any:
    return model._default_manager.filter(
        pk=identifier, state=JobState.COMPUTING, lease_owner=lease.this_process()
    )


def run(model: type[Job], identifier: UUID, engagement: UUID) -> None:
    """Do one job and store it: ready with its result, or failed with the sentence that says why."""
    with working_in(engagement):
        _run(model, identifier)


def _run(model: type[Job], identifier: UUID) -> None:
    job = model._default_manager.get(pk=identifier)

    def tell(doing: str, share: float) -> None:
        told = _mine(model, identifier).update(
            doing=doing[:100], share_done=min(max(share, 0.0), 1.0), lease_seen=timezone.now()
        )
        if not told:
            raise Stopped

    try:
        found = _work[model._meta.label](job, tell)
    except Stopped:
        return
    except Exception as error:
        plain = type(error).__module__.startswith("giao.")
        logger.warning("job %s failed: %s", identifier, error, exc_info=not plain)
        said = str(error) if plain else f"{type(error).__name__}: {error}"
        _mine(model, identifier).update(state=JobState.FAILED, error=said, finished=timezone.now())
        return
    _mine(model, identifier).update(
        **found, state=JobState.READY, share_done=1.0, error="", finished=timezone.now()
    )
