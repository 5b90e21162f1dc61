"""Slow and oversized requests on the embedded server: refused, and nobody else waits for them."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest

LONG = 60.0
"""Seconds after which a test gives up; nothing is measured."""


PLANT = """
from datetime import timedelta
from giao.site.serve import prepare
prepare()
from django.utils import timezone
from giao.kernel.engagements.actions.open_engagement import open_engagement
from giao.kernel.engagements.scoping import everywhere
from giao.kernel.identity.actions.make_service_account import make_service_account
from giao.kernel.identity.tokens import issue_token
from giao.kernel.parties.actions.create_organisation import create_organisation
with everywhere("a test plants its own world"):
    client, vendor = create_organisation("Acme", "NL"), create_organisation("Example BPO", "VN")
    open_engagement("Slow", client, vendor, slug="slow")
    account = make_service_account(vendor, "CRM")
    print(issue_token(account, ["logs:write"], timezone.now() + timedelta(days=1))[1])
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("slow")


@pytest.fixture(scope="module")
def environment(folder: Path) -> dict[str, str]:
    return {
        **os.environ,
        "GIAO_DATA": str(folder),
        "GIAO_DATABASE_URL": "",
        "GIAO_PATIENCE": "1",
        "DJANGO_SETTINGS_MODULE": "giao.site.settings",
    }


@pytest.fixture(scope="module")
def token(environment: dict[str, str]) -> str:
    done = subprocess.run(
        [sys.executable, "-c", PLANT], env=environment, check=True, capture_output=True, text=True
    )
    return done.stdout.strip().splitlines()[-1]


@pytest.fixture(scope="module")
def port(environment: dict[str, str], token: str) -> Iterator[int]:
    """A web server with two threads and a patience of one second."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        found = int(free.getsockname()[1])
    process = subprocess.Popen(
        [sys.executable, "-m", "giao.site.serve", "--web", "--port", str(found), "--threads", "2"],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    until = time.monotonic() + LONG
    while time.monotonic() < until:
        with contextlib.suppress(OSError), urlopen(f"http://127.0.0.1:{found}/healthz"):
            break
        time.sleep(0.1)
    yield found
    process.terminate()
    process.wait()


def _connect(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), LONG)


def _answer(connection: socket.socket) -> bytes:
    """All until the server closes."""
    got = b""
    with contextlib.suppress(ConnectionResetError):
        while piece := connection.recv(65_536):
            got += piece
    return got


HEAD = b"POST /sign-in HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n"


def test_slow_heads_are_closed_and_slow_bodies_answered_408_while_others_are_served(port: int) -> None:
    heads = [_connect(port) for _ in range(8)]
    bodies = [_connect(port) for _ in range(8)]
    for connection in heads:
        connection.sendall(b"GET /sign-in HTTP/1.1\r\nHost: local")
    for connection in bodies:
        connection.sendall(HEAD + b"Content-Length: 1000\r\n\r\nemail=")
    with urlopen(f"http://127.0.0.1:{port}/sign-in", timeout=LONG) as page:
        assert page.status == 200, "more slow ones than threads, and the page comes"
    for connection in bodies:
        assert _answer(connection).startswith(b"HTTP/1.1 408 ")
        connection.close()
    for connection in heads:
        assert b" 200 " not in _answer(connection)
        connection.close()


def test_a_body_that_drips_is_not_kept_alive_by_its_drops(port: int) -> None:
    with _connect(port) as connection:
        connection.sendall(HEAD + b"Content-Length: 100000\r\n\r\n")
        until, refused = time.monotonic() + LONG, False
        connection.settimeout(0.05)
        while time.monotonic() < until and not refused:
            with contextlib.suppress(TimeoutError):
                try:
                    connection.sendall(b"a")
                    refused = b" 408 " in connection.recv(1000)
                except (ConnectionResetError, BrokenPipeError):
                    refused = True
        assert refused


def test_an_oversized_request_is_refused_before_it_is_sent(port: int) -> None:
    for size in (700 * 1024 * 1024, 100_000):
        with _connect(port) as connection:
            connection.sendall(HEAD + f"Content-Length: {size}\r\n\r\n".encode() + b"a" * 70_000)
            assert connection.recv(1000).startswith(b"HTTP/1.1 413 "), size
    with _connect(port) as connection:
        connection.sendall(
            b"GET /" + b"a" * 9_000 + b" HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
        )
        answer = _answer(connection)
        assert b" 414 " in answer[:20]
        assert b"content-security-policy: " in answer.lower()
    with _connect(port) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + b"a" * 900_000)
        assert b" 200 " not in _answer(connection)


def _body(*parts: dict[str, Any], patience: float = 5.0) -> Any:
    from giao.site.pace import Body

    waiting = list(parts)

    async def receive() -> dict[str, Any]:
        if not waiting:
            await asyncio.sleep(LONG)
        return waiting.pop(0)

    return Body(receive, patience)


def _part(body: bytes, more: bool = True) -> dict[str, Any]:
    return {"type": "http.request", "body": body, "more_body": more}


def test_a_small_body_is_whole_before_a_page_runs_and_a_broken_one_is_never_whole() -> None:
    from giao.site.pace import TooSlow

    async def whole() -> list[bytes]:
        body = _body(_part(b"a"), _part(b"b", more=False))
        await body.gather()
        return [(await body.part())["body"] for _ in range(3)]

    assert asyncio.run(whole()) == [b"a", b"b", b""]

    async def gone_later() -> None:
        body = _body(_part(b"a" * 70_000), {"type": "http.disconnect"})
        await body.gather()
        assert len((await body.part())["body"]) == 70_000
        with pytest.raises(OSError, match="went away"):
            await body.part()

    asyncio.run(gone_later())

    async def slow() -> None:
        body = _body(_part(b"a"), patience=0.01)
        with pytest.raises(TooSlow):
            await body.gather()
        assert body.slow

    asyncio.run(slow())


def test_half_an_upload_is_no_upload(django_ready: None, tmp_path: Path) -> None:
    """A page that reads a body whose sender went away gets an error, not the end of the file."""
    from django.core.handlers.wsgi import WSGIRequest
    from django.http.request import UnreadablePostError

    class Gone:
        def read(self, size: int = -1) -> bytes:
            raise ConnectionResetError("the sender went away in the middle of a request")

        readline = read

    request = WSGIRequest(
        {
            "REQUEST_METHOD": "POST",
            "PATH_INFO": "/",
            "wsgi.input": Gone(),
            "CONTENT_LENGTH": "10",
            "SERVER_NAME": "x",
            "SERVER_PORT": "80",
        }
    )
    with pytest.raises(UnreadablePostError):
        request.read(5)


@pytest.mark.parametrize(
    "lengths",
    [
        b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"Content-Length: 4\r\nContent-Length: 70\r\n\r\nabcd",
        b"Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
    ],
)
def test_a_request_with_two_ends_never_becomes_two_requests(port: int, lengths: bytes) -> None:
    """What follows the end that the server chose is a request of its own or nothing; with `close` it must be nothing."""
    smuggled = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"
    with _connect(port) as connection:
        connection.sendall(HEAD + b"Connection: close\r\n" + lengths + smuggled)
        answer = _answer(connection)
    assert answer.count(b"HTTP/1.1 ") <= 1
    assert b'"status"' not in answer


def _hand_in(port: int, token: str, name: str, body: bytes, length: int) -> bytes:
    head = f"POST /api/v1/engagements/slow/files?name={name} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
    head += f"Authorization: Bearer {token}\r\nContent-Type: text/csv\r\nContent-Length: {length}\r\n\r\n"
    with _connect(port) as connection:
        connection.sendall(head.encode() + body)
        if len(body) < length:
            connection.shutdown(socket.SHUT_WR)  # gone in the middle
        return _answer(connection)


def test_a_large_body_comes_whole_and_half_a_one_is_no_file(port: int, token: str, folder: Path) -> None:
    body = b"case,activity,time\n" + b"C1,Opened,2026-01-05T08:00:00Z\n" * 100_000
    assert _hand_in(port, token, "whole.csv", body, len(body)).startswith(b"HTTP/1.1 202 ")
    (place,) = (folder / "engagements").rglob("whole.csv")
    assert place.read_bytes() == body
    for part in (len(body) // 2, 1_000):
        answer = _hand_in(port, token, "half.csv", body[:part], len(body))
        assert b" 202 " not in answer[:20]
        until = time.monotonic() + LONG
        while [*(folder / "engagements").rglob("half.csv")] and time.monotonic() < until:
            time.sleep(0.05)  # its page ends after the connection did
        assert [*(folder / "engagements").rglob("half.csv")] == []
