"""A page that shows a secret once: kept in no cache, and its address is not told to other sites."""

from __future__ import annotations

from typing import TypeVar

from django.http import HttpResponseBase

Answer = TypeVar("Answer", bound=HttpResponseBase)


def never_kept(response: Answer) -> Answer:
    response.headers["Cache-Control"] = "no-store"
    # Not "no-referrer": a browser then sends a form of this page with `Origin: null`, and the check of its token refuses it.
    response.headers["Referrer-Policy"] = "same-origin"
    return response
