"""What keeps the table in order: who works, old jobs, and what a changed clock left behind."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from giao.kernel.engagements.scoping import everywhere
from giao.kernel.jobs import nudge, schedules
from giao.kernel.jobs.models import Job, JobState, WorkerSeen
from giao.kernel.jobs.running import LONGEST_PAUSE_SECONDS

KEPT = timedelta(days=14)
"""Jobs that are done or cancelled stay so long; those given up stay until somebody decides. So do `once` keys."""

SOME = 1000
"""Deleted at a time: a short write."""

ALIVE = timedelta(minutes=1)


def say_seen(name: str, slots: int, running: int) -> None:
    now = timezone.now()
    WorkerSeen.objects.update_or_create(
        name=name,
        defaults={"slots": slots, "running": running, "seen": now},
        create_defaults={"slots": slots, "running": running, "seen": now, "started": now},
    )


def say_gone(name: str) -> None:
    WorkerSeen.objects.filter(name=name).delete()


def workers_alive() -> int:
    """How many have been seen within a minute of now (before or after: a clock may have been set back)."""
    now = timezone.now()
    return WorkerSeen.objects.filter(seen__gte=now - ALIVE, seen__lte=now + ALIVE).count()


def keep_house() -> None:
    """Every minute, by every worker; doing it twice changes nothing."""
    nudge.forget_the_dead()
    schedules.mend_after_clock_change()
    now = timezone.now()
    with everywhere("the worker keeps the table in order"):
        longest = now + timedelta(seconds=LONGEST_PAUSE_SECONDS)
        Job.objects.filter(due__gt=longest, attempts__gt=0).update(
            due=now
        )  # the clock was set back meanwhile
        over = Job.objects.filter(
            finished__lt=now - KEPT, state__in=(JobState.DONE, JobState.CANCELLED), once__isnull=True
        )
        old = list(over.values_list("pk", flat=True)[:SOME])
        if old:
            Job.objects.filter(pk__in=old).delete()
    WorkerSeen.objects.filter(seen__lt=now - timedelta(days=1)).delete()
