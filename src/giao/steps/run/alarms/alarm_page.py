"""One alarm: what it is about, the numbers that it saw, its cases, what was done; and the acts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

import polars as pl
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from giao.kernel.engagements.access import may_mend_rejected
from giao.kernel.engagements.errors import BadInstant, EngagementError
from giao.kernel.engagements.people import workers_of
from giao.kernel.engagements.standing import Standing, read_instant, standing_for
from giao.kernel.identity.person import person_of
from giao.kernel.parties.models import User
from giao.steps.run.alarms.access import alarm_for, may_export, may_handle_alarms, may_write_rules
from giao.steps.run.alarms.actions.acknowledge_alarm import acknowledge_alarm
from giao.steps.run.alarms.actions.assign_alarm import assign_alarm
from giao.steps.run.alarms.actions.settle_alarm import settle_alarm
from giao.steps.run.alarms.actions.snooze_alarm import snooze_alarm
from giao.steps.run.alarms.actions.take_alarm import take_alarm
from giao.steps.run.alarms.errors import BadRule
from giao.steps.run.alarms.jobs import look_soon
from giao.steps.run.alarms.models import Alarm, Kind
from giao.steps.run.alarms.people import name_in
from giao.steps.run.alarms.versions import versions_of
from giao.steps.run.alarms.words import Teller, entry_words, fires_words, kind_words, steps_words, told_words
from giao.ui.export import export_table
from giao.ui.navigation import page_url
from giao.ui.table import Column, Filter, Row, Table, build_table
from giao.ui.templatetags.giao import language


def alarm_page(request: HttpRequest, slug: str, identifier: UUID) -> HttpResponseBase:
    standing = standing_for(request, slug)
    look_soon(standing.engagement)
    alarm = alarm_for(standing, identifier)
    fault, status = "", 200
    if request.method == "POST":
        try:
            _act(request, standing, alarm)
            return redirect(page_url("alarm", slug=slug, identifier=str(alarm.pk)) or "/")
        except EngagementError as error:
            if error.status == 403:
                raise
            fault, status = str(error), error.status
            alarm = alarm_for(standing, identifier)
    teller = Teller(standing, versions_of(standing.engagement))
    table = _table(request, standing, alarm, teller)
    if table.export:
        return export_table(table, f"{slug}-alarm", standing.zone)
    return _shown(request, standing, alarm, teller, table, fault, status)


def _shown(
    request: HttpRequest,
    standing: Standing,
    alarm: Alarm,
    teller: Teller,
    table: Table,
    fault: str,
    status: int,
) -> HttpResponse:
    name = name_in(alarm.rule, language())
    entries = alarm.entries.select_related("by").order_by("at", "id")
    may_act = (
        may_handle_alarms(standing.place)
        and not alarm.is_over
        and not standing.chosen
        and standing.engagement.archived is None
    )
    context: dict[str, Any] = {
        "engagement": standing.engagement,
        "alarm": alarm,
        "name": name,
        "fires": fires_words(alarm.rule.kind, alarm.firing),
        "kind_words": kind_words(alarm.rule.kind),
        "told": told_words(alarm.rule),
        "steps": steps_words(alarm.rule),
        "table": table,
        "entries": [(entry, entry_words(entry, alarm.rule.kind, teller)) for entry in entries],
        "may_act": may_act,
        "may_write": may_write_rules(standing.place),
        "handlers": workers_of(alarm.organisation_id) if may_act else [],
        "mine": alarm.owner_id == request.user.pk,
        "changed": alarm.condition != alarm.rule.condition,
        "typed": request.POST,
        "fault": fault,
        "crumbs": [
            {"label": _("Alarms"), "url": page_url("alarms", slug=standing.engagement.slug)},
            {"label": name, "url": ""},
        ],
    }
    return render(request, "alarms/alarm.html", context, status=status)


def _act(request: HttpRequest, standing: Standing, alarm: Alarm) -> None:
    user = person_of(request)
    seen = request.POST.get("seen", "")
    if not seen.isdigit():
        raise BadRule(_("That act is not known here; load the page again."))
    text, at = request.POST.get("text", ""), int(seen)
    place = standing.place
    acts: dict[str, tuple[Callable[[], Any], str]] = {
        "acknowledge": (
            lambda: acknowledge_alarm(alarm, place, user, seen=at, text=text),
            _("It is yours: nothing escalates any more."),
        ),
        "snooze": (
            lambda: snooze_alarm(alarm, place, user, seen=at, until=_until(request, standing), text=text),
            _("It rings again when that time comes."),
        ),
        "settle": (lambda: settle_alarm(alarm, place, user, seen=at, text=text), _("It is settled.")),
        "assign": (
            lambda: assign_alarm(
                alarm, place, user, _handler(alarm, request.POST.get("owner", "")), seen=at, text=text
            ),
            _("It is theirs; they are told."),
        ),
        "take": (lambda: take_alarm(alarm, place, user, seen=at), _("It is yours.")),
    }
    act = request.POST.get("act", "")
    if act not in acts:
        raise BadRule(_("That act is not known here; load the page again."))
    does, done = acts[act]
    does()
    messages.success(request, done)


def _handler(alarm: Alarm, key: str) -> User:
    """Raises BadRule for whoever does not handle alarms of this organisation."""
    found = next((person for person in workers_of(alarm.organisation_id) if str(person.pk) == key), None)
    if found is None:
        raise BadRule(_("Choose somebody of your side who handles alarms."))
    return found


def _until(request: HttpRequest, standing: Standing) -> datetime | None:
    text = request.POST.get("until", "")
    try:
        return read_instant(text, standing.zone) if text.strip() else None
    except BadInstant as error:
        raise BadRule(str(error)) from error


def _table(request: HttpRequest, standing: Standing, alarm: Alarm, teller: Teller) -> Table:
    kind, slug = alarm.rule.kind, standing.engagement.slug
    rows = [
        {
            "id": str(row.pk),
            "case": row.about.get("case"),
            "kpi": row.about.get("kpi"),
            "about": teller.about(kind, row.about),
            "seen": teller.seen(kind, row.about, row.seen),
            "order": _order(kind, row.seen),
            "due": datetime.fromisoformat(row.about["due"]) if row.about.get("due") else None,
            "since": row.since,
            "cleared": row.cleared,
            "over": row.cleared is not None,
        }
        for row in alarm.subjects.all()
    ]
    frame = pl.DataFrame(
        rows,
        schema={
            **dict.fromkeys(("id", "case", "kpi", "about", "seen"), pl.String),
            "order": pl.Float64,
            **dict.fromkeys(("due", "since", "cleared"), pl.Datetime("us", "UTC")),
            "over": pl.Boolean,
        },
    )

    def kpi_link(row: Row) -> str | None:
        if row["kpi"]:
            return page_url("level", standing.carried, slug=slug, kpi=row["kpi"])
        if kind == Kind.QUALITY:
            return page_url("rejected", slug=slug) if may_mend_rejected(standing.place) else None
        return page_url("statements", standing.carried, slug=slug) if kind == Kind.CREDITS else None

    def case_link(row: Row) -> str | None:
        return page_url("case", standing.carried, slug=slug, case=row["case"])

    columns = [
        Column("about", _("What"), link=kpi_link),
        Column("order", _("What the rule saw"), text=lambda row: row["seen"]),
        Column("since", _("Since"), "instant"),
        Column("cleared", _("Over"), "instant"),
    ]
    if kind == Kind.CASE:
        columns = [
            Column("case", _("Case"), link=case_link, head=True),
            *columns,
            Column("due", _("Due"), "instant"),
        ]
    return build_table(
        request,
        frame,
        columns,
        name="alarm-subjects",
        search=("case", "about", "seen"),
        filters=(Filter("over", _("State"), (("false", _("fires still")), ("true", _("over")))),),
        sort="order",
        key="id",
        exportable=may_export(standing.place),
    )


def _order(kind: str, seen: dict[str, Any]) -> float | None:
    """The worst first: least time left."""
    value = seen.get("remaining") if kind == Kind.CASE else None
    return None if value is None else float(value)
