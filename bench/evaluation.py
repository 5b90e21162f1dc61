"""Evaluate an agreement (3 clocks, 8 KPIs, statements) beside DuckDB reading the same columns and grouping them by case.

    python -m bench.evaluation [--json] [--sizes 100000,1000000,10000000]

Each measurement runs in a process of its own, so that peak memory is its own. The peer's SQL is PEER_SQL: it reads
the decoded columns that the evaluation needs (case, activity, time, priority, amount) and groups them by case.
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
PEER_SQL = """
select "case", count(*), min(time), max(time), count(*) filter (activity = 'Resolved'),
       min(time) filter (activity = 'New'), min(time) filter (activity = 'Resolved'), any_value(priority), max(amount)
from read_parquet('{path}') group by "case"
"""


def work(events: int, runs: int, what: str, folder: Path) -> dict[str, float]:
    """One measurement in this process: seconds cold (first run) and warm (median of the rest), peak GiB."""
    source = folder / f"events-{events}.parquet"
    seconds: list[float] = []
    if what == "duckdb":
        import duckdb

        connection = duckdb.connect()
        connection.execute("set threads to 2")
        for _ in range(runs):
            started = time.perf_counter()
            connection.execute(PEER_SQL.format(path=source)).fetchnumpy()
            seconds.append(time.perf_counter() - started)
    else:
        from giao.core.agreement.evaluate import evaluate
        from giao.core.agreement.load import load_agreement
        from giao.core.log import open_log

        versions = load_agreement(HERE / "_agreement.yaml")
        for _ in range(runs):
            started = time.perf_counter()
            reading = evaluate(open_log(folder / f"log-{events}"), versions)
            seconds.append(time.perf_counter() - started)
            assert reading.kpis.results
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    return {"cold": seconds[0], "warm": statistics.median(seconds[1:] or seconds), "peak_gib": peak}


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
    rows = []
    for events in (int(size) for size in chosen.sizes.split(",")):
        columns_gib = prepare(events, chosen.folder)
        row: dict[str, object] = {"events": events, "columns_gib": round(columns_gib, 3)}
        for what in ("duckdb", "giao"):
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
            row[what] = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
        row["ratio_warm"] = round(row["giao"]["warm"] / row["duckdb"]["warm"], 2)  # type: ignore[index]
        row["memory_ratio"] = round(row["giao"]["peak_gib"] / columns_gib, 2)  # type: ignore[index]
        rows.append(row)
        if not chosen.json:
            giao, peer = row["giao"], row["duckdb"]
            print(
                f"{events:>11,} events  giao {giao['cold']:.2f} s cold {giao['warm']:.2f} s warm {giao['peak_gib']:.2f} GiB"  # type: ignore[index]
                f"   DuckDB {peer['cold']:.2f} / {peer['warm']:.2f} s {peer['peak_gib']:.2f} GiB"  # type: ignore[index]
                f"   ratio warm {row['ratio_warm']} (aim <= 3)   memory {row['memory_ratio']} x columns",
                flush=True,
            )
    if chosen.json:
        print(json.dumps(rows, indent=1))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
