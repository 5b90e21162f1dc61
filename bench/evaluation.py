"""Evaluate an agreement (3 clocks, 8 KPIs; then statements too) beside DuckDB reading the same columns and grouping them.

    python -m bench.evaluation [--json] [--sizes 100000,1000000,10000000]

Each measurement runs in a process of its own, so that peak memory is its own. Two peers: `collect` gathers the decoded
columns of each case in order of time (what an evaluation has to do before its first clock), `group` only counts and
takes extremes. `promises` is giao reading the log, its clocks and KPIs; `statements` adds charge lines, credits and the
freezing of every closed month.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench import _synthetic

HERE = Path(__file__).parent
PEERS = {
    "group": """
        select "case", count(*), min(time), max(time), count(*) filter (activity = 'Resolved'),
               min(time) filter (activity = 'New'), min(time) filter (activity = 'Resolved'), any_value(priority), max(amount)
        from read_parquet('{path}') group by "case"
    """,
    "collect": """
        select "case", list(activity order by time), list(time order by time), any_value(priority), max(amount)
        from read_parquet('{path}') group by "case"
    """,
}


def work(events: int, runs: int, what: str, folder: Path) -> dict[str, float]:
    """One measurement in this process: seconds cold (first run) and warm (median of the rest), peak GiB."""
    source = folder / f"events-{events}.parquet"
    seconds: list[float] = []
    idle = 0.0
    if what in PEERS:
        import duckdb

        idle = resident_gib()

        connection = duckdb.connect()
        connection.execute("set threads to 2")
        for _ in range(runs):
            started = time.perf_counter()
            connection.execute(f"create or replace temp table found as {PEERS[what].format(path=source)}")
            seconds.append(time.perf_counter() - started)
    else:
        from giao.core.agreement.evaluate import evaluate
        from giao.core.agreement.load import load_agreement
        from giao.core.log import open_log

        versions = load_agreement(HERE / "_agreement.yaml")
        small = folder / "log-100000"
        if small.exists() and events > 100_000:
            evaluate(
                open_log(small), versions
            )  # libraries, compiled kernels and calendars: held whatever the size
        idle = resident_gib()
        if what == "promises":
            versions = [version.model_copy(update={"pricing": [], "credits": None}) for version in versions]
        for _ in range(runs):
            started = time.perf_counter()
            reading = evaluate(open_log(folder / f"log-{events}"), versions)
            seconds.append(time.perf_counter() - started)
            assert reading.kpis.results
            del reading  # two at once would be measured as one
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    return {
        "cold": seconds[0],
        "warm": statistics.median(seconds[1:] or seconds),
        "peak_gib": peak,
        "idle_gib": idle,
    }


def resident_gib() -> float:
    """What this process holds now."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 2**30


def prepare(events: int, folder: Path) -> float:
    """Write the Parquet and the sealed log; return the size in GiB of the decoded columns that both read."""
    from giao.core.log import LogMapping, import_log

    source = _synthetic.write(events, folder / f"events-{events}.parquet")
    sealed = folder / f"log-{events}"
    if not sealed.exists():
        import_log(source, sealed, LogMapping(case="case", activity="activity", time="time"))
    import polars as pl

    return (
        pl.read_parquet(source, columns=["case", "activity", "time", "priority", "amount"]).estimated_size()
        / 2**30
    )


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--json", action="store_true")
    options.add_argument("--sizes", default="100000,1000000,10000000")
    options.add_argument("--runs", type=int, default=4)
    options.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()) / "giao-bench")
    options.add_argument("--one", nargs=2, metavar=("WHAT", "EVENTS"), help=argparse.SUPPRESS)
    chosen = options.parse_args()
    if chosen.one:
        print(json.dumps(work(int(chosen.one[1]), chosen.runs, chosen.one[0], chosen.folder)))
        return 0
    rows: list[dict[str, object]] = []
    for events in (int(size) for size in chosen.sizes.split(",")):
        columns_gib = prepare(events, chosen.folder)
        found: dict[str, dict[str, float]] = {}
        for what in (*PEERS, "promises", "statements"):
            command = [
                sys.executable,
                "-m",
                "bench.evaluation",
                "--one",
                what,
                str(events),
                "--runs",
                str(chosen.runs),
            ]
            command += ["--folder", str(chosen.folder)]
            found[what] = json.loads(
                subprocess.run(command, check=True, capture_output=True, text=True).stdout
            )
        ratios = {
            f"{ours}/{peer}": round(found[ours]["warm"] / found[peer]["warm"], 2)
            for ours in ("promises", "statements")
            for peer in PEERS
        }
        own = found["promises"]["peak_gib"] - found["promises"]["idle_gib"]
        memory = round(own / columns_gib, 1)
        rows.append(
            {"events": events, "columns_gib": columns_gib, **found, "ratios": ratios, "memory": memory}
        )
        if not chosen.json:
            print(f"{events:,} events, decoded columns {columns_gib:.2f} GiB")
            for what, one in found.items():
                print(
                    f"  {what:<10} cold {one['cold']:6.2f} s  warm {one['warm']:6.2f} s  peak {one['peak_gib']:.2f} GiB, idle {one['idle_gib']:.2f}"
                )
            told = "  ".join(f"{name} {ratio}" for name, ratio in ratios.items())
            print(
                f"  warm ratios (aim <= 3): {told}   promises' (peak - idle) / columns (aim <= 2): {memory}",
                flush=True,
            )
    if chosen.json:
        print(json.dumps(rows, indent=1))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
