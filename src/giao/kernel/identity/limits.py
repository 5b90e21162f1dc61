"""Bounds of a request, before anything reads it: its method, the length of its address, the size of its body."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from giao.kernel.identity.problems import Problem

METHODS = frozenset({"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"})
LONGEST_ADDRESS = 8_000
LARGEST_BODY = 600 * 1024 * 1024
"""Above the largest upload that a page takes (512 MB) with its form around it."""

LARGEST_OF_STRANGERS = 64 * 1024
"""Who is not signed in sends a form at most, not a file that would be written to the disk before anybody asks who it is."""

LARGEST_INVOICE = 25 * 1024 * 1024
"""A form with a vendor's invoice, sent with a token; it is read when the token is known."""

Answer = Callable[[HttpRequest], HttpResponse]


def keep_limits(get_response: Answer) -> Answer:
    """Middleware, inside those alone that add headers: 405, 414 and 413 without looking at anything else."""

    def answer(request: HttpRequest) -> HttpResponse:
        if request.method not in METHODS:
            return HttpResponse(status=405, headers={"Allow": ", ".join(sorted(METHODS))})
        if len(request.get_full_path()) > LONGEST_ADDRESS:
            return HttpResponse("the address is too long", status=414, content_type="text/plain")
        if _length(request) > LARGEST_BODY:
            return HttpResponse("the request is too large", status=413, content_type="text/plain")
        return get_response(request)

    return answer


def keep_small_before_sign_in(get_response: Answer) -> Answer:
    """Middleware behind the one that finds the user. A request with a token has the size that forms have."""

    def answer(request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            return get_response(request)
        token = request.headers.get("Authorization", "").lower().startswith("bearer ")
        most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE if token else LARGEST_OF_STRANGERS
        if token and request.path.startswith("/api/") and request.path.endswith("/files"):
            most = (
                LARGEST_BODY  # the address reads nothing before it knows the token, and then piece by piece
            )
        if token and request.path.startswith("/api/") and request.path.endswith("/invoices"):
            most = LARGEST_INVOICE
        if _length(request) > most:
            said = _("The request is too large. Sign in first, or send less at once.")
            if request.path.startswith("/api/"):
                return Problem(413, "Too large", said).as_response()
            return render(request, "400.html", {"reason": said}, status=413)
        return get_response(request)

    return answer


def _length(request: HttpRequest) -> int:
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return LARGEST_BODY + 1
