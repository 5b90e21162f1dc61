"""Addresses of static files. Our own carry a hash of their content, so that a browser never keeps an old one."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from django.templatetags.static import static


def asset_url(path: str) -> str:
    """``giao/giao.css`` → ``/static/giao/giao.css?v=1a2b3c4d``; vendored files carry their version in the path."""
    if path.startswith("vendor/"):
        return static(path)
    return f"{static(path)}?v={_hash(path) if settings.DEBUG else _kept_hash(path)}"


@lru_cache(maxsize=64)
def _kept_hash(path: str) -> str:
    return _hash(path)


def _hash(path: str) -> str:
    found = finders.find(path)
    if not found or isinstance(found, list):
        raise ValueError(f"static file {path!r} is not there; look under ui/static")
    return hashlib.sha256(Path(found).read_bytes()).hexdigest()[:8]
