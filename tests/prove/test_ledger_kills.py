"""kill -9 of the server while events stream in: every event that was sent is there once, in one order, chain intact."""

from __future__ import annotations

import contextlib
import json
import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

pytestmark = pytest.mark.prove

KILLS, SENDERS, EVENTS_BETWEEN = 8, 4, (20, 300)

PLANT = """
    from datetime import timedelta
    from giao.site.serve import prepare
    prepare()
    from django.utils import timezone
    from giao.kernel.engagements.actions.adopt_agreement import adopt_agreement
    from giao.kernel.engagements.actions.open_engagement import open_engagement
    from giao.kernel.engagements.scoping import everywhere
    from giao.kernel.identity.actions.make_service_account import make_service_account
    from giao.kernel.identity.tokens import issue_token
    from giao.kernel.parties.actions.create_organisation import create_organisation
    from tests.kernel.ledger.ground import AGREEMENT
    with everywhere("a proof plants its own world"):
        client, vendor = create_organisation("Acme", "NL"), create_organisation("Example BPO", "VN")
        engagement = open_engagement("Chaos", client, vendor, slug="chaos")
        adopt_agreement(engagement, AGREEMENT)
        account = make_service_account(vendor, "CRM")
        print(issue_token(account, ["events:write"], timezone.now() + timedelta(days=1))[1])
"""

LOOK = """
    import json
    from giao.site.serve import prepare
    prepare()
    from giao.kernel.engagements.models import Engagement
    from giao.kernel.engagements.scoping import everywhere
    from giao.kernel.ledger.models import Entry, Rejected
    from giao.kernel.ledger.sequence import sequence_all
    from giao.kernel.ledger.verify import verify
    with everywhere("a proof looks at the end"):
        engagement = Engagement.objects.get(slug="chaos")
        waiting = Entry.objects.filter(engagement=engagement, position__isnull=True).count()
        sequence_all(engagement.pk)
        verdict = verify(engagement)
        rows = Entry.objects.filter(engagement=engagement).order_by("position")
        print(json.dumps({
            "waiting": waiting,
            "whole": verdict.whole,
            "why": str(verdict.why),
            "ids": list(rows.values_list("event_id", flat=True)),
            "positions": list(rows.values_list("position", flat=True)),
            "rejected": Rejected.objects.filter(engagement=engagement).count(),
        }))
"""


def run(script: str, environment: dict[str, str]) -> str:
    done = subprocess.run(
        [sys.executable, "-c", dedent(script)], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout.strip().splitlines()[-1]


class Server:
    """The server as it is started by hand, in a process group of its own."""

    def __init__(self, environment: dict[str, str]) -> None:
        self.environment = environment
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "giao.site.serve", "--port", str(self.port)],
            env=self.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def kill(self) -> None:
        assert self.process is not None
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def wait(self, seconds: float = 120) -> None:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1):
                return
            time.sleep(0.1)
        raise AssertionError("the server does not come up")


def test_every_event_is_there_once_however_often_the_server_is_killed(
    tmp_path: Path, database_url: str
) -> None:
    from giao.client import Client, Event

    environment = {
        **os.environ,
        "GIAO_DATA": str(tmp_path / "data"),
        "GIAO_DATABASE_URL": database_url,
        "DJANGO_SETTINGS_MODULE": "giao.site.settings",
        "PYTHONPATH": str(Path(__file__).resolve().parents[2]),
    }
    token = run(PLANT, environment)
    server = Server(environment)
    server.start()
    server.wait()
    chance = random.Random(11)
    done = threading.Event()
    sent: dict[int, int] = {}
    stored = [0] * SENDERS
    faults: list[BaseException] = []

    def send(sender: int) -> None:
        """Singles and batches by turns, as fast as the server answers."""
        number, giao = 0, None
        own = random.Random(sender)
        try:
            giao = Client(
                f"http://127.0.0.1:{server.port}",
                token,
                "chaos",
                spool=tmp_path / f"spool-{sender}",
                retry_for_seconds=180,
                timeout_seconds=20,
            )
            start = datetime(2026, 1, 1, tzinfo=UTC)
            while not done.is_set():
                batch = []
                for _ in range(own.choice([1, 1, 1, 7, 60])):
                    at = start + timedelta(seconds=number)
                    name = f"{sender}-{number}"
                    batch.append(Event("Opened", f"C{number % 50}", at, {"amount": number}, "/crm", name))
                    number += 1
                answer = giao.send(batch)
                stored[sender] += answer.accepted + answer.duplicates
            while giao.drain().spooled:
                time.sleep(0.1)
        except BaseException as error:
            faults.append(error)
        finally:
            sent[sender] = number
            if giao is not None:
                giao.close()

    threads = [threading.Thread(target=send, args=(sender,)) for sender in range(SENDERS)]
    for thread in threads:
        thread.start()
    try:
        for _ in range(KILLS):
            goal, until = sum(stored) + chance.randint(*EVENTS_BETWEEN), time.monotonic() + 60
            while sum(stored) < goal and time.monotonic() < until and not faults:
                time.sleep(0.001)
            time.sleep(chance.uniform(0, 0.05))  # anywhere in the work on a request
            server.kill()
            server.start()
            server.wait()
    finally:
        done.set()
        for thread in threads:
            thread.join(300)
        server.kill()
    assert faults == []
    found: dict[str, Any] = json.loads(run(LOOK, environment))
    assert found["whole"], found["why"]
    wanted = {f"{sender}-{number}" for sender, count in sent.items() for number in range(count)}
    assert len(wanted) > 200
    assert found["rejected"] == 0
    assert sorted(found["ids"]) == sorted(wanted), "each once, none lost"
    assert found["positions"] == list(range(1, len(wanted) + 1))


def test_what_a_dead_server_left_is_ordered_by_the_next_without_a_new_event(
    tmp_path: Path, database_url: str
) -> None:
    """Accepted, then killed before the order was given."""
    environment = {
        **os.environ,
        "GIAO_DATA": str(tmp_path / "data"),
        "GIAO_DATABASE_URL": database_url,
        "DJANGO_SETTINGS_MODULE": "giao.site.settings",
        "PYTHONPATH": str(Path(__file__).resolve().parents[2]),
    }
    run(
        PLANT.replace("Acme", "Acme 2").replace("Example BPO", "Example 2").replace("chaos", "left"),
        environment,
    )
    run(
        """
        from giao.site.serve import prepare
        prepare()
        from giao.kernel.engagements.models import Engagement
        from giao.kernel.engagements.scoping import everywhere
        from giao.kernel.ledger.accept import accept
        from tests.kernel.ledger.ground import event
        with everywhere("a proof"):
            print(accept(Engagement.objects.get(slug="left"), [event(1), event(2)], "proof").accepted)
        """,
        environment,
    )
    server = Server(environment)
    server.start()
    server.wait()
    try:
        until = time.monotonic() + 60
        count = """
            from giao.site.serve import prepare
            prepare()
            from giao.kernel.engagements.models import Engagement
            from giao.kernel.engagements.scoping import everywhere
            from giao.kernel.ledger.queries import position
            with everywhere("a proof"):
                print(position(Engagement.objects.get(slug="left").pk))
        """
        while run(count, environment) != "2":
            assert time.monotonic() < until, "nobody orders what was left"
    finally:
        server.kill()
