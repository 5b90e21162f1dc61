"""The second factor: its page in the account, and the step of the sign-in that asks for a code."""

from __future__ import annotations

from datetime import timedelta

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from giao.kernel.audit.lockout import locked_until
from giao.kernel.audit.record import record_own_act, record_sign_in
from giao.kernel.identity import second_factor
from giao.kernel.identity.addresses import address_of
from giao.kernel.identity.person import person_of
from giao.kernel.identity.signed_in import begin_session, end_other_sessions
from giao.kernel.parties.models import User
from giao.portal.shown_once import never_kept
from giao.portal.signing_in import _with_language, locked_words

PENDING_LASTS = timedelta(minutes=10)


def ask_for_code(request: HttpRequest, user: User, target: str) -> HttpResponse:
    """The password was right: nothing is open yet, the session only knows who has to show a code."""
    request.session.flush()
    request.session["pending"] = {
        "user": str(user.pk),
        "at": timezone.now().isoformat(),
        "next": target,
        "auth": user.get_session_auth_hash(),
    }
    return redirect("code")


def _pending(request: HttpRequest) -> tuple[User, str] | None:
    kept = request.session.get("pending") or {}
    at = parse_datetime(kept.get("at", "")) if kept else None
    if at is None or timezone.now() - at > PENDING_LASTS:
        return None
    user = User.objects.filter(pk=kept["user"], is_active=True).first()
    if user is None or user.get_session_auth_hash() != kept["auth"]:
        return None  # the password changed meanwhile
    return user, kept["next"]


@login_not_required
@never_cache
@sensitive_post_parameters("code")
def code_page(request: HttpRequest) -> HttpResponse:
    pending = _pending(request)
    if pending is None:
        return redirect("sign_in")
    user, target = pending
    error, status = "", 200
    if request.method == "POST":
        address = address_of(request)
        until = locked_until(user.email, address)
        if until is not None:
            error, status = locked_words(until), 429
        elif second_factor.accepts(user, request.POST.get("code", "")[:40]):
            record_sign_in(user.email, user, address, succeeded=True)
            begin_session(request, user)
            return _with_language(redirect(target), user.language)
        else:
            record_sign_in(user.email, None, address, succeeded=False)
            error, status = (
                _("This code does not fit. Take the newest one of your app, or a recovery code."),
                400,
            )
    return render(request, "portal/code.html", {"error": error}, status=status)


@sensitive_post_parameters("code", "password")
def second_factor_page(request: HttpRequest) -> HttpResponse:
    user = person_of(request)
    fault = ""
    if request.method == "POST":
        act = request.POST.get("act", "")
        if act in ("off", "codes") and not user.check_password(request.POST.get("password", "")):
            fault = _("This is not the present password.")
        elif act == "on":
            codes = second_factor.turn_on(
                user, request.session.get("totp_secret", ""), request.POST.get("code", "")[:40]
            )
            if codes is not None:
                del request.session["totp_secret"]
                request.session.cycle_key()
                end_other_sessions(user, request.session.session_key)
                record_own_act(user, "turn_on_second_factor")
                return never_kept(_page(request, user, codes=codes))
            fault = _(
                "This code does not fit. Look whether the clock of your phone is right, and take the newest."
            )
        elif act == "off":
            second_factor.turn_off(user)
            record_own_act(user, "turn_off_second_factor")
            messages.success(request, _("The second factor is off."))
            return redirect("second_factor")
        elif act == "codes" and second_factor.is_on(user):
            return never_kept(_page(request, user, codes=second_factor.new_recovery_codes(user)))
    return never_kept(_page(request, user, fault=fault))


def _page(
    request: HttpRequest, user: User, *, codes: list[str] | None = None, fault: str = ""
) -> HttpResponse:
    on = second_factor.is_on(user)
    context: dict[str, object] = {"on": on, "codes": codes, "fault": fault}
    if on:
        context["left"] = second_factor.recovery_codes_left(user)
    else:
        secret = request.session.setdefault("totp_secret", second_factor.new_totp_secret())
        grouped = " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))
        context |= {
            "secret": grouped,
            "picture": second_factor.picture_of(second_factor.address_for_app(user, secret)),
        }
    return render(request, "portal/second_factor.html", context, status=400 if fault else 200)
