"""The reader's notifications, of all their engagements: unread or all, of one engagement; opened, marked as read."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from giao.kernel.engagements.access import engagements_for
from giao.kernel.identity.person import person_of
from giao.kernel.notifications.mail import can_mail
from giao.kernel.notifications.queries import choose_mail, mark_read, notifications_of, wants_mail
from giao.kernel.parties.models import User
from giao.ui.export import export_table
from giao.ui.listing import list_table
from giao.ui.table import Column, Filter
from giao.ui.templatetags.giao import told

MOST = 2_000
"""So many of the newest are listed: their words are made for the reader, not stored, so that memory searches them."""


def notifications_page(request: HttpRequest) -> HttpResponseBase:
    """`?kind=all` shows the read ones too, `?f_engagement=<slug>` those of one engagement. POST opens, marks, or chooses e-mail."""
    user = person_of(request)
    if request.method == "POST":
        return _act(request, user)
    everything = request.GET.get("kind") == "all"
    rows = notifications_of(user, unread=not everything)
    columns = [
        Column("at", _("When"), "instant"),
        Column("title", _("What"), template="portal/cells/notification.html"),
        Column("text", _("Text"), shown=False),
        Column("engagement", _("Engagement")),
        Column("acts", "", sortable=False, template="portal/cells/notification_acts.html"),
    ]
    table = list_table(
        request,
        list(rows[:MOST]),
        columns,
        lambda row: {
            "at": row.created,
            "title": row.title,
            "text": told(row.text) if row.text else None,
            "engagement": row.engagement.name,
            "slug": row.engagement.slug,
        },
        name="notifications",
        search=("title", "text", "engagement"),
        filters=(
            Filter(
                "engagement",
                _("Engagement"),
                [(one.slug, one.name) for one in engagements_for(user)],
                column="slug",
            ),
        ),
    )
    if table.export:
        return export_table(table, "notifications")
    context: dict[str, Any] = {
        "table": table,
        "everything": everything,
        "can_mail": can_mail(),
        "wants_mail": wants_mail(user),
    }
    return render(request, "portal/notifications.html", context)


def _act(request: HttpRequest, user: User) -> HttpResponse:
    act = request.POST.get("act", "")
    if act == "open":
        row = notifications_of(user).filter(pk=_key(request.POST.get("notification", ""))).first()
        if row is None:
            raise Http404("no such notification of yours")
        mark_read(notifications_of(user).filter(pk=row.pk))
        return redirect(row.link or "notifications")
    if act == "all":
        mark_read(notifications_of(user))
    elif act == "mail":
        choose_mail(user, wanted=request.POST.get("wanted") == "yes")
    return redirect("notifications")


def _key(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Http404("no such notification of yours") from None
