"""`POST /api/v1/engagements/<slug>/files?name=…`: next month's file by a system. `GET …/files/<id>`: what became of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from pydantic import ValidationError

from giao.core.log import LogMapping
from giao.kernel.audit.record import record_act
from giao.kernel.engagements.models import Engagement
from giao.kernel.engagements.scoping import working_in
from giao.kernel.files.errors import FileError
from giao.kernel.identity.problems import Problem
from giao.kernel.identity.tokens import authenticate
from giao.kernel.jobs.work import begin
from giao.steps.identify.logs.actions.hand_in import hand_in
from giao.steps.identify.logs.exchange_api import router
from giao.steps.identify.logs.models import Upload

__all__ = ["file", "files", "router"]

_CHUNK = 256 * 1024


@csrf_exempt
@login_not_required
def files(request: HttpRequest, slug: str) -> HttpResponse:
    """202: the file is stored, its import goes on by itself. The body is the file; `mapping` a JSON object, once."""
    if request.method != "POST":
        raise Problem(405, "Method not allowed", _("Send the file by POST."), headers={"Allow": "POST"})
    token = authenticate(request, "logs:write", slug)
    engagement = _of(token)
    name = request.GET.get("name", "").strip()
    if not name:
        raise Problem(400, "No name", _("Say the file's name in the address: ?name=march.csv"))
    with working_in(engagement):
        if engagement.archived is not None:
            raise Problem(
                409,
                "Archived",
                _("The engagement is archived; it can be read, and nothing is added any more."),
            )
        try:
            upload = hand_in(engagement, name, _chunks(request), _mapping(request))
        except FileError as error:
            raise Problem(error.status, "Not taken", str(error)) from error
        record_act(engagement, token, "hand_in_file", upload.name)
        begin(upload)
        said = _said(upload)
    return JsonResponse(said, status=202)


@login_not_required
def file(request: HttpRequest, slug: str, identifier: UUID) -> HttpResponse:
    token = authenticate(request, "logs:write", slug)
    with working_in(_of(token)):
        found = Upload.objects.filter(engagement=token.reached, pk=identifier).first()
        if found is None:
            raise Problem(404, "Not found", _("There is no such file here."))
        return JsonResponse(_said(found))


def _of(token: Any) -> Engagement:
    engagement: Engagement = token.reached
    return engagement


def _chunks(request: HttpRequest) -> Iterator[bytes]:
    while chunk := request.read(_CHUNK):
        yield chunk


def _mapping(request: HttpRequest) -> dict[str, Any] | None:
    text = request.GET.get("mapping", "")
    if not text:
        return None
    try:
        said: dict[str, Any] = json.loads(text)
        LogMapping.model_validate(said)
    except (ValueError, ValidationError, RecursionError) as error:
        raise Problem(
            400, "No mapping", _("The mapping cannot be read: %(why)s.") % {"why": str(error)[:300]}
        ) from error
    return said


def _said(upload: Upload) -> dict[str, Any]:
    report, job = upload.report or {}, upload.job
    return {
        "id": str(upload.pk),
        "name": upload.name,
        "state": upload.state,
        "share_done": job.share_done if job is not None else 0.0,
        "error": upload.error,
        "events": report.get("events"),
        "cases": report.get("cases"),
        "rejected": report.get("rejected"),
        "hash": report.get("hash"),
    }
