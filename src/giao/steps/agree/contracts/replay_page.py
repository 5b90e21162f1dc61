"""Replay: past months under a draft, beside what is in force. It goes on when the page is left."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import polars as pl
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from giao.core.agreement.errors import AgreementError
from giao.core.report import formats
from giao.kernel.engagements.access import check_may
from giao.kernel.engagements.queries import versions_in_force
from giao.kernel.engagements.standing import standing_for
from giao.kernel.identity.person import person_of
from giao.kernel.jobs.work import stop, wait
from giao.kernel.readings.queries import stands_at
from giao.steps.agree.contracts.access import may_change_agreement, may_replay
from giao.steps.agree.contracts.actions.start_replay import start_replay
from giao.steps.agree.contracts.models import Replay
from giao.steps.agree.contracts.outcome import level_of, value_words
from giao.steps.agree.contracts.queries import draft_of, replay_for, replays_of
from giao.steps.agree.contracts.replay_months import Month, months_chart, months_of, months_table
from giao.ui.export import export_table
from giao.ui.navigation import page_url
from giao.ui.table import Column, Filter, Table, build_table
from giao.ui.templatetags.giao import language

DRAFT = "draft"


def replay_page(request: HttpRequest, slug: str) -> HttpResponseBase:
    """`?run=<id>` shows one; else the newest. POST starts one of a version or of the person's draft, or stops it."""
    standing = standing_for(request, slug)
    engagement = standing.engagement
    draft = draft_of(engagement, person_of(request))
    rows = versions_in_force(engagement)
    fault = ""
    if request.method == "POST":
        check_may(may_replay(standing.place), _("replay a draft"))
        if request.POST.get("act") == "stop":
            job = replay_for(engagement, request.POST.get("run", ""))
            stop(job)
            return redirect(page_url("replay", {"run": str(job.pk), **standing.carried}, slug=slug) or "/")
        what = request.POST.get("what", "")
        row = next((item for item in rows if str(item.number) == what), None)
        text, title = (row.text, _("Version %(n)s") % {"n": row.number}) if row else ("", "")
        if what == DRAFT and draft:
            text, title = draft.text, _("My draft")
        try:
            job = start_replay(
                engagement,
                person_of(request),
                text,
                title,
                stands_at(engagement, standing.as_of if standing.chosen else None),
            )
            wait(job, 1.5)
            return redirect(page_url("replay", {"run": str(job.pk), **standing.carried}, slug=slug) or "/")
        except AgreementError as error:
            fault = str(error)
    runs = replays_of(engagement)
    asked = request.GET.get("run", "")
    run = replay_for(engagement, asked) if asked else (runs[0] if runs else None)
    context: dict[str, Any] = {
        "engagement": engagement,
        "rows": rows,
        "draft": draft,
        "runs": runs,
        "run": run,
        "fault": fault,
        "may_replay": may_replay(standing.place),
        "may_change": may_change_agreement(standing.place),
    }
    if run is not None and run.is_ready:
        months = months_of(run)
        table, money = _levels(request, run), months_table(request, months, run.result["currency"])
        for one in (table, money):
            if one.export:
                return export_table(one, f"{slug}-replay-{one.name}", standing.zone)
        context |= {
            "months": money,
            "finding": finding_of(run, months),
            "chart": months_chart(months, run.result["currency"]) if months else None,
            "table": table,
        }
    return render(request, "contracts/replay.html", context, status=422 if fault else 200)


def finding_of(run: Replay, months: list[Month]) -> str:
    """The answer in one sentence: the client would have paid so much more or less."""
    difference = sum((item.difference("total") for item in months), Decimal(0))
    credits = sum((item.difference("credit_total") for item in months), Decimal(0))
    said = {
        "n": len(months),
        "amount": formats.money(abs(difference), run.result["currency"], language()),
        "credits": formats.money(abs(credits), run.result["currency"], language()),
    }
    more = (
        _("credits %(credits)s higher")
        if credits > 0
        else _("credits %(credits)s lower")
        if credits < 0
        else _("credits the same")
    )
    head = (
        _("Over %(n)s months the client would have paid %(amount)s less")
        if difference < 0
        else _("Over %(n)s months the client would have paid %(amount)s more")
        if difference > 0
        else _("Over %(n)s months the client would have paid the same")
    )
    return f"{head % said}; {more % said}."


def _levels(request: HttpRequest, run: Replay) -> Table:
    lang = language()
    rows = []
    for item in run.result["kpis"]:
        level = level_of(item, run.result["titles"], lang)
        rows.append(
            {
                "id": f"{item['kpi']} {item['window']}",
                "kpi": level.title,
                "last": item["last"],
                "window": formats.window(item["window"], lang),
                "actual": value_words(item["actual"], lang) if item["actual"] else "–",
                "actual_state": level.actual_state,
                "draft": value_words(item["draft"], lang) if item["draft"] else "–",
                "draft_state": level.draft_state,
                "changed": "yes" if item["changed"] else "no",
            }
        )
    columns = [
        Column("kpi", _("Service level")),
        Column("last", _("Window"), text=lambda row: row["window"]),
        Column("actual", _("In force"), sortable=False),
        Column("actual_state", _("State in force"), kind="state"),
        Column("draft", _("Draft"), sortable=False),
        Column("draft_state", _("State under the draft"), kind="state"),
    ]
    schema = ["id", "kpi", "last", "window", "actual", "actual_state", "draft", "draft_state", "changed"]
    frame = pl.DataFrame(rows) if rows else pl.DataFrame(schema=dict.fromkeys(schema, pl.String))
    filters = (Filter("changed", _("Changed"), [("yes", _("changed")), ("no", _("the same"))]),)
    return build_table(
        request, frame, columns, name="levels", search=("kpi",), filters=filters, sort="-last", key="id"
    )
