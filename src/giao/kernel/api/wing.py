"""A wing's router: every address says its scope, and what of the common parameters it takes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django.http import HttpRequest
from ninja import Router

from giao.kernel.api.caller import Needs

View = TypeVar("View", bound=Callable[..., Any])


class Wing(Router):
    """`read` and `write` are how an address is made; OpenAPI says from it the scope, `as_of`, paging and repeats."""

    def read(
        self, path: str, scope: str, response: Any, *, as_of: bool = False, paged: bool = False, **more: Any
    ) -> Callable[[View], View]:
        extra = {"x-scope": scope, "x-as-of": as_of, "x-paged": paged, **more.pop("extra", {})}
        return self.get(path, auth=Needs(scope), response=response, openapi_extra=extra, **more)

    def write(
        self,
        path: str,
        scope: str,
        response: Any,
        *,
        method: str = "POST",
        once: bool = False,
        if_match: bool = False,
        **more: Any,
    ) -> Callable[[View], View]:
        """`once`: takes an Idempotency-Key. `if_match`: takes an If-Match."""
        extra = {"x-scope": scope, "x-once": once, "x-if-match": if_match}
        return self.api_operation(
            [method], path, auth=Needs(scope), response=response, openapi_extra=extra, **more
        )


def query_of(request: HttpRequest, name: str) -> str:
    return request.GET.get(name, "").strip()
