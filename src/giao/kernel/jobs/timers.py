"""Timers: something happens at an instant. A timer is a job that is due then, under a key: set again, it moves."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django_tasks.utils import normalize_json

from giao.kernel.jobs import nudge
from giao.kernel.jobs.errors import JobError
from giao.kernel.jobs.models import Job, JobState, values_of_owner
from giao.kernel.jobs.queue import row_of, sight_of
from giao.kernel.jobs.task import LeaseTask


class Timer(NamedTuple):
    """One of many timers for `at_many`."""

    instant: datetime
    key: str
    args: tuple[Any, ...] = ()


def at(
    instant: datetime,
    key: str,
    task: LeaseTask[..., Any],
    *args: Any,
    engagement: Any = None,
    organisation: Any = None,
    **kwargs: Any,
) -> Job:
    """Run the task at the instant (aware; a past one at once). A timer waiting under the key is replaced.

    The task runs at least once; its job's effect and completion commit together (see `kernel.jobs`).
    """
    _check(instant)
    chosen = task.using(engagement=engagement, organisation=organisation, key=key)
    arguments = {"args": normalize_json(list(args)), "kwargs": normalize_json(kwargs)}
    job = row_of(chosen, arguments, instant)
    with sight_of(values_of_owner(job.engagement_id, job.organisation_id)):
        for _again in range(10):
            with transaction.atomic():
                waiting = Job.objects.select_for_update().filter(owner=job.owner, key=key, due__isnull=False)
                found = waiting.first()
                if found is not None:
                    _move(found, job)
                    nudge.after_commit()
                    return found
                try:
                    with transaction.atomic():
                        job.save(force_insert=True)
                except IntegrityError:
                    continue  # another was first: replace that one
                nudge.after_commit()
                return job
    raise JobError(f"the timer {key!r} could not be set; try again")


def _move(found: Job, wanted: Job) -> None:
    for name in ("task", "arguments", "priority", "long", "due", "most_attempts", "starter_id"):
        setattr(found, name, getattr(wanted, name))
    found.attempts = 0
    found.save(
        update_fields=["task", "arguments", "priority", "long", "due", "most_attempts", "starter", "attempts"]
    )


def at_many(
    timers: Iterable[Timer], task: LeaseTask[..., Any], *, engagement: Any = None, organisation: Any = None
) -> int:
    """Set many timers of one owner at once, replacing those that wait under their keys; returns how many."""
    chosen = task.using(engagement=engagement, organisation=organisation)
    rows: dict[str, Job] = {}
    for timer in timers:
        _check(timer.instant)
        row = row_of(chosen, {"args": normalize_json(list(timer.args)), "kwargs": {}}, timer.instant)
        row.key = timer.key
        rows[timer.key] = row
    if not rows:
        return 0
    first = next(iter(rows.values()))
    keys = list(rows)
    with sight_of(values_of_owner(first.engagement_id, first.organisation_id)), transaction.atomic():
        for begin in range(0, len(keys), 500):
            part = keys[begin : begin + 500]
            Job.objects.filter(owner=first.owner, key__in=part, due__isnull=False).delete()
            Job.objects.bulk_create([rows[key] for key in part], batch_size=500)
        nudge.after_commit()
    return len(rows)


def cancel(key: str, *, engagement: Any = None, organisation: Any = None) -> bool:
    """Take a waiting timer away. False when none waits under the key (it fired, or never was)."""
    owner = values_of_owner(engagement, organisation)
    with sight_of(owner):
        waiting = Job.objects.filter(owner=owner["owner"], key=key, due__isnull=False)
        return bool(waiting.update(state=JobState.CANCELLED, due=None, finished=timezone.now()))


def next_of(key: str, owner: UUID) -> datetime | None:
    """When the timer under the key is due; None when none waits."""
    return Job.objects.filter(owner=owner, key=key, due__isnull=False).values_list("due", flat=True).first()


def _check(instant: datetime) -> None:
    if instant.tzinfo is None:
        raise JobError("a timer's instant needs its zone: give an aware datetime")
