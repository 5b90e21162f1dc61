"""Recurring jobs: one row a schedule. Each of its instants makes one job, whoever looks, and never two."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone
from django.utils.module_loading import import_string
from django_tasks.utils import normalize_json

from giao.kernel.engagements.scoping import everywhere
from giao.kernel.jobs.cron import parse_cron
from giao.kernel.jobs.errors import JobError
from giao.kernel.jobs.models import Schedule, values_of_owner
from giao.kernel.jobs.queue import owner_of, sight_of
from giao.kernel.jobs.task import LeaseTask


def every(
    seconds: int,
    name: str,
    task: LeaseTask[..., Any],
    *args: Any,
    engagement: Any = None,
    organisation: Any = None,
) -> Schedule:
    """Enqueue the task every so many seconds, the first time so long from now. Saying it again changes the same row.

    Times missed while no worker ran are made up for once.
    """
    if seconds < 1:
        raise JobError(f"the schedule {name!r} comes every {seconds} s; it takes 1 or more")
    values = {"every_seconds": seconds, "cron": "", "zone": "UTC"}
    return _keep(name, task, args, values, engagement, organisation)


def cron(
    line: str,
    name: str,
    task: LeaseTask[..., Any],
    *args: Any,
    zone: str = "UTC",
    engagement: Any = None,
    organisation: Any = None,
) -> Schedule:
    """Enqueue the task at the times of a cron line in a zone. Raises JobError for a line that cannot be read."""
    parse_cron(line)
    values = {"every_seconds": None, "cron": line, "zone": zone}
    return _keep(name, task, args, values, engagement, organisation)


def _keep(
    name: str,
    task: LeaseTask[..., Any],
    args: Any,
    values: dict[str, Any],
    engagement: Any,
    organisation: Any,
) -> Schedule:
    owner = owner_of(task.using(engagement=engagement, organisation=organisation))
    values |= {"task": task.module_path, "arguments": {"args": normalize_json(list(args)), "kwargs": {}}}
    with sight_of(owner), transaction.atomic():
        found = Schedule.objects.select_for_update().filter(owner=owner["owner"], name=name).first()
        changed = found is None or any(
            getattr(found, field) != values[field] for field in ("every_seconds", "cron", "zone")
        )
        if found is None:
            found = Schedule(name=name, **owner)
        for field, value in values.items():
            setattr(found, field, value)
        if changed:
            found.next = next_after(found, timezone.now())
        found.save()
        return found


def unschedule(name: str, *, engagement: Any = None, organisation: Any = None) -> bool:
    owner = values_of_owner(engagement, organisation)
    with sight_of(owner):
        return bool(Schedule.objects.filter(owner=owner["owner"], name=name).delete()[0])


def next_after(schedule: Schedule, now: datetime) -> datetime:
    """The coming instant: after now, and after the last one that counted (whatever the clock says)."""
    if schedule.every_seconds:
        step = timedelta(seconds=schedule.every_seconds)
        if schedule.slot is None or not now - step < schedule.slot <= now:
            return now + step
        return schedule.slot + step
    after = max(now, schedule.slot) if schedule.slot else now
    return parse_cron(schedule.cron).after(after, ZoneInfo(schedule.zone))


def fire_due() -> int:
    """Make the jobs of all instants that have come; returns how many. Two workers may call it at the same time."""
    now = timezone.now()
    with everywhere("the worker makes recurring jobs"):
        due = list(Schedule.objects.filter(next__lte=now).order_by("next")[:100])
        return sum(_fire(schedule, now) for schedule in due)


def _fire(schedule: Schedule, now: datetime) -> bool:
    slot, task = schedule.next, import_string(schedule.task)
    schedule.slot = slot
    coming = next_after(schedule, now)
    with transaction.atomic():
        same = Schedule.objects.filter(pk=schedule.pk, next=slot)
        if not same.update(slot=slot, next=coming):
            return False  # another worker was first
        chosen = task.using(
            engagement=schedule.engagement_id,
            organisation=schedule.organisation_id,
            key=f"schedule:{schedule.name}",
        )
        chosen.enqueue(*schedule.arguments.get("args", []))
        return True


def mend_after_clock_change() -> None:
    """A clock that was set back leaves "every N" waiting for hours: none waits longer than N."""
    now = timezone.now()
    with everywhere("the worker makes recurring jobs"):
        for schedule in Schedule.objects.filter(every_seconds__isnull=False, next__gt=now):
            step = timedelta(seconds=schedule.every_seconds or 0)
            if schedule.next > now + step:
                Schedule.objects.filter(pk=schedule.pk, next=schedule.next).update(next=now + step)
