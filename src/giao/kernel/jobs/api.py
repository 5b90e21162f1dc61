"""Long work of an engagement, as addresses: what waits, runs or was given up; again, or cancelled."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _
from ninja import Schema

from giao.kernel.api.caller import PERSON, person_of, stand
from giao.kernel.api.paging import asked_page, page_of
from giao.kernel.api.values import instant
from giao.kernel.api.wing import Wing
from giao.kernel.audit.record import record_act
from giao.kernel.engagements.access import check_may
from giao.kernel.identity.problems import Problem
from giao.kernel.jobs.models import Job
from giao.kernel.jobs.queue import cancel, retry
from giao.kernel.notifications.access import may_see_jobs

router = Wing(tags=["jobs"])
HERE = "/engagements/{slug}/jobs"


class JobOut(Schema):
    id: str
    name: str
    words: str
    state: str
    doing: str
    share_done: float
    seconds_left: int | None
    attempts: int
    error: str
    created: str
    started: str | None
    finished: str | None


class JobsOut(Schema):
    items: list[JobOut]
    next: str | None


@router.read(HERE, PERSON, JobsOut, paged=True)
def jobs(request: HttpRequest, slug: str, state: str = "") -> dict[str, Any]:
    """Jobs of the engagement, the newest first."""
    asked = asked_page(request)
    standing = stand(request, slug)
    check_may(may_see_jobs(standing.place), _("see its jobs"))
    rows = Job.objects.filter(engagement=standing.engagement)
    found, following = page_of(rows.filter(state=state) if state else rows, asked)
    return {"items": [_out(row) for row in found], "next": following}


@router.write(HERE + "/{uuid:identifier}/retry", PERSON, JobOut)
def job_retried(request: HttpRequest, slug: str, identifier: UUID) -> dict[str, Any]:
    """Try a job again that was given up; 409 when it is not given up any more."""
    return _act(request, slug, identifier, "retry")


@router.write(HERE + "/{uuid:identifier}/cancel", PERSON, JobOut)
def job_cancelled(request: HttpRequest, slug: str, identifier: UUID) -> dict[str, Any]:
    """Cancel a job that waits or runs; 409 when it is over already."""
    return _act(request, slug, identifier, "cancel")


def _act(request: HttpRequest, slug: str, identifier: UUID, act: str) -> dict[str, Any]:
    standing = stand(request, slug)
    check_may(may_see_jobs(standing.place), _("see its jobs"))
    job = Job.objects.filter(engagement=standing.engagement, pk=identifier).first()
    if job is None:
        raise Http404("no such job")
    if not (retry if act == "retry" else cancel)(job):
        raise Problem(409, "Changed meanwhile", _("It has changed meanwhile; look again."))
    record_act(standing.engagement, person_of(request), f"{act}_job", job.words)
    job.refresh_from_db()
    return _out(job)


def _out(row: Job) -> dict[str, Any]:
    return {
        "id": str(row.pk),
        "name": row.name,
        "words": row.words,
        "state": str(row.state),
        "doing": row.doing_words,
        "share_done": row.share_done,
        "seconds_left": row.seconds_left,
        "attempts": row.attempts,
        "error": row.error,
        "created": instant(row.created),
        "started": instant(row.started),
        "finished": instant(row.finished),
    }
