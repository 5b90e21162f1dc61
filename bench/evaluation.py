"""Evaluate an agreement (3 clocks, 8 KPIs; then statements too) beside DuckDB reading the same columns and grouping them.

    python -m bench.evaluation [--json] [--sizes 100000,1000000,10000000] [--rounds 3]

Two peers, both DuckDB with two threads: `group` counts the events of each case and takes extremes (no evaluation can be
made of that), `collect` gathers the decoded columns of each case in order of time, which is what an evaluation has to
do before its first clock. `promises` is giao reading the log, its clocks and KPIs; `statements` adds charge lines,
credits and the freezing of every closed month.

Each measurement runs in a process of its own, so that peak memory is its own; the four take turns, round by round, so
that another's load falls on all. cold: the first evaluation of a process (libraries are imported, kernels compiled
once on this machine); warm: the median of the following; cpu: of both threads, which load changes least.
Memory is told twice beside the size of the decoded columns: `own`, the peak less what the bare imports hold, and `all`,
the peak as the system sees it.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
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
    """One measurement in this process: seconds cold and warm, processor seconds, GiB of peak and bare imports."""
    source = folder / f"events-{events}.parquet"
    seconds: list[float] = []
    cpu: list[float] = []

    def timed(run: Callable[[], None]) -> None:
        for _ in range(runs):
            started, used = time.perf_counter(), time.process_time()
            run()
            seconds.append(time.perf_counter() - started)
            cpu.append(time.process_time() - used)

    if what in PEERS:
        import duckdb

        connection = duckdb.connect()
        connection.execute("set threads to 2")
        bare = resident_gib()
        timed(
            lambda: connection.execute(
                f"create or replace temp table found as {PEERS[what].format(path=source)}"
            )
        )
    else:
        import giao.core.agreement.clocks.kernel
        import giao.core.agreement.kpis.kernel
        import giao.core.log.kernel  # noqa: F401 - compiled code is loaded here, not in the first measurement
        from giao.core.agreement.evaluate import evaluate
        from giao.core.agreement.load import load_agreement
        from giao.core.log import open_log

        versions = load_agreement(HERE / "_agreement.yaml")
        if what == "promises":
            versions = [version.model_copy(update={"pricing": [], "credits": None}) for version in versions]
        bare = resident_gib()

        def read() -> None:
            reading = evaluate(open_log(folder / f"log-{events}"), versions)
            assert reading.kpis.results

        timed(read)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    return {
        "cold": seconds[0],
        "warm": statistics.median(seconds[1:] or seconds),
        "cpu": statistics.median(cpu[1:] or cpu),
        "peak_gib": peak,
        "bare_gib": bare,
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


def measured(
    events: int, rounds: int, runs: int, folder: Path
) -> tuple[dict[str, dict[str, float]], list[float]]:
    """By name the median of every round (of peaks the highest), and the machine's load before each."""
    names = (*PEERS, "promises", "statements")
    found: dict[str, list[dict[str, float]]] = {name: [] for name in names}
    load: list[float] = []
    for _ in range(rounds):
        for name in names:
            load.append(os.getloadavg()[0])
            command = [sys.executable, "-m", "bench.evaluation", "--one", name, str(events)]
            command += ["--runs", str(runs), "--folder", str(folder)]
            told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
            found[name].append(json.loads(told))
    together = {
        name: {
            key: (max if key == "peak_gib" else statistics.median)(one[key] for one in each)
            for key in each[0]
        }
        for name, each in found.items()
    }
    return together, load


def ratios(found: dict[str, dict[str, float]], key: str) -> dict[str, float]:
    """Ours to each peer."""
    return {
        f"{ours}/{peer}": round(found[ours][key] / found[peer][key], 2)
        for ours in ("promises", "statements")
        for peer in PEERS
    }


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--json", action="store_true")
    options.add_argument("--sizes", default="100000,1000000,10000000")
    options.add_argument("--rounds", type=int, default=2)
    options.add_argument("--runs", type=int, default=3)
    options.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()) / "giao-bench")
    options.add_argument("--one", nargs=2, metavar=("WHAT", "EVENTS"), help=argparse.SUPPRESS)
    chosen = options.parse_args()
    if chosen.one:
        print(json.dumps(work(int(chosen.one[1]), chosen.runs, chosen.one[0], chosen.folder)))
        return 0
    rows: list[dict[str, object]] = []
    for events in (int(size) for size in chosen.sizes.split(",")):
        columns_gib = prepare(events, chosen.folder)
        found, load = measured(events, chosen.rounds, chosen.runs, chosen.folder)
        memory = {
            "own": round((found["promises"]["peak_gib"] - found["promises"]["bare_gib"]) / columns_gib, 2),
            "all": round(found["promises"]["peak_gib"] / columns_gib, 2),
        }
        told = {key: ratios(found, key) for key in ("warm", "cpu", "cold")}
        rows.append(
            {
                "events": events,
                "columns_gib": columns_gib,
                **found,
                "ratios": told,
                "memory": memory,
                "load": load,
            }
        )
        if not chosen.json:
            print(
                f"{events:,} events, decoded columns {columns_gib:.3f} GiB, load {min(load):.1f} to {max(load):.1f}"
            )
            for what, one in found.items():
                print(
                    f"  {what:<10} cold {one['cold']:7.3f} s  warm {one['warm']:7.3f} s  cpu {one['cpu']:7.3f} s"
                    f"  peak {one['peak_gib']:.2f} GiB, bare {one['bare_gib']:.2f}"
                )
            for key, of in told.items():
                print(
                    f"  {key} ratios (aim <= 3): "
                    + "  ".join(f"{name} {ratio}" for name, ratio in of.items())
                )
            print(
                f"  promises' memory / columns (aim <= 2): own {memory['own']}, all {memory['all']}",
                flush=True,
            )
    if chosen.json:
        print(json.dumps(rows, indent=1))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
