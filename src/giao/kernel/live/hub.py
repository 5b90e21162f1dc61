"""One look at the database for all who watch: each watcher gets the marks that changed, and the look ends with the last one.

An event in the ledger only makes a mark another; who watches asks for the page again. So a thousand events a second cost
a watcher two pages a second at most, and ten watchers of one page one look.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from uuid import UUID

logger = logging.getLogger(__name__)
Look = Callable[[list[UUID]], Awaitable[dict[UUID, str]]]

LOOK_SECONDS = 0.2
MOST_WATCHERS = 2_000


class TooManyWatchers(Exception):
    """The process has as many streams as it can hold; ask again later."""


class Watcher:
    """What one stream has seen. `changed` waits for marks that it has not."""

    def __init__(self, engagements: Iterable[UUID], seen: dict[UUID, str]) -> None:
        self.engagements = frozenset(engagements)
        self._seen = dict(seen)
        self._new: dict[UUID, str] = {}
        self._woken = asyncio.Event()

    def offer(self, marks: dict[UUID, str]) -> None:
        """Marks as they are now; those that are new to this watcher wake it."""
        for key in self.engagements & marks.keys():
            if self._seen.get(key) != marks[key]:
                self._seen[key] = self._new[key] = marks[key]
        if self._new:
            self._woken.set()

    async def changed(self, seconds: float) -> dict[UUID, str]:
        """New marks, at once when there are some; empty after so many seconds without."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._woken.wait(), seconds)
        self._woken.clear()
        found, self._new = self._new, {}
        return found


class Hub:
    """`look` gives the marks of some engagements now."""

    def __init__(self, look: Look, seconds: float = LOOK_SECONDS) -> None:
        self.look, self._seconds = look, seconds
        self._watchers: set[Watcher] = set()
        self._wanted: Counter[UUID] = Counter()
        self._task: asyncio.Task[None] | None = None

    def __len__(self) -> int:
        return len(self._watchers)

    @asynccontextmanager
    async def watching(self, engagements: Iterable[UUID], seen: dict[UUID, str]) -> AsyncIterator[Watcher]:
        """A watcher while the block runs. `seen`: marks that it has already; others it is told at once."""
        if len(self._watchers) >= MOST_WATCHERS:
            raise TooManyWatchers
        watcher = Watcher(engagements, seen)
        self._watchers.add(watcher)
        self._wanted.update(watcher.engagements)
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._go_on())
        try:
            yield watcher
        finally:
            self._watchers.discard(watcher)
            self._wanted.subtract(watcher.engagements)
            self._wanted += Counter()  # forget those that nobody wants

    async def _go_on(self) -> None:
        while self._watchers:
            try:
                marks = await self.look(list(self._wanted))
            except Exception:
                # A database that is away for a while ends no stream: the next look may find it again.
                logger.exception("the live pages could not be looked at")
                await asyncio.sleep(4 * self._seconds)
                continue
            for watcher in list(self._watchers):
                watcher.offer(marks)
            await asyncio.sleep(self._seconds)
