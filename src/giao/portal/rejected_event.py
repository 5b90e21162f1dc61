"""One rejected event: what it said, why it was not taken, where the fault is, and how to go on."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from giao.core.agreement.load import places_of
from giao.core.log.tail_event import instant_of
from giao.kernel.engagements.access import check_may, may_mend_rejected, may_unmask
from giao.kernel.engagements.errors import EngagementError
from giao.kernel.engagements.queries import versions_in_force
from giao.kernel.engagements.standing import Standing, standing_for
from giao.kernel.engagements.unmasking import unmasked_for
from giao.kernel.identity.person import person_of
from giao.kernel.ledger.checking import spec_of
from giao.kernel.ledger.errors import LedgerError
from giao.kernel.ledger.mending import label_of, mend_of, path_in_agreement, place_of
from giao.kernel.ledger.models import Rejected
from giao.kernel.ledger.rejected import OPEN, content_for, plain_json, rejected_for, sentence_for, state_of
from giao.kernel.parties.models import User
from giao.portal.rejected import act_on, may_act, state_label
from giao.ui.navigation import page_url


def rejected_event_page(request: HttpRequest, slug: str, identifier: UUID) -> HttpResponse:
    standing = standing_for(request, slug)
    check_may(may_mend_rejected(standing.place), _("see rejected events"))
    row = rejected_for(standing.engagement, identifier)
    fault, status = "", 200
    if request.method == "POST":
        try:
            act_on(request, standing, only=row.pk)
            there = Rejected.objects.filter(engagement=standing.engagement, pk=row.pk).exists()
            return redirect(request.path if there else page_url("rejected", slug=slug) or "/")
        except (EngagementError, LedgerError) as error:
            fault, status = str(error), error.status
    spec = spec_of(standing.engagement.pk)
    unmasked = unmasked_for(person_of(request), standing.engagement)
    content = content_for(row, spec, unmasked)
    state = state_of(row)
    context: dict[str, Any] = {
        "engagement": standing.engagement,
        "row": row,
        "label": label_of(row.reason),
        "sentence": sentence_for(row, spec, unmasked),
        "mend": mend_of(row.reason),
        "place": place_of(row.reason, row.values),
        "in_agreement": _in_agreement(standing, row),
        "content": content,
        "text": json.dumps(plain_json(content.event), ensure_ascii=False, indent=2) if content.event else "",
        "state": state,
        "state_label": state_label(state),
        "may_act": state == OPEN and may_act(standing),
        "first": instant_of(row.first_us),
        "last": instant_of(row.last_us),
        "tried": instant_of(row.tried_us) if row.tried_us is not None else None,
        "settled": instant_of(row.settled_us) if row.settled_us is not None else None,
        "settled_by": _who(row.settled_by),
        "unmask": _unmask(request, standing, row) if content.masked else None,
        "fault": fault,
        "typed": request.POST.get("why", "") if fault else "",
    }
    return render(request, "portal/rejected_event.html", context, status=status)


def _in_agreement(standing: Standing, row: Rejected) -> dict[str, Any] | None:
    """Where the newest version in force says otherwise, with its line."""
    spec = spec_of(standing.engagement.pk)
    names = {label: column.name for label, column in spec.columns.items()}
    path = path_in_agreement(row.reason, row.values, names)
    versions = versions_in_force(standing.engagement)
    if not path or not versions:
        return None
    places = places_of(versions[-1].text)
    place = places.get(tuple(path.split(".", 2)))
    address = page_url("agreement", slug=standing.engagement.slug)
    if not address:
        return None
    line = place[0] if place else None
    return {
        "path": path,
        "line": line,
        "url": f"{address}?version={versions[-1].number}{f'#L{line}' if line else ''}",
    }


def _who(recorded_by: str) -> str:
    """The person's name; what a token or the system did, by the name that the ledger has."""
    kind, _colon, key = recorded_by.partition(":")
    if kind != "person":
        return recorded_by
    found = User.objects.filter(pk=key).first()
    return found.name if found else ""


def _unmask(request: HttpRequest, standing: Standing, row: Rejected) -> str | None:
    if not row.subject or not may_unmask(standing.place):
        return None
    back = {"case": row.subject, "next": request.path}
    return page_url("unmask", back, slug=standing.engagement.slug)
