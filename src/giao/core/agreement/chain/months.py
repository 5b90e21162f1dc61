"""A month of one clock of the SLA: each party's cases, time and breaches, and where the chain had a gap."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from giao.core.agreement.chain.parties import ChainParty
from giao.core.agreement.chain.reading import ChainReading

GAPS = ("green_inside_red", "uncovered", "red_inside_green")


@dataclass(frozen=True)
class PartyMonth:
    """One party in one month of one clock; every count is of cases, an exact whole number of microseconds each time.

    cases        held at some time while the clock stood between start and end
    counted_us   of the clock's time, running and not paused; the parties' parts sum to the month's
    held_us      from start to end, pauses and closed hours too
    first        a clock of its own was the first that broke
    broken       the SLA's clock broke, and a clock of its own behind it too
    own_met      the SLA's clock broke while it held the case at some time; its own clocks ran behind it, and none broke
    at_break     held the case when the SLA's clock broke
    bound        whether a clock of a supporting agreement ever bound it in this month
    """

    party: ChainParty
    number: int
    cases: int
    counted_us: int
    held_us: int
    first: int
    broken: int
    own_met: int
    at_break: int
    bound: bool


@dataclass(frozen=True)
class ChainMonth:
    """`cases` of the month by verdict: `first_sla` (the SLA's own clock broke before any behind it), and the gaps by name."""

    month: str
    clock: str
    cases: int
    breached: int
    counted_us: int
    first_sla: int
    first_support: int
    gaps: Mapping[str, int]
    parties: tuple[PartyMonth, ...]


def months_of(chain: ChainReading, clock: str | None = None) -> list[ChainMonth]:
    """Every month with an instance of a clock (default: the first of `ChainReading.clocks`), the newest first."""
    chosen = clock or (chain.clocks[0] if chain.clocks else "")
    rows = chain.instances.filter(pl.col("clock") == chosen)
    months = rows["month"].unique().sort(descending=True).to_list()
    return [month_of(chain, chosen, month) for month in months]


def month_of(chain: ChainReading, clock: str, month: str) -> ChainMonth:
    """One month; zeroes and no parties where nothing of the clock ended in it."""
    rows = chain.instances.filter((pl.col("clock") == clock) & (pl.col("month") == month))
    own = party_cases(chain, clock, month)
    sums = own.group_by("party").agg(
        pl.col("case").filter(pl.col("held_us") + pl.col("counted_us") > 0).n_unique().alias("cases"),
        pl.col("counted_us", "held_us").sum(),
        *(
            pl.col("case").filter(pl.col(name)).n_unique().alias(name)
            for name in ("first", "broken", "own_met", "at_break")
        ),
        pl.col("bound").any(),
    )
    parties = [
        PartyMonth(party=chain.parties[row["party"]], number=row.pop("party"), **row)
        for row in sums.sort(["counted_us", "held_us", "party"], descending=[True, True, False]).to_dicts()
    ]
    return ChainMonth(
        month=month,
        clock=clock,
        cases=_cases(rows, pl.lit(True)),
        breached=_cases(rows, pl.col("state") == "breached"),
        counted_us=int(own["counted_us"].sum()),
        first_sla=_cases(rows, pl.col("first") == "sla"),
        first_support=_cases(rows, pl.col("first") == "support"),
        gaps={gap: _cases(rows, pl.col("gap") == gap) for gap in GAPS},
        parties=tuple(parties),
    )


def _cases(rows: pl.DataFrame, which: pl.Expr) -> int:
    return int(rows.filter(which)["case"].n_unique())


def party_cases(chain: ChainReading, clock: str, month: str) -> pl.DataFrame:
    """The rows behind the numbers of a month: an instance and a party each, with what it was to the party."""
    keys = ["clock", "case", "number"]
    rows = chain.instances.filter((pl.col("clock") == clock) & (pl.col("month") == month))
    held = chain.counted.join(rows.select(keys), on=keys, how="semi")
    own = _own_clocks(chain, rows)
    # a party may be bound in a case that it never held
    pairs = pl.concat([held.select(*keys, "party"), own.select(*keys, "party")]).unique(maintain_order=True)
    found = (
        pairs.join(held, on=[*keys, "party"], how="left")
        .join(own, on=[*keys, "party"], how="left")
        .join(
            rows.select(
                *keys,
                "state",
                "first",
                "first_party",
                "holder_at_break",
                "gap",
                "due",
                "broke",
                "ended",
                "open",
            ),
            on=keys,
            how="left",
        )
    )
    breached, broke = pl.col("state") == "breached", pl.col("own_broken").fill_null(0) > 0
    behind = pl.col("own_behind").fill_null(0) > 0
    held_us, counted_us = pl.col("held_us").fill_null(0), pl.col("counted_us").fill_null(0)
    return found.with_columns(
        held_us.alias("held_us"),
        counted_us.alias("counted_us"),
        ((pl.col("first") == "support") & (pl.col("first_party") == pl.col("party")))
        .fill_null(False)
        .alias("first"),
        (breached & broke).alias("broken"),
        (breached & behind & ~broke & (held_us > 0)).alias("own_met"),
        (pl.col("holder_at_break") == pl.col("party")).fill_null(False).alias("at_break"),
        behind.alias("bound"),
    ).sort(*keys, "party")


def _own_clocks(chain: ChainReading, rows: pl.DataFrame) -> pl.DataFrame:
    """By instance and party: how many of its clocks stood behind the instance, and how many of them broke."""
    pairs = chain.behind(rows)
    return pairs.group_by("clock", "case", "number", "party").agg(
        pl.len().cast(pl.Int64).alias("own_behind"),
        pl.col("broken").is_not_null().sum().cast(pl.Int64).alias("own_broken"),
    )
