"""The small numbers that overviews need, taken from an evaluation. One definition of "open" and "at risk" for all pages."""

from __future__ import annotations

import calendar
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

import polars as pl

from giao.core.agreement.document.agreement import Agreement
from giao.core.agreement.results import KpiResult, Statement

AT_RISK_FROM = 0.75
"""An open clock is at risk when it has used this share of its budget and is not yet over it."""


@dataclass(frozen=True)
class Next:
    """What a person has to do next: ``what`` is ``close`` (a month), due on a local day (ISO)."""

    what: str
    month: str
    due: str


@dataclass(frozen=True)
class Figures:
    """`open`, `at_risk`, `overdue` count cases; `titles` are the KPIs' names by language, in the agreement's order."""

    open: int
    at_risk: int
    overdue: int
    kpis: tuple[str, ...]
    titles: dict[str, dict[str, str]]
    directions: dict[str, str]
    currency: str
    next: Next | None

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def is_open_clock() -> pl.Expr:
    return pl.col("state").is_in(["running", "paused"]) | is_overdue_clock()


def is_overdue_clock() -> pl.Expr:
    """Over its budget and still not stopped."""
    return (pl.col("state") == "breached") & pl.col("stopped").is_null()


def is_at_risk_clock() -> pl.Expr:
    """Running or paused, most of its budget used, not yet over it."""
    used = pl.col("consumed_us") >= pl.col("budget_us") * AT_RISK_FROM
    return pl.col("state").is_in(["running", "paused"]) & (pl.col("budget_us") > 0) & used


def is_open_case() -> pl.Expr:
    return pl.col("state") == "open"


def clocks_of_open_cases(cases: pl.LazyFrame, clocks: pl.LazyFrame) -> pl.LazyFrame:
    """Clocks that still run towards a person's work: a clock that nobody stopped in a delivered case is a fault of
    the data, not work at risk."""
    return clocks.join(cases.filter(is_open_case()).select("case"), on="case", how="semi")


def count_cases(cases: pl.LazyFrame, clocks: pl.LazyFrame) -> tuple[int, int, int]:
    """(open, at risk, overdue): numbers of cases; the two latter among the open ones.

    A case counts once, however many of its clocks are at risk; it may be at risk by one clock and overdue by another.
    """
    of_open = clocks_of_open_cases(cases, clocks)
    counted = pl.collect_all(
        [
            cases.filter(is_open_case()).select(pl.len()),
            of_open.filter(is_at_risk_clock()).select(pl.col("case").n_unique()),
            of_open.filter(is_overdue_clock()).select(pl.col("case").n_unique()),
        ]
    )
    open_cases, at_risk, overdue = (int(frame.item()) for frame in counted)
    return open_cases, at_risk, overdue


def next_close(statements: Iterable[Statement], agreement: Agreement) -> Next | None:
    """The oldest month whose statement is still open, with the last day to close it."""
    for statement in sorted(statements, key=lambda item: item.month):
        if not statement.closed:
            year, month = (int(part) for part in statement.month.split("-"))
            last = date(year, month, calendar.monthrange(year, month)[1])
            return Next("close", statement.month, agreement.close.after(last).isoformat())
    return None


def positions(results: Sequence[KpiResult]) -> list[int]:
    """For each result, how many windows of its KPI and group are newer."""
    by_series: dict[tuple[str, str | None], list[int]] = defaultdict(list)
    for index, result in enumerate(results):
        by_series[(result.kpi, result.group)].append(index)
    found = [0] * len(results)
    for indexes in by_series.values():
        ordered = sorted(indexes, key=lambda index: results[index].window.last, reverse=True)
        for position, index in enumerate(ordered):
            found[index] = position
    return found
