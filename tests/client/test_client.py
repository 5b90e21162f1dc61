"""The client: what it sends, how it waits, and that its spool loses nothing. Without any server code."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest

from giao.client import Client, Event, NotAllowed, Spool, Unreachable

NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)


def event(number: int, **data: Any) -> Event:
    return Event("Opened", "C1", NOW, data, "/crm", f"e{number}")


class Server:
    """Takes batches as the address does; `fault` may answer in its place."""

    def __init__(
        self, fault: Callable[[int, list[Any]], httpx.Response | None] = lambda n, batch: None
    ) -> None:
        self.fault, self.calls, self.seen = fault, 0, dict[str, Any]()
        self.order: list[str] = []
        self.requests: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.calls += 1
        self.requests.append(request)
        batch = json.loads(request.content)
        answer = self.fault(self.calls, batch)
        if answer is not None:
            return answer
        outcomes = []
        for each in batch:
            status = "duplicate" if each["id"] in self.seen else "accepted"
            if each["type"] == "Bad":
                outcomes.append(
                    {"source": each["source"], "id": each["id"], "status": "rejected", "reason": "type"}
                )
                continue
            if status == "accepted":
                self.order.append(each["id"])
            self.seen[each["id"]] = each
            outcomes.append({"source": each["source"], "id": each["id"], "status": status})
        counts = {
            name: sum(o["status"] == name for o in outcomes) for name in ("accepted", "duplicate", "rejected")
        }
        body = {"accepted": counts["accepted"], "duplicates": counts["duplicate"], "outcomes": outcomes}
        return httpx.Response(422 if counts["rejected"] == len(batch) else 202, json=body)


def client(server: Server, **more: Any) -> tuple[Client, list[float]]:
    slept: list[float] = []
    made = Client(
        "http://giao.test/",
        "giao_x",
        "desk 1",
        transport=httpx.MockTransport(server),
        sleep=slept.append,
        **more,
    )
    return made, slept


def test_an_event_is_a_cloud_event_with_the_token(tmp_path: Path) -> None:
    server = Server()
    giao, _ = client(server)
    with giao:
        sent = giao.send(event(1, amount=Decimal("12.50"), day=date(2026, 2, 1), urgent=True, text="Nguyễn"))
    assert (sent.accepted, sent.duplicates, sent.rejected, sent.spooled) == (1, 0, (), 0)
    (request,) = server.requests
    assert request.url.path == "/api/v1/engagements/desk 1/events"
    assert request.headers["Authorization"] == "Bearer giao_x"
    assert request.headers["Content-Type"] == "application/cloudevents-batch+json"
    assert b'"amount":12.50' in request.content, "a decimal keeps its digits"
    assert server.seen["e1"] == {
        "specversion": "1.0",
        "id": "e1",
        "source": "/crm",
        "type": "Opened",
        "subject": "C1",
        "time": "2026-01-01T12:00:00+00:00",
        "datacontenttype": "application/json",
        "data": {"amount": 12.5, "day": "2026-02-01", "urgent": True, "text": "Nguyễn"},
    }


def test_many_events_go_in_batches_of_at_most_500_in_order() -> None:
    server = Server()
    giao, _ = client(server)
    sent = giao.send(event(number) for number in range(1_201))
    assert sent.accepted == 1_201
    assert [len(json.loads(request.content)) for request in server.requests] == [500, 500, 201]
    assert server.order == [f"e{number}" for number in range(1_201)]


def test_later_is_waited_for_as_long_as_the_server_asks_and_longer_each_time() -> None:
    def fault(call: int, _batch: list[Any]) -> httpx.Response | None:
        if call == 1:
            return httpx.Response(429, headers={"Retry-After": "7"})
        if call == 2:
            raise httpx.ConnectError("refused")
        return httpx.Response(503) if call < 6 else None

    giao, slept = client(Server(fault))
    assert giao.send(event(1)).accepted == 1
    assert slept[0] >= 7
    assert len(slept) == 5
    assert all(pause <= 0.2 * 2**at for at, pause in enumerate(slept) if at)
    assert len(set(slept)) == 5, "scattered, so that a thousand clients do not come back at once"


def test_without_a_spool_a_server_that_stays_away_is_told() -> None:
    def away(_call: int, _batch: list[Any]) -> httpx.Response | None:
        raise httpx.ConnectError("refused")

    giao, _ = client(Server(away), retry_for_seconds=0.0)
    with pytest.raises(Unreachable, match="cannot be reached"):
        giao.send(event(1))


@pytest.mark.parametrize("status", [401, 403, 404, 409])
def test_a_refusal_is_not_tried_again(status: int, tmp_path: Path) -> None:
    server = Server(lambda _call, _batch: httpx.Response(status, json={"detail": "no"}))
    giao, slept = client(server, spool=tmp_path / "spool")
    with pytest.raises(NotAllowed, match="no") as caught:
        giao.send(event(1))
    assert (caught.value.status, server.calls, slept) == (status, 1, [])
    assert giao.spool is not None
    assert len(giao.spool) == 1, "it waits until the token is mended"


def test_a_rejected_event_is_told_and_does_not_hold_the_others_up(tmp_path: Path) -> None:
    server = Server()
    giao, _ = client(server, spool=tmp_path / "spool")
    sent = giao.send([event(1), Event("Bad", "C1", NOW, {}, "/crm", "e2"), event(3)])
    assert (sent.accepted, sent.spooled, [each.id for each in sent.rejected]) == (2, 0, ["e2"])
    assert giao.spool is not None
    ((text, reason, _detail),) = giao.spool.refused()
    assert (json.loads(text)["id"], reason) == ("e2", "type")
    assert giao.send(Event("Bad", "C1", NOW, {}, "/crm", "e4")).rejected[0].reason == "type"


def test_a_batch_that_cannot_be_taken_is_cut_down_to_the_event_at_fault() -> None:
    def fault(_call: int, batch: list[Any]) -> httpx.Response | None:
        if len(batch) > 4:
            return httpx.Response(413, json={"detail": "too large"})
        return (
            httpx.Response(400, json={"detail": "unreadable"})
            if any(e["id"] == "e5" for e in batch)
            else None
        )

    server = Server(fault)
    giao, _ = client(server)
    sent = giao.send(event(number) for number in range(10))
    assert (sent.accepted, len(sent.rejected)) == (9, 1)
    assert server.order == [f"e{number}" for number in range(10) if number != 5]


def test_the_spool_holds_what_the_server_does_not_have_and_drains_in_order(tmp_path: Path) -> None:
    away = [True]

    def fault(call: int, _batch: list[Any]) -> httpx.Response | None:
        if away[0]:
            raise httpx.ReadTimeout("slow")
        return None

    server = Server(fault)
    giao, _ = client(server, spool=tmp_path / "spool", retry_for_seconds=0.0)
    for number in range(3):
        assert giao.send(event(number)).spooled == number + 1
    giao.close()
    away[0] = False
    later, _ = client(server, spool=tmp_path / "spool")
    sent = later.send(event(3))
    assert (sent.accepted, sent.spooled) == (4, 0)
    assert server.order == ["e0", "e1", "e2", "e3"]
    assert later.drain() == type(sent)()


def test_what_was_sent_and_not_crossed_off_is_sent_again_and_counts_once(tmp_path: Path) -> None:
    """As after a kill between the server's answer and the note of it."""

    def lost(call: int, batch: list[Any]) -> httpx.Response | None:
        if call == 1:
            server.order.extend(each["id"] for each in batch)
            server.seen.update({each["id"]: each for each in batch})
            raise httpx.ReadError("the answer was lost")
        return None

    server = Server(lost)
    giao, _ = client(server, spool=tmp_path / "spool")
    sent = giao.send([event(1), event(2)])
    assert (sent.accepted, sent.duplicates, sent.spooled) == (0, 2, 0)
    assert server.order == ["e1", "e2"]


def test_a_killed_process_loses_nothing_that_it_was_told_is_kept(tmp_path: Path) -> None:
    script = textwrap.dedent("""
        import sys
        from datetime import UTC, datetime
        from giao.client import Event, Spool
        from giao.client.event import written
        spool = Spool(sys.argv[1])
        for number in range(100_000):
            spool.add([written(Event("Opened", "C1", datetime.now(UTC), id=str(number)))])
            print(number, flush=True)
    """)
    child = subprocess.Popen(
        [sys.executable, "-c", script, str(tmp_path / "spool")], stdout=subprocess.PIPE, text=True
    )
    assert child.stdout is not None
    told = -1
    while told < 40:
        told = int(child.stdout.readline())
    os.kill(child.pid, signal.SIGKILL)
    rest = child.stdout.read().split()
    child.wait()
    child.stdout.close()
    told = max([told, *map(int, rest)])
    kept = [json.loads(each.event)["id"] for each in Spool(tmp_path / "spool").first(1_000_000)]
    assert kept[: told + 1] == [str(number) for number in range(told + 1)]
    assert len(kept) <= told + 2, "at most the one that it was about to tell of"


def test_two_processes_do_not_drain_at_once(tmp_path: Path) -> None:
    one, two = Spool(tmp_path / "spool"), Spool(tmp_path / "spool")
    with one.draining() as first, two.draining() as second:
        assert (first, second) == (True, False)
    with two.draining() as alone:
        assert alone


@pytest.mark.parametrize("value", [Decimal("NaN"), float("inf"), datetime(2026, 1, 1), object(), {1, 2}])
def test_what_json_cannot_hold_is_refused_before_anything_is_sent(value: Any, tmp_path: Path) -> None:
    server = Server()
    giao, _ = client(server, spool=tmp_path / "spool")
    with pytest.raises(ValueError, match="attribute 'x'"):
        giao.send([event(1), event(2, x=value)])
    assert giao.spool is not None
    assert (server.calls, len(giao.spool)) == (0, 0)


def test_an_event_needs_a_time_with_its_zone() -> None:
    with pytest.raises(ValueError, match="has no zone"):
        Event("Opened", "C1", datetime(2026, 1, 1))


def test_it_can_be_imported_without_the_server() -> None:
    script = "import sys, giao.client; print([m for m in sys.modules if m.split('.')[0] in ('django', 'polars', 'numpy')])"
    found = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
