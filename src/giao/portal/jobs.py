"""What the worker does for an engagement: waiting, running, given up; asked for again or cancelled."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from giao.kernel.audit.record import record_act
from giao.kernel.engagements.access import check_may
from giao.kernel.engagements.standing import Standing, standing_for
from giao.kernel.identity.person import person_of
from giao.kernel.jobs.keeping import workers_alive
from giao.kernel.jobs.models import Job, JobState
from giao.kernel.jobs.queue import cancel, retry
from giao.kernel.notifications.access import may_see_jobs

PER_PAGE = 50


def jobs_page(request: HttpRequest, slug: str) -> HttpResponse:
    """`?state=<state>` shows one kind; at first what was given up, or what runs when nothing was."""
    standing = standing_for(request, slug)
    check_may(may_see_jobs(standing.place), _("see its jobs"))
    if request.method == "POST":
        return _act(request, standing)
    mine = Job.objects.filter(engagement=standing.engagement)
    counts = {state: mine.filter(state=state).count() for state in JobState}
    first = JobState.DEAD if counts[JobState.DEAD] else JobState.RUNNING
    asked = request.GET.get("state", "")
    state = JobState(asked) if asked in JobState.values else first
    rows = mine.filter(state=state).order_by("-created", "-id")
    context = {
        "page": Paginator(rows, PER_PAGE).get_page(request.GET.get("page")),
        "state": state,
        "states": [(one.value, one.label, counts[one]) for one in JobState],
        "engagement": standing.engagement,
        "workers": workers_alive(),
    }
    return render(request, "portal/jobs.html", context)


def _act(request: HttpRequest, standing: Standing) -> HttpResponse:
    user = person_of(request)
    try:
        job = Job.objects.filter(engagement=standing.engagement, pk=UUID(request.POST.get("job", ""))).first()
    except ValueError:
        job = None
    if job is None:
        raise Http404("no such job")
    acts = {"retry": (retry, _("It is tried again.")), "cancel": (cancel, _("It is cancelled."))}
    act = request.POST.get("act", "")
    if act in acts:
        does, done = acts[act]
        if does(job):
            record_act(standing.engagement, user, f"{act}_job", job.words)
            messages.success(request, done)
        else:
            messages.warning(request, _("It has changed meanwhile; look again."))
    return redirect("jobs", slug=standing.engagement.slug)
