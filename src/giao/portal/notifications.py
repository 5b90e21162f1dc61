"""The reader's notifications, of all their engagements: unread or all, of one engagement; opened, marked as read."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from giao.kernel.engagements.access import engagements_for
from giao.kernel.identity.person import person_of
from giao.kernel.notifications.mail import can_mail
from giao.kernel.notifications.queries import choose_mail, mark_read, notifications_of, wants_mail
from giao.kernel.parties.models import User

PER_PAGE = 50


def notifications_page(request: HttpRequest) -> HttpResponse:
    """`?kind=all` shows the read ones too, `?e=<slug>` those of one engagement. POST opens, marks, or chooses e-mail."""
    user = person_of(request)
    if request.method == "POST":
        return _act(request, user)
    everything = request.GET.get("kind") == "all"
    rows = notifications_of(user, unread=not everything)
    chosen = request.GET.get("e", "")
    engagements = list(engagements_for(user))
    if chosen in {item.slug for item in engagements}:
        rows = rows.filter(engagement__slug=chosen)
    context: dict[str, Any] = {
        "page": Paginator(rows, PER_PAGE).get_page(request.GET.get("page")),
        "everything": everything,
        "engagements": engagements,
        "chosen": chosen,
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
