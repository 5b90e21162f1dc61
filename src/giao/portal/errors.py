"""Answers to what went wrong: designed pages that say what, where and how to mend."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from giao.kernel.identity.problems import Problem


def is_for_machines(request: HttpRequest) -> bool:
    """What is under /api/ is answered by problems, never by a page."""
    return request.path.startswith("/api/")


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    if is_for_machines(request):
        return Problem(400, "Not possible", _("The request cannot be read.")).as_response()
    return render(request, "400.html", status=400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "403.html", {"reason": str(exception or "")}, status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    if is_for_machines(request):
        return Problem(404, "Not found", _("There is nothing at this address for you.")).as_response()
    return render(request, "404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Without the shell: whatever broke may have broken that too."""
    return render(request, "500.html", status=500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    said = _(
        "This form was opened too long ago, or in another sign-in. Go back, reload the page and send it again."
    )
    return render(request, "403.html", {"reason": said}, status=403)
