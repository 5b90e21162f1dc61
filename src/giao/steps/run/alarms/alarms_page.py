"""The alarms of the reader's side: open, acknowledged, snoozed, settled."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from giao.core.report import formats
from giao.kernel.engagements.standing import Standing, standing_for
from giao.steps.run.alarms.access import may_export, own_organisations, rules_of
from giao.steps.run.alarms.jobs import look_soon
from giao.steps.run.alarms.models import AlarmState, Kind, Severity
from giao.steps.run.alarms.queries import alarms_frame, counts
from giao.ui.export import export_table
from giao.ui.navigation import page_url
from giao.ui.table import Column, Filter, Row, Table, build_table
from giao.ui.templatetags.giao import language


def alarms_page(request: HttpRequest, slug: str) -> HttpResponseBase:
    """`?state=` chooses the tab; at first the open ones."""
    standing = standing_for(request, slug)
    look_soon(standing.engagement)
    asked = request.GET.get("state", "")
    state = AlarmState(asked) if asked in AlarmState.values else AlarmState.OPEN
    table = _table(request, standing, state)
    if table.export:
        return export_table(table, f"{slug}-alarms", standing.zone)
    found = counts(standing)
    rules = rules_of(standing)
    context = {
        "engagement": standing.engagement,
        "table": table,
        "state": state,
        "tabs": [(one.value, one.label, found[one]) for one in AlarmState],
        "lead": _lead(found),
        "any": bool(found[state]),
        "rules": rules.count(),
        "active": rules.filter(active=True).count(),
    }
    return render(request, "alarms/alarms.html", context)


def _lead(found: dict[str, int]) -> str:
    n = found[AlarmState.OPEN]
    if not n:
        return _("Nothing waits for you.")
    return ngettext(
        "%(n)s alarm waits for somebody to take it in hand.",
        "%(n)s alarms wait for somebody to take them in hand.",
        n,
    ) % {"n": formats.number(n, language())}


def _table(request: HttpRequest, standing: Standing, state: AlarmState) -> Table:
    slug = standing.engagement.slug
    severities, kinds = dict(Severity.choices), dict(Kind.choices)

    def link(row: Row) -> str | None:
        return page_url("alarm", slug=slug, identifier=row["id"])

    several = len(own_organisations(standing.engagement, standing.place)) > 1
    columns = [
        Column("name", _("Alarm"), link=link, head=True),
        Column("rank", _("Severity"), text=lambda row: severities[row["severity"]]),
        Column("firing", _("Concerns now"), "number"),
        Column("subjects", _("Concerned in all"), "number", shown=state == AlarmState.SETTLED),
        Column("owner", _("Owner"), text=lambda row: row["owner"] or _("nobody yet")),
        Column("opened", _("Since"), "instant"),
        Column("kind", _("Kind"), text=lambda row: kinds[row["kind"]], shown=False),
        Column("organisation", _("Organisation"), shown=several),
        Column("snoozed_until", _("Snoozed until"), "instant", shown=state == AlarmState.SNOOZED),
        Column("settled", pgettext("alarm", "Settled"), "instant", shown=state == AlarmState.SETTLED),
    ]
    return build_table(
        request,
        alarms_frame(standing, state),
        columns,
        name="alarms",
        search=("name", "owner"),
        filters=(
            Filter("severity", _("Severity"), Severity.choices),
            Filter("kind", _("Kind"), Kind.choices),
        ),
        sort="-settled" if state == AlarmState.SETTLED else "rank",
        key="id",
        exportable=may_export(standing.place),
    )
