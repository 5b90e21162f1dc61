"""Of each clock instance of the SLA: which clock of the chain broke first, and where the chain has a gap (see `reading.py`)."""

from __future__ import annotations

import polars as pl

JUDGED = ("met", "breached", "running", "paused")
"""States in which an instance can be compared with what stands behind it."""


def pairs_of(rows: pl.DataFrame, supports: pl.DataFrame) -> pl.DataFrame:
    """Each instance of the SLA with every supporting clock behind it: order, support, support_clock, party, begun, over, broken."""
    order = supports.with_row_index("order").select(
        "order", "support", "support_clock", "case", "party", "stands_behind",
        pl.col("started").alias("begun"), pl.col("ended").alias("over"), pl.col("broke").alias("broken"),
    )  # fmt: skip
    pairs = rows.join(order, on="case", how="inner")
    bears = pl.col("stands_behind").list.contains(pl.col("clock"))
    meets = (pl.col("begun") <= pl.col("ended")) & (pl.col("over") >= pl.col("started"))
    return pairs.filter(bears & meets)


def find_verdicts(instances: pl.DataFrame, supports: pl.DataFrame) -> pl.DataFrame:
    """The instances with first, first_at, first_party, first_support, first_clock, gap, behind and broken_behind."""
    rows = instances.with_row_index("row")
    pairs = pairs_of(rows, supports)
    counts = pairs.group_by("row").agg(
        pl.len().cast(pl.Int64).alias("behind"),
        pl.col("broken").is_not_null().sum().cast(pl.Int64).alias("broken_behind"),
    )
    broken = pairs.filter(pl.col("broken").is_not_null()).sort("row", "broken", "order")
    firsts = broken.unique("row", keep="first", maintain_order=True).select(
        "row",
        pl.col("broken").alias("support_at"),
        pl.col("party").alias("support_party"),
        pl.col("support").alias("support_first"),
        pl.col("support_clock").alias("clock_first"),
    )
    found = rows.join(counts, on="row", how="left").join(firsts, on="row", how="left").sort("row")
    by_support = pl.col("support_at").is_not_null() & (
        pl.col("broke").is_null() | (pl.col("support_at") <= pl.col("broke"))
    )
    first = (
        pl.when(by_support).then(pl.lit("support")).when(pl.col("broke").is_not_null()).then(pl.lit("sla"))
    )
    breached = pl.col("state") == "breached"
    behind, broke = pl.col("behind").fill_null(0), pl.col("broken_behind").fill_null(0)
    gap = (
        pl.when(~pl.col("state").is_in(list(JUDGED)))
        .then(pl.lit(""))
        .when(breached & (behind == 0))
        .then(pl.lit("uncovered"))
        .when(breached & (broke == 0))
        .then(pl.lit("green_inside_red"))
        .when(~breached & (broke > 0))
        .then(pl.lit("red_inside_green"))
        .otherwise(pl.lit(""))
    )
    return found.with_columns(
        first.alias("first"),
        pl.when(by_support).then(pl.col("support_at")).otherwise(pl.col("broke")).alias("first_at"),
        pl.when(by_support).then(pl.col("support_party")).alias("first_party"),
        pl.when(by_support).then(pl.col("support_first")).alias("first_support"),
        pl.when(by_support).then(pl.col("clock_first")).alias("first_clock"),
        gap.alias("gap"),
        behind.alias("behind"),
        broke.alias("broken_behind"),
    ).drop("row", "support_at", "support_party", "support_first", "clock_first")
