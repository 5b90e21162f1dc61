"""One case of a chain, as plain values: who held it when, its clocks under every agreement, whose broke first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from giao.core.agreement.chain.parties import ChainParty
from giao.core.agreement.chain.reading import ChainReading
from giao.core.agreement.chain.supports import Support


@dataclass(frozen=True)
class HeldStretch:
    """A party held the case from `start_us` to `end_us`; `open`: it still does at the reading's instant."""

    party: ChainParty
    start_us: int
    end_us: int
    open: bool
    elapsed_us: int
    business_us: int


@dataclass(frozen=True)
class PartyShare:
    """A party's part of a whole: whole microseconds that sum exactly to it."""

    party: ChainParty
    elapsed_us: int
    counted_us: int


@dataclass(frozen=True)
class SupportClock:
    """A clock of a supporting agreement in this case. `broke_us`: the last instant at which a stop was still in time."""

    support: Support
    clock: str
    number: int
    party: ChainParty
    started_us: int
    ended_us: int
    open: bool
    state: str
    consumed_us: int
    budget_us: int | None
    due_us: int | None
    broke_us: int | None


@dataclass(frozen=True)
class SlaClock:
    """A clock instance of the SLA, what each party held of it, the supporting clocks behind it, and the verdict (`reading.py`)."""

    clock: str
    number: int
    version: int
    started_us: int
    ended_us: int
    open: bool
    state: str
    consumed_us: int
    budget_us: int | None
    due_us: int | None
    broke_us: int | None
    month: str
    shares: tuple[PartyShare, ...]
    behind: tuple[SupportClock, ...]
    first: str | None
    first_at_us: int | None
    first_clock: SupportClock | None
    holder_at_break: ChainParty | None
    gap: str

    def share_of(self, party: ChainParty) -> int:
        """What a party held of the counted time."""
        return sum(share.counted_us for share in self.shares if share.party == party)


@dataclass(frozen=True)
class ChainCase:
    """`shares`: of the time in hand, elapsed, and in the time of the reading's calendar (`counted_us`)."""

    case_id: str
    stretches: tuple[HeldStretch, ...]
    shares: tuple[PartyShare, ...]
    clocks: tuple[SlaClock, ...]
    supports: tuple[SupportClock, ...]


def case_of(chain: ChainReading, case_id: str) -> ChainCase | None:
    """A case of the reading; None where it has no such case."""
    code = chain.case_code(case_id)
    if code is None:
        return None
    mine = pl.col("case") == code
    held = chain.held.filter(mine)
    rows = chain.instances.filter(mine)
    there = chain.supports.with_row_index("order").filter(mine)
    clocks = {row["order"]: _support_clock(chain, row) for row in there.to_dicts()}
    behind: dict[tuple[str, int], list[SupportClock]] = {}
    for pair in chain.behind(rows).sort("order").to_dicts():
        behind.setdefault((pair["clock"], pair["number"]), []).append(clocks[pair["order"]])
    counted = chain.counted.filter(mine)
    return ChainCase(
        case_id=case_id,
        stretches=tuple(
            HeldStretch(
                chain.parties[row["party"]],
                row["start"],
                row["end"],
                row["open"],
                row["elapsed_us"],
                row["business_us"],
            )
            for row in held.to_dicts()
        ),
        shares=_shares(chain, held, "elapsed_us", "business_us"),
        clocks=tuple(
            _sla_clock(chain, row, counted, behind.get((row["clock"], row["number"]), ()))
            for row in rows.sort("started", maintain_order=True).to_dicts()
        ),
        supports=tuple(clocks.values()),
    )


def _support_clock(chain: ChainReading, row: dict[str, Any]) -> SupportClock:
    return SupportClock(
        support=chain.agreements[row["support"]],
        clock=row["support_clock"],
        number=row["number"],
        party=chain.parties[row["party"]],
        started_us=row["started"],
        ended_us=row["ended"],
        open=row["open"],
        state=row["state"],
        consumed_us=row["consumed_us"],
        budget_us=row["budget_us"],
        due_us=row["due"],
        broke_us=row["broke"],
    )


def _shares(chain: ChainReading, rows: pl.DataFrame, elapsed: str, counted: str) -> tuple[PartyShare, ...]:
    """Sums by party, the greatest first."""
    sums = rows.group_by("party").agg(pl.col(elapsed, counted).sum())
    ordered = sums.sort([counted, elapsed, "party"], descending=[True, True, False])
    return tuple(
        PartyShare(chain.parties[row["party"]], row[elapsed], row[counted]) for row in ordered.to_dicts()
    )


def _sla_clock(
    chain: ChainReading, row: dict[str, Any], counted: pl.DataFrame, behind: Sequence[SupportClock]
) -> SlaClock:
    own = counted.filter((pl.col("clock") == row["clock"]) & (pl.col("number") == row["number"]))
    broken = [clock for clock in behind if clock.broke_us is not None]
    # the first of equal ones: `behind` stands in the order of the agreements
    first = (
        min(broken, key=lambda clock: clock.broke_us or 0, default=None)
        if row["first"] == "support"
        else None
    )
    holder = row["holder_at_break"]
    return SlaClock(
        clock=row["clock"],
        number=row["number"],
        version=row["version"],
        started_us=row["started"],
        ended_us=row["ended"],
        open=row["open"],
        state=row["state"],
        consumed_us=row["consumed_us"],
        budget_us=row["budget_us"],
        due_us=row["due"],
        broke_us=row["broke"],
        month=row["month"],
        shares=_shares(chain, own, "held_us", "counted_us"),
        behind=tuple(behind),
        first=row["first"],
        first_at_us=row["first_at"],
        first_clock=first,
        holder_at_break=None if holder is None else chain.parties[holder],
        gap=row["gap"],
    )
