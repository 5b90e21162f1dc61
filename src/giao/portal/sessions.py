"""Where the reader is signed in: end one session, or all others."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from giao.kernel.identity.person import person_of
from giao.kernel.identity.signed_in import end_other_sessions, end_session, sessions_of


def sessions_page(request: HttpRequest) -> HttpResponse:
    user = person_of(request)
    if request.method == "POST":
        if request.POST.get("act") == "others":
            end_other_sessions(user, request.session.session_key)
        elif not end_session(user, _public_id(request.POST.get("session", ""))):
            raise Http404("no such session of yours")
        messages.success(request, _("Signed out there."))
        return redirect("sessions")
    rows = sessions_of(user)
    return render(request, "portal/sessions.html", {"rows": rows, "here": request.session.session_key})


def _public_id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Http404("no such session of yours") from None
