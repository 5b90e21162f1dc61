"""What a pack is made from: the month's statement and results, and what people decided about it (on a server)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Literal
from zoneinfo import ZoneInfo

import polars as pl

from giao.core.agreement.context import zone_of
from giao.core.agreement.document.agreement import Agreement
from giao.core.agreement.evaluate import Evaluation
from giao.core.agreement.results import KpiResult, Statement
from giao.core.agreement.windows import ONE_DAY

PackState = Literal["draft", "reviewed", "closed"]
MOST_BREACHES = 1_000
"""Breaches that are printed; the count says how many there are."""


@dataclass(frozen=True)
class Signature:
    """Who agreed to which figures, and when. `stale`: the figures have changed since."""

    side: Literal["client", "vendor"]
    name: str
    at: datetime
    stale: bool = False


@dataclass(frozen=True)
class ExclusionAsked:
    """`relief` as the agreement names it; `state`: requested, approved or refused."""

    relief: str
    cases: int
    side: str
    reason: str
    state: str
    answer: str
    at: datetime


@dataclass(frozen=True)
class DisputeHeld:
    """`item`: its title in the reader's language; amounts are signed as the statement's."""

    item: str
    stood: Decimal
    claim: Decimal
    agreed: Decimal | None
    state: str
    raised_by: str
    answer_by: datetime
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class InvoiceItem:
    """One item beside the vendor's invoice: our amount, theirs, and what came of it (`agrees`, `differs` …)."""

    title: str
    ours: Decimal | None
    invoiced: Decimal | None
    outcome: str


@dataclass(frozen=True)
class InvoiceMatched:
    name: str
    sha256: str
    by: str
    at: datetime
    items: tuple[InvoiceItem, ...]
    ours: Decimal
    invoiced: Decimal


@dataclass(frozen=True)
class Decided:
    """What a server keeps beside the numbers. `figures`: hash over the month's amounts, what both sides sign."""

    engagement: str
    client: str
    vendor: str
    owner: str
    figures: str
    reviews: tuple[Signature, ...] = ()
    closed: Signature | None = None
    exclusions: tuple[ExclusionAsked, ...] = ()
    disputes: tuple[DisputeHeld, ...] = ()
    invoice: InvoiceMatched | None = None


@dataclass(frozen=True)
class Hashes:
    """Of the inputs: what they are called in words is told by the pack."""

    reading: str
    log: str
    facts: str


@dataclass(frozen=True)
class PackSource:
    """`breaches`: kpi, window, case, value, at of what missed (see `breaches_of`); `personal`: KPIs whose groups are people.

    `decided` is None where nobody decides: on the command line.
    """

    versions: Sequence[Agreement]
    statements: Sequence[Statement]
    results: Sequence[KpiResult]
    month: str
    as_of_us: int
    hashes: Hashes
    breaches: pl.DataFrame
    n_breaches: int
    personal: frozenset[str] = frozenset()
    decided: Decided | None = None

    @property
    def statement(self) -> Statement:
        return next(item for item in self.statements if item.month == self.month)

    @property
    def zone(self) -> ZoneInfo:
        return zone_of(self.versions[0])

    @property
    def first_day(self) -> date:
        return date(int(self.month[:4]), int(self.month[5:7]), 1)

    @property
    def last_day(self) -> date:
        return (self.first_day.replace(day=28) + 4 * ONE_DAY).replace(day=1) - ONE_DAY

    @property
    def agreement(self) -> Agreement:
        """The version in force at the month's end (the first one before the service began)."""
        return next(
            (item for item in reversed(self.versions) if item.starts <= self.last_day), self.versions[0]
        )

    @property
    def state(self) -> PackState:
        if self.statement.closed:
            return "closed"
        reviews = self.decided.reviews if self.decided else ()
        agreed = {item.side for item in reviews if not item.stale}
        return "reviewed" if agreed == {"client", "vendor"} else "draft"

    def windows(self) -> list[KpiResult]:
        """Results of windows that end in the month, and of those that hold it and still run, by service level."""
        return [
            result
            for result in self.results
            if result.window.first <= self.last_day and result.window.last >= self.first_day
            and (result.window.last <= self.last_day or result.provisional)
        ]  # fmt: skip


def source_of(evaluation: Evaluation, month: str) -> PackSource:
    """A pack's source from a reading. `month` must have a statement."""
    inputs = evaluation.inputs
    names = list(dict.fromkeys(result.kpi for result in evaluation.kpis.results))
    case_ids = inputs.log.case_ids
    frames = []
    for name in names:
        frame = evaluation.kpis.members(name).filter(pl.col("role") == "missed")
        if not frame.is_empty():
            cases = case_ids.gather(frame["case"]).cast(pl.String).alias("case")
            frames.append(frame.select(pl.lit(name).alias("kpi"), "window", cases, "value", "at"))
    rows = pl.concat(frames) if frames else NO_BREACHES.clone()
    source = PackSource(
        inputs.versions,
        evaluation.statements,
        evaluation.kpis.results,
        month,
        inputs.as_of_us,
        Hashes(evaluation.hash, inputs.log.hash, inputs.facts.hash),
        NO_BREACHES,
        0,
        personal_groups(inputs.versions),
    )
    return with_breaches(source, rows.lazy())


def month_over(evaluation: Evaluation) -> str:
    """The last month of a statement that is over at the reading's instant; the first one where none is; "" without any."""
    months = [statement.month for statement in evaluation.statements]
    over = [month for month in months if month < f"{evaluation.inputs.today:%Y-%m}"]
    return (over or months[:1] or [""])[-1]


NO_BREACHES = pl.DataFrame(
    schema={
        "kpi": pl.String,
        "window": pl.String,
        "case": pl.String,
        "value": pl.Float64,
        "at": pl.Datetime("us", "UTC"),
    }
)


def with_breaches(source: PackSource, members: pl.LazyFrame) -> PackSource:
    """The source with what missed in the month's windows, by service level, window, time and case; the first ones only."""
    shown = {(result.kpi, result.window.id) for result in source.windows()}
    if not shown:
        return source
    wanted = pl.DataFrame({"kpi": [kpi for kpi, _ in shown], "window": [window for _, window in shown]})
    rows = (
        members.select(
            pl.col("kpi").cast(pl.String),
            pl.col("window").cast(pl.String),
            pl.col("case").cast(pl.String),
            pl.col("value").cast(pl.Float64),
            "at",
        )
        .join(wanted.lazy(), on=["kpi", "window"], how="semi")
        .collect()
    )
    order = {result.kpi: place for place, result in enumerate(source.windows())}
    rows = rows.sort(
        pl.col("kpi").replace_strict(order, return_dtype=pl.Int64), "window", "at", "case", nulls_last=True
    )
    return replace(source, breaches=rows.head(MOST_BREACHES), n_breaches=rows.height)


def personal_groups(versions: Sequence[Agreement]) -> frozenset[str]:
    """Service levels that are measured by a personal attribute: their groups' names are not printed."""
    declared = [version.work.attributes for version in versions]
    personal = {name for names in declared for name, spec in names.items() if spec.personal}
    if not any("resource" in names for names in declared):
        personal.add("resource")  # people, unless the agreement says otherwise
    return frozenset(
        name
        for version in versions
        for name, kpi in version.kpis.items()
        if getattr(kpi, "by", None) in personal
    )
