"""Small worlds for tests of money: agreements as text, events as rows, KPI results as values."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl

from giao.core.agreement.context import Inputs, make_inputs
from giao.core.agreement.document.agreement import Agreement
from giao.core.agreement.document.kpi import WindowSpec
from giao.core.agreement.facts import Facts, parse_facts, to_us
from giao.core.agreement.load import parse_agreement
from giao.core.agreement.patterns import Matcher
from giao.core.agreement.results import KpiResult, Statement, StatementLine, Window
from giao.core.agreement.statement import statements
from giao.core.agreement.windows import windows
from giao.core.log import EventLog, LogMapping, log_from_frame

UTC = ZoneInfo("UTC")
HEAD = """
giao: 1
name: Test
parties: {client: {name: C}, vendor: {name: V}}
currency: EUR
work: {received: received, delivered: delivered}
"""
Row = tuple[Any, ...]
"""(case, time as text, activity[, {attribute: value}])."""


def agreement(
    body: str, *, term: tuple[str, str] = ("2026-01-01", "2026-12-31"), **over: Any
) -> list[Agreement]:
    """Versions of an agreement from the parts that matter; a body may hold several documents (`---`)."""
    found = []
    for text in textwrap.dedent(body).split("\n---\n"):
        head = [
            line for line in HEAD.strip().splitlines() if line.split(":")[0] not in _keys(text) | set(over)
        ]
        head += [f"term: {{start: {term[0]}, end: {term[1]}}}"] if "term" not in _keys(text) else []
        head += [f"{key}: {value}" for key, value in over.items()]
        found.append("\n".join([*head, text]))
    return parse_agreement("\n---\n".join(found))


def _keys(text: str) -> set[str]:
    return {line.split(":")[0] for line in text.splitlines() if line[:1].isalpha()}


def log_of(rows: Iterable[Row] = ()) -> EventLog:
    listed = [(*row, {})[:4] if len(row) == 3 else row for row in rows]
    listed = listed or [("nobody", "1990-01-01T00:00:00", "nothing", {})]
    names = sorted({name for row in listed for name in row[3]})
    columns: dict[str, Any] = {
        "case": [row[0] for row in listed],
        "time": pl.Series([to_us(row[1], UTC) for row in listed], dtype=pl.Int64).cast(
            pl.Datetime("us", "UTC")
        ),
        "activity": [row[2] for row in listed],
    }
    for name in names:
        columns[name] = [row[3].get(name) for row in listed]
    extra = {name: name for name in ("cost", "recorded") if name in names}
    for name in extra.keys() & {"recorded"}:
        columns[name] = pl.Series(
            [to_us(value, UTC) if value else None for value in columns[name]], dtype=pl.Int64
        )
        columns[name] = columns[name].cast(pl.Datetime("us", "UTC"))
    return log_from_frame(
        pl.DataFrame(columns), LogMapping(case="case", activity="activity", time="time", **extra)
    )


def units(month: str, count: int, activity: str = "delivered", prefix: str = "") -> list[Row]:
    """`count` cases with one event each, spread over the first 28 days of a month."""
    return [
        (f"{prefix}{month}-{number}", f"{month}-{number % 28 + 1:02d}T10:00:00", activity, {})
        for number in range(count)
    ]


def facts_of(*rows: Mapping[str, Any]) -> Facts:
    return parse_facts([(None, dict(row)) for row in rows], UTC)


@dataclass
class World:
    """Everything that a statement is computed from."""

    versions: list[Agreement]
    log: EventLog
    facts: Facts
    as_of_us: int

    @property
    def inputs(self) -> Inputs:
        return make_inputs(self.versions, self.log, self.facts, self.as_of_us)

    def matcher(self, inputs: Inputs) -> Matcher:
        return Matcher(inputs.log, inputs.agreement.work)

    def statements(self, results: Sequence[KpiResult] = (), **options: Any) -> list[Statement]:
        inputs = self.inputs
        return statements(inputs, self.matcher(inputs), list(results), **options)

    def month(self, month: str, results: Sequence[KpiResult] = (), **options: Any) -> Statement:
        return next(item for item in self.statements(results, **options) if item.month == month)


def world(
    body: str,
    rows: Iterable[Row] = (),
    facts: Sequence[Mapping[str, Any]] = (),
    as_of: str = "2027-06-01",
    **options: Any,
) -> World:
    return World(agreement(body, **options), log_of(rows), facts_of(*facts), to_us(as_of, UTC))


def window(month: str) -> Window:
    """``2026-03``, ``2026-Q1``, ``2026``, ``2026-W05`` as a whole window."""
    unit = "quarter" if "Q" in month else "week" if "W" in month else "month" if "-" in month else "year"
    year = int(month[:4])
    every = windows(
        WindowSpec(unit=unit), date(year - 1, 12, 1), date(year + 1, 1, 31), UTC, until=date(year + 1, 1, 31)
    )
    return next(item for item in every if item.id == month)


def result(
    versions: Sequence[Agreement], kpi: str, month: str, value: str | None, *, n: int = 100, misses: int = 0
) -> KpiResult:
    """A result with its state by the KPI's own levels, its window cut to the term; a share is written as a share (`0.94`)."""
    model = versions[0].kpis[kpi]
    expected = None if model.expected is None else Fraction(model.expected.value)
    minimum = None if model.minimum is None else Fraction(model.minimum.value)
    level = model.expected or model.minimum
    exact = None if value is None else Fraction(Decimal(value))
    worse = (lambda a, b: a < b) if model.direction == "higher" else (lambda a, b: a > b)
    state: Any = "no_data" if exact is None else "met"
    if exact is not None and minimum is not None and worse(exact, minimum):
        state = "minimum_default"
    elif exact is not None and expected is not None and worse(exact, expected):
        state = "expected_default" if minimum is not None else "minimum_default"
    whole, term = window(month), versions[0].term
    return KpiResult(
        kpi=kpi,
        window=replace(whole, first=max(whole.first, term.start), last=min(whole.last, term.end)),
        n=n if exact is not None else 0,
        value=exact,
        state=state,
        expected=expected,
        minimum=minimum,
        unit=level.unit if level else "number",
        misses=misses,
    )


def line(statement: Statement, name: str) -> StatementLine:
    return next(item for item in (*statement.lines, *statement.extras) if item.name == name)


def year_of(month: str) -> list[str]:
    return [f"{month[:4]}-{number:02d}" for number in range(1, 13)]
