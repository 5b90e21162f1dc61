"""Business time between random pairs: our calendar beside a NumPy sketch, in one run.

    python -m bench.calendars [--json] [--rows 10000 1000000 10000000]

The calendar has split hours (08:00-12:00, 13:00-17:30, Monday to Friday) and the public holidays of Vietnam; pairs
are uniform over two years. The sketch is what a careful analyst writes with NumPy: prefix sums and `searchsorted` over
the same intervals. `businesstimedelta` is measured where it is installed, on fewer pairs (it takes them one by one):
in the environment that GIAO_PEERS names (`make bench ARGS=--peers` makes one).
The error is that of our answers on a sample against a walk over every minute.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import holidays
import numpy as np
import numpy.typing as npt
from tests.reference.business_time import Office, walk_intervals

from giao.core.calendars import Calendar, CalendarSpec, compile_calendar

Instants = npt.NDArray[np.int64]

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
HOURS: dict[str, Any] = {"mon-fri": [["08:00", "12:00"], ["13:00", "17:30"]]}
ZONE = "Asia/Ho_Chi_Minh"
FIRST, LAST = date(2024, 1, 1), date(2025, 12, 31)
SAMPLE = 500


def draw_pairs(rows: int) -> tuple[Instants, Instants]:
    """Random [a, b) over the two years, b after a."""
    random = np.random.default_rng(20240101)
    low = (datetime(2024, 1, 1, tzinfo=UTC) - EPOCH) // timedelta(microseconds=1)
    high = (datetime(2025, 12, 31, tzinfo=UTC) - EPOCH) // timedelta(microseconds=1)
    pairs = random.integers(low, high, size=(2, rows))
    return pairs.min(axis=0), pairs.max(axis=0)


def sketch(opens: Instants, closes: Instants) -> Callable[[Instants, Instants], Instants]:
    """Prefix sums and searchsorted."""
    before = np.concatenate(([0], np.cumsum(closes - opens)))

    def opened(moments: Instants) -> Instants:
        found = np.searchsorted(opens, moments, side="right") - 1
        return before[found] + np.minimum(moments, closes[found]) - opens[found]

    return lambda starts, ends: opened(ends) - opened(starts)


def best_of(rounds: int, work: Callable[[], object]) -> float:
    """The shortest of several runs, in seconds."""
    taken = []
    for _ in range(rounds):
        begun = time.perf_counter()
        work()
        taken.append(time.perf_counter() - begun)
    return min(taken)


def peak_mib() -> float:
    """Most memory that the process held so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def error_against_walk(calendar: Calendar) -> int:
    """The largest difference (microseconds) from a walk over every minute, on a sample of pairs."""
    starts, ends = draw_pairs(SAMPLE)
    # The walk is told the dates by the holidays package itself, not by our reading of it.
    vietnam = holidays.country_holidays("VN", years=[FIRST.year, LAST.year])
    office = Office(
        zone=ZONE,
        week=HOURS,
        closed=set(vietnam),
        open=dict.fromkeys(vietnam.weekend_workdays, HOURS["mon-fri"]),
    )
    walked = walk_intervals(office, int(starts.min()), int(ends.max()), step=timedelta(minutes=1))
    opens = np.array([one for one, _ in walked])
    closes = np.array([other for _, other in walked])
    ours = calendar.between_many(starts, ends)
    exact = [
        int(np.maximum(np.minimum(closes, b) - np.maximum(opens, a), 0).sum())
        for a, b in zip(starts, ends, strict=True)
    ]
    return int(np.abs(ours - np.array(exact)).max())


PEER = """
import json, sys, time
from datetime import datetime, time as clock, timedelta, timezone
import businesstimedelta, pytz
asked = json.load(sys.stdin)
zone = pytz.timezone(asked["zone"])
days = [0, 1, 2, 3, 4]
rules = businesstimedelta.Rules([
    businesstimedelta.WorkDayRule(clock(8), clock(12), working_days=days, tz=zone),
    businesstimedelta.WorkDayRule(clock(13), clock(17, 30), working_days=days, tz=zone),
])
epoch = datetime(1970, 1, 1, tzinfo=timezone.utc)
pairs = [[epoch + timedelta(microseconds=us) for us in pair] for pair in asked["pairs"]]
begun = time.perf_counter()
for start, end in pairs:
    rules.difference(start, end)
print(len(pairs) / (time.perf_counter() - begun))
"""


def peer_rate(starts: Instants, ends: Instants) -> float | None:
    """Pairs a second of businesstimedelta (same hours, no holidays), by an interpreter that has it; None without one."""
    python = os.environ.get("GIAO_PEERS", sys.executable)
    pairs = [[int(a), int(b)] for a, b in zip(starts[:100], ends[:100], strict=True)]
    done = subprocess.run(
        [python, "-c", PEER],
        input=json.dumps({"zone": ZONE, "pairs": pairs}),
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    if done.returncode and "ModuleNotFoundError" in done.stderr:
        return None
    if done.returncode:
        raise RuntimeError(done.stderr)
    return float(done.stdout)


def measure(rows: list[int]) -> dict[str, Any]:
    """All figures of a run."""
    begun = time.perf_counter()
    spec = CalendarSpec.model_validate({"zone": ZONE, "hours": HOURS, "holidays": "VN"})
    calendar = compile_calendar(spec, FIRST, LAST, name="office")
    compiled = time.perf_counter() - begun
    begun = time.perf_counter()
    starts, ends = draw_pairs(max(5000, min(rows)))
    calendar.between_many(starts, ends)
    cold = time.perf_counter() - begun
    result: dict[str, Any] = {"compile_s": compiled, "cold_first_call_s": cold, "sizes": []}
    peer = peer_rate(starts, ends)
    by_numpy = sketch(calendar.opens, calendar.closes)
    for size in rows:
        starts, ends = draw_pairs(size)
        before = peak_mib()
        ours = best_of(5, lambda starts=starts, ends=ends: calendar.between_many(starts, ends))
        peak_ours = peak_mib()
        numpy = best_of(3, lambda starts=starts, ends=ends: by_numpy(starts, ends))
        durations = calendar.between_many(starts, ends)
        add = best_of(3, lambda starts=starts, durations=durations: calendar.add_many(starts, durations))
        same = bool(np.array_equal(durations, by_numpy(starts, ends)))
        result["sizes"].append(
            {
                "pairs": size,
                "between_s": ours,
                "between_pairs_per_s": size / ours,
                "numpy_s": numpy,
                "ratio_to_numpy": numpy / ours,
                "add_s": add,
                "add_pairs_per_s": size / add,
                "equal_to_numpy": same,
                "peak_mib_before": before,
                "peak_mib": peak_ours,
                "businesstimedelta_ratio": None if peer is None else size / ours / peer,
            }
        )
    result["businesstimedelta_pairs_per_s"] = peer
    result["sample"] = SAMPLE
    result["max_error_us"] = error_against_walk(calendar)
    return result


def main() -> None:
    """Prints the figures as text, or as JSON."""
    parser = argparse.ArgumentParser(description="Business time between random pairs, beside NumPy.")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    parser.add_argument("--rows", type=int, nargs="+", default=[10_000, 1_000_000, 10_000_000])
    options = parser.parse_args()
    figures = measure(options.rows)
    if options.json:
        print(json.dumps(figures, indent=2))
        return
    print(f"compile {figures['compile_s']:.3f} s, first call (cold) {figures['cold_first_call_s']:.3f} s")
    for one in figures["sizes"]:
        print(
            f"{one['pairs']:>10,} pairs: between {one['between_s']:.4f} s ({one['between_pairs_per_s'] / 1e6:.1f} M/s), "
            f"NumPy {one['numpy_s']:.4f} s, ratio {one['ratio_to_numpy']:.2f}; add {one['add_s']:.4f} s "
            f"({one['add_pairs_per_s'] / 1e6:.1f} M/s); peak {one['peak_mib']:.0f} MiB "
            f"(before {one['peak_mib_before']:.0f}); equal {one['equal_to_numpy']}"
            + (f"; {ratio:,.0f} × businesstimedelta" if (ratio := one["businesstimedelta_ratio"]) else "")
        )
    peer = figures["businesstimedelta_pairs_per_s"]
    print(
        "businesstimedelta: absent (make bench ARGS=--peers sets it up)"
        if peer is None
        else f"businesstimedelta: {peer:.0f} pairs/s"
    )
    print(
        f"largest error against a walk over every minute, {figures['sample']} pairs: {figures['max_error_us']} us"
    )


if __name__ == "__main__":
    main()
