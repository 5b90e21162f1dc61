"""Map, variants, throughput, rework, handover and a click (filter, then map), beside Polars, DuckDB, PM4Py and r4pm.

    python -m bench.mining [--json] [--sizes 1000000,10000000] [--runs 3] [--busy] [--data FOLDER]

Data as in `bench.importing`: 8 events a case, 25 activities, about 4,000 variants, 240 resources. All in one run: giao with
the log open (`open`) and from the sealed folder (`file`: columns mapped beside it, `first`: not yet); Polars on a frame of
codes in memory and lazily from Parquet of the same codes; DuckDB over that Parquet. PM4Py and r4pm run where they are
installed: in the environment that GIAO_PEERS names (`make bench ARGS=--peers` makes one). Each is a process of its own;
the best of the runs is told, and the peak memory of the process. `--busy` keeps another process computing beside them.
map: count, mean, median, 95th percentile of each arc. PM4Py's map has count, mean and median, no percentile; r4pm's only
counts.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

QUESTIONS = ("map", "variants", "throughput", "rework", "handover", "click")
WHO = ("giao open", "giao file", "giao first", "polars memory", "polars file", "duckdb", "pm4py", "r4pm")
START = "2022-07-01"


def peak_gib() -> float:
    """The most memory that this process had (what the one that started it had is not counted)."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) / 2**20 for line in lines if line.startswith("VmHWM:"))


def best(runs: int, ask: Callable[[], Any]) -> float:
    found = []
    for _ in range(runs):
        begun = time.perf_counter()
        ask()
        found.append(time.perf_counter() - begun)
    return min(found)


def giao(who: str, folder: Path, runs: int) -> dict[str, float]:
    import shutil

    from giao.core.mining import Has, InWindow, explore

    click = Has(explore(folder / "log").activities[3]) & InWindow(f"{START}T00:00:00+00:00", rule="started")

    def fresh() -> Any:
        if who == "giao first":
            shutil.rmtree(folder / "log" / "mined", ignore_errors=True)
        return explore(folder / "log")

    opened = explore(folder / "log")
    # Kernels are compiled (`giao warm`) and, for `open`, columns mapped.
    for question in QUESTIONS:
        ask_giao(opened, question, click)
    found = {}
    for question in QUESTIONS:
        if who == "giao open":
            if question == "variants":
                # The variant of a case is stored; here it is found again each time.
                found["variants (stored)"] = best(runs, lambda: opened.variants(times=False))
            found[question] = best(runs, lambda question=question: ask_giao(opened, question, click))
        else:
            found[question] = best(runs, lambda question=question: ask_giao(fresh(), question, click))
    return found


def ask_giao(explorer: Any, question: str, click: Any) -> Any:
    if question == "map":
        return explorer.map()
    if question == "variants":
        from giao.core.mining.ways import find_ways

        ground = explorer.selection.ground
        return find_ways(ground.activity, ground.offsets)
    if question == "throughput":
        return explorer.throughput(percentiles=(0.5, 0.9, 0.95))
    if question == "rework":
        return explorer.rework()
    if question == "handover":
        return explorer.handover(times=False)
    return explorer.filter(click).map()


def polars(who: str, folder: Path, runs: int) -> dict[str, float]:
    import polars as pl

    path = folder / "coded.parquet"
    source = pl.read_parquet(path).lazy() if who == "polars memory" else pl.scan_parquet(path)
    since = pl.lit(START).str.to_datetime(time_zone="UTC", time_unit="us").dt.timestamp("us")

    def arcs(frame: pl.LazyFrame) -> pl.LazyFrame:
        pair = frame.select(
            "act", b=pl.col("act").shift(-1), gap=pl.col("time").shift(-1) - pl.col("time"), same=pl.col("case").shift(-1) == pl.col("case"),
        )  # fmt: skip
        gap = pl.col("gap")
        return (
            pair.filter("same")
            .group_by("act", "b")
            .agg(n=pl.len(), mean=gap.mean(), median=gap.median(), p95=gap.quantile(0.95, "linear"))
        )

    spans = (
        source.group_by("case")
        .agg(took=pl.col("time").max() - pl.col("time").min())
        .select(*(pl.col("took").quantile(share, "linear").alias(str(share)) for share in (0.5, 0.9, 0.95)))
    )
    again = (
        source.group_by("case", "act").agg(n=pl.len()).filter(pl.col("n") > 1).group_by("act").agg(pl.len())
    )
    hands = (
        source.select("res", b=pl.col("res").shift(-1), same=pl.col("case").shift(-1) == pl.col("case"))
        .filter("same")
        .group_by("res", "b")
        .agg(pl.len())
    )
    left = (
        source.group_by("case")
        .agg(has=(pl.col("act") == 3).any(), first=pl.col("time").min())
        .filter(pl.col("has") & (pl.col("first") >= since))
    )
    asked = {
        "map": arcs(source),
        "variants": source.group_by("case", maintain_order=True).agg("act").group_by("act").agg(pl.len()),
        "throughput": spans,
        "rework": again,
        "handover": hands,
        "click": arcs(source.join(left.select("case"), on="case", how="semi", maintain_order="left")),
    }
    return {question: best(runs, lambda query=query: query.collect()) for question, query in asked.items()}


def duckdb(_: str, folder: Path, runs: int) -> dict[str, float]:
    import duckdb as library

    connection = library.connect()
    log = f"read_parquet('{folder / 'coded.parquet'}')"
    pairs = 'select act, lead(act) over w b, lead(time) over w - time gap from {} window w as (partition by "case" order by time)'
    arcs = f"select act, b, count(*), avg(gap), median(gap), quantile_cont(gap, 0.95) from ({pairs}) where b is not null group by 1, 2"
    left = f'(select * from {log} where "case" in (select "case" from {log} group by 1 having bool_or(act = 3) and min(time) >= epoch_us(timestamp \'{START}\')))'
    asked = {
        "map": arcs.format(log),
        "variants": f'select v, count(*) from (select list(act order by time) v from {log} group by "case") group by 1',
        "throughput": f'select quantile_cont(d, [0.5, 0.9, 0.95]) from (select max(time) - min(time) d from {log} group by "case")',
        "rework": f'select act, count(*) from (select act from {log} group by "case", act having count(*) > 1) group by 1',
        "handover": f'select res, b, count(*) from (select res, lead(res) over (partition by "case" order by time) b from {log}) where b is not null group by 1, 2',
        "click": arcs.format(left),
    }
    return {
        question: best(runs, lambda sql=sql: connection.execute(sql).fetchall())
        for question, sql in asked.items()
    }


PEER = """
import json, sys, time, warnings
warnings.filterwarnings("ignore")  # what the peer says of its own age is no result; it would mix with what is printed
who, path, since, runs = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])
import polars as pl
frame = pl.read_parquet(path)
names = {"case": "case:concept:name", "act": "concept:name", "time": "time:timestamp", "res": "org:resource"}
frame = frame.select(pl.col("case").cast(pl.String), ("a" + pl.col("act").cast(pl.String)).alias("act"),
    pl.col("time").cast(pl.Datetime("us", "UTC")), ("r" + pl.col("res").cast(pl.String)).alias("res")).rename(names)
found = {}
def asked(name, ask):
    took = []
    for _ in range(runs):
        begun = time.perf_counter(); ask(); took.append(time.perf_counter() - begun)
    found[name] = min(took)
if who == "r4pm":
    import r4pm
    from r4pm import bindings
    log = r4pm.import_item_from_df("EventLog", frame)
    asked("map", lambda: bindings.discover_dfg(log))
    asked("variants", lambda: bindings.get_variants(log))
else:
    import pandas, pm4py
    log = pandas.DataFrame({name: frame[name].to_list() for name in frame.columns if name != "time:timestamp"})
    log["time:timestamp"] = pandas.to_datetime(frame["time:timestamp"].to_physical().to_numpy(), unit="us", utc=True)
    log = pm4py.format_dataframe(log)
    asked("map", lambda: (pm4py.discover_dfg(log), pm4py.discover_performance_dfg(log)))
    asked("variants", lambda: pm4py.get_variants(log))
    asked("throughput", lambda: pandas.Series(pm4py.get_all_case_durations(log)).quantile([.5, .9, .95]))
    asked("rework", lambda: pm4py.get_rework_cases_per_activity(log))
    asked("handover", lambda: pm4py.discover_handover_of_work_network(log))
    def click():
        left = pm4py.filter_event_attribute_values(log, "concept:name", ["a3"], level="case", retain=True)
        left = pm4py.filter_time_range(left, since + " 00:00:00", "2035-01-01 00:00:00", mode="traces_contained")
        return pm4py.discover_dfg(left), pm4py.discover_performance_dfg(left)
    asked("click", click)
print(json.dumps(found | {"GiB": next(int(line.split()[1]) / 2**20 for line in open("/proc/self/status") if line.startswith("VmHWM:"))}))
"""


def peer(who: str, folder: Path, runs: int) -> dict[str, float] | None:
    python = os.environ.get("GIAO_PEERS")
    if not python:
        return None
    run = subprocess.run(
        [python, "-c", PEER, who, str(folder / "coded.parquet"), START, str(runs)],
        capture_output=True,
        text=True,
        check=False,
    )
    if run.returncode:
        raise SystemExit(run.stderr.strip().splitlines()[-1])
    found: dict[str, float] = json.loads(run.stdout.splitlines()[-1])
    return found


def make(events: int, folder: Path) -> Path:
    """A sealed log and the same codes as Parquet, kept between runs."""
    import polars as pl
    from bench.importing import make_events

    from giao.core.log import LogMapping, import_log, open_log

    place = folder / f"mining-{events}"
    if not (place / "coded.parquet").exists():
        place.mkdir(parents=True, exist_ok=True)
        make_events(events).write_parquet(place / "raw.parquet")
        frame = pl.read_parquet(place / "raw.parquet", n_rows=1)
        names = {name: name for name in ("case", "activity", "time", "resource") if name in frame.columns}
        import_log(place / "raw.parquet", place / "log", replace(LogMapping(), **names))
        log = open_log(place / "log")
        pl.DataFrame(
            {
                "case": log.case_codes(),
                "act": log.activity_codes(),
                "time": log.times_us(),
                "res": log.attribute_codes("resource")[0],
            }
        ).write_parquet(place / "coded.parquet", compression="zstd")
        (place / "raw.parquet").unlink()
    return place


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--sizes", default="1000000,10000000")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--busy", action="store_true", help="another process computes beside each")
    parser.add_argument("--data", type=Path, help="where the logs are made and kept")
    parser.add_argument("--only", help="one of: " + ", ".join(WHO))
    parser.add_argument("--measure", nargs=2, metavar=("WHO", "FOLDER"), help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.measure:
        who, folder = chosen.measure[0], Path(chosen.measure[1])
        work = {"giao": giao, "polars": polars, "duckdb": duckdb}.get(who.split()[0])
        found = peer(who, folder, chosen.runs) if work is None else work(who, folder, chosen.runs)
        if found is not None and work is not None:
            found["GiB"] = peak_gib()
        print(json.dumps(found))
        return 0
    with tempfile.TemporaryDirectory() as scratch:
        for events in map(int, chosen.sizes.split(",")):
            folder = make(events, chosen.data or Path(scratch))
            table: dict[str, dict[str, float]] = {}
            busy = (
                subprocess.Popen([sys.executable, "-c", "while True: sum(range(10**6))"])
                if chosen.busy
                else None
            )
            try:
                for who in [chosen.only] if chosen.only else WHO:
                    run = [
                        sys.executable,
                        "-m",
                        "bench.mining",
                        "--runs",
                        str(chosen.runs),
                        "--measure",
                        who,
                        str(folder),
                    ]
                    said = subprocess.run(run, capture_output=True, text=True, check=False)
                    if said.returncode:
                        print(f"{who}: {said.stderr.strip().splitlines()[-1]}", file=sys.stderr)
                        continue
                    found = json.loads(said.stdout.splitlines()[-1])
                    if found is not None:
                        table[who] = found
            finally:
                if busy is not None:
                    busy.kill()
                    busy.wait()
            show(events, table, chosen.json)
    return 0


def show(events: int, table: dict[str, dict[str, float]], as_json: bool) -> None:
    if as_json:
        print(json.dumps({"events": events, "seconds": table}))
        return
    columns = [*QUESTIONS, "variants (stored)", "GiB"]
    print(f"\n{events:,} events, seconds" + "".join(f"{name:>18}" for name in columns))
    for who, found in table.items():
        print(
            f"{who:<28}"
            + "".join(f"{found[name]:>18.4f}" if name in found else f"{'–':>18}" for name in columns)
        )


if __name__ == "__main__":
    raise SystemExit(main())
