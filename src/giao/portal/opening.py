"""Open an engagement with a vendor that works with us already, or invite a new one by e-mail."""

from __future__ import annotations

import secrets
from typing import Any
from zoneinfo import available_timezones

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.text import slugify
from django.utils.translation import gettext as _

from giao.kernel.engagements.access import check_may, engagements_for
from giao.kernel.engagements.actions.open_engagement import open_engagement
from giao.kernel.engagements.errors import EngagementError
from giao.kernel.engagements.models import Engagement
from giao.kernel.identity.actions.invite_person import invite_person
from giao.kernel.identity.mailing import mail_link
from giao.kernel.identity.person import person_of
from giao.kernel.parties import access
from giao.kernel.parties.actions.create_organisation import create_organisation
from giao.kernel.parties.models import Organisation, Role, User
from giao.portal.shown_once import link_of, never_kept


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
    name, vendor_name = typed.get("name", "").strip(), typed.get("vendor_name", "").strip()
    if client is None:
        raise EngagementError(_("Choose the organisation that hands the work out."))
    if not name or len(name) > 200:
        raise EngagementError(_("Give the engagement a name of at most 200 letters."))
    if typed.get("zone") not in available_timezones():
        raise EngagementError(_("This zone is not known; choose one of the list, such as Asia/Ho_Chi_Minh."))
    if vendor is None and (not vendor_name or len(vendor_name) > 200):
        raise EngagementError(_("Choose a vendor, or write the name of the one that you invite."))
    with transaction.atomic():
        secret = ""
        if vendor is None:
            vendor = create_organisation(vendor_name)
            invitation, secret = invite_person(vendor, typed.get("email", ""), Role.ADMINISTRATOR, user)
        slug = f"{slugify(name)[:60] or 'engagement'}-{secrets.token_hex(3)}"
        engagement = open_engagement(
            name, client, vendor, zone=typed["zone"], slug=slug, owner=user, actor=user
        )
    if not secret:
        return engagement, None
    link = link_of(request, "invitation", secret)
    mailed = mail_link(
        invitation.email,
        _("%(name)s invites you to giao") % {"name": client.name},
        _(
            "%(client)s has opened “%(engagement)s” with you. Open this link to join as %(vendor)s; it works once and"
            " for seven days:\n\n%(link)s"
        )
        % {"client": client.name, "engagement": name, "vendor": vendor.name, "link": link},
    )
    return engagement, (link, mailed, invitation.email)
