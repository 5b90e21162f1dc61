"""Sign in and out. Attempts are counted (`kernel.audit.lockout`); the answer never tells which part was wrong."""

from __future__ import annotations

import math
from datetime import datetime

from django.conf import settings
from django.contrib.auth import authenticate, logout
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from giao.kernel.audit.lockout import locked_until
from giao.kernel.audit.record import record_sign_in
from giao.kernel.identity import second_factor
from giao.kernel.identity.addresses import address_of
from giao.kernel.identity.signed_in import begin_session
from giao.kernel.parties.models import User


@login_not_required
@never_cache
@sensitive_post_parameters("password")
def sign_in(request: HttpRequest) -> HttpResponse:
    from giao.portal.second_factor import ask_for_code

    target = safe_target(request)
    if request.user.is_authenticated:
        return redirect(target)
    error, email = "", ""
    if request.method == "POST":
        email = request.POST.get("email", "").strip()
        address = address_of(request)
        until = locked_until(email, address)
        if until is not None:
            answer = render(
                request, "portal/sign_in.html", _form(locked_words(until), email, target), status=429
            )
            answer.headers["Retry-After"] = str(math.ceil((until - timezone.now()).total_seconds()))
            return answer
        user = authenticate(request, username=email.lower(), password=request.POST.get("password", ""))
        if isinstance(user, User) and second_factor.is_on(user):
            return ask_for_code(request, user, target)
        record_sign_in(email, user, address, succeeded=user is not None)
        if isinstance(user, User):
            begin_session(request, user)
            return _with_language(redirect(target), user.language)
        error = _("E-mail and password do not fit together. Check both and try again.")
    return render(request, "portal/sign_in.html", _form(error, email, target), status=400 if error else 200)


def locked_words(until: datetime) -> str:
    """Why, and for how long, no attempt is looked at."""
    minutes = max(1, math.ceil((until - timezone.now()).total_seconds() / 60))
    return ngettext(
        "Too many failed attempts. Try again in %(n)s minute.",
        "Too many failed attempts. Try again in %(n)s minutes.",
        minutes,
    ) % {"n": minutes}


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    logout(request)
    answer = redirect("sign_in")
    answer.headers["Clear-Site-Data"] = '"cache"'
    return answer


def _form(error: str, email: str, target: str) -> dict[str, str]:
    return {"error": error, "email": email, "next": target}


def _with_language(response: HttpResponseRedirect, language: str) -> HttpResponseRedirect:
    """The account's language becomes this browser's."""
    if translation.check_for_language(language) if language else False:
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            language,
            max_age=settings.LANGUAGE_COOKIE_AGE,
            samesite="Lax",
            secure=settings.LANGUAGE_COOKIE_SECURE,
        )
    return response


def safe_target(request: HttpRequest) -> str:
    """Where to go afterwards: only to this server."""
    target = request.POST.get("next") or request.GET.get("next") or "/"
    allowed = url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return target if allowed else "/"
