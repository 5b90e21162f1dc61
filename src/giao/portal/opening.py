"""Open an engagement with a vendor that works with us already, or invite a new one by e-mail."""

from __future__ import annotations

from typing import Any
from zoneinfo import available_timezones

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from giao.kernel.engagements.access import check_may, engagements_for
from giao.kernel.engagements.actions.open_with_vendor import mail_vendor, open_with_vendor
from giao.kernel.engagements.errors import EngagementError
from giao.kernel.engagements.models import Engagement
from giao.kernel.identity.links import link_to
from giao.kernel.identity.person import person_of
from giao.kernel.parties import access
from giao.kernel.parties.models import Organisation, User
from giao.portal.shown_once import never_kept


def new_engagement(request: HttpRequest) -> HttpResponse:
    user = person_of(request)
    mine = [
        item
        for item in access.organisations_of(user)
        if access.may_open_engagement(access.roles_in(user, item))
    ]
    check_may(bool(mine), _("open an engagement"))
    vendors = {item.vendor_id: item.vendor for item in engagements_for(user)}
    vendors = {key: item for key, item in vendors.items() if item not in mine}
    context: dict[str, Any] = {
        "mine": mine,
        "vendors": sorted(vendors.values(), key=lambda item: item.name),
        "zones": sorted(zone for zone in available_timezones() if "/" in zone or zone == "UTC"),
        "typed": request.POST,
    }
    if request.method != "POST":
        return render(request, "portal/new_engagement.html", context)
    try:
        engagement, link = _open(request, user, mine, list(vendors.values()))
    except EngagementError as error:
        return render(request, "portal/new_engagement.html", {**context, "fault": str(error)}, status=400)
    if link is None:
        return redirect("engagement", slug=engagement.slug)
    said = {"engagement": engagement, "link": link[0], "mailed": link[1], "link_for": link[2]}
    return never_kept(render(request, "portal/opened.html", said))


def _open(
    request: HttpRequest, user: User, mine: list[Organisation], vendors: list[Organisation]
) -> tuple[Engagement, tuple[str, bool, str] | None]:
    """The engagement, and for a new vendor (link, whether it was mailed, to whom)."""
    typed = request.POST
    client = next((item for item in mine if str(item.pk) == typed.get("client")), None)
    vendor = next((item for item in vendors if str(item.pk) == typed.get("vendor")), None)
    if client is None:
        raise EngagementError(_("Choose the organisation that hands the work out."))
    opened = open_with_vendor(
        client,
        user,
        name=typed.get("name", ""),
        zone=typed.get("zone", ""),
        vendor=vendor,
        vendor_name=typed.get("vendor_name", ""),
        email=typed.get("email", ""),
    )
    if opened.invitation is None:
        return opened.engagement, None
    link = link_to(request, "invitation", opened.secret)
    return opened.engagement, (link, mail_vendor(opened, link), opened.invitation.email)
