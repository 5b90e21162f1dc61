"""Small readings for the tests of KPIs: an agreement in a few lines, events as (case, activity, time, attributes)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import polars as pl

from giao.core.agreement.clocks import evaluate_clocks
from giao.core.agreement.context import Inputs, make_inputs, zone_of
from giao.core.agreement.document.agreement import Agreement
from giao.core.agreement.facts import parse_facts, to_us
from giao.core.agreement.kpis import KpiOutcome, evaluate_kpis
from giao.core.agreement.load import parse_agreement
from giao.core.agreement.patterns import Matcher
from giao.core.log import LogMapping, log_from_frame

HEAD = """
giao: 1
name: Test
parties: {client: {name: C}, vendor: {name: V}}
term: {start: 2026-01-01, end: 2026-12-31}
currency: EUR
zone: UTC
work: {received: In, delivered: Out, cancelled: Cancel}
clocks: {c: {start: In, stop: Out, targets: [{within: 48 hours}]}}
"""

Event = tuple[str, str, str, Mapping[str, Any]]


def versions(text: str, head: str = HEAD) -> list[Agreement]:
    """Versions of an agreement: each part between `---` is put under the same head, or replaces parts of it."""
    parts = text.split("\n---\n")
    return parse_agreement("\n---\n".join(_merged(head, part) for part in parts))


def _merged(head: str, part: str) -> str:
    """Top-level keys of `part` win over those of the head."""
    own = {line.split(":")[0] for line in part.splitlines() if line and not line.startswith((" ", "#", "-"))}
    kept = [line for line in head.splitlines() if line.split(":")[0] not in own]
    return "\n".join([*kept, part])


def event(case: str, activity: str, at: str, **attributes: Any) -> Event:
    return (case, activity, at, attributes)


def case(name: str, received: str, delivered: str | None = None, **attributes: Any) -> list[Event]:
    """A case that is received and perhaps delivered; attributes are known from its receipt."""
    events = [event(name, "In", received, **attributes)]
    return events if delivered is None else [*events, event(name, "Out", delivered)]


def inputs_of(
    agreement: Sequence[Agreement],
    events: Sequence[Event],
    as_of: str,
    facts: Sequence[Mapping[str, Any]] = (),
) -> Inputs:
    names = sorted({name for *_, attributes in events for name in attributes})
    rows = [
        (case_id, activity, _instant(at), *(attributes.get(name) for name in names))
        for case_id, activity, at, attributes in events
    ]
    schema: dict[str, Any] = {
        "case": pl.String,
        "activity": pl.String,
        "time": pl.Datetime("us", "UTC"),
        **{name: _dtype(events, name) for name in names},
    }
    frame = pl.DataFrame(rows, schema=schema, orient="row")
    zone = zone_of(agreement[0])
    log = log_from_frame(frame, LogMapping(zone="UTC"))
    known = parse_facts([(None, dict(fact)) for fact in facts], zone)
    return make_inputs(agreement, log, known, to_us(_instant(as_of), zone))


def outcome_of(inputs: Inputs) -> KpiOutcome:
    matcher = Matcher(inputs.log, inputs.agreement.work)
    return evaluate_kpis(inputs, matcher, evaluate_clocks(inputs, matcher))


def read(
    text: str,
    events: Sequence[Event],
    as_of: str = "2027-02-01",
    facts: Sequence[Mapping[str, Any]] = (),
    head: str = HEAD,
) -> KpiOutcome:
    """The KPIs of an agreement over events."""
    return outcome_of(inputs_of(versions(text, head), events, as_of, facts))


def _instant(text: str) -> datetime:
    found = datetime.fromisoformat(text)
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found


def _dtype(events: Sequence[Event], name: str) -> Any:
    values = [attributes[name] for *_, attributes in events if attributes.get(name) is not None]
    if any(isinstance(value, str) for value in values):
        return pl.String
    if all(isinstance(value, bool) for value in values):
        return pl.Boolean
    return pl.Float64 if any(isinstance(value, float) for value in values) else pl.Int64
