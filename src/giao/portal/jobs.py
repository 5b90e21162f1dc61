"""What the worker does for an engagement: waiting, running, given up; asked for again or cancelled."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from giao.kernel.audit.record import record_act
from giao.kernel.engagements.access import check_may
from giao.kernel.engagements.standing import Standing, standing_for
from giao.kernel.identity.person import person_of
from giao.kernel.jobs.keeping import workers_alive
from giao.kernel.jobs.models import Job, JobState
from giao.kernel.jobs.queue import cancel, retry
from giao.kernel.jobs.words import task_words
from giao.kernel.notifications.access import may_see_jobs
from giao.ui.export import export_table
from giao.ui.listing import stored_table
from giao.ui.table import Column, Table
from giao.ui.templatetags.giao import told


def jobs_page(request: HttpRequest, slug: str) -> HttpResponseBase:
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
    table = _table(request, mine.filter(state=state))
    if table.export:
        return export_table(table, f"{slug}-jobs", standing.zone)
    context = {
        "table": table,
        "state": state,
        "states": [(one.value, one.label, counts[one]) for one in JobState],
        "engagement": standing.engagement,
        "workers": workers_alive(),
    }
    return render(request, "portal/jobs.html", context)


def _table(request: HttpRequest, rows: QuerySet[Job]) -> Table:
    columns = [
        Column("what", _("What")),
        Column("since", _("Since"), "instant", template="portal/cells/since.html"),
        Column("finished", _("How far"), "instant", template="portal/cells/job_far.html"),
        Column("attempts", _("Attempts"), "number"),
        Column("why", _("Why")),
        Column("acts", "", sortable=False, template="portal/cells/job_acts.html"),
    ]
    tasks = set(rows.order_by().values_list("task", flat=True).distinct())

    def called(text: str) -> Q:
        return Q(
            task__in=[task for task in tasks if text.lower() in task_words(task.rpartition(".")[2]).lower()]
        )

    return stored_table(
        request,
        rows,
        columns,
        lambda job: {
            "what": job.words,
            "since": job.created,
            "finished": job.finished,
            "attempts": job.attempts,
            "why": told(job.error) if job.error else None,
        },
        name="jobs",
        orders={"since": "created", "finished": "finished", "attempts": "attempts"},
        sort="-since",
        search=("error",),
        matching=called,
    )


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
