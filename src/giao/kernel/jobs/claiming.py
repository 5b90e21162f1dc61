"""Take due jobs, keep the lease, give it back. Two workers never get one job; what died with its worker is found."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Exists, F, Min, OuterRef, Q, QuerySet
from django.utils import timezone

from giao.kernel.engagements.scoping import everywhere
from giao.kernel.jobs.models import Job, JobState
from giao.kernel.jobs.processes import is_gone

SILENCE_SECONDS = 60.0
"""A worker elsewhere whose lease shows no sign of life for so long, by our own watch, is taken for dead."""

Kind = Literal["any", "short", "fresh"]
"""Any job; those that are not long; of these the ones that were never tried."""

Lease = tuple[UUID, str, int]
"""(job, lease owner, beat)"""


def _priorities() -> Iterator[int]:
    """Those that wait, highest first; one look into the index for each."""
    waiting = Job.objects.filter(due__isnull=False)
    below: int | None = None
    while True:
        rows = waiting if below is None else waiting.filter(priority__lt=below)
        found = rows.order_by("-priority").values_list("priority", flat=True).first()
        if found is None:
            return
        yield found
        below = found


def _due(priority: int, now: datetime, kind: Kind) -> QuerySet[Job]:
    same = Job.objects.filter(owner=OuterRef("owner"), key=OuterRef("key"), lease_owner__isnull=False)
    rows = Job.objects.filter(priority=priority, due__lte=now).filter(Q(key__isnull=True) | ~Exists(same))
    if kind != "any":
        rows = rows.filter(long=False)
    if kind == "fresh":
        rows = rows.filter(attempts=0)
    return rows.order_by("due", "id")


def claim(worker: str, limit: int, kind: Kind = "any") -> list[Job]:
    """At most so many due jobs, now leased to the worker; highest priority first, then by when they were due.

    Nothing due costs no write lock.
    """
    with everywhere("the worker takes whatever is due"):
        now = timezone.now()
        locks = connection.features.has_select_for_update_skip_locked
        if limit < 1:
            return []
        if not locks and not any(_due(priority, now, kind).exists() for priority in _priorities()):
            return []
        with transaction.atomic():
            found: list[Job] = []
            for priority in _priorities():
                rows = _due(priority, now, kind)
                if locks:
                    rows = rows.select_for_update(skip_locked=True, of=("self",))
                found += rows[: limit - len(found)]
                if len(found) >= limit:
                    break
            lease_to(found, worker, now)
            return found


def lease_to(jobs: list[Job], worker: str, now: datetime) -> None:
    for job in jobs:
        job.state, job.due, job.lease_owner, job.tried = JobState.RUNNING, None, worker, now
        job.started = job.started or now
        job.attempts += 1
        job.beat += 1
        job.workers = [*job.workers[-9:], worker]
    if jobs:
        Job.objects.bulk_update(
            jobs, ["state", "due", "lease_owner", "tried", "started", "attempts", "beat", "workers"]
        )


def next_due() -> datetime | None:
    """When the next waiting job is due; None when none waits."""
    with everywhere("the worker takes whatever is due"):
        first = (
            Job.objects.filter(priority=priority, due__isnull=False).aggregate(first=Min("due"))["first"]
            for priority in _priorities()
        )
        return min((due for due in first if due is not None), default=None)


def mine(job: Job, worker: str) -> QuerySet[Job]:
    """The job's row while the lease is ours: every completion goes through it."""
    return Job.objects.filter(pk=job.pk, lease_owner=worker, attempts=job.attempts)


def renew(worker: str, jobs: Iterable[UUID]) -> int:
    """A sign of life for these jobs; how many are still ours."""
    with everywhere("the worker keeps its lease"):
        return Job.objects.filter(pk__in=list(jobs), lease_owner=worker).update(beat=F("beat") + 1)


def leases() -> list[Lease]:
    with everywhere("the worker takes over what died"):
        rows = Job.objects.filter(lease_owner__isnull=False).values_list("pk", "lease_owner", "beat")
        return [(job, str(owner), beat) for job, owner, beat in rows]


@dataclass
class Watch:
    """Which leases died. No wall clock: a lease is dead when we saw it without a sign of life for `silence` seconds.

    So neither a clock set back nor clocks that differ can take a job from a living worker, or keep it for a dead one.
    """

    silence: float = SILENCE_SECONDS
    _seen: dict[tuple[UUID, str], tuple[int, float]] = field(default_factory=dict)

    def dead(self, found: Iterable[Lease], moment: float) -> list[Lease]:
        """`moment`: a clock that only goes forward, in seconds."""
        before, self._seen, dead = self._seen, {}, []
        for job, owner, beat in found:
            kept, since = before.get((job, owner), (beat, moment))
            if kept != beat:
                kept, since = beat, moment
            self._seen[job, owner] = kept, since
            if moment - since >= self.silence or is_gone(owner):
                dead.append((job, owner, beat))
        return dead


def free(lease: Lease) -> bool:
    """Take a dead worker's lease away: the job waits again, or is given up when it has had its attempts.

    False when it moved meanwhile: somebody else did it, or the worker lives.
    """
    from giao.kernel.jobs.running import back_to_waiting, give_up

    identifier, owner, beat = lease
    with everywhere("the worker takes over what died"), transaction.atomic():
        job = Job.objects.select_for_update().filter(pk=identifier, lease_owner=owner, beat=beat).first()
        if job is None:
            return False
        if job.attempts >= job.most_attempts:
            times = job.attempts
            give_up(job, f"the worker ended in the middle of it, {times} times; it is not tried any more")
        else:
            back_to_waiting(job)
        return True
