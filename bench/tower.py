"""The control tower over many engagements: server time beside the bare reading of the same rows from the database.

    python -m bench.tower [--json] [--sizes 5,20,50] [--cases 20000]

Every engagement is real: a synthetic log of `cases` cases imported and sealed, an agreement of 3 clocks and 8 KPIs
with statements, its reading computed and stored by the server's own path. 50 engagements of 20,000 cases are a million
cases. Then: the tower by HTTP request in process (middleware, queries, template), the case list of one engagement, and
the tower right after a new agreement version is adopted (it must say that it is recomputing).
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import tempfile
import time
from pathlib import Path

from bench import _synthetic

HERE = Path(__file__).parent
RUNS = 15


def median_seconds(call: object, runs: int = RUNS) -> dict[str, float]:
    seconds = []
    for _ in range(runs + 1):
        started = time.perf_counter()
        call()  # type: ignore[operator]
        seconds.append(time.perf_counter() - started)
    warm = sorted(seconds[1:])
    return {
        "first": round(seconds[0], 4),
        "median": round(statistics.median(warm), 4),
        "p95": round(warm[-1], 4),
    }


def open_one(number: int, cases: int, parties: tuple[object, object], owner: object) -> object:
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
    engagement.as_of = _AS_OF
    engagement.save(update_fields=["as_of"])
    reading_for(engagement, wait_seconds=600)
    return engagement


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--json", action="store_true")
    options.add_argument("--sizes", default="5,20,50")
    options.add_argument("--cases", type=int, default=20_000)
    chosen = options.parse_args()
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        _start(folder)
        client, parties, owner = _sign_in()
        made = 0
        for size in (int(text) for text in chosen.sizes.split(",")):
            while made < size:
                open_one(made, chosen.cases, parties, owner)
                made += 1
            row = {"engagements": size, "cases": size * chosen.cases, **_measure(client)}
            rows.append(row)
            if not chosen.json:
                print(json.dumps(row), flush=True)
        row = {"after a new agreement version": _after_new_version(client, owner)}
        rows.append(row)
        print(json.dumps(rows, indent=1) if chosen.json else json.dumps(row))
    return 0


def _start(folder: str) -> None:
    os.environ.update(GIAO_DATA=folder, DJANGO_SETTINGS_MODULE="giao.site.settings")
    os.environ.pop("GIAO_DATABASE_URL", None)
    import django

    django.setup()
    from datetime import UTC, datetime

    from django.core.management import call_command
    from django.test.utils import setup_test_environment

    call_command("migrate", verbosity=0)
    setup_test_environment()
    global _AS_OF
    _AS_OF = datetime(2025, 12, 15, 12, tzinfo=UTC)


def _sign_in() -> tuple[object, tuple[object, object], object]:
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


def _measure(client: object) -> dict[str, object]:
    from django.db import connection

    def page(address: str) -> None:
        assert client.get(address).status_code == 200, address  # type: ignore[attr-defined]

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

    tower, rows = median_seconds(lambda: page("/")), median_seconds(bare)
    return {
        "tower_seconds": tower,
        "bare_rows_seconds": rows,
        "ratio": round(tower["median"] / rows["median"], 1),
        "cases_list_seconds": median_seconds(lambda: page("/e/desk-0/cases")),
        "peak_gib": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20, 2),
    }


def _after_new_version(client: object, owner: object) -> dict[str, object]:
    from giao.kernel.engagements.actions.adopt_agreement import adopt_agreement
    from giao.kernel.engagements.models import Engagement
    from giao.kernel.readings.queries import reading_for

    text = (HERE / "_agreement.yaml").read_text(encoding="utf-8")
    later = text.replace("giao: 1\n", "giao: 1\nversion: 2\neffective: 2025-12-01\n").replace("95%", "96%")
    adopt_agreement(Engagement.objects.get(slug="desk-0"), later, owner)
    started = time.perf_counter()
    body = client.get("/").content.decode()  # type: ignore[attr-defined]
    seconds = time.perf_counter() - started
    reading_for(Engagement.objects.get(slug="desk-0"), wait_seconds=600)
    return {"first_view_seconds": round(seconds, 4), "says_recomputing": "data-look-again" in body}


if __name__ == "__main__":
    raise SystemExit(main())
