"""The client: batches, retry with growing and scattered pauses, the spool."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import quote

import httpx

from giao.client.errors import NotAllowed, Unreachable
from giao.client.event import Event, written
from giao.client.spool import Kept, Spool

MOST_EVENTS = 500
"""Events a request; the server takes no more."""

MOST_BYTES = 4 * 1024 * 1024
FIRST_PAUSE, LONGEST_PAUSE = 0.2, 30.0
"""Seconds; each pause is drawn between nothing and the double of the one before."""

_LATER = frozenset({408, 425, 429, 500, 502, 503, 504})
_SPLIT = frozenset({400, 413, 415})


@dataclass(frozen=True)
class Rejection:
    """An event that the server keeps aside and does not count: why, and whether it can be replayed there."""

    source: str
    id: str
    reason: str
    detail: str
    replayable: bool = False


@dataclass(frozen=True)
class Sent:
    """What became of the events. `spooled`: those that still wait on this side."""

    accepted: int = 0
    duplicates: int = 0
    rejected: tuple[Rejection, ...] = ()
    spooled: int = 0

    def __add__(self, other: Sent) -> Sent:
        return Sent(
            self.accepted + other.accepted,
            self.duplicates + other.duplicates,
            self.rejected + other.rejected,
            max(self.spooled, other.spooled),
        )


class Client:
    """Sends events of one engagement.

    url, token, engagement  the server, a token with the scope events:write, the name in the engagement's address
    spool                   a file: events are written there first, and `send` does not raise while the server is away
    retry_for_seconds       how long one `send` or `drain` tries; then Unreachable (without a spool) or the rest waits
    """

    def __init__(
        self,
        url: str,
        token: str,
        engagement: str,
        *,
        spool: str | Path | Spool | None = None,
        timeout_seconds: float = 30.0,
        retry_for_seconds: float = 60.0,
        transport: httpx.BaseTransport | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.address = f"{url.rstrip('/')}/api/v1/engagements/{quote(engagement, safe='')}/events"
        self.spool = Spool(spool) if isinstance(spool, str | Path) else spool
        self._retry_for, self._sleep = retry_for_seconds, sleep
        self._http = httpx.Client(
            timeout=timeout_seconds,
            transport=transport,
            headers={"Authorization": f"Bearer {token}", "User-Agent": "giao-client"},
        )

    def __enter__(self) -> Client:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self._http.close()
        if self.spool is not None:
            self.spool.close()

    def send(self, events: Event | Mapping[str, Any] | Iterable[Event | Mapping[str, Any]]) -> Sent:
        """Deliver an event, or many, in their order. Raises NotAllowed; without a spool also Unreachable.

        ValueError for an event that cannot be written as JSON: then none of the call is sent.
        """
        listed = [events] if isinstance(events, Event | Mapping) else list(events)
        texts = [written(event) for event in listed]
        if self.spool is not None:
            self.spool.add(texts)
            return self.drain()
        sent = Sent()
        until = time.monotonic() + self._retry_for
        for part in _cut([Kept(at, text) for at, text in enumerate(texts)]):
            sent += self._deliver(part, until)[0]
        return sent

    def drain(self) -> Sent:
        """Send what waits in the spool, oldest first. Returns with `spooled` when the server is away. Raises NotAllowed."""
        spool = self.spool
        if spool is None:
            return Sent()
        sent = Sent()
        until = time.monotonic() + self._retry_for
        with spool.draining() as mine:
            while mine and (kept := spool.first(MOST_EVENTS)):
                try:
                    for part in _cut(kept):
                        done, refused = self._deliver(part, until)
                        sent += done
                        names = {each.seq for each, _, _ in refused}
                        spool.cross_off([each for each in part if each.seq not in names], refused)
                except Unreachable:
                    break
        return sent + Sent(spooled=len(spool))

    def _deliver(self, part: Sequence[Kept], until: float) -> tuple[Sent, list[tuple[Kept, str, str]]]:
        """One batch, cut in two where the server cannot read or take it as a whole. Raises NotAllowed, Unreachable."""
        answer = self._post("[" + ",".join(kept.event for kept in part) + "]", until)
        if answer.status_code in _SPLIT:
            if len(part) == 1:
                detail = _detail(answer)
                return Sent(rejected=(Rejection("", "", "unreadable", detail),)), [
                    (part[0], "unreadable", detail)
                ]
            half = len(part) // 2
            one, refused_one = self._deliver(part[:half], until)
            two, refused_two = self._deliver(part[half:], until)
            return one + two, refused_one + refused_two
        if answer.status_code not in (202, 422):
            raise NotAllowed(
                f"{self.address} answers {answer.status_code}: {_detail(answer)}", answer.status_code
            )
        said = answer.json()
        rejected, refused = [], []
        for kept, outcome in zip(part, said["outcomes"], strict=True):
            if outcome["status"] == "rejected":
                reason, detail = outcome.get("reason", ""), outcome.get("detail", "")
                rejected.append(
                    Rejection(
                        outcome.get("source", ""),
                        outcome.get("id", ""),
                        reason,
                        detail,
                        outcome.get("replayable", False),
                    )
                )
                refused.append((kept, reason, detail))
        return Sent(said["accepted"], said["duplicates"], tuple(rejected)), refused

    def _post(self, body: str, until: float) -> httpx.Response:
        """Try until an answer that is not "later". Raises Unreachable."""
        pause = FIRST_PAUSE
        while True:
            wait, why = 0.0, ""
            try:
                answer = self._http.post(
                    self.address,
                    content=body.encode(),
                    headers={"Content-Type": "application/cloudevents-batch+json"},
                )
                if answer.status_code not in _LATER:
                    return answer
                why = f"answers {answer.status_code}: {_detail(answer)}"
                wait = _retry_after(answer)
            except httpx.TransportError as error:
                why = f"cannot be reached ({type(error).__name__}: {error})"
            wait = max(wait, random.uniform(0, pause))
            pause = min(2 * pause, LONGEST_PAUSE)
            if time.monotonic() + wait > until:
                raise Unreachable(f"{self.address} {why}; it was tried for {self._retry_for:g} seconds")
            self._sleep(wait)


def _cut(kept: Sequence[Kept]) -> Iterable[list[Kept]]:
    """Batches that a request may hold."""
    part: list[Kept] = []
    size = 0
    for each in kept:
        length = len(each.event.encode()) + 1
        if part and (len(part) == MOST_EVENTS or size + length > MOST_BYTES):
            yield part
            part, size = [], 0
        part.append(each)
        size += length
    if part:
        yield part


def _retry_after(answer: httpx.Response) -> float:
    try:
        return min(300.0, max(0.0, float(answer.headers.get("Retry-After", "0"))))
    except ValueError:
        return 0.0


def _detail(answer: httpx.Response) -> str:
    try:
        found = answer.json()
    except ValueError:
        return answer.reason_phrase
    return str(found.get("detail", "")) if isinstance(found, dict) else answer.reason_phrase
