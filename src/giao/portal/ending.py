"""The end of an engagement: the archive (read only), and the deletion with its grace."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from giao.kernel.engagements.access import (
    archived_engagements_for,
    check_may,
    leaving_engagement_for,
    leaving_engagements_for,
    may_end,
    place_of,
)
from giao.kernel.engagements.actions.archive_engagement import archive_engagement, reopen_engagement
from giao.kernel.engagements.actions.remove_engagement import (
    GRACE,
    ask_removal,
    keep_engagement,
    what_goes,
)
from giao.kernel.engagements.errors import EngagementError
from giao.kernel.engagements.standing import standing_for
from giao.kernel.identity.person import person_of
from giao.ui.export import export_table
from giao.ui.listing import list_table
from giao.ui.navigation import page_url
from giao.ui.table import Column


def archive_page(request: HttpRequest) -> HttpResponseBase:
    """The reader's archived engagements, and those that are about to go for good."""
    user = person_of(request)
    leaving = [(item, may_end(place_of(user, item))) for item in leaving_engagements_for(user)]
    archived_columns = [
        Column("name", _("Engagement"), link=lambda row: page_url("engagement", slug=row["slug"]), head=True),
        Column("vendor", _("Vendor")),
        Column("archived", _("Archived"), "instant"),
    ]
    archived = list_table(
        request,
        list(archived_engagements_for(user)),
        archived_columns,
        lambda one: {"name": one.name, "vendor": one.vendor.name, "archived": one.archived, "slug": one.slug},
        name="archive",
        search=("name", "vendor"),
    )
    leaving_columns = [
        Column("name", _("Engagement"), head=True),
        Column("gone", _("Gone for good"), "instant"),
        Column("acts", "", sortable=False, template="portal/cells/leaving_acts.html"),
    ]
    going = list_table(
        request,
        leaving,
        leaving_columns,
        lambda pair: {
            "name": pair[0].name,
            "gone": pair[0].removal_due,
            "slug": pair[0].slug,
            "may": "yes" if pair[1] else "",
        },
        name="leaving",
        search=("name",),
        prefix="l_",
    )
    for table in (archived, going):
        if table.export:
            return export_table(table, table.name)
    context = {"archived": archived, "leaving": going}
    return render(request, "portal/archive.html", context)


def ending_page(request: HttpRequest, slug: str) -> HttpResponse:
    standing = standing_for(request, slug, archive_too=True)
    user = person_of(request)
    engagement = standing.engagement
    check_may(may_end(standing.place), _("archive or delete the engagement"))
    fault = ""
    if request.method == "POST":
        act = request.POST.get("act", "")
        if act == "archive":
            archive_engagement(engagement, user)
            messages.success(request, _("The engagement is in the archive."))
            return redirect("archive")
        if act == "reopen":
            reopen_engagement(engagement, user)
            return redirect("engagement", slug=slug)
        if act == "remove":
            try:
                ask_removal(engagement, request.POST.get("name", ""), user)
            except EngagementError as error:
                fault = str(error)
            else:
                messages.success(request, _("The engagement is out of sight and will be deleted."))
                return redirect("archive")
    context = {"engagement": engagement, "goes": what_goes(engagement), "days": GRACE.days, "fault": fault}
    return render(request, "portal/ending.html", context, status=400 if fault else 200)


@require_POST
def keep_page(request: HttpRequest, slug: str) -> HttpResponse:
    """Take the deletion back."""
    user = person_of(request)
    engagement = leaving_engagement_for(user, slug)
    check_may(may_end(place_of(user, engagement)), _("archive or delete the engagement"))
    keep_engagement(engagement, user)
    messages.success(request, _("The deletion is taken back."))
    return redirect("engagement", slug=slug)
