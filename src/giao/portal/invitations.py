"""Take an invitation: as the account that it is for, or by making that account."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import get_language
from django.views.decorators.debug import sensitive_post_parameters

from giao.kernel.identity.actions.invite_person import accept_invitation, has_account, open_invitation
from giao.kernel.identity.errors import IdentityError
from giao.kernel.identity.signed_in import begin_session
from giao.kernel.parties.errors import PartiesError
from giao.portal.shown_once import never_kept


@login_not_required
@sensitive_post_parameters("password", "again")
def invitation_page(request: HttpRequest, secret: str) -> HttpResponse:
    invitation = open_invitation(secret)
    user = request.user if request.user.is_authenticated else None
    fault = ""
    if request.method == "POST" and (user is not None or not has_account(invitation)):
        fault = "" if request.POST.get("password", "") == request.POST.get("again", "") else "again"
        if not fault:
            try:
                person = accept_invitation(
                    invitation,
                    user,
                    request.POST.get("name", "").strip()[:200],
                    request.POST.get("password", ""),
                    get_language() or "",
                )
            except (IdentityError, PartiesError) as error:
                fault = str(error)
            else:
                if user is None:
                    begin_session(request, person)
                return redirect("tower")
    context = {
        "invitation": invitation,
        "signed_in": user,
        "fits": user is None or user.email == invitation.email,
        "known": has_account(invitation),
        "sign_in": f"{reverse('sign_in')}?{urlencode({'next': request.path})}",
        "fault": fault,
        "name": request.POST.get("name", ""),
    }
    return never_kept(render(request, "portal/invitation.html", context, status=400 if fault else 200))
