"""How slowly a request may come: the first part of its body is waited for here, before it takes a thread from anybody.

A body of at most `AT_ONCE` bytes is whole before a page runs; of a larger one the rest is read by the page, at `SLOWEST`
bytes a second or faster. A sender that is slower, or gone, breaks the body with an OSError: half a file is never a whole one.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any

PATIENCE_SECONDS = float(os.environ.get("GIAO_PATIENCE") or 20)
AT_ONCE = 64 * 1024
SLOWEST = 4 * 1024

Message = dict[str, Any]


class TooSlow(Exception):
    """Nothing of the request was handed on yet."""


class Body:
    """The body of one request. `slow`: it was broken off for its pace."""

    def __init__(self, receive: Callable[[], Awaitable[Message]], patience: float = PATIENCE_SECONDS) -> None:
        self._receive, self._patience = receive, patience
        self._began = time.monotonic()
        self._size = 0
        self._waiting: deque[Message] = deque()
        self._whole = False
        self.slow = False

    async def gather(self) -> None:
        """Wait for all of it, or its first `AT_ONCE` bytes. Raises TooSlow, ConnectionResetError."""
        while not self._whole and self._size < AT_ONCE:
            try:
                self._waiting.append(await self._next())
            except TimeoutError as error:
                raise TooSlow from error

    async def part(self) -> Message:
        """The next message, for the page. Raises TimeoutError or ConnectionResetError, which break the reading."""
        if self._waiting:
            return self._waiting.popleft()
        if self._whole:
            return {"type": "http.request", "body": b"", "more_body": False}
        return await self._next()

    async def _next(self) -> Message:
        left = self._began + self._patience + self._size / SLOWEST - time.monotonic()
        try:
            message = await asyncio.wait_for(_told(self._receive), max(left, 0.001))
        except TimeoutError:
            self.slow = self._whole = True
            raise
        if message["type"] != "http.request":
            self._whole = True
            raise ConnectionResetError("the sender went away in the middle of a request")
        self._size += len(message.get("body", b""))
        self._whole = not message.get("more_body", False)
        return message


async def _told(receive: Callable[[], Awaitable[Message]]) -> Message:
    """The server hands over awaitables that are no coroutines."""
    return await receive()
