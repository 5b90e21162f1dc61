"""The engagement: its five steps as a path, and what needs a person now."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from giao.kernel.engagements.access import may_import_log, may_mend_rejected
from giao.kernel.engagements.models import LogImport
from giao.kernel.engagements.queries import current_log, versions_in_force
from giao.kernel.engagements.standing import Standing, standing_for
from giao.kernel.identity.person import person_of
from giao.kernel.ledger.rejected import open_counts
from giao.kernel.readings.errors import NothingToRead
from giao.kernel.readings.models import Reading
from giao.kernel.readings.queries import Shown, retry, shown_reading
from giao.portal.steps import Step, steps_of
from giao.ui.navigation import Link, page_url, places_of


def engagement_page(request: HttpRequest, slug: str) -> HttpResponse:
    standing = standing_for(request, slug)
    shown: Shown | None = None
    missing = ""
    try:
        shown = shown_reading(standing.engagement, standing.as_of if standing.chosen else None)
    except NothingToRead as error:
        missing = error.missing
    log: LogImport | None = current_log(standing.engagement)
    versions = versions_in_force(standing.engagement)
    context: dict[str, Any] = {
        "engagement": standing.engagement,
        "standing": standing,
        "shown": shown,
        "missing": missing,
        "log": log,
        "version": versions[-1] if versions else None,
        "path": [(step, _links(step, standing)) for step in steps_of(standing)],
        "may_import": may_import_log(standing.place),
        "rejected": open_counts([standing.engagement]).get(standing.engagement.pk, 0),
        "may_mend": may_mend_rejected(standing.place),
    }
    return render(request, "portal/engagement.html", context)


def _links(step: Step, standing: Standing) -> list[Link]:
    found = []
    for place in places_of(step.name):
        address = page_url(place.name, standing.carried, slug=standing.engagement.slug)
        if address:
            found.append(Link(str(place.label), address))
    return found


@require_POST
def retry_reading(request: HttpRequest, slug: str) -> HttpResponse:
    """Compute a failed reading once more; back to the page that showed the failure."""
    from giao.portal.signing_in import safe_target

    standing = standing_for(request, slug)
    reading = get_object_or_404(Reading, engagement=standing.engagement, pk=request.POST.get("reading"))
    retry(reading, person_of(request))
    target = safe_target(request)
    return redirect(target if target != "/" else page_url("engagement", slug=slug) or "/")
