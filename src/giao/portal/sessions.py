"""Where the reader is signed in: end one session, or all others."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from giao.kernel.identity.person import person_of
from giao.kernel.identity.signed_in import end_other_sessions, end_session, sessions_of
from giao.ui.export import export_table
from giao.ui.listing import list_table
from giao.ui.table import Column


def sessions_page(request: HttpRequest) -> HttpResponseBase:
    user = person_of(request)
    if request.method == "POST":
        if request.POST.get("act") == "others":
            end_other_sessions(user, request.session.session_key)
        elif not end_session(user, _public_id(request.POST.get("session", ""))):
            raise Http404("no such session of yours")
        messages.success(request, _("Signed out there."))
        return redirect("sessions")
    rows = sessions_of(user)
    columns = [
        Column("seen", _("Last seen"), "instant"),
        Column("since", _("Since"), "instant"),
        Column("address", _("Address")),
        Column("agent", _("Browser")),
        Column("acts", "", sortable=False, template="portal/cells/session_acts.html"),
    ]
    table = list_table(
        request,
        rows,
        columns,
        lambda row: {
            "seen": row.last_seen,
            "since": row.since,
            "address": row.address,
            "agent": row.agent,
        },
        name="sessions",
        search=("address", "agent"),
    )
    if table.export:
        return export_table(table, "sessions")
    context = {"rows": rows, "table": table, "here": request.session.session_key}
    return render(request, "portal/sessions.html", context)


def _public_id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Http404("no such session of yours") from None
