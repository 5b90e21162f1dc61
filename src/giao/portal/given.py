"""A sub-contractor's door: the cases in which its groups worked, with its own events and nothing of others."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from giao.kernel.engagements.access import given_engagement_for
from giao.kernel.engagements.given import events_of, given_cases, given_events
from giao.kernel.engagements.models import Engagement
from giao.kernel.identity.person import person_of
from giao.kernel.tenancy.requests import narrow
from giao.ui.export import export_table
from giao.ui.listing import list_table
from giao.ui.table import Column


def _given(request: HttpRequest, slug: str) -> tuple[Engagement, frozenset[str]]:
    """The engagement and the reader's groups; Http404 for whoever is no sub-contractor of it."""
    thirds = given_engagement_for(person_of(request), slug)
    engagement = thirds[0].engagement
    narrow(request, [engagement.pk])
    return engagement, frozenset(group for third in thirds for group in third.groups)


def given_page(request: HttpRequest, slug: str) -> HttpResponseBase:
    engagement, groups = _given(request, slug)
    cases = given_cases(given_events(engagement, groups))
    zone = ZoneInfo(engagement.zone)
    columns = [
        Column(
            "case", _("Case"), link=lambda row: reverse("given_case", args=(slug, row["case"])), head=True
        ),
        Column("events", _("Your events"), "number"),
        Column("first", _("First"), "instant"),
        Column("last", _("Last"), "instant"),
    ]
    table = list_table(
        request,
        cases,
        columns,
        lambda one: {"case": one.case, "events": one.events, "first": one.first, "last": one.last},
        name="given",
        search=("case",),
    )
    if table.export:
        return export_table(table, f"{slug}-given", zone)
    context = {"engagement": engagement, "groups": sorted(groups), "table": table, "zone": zone}
    return render(request, "portal/given.html", context)


def given_case(request: HttpRequest, slug: str, case: str) -> HttpResponseBase:
    engagement, groups = _given(request, slug)
    events = events_of(given_events(engagement, groups), case)
    if not events:
        raise Http404("no such case among those given to you")
    zone = ZoneInfo(engagement.zone)
    columns = [
        Column("at", _("When"), "instant", template="portal/cells/at.html"),
        Column("activity", _("Activity")),
        Column("group", _("Group")),
    ]
    table = list_table(
        request,
        events,
        columns,
        lambda one: {"at": one.at, "activity": one.activity, "group": one.group},
        name="given_events",
        search=("activity", "group"),
    )
    if table.export:
        return export_table(table, f"{slug}-given-events", zone)
    context = {"engagement": engagement, "case": case, "table": table, "zone": zone}
    return render(request, "portal/given_case.html", context)
