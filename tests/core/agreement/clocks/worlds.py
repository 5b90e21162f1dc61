"""Small worlds for tests of clocks: an agreement of a few parts, events written as rows, an instant."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl

from giao.core.agreement.context import Inputs, make_inputs
from giao.core.agreement.document.agreement import Agreement
from giao.core.agreement.facts import parse_facts
from giao.core.agreement.patterns import Matcher
from giao.core.log import EventLog, LogMapping, log_from_frame

Row = tuple[str, int, str, Mapping[str, Any]]
"""(case, time in microseconds, activity, attributes that the event sets)."""


@dataclass(frozen=True)
class World:
    inputs: Inputs
    matcher: Matcher


def agreement(**parts: Any) -> Agreement:
    """An agreement with the parts named, and the least of the others."""
    document = {
        "giao": 1,
        "name": "Test",
        "parties": {"client": {"name": "C"}, "vendor": {"name": "V"}},
        "term": {"start": "2020-01-01", "end": "2030-12-31"},
        "currency": "EUR",
        "work": {"received": "received", "delivered": "delivered"},
    }
    return Agreement.model_validate(document | parts)


def log_of(
    rows: Iterable[Row], types: Mapping[str, str] | None = None, arrival: Sequence[int] | None = None
) -> EventLog:
    """A log of rows; their order is the source's sequence, `arrival` the order in which they stand in the source."""
    listed = list(rows)
    names = sorted({name for *_, values in listed for name in values} | set(types or {}))
    columns: dict[str, Any] = {
        "case": [case for case, *_ in listed],
        "activity": [activity for _, _, activity, _ in listed],
        "time": pl.Series([time for _, time, *_ in listed], dtype=pl.Int64).cast(pl.Datetime("us", "UTC")),
        "sequence": list(range(len(listed))),
    }
    core = {name: name for name in ("lifecycle", "recorded", "resource") if name in names}
    for name in names:
        values = [row[3].get(name) for row in listed]
        if name == "recorded":
            values = pl.Series(values, dtype=pl.Int64).cast(pl.Datetime("us", "UTC"))  # type: ignore[assignment]
        columns[name] = values
    mapping = LogMapping(
        case="case", activity="activity", time="time", sequence="sequence", types=dict(types or {}), **core
    )
    frame = pl.DataFrame(columns)
    return log_from_frame(frame if arrival is None else frame[list(arrival)], mapping)


def world(
    rows: Iterable[Row],
    as_of: int,
    *,
    versions: Sequence[Agreement] | None = None,
    facts: Sequence[Mapping[str, Any]] = (),
    types: Mapping[str, str] | None = None,
    arrival: Sequence[int] | None = None,
    **parts: Any,
) -> World:
    """Inputs and matcher of a log under one agreement made of `parts`, or under the versions given."""
    known = list(versions) if versions is not None else [agreement(**parts)]
    log = log_of(rows, types, arrival)
    zone = ZoneInfo(known[0].zone or "UTC")
    inputs = make_inputs(known, log, parse_facts([(None, dict(fact)) for fact in facts], zone), as_of)
    return World(inputs, Matcher(inputs.log, inputs.agreement.work))
