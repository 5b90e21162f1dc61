"""Jobs and timers: throughput beside the database's own tiny transactions, an idle worker over a million timers.

    python -m bench.jobs [--json] [--jobs 2000] [--timers 1000000] [--only sqlite|postgres]

raw        one row a transaction, by the driver alone, on the same database with the same durability
enqueue    one job a transaction
run        those jobs by one worker process of two slots: claim, effect (one row) and completion, until none is left
timers     so many timers a day away; then the worker idles for 20 s: its processor time as a share, and
fire       twenty timers due at known instants, set while the million waits: how late each began
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from bench._databases import DATABASES, measured_on

HERE = Path(__file__).resolve().parent.parent
IDLE_SECONDS = 20.0
AT_MOST_IDLE, AT_MOST_LATE = 0.01, 1.0


def processor_seconds(pid: int) -> float:
    """User and system time of a process (Linux)."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def start_worker() -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-m", "giao.site.work"], cwd=HERE)


def wait_for_worker() -> None:
    from giao.kernel.jobs.keeping import workers_alive

    while not workers_alive():
        time.sleep(0.2)
    time.sleep(3)


def throughput(engagement: Any, count: int) -> tuple[float, float]:
    from tests.kernel.jobs.tasks import note

    from giao.kernel.jobs.models import Job

    chosen = note.using(engagement=engagement)
    started = time.perf_counter()
    for number in range(count):
        chosen.enqueue(str(number))
    enqueued = count / (time.perf_counter() - started)
    worker = start_worker()
    try:
        first = Job.objects.filter(started__isnull=False)
        while not first.exists():
            time.sleep(0.01)
        started = time.perf_counter()
        before = Job.objects.filter(state="done").count()
        while Job.objects.filter(state__in=("ready", "running")).exists():
            time.sleep(0.1)
        run = (count - before) / (time.perf_counter() - started)
    finally:
        worker.terminate()
        worker.wait()
    return enqueued, run


def timers(engagement: Any, count: int) -> dict[str, float]:
    from datetime import timedelta

    from django.utils import timezone
    from tests.kernel.jobs.tasks import note

    from giao.kernel.jobs.models import Job
    from giao.kernel.jobs.timers import Timer, at, at_many

    later = timezone.now() + timedelta(days=1)
    started = time.perf_counter()
    for begin in range(0, count, 20_000):
        part = range(begin, min(begin + 20_000, count))
        at_many(
            (Timer(later + timedelta(seconds=n % 86_400), f"t{n}", (str(n),)) for n in part),
            note,
            engagement=engagement,
        )
    setting = count / (time.perf_counter() - started)
    worker = start_worker()
    try:
        wait_for_worker()
        before, began = processor_seconds(worker.pid), time.perf_counter()
        time.sleep(IDLE_SECONDS)
        idle = (processor_seconds(worker.pid) - before) / (time.perf_counter() - began)
        instants = {f"due{n}": timezone.now() + timedelta(seconds=1 + 0.37 * n) for n in range(20)}
        for key, instant in instants.items():
            at(instant, key, note, key, engagement=engagement)
        rows = Job.objects.filter(key__in=list(instants))
        while rows.filter(state="done").count() < len(instants):
            time.sleep(0.2)
        late = [(row.tried - instants[str(row.key)]) / timedelta(seconds=1) for row in rows]
    finally:
        worker.terminate()
        worker.wait()
    return {
        "set_a_second": setting,
        "idle_share": idle,
        "late_median_s": sorted(late)[10],
        "late_most_s": max(late),
    }


def measure(kind: str, chosen: argparse.Namespace) -> dict[str, Any]:
    import django

    django.setup()
    from bench.ledger import raw_rate
    from django.core.management import call_command
    from tests.kernel.ground import world

    from giao.kernel.engagements.scoping import everywhere
    from giao.kernel.jobs.models import Job

    call_command("migrate", interactive=False, verbosity=0)
    with everywhere("a bench"):
        engagement = world().engagement
        raw = raw_rate(chosen.jobs)
        enqueued, run = throughput(engagement, chosen.jobs)
        Job.objects.all().delete()
        found = timers(engagement, chosen.timers)
    return {
        "database": kind,
        "raw": raw,
        "enqueue": enqueued,
        "run": run,
        "load": os.getloadavg()[0],
        **found,
    }


def show(found: dict[str, Any]) -> None:
    held = found["idle_share"] <= AT_MOST_IDLE and found["late_most_s"] <= AT_MOST_LATE
    print(
        f"{found['database']:>9}: raw {found['raw']:,.0f}/s · enqueue {found['enqueue']:,.0f}/s · run {found['run']:,.0f}/s · "
        f"timers set {found['set_a_second']:,.0f}/s · idle worker {found['idle_share']:.2%} of a core · "
        f"late {found['late_median_s']:.2f} s median, {found['late_most_s']:.2f} s at most · "
        f"load {found['load']:.1f} · {'held' if held else 'NOT HELD'}"
    )


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--jobs", type=int, default=2000)
    parser.add_argument("--timers", type=int, default=1_000_000)
    parser.add_argument("--only", choices=DATABASES)
    parser.add_argument("--inside", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.inside:
        print(json.dumps(measure(chosen.inside, chosen)))
        return 0
    options = ["--jobs", str(chosen.jobs), "--timers", str(chosen.timers)]
    results = [measured_on(kind, "jobs", options) for kind in DATABASES if chosen.only in (None, kind)]
    if chosen.json:
        print(json.dumps(results, indent=2))
    for found in results:
        show(found)
    return (
        0
        if all(
            found["idle_share"] <= AT_MOST_IDLE and found["late_most_s"] <= AT_MOST_LATE for found in results
        )
        else 1
    )


if __name__ == "__main__":
    raise SystemExit(main())
