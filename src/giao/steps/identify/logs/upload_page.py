"""Upload: a file, what its columns are taken for, the import with its report; the next file, or taking one back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast
from zoneinfo import available_timezones

import polars as pl
from django.core.exceptions import ValidationError as BadId
from django.db import transaction
from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from pydantic import ValidationError

from giao.core.log import ImportNeeds, LogError, LogMapping, Proposal, propose_mapping
from giao.kernel.engagements.access import check_may, engagements_for, place_of
from giao.kernel.engagements.errors import EngagementError
from giao.kernel.engagements.models import Engagement, LogImport
from giao.kernel.engagements.places import in_data
from giao.kernel.engagements.queries import current_log
from giao.kernel.engagements.standing import Standing, standing_for
from giao.kernel.identity.person import person_of
from giao.kernel.jobs.work import WorkState, begin, stop, wait
from giao.kernel.parties.models import Organisation, User
from giao.kernel.tenancy.requests import seeing
from giao.steps.identify.logs.access import may_import_log, may_open_engagement
from giao.steps.identify.logs.actions.receive_file import LIMIT_MB, receive_file
from giao.steps.identify.logs.actions.undo_log import undo_log
from giao.steps.identify.logs.models import Upload
from giao.ui.export import export_table
from giao.ui.listing import list_table
from giao.ui.navigation import page_url
from giao.ui.table import Column, Table

ROLES = {
    "case": gettext_lazy("Case"),
    "activity": gettext_lazy("Activity"),
    "state": gettext_lazy("State (a row a snapshot)"),
    "time": gettext_lazy("Time"),
    "start": gettext_lazy("Begin"),
    "sequence": gettext_lazy("Order at equal times"),
    "lifecycle": gettext_lazy("Lifecycle"),
    "resource": gettext_lazy("Person"),
    "group": gettext_lazy("Group"),
    "role": gettext_lazy("Role"),
    "cost": gettext_lazy("Cost"),
}
TEXTS = ("zone", "date_format", "encoding", "delimiter")
OBJECT_TYPE = "object_type"
TARGETS = ("new", "append", "engagement")


@dataclass(frozen=True)
class Choice:
    """One role with the columns to choose from."""

    field: str
    label: Any
    value: str
    question: str


@dataclass(frozen=True)
class ObjectType:
    """One type of an object-centric log: each object of it would be a case."""

    name: str
    count: int | None
    chosen: bool


def upload_page(request: HttpRequest, slug: str) -> HttpResponseBase:
    """`?upload=<id>` shows one upload: its mapping, its progress, or its report."""
    standing = standing_for(request, slug)
    check_may(may_import_log(standing.place), _("import a log"))
    user = person_of(request)
    if request.method != "POST":
        asked = request.GET.get("upload", "")
        return _answer(request, standing, _upload(standing, asked) if asked else None)
    act = request.POST.get("act", "")
    if act == "undo":
        row = _log_row(standing, request.POST.get("import", ""))
        undo_log(row, user)
        return redirect(_here(standing))
    if act == "file":
        try:
            upload = receive_file(standing.engagement, user, request.FILES.get("file"))
        except EngagementError as error:
            return _answer(request, standing, None, fault=str(error))
        return redirect(_here(standing, upload))
    upload = _upload(standing, request.POST.get("upload", ""))
    if act == "stop":
        stop(upload)
        return redirect(_here(standing, upload))
    return _map(request, standing, upload, user, start=act == "import")


def _map(
    request: HttpRequest, standing: Standing, upload: Upload, user: User, *, start: bool
) -> HttpResponseBase:
    said = {name: request.POST.get(name, "").strip() for name in (*ROLES, *TEXTS, OBJECT_TYPE)}
    if request.POST.get(
        "flatten"
    ):  # another object type is the case: what was chosen for the last one is of no use
        said = dict.fromkeys(said, "") | {OBJECT_TYPE: said[OBJECT_TYPE], "zone": said["zone"]}
    typed = {name: value for name, value in said.items() if value}
    target = request.POST.get("target", "new")
    opening = {name: request.POST.get(f"new_{name}", "").strip() for name in ("name", "vendor", "zone")}
    upload.mapping, upload.opening = typed, opening
    upload.target = target if target in TARGETS else "new"
    upload.save(update_fields=["mapping", "target", "opening"])
    try:
        proposal = propose_mapping(in_data(upload.file), LogMapping.model_validate(typed))
    except (LogError, ValidationError, ValueError, OSError, pl.exceptions.PolarsError) as error:
        return _answer(request, standing, upload, fault="" if _types_asked(error) else _sentence(error))
    if not start:
        return redirect(_here(standing, upload))
    fault = "" if not proposal.questions else _("Answer what is asked below first; nothing is guessed.")
    if upload.target == "engagement" and not fault:
        fault = _opening_fault(standing, user, opening)
    if fault:
        return _answer(request, standing, upload, fault=fault)
    with transaction.atomic():
        Upload.objects.filter(pk=upload.pk).update(state=WorkState.COMPUTING, error="")
        begin(upload)
    wait(upload, 1.5)
    return redirect(_here(standing, upload))


def _opening_fault(standing: Standing, user: User, opening: dict[str, str]) -> str:
    check_may(may_open_engagement(place_of(user, standing.engagement)), _("open an engagement"))
    if not opening["name"]:
        return _("Name the new engagement.")
    if opening["vendor"] not in {str(item.pk) for item in vendors_of(user)}:
        return _("Choose the vendor of the new engagement.")
    if opening["zone"] not in available_timezones():
        return _("Write the zone of the new engagement as Asia/Ho_Chi_Minh.")
    return ""


def vendors_of(user: User) -> list[Organisation]:
    """Vendors with whom the person's organisations work already."""
    with seeing(user):
        return list({item.vendor_id: item.vendor for item in engagements_for(user)}.values())


def _sentence(error: Exception) -> str:
    if isinstance(error, LogError):
        return str(error)
    return _("The file cannot be read: %(why)s. Save it once more as CSV (UTF-8) or Excel.") % {
        "why": str(error)[:300]
    }


def _answer(
    request: HttpRequest, standing: Standing, upload: Upload | None, *, fault: str = ""
) -> HttpResponseBase:
    engagement = standing.engagement
    user = person_of(request)
    log = current_log(engagement)
    table = _import_table(request, engagement, log)
    if table.export:
        return export_table(table, f"{engagement.slug}-imports", standing.zone)
    context: dict[str, Any] = {
        "engagement": engagement,
        "upload": upload,
        "fault": fault,
        "limit": LIMIT_MB,
        "log": log,
        "imports": table,
        "may_open": may_open_engagement(standing.place),
        "vendors": vendors_of(user),
        "zones": sorted(available_timezones()),
    }
    if upload is not None and upload.state in (WorkState.WAITING, WorkState.FAILED, WorkState.STOPPED):
        try:
            proposal = propose_mapping(in_data(upload.file), LogMapping.model_validate(upload.mapping))
            context |= _proposed(proposal, upload)
        except (LogError, ValidationError, ValueError, OSError, pl.exceptions.PolarsError) as error:
            context["object_types"] = _types_asked(error)
            if not context["object_types"]:
                context["fault"] = fault or _sentence(error)
            context |= {"texts": _texts(upload.mapping, {}), "unreadable": True}
    imported = _imported(user, upload) if upload is not None and upload.is_ready else None
    if imported is not None:
        context["home"] = imported.engagement
    return render(request, "logs/upload.html", context, status=422 if fault else 200)


def _types_asked(error: Exception) -> list[ObjectType]:
    """The object types to choose from, when that is what the file asks for; the most frequent first."""
    needs = error.needs if isinstance(error, ImportNeeds) else []
    asked = next((need for need in needs if need.field == OBJECT_TYPE), None)
    if asked is None:
        return []
    counts = asked.counts or (None,) * len(asked.choices)
    return [ObjectType(name, count, False) for name, count in zip(asked.choices, counts, strict=True)]


def _import_table(request: HttpRequest, engagement: Engagement, log: LogImport | None) -> Table:
    columns = [
        Column("source", _("File"), head=True),
        Column("at", _("When"), "instant"),
        Column("cases", _("Cases"), "number"),
        Column("events", _("Events"), "number"),
        Column("state", _("State"), template="logs/import_state.html"),
    ]

    def state(row: LogImport) -> str:
        if row.undone:
            return _("taken back")
        return _("counts now") if log is not None and row.pk == log.pk else _("in the log")

    return list_table(
        request,
        list(LogImport.objects.filter(engagement=engagement).order_by("-created")),
        columns,
        lambda row: {
            "source": row.source,
            "at": row.created,
            "cases": row.report.get("cases"),
            "events": row.report.get("events"),
            "state": state(row),
        },
        name="imports",
        search=("source", "state"),
    )


def _imported(user: User, upload: Upload) -> LogImport | None:
    """The log that came of it: it may belong to the new engagement that the upload opened."""
    if upload.imported_id is None:
        return None
    with seeing(user):
        return LogImport.objects.filter(pk=upload.imported_id).select_related("engagement").first()


def _proposed(proposal: Proposal, upload: Upload) -> dict[str, Any]:
    asked = {need.field: need.sentence for need in proposal.questions}
    found = proposal.mapping
    preview = proposal.preview
    types = cast("dict[str, int]", proposal.detected.get("object_types") or {})
    return {
        "choices": [
            Choice(name, label, getattr(found, name) or "", asked.pop(name, ""))
            for name, label in ROLES.items()
        ],
        "texts": _texts({**found.model_dump(include=set(TEXTS)), **upload.mapping}, asked),
        "questions": list(proposal.questions),
        "others": [sentence for name, sentence in asked.items() if name not in TEXTS],
        "columns": list(preview.columns),
        "rows": [
            ["" if value is None else str(value)[:80] for value in row] for row in preview.head(8).iter_rows()
        ],
        "detected": {
            key: value
            for key, value in proposal.detected.items()
            if value not in (None, "", []) and not isinstance(value, dict)
        },
        "object_types": [
            ObjectType(name, count, name == found.object_type)
            for name, count in sorted(types.items(), key=lambda pair: (-pair[1], pair[0]))
        ],
        "hints": proposal.hints,
    }


def _texts(values: dict[str, Any], asked: dict[str, str]) -> list[Choice]:
    labels = {
        "zone": _("Zone of times without offset"),
        "date_format": _("Pattern of dates"),
        "encoding": _("Encoding"),
        "delimiter": _("Delimiter"),
    }
    return [Choice(name, labels[name], values.get(name) or "", asked.get(name, "")) for name in TEXTS]


def _upload(standing: Standing, identifier: str) -> Upload:
    try:
        found = Upload.objects.filter(engagement=standing.engagement, pk=identifier).first()
    except BadId as error:
        raise Http404("no such upload") from error
    if found is None:
        raise Http404("no such upload")
    return found


def _log_row(standing: Standing, identifier: str) -> LogImport:
    for row in LogImport.objects.filter(engagement=standing.engagement):
        if str(row.pk) == identifier:
            return row
    raise Http404("no such import")


def _here(standing: Standing, upload: Upload | None = None) -> str:
    query = {"upload": str(upload.pk)} if upload else {}
    return page_url("upload", {**query, **standing.carried}, slug=standing.engagement.slug) or "/"


def rejected_rows(request: HttpRequest, slug: str, identifier: Any) -> HttpResponseBase:
    """The rows that were set aside, with line, reason and text (no cell runs as a formula)."""
    standing = standing_for(request, slug)
    check_may(may_import_log(standing.place), _("import a log"))
    upload = _upload(standing, str(identifier))
    row = _imported(person_of(request), upload)
    parts = sorted((in_data(row.folder) / "imports").glob("*/rejected.csv")) if row else []
    if not parts:
        raise Http404("no rows were set aside")
    return FileResponse(parts[-1].open("rb"), as_attachment=True, filename=f"{slug}-rejected.csv")
