"""Facts and decisions of an engagement: everything that numbers follow from beside the cases; and a form for one more."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from giao.core.log.tail_event import us_of
from giao.kernel.engagements.access import check_may
from giao.kernel.engagements.errors import EngagementError
from giao.kernel.engagements.standing import Standing, standing_for
from giao.kernel.identity.person import person_of
from giao.steps.agree.duties.access import may_export, may_record
from giao.steps.agree.duties.actions.record_fact import record_fact
from giao.steps.agree.duties.actions.take_in_facts import take_in_facts
from giao.steps.agree.duties.errors import BadForm
from giao.steps.agree.duties.kinds import KINDS, kind_of, offered
from giao.steps.agree.duties.queries import facts_frame, ground_on
from giao.steps.agree.duties.words import type_words
from giao.ui.export import export_table
from giao.ui.navigation import page_url
from giao.ui.table import Column, Filter, Table, build_table


def facts_page(request: HttpRequest, slug: str) -> HttpResponseBase:
    standing = standing_for(request, slug)
    fault, status = "", 200
    may = may_record(standing.place) and not standing.chosen
    if request.method == "POST":
        check_may(may, _("record facts"))
        try:
            _act(request, standing)
            return redirect(page_url("facts", slug=slug) or "/")
        except EngagementError as error:
            if error.status == 403:
                raise
            fault, status = str(error), error.status
    table = _table(request, standing)
    if table.export:
        check_may(may_export(standing.place), _("export facts"))
        return export_table(table, f"{slug}-facts", standing.zone)
    kind = kind_of(request.POST.get("kind") or request.GET.get("kind", ""))
    agreement = ground_on(standing).agreement if kind else None
    context: dict[str, Any] = {
        "engagement": standing.engagement,
        "table": table,
        "any": bool(table.total),
        "may_record": may,
        "kinds": KINDS,
        "kind": kind,
        "fields": [
            (field, request.POST.get(field.name, ""), offered(agreement, field.offers))
            for field in (kind.fields if kind else ())
        ],
        "typed": request.POST,
        "fault": fault,
    }
    return render(request, "duties/facts.html", context, status=status)


def _act(request: HttpRequest, standing: Standing) -> None:
    person, post = person_of(request), request.POST
    if post.get("act") == "file":
        take_in_facts(standing.engagement, person, request.FILES.get("file"))
        return
    kind = kind_of(post.get("kind", ""))
    if kind is None:
        raise BadForm(_("Choose what kind of fact it is."))
    record_fact(standing.engagement, person, kind, post.dict())


def _table(request: HttpRequest, standing: Standing) -> Table:
    frame = facts_frame(standing.engagement, us_of(standing.instant))
    types = sorted(set(frame["type"].to_list()))
    columns = [
        Column("happened", _("When"), "instant"),
        Column("type", _("Kind"), text=lambda row: type_words(row["type"]), head=True),
        Column("said", _("What it says")),
        Column("recorded", _("Recorded"), "instant"),
        Column("by", _("Recorded by")),
        Column("source", _("Source"), shown=False),
        Column("position", _("Place in the record"), "number", shown=False),
    ]
    return build_table(
        request,
        frame,
        columns,
        name="facts",
        search=("said", "type", "by", "source"),
        filters=(Filter("type", _("Kind"), [(each, type_words(each)) for each in types]),),
        sort="-happened",
        key="position",
    )
