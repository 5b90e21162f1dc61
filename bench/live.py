"""Apply live events to a reading that stands, beside evaluating the whole log anew (3 clocks, 8 KPIs, no statements).

    python -m bench.live [--json] [--sizes 100000,1000000,10000000] [--batches 10,100,500]

Each size runs in a process of its own, so that peak memory is its own. Events of a batch are of as many cases, drawn by
chance: `mixed` from the whole log (late events into any old window, the worst case), `fresh` from the last month (what a
day brings). `begin` is the first reading from the sealed log; the peer is `evaluate` of the same log without statements.
Seconds of the processor stand beside those of the wall, because other work on the machine lengthens only the latter.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from bench.evaluation import prepare

HERE = Path(__file__).parent
MINUTE = 60_000_000
MONTH = 30 * 86_400_000_000


def work(events: int, batches: list[int], runs: int, folder: Path) -> dict[str, Any]:
    """One size in this process."""
    import numpy as np

    from giao.core.agreement.clocks import evaluate_clocks
    from giao.core.agreement.context import make_inputs
    from giao.core.agreement.facts import Facts
    from giao.core.agreement.kpis import evaluate_kpis
    from giao.core.agreement.live import LiveReading
    from giao.core.agreement.load import load_agreement
    from giao.core.agreement.patterns import Matcher
    from giao.core.log import open_log
    from giao.core.log.tail import Tail

    versions = load_agreement(HERE / "_agreement.yaml")
    base = open_log(folder / f"log-{events}")
    as_of = int(np.quantile(base.times_us(), 0.9))
    tail = Tail(base, declared={name: spec.type for name, spec in versions[0].work.attributes.items()})
    started = time.perf_counter()
    live = LiveReading(tail, versions, as_of=as_of, warning_us=240 * MINUTE)
    begin = time.perf_counter() - started
    first = base.times_us()[base.offsets[:-1]]
    known = base.case_ids.filter(first <= as_of)
    fresh = base.case_ids.filter((first <= as_of) & (first > as_of - MONTH))
    chance = random.Random(7)
    found: dict[str, Any] = {"begin": begin, "peak_begin_gib": _peak(), "apply": {}}
    position = 0
    for kind, ids in (("fresh", fresh), ("mixed", known)):
        for size in batches:
            wall, cpu = [], []
            for _ in range(runs + 2):
                as_of += MINUTE
                batch = [_event(chance, ids, as_of, position + at) for at in range(size)]
                position += size
                before = (time.perf_counter(), time.process_time())
                changes = live.apply(batch, as_of)
                wall.append(time.perf_counter() - before[0])
                cpu.append(time.process_time() - before[1])
                assert changes.whole is None
            found["apply"][f"{kind} {size}"] = _spread(wall[2:], cpu[2:])
    found["peak_gib"] = _peak()
    seconds = []
    for _ in range(2):
        started = time.perf_counter()
        inputs = make_inputs(versions, tail.log(), Facts(), as_of)
        matcher = Matcher(inputs.log, inputs.agreement.work)
        outcome = evaluate_kpis(inputs, matcher, evaluate_clocks(inputs, matcher))
        seconds.append(time.perf_counter() - started)
    found["evaluate"] = min(seconds)
    assert live.results == outcome.results, "the live figures are not those of the whole log"
    return found


def _event(chance: random.Random, ids: Any, as_of: int, position: int) -> Any:
    from giao.core.log.tail_event import LiveEvent

    activity = chance.choice(["Active", "Awaiting User Info", "Resolved", "Closed", "Reopened"])
    team = f"Team {chance.randint(0, 39)}"
    case = ids[chance.randrange(len(ids))]
    return LiveEvent(
        case, activity, as_of - chance.randrange(MINUTE), as_of, position, attributes={"team": team}
    )


def _spread(wall: list[float], cpu: list[float]) -> dict[str, float]:
    told = {
        "median": statistics.median(wall),
        "best": min(wall),
        "worst": max(wall),
        "cpu": statistics.median(cpu),
    }
    return {name: round(value * 1000, 1) for name, value in told.items()}


def _peak() -> float:
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20, 2)


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--json", action="store_true")
    options.add_argument("--sizes", default="100000,1000000,10000000")
    options.add_argument("--batches", default="10,100,500")
    options.add_argument("--runs", type=int, default=15)
    options.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()) / "giao-bench")
    options.add_argument("--one", type=int, metavar="EVENTS", help=argparse.SUPPRESS)
    chosen = options.parse_args()
    batches = [int(size) for size in chosen.batches.split(",")]
    if chosen.one:
        print(json.dumps(work(chosen.one, batches, chosen.runs, chosen.folder)))
        return 0
    chosen.folder.mkdir(parents=True, exist_ok=True)
    rows: list[dict[str, Any]] = []
    for events in (int(size) for size in chosen.sizes.split(",")):
        prepare(events, chosen.folder)
        command = [sys.executable, "-m", "bench.live", "--one", str(events), "--folder", str(chosen.folder)]
        command += ["--batches", chosen.batches, "--runs", str(chosen.runs)]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        rows.append({"events": events, **json.loads(done.stdout)})
        if not chosen.json:
            _show(rows[-1])
    if chosen.json:
        print(json.dumps(rows))
    return 0


def _show(row: dict[str, Any]) -> None:
    print(
        f"{row['events']:>12,} events   begin {row['begin']:.2f} s   evaluate {row['evaluate']:.2f} s   "
        f"peak {row['peak_begin_gib']} GiB at begin, {row['peak_gib']} GiB after"
    )
    for name, told in row["apply"].items():
        times = f"median {told['median']:.1f} ms   best {told['best']:.1f}   worst {told['worst']:.1f}"
        print(
            f"{name:>18}   {times}   processor {told['cpu']:.1f}   × {row['evaluate'] * 1000 / told['median']:.0f}"
        )


if __name__ == "__main__":
    sys.exit(main())
