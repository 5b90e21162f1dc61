"""Ask to see masked personal data: one field or one case, with the reason that stands in the audit trail."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from giao.kernel.engagements.access import check_may, may_unmask
from giao.kernel.engagements.actions.unmask import LASTS, unmask
from giao.kernel.engagements.errors import EngagementError, NotAllowed
from giao.kernel.engagements.standing import standing_for
from giao.kernel.identity.person import person_of
from giao.portal.signing_in import safe_target
from giao.ui.navigation import page_url


def unmask_page(request: HttpRequest, slug: str) -> HttpResponse:
    """`?field=` or `?case=`, and `next`: the page to come back to."""
    standing = standing_for(request, slug, archive_too=True)
    user = person_of(request)
    check_may(may_unmask(standing.place), _("see personal data"))
    asked = request.POST if request.method == "POST" else request.GET
    field, case = asked.get("field", "")[:200], asked.get("case", "")[:500]
    target = safe_target(request)
    back = target if target != "/" else page_url("engagement", slug=slug) or "/"
    minutes = int(LASTS.total_seconds() // 60)
    fault, reason = "", request.POST.get("reason", "")
    if request.method == "POST":
        try:
            unmask(standing.engagement, standing.place, user, reason, field=field, case=case)
        except NotAllowed:
            raise
        except EngagementError as error:
            fault = str(error)
        else:
            messages.success(
                request,
                _("You see it for %(minutes)s minutes; your reason is in the audit trail.")
                % {"minutes": minutes},
            )
            return redirect(back)
    context = {
        "engagement": standing.engagement,
        "field": field,
        "case": case,
        "back": back,
        "reason": reason,
        "fault": fault,
        "minutes": minutes,
    }
    return render(request, "portal/unmask.html", context, status=400 if fault else 200)
