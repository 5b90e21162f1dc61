"""Every request has an id: in its answer, in its log lines; and its duration is counted."""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Callable

import structlog
from django.http import HttpRequest, HttpResponse

from giao.kernel.health.metrics import request_ended

HEADER = "X-Request-ID"
_GIVEN = re.compile(r"[A-Za-z0-9._-]{8,64}")


def watch_requests(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware, near the outside. An id that a proxy gives is kept when it looks like one."""

    def answer(request: HttpRequest) -> HttpResponse:
        given = request.headers.get(HEADER, "")
        identifier = given if _GIVEN.fullmatch(given) else secrets.token_hex(12)
        started = time.perf_counter()
        status = 500
        with structlog.contextvars.bound_contextvars(request=identifier):
            try:
                response = get_response(request)
                status = response.status_code
            finally:
                match = request.resolver_match
                view = match.view_name or match.route if match else ""
                request_ended(view or "unmatched", _method(request), status, time.perf_counter() - started)
        response.headers[HEADER] = identifier
        return response

    return answer


def _method(request: HttpRequest) -> str:
    """A label of its own for those that are usual alone: a stranger invents methods."""
    return request.method if request.method in ("GET", "POST", "HEAD", "PUT", "DELETE") else "other"
