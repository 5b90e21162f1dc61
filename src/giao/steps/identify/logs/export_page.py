"""Export the engagement's log: choose a format, fetch the file; exports of the last day."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from giao.kernel.engagements.access import check_may, may_export
from giao.kernel.engagements.errors import EngagementError
from giao.kernel.engagements.standing import Standing, standing_for
from giao.kernel.engagements.unmasking import unmasked_for
from giao.kernel.identity.person import person_of
from giao.kernel.jobs.work import wait
from giao.steps.identify.logs.actions.export_log import start_export
from giao.steps.identify.logs.exchange_api import as_download
from giao.steps.identify.logs.exporting import content_of, hidden_columns, whole_log
from giao.steps.identify.logs.models import Export
from giao.ui.export import export_table
from giao.ui.listing import list_table
from giao.ui.navigation import page_url
from giao.ui.table import Column, Row, Table


def export_page(request: HttpRequest, slug: str) -> HttpResponseBase:
    standing = standing_for(request, slug, archive_too=True)
    check_may(may_export(standing.place), _("export the log"))
    if request.method != "POST":
        return _answer(request, standing)
    user = person_of(request)
    try:
        row = start_export(
            standing.engagement,
            standing.place,
            user,
            f"person:{user.pk}",
            request.POST.get("format", ""),
            unmasked_for(user, standing.engagement),
            standing.as_of,
        )
    except EngagementError as error:
        if error.status == 403:
            raise
        return _answer(request, standing, fault=str(error))
    wait(row, 1.5)
    return redirect(page_url("export_log", standing.carried, slug=slug) or "/")


def export_content(request: HttpRequest, slug: str, identifier: UUID) -> HttpResponseBase:
    """The file, for who asked for it alone."""
    standing = standing_for(request, slug)
    check_may(may_export(standing.place), _("export the log"))
    row = _mine(request, standing).filter(pk=identifier).first()
    if row is None or not row.is_ready:
        raise Http404("no such export of yours")
    return as_download(
        StreamingHttpResponse(content_of(row), content_type="application/octet-stream"), row.name
    )


def _answer(request: HttpRequest, standing: Standing, *, fault: str = "") -> HttpResponseBase:
    masked: list[str] = []
    empty = ""
    try:
        log = whole_log(standing.engagement, standing.as_of)
        masked = hidden_columns(
            standing.engagement, log, unmasked_for(person_of(request), standing.engagement)
        )
    except EngagementError as error:
        empty = str(error)
    rows = list(_mine(request, standing).order_by("-created"))
    table = _table(request, standing, rows)
    if table.export:
        return export_table(table, f"{standing.engagement.slug}-exports", standing.zone)
    context = {
        "engagement": standing.engagement,
        "table": table,
        "formats": [
            (
                "xes.gz",
                _("XES, packed"),
                _("for process mining tools; the standard of the field (IEEE 1849)"),
            ),
            ("xes", _("XES"), _("the same, not packed")),
            ("ocel-sqlite", _("OCEL 2.0, SQLite"), _("object-centric, as a database")),
            ("ocel-json", _("OCEL 2.0, JSON"), _("object-centric, as text")),
            ("parquet", _("Parquet"), _("for data tools: columns with their types")),
            ("csv", _("CSV"), _("for spreadsheets")),
            ("xlsx", _("Excel"), _("up to 1,048,575 events; times in UTC")),
        ],
        "running": next((row for row in rows if row.is_computing), None),
        "masked": masked,
        "empty": empty,
        "fault": fault,
        "here": page_url("export_log", standing.carried, slug=standing.engagement.slug),
    }
    return render(request, "logs/export.html", context, status=422 if fault else 200)


def _table(request: HttpRequest, standing: Standing, rows: list[Export]) -> Table:
    slug = standing.engagement.slug

    def link(row: Row) -> str | None:
        return reverse("export_content", args=(slug, row["key"])) if row["key"] else None

    columns = [
        Column("name", _("File"), link=link, head=True),
        Column("at", _("When"), "instant"),
        Column("events", _("Events"), "number"),
        Column("masked", _("Masked")),
        Column("state", _("State")),
    ]
    return list_table(
        request,
        rows,
        columns,
        lambda row: {
            "name": row.name,
            "at": row.created,
            "events": row.events if row.is_ready else None,
            "masked": ", ".join(row.hidden) or None,
            "state": f"{row.get_state_display()}: {row.error}" if row.error else row.get_state_display(),
            "key": str(row.pk) if row.is_ready else "",
        },
        name="exports",
        search=("name", "masked", "state"),
    )


def _mine(request: HttpRequest, standing: Standing) -> QuerySet[Export]:
    return Export.objects.filter(engagement=standing.engagement, asked_by=f"person:{person_of(request).pk}")
