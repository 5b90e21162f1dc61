"""From where a request comes."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from functools import lru_cache

from django.conf import settings
from django.http import HttpRequest, HttpResponse

_SAID_BY_PROXIES = (
    "HTTP_X_FORWARDED_FOR",
    "HTTP_X_FORWARDED_PROTO",
    "HTTP_X_FORWARDED_HOST",
    "HTTP_X_FORWARDED_PORT",
    "HTTP_X_REAL_IP",
    "HTTP_FORWARDED",
)


def believe_proxies_alone(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware, the outermost: what a request says about where it came from counts only from GIAO_PROXIES.

    Without GIAO_HTTPS there is no proxy and nothing of it counts; it stays, so that /metrics sees that somebody was between.
    """

    def answer(request: HttpRequest) -> HttpResponse:
        if getattr(settings, "SECURE_PROXY_SSL_HEADER", None) and not _is_proxy(
            str(request.META.get("REMOTE_ADDR", ""))
        ):
            for name in _SAID_BY_PROXIES:
                request.META.pop(name, None)
        return get_response(request)

    return answer


def _is_proxy(address: str) -> bool:
    try:
        peer = ipaddress.ip_address(address)
    except ValueError:
        return False
    return any(peer in network for network in _networks(tuple(settings.GIAO_PROXIES)))


@lru_cache(maxsize=8)
def _networks(texts: tuple[str, ...]) -> list[ipaddress.IPv4Network | ipaddress.IPv6Network]:
    return [ipaddress.ip_network(text, strict=False) for text in texts]


def address_of(request: HttpRequest) -> str | None:
    """The peer's address; behind a trusted proxy (GIAO_HTTPS) the last one that it reports."""
    found = str(request.META.get("REMOTE_ADDR", ""))
    if getattr(settings, "SECURE_PROXY_SSL_HEADER", None):
        found = str(request.META.get("HTTP_X_FORWARDED_FOR", found)).split(",")[-1].strip()
    try:
        return str(ipaddress.ip_address(found))
    except ValueError:
        return None
