"""Sessions of a person: begin with a new key, note the place, end one or all others, end what is too old."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.contrib.auth import login, logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import Resolver404, resolve
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from giao.kernel.identifiers import new_id
from giao.kernel.identity.addresses import address_of
from giao.kernel.identity.models import Session
from giao.kernel.identity.problems import forbidden
from giao.kernel.identity.second_factor import is_on
from giao.kernel.parties.models import User

SEEN_GRAIN = timedelta(minutes=10)


def begin_session(request: HttpRequest, user: User) -> None:
    """Sign in: the key is new and nothing of what was in the session before stays."""
    request.session.flush()
    login(request, user, backend=settings.AUTHENTICATION_BACKENDS[0])
    request.session["public_id"] = str(new_id())
    request.session["address"] = address_of(request)
    request.session["agent"] = request.headers.get("User-Agent", "")[:200]
    request.session["since"] = timezone.now().isoformat()
    request.session["seen"] = timezone.now().isoformat()


OPEN_WITHOUT = frozenset({"second_factor", "sign_out", "language", "sign_in", "code", "health"})


def ask_second_factor(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: where it is required, nothing but its own page opens to a person who has none."""

    def answer(request: HttpRequest) -> HttpResponse:
        if not settings.GIAO_SECOND_FACTOR_REQUIRED or not isinstance(request.user, User):
            return get_response(request)
        try:
            name = resolve(request.path_info).url_name
        except Resolver404:
            name = None
        if name in OPEN_WITHOUT or is_on(request.user):
            return get_response(request)
        if request.path.startswith("/api/"):
            return forbidden(_("Set up your second factor first, on the page of your account.")).as_response()
        return redirect("second_factor")

    return answer


def sessions_of(user: User) -> list[Session]:
    """Sessions that are not over, the last one used first."""
    return list(Session.objects.filter(user=user, expire_date__gt=timezone.now()).order_by("-last_seen"))


def end_session(user: User, public_id: UUID) -> bool:
    """End one of the person's own sessions; False when there is none such."""
    return bool(Session.objects.filter(user=user, public_id=public_id).delete()[0])


def end_other_sessions(user: User, kept_key: str | None) -> int:
    return Session.objects.filter(user=user).exclude(session_key=kept_key or "").delete()[0]


def watch_sessions(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: a session ends `GIAO_SESSION_LONGEST` seconds after the sign-in, however busy; "last seen" is noted."""

    def answer(request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            now = timezone.now()
            since = parse_datetime(request.session.get("since", "")) if request.session.get("since") else None
            if since is not None and now - since > timedelta(seconds=settings.GIAO_SESSION_LONGEST):
                logout(request)
            else:
                seen = request.session.get("seen")
                before = parse_datetime(seen) if seen else None
                if before is None or now - before > SEEN_GRAIN:
                    request.session["seen"] = now.isoformat()
                    request.session.setdefault("since", now.isoformat())
                    request.session.setdefault("public_id", str(new_id()))
        return get_response(request)

    return answer
