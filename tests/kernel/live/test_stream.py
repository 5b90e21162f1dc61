"""`/live`: who may listen, what is said, and that a lost connection goes on where it was."""

from __future__ import annotations

import asyncio
import json
from typing import Any
from uuid import UUID, uuid4

import pytest

A = uuid4()
pytestmark = pytest.mark.usefixtures("django_ready")


class Marks:
    def __init__(self) -> None:
        self.mark = "5.1"

    async def look(self, wanted: list[UUID]) -> dict[UUID, str]:
        return dict.fromkeys(wanted, self.mark)


def listen(
    monkeypatch: pytest.MonkeyPatch, *, last: str = "", then: str = "", let_in: bool = True, expect: str = ""
) -> tuple[int, str]:
    """Status and everything said until `expect` was said (else for a moment), after the mark became `then`."""
    from giao.kernel.live import stream
    from giao.kernel.live.hub import Hub

    monkeypatch.setattr(stream, "_watched", lambda cookie, asked: {A: "desk"} if let_in else None)
    marks, said, status = Marks(), [], []

    async def main() -> None:
        gone = asyncio.Event()

        async def receive() -> dict[str, Any]:
            await gone.wait()
            return {"type": "http.disconnect"}

        async def send(message: dict[str, Any]) -> None:
            if message["type"] == "http.response.start":
                status.append(message["status"])
            else:
                said.append(message.get("body", b"").decode())

        headers = [(b"cookie", b"sessionid=x")] + ([(b"last-event-id", last.encode())] if last else [])
        request = {
            "type": "http",
            "method": "GET",
            "path": "/live",
            "query_string": b"e=desk",
            "headers": headers,
        }
        app = stream.LiveStream(Hub(marks.look, seconds=0.005), keep_alive=0.05)
        task = asyncio.create_task(app(request, receive, send))
        while not said:
            await asyncio.sleep(0.005)
        marks.mark = then or marks.mark
        for _ in range(2_000 if expect else 30):
            if expect in "".join(said) and expect:
                break
            await asyncio.sleep(0.005)
        gone.set()
        await task

    asyncio.run(asyncio.wait_for(main(), 20))
    return status[0], "".join(said)


def test_a_change_is_said_with_its_place(monkeypatch: pytest.MonkeyPatch) -> None:
    status, text = listen(monkeypatch, then="6.2", expect="event: changed")
    assert status == 200
    assert text.count("event: changed") == 1
    event = text.split("event: changed\n")[1]
    assert json.loads(event.split("data: ")[1].split("\n")[0])["engagements"] == ["desk"]
    assert "id: desk=6.2\n" in text


def test_without_a_change_nothing_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    _, text = listen(monkeypatch, expect=": still here")
    assert "event: changed" not in text
    assert text.startswith("retry: 2000\nid: desk=5.1\n")


def test_who_comes_again_is_told_what_was_missed(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "event: changed" in listen(monkeypatch, last="desk=4.1", expect="event: changed")[1]
    assert "event: changed" not in listen(monkeypatch, last="desk=5.1", expect=": still here")[1]
    assert "event: changed" in listen(monkeypatch, last="nonsense;;==,", expect="event: changed")[1]


def test_strangers_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    status, text = listen(monkeypatch, let_in=False)
    assert status == 401
    assert json.loads(text)["type"] == "urn:giao:problem:sign_in"


def test_cookies_in_several_headers_are_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """HTTP/2 lets a browser send each in its own: whichever came last, the session was lost, and who had signed in got a 401."""
    from giao.kernel.live import stream

    seen, said = [], []

    def watched(cookie: str, asked: tuple[str, ...]) -> None:
        seen.append(cookie)

    async def send(message: dict[str, Any]) -> None:
        said.append(message)

    async def receive() -> dict[str, Any]:
        return {"type": "http.disconnect"}

    monkeypatch.setattr(stream, "_watched", watched)
    headers = [(b"Cookie", b"sessionid=x"), (b"cookie", b"csrftoken=y"), (b"accept", b"text/event-stream")]
    request = {"type": "http", "method": "GET", "path": "/live", "query_string": b"", "headers": headers}
    asyncio.run(stream.LiveStream()(request, receive, send))
    assert seen == ["sessionid=x; csrftoken=y"]


def test_a_person_hears_of_their_own_engagements_only(client: Any) -> None:
    from django.conf import settings
    from tests.kernel.ground import person, world

    from giao.kernel.live.stream import watched_by

    mine, other = world("Mine"), world("Other")
    client.force_login(person("Lan", mine.client, "client_manager"))
    cookie = f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"
    assert watched_by(cookie, ()) == {mine.engagement.pk: mine.engagement.slug}
    assert watched_by(cookie, (other.engagement.slug,)) == {}
    assert watched_by(f"{settings.SESSION_COOKIE_NAME}=forged", ()) is None
    assert watched_by("", ()) is None
    client.logout()
    assert watched_by(cookie, ()) is None


def test_a_mark_changes_with_an_event_and_with_a_reading(db: None) -> None:
    from datetime import UTC, datetime

    from django_scopes import scope
    from tests.kernel.ground import AS_OF, world

    from giao.kernel.ledger.models import Ledger
    from giao.kernel.live.marks import marks_of
    from giao.kernel.readings.models import Reading, ReadingState

    here = world()
    key = here.engagement.pk
    with scope(engagement=[key]):
        first = marks_of([key])[key]
        row, _ = Ledger.objects.get_or_create(engagement=here.engagement)
        Ledger.objects.filter(pk=row.pk).update(position=row.position + 1)
        second = marks_of([key])[key]
        reading = Reading.objects.create(
            engagement=here.engagement, agreement_hash="a", log_hash="b", as_of=AS_OF
        )
        assert marks_of([key])[key] == second  # it is only being computed
        Reading.objects.filter(pk=reading.pk).update(
            state=ReadingState.READY, finished=datetime(2026, 1, 1, tzinfo=UTC)
        )
        third = marks_of([key])[key]
    assert len({first, second, third}) == 3
