"""The case-level rows of a live reading, those that can have changed since an earlier one: what a page lists.

A whole reading keeps a row a case, a clock instance and a member of a KPI's window (`store`). When a live reading has moved
on, the rows of the cases that were read again take the place of theirs; so do those of every case with an open clock,
whose consumption moves with the instant, and the rows of no case, which are made of facts. All other rows are the same still.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

import polars as pl

from giao.core.agreement.document.agreement import Agreement
from giao.core.agreement.evaluate import Evaluation
from giao.core.agreement.kpis import evaluate_kpis
from giao.core.agreement.live.reading import LiveReading
from giao.core.agreement.store import case_table, clock_table, member_table
from giao.core.log.tail_event import LiveEvent


@dataclass(frozen=True)
class Tables:
    """Rows of `cases` (ids) and of none, as `store` writes them; a case that is not known yet has none."""

    cases: tuple[str, ...]
    case_rows: pl.DataFrame
    clock_rows: pl.DataFrame
    member_rows: pl.DataFrame

    def replacing(self, earlier: Tables | None) -> Tables:
        """These, and those of `earlier` that are of other cases."""
        if earlier is None:
            return self
        stays = pl.col("case").is_not_null() & ~pl.col("case").is_in(self.cases)
        kept = [
            pl.concat([rows.filter(stays), fresh], how="diagonal_relaxed")
            for rows, fresh in (
                (earlier.case_rows, self.case_rows),
                (earlier.clock_rows, self.clock_rows),
                (earlier.member_rows, self.member_rows),
            )
        ]
        return Tables(tuple(sorted({*earlier.cases, *self.cases})), *kept)


def follow(
    reading: LiveReading, events: Iterable[LiveEvent], as_of_us: int, earlier: Tables | None
) -> Tables | None:
    """Move a live reading on; the rows that are different since a whole one, `earlier` being those of the last step.

    None where they cannot be told case by case: everything was read anew, windows began or ended (a rolling one takes cases of
    the one before), a KPI carries a thin window's members to the next (how a case counts hangs on how many others there are),
    or there is no case at all.
    """
    changes = reading.apply(events, as_of_us)
    if changes.cases is None or changes.windows or any(_carries(version) for version in reading.versions):
        return None
    now = _tables_of(reading, changes.cases)
    return now.replacing(earlier) if now is not None else None


def _carries(version: Agreement) -> bool:
    return any(getattr(kpi, "low_volume", "none") == "carry" for kpi in version.kpis.values())


def _tables_of(reading: LiveReading, changed: Collection[str]) -> Tables | None:
    ids = tuple(sorted({*changed, *reading.open_cases()}))
    now = reading.moment(ids or reading.any_case(), without_case=True)
    if now is None:
        return None
    kpis = evaluate_kpis(now.inputs, now.ground.matcher, now.clocks)
    part = Evaluation(now.inputs, now.ground.matcher, now.clocks, kpis, ())
    return Tables(
        ids or reading.any_case(), *(as_text(make(part)) for make in (case_table, clock_table, member_table))
    )


def as_text(frame: pl.DataFrame) -> pl.DataFrame:
    """Coded columns as text: two logs code the same names by other numbers."""
    return frame.with_columns(pl.col(pl.Enum, pl.Categorical).cast(pl.String))
