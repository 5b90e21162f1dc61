"""CSV and XES to a sealed log, beside plain Polars: time and peak memory.

    python -m bench.importing [--json] [--sizes 100000 1000000 10000000] [--xes] [--r4pm PYTHON]

XES is measured too where r4pm is: in the environment that GIAO_PEERS names (`make bench ARGS=--peers` makes one).

Data: 8 events a case, 25 activities, about 4,000 variants, 240 resources, loops, 12% noise steps, 3% equal times,
2 years, rows in order of time (so that cases are mixed together). Every run is a process of its own; the peer parses
with categories and dates, sorts by case and time, and writes Parquet; ours also sets aside bad rows, finds the
formats, drops duplicates, hashes source and content and flushes to disk.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import polars as pl

SIZES = (100_000, 1_000_000, 10_000_000)
SEED = 20161124


def make_events(n: int) -> pl.DataFrame:
    """About `n` events in order of time."""
    random = np.random.default_rng(SEED)
    cases = n // 8
    paths = [_path(random) for _ in range(4_000)]
    weights = 1 / np.arange(1, len(paths) + 1) ** 0.9
    chosen = random.choice(len(paths), cases, p=weights / weights.sum())
    lengths = np.array([len(path) for path in paths])[chosen]
    case = np.repeat(np.arange(cases), lengths)
    activity = np.concatenate(
        [np.concatenate([paths[p] for p in chosen[lo : lo + 50_000]]) for lo in range(0, cases, 50_000)]
    )
    noise = random.random(len(case)) < 0.12
    activity = np.where(noise, random.integers(0, 25, len(case)), activity)
    steps = random.exponential(6 * 3600, len(case)).astype(np.int64)
    steps[random.random(len(case)) < 0.03] = 0
    begin = np.repeat(random.integers(0, 700 * 86_400, cases), lengths)
    total = np.cumsum(steps)
    first = np.concatenate([[0], np.cumsum(lengths)[:-1]])
    seconds = 1_640_995_200 + begin + total - np.repeat(total[first], lengths)
    # Events of equal time differ in the resource: exact duplicates are another test.
    run = np.maximum.accumulate(np.where(steps > 0, np.arange(len(case)), 0))
    people = (random.integers(0, 240, len(case))[run] + np.arange(len(case)) - run) % 240
    amount = np.repeat(random.integers(100, 1_000_000, cases), lengths)
    frame = pl.DataFrame(
        {
            "case": pl.Series(case, dtype=pl.UInt32),
            "activity": pl.Series(activity, dtype=pl.UInt8),
            "time": pl.Series(seconds),
            "resource": pl.Series(people, dtype=pl.UInt8),
            "amount": pl.Series(amount),
            "channel": pl.Series(np.repeat(random.integers(0, 5, cases), lengths), dtype=pl.UInt8),
        }
    )
    return frame.sort("time", "case", maintain_order=True)


def _path(random: np.random.Generator) -> np.ndarray:
    length = max(3, int(random.normal(8, 2)))
    steps = [0]
    while len(steps) < length:
        loop = random.random() < 0.15
        steps.append(steps[-1] if loop else min(24, steps[-1] + int(random.integers(1, 5))))
    return np.array(steps)


def write_csv(path: Path, n: int) -> None:
    """The log as text, in slices so that making it needs little memory."""
    frame = make_events(n)
    with path.open("wb") as file:
        for at in range(0, frame.height, 1_000_000):
            part = frame[at : at + 1_000_000].select(
                case_id=pl.format("case-{}", pl.col("case").cast(pl.String).str.zfill(8)),
                activity=pl.format("Activity number {}", pl.col("activity")),
                timestamp=pl.from_epoch("time").dt.strftime("%Y-%m-%d %H:%M:%S+00:00"),
                resource=pl.format("res_{}", pl.col("resource")),
                amount=pl.format(
                    "{}.{}", pl.col("amount") // 100, (pl.col("amount") % 100).cast(pl.String).str.zfill(2)
                ),
                channel=pl.format("channel_{}", pl.col("channel")),
            )
            part.write_csv(file, include_header=at == 0)


def run_plain(path: Path, out: Path) -> None:
    """The peer: parse, sort, write."""
    words = dict.fromkeys(("case_id", "activity", "resource", "channel"), pl.Categorical)
    frame = pl.read_csv(path, schema_overrides=words, try_parse_dates=True)
    frame.sort("case_id", "timestamp", maintain_order=True).write_parquet(out / "plain.parquet")


def run_ours(path: Path, out: Path) -> None:
    """A full import."""
    from giao.core.log import import_log

    import_log(path, out / "log")


def measure(what: str, path: Path) -> dict[str, float]:
    """Seconds and peak GiB of one run in a process of its own."""
    with tempfile.TemporaryDirectory(dir=path.parent) as out:
        done = subprocess.run(
            [sys.executable, "-m", "bench.importing", "--run", what, str(path), out],
            check=True,
            capture_output=True,
            text=True,
        )
    return dict(json.loads(done.stdout))


def run_one(what: str, path: Path, out: Path) -> None:
    """Inside the measured process; `cold` is ours with loading of code inside the clock."""
    if what != "cold":
        tiny = out / "tiny.csv"
        tiny.write_text("case_id,activity,timestamp,resource,channel\n1,a,2024-01-01 00:00:00+00:00,b,c\n")
        (out / "warm").mkdir()
        (run_plain if what == "plain" else run_ours)(tiny, out / "warm")
    begin, used = time.perf_counter(), time.process_time()
    (run_plain if what == "plain" else run_ours)(path, out)
    seconds, cpu = time.perf_counter() - begin, time.process_time() - used
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    sys.stdout.write(
        json.dumps({"seconds": round(seconds, 3), "cpu": round(cpu, 3), "peak_gib": round(peak, 3)})
    )


def bench_csv(sizes: list[int], folder: Path) -> list[dict[str, object]]:
    """One row a size: the best of several runs, ours and the peer's in turn.

    `cpu_ratio` compares processor seconds of all threads: it holds also where other work keeps the machine busy.
    """
    rows: list[dict[str, object]] = []
    for size in sizes:
        path = folder / f"events-{size}.csv"
        write_csv(path, size)
        repeats = 7 if size <= 100_000 else 3 if size <= 1_000_000 else 2
        cold = measure("cold", path)
        runs: dict[str, list[dict[str, float]]] = {"plain": [], "ours": []}
        for _ in range(repeats):
            for what, found in runs.items():
                found.append(measure(what, path))
        best = {what: min(each, key=lambda run: run["seconds"]) for what, each in runs.items()}
        rows.append(
            {
                "events": size,
                "mb": round(path.stat().st_size / 1e6, 1),
                "plain_s": best["plain"]["seconds"],
                "ours_s": best["ours"]["seconds"],
                "ours_cold_s": cold["seconds"],
                "ratio": round(best["ours"]["seconds"] / best["plain"]["seconds"], 2),
                "cpu_ratio": round(
                    min(r["cpu"] for r in runs["ours"]) / min(r["cpu"] for r in runs["plain"]), 2
                ),
                "plain_peak_gib": best["plain"]["peak_gib"],
                "ours_peak_gib": max(run["peak_gib"] for run in runs["ours"]),
            }
        )
        path.unlink()
    return rows


def bench_xes(size: int, folder: Path, peer: str | None) -> dict[str, object]:
    """XES.gz to a sealed log, beside unpacking alone and (in an environment that has it) r4pm's reading to a frame."""
    from giao.core.log import import_log, open_log

    csv_path, packed = folder / "xes.csv", folder / "events.xes.gz"
    write_csv(csv_path, size)
    import_log(csv_path, folder / "log")
    open_log(folder / "log").to_xes(packed)
    begin = time.perf_counter()
    with gzip.open(packed) as file:
        text = sum(len(block) for block in iter(lambda: file.read(1 << 20), b""))
    unpacked = time.perf_counter() - begin
    ours = min((measure("ours", packed) for _ in range(3)), key=lambda run: run["seconds"])
    row: dict[str, object] = {
        "events": size,
        "xml_mb": round(text / 1e6),
        "unpack_s": round(unpacked, 2),
        "ours_s": ours["seconds"],
        "ours_peak_gib": ours["peak_gib"],
    }
    if peer is not None:
        runs = [
            subprocess.run([peer, "-c", R4PM, str(packed)], check=True, capture_output=True, text=True)
            for _ in range(3)
        ]
        best = min((json.loads(run.stdout.splitlines()[-1]) for run in runs), key=lambda run: run["seconds"])
        row |= {"r4pm_s": best["seconds"], "r4pm_peak_gib": best["peak_gib"]}
    return row


R4PM = """
import json, resource, sys, time
from r4pm.df import import_xes
begin = time.perf_counter()
import_xes(sys.argv[1])
seconds = round(time.perf_counter() - begin, 3)
print(json.dumps({"seconds": seconds, "peak_gib": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20, 3)}))
"""


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=list(SIZES))
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--xes", action="store_true", help="also one million events of XES.gz")
    peers = os.environ.get("GIAO_PEERS")
    parser.add_argument(
        "--r4pm", metavar="PYTHON", default=peers, help="an interpreter that has r4pm, as peer for XES"
    )
    parser.add_argument("--run", nargs=3, metavar=("WHAT", "FILE", "OUT"), help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.run:
        run_one(args.run[0], Path(args.run[1]), Path(args.run[2]))
        return
    folder = Path(tempfile.mkdtemp(prefix="giao-bench-"))
    try:
        result: dict[str, object] = {"csv": bench_csv(args.sizes, folder)}
        if args.xes or args.r4pm:
            result["xes"] = bench_xes(1_000_000, folder, args.r4pm)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    if args.json:
        print(json.dumps(result, indent=1))
        return
    with pl.Config(tbl_rows=-1, tbl_cols=-1, tbl_width_chars=160):
        print(pl.DataFrame(result["csv"]))
        if "xes" in result:
            print(pl.DataFrame([result["xes"]]))


if __name__ == "__main__":
    main()
