"""From where a request comes."""

from __future__ import annotations

import ipaddress

from django.conf import settings
from django.http import HttpRequest


def address_of(request: HttpRequest) -> str | None:
    """The peer's address; behind a trusted proxy (GIAO_HTTPS) the last one that it reports."""
    found = str(request.META.get("REMOTE_ADDR", ""))
    if getattr(settings, "SECURE_PROXY_SSL_HEADER", None):
        found = str(request.META.get("HTTP_X_FORWARDED_FOR", found)).split(",")[-1].strip()
    try:
        return str(ipaddress.ip_address(found))
    except ValueError:
        return None
