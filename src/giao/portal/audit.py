"""The audit trail of an engagement: acts of both sides, and the sign-ins of the reader's own organisation.

The other side's people work for others too: when and from where they sign in is not this engagement's affair.
"""

from __future__ import annotations

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from giao.kernel.audit.models import Act, SignIn
from giao.kernel.engagements.access import check_may, may_see_audit
from giao.kernel.engagements.standing import Standing, standing_for
from giao.kernel.parties.models import Membership

PER_PAGE = 50


def audit_page(request: HttpRequest, slug: str) -> HttpResponse:
    standing = standing_for(request, slug)
    check_may(may_see_audit(standing.place), _("read the audit trail"))
    kind = "sign_ins" if request.GET.get("kind") == "sign_ins" else "acts"
    rows: QuerySet[Act] | QuerySet[SignIn] = _sign_ins(standing) if kind == "sign_ins" else _acts(standing)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    return render(
        request, "portal/audit.html", {"kind": kind, "page": page, "engagement": standing.engagement}
    )


def _acts(standing: Standing) -> QuerySet[Act]:
    rows = Act.objects.filter(engagement=standing.engagement).select_related("actor").order_by("-at")
    return rows.filter(at__lte=standing.as_of) if standing.chosen else rows


def _sign_ins(standing: Standing) -> QuerySet[SignIn]:
    parties = [standing.engagement.client_id, standing.engagement.vendor_id]
    people = Membership.objects.filter(organisation__in=parties).values("user")  # of these the reader's own
    rows = SignIn.objects.filter(user__in=people).select_related("user").order_by("-at")
    return rows.filter(at__lte=standing.as_of) if standing.chosen else rows
