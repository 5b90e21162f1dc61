"""The end of an engagement: the archive (read only), and the deletion with its grace."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
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


def archive_page(request: HttpRequest) -> HttpResponse:
    """The reader's archived engagements, and those that are about to go for good."""
    user = person_of(request)
    leaving = [(item, may_end(place_of(user, item))) for item in leaving_engagements_for(user)]
    context = {"archived": list(archived_engagements_for(user)), "leaving": leaving}
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
