"""FEEL conditions: compiled closures beside a closure written by hand, and whole columns beside hand-written Polars.

    python -m bench.rules [--json] [--rows 10000 100000 1000000]

The same contexts go through `rule.evaluate` and through a Python function that does the same by hand; the ratio of the
two is the claim (at most 5). The hand-written functions come in two kinds: `bare` trusts that every value is there and
of the right type, `null_safe` answers None when one is missing, as FEEL does. Peak memory is the process's.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import numpy as np
import polars as pl

from giao.core.rules import compile_rule, evaluate_frame

Context = dict[str, Any]
Hand = Callable[[Context], Any]
TEXT = 'Amount >= 500 and Priority = "1"'
SINCE = datetime(2024, 6, 1, tzinfo=UTC)


def bare(context: Context) -> Any:
    return context["Amount"] >= 500 and context["Priority"] == "1"


def null_safe(context: Context) -> Any:
    amount, priority = context.get("Amount"), context.get("Priority")
    left = None if amount is None else amount >= 500
    right = priority == "1"
    if left is False or right is False:
        return False
    return True if left and right else None


def choice(context: Context) -> Any:
    return context["Priority"] in ("1", "2") or (context["State"] != "closed" and context["Opened"] > SINCE)


def product(context: Context) -> Any:
    return context["Amount"] * context["Quantity"] > 1000


CASES: list[tuple[str, str, Hand, str]] = [
    ("and, Decimal amounts", TEXT, bare, "decimal"),
    ("and, float amounts", TEXT, bare, "float"),
    ("and, null-safe peer", TEXT, null_safe, "decimal"),
    (
        "or, in, instants",
        'Priority in ("1", "2") or (State != "closed" and Opened > @"2024-06-01T00:00:00Z")',
        choice,
        "decimal",
    ),
    ("product of Decimals", "Amount * Quantity > 1000", product, "decimal"),
]


def frame(rows: int, seed: int = 11) -> pl.DataFrame:
    """Amounts with cents, four priorities, three states, instants of 2024."""
    rng = np.random.default_rng(seed)
    start = int(datetime(2024, 1, 1, tzinfo=UTC).timestamp() * 1e6)
    return pl.DataFrame(
        {
            "Amount": np.round(rng.uniform(0, 1000, rows), 2),
            "Quantity": rng.integers(1, 9, rows),
            "Priority": pl.Series(["1", "2", "3", "4"]).gather(rng.integers(0, 4, rows)),
            "State": pl.Series(["new", "open", "closed"]).gather(rng.integers(0, 3, rows)),
            "Opened": pl.Series(rng.integers(start, start + 365 * 86_400_000_000, rows)).cast(
                pl.Datetime("us", "UTC")
            ),
        }
    )


def contexts(data: pl.DataFrame, amounts: str) -> list[Context]:
    rows = data.to_dicts()
    for row in rows:
        row["Opened"] = row["Opened"].replace(tzinfo=UTC)
        if amounts == "decimal":
            row["Amount"] = Decimal(repr(row["Amount"]))
    return rows


def per_call(functions: list[Callable[[Context], Any]], rows: list[Context]) -> list[float]:
    """Nanoseconds a call of each function over the same rows, loop included.

    Taken in turn over blocks of rows, in processor time and as medians of the blocks, so that what else runs on the
    machine does not colour the ratio.
    """
    blocks = [rows[at : at + 10_000] for at in range(0, len(rows), 10_000)]
    blocks *= max(1, 20 // len(blocks))
    taken: list[list[float]] = [[] for _ in functions]
    for block in blocks:
        for function, times in zip(functions, taken, strict=True):
            begun = time.process_time()
            for row in block:
                function(row)
            times.append((time.process_time() - begun) / len(block) * 1e9)
    return [statistics.median(times) for times in taken]


def seconds(work: Callable[[], Any], rounds: int = 3) -> float:
    best = float("inf")
    for _ in range(rounds):
        begun = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - begun)
    return best


def peak_mib() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measure(sizes: list[int]) -> dict[str, Any]:
    begun = time.perf_counter()
    rule = compile_rule(TEXT)
    compile_us = (time.perf_counter() - begun) * 1e6
    figures: dict[str, Any] = {"compile_us": compile_us, "scalar": [], "columnar": []}
    for size in sizes:
        data = frame(size)
        before = peak_mib()
        by_hand = (pl.col("Amount") >= 500) & (pl.col("Priority") == "1")
        begun = time.perf_counter()
        first = evaluate_frame(rule, data)
        cold = time.perf_counter() - begun
        ours = seconds(lambda data=data: evaluate_frame(rule, data))
        theirs = seconds(lambda data=data, by_hand=by_hand: data.select(by_hand.alias("r")))
        figures["columnar"].append(
            {
                "rows": size,
                "cold_s": cold,
                "warm_s": ours,
                "polars_s": theirs,
                "ratio": ours / theirs,
                "equal": first.to_list() == data.select(by_hand.alias("r"))["r"].to_list(),
                "peak_mib_before": before,
                "peak_mib": peak_mib(),
            }
        )
        for name, text, hand, amounts in CASES:
            rows = contexts(data, amounts)
            compiled = compile_rule(text)
            peer, own = per_call([hand, compiled.evaluate], rows)
            figures["scalar"].append(
                {
                    "case": name,
                    "rows": size,
                    "hand_ns": peer,
                    "rule_ns": own,
                    "ratio": own / peer,
                    "equal": all(compiled.evaluate(row) == hand(row) for row in rows[:1000]),
                    "peak_mib": peak_mib(),
                }
            )
            del rows
    return figures


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    parser.add_argument("--rows", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    options = parser.parse_args()
    figures = measure(options.rows)
    if options.json:
        print(json.dumps(figures, indent=2))
        return
    print(f"compile {TEXT!r}: {figures['compile_us']:.0f} µs")
    for one in figures["scalar"]:
        print(
            f"{one['rows']:>9,} × {one['case']:<22} by hand {one['hand_ns']:6.0f} ns, rule {one['rule_ns']:6.0f} ns: "
            f"{one['ratio']:.1f} × (claim ≤ 5); equal {one['equal']}; peak {one['peak_mib']:.0f} MiB"
        )
    for one in figures["columnar"]:
        print(
            f"{one['rows']:>9,} rows by column: cold {one['cold_s'] * 1e3:.1f} ms, warm {one['warm_s'] * 1e3:.2f} ms, "
            f"Polars by hand {one['polars_s'] * 1e3:.2f} ms: {one['ratio']:.1f} ×; equal {one['equal']}; "
            f"peak {one['peak_mib']:.0f} MiB (before {one['peak_mib_before']:.0f})"
        )


if __name__ == "__main__":
    main()
