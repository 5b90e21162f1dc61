"""The supporting agreements of the reader's side: put one in, put in its next version, share, withdraw."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from giao.core.report.plain_words.agreement import agreement_words
from giao.core.report.words.told import tell
from giao.kernel.engagements.errors import EngagementError
from giao.kernel.engagements.standing import Standing, standing_for
from giao.kernel.identity.person import person_of
from giao.kernel.ledger.reading import log_of
from giao.kernel.parties.models import Organisation
from giao.steps.run.chain.access import (
    agreement_for,
    agreements_of,
    may_keep_agreements,
    own_organisations,
    shared_by_others,
)
from giao.steps.run.chain.actions.keep_agreement import MOST, add_agreement, replace_agreement
from giao.steps.run.chain.actions.share_agreement import share_agreement
from giao.steps.run.chain.actions.withdraw_agreement import withdraw_agreement
from giao.steps.run.chain.errors import BadDocument
from giao.steps.run.chain.models import Kind
from giao.steps.run.chain.queries import support_of_shared, supports_in_sight
from giao.ui.navigation import page_url
from giao.ui.templatetags.giao import language


def agreements_page(request: HttpRequest, slug: str) -> HttpResponse:
    """The list, and the form for a new one."""
    standing = standing_for(request, slug)
    typed: dict[str, Any] = {"kind": Kind.OLA, "text": "", "shared": False}
    fault: EngagementError | None = None
    if request.method == "POST":
        typed = {
            "kind": request.POST.get("kind", ""),
            "text": _text(request),
            "shared": request.POST.get("shared") == "yes",
        }
        try:
            row = add_agreement(
                standing.engagement,
                _organisation(request, standing),
                standing.place,
                person_of(request),
                log=log_of(standing.engagement),
                **typed,
            )
            return redirect(page_url("chain_agreement", slug=slug, identifier=row.pk) or "/")
        except EngagementError as error:
            if error.status == 403:
                raise
            fault = error
    own = own_organisations(standing.engagement, standing.place)
    context: dict[str, Any] = {
        "engagement": standing.engagement,
        "rows": agreements_of(standing).select_related("organisation").order_by("name", "pk"),
        "shared": [
            (row, support_of_shared(row))
            for row in shared_by_others(standing).select_related("owner").order_by("pk")
        ],
        "kinds": Kind.choices,
        "organisations": Organisation.objects.filter(pk__in=own) if len(own) > 1 else [],
        "several": len(own) > 1,
        "may_keep": _may(standing),
        "typed": typed,
        "crumbs": _crumbs(slug),
        **_fault_words(fault),
    }
    return render(request, "chain/agreements.html", context, status=fault.status if fault else 200)


def agreement_page(request: HttpRequest, slug: str, identifier: UUID) -> HttpResponse:
    """One of the own side: its versions in plain words; the next version; share; withdraw."""
    standing = standing_for(request, slug)
    row = agreement_for(standing, identifier)
    fault: EngagementError | None = None
    text = ""
    if request.method == "POST":
        act, user = request.POST.get("act", ""), person_of(request)
        seen = request.POST.get("seen", "")
        revision = int(seen) if seen.isdigit() else 0
        try:
            if act == "replace":
                text = _text(request)
                replace_agreement(
                    row, standing.place, user, text=text, log=log_of(standing.engagement), seen=revision
                )
            elif act in ("share", "unshare"):
                share_agreement(row, standing.place, user, shared=act == "share", seen=revision)
            elif act == "withdraw":
                today = standing.instant.astimezone(standing.zone).date()
                withdraw_agreement(row, standing.place, user, last_day=today, seen=revision)
            else:
                raise BadDocument(_("Choose what to do: put in a version, share or withdraw."))
            return redirect(page_url("chain_agreement", slug=slug, identifier=row.pk) or "/")
        except EngagementError as error:
            if error.status == 403:
                raise
            fault = error
            row.refresh_from_db()
    mine = next(item for item in supports_in_sight(standing) if item.identifier == str(row.pk))
    versions = list(row.versions.order_by("-effective"))
    context: dict[str, Any] = {
        "engagement": standing.engagement,
        "row": row,
        "versions": versions,
        "newest": versions[0],
        "sections": agreement_words(mine.support.versions[-1], language()),
        "may_keep": _may(standing),
        "today": standing.instant.astimezone(standing.zone).date(),
        "text": text or versions[0].text,
        "crumbs": [*_crumbs(slug, last=False), {"label": row.name, "url": ""}],
        **_fault_words(fault),
    }
    return render(request, "chain/agreement.html", context, status=fault.status if fault else 200)


def _may(standing: Standing) -> bool:
    return may_keep_agreements(standing.place) and not standing.chosen


def _organisation(request: HttpRequest, standing: Standing) -> UUID:
    """For which of the own organisations; the only one, unless there are two. A foreign one is refused by the act."""
    own = own_organisations(standing.engagement, standing.place)
    asked = request.POST.get("organisation", "")
    return next((key for key in own if str(key) == asked), own[0] if own else standing.engagement.pk)


def _text(request: HttpRequest) -> str:
    """What was pasted, or the chosen file. Raises BadDocument for a file that is no text."""
    file: UploadedFile[Any] | None = request.FILES.get("file")
    if file is None:
        return request.POST.get("text", "").replace("\r\n", "\n")
    if (file.size or 0) > 4 * MOST:
        raise BadDocument(_("A document has at most %(n)s letters.") % {"n": MOST})
    try:
        text: str = file.read().decode("utf-8-sig")
        return text.replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise BadDocument(_("The file is no text: save it as UTF-8.")) from error


def _fault_words(fault: EngagementError | None) -> dict[str, Any]:
    if fault is None:
        return {"fault": "", "faults": []}
    found = fault.faults if isinstance(fault, BadDocument) else ()
    return {
        "fault": str(fault),
        "faults": [(item, tell(language(), item.message)) for item in found],
    }


def _crumbs(slug: str, *, last: bool = True) -> list[dict[str, Any]]:
    return [
        {"label": _("Chain of parties"), "url": page_url("chain", slug=slug)},
        {"label": _("Supporting agreements"), "url": "" if last else page_url("chain_agreements", slug=slug)},
    ]
