"""The parties of an engagement: client, vendor, and the vendor's sub-contractors with the groups that are theirs."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from giao.kernel.engagements.access import check_may, may_end, may_name_third_parties
from giao.kernel.engagements.actions.add_third_party import (
    add_third_party,
    invite_third_party,
    withdraw_third_party,
)
from giao.kernel.engagements.errors import EngagementError
from giao.kernel.engagements.given import groups_of
from giao.kernel.engagements.models import ThirdParty
from giao.kernel.engagements.standing import Standing, standing_for
from giao.kernel.identity.links import link_to
from giao.kernel.identity.person import person_of
from giao.portal.shown_once import never_kept
from giao.ui.export import export_table
from giao.ui.listing import list_table
from giao.ui.table import Column


def parties_page(request: HttpRequest, slug: str) -> HttpResponseBase:
    standing = standing_for(request, slug)
    if request.method == "POST":
        check_may(may_name_third_parties(standing.place), _("name sub-contractors"))
        act = {"add": _add, "groups": _groups, "withdraw": _withdraw}.get(request.POST.get("act", ""))
        if act is not None:
            return act(request, standing)
    return _page(request, standing)


def _page(request: HttpRequest, standing: Standing, **more: Any) -> HttpResponseBase:
    rows = ThirdParty.objects.filter(engagement=standing.engagement).select_related("organisation")
    may_name = may_name_third_parties(standing.place)
    columns = [
        Column("name", _("Sub-contractor"), head=True),
        Column("groups", _("Its groups"), template="portal/cells/third_groups.html"),
        *([Column("acts", "", sortable=False, template="portal/cells/third_acts.html")] if may_name else []),
    ]
    table = list_table(
        request,
        list(rows.order_by("organisation__name")),
        columns,
        lambda row: {"name": row.organisation.name, "groups": ", ".join(row.groups)},
        name="sub_contractors",
        search=("name", "groups"),
    )
    if table.export:
        return export_table(table, f"{standing.engagement.slug}-sub-contractors", standing.zone)
    context = {
        "engagement": standing.engagement,
        "table": table,
        "groups": groups_of(standing.engagement),
        "may_name": may_name,
        "may_end": may_end(standing.place),
        "typed": request.POST if more.get("fault") else {},
        **more,
    }
    return render(request, "portal/parties.html", context, status=400 if more.get("fault") else 200)


def _add(request: HttpRequest, standing: Standing) -> HttpResponseBase:
    user = person_of(request)
    post = request.POST
    try:
        _third_party, invitation, secret = invite_third_party(
            standing.engagement, post.get("name", ""), post.get("email", ""), _named(request), user
        )
    except EngagementError as error:
        return _page(request, standing, fault=str(error))
    link = link_to(request, "invitation", secret)
    return never_kept(_page(request, standing, link=link, link_for=invitation.email))


def _named(request: HttpRequest) -> list[str]:
    return request.POST.get("groups", "").replace(";", ",").split(",")


def _third(request: HttpRequest, standing: Standing) -> ThirdParty:
    try:
        key = UUID(request.POST.get("third", ""))
    except ValueError:
        key = None
    rows = ThirdParty.objects.filter(engagement=standing.engagement).select_related(
        "organisation", "engagement"
    )
    found: ThirdParty = get_object_or_404(rows, pk=key)
    return found


def _groups(request: HttpRequest, standing: Standing) -> HttpResponseBase:
    third = _third(request, standing)
    try:
        add_third_party(standing.engagement, third.organisation, _named(request), person_of(request))
    except EngagementError as error:
        return _page(request, standing, fault=str(error))
    messages.success(request, _("Saved."))
    return redirect("parties", slug=standing.engagement.slug)


def _withdraw(request: HttpRequest, standing: Standing) -> HttpResponseBase:
    withdraw_third_party(_third(request, standing), person_of(request))
    messages.success(request, _("The sub-contractor sees nothing of this engagement any more."))
    return redirect("parties", slug=standing.engagement.slug)
