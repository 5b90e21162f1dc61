"""Run one leased job: its effect and its completion commit together, or it is tried again, or given up."""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.module_loading import import_string
from django_tasks.base import TaskContext
from django_tasks.signals import task_finished, task_started
from django_tasks.utils import get_exception_traceback, get_module_path, normalize_json

from giao.kernel.engagements.scoping import everywhere, working_for, working_in
from giao.kernel.health.metrics import job_ended
from giao.kernel.jobs.claiming import lease_to, mine
from giao.kernel.jobs.errors import JobError, Stopped
from giao.kernel.jobs.models import AT_ONCE, Job, JobState
from giao.kernel.jobs.processes import new_name
from giao.kernel.jobs.progress import Running, as_running
from giao.kernel.jobs.task import Effect, LeaseTask

logger = logging.getLogger(__name__)

FIRST_PAUSE_SECONDS = 2.0
LONGEST_PAUSE_SECONDS = 3600.0
TRACEBACK_LETTERS = 8000


class _Lost(Exception):
    """The lease is not ours any more: what the function wrote is rolled back."""


def pause_after(attempts: int, chance: Callable[[], float] = random.random) -> float:
    """Seconds until the next attempt: doubling from 2 s to an hour, each drawn from its upper half."""
    whole: float = min(FIRST_PAUSE_SECONDS * 2.0 ** (attempts - 1), LONGEST_PAUSE_SECONDS)
    return whole * (0.5 + 0.5 * chance())


def run(
    job: Job, worker: str, *, stopping: Callable[[], bool] = lambda: False, again: bool = True
) -> JobState:
    """Run a job leased to the worker and return how it ended (READY: it will be tried again; RUNNING: it was lost).

    `again` False: the first failure gives it up.
    """
    started = time.monotonic()
    if stopping():
        return _stopped(job, worker)
    try:
        found = _task(job)
    except Exception as error:
        sentence = f"the job {job.task} is not known here ({error}); the worker may be older than the server"
        return _fail(job, worker, error, sentence, again=again)
    task_started.send(type(found), task_result=_told(job, found))
    try:
        with as_running(Running(job, worker, stopping)):
            state = _long(job, found, worker) if job.long else _short(job, found, worker)
    except _Lost:
        logger.warning("job %s %s was taken over by another worker", job.task, job.pk)
        return JobState.RUNNING
    except Stopped:
        state = _stopped(job, worker)
    except Exception as error:
        logger.warning("job %s %s failed: %s", job.task, job.pk, error, exc_info=not is_plain(error))
        state = _fail(job, worker, error, sentence_of(error), again=again)
    job_ended(job.name, str(state), time.monotonic() - started)
    job.state = state
    if state in (JobState.DONE, JobState.DEAD):
        task_finished.send(type(found), task_result=_told(job, found))
    return state


def _task(job: Job) -> LeaseTask[..., Any]:
    found = import_string(job.task)
    if not isinstance(found, LeaseTask):
        raise JobError(f"{job.task} is no task")
    return found


def _told(job: Job, found: LeaseTask[..., Any]) -> Any:
    from giao.kernel.jobs.backend import result_of

    return result_of(job, found)


@contextmanager
def _scope(job: Job) -> Iterator[None]:
    """A job sees what belongs to its owner."""
    if job.engagement_id is not None:
        with working_in(job.engagement_id):
            yield
    else:
        with working_for(job.organisation_id):
            yield


def _call(job: Job, found: LeaseTask[..., Any]) -> Any:
    args, kwargs = job.arguments.get("args", []), job.arguments.get("kwargs", {})
    if found.takes_context:
        return found.call(TaskContext(task_result=_told(job, found)), *args, **kwargs)
    return found.call(*args, **kwargs)


def _short(job: Job, found: LeaseTask[..., Any], worker: str) -> JobState:
    with transaction.atomic():
        with _scope(job):
            result = _call(job, found)
        _complete(job, worker, result)
    return JobState.DONE


def _long(job: Job, found: LeaseTask[..., Any], worker: str) -> JobState:
    with _scope(job):
        result = _call(job, found)
    with transaction.atomic():
        if isinstance(result, Effect):
            _check_lease(job, worker)
            with _scope(job):
                result = result.store()
        _complete(job, worker, result)
    return JobState.DONE


def _check_lease(job: Job, worker: str) -> None:
    """Lock our row before the effect is stored: whoever took the job over waits, or we are late."""
    with everywhere("the worker completes its job"):
        found = mine(job, worker).select_for_update().first()
    if found is None:
        raise _Lost
    if found.cancelling:
        raise Stopped


def _complete(job: Job, worker: str, result: Any) -> None:
    values, now = normalize_json(result), timezone.now()
    with everywhere("the worker completes its job"):
        done = mine(job, worker).update(
            state=JobState.DONE, lease_owner=None, result=values, share_done=1.0, error="", finished=now
        )
    if not done:
        raise _Lost
    job.result = values


def _stopped(job: Job, worker: str) -> JobState:
    """Cancelled by somebody; or the worker ends, and the job waits for the next one as if it had not begun."""
    with everywhere("the worker completes its job"), transaction.atomic():
        found = mine(job, worker).select_for_update().first()
        if found is None:
            return JobState.RUNNING
        if found.cancelling:
            now = timezone.now()
            mine(job, worker).update(state=JobState.CANCELLED, lease_owner=None, finished=now)
            return JobState.CANCELLED
        found.attempts -= 1
        return back_to_waiting(found)


def _fail(job: Job, worker: str, error: Exception, sentence: str, *, again: bool) -> JobState:
    fault = {
        "exception": get_module_path(type(error)),
        "traceback": get_exception_traceback(error)[-TRACEBACK_LETTERS:],
    }
    with everywhere("the worker completes its job"), transaction.atomic():
        found = mine(job, worker).select_for_update().first()
        if found is None:
            return JobState.RUNNING
        found.faults = [*found.faults[-2:], fault]
        found.error = sentence
        if again and found.attempts < found.most_attempts and not found.cancelling:
            return back_to_waiting(found, pause_after(found.attempts))
        give_up(found, sentence)
        return JobState.DEAD


def back_to_waiting(job: Job, pause: float = 0.0) -> JobState:
    """Release the lease. When another job waits under the same key, that one does the work of both."""
    same = Job.objects.filter(owner=job.owner, key=job.key, due__isnull=False)
    if job.key is not None and same.exists():
        job.state, job.due, job.finished = JobState.CANCELLED, None, timezone.now()
    else:
        job.state = JobState.READY
        job.due = timezone.now() + timedelta(seconds=pause) if pause else AT_ONCE
    job.lease_owner = None
    job.save(update_fields=["state", "due", "lease_owner", "attempts", "faults", "error", "finished"])
    return JobState(job.state)


def give_up(job: Job, sentence: str) -> None:
    """A dead letter: it waits for a person (`queue.retry`). The task's `when_dead` hears of it in the same transaction."""
    job.state, job.lease_owner, job.error, job.finished = JobState.DEAD, None, sentence, timezone.now()
    job.save(update_fields=["state", "lease_owner", "error", "faults", "finished"])
    logger.error("job %s %s was given up: %s", job.task, job.pk, sentence)
    try:
        found = _task(job)
    except Exception:
        return
    if found.when_dead is not None:
        with _scope(job):
            found.when_dead(sentence, *job.arguments.get("args", []), **job.arguments.get("kwargs", {}))


def is_plain(error: Exception) -> bool:
    """Errors of ours are sentences for the reader; others are faults."""
    return type(error).__module__.startswith("giao.")


def sentence_of(error: Exception) -> str:
    return str(error) if is_plain(error) else f"{type(error).__name__}: {error}"


def run_here(job: Job, now: datetime | None = None) -> JobState:
    """Run a waiting job at once in this process (`GIAO_JOBS = "inline"`); its first failure gives it up."""
    worker = new_name()
    with everywhere("the worker takes whatever is due"), transaction.atomic():
        found = Job.objects.select_for_update().filter(pk=job.pk, due__isnull=False).first()
        if found is None:
            return JobState(Job.objects.get(pk=job.pk).state)
        lease_to([found], worker, now or timezone.now())
    state = run(found, worker, again=False)
    with everywhere("the worker completes its job"):
        job.refresh_from_db()
    return state
