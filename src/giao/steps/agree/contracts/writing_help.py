"""Fragments of the page on which an agreement is written: checking, the form, completion, the live preview.

Each is asked for while somebody types; what was typed is kept every time.
"""

from __future__ import annotations

import contextlib
from typing import Any

import yaml
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from giao.kernel.engagements.access import check_may
from giao.kernel.engagements.standing import Standing, standing_for
from giao.kernel.identity.person import person_of
from giao.kernel.readings.queries import stands_at
from giao.steps.agree.contracts.access import may_change_agreement
from giao.steps.agree.contracts.actions.save_draft import save_draft
from giao.steps.agree.contracts.checked import check
from giao.steps.agree.contracts.completing import suggestions
from giao.steps.agree.contracts.form_fields import filled, form_of
from giao.steps.agree.contracts.live_preview import is_small, preview_of
from giao.steps.agree.contracts.queries import log_of
from giao.steps.agree.contracts.vocabulary import vocabulary_of


def writer(request: HttpRequest, slug: str) -> tuple[Standing, str]:
    """Where the writer stands, and the text that was sent. Raises Http404 or MayNot."""
    standing = standing_for(request, slug)
    check_may(may_change_agreement(standing.place), _("change the agreement"))
    return standing, request.POST.get("text", "").replace("\r\n", "\n")


def _keep(request: HttpRequest, standing: Standing, text: str) -> None:
    user = person_of(request)
    save_draft(standing.engagement, user, text)


def _fragment(
    request: HttpRequest, standing: Standing, text: str, *, form: bool, document: bool
) -> HttpResponse:
    found = check(standing, text)
    context = {
        "checked": found,
        "engagement": standing.engagement,
        "live": not found.errors and is_small(standing.engagement),
        "text": text,
        "groups": form_of(text) if form else None,
        "document": document,
        "beside": True,
    }
    return render(request, "contracts/checked.html", context)


@require_POST
def check_draft(request: HttpRequest, slug: str) -> HttpResponse:
    """Faults, plain words and changes; the form follows the document."""
    standing, text = writer(request, slug)
    _keep(request, standing, text)
    return _fragment(request, standing, text, form=True, document=False)


@require_POST
def fill_draft(request: HttpRequest, slug: str) -> HttpResponse:
    """A field of the form was changed: the document follows."""
    standing, text = writer(request, slug)
    written = text
    with contextlib.suppress(yaml.YAMLError):
        written = filled(text, request.POST.dict())
    _keep(request, standing, written)
    return _fragment(request, standing, written, form=False, document=written != text)


@require_POST
def complete_draft(request: HttpRequest, slug: str) -> JsonResponse:
    """What may be written at `line` and `column` (from 0)."""
    standing, text = writer(request, slug)
    line, column = (
        int(value) if (value := request.POST.get(name, "")).isdigit() else 0 for name in ("line", "column")
    )
    found = suggestions(text, line, column, vocabulary_of(log_of(standing.engagement)))
    return JsonResponse(
        {"suggestions": [{"value": one.value, "insert": one.insert, "about": one.about} for one in found]}
    )


@require_POST
def preview_draft(request: HttpRequest, slug: str) -> HttpResponse:
    """What the last whole month would have been."""
    standing, text = writer(request, slug)
    context: dict[str, Any] = {"engagement": standing.engagement, "preview": None}
    if not check(standing, text).errors and is_small(standing.engagement):
        stands = stands_at(standing.engagement, standing.as_of if standing.chosen else None)
        context["preview"] = preview_of(standing.engagement, text, stands)
    return render(request, "contracts/preview.html", context)
