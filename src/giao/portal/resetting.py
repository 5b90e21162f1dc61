"""A new password for the one who forgot: ask by e-mail where the server can send one, set it by the one-time link."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters

from giao.kernel.identity.actions.reset_password import ask_reset_link, open_reset_link, use_reset_link
from giao.kernel.identity.errors import IdentityError
from giao.kernel.identity.links import link_to
from giao.kernel.identity.mailing import can_mail, mail_link
from giao.kernel.parties.errors import BadAccount
from giao.portal.shown_once import never_kept


@login_not_required
def forgot_page(request: HttpRequest) -> HttpResponse:
    """The answer is the same whether there is such an account or not."""
    asked = request.method == "POST" and can_mail()
    if asked:
        found = ask_reset_link(request.POST.get("email", ""))
        if found is not None:
            person, secret = found
            mail_link(
                person.email,
                _("A new password for giao"),
                _("Open this link to set a new password; it works once and for one hour:\n\n%(link)s")
                % {"link": link_to(request, "reset", secret)},
            )
    return render(request, "portal/forgot.html", {"can_mail": can_mail(), "asked": asked})


@login_not_required
@sensitive_post_parameters("new", "again")
def reset_page(request: HttpRequest, secret: str) -> HttpResponse:
    link = open_reset_link(secret)
    fault = ""
    if request.method == "POST":
        if request.POST.get("new", "") != request.POST.get("again", ""):
            fault = _("The two new passwords differ.")
        else:
            try:
                use_reset_link(link, request.POST.get("new", ""))
            except (BadAccount, IdentityError) as error:
                fault = str(error)
            else:
                messages.success(request, _("The new password is set; sign in with it."))
                return redirect("sign_in")
    context = {"link": link, "fault": fault}
    return never_kept(render(request, "portal/reset.html", context, status=400 if fault else 200))
