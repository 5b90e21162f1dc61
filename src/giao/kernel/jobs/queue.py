"""Put a job into the table, take it out again, look for one. Everything here joins the caller's transaction."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django_scopes import get_scope

from giao.kernel.engagements.scoping import everywhere
from giao.kernel.jobs.errors import JobError
from giao.kernel.jobs.models import AT_ONCE, Job, JobState, values_of_owner
from giao.kernel.jobs.task import LeaseTask


@contextmanager
def sight_of(owner: dict[str, Any]) -> Iterator[None]:
    """An engagement's jobs are in the scope of the engagement; an organisation's in none."""
    if "organisation_id" in owner:
        with everywhere("the jobs of an organisation are in no engagement's scope"):
            yield
    else:
        yield


def owner_of(task: LeaseTask[..., Any]) -> dict[str, Any]:
    """Columns that say whose job it is. Raises JobError when it is nobody's, or of two."""
    if task.engagement and task.organisation:
        raise JobError(f"the job {task.name} has two owners; say engagement or organisation, not both")
    if task.engagement or task.organisation:
        return values_of_owner(task.engagement, task.organisation)
    seen = list(get_scope().get("engagement", ()))
    if len(seen) != 1:
        raise JobError(
            f"the job {task.name} belongs to nobody: enqueue it with "
            ".using(engagement=…) or .using(organisation=…)"
        )
    return values_of_owner(getattr(seen[0], "pk", seen[0]))


def row_of(task: LeaseTask[..., Any], arguments: dict[str, Any], due: datetime | None = None) -> Job:
    """The row, not stored yet."""
    return Job(
        **owner_of(task),
        task=task.module_path,
        arguments=arguments,
        queue=task.queue_name,
        priority=task.priority,
        long=task.long,
        key=task.key,
        once=task.once,
        due=due or task.run_after or AT_ONCE,
        most_attempts=task.most_attempts,
        starter_id=task.starter,
        created=timezone.now(),
    )


def put(task: LeaseTask[..., Any], arguments: dict[str, Any]) -> tuple[Job, bool]:
    """(the job, whether it is new). One that waits under the same key, or ever stood under the same `once`, is joined.

    A joined one is locked until the caller's transaction ends: it cannot run before it would see what the caller wrote.
    """
    job = row_of(task, arguments)
    with sight_of(values_of_owner(job.engagement_id, job.organisation_id)), transaction.atomic():
        if task.key is None and task.once is None:
            job.save(force_insert=True)
            return job, True
        for _again in range(10):
            Job.objects.bulk_create([job], ignore_conflicts=True)
            same = Job.objects.filter(owner=job.owner).select_for_update()
            found = same.filter(pk=job.pk).first()
            if found is None and task.once is not None:
                found = same.filter(once=task.once).first()
            if found is None and task.key is not None:
                found = same.filter(key=task.key, due__isnull=False).first()
            if found is not None:
                return found, found.pk == job.pk
    raise JobError(f"the job {task.name} could not be enqueued under {task.key or task.once!r}; try again")


def cancel(job: Job) -> bool:
    """Cancel a job that waits; ask a running one to stop at its next sign of life. False when it is over."""
    with transaction.atomic():
        waiting = Job.objects.filter(pk=job.pk, due__isnull=False)
        if waiting.update(state=JobState.CANCELLED, due=None, finished=timezone.now()):
            return True
        return bool(Job.objects.filter(pk=job.pk, lease_owner__isnull=False).update(cancelling=True))


def retry(job: Job) -> bool:
    """Give a job that was given up or cancelled its attempts anew. False when it is not over, or its key waits already."""
    from giao.kernel.jobs.backend import start

    with transaction.atomic():
        over = Job.objects.select_for_update().filter(
            pk=job.pk, state__in=(JobState.DEAD, JobState.CANCELLED)
        )
        found = over.first()
        if found is None:
            return False
        same = Job.objects.filter(owner=found.owner, key=found.key, due__isnull=False)
        if found.key is not None and same.exists():
            return False
        Job.objects.filter(pk=job.pk).update(
            state=JobState.READY, due=AT_ONCE, attempts=0, cancelling=False, error="", share_done=0.0,
            doing={}, finished=None,
        )  # fmt: skip
        found.refresh_from_db()
        start(found)
    return True


def job_of(owner: UUID, key: str) -> Job | None:
    """The newest job under a key."""
    return Job.objects.filter(owner=owner, key=key).order_by("-created").first()
