"""Addresses of logs going in and out: imports and taking one back, exports in every format."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from ninja import Schema, Status
from pydantic import Field

from giao.core.log.exporting import file_name, masked_log
from giao.kernel.api.caller import caller_of, person_of, seen_by, stand
from giao.kernel.api.paging import asked_page, page_of
from giao.kernel.api.values import instant
from giao.kernel.api.wing import Wing
from giao.kernel.engagements.access import check_may, may_export
from giao.kernel.engagements.models import LogImport
from giao.kernel.engagements.places import data_folder
from giao.kernel.engagements.queries import current_log
from giao.kernel.identity.problems import Problem
from giao.kernel.jobs.work import wait
from giao.steps.identify.logs.access import may_import_log
from giao.steps.identify.logs.actions.export_log import check_export, note_export, start_export
from giao.steps.identify.logs.actions.undo_log import undo_log
from giao.steps.identify.logs.exporting import (
    MOST_EVENTS_AT_ONCE,
    content_of,
    hidden_columns,
    whole_log,
    written,
)
from giao.steps.identify.logs.models import Export

router = Wing(tags=["logs"])
HERE = "/engagements/{slug}"
WAIT_SECONDS = 1.5


class ImportOut(Schema):
    """`counts`: the log that the numbers stand on just now. `undone`: it was taken back."""

    id: str
    source: str
    hash: str
    created: str
    undone: str | None
    counts: bool
    report: dict[str, Any]


class ImportsOut(Schema):
    items: list[ImportOut]
    next: str | None


class ExportIn(Schema):
    format: str = Field(
        description="xes, xes.gz, ocel-json, ocel-sqlite, parquet, csv or xlsx.", max_length=20
    )


class ExportOut(Schema):
    """`masked`: columns whose values are masked in the file. `file`: where to fetch it when `state` is ready, for a day."""

    id: str
    format: str
    name: str
    state: str
    share_done: float
    error: str
    events: int
    size: int
    ledger_position: int
    masked: list[str]
    file: str | None


@router.read(HERE + "/imports", "logs:write", ImportsOut, paged=True)
def imports(request: HttpRequest, slug: str) -> dict[str, Any]:
    """Logs that were imported, the newest first."""
    asked = asked_page(request)
    standing = stand(request, slug)
    check_may(may_import_log(standing.place), _("import a log"))
    found, following = page_of(LogImport.objects.filter(engagement=standing.engagement), asked)
    counting = current_log(standing.engagement)
    return {"items": [_import(row, counting) for row in found], "next": following}


@router.write(HERE + "/imports/{uuid:identifier}", "logs:write", {204: None}, method="DELETE")
def import_undone(request: HttpRequest, slug: str, identifier: UUID) -> Status:
    """Take an import back: the log before it counts again, nothing is deleted. Doing it twice changes nothing."""
    standing = stand(request, slug)
    check_may(may_import_log(standing.place), _("import a log"))
    row = (
        LogImport.objects.filter(engagement=standing.engagement, pk=identifier)
        .select_related("engagement")
        .first()
    )
    if row is None:
        raise Http404("no such import")
    undo_log(row, person_of(request))
    return Status(204, None)


@router.read(HERE + "/export", "exports:read", {200: None}, as_of=True)
def export(request: HttpRequest, slug: str, format: str = "") -> HttpResponseBase:
    """The log as a file at once: xes, xes.gz, ocel-json, ocel-sqlite, parquet, csv or xlsx. A large log answers 409: ask for a job
    by POST …/exports. Personal columns are masked unless you unmasked them."""
    standing = stand(request, slug)
    check_export(standing.place, format)
    engagement = standing.engagement
    log = whole_log(engagement, standing.as_of)
    if log.n_events > MOST_EVENTS_AT_ONCE:
        raise Problem(
            409,
            "Too large at once",
            _("The log is too large for one answer: ask for a job by POST …/exports."),
            events=log.n_events,
            address=f"/api/v1/engagements/{engagement.slug}/exports",
        )
    hidden = hidden_columns(engagement, log, seen_by(request, engagement))
    name = file_name(engagement.slug, format)
    with tempfile.TemporaryDirectory(prefix="giao-export-", dir=data_folder()) as folder:
        content = written(masked_log(log, hidden), format, Path(folder), name).read_bytes()
    note_export(engagement, caller_of(request).person, format, hidden)
    answer = HttpResponse(content, content_type="application/octet-stream")
    return as_download(answer, name)


@router.write(HERE + "/exports", "exports:read", {202: ExportOut, 201: ExportOut})
def export_started(request: HttpRequest, response: HttpResponse, slug: str, body: ExportIn) -> Status:
    """Export the log by a job: 201 when the file is ready, 202 with `Location` while it is being written. The same asked for
    again while it is kept is the same export."""
    standing = stand(request, slug)
    engagement, caller = standing.engagement, caller_of(request)
    row = start_export(
        engagement,
        standing.place,
        caller.person,
        caller.key,
        body.format,
        seen_by(request, engagement),
        standing.as_of,
    )
    wait(row, WAIT_SECONDS)
    response["Location"] = f"/api/v1/engagements/{slug}/exports/{row.pk}"
    return Status(201 if row.is_ready else 202, export_out(row))


@router.read(HERE + "/exports/{uuid:identifier}", "exports:read", ExportOut)
def export_state(request: HttpRequest, slug: str, identifier: UUID) -> dict[str, Any]:
    """How far an export of yours is."""
    return export_out(_export(request, slug, identifier))


@router.read(HERE + "/exports/{uuid:identifier}/file", "exports:read", {200: None})
def export_file(request: HttpRequest, slug: str, identifier: UUID) -> HttpResponseBase:
    """The file of an export of yours; 409 while it is not ready."""
    row = _export(request, slug, identifier)
    if not row.is_ready:
        raise Problem(
            409, "Not ready", row.error or _("The file is still being written; ask again in a moment.")
        )
    return as_download(
        StreamingHttpResponse(content_of(row), content_type="application/octet-stream"), row.name
    )


def as_download(answer: HttpResponseBase, name: str) -> HttpResponseBase:
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _export(request: HttpRequest, slug: str, identifier: UUID) -> Export:
    """One of the caller's own: what others saw unmasked is not theirs."""
    standing = stand(request, slug)
    check_may(may_export(standing.place), _("export the log"))
    row = Export.objects.filter(
        engagement=standing.engagement, pk=identifier, asked_by=caller_of(request).key
    ).first()
    if row is None:
        raise Http404("no such export of yours")
    return row


def export_out(row: Export) -> dict[str, Any]:
    job = row.job
    address = f"/api/v1/engagements/{row.engagement.slug}/exports/{row.pk}/file"
    return {
        "id": str(row.pk),
        "format": row.format,
        "name": row.name,
        "state": str(row.state),
        "share_done": 1.0 if row.is_ready else job.share_done if job else 0.0,
        "error": row.error,
        "events": row.events,
        "size": row.size,
        "ledger_position": row.position,
        "masked": list(row.hidden),
        "file": address if row.is_ready else None,
    }


def _import(row: LogImport, counting: LogImport | None) -> dict[str, Any]:
    kept = ("events", "cases", "rejected", "hash")
    return {
        "id": str(row.pk),
        "source": row.source,
        "hash": row.hash,
        "created": instant(row.created),
        "undone": instant(row.undone),
        "counts": counting is not None and counting.pk == row.pk,
        "report": {name: row.report[name] for name in kept if name in (row.report or {})},
    }
