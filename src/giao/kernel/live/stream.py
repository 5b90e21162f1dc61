"""`/live`: server-sent events that say which engagements changed. Who may see them is asked at the start and again.

    GET /live?e=<slug>&e=<slug>       (none: every engagement of the person)
    id: <marks>                        what the browser sends back as Last-Event-ID when it connects again
    event: changed
    data: {"engagements": ["service-desk"], "at": "2026-11-24T10:00:00Z"}

The stream carries no figure: a page that is told of a change asks for itself, with its own rights and language.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Iterable
from datetime import UTC, datetime
from importlib import import_module
from typing import Any
from urllib.parse import parse_qs
from uuid import UUID

from asgiref.sync import sync_to_async
from django.conf import settings
from django.contrib.auth import get_user
from django.contrib.sessions.backends.base import SessionBase
from django.db import close_old_connections, connections
from django.http import HttpRequest
from django.http.cookie import parse_cookie
from django_scopes import scope

from giao.kernel.live.hub import Hub, TooManyWatchers
from giao.kernel.live.marks import marks_of
from giao.kernel.parties.models import User
from giao.kernel.readings.queries import keep_up
from giao.kernel.tenancy.requests import seeing

Send = Callable[[dict[str, Any]], Awaitable[None]]
Receive = Callable[[], Awaitable[dict[str, Any]]]

KEEP_ALIVE_SECONDS = 15.0
"""Silence so long is broken by a comment: a proxy that closes quiet connections keeps it, and a gone browser shows."""

LONGEST_SECONDS = 600.0
"""A stream ends after so long and the browser comes again: rights that were taken away end with it."""

MOST_SLUGS = 200
HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
]


def guarding() -> list[tuple[bytes, bytes]]:
    """What the pages' middleware says on every answer, for this one that passes none."""
    said = [
        (b"x-content-type-options", b"nosniff"),
        (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
        (b"referrer-policy", settings.SECURE_REFERRER_POLICY.encode()),
        (b"cross-origin-opener-policy", settings.SECURE_CROSS_ORIGIN_OPENER_POLICY.encode()),
        (b"cross-origin-resource-policy", b"same-origin"),
    ]
    if settings.SECURE_HSTS_SECONDS:
        hsts = f"max-age={settings.SECURE_HSTS_SECONDS}; includeSubDomains"
        said.append((b"strict-transport-security", hsts.encode()))
    return said


class LiveStream:
    """The ASGI application behind `/live`."""

    def __init__(self, hub: Hub | None = None, *, keep_alive: float = KEEP_ALIVE_SECONDS) -> None:
        self.hub = Hub(look) if hub is None else hub
        self._keep_alive = keep_alive

    async def __call__(self, request: dict[str, Any], receive: Receive, send: Send) -> None:
        if request["method"] != "GET":
            await _answer(send, 405, "method_not_allowed")
            return
        headers = _headers_of(request)
        asked = parse_qs(request["query_string"].decode("latin-1")).get("e", [])[:MOST_SLUGS]
        seen = await sync_to_async(_watched, thread_sensitive=False)(headers.get("cookie", ""), tuple(asked))
        if seen is None:
            await _answer(send, 401, "sign_in")
            return
        try:
            await self._stream(send, receive, seen, headers.get("last-event-id", ""))
        except TooManyWatchers:
            await _answer(send, 503, "too_many_watchers", [(b"retry-after", b"5")])

    async def _stream(self, send: Send, receive: Receive, slugs: dict[UUID, str], last: str) -> None:
        known = _read_marks(last)
        marks = {key: known[slug] for key, slug in slugs.items() if slug in known}
        if not last:  # the page was made a moment ago: what it shows is now
            marks = await self.hub.look(list(slugs))
        async with self.hub.watching(slugs, marks) as watcher:
            await send({"type": "http.response.start", "status": 200, "headers": [*HEADERS, *guarding()]})
            told = {slugs[key]: mark for key, mark in marks.items()}
            await _say(send, f"retry: 2000\nid: {_write_marks(told)}\n\n")
            ends = time.monotonic() + LONGEST_SECONDS
            gone = _when_gone(receive)
            try:
                while time.monotonic() < ends and not gone.done():
                    changed = await watcher.changed(self._keep_alive)
                    if not changed:
                        await _say(send, ": still here\n\n")
                        continue
                    told |= {slugs[key]: mark for key, mark in changed.items()}
                    names = sorted(slugs[key] for key in changed)
                    moment = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
                    data = json.dumps({"engagements": names, "at": moment})
                    await _say(send, f"id: {_write_marks(told)}\nevent: changed\ndata: {data}\n\n")
                await send({"type": "http.response.body", "body": b""})
            finally:
                gone.cancel()


def _headers_of(request: dict[str, Any]) -> dict[str, str]:
    """By name in small letters. HTTP/2 may send each cookie in a header of its own: they are one again here."""
    found: dict[str, str] = {}
    for raw, value in request["headers"]:
        name, text = raw.decode("latin-1").lower(), value.decode("latin-1")
        found[name] = f"{found[name]}; {text}" if name == "cookie" and name in found else text
    return found


def _when_gone(receive: Receive) -> asyncio.Task[None]:
    """Done when the browser has closed the connection."""

    async def wait() -> None:
        while (await receive())["type"] != "http.disconnect":
            pass

    return asyncio.create_task(wait())


async def _say(send: Send, text: str) -> None:
    await send({"type": "http.response.body", "body": text.encode(), "more_body": True})


async def _answer(send: Send, status: int, kind: str, more: Iterable[tuple[bytes, bytes]] = ()) -> None:
    body = json.dumps({"type": f"urn:giao:problem:{kind}", "status": status, "title": kind.replace("_", " ")})
    headers = [(b"content-type", b"application/problem+json"), (b"cache-control", b"no-store"), *guarding()]
    headers += more
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body.encode()})


async def look(engagements: list[UUID]) -> dict[UUID, str]:
    return await sync_to_async(_look, thread_sensitive=False)(engagements)


def _look(engagements: list[UUID]) -> dict[UUID, str]:
    close_old_connections()
    try:
        with scope(engagement=engagements):  # each watcher was let in to its own
            keep_up(engagements)
            return marks_of(engagements)
    finally:
        connections.close_all()  # a stream holds no connection


def _watched(cookie: str, asked: tuple[str, ...]) -> dict[UUID, str] | None:
    close_old_connections()
    try:
        return watched_by(cookie, asked)
    finally:
        connections.close_all()


def watched_by(cookie: str, asked: tuple[str, ...]) -> dict[UUID, str] | None:
    """Engagements (key to slug) that the person of a cookie may watch; None for whoever is not signed in.

    asked  slugs; none: all of the person's. Those that are not theirs are left out without a word
    """
    from giao.kernel.engagements.access import engagements_for

    user = _user_of(cookie)
    if user is None:
        return None
    with seeing(user):
        found = engagements_for(user)
        if asked:
            found = found.filter(slug__in=asked)
        return dict(found.values_list("pk", "slug")[:MOST_SLUGS])


def _user_of(cookie: str) -> User | None:
    """The signed-in person behind a session cookie."""
    key = parse_cookie(cookie).get(settings.SESSION_COOKIE_NAME, "")
    if not key:
        return None
    engine = import_module(settings.SESSION_ENGINE)
    request = HttpRequest()
    session: SessionBase = engine.SessionStore(key)
    request.session = session
    user = get_user(request)
    return user if isinstance(user, User) and user.is_active else None


def _write_marks(told: dict[str, str]) -> str:
    return ",".join(f"{slug}={mark}" for slug, mark in sorted(told.items()))


def _read_marks(text: str) -> dict[str, str]:
    pairs = (part.partition("=") for part in text[:50_000].split(","))
    return {slug: mark for slug, _, mark in pairs if slug and mark}
