"""The control tower, lists and the case page over many engagements: server time beside the bare reading of the same rows.

    python -m bench.tower [--json] [--sizes 5,20,50] [--cases 20000] [--only sqlite|postgres]

Every engagement is real: a synthetic log of `cases` cases imported and sealed, an agreement of 3 clocks and 8 KPIs
with statements, its reading computed and stored by the server's own path. 50 engagements of 20,000 cases are a million
cases. Then by HTTP request in process (middleware, queries, template): the tower; every list and a case of one
engagement; the tower right after an event; and right after a new agreement version (it must say that it is recomputing).
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench import _synthetic
from bench._databases import DATABASES, measured_on

HERE = Path(__file__).parent
RUNS = 15
AS_OF = datetime(2025, 12, 15, 12, tzinfo=UTC)
LISTS = ("cases", "levels", "at-risk", "statements", "alarms", "audit", "disputes", "exclusions", "proposals")
AT_MOST = {"tower": 0.3, "after_event": 0.3, "case": 0.1, "list": 0.3, "new_version": 2.0}


def median_seconds(call: Callable[[], object], runs: int = RUNS) -> dict[str, float]:
    """Seconds of the wall of the first call, and of the later ones; processor seconds of these as well."""
    seconds, used = [], []
    for _ in range(runs + 1):
        started, before = time.perf_counter(), time.process_time()
        call()
        seconds.append(time.perf_counter() - started)
        used.append(time.process_time() - before)
    warm = sorted(seconds[1:])
    return {
        "first": round(seconds[0], 4),
        "median": round(statistics.median(warm), 4),
        "p95": round(warm[int(0.95 * (len(warm) - 1))], 4),
        "cpu": round(statistics.median(used[1:]), 4),
    }


def open_one(number: int, cases: int, parties: tuple[Any, Any], owner: Any, as_of: datetime = AS_OF) -> None:
    """One engagement with its log, agreement and stored reading."""
    from giao.core.log import LogMapping, import_log
    from giao.kernel.engagements.actions.adopt_agreement import adopt_agreement
    from giao.kernel.engagements.actions.open_engagement import open_engagement
    from giao.kernel.engagements.actions.record_log import record_log
    from giao.kernel.engagements.places import folder_of
    from giao.kernel.readings.queries import reading_for

    engagement = open_engagement(
        f"Desk {number}", *parties, zone="Europe/Amsterdam", slug=f"desk-{number}", owner=owner
    )
    adopt_agreement(engagement, (HERE / "_agreement.yaml").read_text(encoding="utf-8"), owner)
    folder = folder_of(engagement, "logs") / "log"
    source = _synthetic.write(
        cases * 8,
        Path(tempfile.gettempdir()) / "giao-bench" / f"tower-{cases}-{number % 5}.parquet",
        number % 5,
    )
    report = import_log(source, folder, LogMapping(case="case", activity="activity", time="time"))
    record_log(engagement, folder, report.hash, source.name)
    engagement.as_of = as_of
    engagement.save(update_fields=["as_of"])
    assert reading_for(engagement, wait_seconds=600).ready


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--sizes", default="5,20,50")
    parser.add_argument("--cases", type=int, default=20_000)
    parser.add_argument("--only", choices=DATABASES)
    parser.add_argument("--inside", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.inside:
        print(json.dumps(measure([int(text) for text in chosen.sizes.split(",")], chosen.cases)))
        return 0
    options = ["--sizes", chosen.sizes, "--cases", str(chosen.cases)]
    results = {kind: measured_on(kind, "tower", options) for kind in DATABASES if chosen.only in (None, kind)}
    if chosen.json:
        print(json.dumps(results, indent=1))
    missed = False
    for kind, rows in results.items():
        for row in rows:
            missed |= bool(row["missed"])
            if not chosen.json:
                print(kind, json.dumps(row), flush=True)
    return int(missed)


def measure(sizes: list[int], cases: int) -> list[dict[str, Any]]:
    """In the process of one database: a row a size."""
    from giao.site.serve import prepare

    prepare()
    from django.test.utils import setup_test_environment

    setup_test_environment()
    from giao.kernel.engagements.scoping import everywhere
    from giao.kernel.jobs.inline import inline

    with everywhere("a bench plants its own world"):
        client, parties, owner = sign_in()
    rows: list[dict[str, Any]] = []
    made = 0
    for size in sizes:
        with everywhere("a bench plants its own world"), inline():
            while made < size:
                open_one(made, cases, parties, owner)
                made += 1
        row = {"engagements": size, "cases": size * cases, **_pages(client)}
        row["after_event"] = _after_event(client)
        row["new_version"] = _after_new_version(client, owner, size)
        row["missed"] = _missed(row)
        rows.append(row)
    return rows


def sign_in() -> tuple[Any, tuple[Any, Any], Any]:
    from django.test import Client

    from giao.kernel.parties.actions.create_account import create_account
    from giao.kernel.parties.actions.create_organisation import create_organisation
    from giao.kernel.parties.actions.join_organisation import join_organisation

    parties = (create_organisation("Client", "NL"), create_organisation("Vendor", "VN"))
    owner = create_account("bench@example.org", "a long password here", "Bench", "en")
    join_organisation(owner, parties[0], "client_manager")
    client = Client()
    client.force_login(owner)
    return client, parties, owner


def person_of(organisation: Any, role: str) -> Any:
    """A browser of somebody of an organisation."""
    from django.test import Client

    from giao.kernel.parties.actions.create_account import create_account
    from giao.kernel.parties.actions.join_organisation import join_organisation

    person = create_account(f"{role}@example.org", "a long password here", role, "en")
    join_organisation(person, organisation, role)
    client = Client()
    client.force_login(person)
    return client


def _page(client: Any, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, (address, answer.status_code)
    return str(answer.content.decode())


def _pages(client: Any) -> dict[str, Any]:
    from django.db import connection

    from giao.kernel.engagements.scoping import everywhere
    from giao.kernel.readings.queries import reading_for

    def bare() -> None:
        with connection.cursor() as cursor:
            for table in (
                "kernel_kpifigure",
                "kernel_reading",
                "kernel_statementfigure",
                "kernel_engagement",
            ):
                cursor.execute(f"select * from {table}")
                cursor.fetchall()

    with everywhere("a bench reads the bare rows"):
        rows = median_seconds(bare)
        case = _some_case(reading_for(_desk()))
    tower = median_seconds(lambda: _page(client, "/"))
    return {
        "tower": tower,
        "bare_rows": rows,
        "ratio": round(tower["median"] / rows["median"], 1),
        "lists": {name: median_seconds(lambda n=name: _page(client, f"/e/desk-0/{n}")) for name in LISTS},
        "case": median_seconds(lambda: _page(client, f"/e/desk-0/cases/{case}")),
        "peak_gib": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20, 2),
    }


def _desk() -> Any:
    from giao.kernel.engagements.models import Engagement

    return Engagement.objects.get(slug="desk-0")


def _some_case(reading: Any) -> str:
    from giao.core.log import open_log
    from giao.kernel.engagements.places import folder_of

    return str(open_log(folder_of(reading.engagement, "logs") / "log").case_ids[7])


def _after_event(client: Any) -> dict[str, float]:
    """Each view comes right after an event was recorded, in one engagement after the other."""
    from giao.kernel.engagements.models import Engagement
    from giao.kernel.engagements.scoping import everywhere
    from giao.kernel.ledger.deciding import record_entries
    from giao.kernel.ledger.events import NewEvent

    moment = int(AS_OF.timestamp() * 1e6)
    seconds = []
    with everywhere("a bench plants its own world"):
        engagements = list(Engagement.objects.order_by("slug")[:RUNS])
    for number, engagement in enumerate(engagements):
        event = NewEvent("/bench", f"{time.time_ns()}", "New", moment - number - 1, f"late-{time.time_ns()}")
        with everywhere("a bench plants its own world"):
            assert record_entries(engagement, [event]).accepted == 1
        started = time.perf_counter()
        _page(client, "/")
        seconds.append(time.perf_counter() - started)
    return {
        "median": round(statistics.median(seconds), 4),
        "p95": round(sorted(seconds)[int(0.95 * (len(seconds) - 1))], 4),
    }


def _after_new_version(client: Any, owner: Any, size: int) -> dict[str, Any]:
    from giao.kernel.engagements.actions.adopt_agreement import adopt_agreement
    from giao.kernel.engagements.scoping import everywhere

    text = (HERE / "_agreement.yaml").read_text(encoding="utf-8")
    later = text.replace(
        "giao: 1\n", f"giao: 1\nversion: {size}\neffective: 2025-{1 + size % 12:02}-01\n"
    ).replace("95%", f"96.{size}%")
    with everywhere("a bench plants its own world"):
        adopt_agreement(_desk(), later, owner)
    started = time.perf_counter()
    body = _page(client, "/")
    seconds = time.perf_counter() - started
    return {"first_view": round(seconds, 4), "says_recomputing": "data-look-again" in body}


def _missed(row: dict[str, Any]) -> list[str]:
    found = [name for name in ("tower", "after_event", "case") if row[name]["p95"] > AT_MOST[name]]
    found += [name for name, took in row["lists"].items() if took["p95"] > AT_MOST["list"]]
    new = row["new_version"]
    if new["first_view"] > AT_MOST["new_version"] and not new["says_recomputing"]:
        found.append("new_version")
    return found


if __name__ == "__main__":
    raise SystemExit(main())
