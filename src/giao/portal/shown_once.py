"""A page that shows a secret once: kept in no cache, and its address is not told to other sites."""

from __future__ import annotations

from django.http import HttpResponse


def never_kept(response: HttpResponse) -> HttpResponse:
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
