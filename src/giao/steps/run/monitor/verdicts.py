"""The vendor's verdict on each case (an attribute that says yes or no) beside ours.

A verdict is final only on a case's last row: compared are delivered cases, by default those whose last activity is the
one that most delivered cases end with (an incident that is resolved but not closed may still change).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from giao.steps.run.monitor.attributes import CaseAttribute, cases_frame
from giao.steps.run.monitor.ground import Ground
from giao.steps.run.monitor.selection import members_of


@dataclass(frozen=True)
class Cell:
    """Cases on which ours and theirs are so; the address opens exactly them."""

    ours: str
    theirs: str
    count: int
    url: str | None


@dataclass(frozen=True)
class Compared:
    """One service level (and window) case by case. `cells` in the order: both met, both missed, only we, only they."""

    kpi: str
    window: str
    both_met: Cell
    both_missed: Cell
    only_we: Cell
    only_they: Cell
    unsaid: Cell

    @property
    def n(self) -> int:
        return sum(cell.count for cell in (self.both_met, self.both_missed, self.only_we, self.only_they))

    @property
    def agreement(self) -> float | None:
        return (self.both_met.count + self.both_missed.count) / self.n if self.n else None

    @property
    def ours(self) -> float | None:
        return (self.both_met.count + self.only_we.count) / self.n if self.n else None

    @property
    def theirs(self) -> float | None:
        return (self.both_met.count + self.only_they.count) / self.n if self.n else None


def verdict_attributes(ground: Ground, attributes: Sequence[CaseAttribute]) -> list[CaseAttribute]:
    """Attributes that say yes or no, those that speak of a service level first."""
    if ground.results is None:
        return []
    schema = ground.results.cases.collect_schema()
    found = [item for item in attributes if not item.hidden and schema.get(item.column) == pl.Boolean]
    return sorted(found, key=lambda item: "sla" not in item.name.lower())


def endings(ground: Ground) -> list[tuple[str, int]]:
    """Last activities of delivered cases, the most frequent first."""
    if ground.results is None:
        return []
    frame = (
        ground.results.cases.filter(pl.col("state") == "delivered")
        .group_by(pl.col("last_activity").cast(pl.String))
        .len("n")
        .sort(["n", "last_activity"], descending=[True, False])
        .collect()
    )
    return list(frame.iter_rows())


def compared(
    ground: Ground, kpi: str, attribute: CaseAttribute, ending: str, window: str = ""
) -> Compared | None:
    """None where no compared case has a verdict of ours."""
    cases = cases_frame(ground, [attribute]).filter(pl.col("state") == "delivered")
    if ending:
        cases = cases.filter(pl.col("last_activity").cast(pl.String) == ending)
    members = members_of(ground, {"kpi": kpi, "window": window}).filter(
        pl.col("role").is_in(["met", "missed"])
    )
    table = (
        members.select("case", "role")
        .join(cases.select("case", pl.col(attribute.column).cast(pl.String).alias("said")), on="case")
        .group_by("role", "said")
        .len("n")
        .collect()
    )
    if table.is_empty():
        return None
    found = {(role, said): n for role, said, n in table.iter_rows()}

    def cell(role: str, said: str | None) -> Cell:
        query = {"kpi": kpi, "window": window, "role": role, "f_state": "delivered"}
        if ending:
            query["a_last_activity"] = ending
        if said is None:
            query["none"] = attribute.name
        else:
            query[f"a_{attribute.name}"] = said
        return Cell(role, said or "", found.get((role, said), 0), ground.cases_url(**query))

    unsaid = found.get(("met", None), 0) + found.get(("missed", None), 0)
    query = {"kpi": kpi, "window": window, "f_state": "delivered", "none": attribute.name}
    if ending:
        query["a_last_activity"] = ending
    return Compared(
        kpi,
        window,
        cell("met", "true"),
        cell("missed", "false"),
        cell("met", "false"),
        cell("missed", "true"),
        Cell("", "", unsaid, ground.cases_url(**query)),
    )
