"""LeaseBackend: the lease table as a backend of `django-tasks`. Enqueueing is an insert in the caller's transaction."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.module_loading import import_string
from django_tasks.backends.base import BaseTaskBackend
from django_tasks.base import Task, TaskError, TaskResult, TaskResultStatus
from django_tasks.exceptions import InvalidTaskError, TaskResultDoesNotExist
from django_tasks.signals import task_enqueued
from django_tasks.utils import normalize_json

from giao.kernel.jobs import nudge, queue
from giao.kernel.jobs.models import AT_ONCE, Job, JobState
from giao.kernel.jobs.task import LeaseTask

_STATUS = {
    JobState.READY: TaskResultStatus.READY,
    JobState.RUNNING: TaskResultStatus.RUNNING,
    JobState.DONE: TaskResultStatus.SUCCESSFUL,
    JobState.DEAD: TaskResultStatus.FAILED,
    JobState.CANCELLED: TaskResultStatus.FAILED,
}


class LeaseBackend(BaseTaskBackend):
    task_class = LeaseTask
    supports_defer = True
    supports_async_task = True
    supports_get_result = True
    supports_priority = True

    def validate_task(self, task: Task[..., Any]) -> None:
        super().validate_task(task)
        if isinstance(task, LeaseTask) and task.most_attempts < 1:
            raise InvalidTaskError("most_attempts must be at least 1")

    def enqueue(self, task: Task[..., Any], args: Any, kwargs: Any) -> TaskResult[Any]:
        """Insert the job, or join the one that waits under its key. Raises JobError when nobody owns it."""
        self.validate_task(task)
        assert isinstance(task, LeaseTask)
        arguments = {"args": normalize_json(list(args)), "kwargs": normalize_json(dict(kwargs))}
        job, made = queue.put(task, arguments)
        if made:
            task_enqueued.send(type(self), task_result=result_of(job, task))
            start(job)
        return result_of(job, task)

    def get_result(self, result_id: str) -> TaskResult[Any]:
        """A job in sight. Raises TaskResultDoesNotExist."""
        try:
            job = Job.objects.get(pk=UUID(str(result_id)))
        except (Job.DoesNotExist, ValidationError, ValueError) as error:
            raise TaskResultDoesNotExist(result_id) from error
        return result_of(job)


def start(job: Job) -> None:
    """Wake a worker once the row is committed. `GIAO_JOBS = "inline"` (tests, the demo's seed): do it at once, here."""
    if settings.GIAO_JOBS != "inline":
        nudge.after_commit()
    elif (job.due or AT_ONCE) <= timezone.now():
        from giao.kernel.jobs.running import run_here

        run_here(job)


def result_of(job: Job, task: Task[..., Any] | None = None) -> TaskResult[Any]:
    """The row as `django-tasks` tells it."""
    faults = [
        TaskError(exception_class_path=one["exception"], traceback=one["traceback"]) for one in job.faults
    ]
    found: TaskResult[Any] = TaskResult(
        task=task or import_string(job.task),
        id=str(job.pk),
        status=_STATUS[JobState(job.state)],
        enqueued_at=job.created,
        started_at=job.started,
        finished_at=job.finished,
        last_attempted_at=job.tried,
        args=job.arguments.get("args", []),
        kwargs=job.arguments.get("kwargs", {}),
        backend="default",
        errors=faults,
        worker_ids=list(job.workers),
    )
    object.__setattr__(found, "_return_value", job.result)
    return found
