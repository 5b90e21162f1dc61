"""Refusals to machines as `application/problem+json` (RFC 9457)."""

from __future__ import annotations

import math
from typing import Any

from django.http import HttpResponse, JsonResponse


class Problem(Exception):
    """`title` names the kind and never changes; `detail` says what happened here and how to mend it.

    Raised anywhere in a request it becomes the answer (`giao.kernel.engagements.standing.answer_refusals`).
    """

    def __init__(
        self,
        status: int,
        title: str,
        detail: str,
        *,
        headers: dict[str, str] | None = None,
        **more: Any,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.title = title
        self.detail = detail
        self.headers = headers or {}
        self.more = more

    def as_json(self) -> dict[str, Any]:
        return {
            "type": "about:blank",
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
            **self.more,
        }

    def as_response(self) -> HttpResponse:
        answer = JsonResponse(
            self.as_json(),
            status=self.status,
            content_type="application/problem+json",
            json_dumps_params={"ensure_ascii": False},
        )
        answer.headers["Cache-Control"] = "no-store"
        for name, value in self.headers.items():
            answer.headers[name] = value
        return answer


def unauthorised(detail: str, *, headers: dict[str, str] | None = None) -> Problem:
    """401: nobody, or nobody that we know."""
    challenge = {"WWW-Authenticate": 'Bearer realm="giao"'}
    return Problem(401, "Not authenticated", detail, headers=challenge | (headers or {}))


def forbidden(detail: str, *, scope: str = "") -> Problem:
    """403: known, but not for this. `scope`: the one that is missing."""
    challenge = 'Bearer realm="giao", error="insufficient_scope"'
    headers = {"WWW-Authenticate": f'{challenge}, scope="{scope}"'} if scope else {}
    return Problem(403, "Not allowed", detail, headers=headers)


def too_many(detail: str, seconds: float, *, headers: dict[str, str] | None = None) -> Problem:
    """429: wait so long (Retry-After, whole seconds)."""
    wait = {"Retry-After": str(max(1, math.ceil(seconds)))}
    return Problem(429, "Too many attempts", detail, headers=wait | (headers or {}))
