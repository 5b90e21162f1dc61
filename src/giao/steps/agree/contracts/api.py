"""Addresses of the agreement's writing: the draft, a dry check, and putting a version in force."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Schema, Status
from pydantic import Field

from giao.core.agreement.errors import DocumentErrors
from giao.kernel.api.caller import person_of, stand
from giao.kernel.api.once import once
from giao.kernel.api.tags import check_same, check_unchanged, tag_of
from giao.kernel.api.values import instant
from giao.kernel.api.wing import Wing
from giao.kernel.engagements.access import check_may
from giao.kernel.engagements.api import VersionOut, version_out
from giao.kernel.engagements.errors import EngagementError
from giao.kernel.engagements.queries import versions_in_force
from giao.steps.agree.contracts.access import may_change_agreement
from giao.steps.agree.contracts.actions.put_in_force import faults_of, put_in_force
from giao.steps.agree.contracts.actions.save_draft import MOST, save_draft
from giao.steps.agree.contracts.checked import check
from giao.steps.agree.contracts.models import Draft
from giao.steps.agree.contracts.queries import draft_of, log_of, text_hash
from giao.steps.agree.contracts.replay_api import router as replays

router = Wing(tags=["agreement"])
router.add_router("", replays, tags=["replays"])
HERE = "/engagements/{slug}/agreement"


class TextIn(Schema):
    text: str = Field(description="The document, YAML.", max_length=MOST)


class DraftOut(Schema):
    text: str
    hash: str


class FaultOut(Schema):
    path: str
    line: int | None
    column: int | None
    severity: str
    message: str


class CheckOut(Schema):
    """`errors` 0: it could be put in force. `changes`: in words, against the version in force."""

    errors: int
    faults: list[FaultOut]
    changes: list[str]


class VersionIn(TextIn):
    effective: date | None = Field(
        None, description="From which day; null for the first version: its term's start."
    )


@router.read(HERE + "/draft", "agreement:write", DraftOut)
def draft(request: HttpRequest, response: HttpResponse, slug: str) -> dict[str, Any]:
    """Your draft of the next version; 404 while there is none."""
    standing = stand(request, slug)
    check_may(may_change_agreement(standing.place), _("change the agreement"))
    row = draft_of(standing.engagement, person_of(request))
    if row is None:
        raise Http404("no draft")
    check_unchanged(request, response, _tag(row))
    return {"text": row.text, "hash": text_hash(row.text)}


@router.write(HERE + "/draft", "agreement:write", DraftOut, method="PUT", if_match=True)
def draft_saved(request: HttpRequest, response: HttpResponse, slug: str, body: TextIn) -> dict[str, Any]:
    """Keep your draft, right or wrong. Saving it twice changes nothing."""
    standing = stand(request, slug)
    check_may(may_change_agreement(standing.place), _("change the agreement"))
    person = person_of(request)
    check_same(request, _tag(draft_of(standing.engagement, person)))
    row = save_draft(standing.engagement, person, body.text)
    response["ETag"] = _tag(row)
    return {"text": row.text, "hash": text_hash(row.text)}


@router.write(HERE + "/draft", "agreement:write", {204: None}, method="DELETE", if_match=True)
def draft_discarded(request: HttpRequest, slug: str) -> Status:
    """Throw your draft away; what is in force stays. Doing it twice changes nothing."""
    standing = stand(request, slug)
    check_may(may_change_agreement(standing.place), _("change the agreement"))
    row = draft_of(standing.engagement, person_of(request))
    check_same(request, _tag(row))
    if row is not None:
        row.delete()
    return Status(204, None)


@router.write(HERE + "/check", "agreement:read", CheckOut)
def agreement_checked(request: HttpRequest, slug: str, body: TextIn) -> dict[str, Any]:
    """Check a document without keeping it: its faults by line, against the log too, and what it would change."""
    found = check(stand(request, slug), body.text)
    return {
        "errors": found.errors,
        "faults": [
            {
                "path": fault.path,
                "line": fault.line,
                "column": fault.column,
                "severity": fault.severity,
                "message": fault.message,
            }
            for fault in found.faults
        ],
        "changes": found.changes,
    }


@router.write(HERE + "/versions", "agreement:write", {201: VersionOut}, once=True)
def version_in_force(request: HttpRequest, slug: str, body: VersionIn) -> Status:
    """Put a document in force as the next version, from a day on. It binds both parties. 422 with every fault."""
    standing = stand(request, slug)
    check_may(may_change_agreement(standing.place), _("change the agreement"))
    engagement, person = standing.engagement, person_of(request)
    errors = [
        fault for fault in faults_of(engagement, body.text, log_of(engagement)) if fault.severity == "error"
    ]
    if errors:
        raise DocumentErrors(errors)
    if versions_in_force(engagement) and body.effective is None:
        raise EngagementError(_("Say from which day the new version is in force."))

    def act() -> dict[str, Any]:
        return version_out(put_in_force(engagement, person, body.text, body.effective, log_of(engagement)))

    return once(request, engagement, 201, act)


def _tag(row: Draft | None) -> str:
    return tag_of("draft", text_hash(row.text) if row else "", instant(None))
