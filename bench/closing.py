"""The close of a month, by the pages of both sides, beside reading the same log and writing the same figures bare.

    python -m bench.closing [--json] [--sizes 1000,10000,100000] [--only sqlite|postgres]

An engagement of so many cases over two years (3 clocks, 8 KPIs, statements). November 2025 is over and not closed: the
vendor reviews, the client reviews, the client closes. Each act changes the ledger, so that each page after it stands on
figures computed anew from the whole log; all of that is in the time. `close` is the last act with the page that shows the
month frozen; `whole` all three. The peer reads the columns of the sealed log and writes as many rows of figures.
"""

from __future__ import annotations

import argparse
import json
import resource
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from bench import tower
from bench._databases import DATABASES, measured_on

AS_OF = datetime(2025, 12, 5, 12, tzinfo=UTC)
MONTH = "2025-11"
AT_MOST = 10.0
"""Seconds for 100,000 cases."""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--sizes", default="1000,10000,100000")
    parser.add_argument("--only", choices=DATABASES)
    parser.add_argument("--inside", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.inside:
        print(json.dumps(measure([int(text) for text in chosen.sizes.split(",")])))
        return 0
    options = ["--sizes", chosen.sizes]
    results = {
        kind: measured_on(kind, "closing", options) for kind in DATABASES if chosen.only in (None, kind)
    }
    if chosen.json:
        print(json.dumps(results, indent=1))
    else:
        for kind, rows in results.items():
            for row in rows:
                print(kind, json.dumps(row), flush=True)
    return int(any(row["whole_s"] > AT_MOST for rows in results.values() for row in rows))


def measure(sizes: list[int]) -> list[dict[str, Any]]:
    """In the process of one database: a row a size, each an engagement of its own."""
    from giao.site.serve import prepare

    prepare()
    from django.conf import settings
    from django.test.utils import setup_test_environment

    setup_test_environment()
    settings.GIAO_JOBS = "inline"  # the work of the worker is inside the time
    from giao.kernel.engagements.scoping import everywhere

    with everywhere("a bench plants its own world"):
        client, parties, owner = tower.sign_in()
        vendor = tower.person_of(parties[1], "vendor_manager")
    rows = []
    for number, cases in enumerate(sizes):
        with everywhere("a bench plants its own world"):
            tower.open_one(number, cases, parties, owner, as_of=AS_OF)
        address = f"/e/desk-{number}/statements/{MONTH}/close"
        review, review_cpu = _timed(lambda a=address: _act(vendor, a, "review"))
        second, second_cpu = _timed(lambda a=address: _act(client, a, "review"))
        close, close_cpu = _timed(lambda a=address: _act(client, a, "close"))
        bare, bare_cpu = _timed(lambda n=number: _bare(n))
        whole = review + second + close
        rows.append(
            {
                "cases": cases,
                "review_s": round(review, 3),
                "second_review_s": round(second, 3),
                "close_s": round(close, 3),
                "whole_s": round(whole, 3),
                "whole_cpu_s": round(review_cpu + second_cpu + close_cpu, 3),
                "bare_s": round(bare, 3),
                "cpu_ratio_of_close": round(close_cpu / bare_cpu, 1),
                "peak_gib": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20, 2),
            }
        )
    return rows


def _timed(act: Callable[[], object]) -> tuple[float, float]:
    started, used = time.perf_counter(), time.process_time()
    act()
    return time.perf_counter() - started, time.process_time() - used


def _act(client: Any, address: str, act: str) -> None:
    """As a person does it: the page, the act, the page that shows what it led to."""
    page = client.get(address)
    assert page.status_code == 200, page.status_code
    seen = page.content.decode().split('name="seen" value="')[1].split('"')[0]
    done = client.post(address, {"act": act, "seen": seen})
    assert done.status_code == 302, (act, done.status_code)
    text = client.get(address).content.decode()
    assert act != "close" or "Closed with a total of" in text


def _bare(number: int) -> None:
    """The columns of the log from disk, and as many rows of figures into the database, by its driver alone."""
    import polars as pl
    from django.db import connection, transaction

    from giao.kernel.engagements.models import Engagement
    from giao.kernel.engagements.places import folder_of
    from giao.kernel.engagements.scoping import everywhere
    from giao.kernel.readings.models import KpiFigure, StatementFigure

    with everywhere("a bench counts the rows"):
        engagement = Engagement.objects.get(slug=f"desk-{number}")
        newest = KpiFigure.objects.filter(engagement=engagement).latest("reading__finished").reading_id
        count = sum(
            model.objects.filter(engagement=engagement, reading=newest).count()
            for model in (KpiFigure, StatementFigure)
        )
    for path in sorted(folder_of(engagement, "logs").rglob("*.parquet")):
        pl.read_parquet(path)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("CREATE TABLE bench_bare (a varchar(80), b varchar(20), c double precision, d bigint)")
        cursor.executemany(
            "INSERT INTO bench_bare VALUES (%s, %s, %s, %s)",
            [(f"kpi {at}", "2025-11", at / 7, at) for at in range(count)],
        )
        cursor.execute("DROP TABLE bench_bare")


if __name__ == "__main__":
    raise SystemExit(main())
