"""The reader's own account: name, language, time zone, password; and the language switch of every page."""

from __future__ import annotations

from zoneinfo import available_timezones

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from giao.kernel.identity.person import person_of
from giao.kernel.parties.models import User
from giao.portal.signing_in import _with_language, safe_target

LANGUAGES = {"vi", "en"}


@login_not_required
@require_POST
def choose_language(request: HttpRequest) -> HttpResponse:
    """Switch this browser, and the account when somebody is signed in; back to the page."""
    chosen = request.POST.get("language", "")
    response = redirect(safe_target(request))
    if chosen not in LANGUAGES:
        return response
    if request.user.is_authenticated:
        User.objects.filter(pk=request.user.pk).update(language=chosen)
    return _with_language(response, chosen)


@sensitive_post_parameters("old", "new", "again")
def account_page(request: HttpRequest) -> HttpResponse:
    user = person_of(request)
    faults: dict[str, str] = {}
    if request.method == "POST":
        act = {"profile": _save_profile, "password": _change_password}.get(request.POST.get("act", ""))
        faults = act(request, user) if act else {}
        if act and not faults:
            messages.success(request, _("Saved."))
            return _with_language(redirect("account"), user.language)
        if faults:
            user.refresh_from_db()
    context = {
        "zones": sorted(zone for zone in available_timezones() if "/" in zone or zone == "UTC"),
        "faults": faults,
        "typed": request.POST,
        "memberships": user.memberships.select_related("organisation").order_by("organisation__name", "role"),
        "languages": settings.LANGUAGES,
    }
    return render(request, "portal/account.html", context, status=400 if faults else 200)


def _save_profile(request: HttpRequest, user: User) -> dict[str, str]:
    name = request.POST.get("name", "").strip()
    language, zone = request.POST.get("language", ""), request.POST.get("time_zone", "")
    faults = {}
    if not name or len(name) > 200:
        faults["name"] = _("Write a name of at most 200 letters.")
    if language and language not in LANGUAGES:
        faults["language"] = _("Choose one of the languages.")
    if zone and zone not in available_timezones():
        faults["time_zone"] = _("This zone is not known; choose one of the list, such as Asia/Ho_Chi_Minh.")
    if not faults:
        user.name, user.language, user.time_zone = name, language, zone
        user.save(update_fields=["name", "language", "time_zone"])
        if language:
            translation.activate(language)
    return faults


def _change_password(request: HttpRequest, user: User) -> dict[str, str]:
    if not user.check_password(request.POST.get("old", "")):
        return {"old": _("This is not the present password.")}
    new = request.POST.get("new", "")
    if new != request.POST.get("again", ""):
        return {"again": _("The two new passwords differ.")}
    try:
        validate_password(new, user)
    except ValidationError as error:
        return {"new": " ".join(error.messages)}
    user.set_password(new)
    user.save(update_fields=["password"])
    update_session_auth_hash(request, user)
    return {}
