"""The REST API under /api/v1: every wing's router, one door around every address, the OpenAPI document.

A wing has `api.py` with a `router`; it is found by itself. Addresses that were there before (events, files) keep their own
views; their part of the document is written by hand in `api_document`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import wraps
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.apps import apps
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from ninja import NinjaAPI, Router
from ninja.operation import Operation
from ninja.renderers import JSONRenderer

from giao.kernel.api.failures import answer_failures
from giao.kernel.api.tags import has_tag, tag_of
from giao.kernel.audit.record import nobody_between
from giao.kernel.identity.problems import Problem
from giao.kernel.identity.tokens import WRONG_TOKENS

KERNEL = ("engagements", "ledger", "audit", "jobs", "notifications", "identity", "parties", "readings")
"""Rooms of the kernel that may have addresses; each step's wing is found by its app."""

TAGGED = 4 * 1024 * 1024
"""An answer without a tag of its own gets one by its content, up to so many bytes."""


def routers() -> Iterator[tuple[str, Router]]:
    """(name of the room, its router), in the order of the house."""
    rooms = [f"giao.kernel.{name}" for name in KERNEL]
    rooms += [config.name for config in apps.get_app_configs() if config.name.startswith("giao.")]
    for room in rooms:
        if find_spec(f"{room}.api"):
            router = getattr(import_module(f"{room}.api"), "router", None)
            if isinstance(router, Router):
                yield room, router


class _Plain(JSONRenderer):
    """Letters stay letters: nobody has to read ``\\u1ea1``."""

    json_dumps_params = {"ensure_ascii": False}


class Api(NinjaAPI):
    """Operations are called as their functions are: there is one of each name."""

    def get_openapi_operation_id(self, operation: Operation) -> str:
        return operation.view_func.__name__


def make_api() -> NinjaAPI:
    api = Api(
        title="giao",
        version="1",
        urls_namespace="api",
        renderer=_Plain(),
        docs_url=None,
        openapi_url=None,
    )
    answer_failures(api)
    for _room, router in routers():
        api.add_router("", router)
    return api


api = make_api()


def address_patterns() -> list[URLPattern]:
    """Every address of the API behind its door. Wings may share an address: one reads it, another writes there."""
    views: dict[str, list[Callable[..., HttpResponseBase]]] = {}
    for pattern in api.urls[0]:
        route = str(pattern.pattern)
        if route and pattern.callback is not None:  # the framework's own root page shows nothing of use
            views.setdefault(route, []).append(pattern.callback)
    return [
        path(route, door(_one_of(found)), name="api/" + re.sub(r"<\w+:", "<", route))
        for route, found in views.items()
    ]


def _one_of(views: list[Callable[..., HttpResponseBase]]) -> Callable[..., HttpResponseBase]:
    """The view that takes the request's method; else 405 with what all of them take."""
    if len(views) == 1:
        return views[0]

    def chosen(request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        allowed: set[str] = set()
        answer: HttpResponseBase | None = None
        for view in views:
            answer = view(request, **kwargs)
            if answer.status_code != 405:
                return answer
            allowed |= {name.strip() for name in answer.headers.get("Allow", "").split(",")}
        assert answer is not None
        answer.headers["Allow"] = ", ".join(sorted(allowed))
        return answer

    return chosen


def door(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Around every address: no redirect to the sign-in page, no cached answer, a tag, `Link` to the next page."""

    @wraps(view)
    def behind(request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        if request.method != "HEAD":
            return asked(request, **kwargs)
        request.method = "GET"  # the same without its body, which the server leaves out
        try:
            return asked(request, **kwargs)
        finally:
            request.method = "HEAD"

    def asked(request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        with nobody_between():
            answer = view(request, **kwargs)
        if answer.status_code == 405 and answer.headers.get("Content-Type", "").startswith("text/html"):
            allowed = answer.headers.get("Allow", "")
            return Problem(
                405,
                "Method not allowed",
                _("This address takes %(methods)s.") % {"methods": allowed},
                headers={"Allow": allowed},
            ).as_response()
        return finished(request, answer)

    behind.csrf_exempt = True  # type: ignore[attr-defined]  # the door of each address checks it for browsers itself
    return login_not_required(behind)


def finished(request: HttpRequest, answer: HttpResponseBase) -> HttpResponseBase:
    if getattr(request, "is_repeat", False):
        answer.headers["Idempotent-Replayed"] = "true"
    answer.headers.setdefault("Cache-Control", "private, no-cache")
    answer.headers["Vary"] = "Authorization, Cookie, Accept-Language"
    answer.headers.setdefault("RateLimit-Policy", WRONG_TOKENS.field())
    if not isinstance(answer, HttpResponse) or request.method != "GET" or answer.status_code != 200:
        return answer
    if "ETag" not in answer.headers and len(answer.content) <= TAGGED:
        answer.headers["ETag"] = tag_of(answer.content.decode("utf-8", "replace"))
        if has_tag(request.headers.get("If-None-Match"), answer.headers["ETag"]):
            return HttpResponse(status=304, headers={"ETag": answer.headers["ETag"]})
    return answer
