"""The audit trail of an engagement, as an address."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Schema

from giao.kernel.api.caller import stand
from giao.kernel.api.paging import asked_page, page_of
from giao.kernel.api.values import instant
from giao.kernel.api.wing import Wing
from giao.kernel.audit.models import Act
from giao.kernel.engagements.access import check_may, may_see_audit

router = Wing(tags=["audit"])


class ActOut(Schema):
    """`what` names the act and never changes; `words` says it in the reader's language. `robot`: the token that did it."""

    id: str
    at: str
    actor: str | None
    robot: str | None
    what: str
    words: str
    about: str
    data: dict[str, Any]


class ActsOut(Schema):
    items: list[ActOut]
    next: str | None


@router.read("/engagements/{slug}/audit", "audit:read", ActsOut, as_of=True, paged=True)
def audit(request: HttpRequest, slug: str, what: str = "") -> dict[str, Any]:
    """What was done in the engagement, by whom, the newest first."""
    asked = asked_page(request)
    standing = stand(request, slug)
    check_may(may_see_audit(standing.place), _("read the audit trail"))
    rows = Act.objects.filter(engagement=standing.engagement).select_related("actor")
    rows = rows.filter(at__lte=standing.as_of) if standing.chosen else rows
    found, following = page_of(rows.filter(what=what) if what else rows, asked)
    return {
        "items": [
            {
                "id": str(row.pk),
                "at": instant(row.at),
                "actor": row.actor.name if row.actor else None,
                "robot": row.robot or None,
                "what": row.what,
                "words": row.words,
                "about": row.about,
                "data": row.data,
            }
            for row in found
        ],
        "next": following,
    }
