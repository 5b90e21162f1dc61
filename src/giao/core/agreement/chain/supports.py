"""Agreements behind the SLA: operational levels between teams, underpinning contracts with sub-contractors; their clocks.

Pinned:

- A supporting agreement is an ordinary document over the same log, with clocks and calendars of its own. Facts and reliefs
  claimed case by case belong to the SLA: here only reliefs by pattern apply.
- It binds its vendor; where it says `work.holder` itself, it binds whoever that says holds the case when a clock starts.
- Its clocks that start before its first day, or after its last one, are left out.
- A clock stands behind the clocks of the SLA that its `stands_behind` names; without it behind the one of its own name, and
  where the SLA has none so called, behind every one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt
import polars as pl

from giao.core.agreement.chain.course import at
from giao.core.agreement.chain.parties import PartyBook, find_holding
from giao.core.agreement.chain.segments import ClockRows, clock_rows
from giao.core.agreement.clocks import CLOCK_STATES, evaluate_clocks
from giao.core.agreement.clocks.instances import NEVER
from giao.core.agreement.context import Inputs, make_inputs
from giao.core.agreement.document.agreement import Agreement
from giao.core.agreement.document.clock import Clock
from giao.core.agreement.facts import Facts
from giao.core.agreement.patterns import Matcher
from giao.core.agreement.windows import midnight_us
from giao.core.log import EventLog

Ints = npt.NDArray[np.int64]

SupportKind = Literal["ola", "underpinning"]
SUPPORT_KINDS: tuple[SupportKind, ...] = get_args(SupportKind)


@dataclass(frozen=True)
class Support:
    """One supporting agreement with all of its versions, in order of effect. `until`: its last day, when withdrawn."""

    kind: SupportKind
    versions: tuple[Agreement, ...]
    until: date | None = None
    key: str = ""
    """What the caller calls it; its place among the others when empty."""

    @property
    def name(self) -> str:
        return self.versions[-1].name

    @property
    def party(self) -> str:
        """Whom it binds, unless it says holders of its own."""
        return self.versions[-1].parties.vendor.name

    @property
    def side(self) -> str:
        """On whose side a party stands that nobody met as a holder."""
        return "vendor" if self.kind == "ola" else "subcontractor"


SUPPORT_SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    "support": pl.Int64,
    "support_clock": pl.String,
    "case": pl.Int64,
    "number": pl.Int64,
    "party": pl.Int64,
    "started": pl.Int64,
    "ended": pl.Int64,
    "open": pl.Boolean,
    "state": pl.String,
    "consumed_us": pl.Int64,
    "budget_us": pl.Int64,
    "due": pl.Int64,
    "broke": pl.Int64,
    "calendar": pl.String,
    "stands_behind": pl.List(pl.String),
}
"""Columns of the clocks of supporting agreements: an instance a row; instants in UTC microseconds, null for never."""


def read_supports(
    supports: Sequence[Support],
    log: EventLog,
    as_of_us: int,
    cases: pl.Series,
    book: PartyBook,
    clocks: Sequence[str],
) -> pl.DataFrame:
    """Every clock instance of every supporting agreement. `cases`: the ids by whose place a case is numbered; `clocks`: of the SLA."""
    frames = [pl.DataFrame(schema=SUPPORT_SCHEMA)]
    for place, support in enumerate(supports):
        inputs = make_inputs(support.versions, log, Facts(), as_of_us)
        matcher = Matcher(inputs.log, inputs.agreement.work)
        rows = clock_rows(inputs, matcher, evaluate_clocks(inputs, matcher))
        if not rows:
            continue
        holding = find_holding(inputs, matcher, book) if inputs.agreement.work.holder else None
        bound = book.named(support.party, support.side)
        for found in rows.values():
            party = (
                np.full(len(found.case), bound)
                if holding is None
                else at(holding.course, found.case, found.started)
            )
            frames.append(
                _frame(place, found, party, clocks).filter(
                    pl.Series(_in_term(support, inputs, found.started))
                )
            )
        if not inputs.log.case_ids.equals(cases):  # the SLA's log was cut another way
            frames[-len(rows) :] = [
                _renumbered(frame, inputs.log.case_ids, cases) for frame in frames[-len(rows) :]
            ]
    return pl.concat(frames)


def _in_term(support: Support, inputs: Inputs, started: Ints) -> npt.NDArray[np.bool_]:
    last = min(inputs.term_end, support.until) if support.until else inputs.term_end
    first_us = midnight_us(inputs.versions[0].starts, inputs.zone)
    end_us = midnight_us(last + timedelta(days=1), inputs.zone)
    return (started >= first_us) & (started < end_us)


def stands_behind(name: str, clock: Clock, clocks: Sequence[str]) -> list[str]:
    """The clocks of the SLA that a supporting clock stands behind."""
    if clock.stands_behind is not None:
        return [known for known in clocks if known in clock.stands_behind]
    return [name] if name in clocks else list(clocks)


def _frame(place: int, rows: ClockRows, party: Ints, clocks: Sequence[str]) -> pl.DataFrame:
    behind = [
        [] if program is None else stands_behind(rows.clock, program.clock, clocks)
        for program in rows.plan.programs
    ]
    names = {
        key: rows.plan.programs[key // 65_536]
        for key in np.unique(rows.version * 65_536 + rows.target + 1).tolist()
    }
    calendar = {
        key: (program.measure if key % 65_536 == 0 else program.targets[key % 65_536 - 1].measure).name
        for key, program in names.items()
        if program is not None
    }
    keys = pl.Series(rows.version * 65_536 + rows.target + 1)
    return pl.DataFrame(
        {
            "support": np.full(len(rows.case), place, dtype=np.int64),
            "support_clock": pl.Series([rows.clock], dtype=pl.String).new_from_index(0, len(rows.case)),
            "case": rows.case,
            "number": rows.number,
            "party": party.astype(np.int64),
            "started": rows.started,
            "ended": rows.ended,
            "open": rows.open,
            "state": states_of(rows),
            "consumed_us": rows.consumed,
            "budget_us": pl.Series(rows.budget).set(pl.Series(rows.budget < 0), None),
            "due": instants(rows.due),
            "broke": instants(rows.broke),
            "calendar": keys.replace_strict(calendar, return_dtype=pl.String)
            if calendar
            else pl.Series([], dtype=pl.String),
            "stands_behind": pl.Series(behind, dtype=pl.List(pl.String)).gather(rows.version),
        },
        schema=SUPPORT_SCHEMA,
    )


def states_of(rows: ClockRows) -> pl.Series:
    """The states of instances by name."""
    return pl.Series(list(CLOCK_STATES), dtype=pl.String).gather(rows.state)


def instants(values: Ints) -> pl.Series:
    """Instants with null for what never is."""
    return pl.Series(values).set(pl.Series(values == NEVER), None)


def _renumbered(frame: pl.DataFrame, own: pl.Series, cases: pl.Series) -> pl.DataFrame:
    places = pl.DataFrame({"id": cases, "wanted": np.arange(len(cases), dtype=np.int64)})
    told = frame.with_columns(own.gather(frame["case"]).alias("id")).join(places, on="id", how="inner")
    return told.with_columns(pl.col("wanted").alias("case")).select(SUPPORT_SCHEMA)
