"""Maintenance windows of the reader's side: those that are open or to come, the past ones below."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from giao.kernel.engagements.access import check_may
from giao.kernel.engagements.errors import BadInstant, EngagementError
from giao.kernel.engagements.standing import Standing, read_instant, standing_for
from giao.kernel.identity.person import person_of
from giao.kernel.parties.models import Organisation
from giao.steps.run.alarms.access import (
    maintenance_of,
    may_export,
    may_write_rules,
    own_organisations,
    rule_for,
    rules_of,
)
from giao.steps.run.alarms.actions.open_maintenance import end_maintenance, open_maintenance
from giao.steps.run.alarms.errors import BadRule
from giao.steps.run.alarms.models import MaintenanceWindow
from giao.steps.run.alarms.people import name_in
from giao.ui.export import export_table
from giao.ui.listing import list_table
from giao.ui.navigation import page_url
from giao.ui.table import Column, Filter, Table
from giao.ui.templatetags.giao import language


def maintenance_page(request: HttpRequest, slug: str) -> HttpResponseBase:
    standing = standing_for(request, slug)
    may_write = may_write_rules(standing.place) and standing.engagement.archived is None
    fault, status = "", 200
    if request.method == "POST":
        check_may(may_write, _("open a maintenance window"))
        try:
            if request.POST.get("act") == "end":
                _end(request, standing)
            else:
                _open(request, standing)
            return redirect(page_url("alarm_maintenance", slug=slug) or "/")
        except EngagementError as error:
            if error.status == 403:
                raise
            fault, status = str(error), error.status
    lang = language()
    own = own_organisations(standing.engagement, standing.place)
    rows = maintenance_of(standing).select_related("rule", "by", "organisation").order_by("-ends")
    table = _table(request, list(rows), lang)
    if table.export:
        check_may(may_export(standing.place), _("export maintenance windows"))
        return export_table(table, f"{slug}-maintenance", standing.zone)
    context: dict[str, Any] = {
        "engagement": standing.engagement,
        "table": table,
        "rules": [
            (str(rule.pk), name_in(rule, lang)) for rule in rules_of(standing).order_by("created", "id")
        ],
        "organisations": Organisation.objects.filter(pk__in=own).order_by("name") if len(own) > 1 else [],
        "may_write": may_write,
        "typed": request.POST,
        "fault": fault,
        "crumbs": [
            {"label": _("Alarms"), "url": page_url("alarms", slug=slug)},
            {"label": _("Maintenance"), "url": ""},
        ],
    }
    return render(request, "alarms/maintenance.html", context, status=status)


def _table(request: HttpRequest, rows: list[MaintenanceWindow], lang: str) -> Table:
    now = timezone.now()
    words = {"open": _("open now"), "coming": _("to come"), "over": _("over")}

    def state(row: MaintenanceWindow) -> str:
        return "coming" if row.begins > now else "open" if now < row.ends else "over"

    columns = [
        Column("state", _("State"), template="alarms/window_state.html"),
        Column("begins", pgettext("instant", "From"), "instant"),
        Column("ends", pgettext("instant", "Until"), "instant"),
        Column("rule", _("For")),
        Column("reason", _("Why")),
        Column("by", _("By")),
        Column("acts", "", sortable=False, template="alarms/window_acts.html"),
    ]
    return list_table(
        request,
        rows,
        columns,
        lambda row: {
            "state": words[state(row)],
            "state_name": state(row),
            "begins": row.begins,
            "ends": row.ends,
            "rule": name_in(row.rule, lang) if row.rule else _("all rules"),
            "reason": row.reason,
            "by": row.by.name,
        },
        name="maintenance",
        search=("rule", "reason", "by"),
        filters=(Filter("state", _("State"), list(words.items()), column="state_name"),),
    )


def _open(request: HttpRequest, standing: Standing) -> None:
    post = request.POST
    user = person_of(request)
    chosen = post.get("rule", "")
    rule = rule_for(standing, _key(chosen)) if chosen else None
    own = own_organisations(standing.engagement, standing.place)
    asked = next((key for key in own if str(key) == post.get("organisation", "")), own[0])
    open_maintenance(
        standing.engagement,
        rule.organisation_id if rule else asked,
        standing.place,
        user,
        begins=_instant(post.get("begins", ""), standing),
        ends=_instant(post.get("ends", ""), standing),
        reason=post.get("reason", ""),
        rule=rule,
    )


def _end(request: HttpRequest, standing: Standing) -> None:
    user = person_of(request)
    row = maintenance_of(standing).filter(pk=_key(request.POST.get("window", ""))).first()
    if row is None:
        raise Http404("no such window among yours")
    end_maintenance(row, standing.place, user)


def _key(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Http404("no such thing among yours") from None


def _instant(text: str, standing: Standing) -> datetime | None:
    try:
        return read_instant(text, standing.zone) if text.strip() else None
    except BadInstant as error:
        raise BadRule(str(error)) from error
