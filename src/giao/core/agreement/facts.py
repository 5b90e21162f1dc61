"""Facts and decisions: what computing needs and no work event tells. Part of the ledger, part of its hash.

A fact is ``{type: giao.fact.rate, time: …, recorded: …, …}``; the reserved types are in `FACT_FIELDS`.
A file is YAML or JSON (a list), JSON lines (.jsonl), or CSV (a column a field).
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from giao.core.agreement.errors import DocumentErrors, Fault
from giao.core.agreement.load import read_yaml
from giao.core.agreement.quantity import decimal
from giao.core.told import told

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

FACT_FIELDS: Mapping[str, frozenset[str]] = {
    "giao.fact.rate": frozenset({"currency", "rate"}),
    "giao.fact.index": frozenset({"series", "month", "value"}),
    "giao.fact.staff_days": frozenset({"role", "days"}),
    "giao.fact.timesheet": frozenset({"role", "hours"}),
    "giao.fact.inspection": frozenset({"case"}),
    "giao.fact.outage": frozenset({"from", "until"}),
    "giao.fact.score": frozenset({"name", "value"}),
    "giao.fact.measure": frozenset({"name", "value"}),
    "giao.fact.cost": frozenset({"line", "amount"}),
    "giao.fact.milestone": frozenset({"name", "accepted"}),
    "giao.fact.duty": frozenset({"obligation", "due", "done"}),
    "giao.fact.relief": frozenset({"relief", "id"}),
    "giao.fact.payment": frozenset({"month", "paid"}),
    "giao.fact.e_invoice": frozenset({"month", "number"}),
    "giao.fact.reported": frozenset({"kpi", "window", "value"}),
    "giao.decision.relief": frozenset({"claim", "by", "accept"}),
    "giao.decision.gate": frozenset({"gate", "passed"}),
    "giao.decision.notice": frozenset({"by"}),
    "giao.decision.review": frozenset({"month", "by"}),
    "giao.decision.close": frozenset({"month", "by"}),
    "giao.decision.dispute": frozenset({"month", "line", "outcome"}),
}
"""Reserved types and the fields each must have; further fields are kept (evidence, note, …)."""


@dataclass(frozen=True)
class Fact:
    """One fact. `time_us`: when it happened; `recorded_us`: when it was known. Both UTC microseconds."""

    type: str
    time_us: int
    recorded_us: int
    data: Mapping[str, Any]

    def number(self, field: str) -> Decimal:
        return decimal(self.data[field])

    def day(self, field: str) -> date:
        value = self.data[field]
        return value if isinstance(value, date) else date.fromisoformat(str(value)[:10])

    def instant(self, field: str, zone: ZoneInfo) -> int:
        """A field that holds an instant, as UTC microseconds; a time without offset is local to `zone`."""
        return to_us(self.data[field], zone)

    def canonical(self) -> str:
        plain = {key: _plain(value) for key, value in self.data.items()}
        return json.dumps(
            [self.type, self.time_us, self.recorded_us, plain], sort_keys=True, ensure_ascii=False
        )


class Facts:
    """All facts and decisions of a ledger, in order of time; a value, never changed."""

    def __init__(
        self, items: Iterable[Fact] = (), fields: Mapping[str, frozenset[str]] | None = None
    ) -> None:
        self._items = tuple(
            sorted(items, key=lambda fact: (fact.time_us, fact.recorded_us, fact.canonical()))
        )
        self._fields = fields

    def fields(self, kind: str) -> frozenset[str]:
        """Every field that some fact of a type has (of the whole ledger, where these are only some of its facts)."""
        known = self._fields.get(kind) if self._fields is not None else None
        if known is not None:
            return known
        return frozenset(field for fact in self._by_type.get(kind, ()) for field in fact.data)

    def __iter__(self) -> Iterator[Fact]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)

    def of(self, kind: str) -> list[Fact]:
        """Facts of one type, e.g. ``"giao.fact.rate"`` (the prefix ``giao.`` may be left out)."""
        full = kind if kind.startswith("giao.") else f"giao.{kind}"
        return list(self._by_type.get(full, ()))

    @cached_property
    def _by_type(self) -> dict[str, list[Fact]]:
        found: dict[str, list[Fact]] = {}
        for fact in self._items:
            found.setdefault(fact.type, []).append(fact)
        return found

    def as_of(self, instant_us: int) -> Facts:
        """What was recorded at or before an instant."""
        return Facts(fact for fact in self._items if fact.recorded_us <= instant_us)

    @property
    def hash(self) -> str:
        digest = hashlib.sha256()
        for fact in self._items:
            digest.update(fact.canonical().encode() + b"\n")
        return digest.hexdigest()


def to_us(value: Any, zone: ZoneInfo) -> int:
    """An instant as UTC microseconds. Text or datetime; without offset it is local to `zone`; a date is its midnight."""
    if isinstance(value, datetime):
        instant = value
    elif isinstance(value, date):
        instant = datetime.combine(value, time())
    else:
        try:
            instant = datetime.fromisoformat(str(value).strip())
        except ValueError:
            raise ValueError(
                told(
                    "fact.no_instant",
                    "found {value!r}, expected an instant such as 2026-03-31T18:00",
                    value=value,
                )
            ) from None
    if instant.tzinfo is None:
        instant = instant.replace(tzinfo=zone)
    delta = instant - EPOCH
    return (delta.days * 86_400 + delta.seconds) * 1_000_000 + delta.microseconds


def load_facts(path: str | Path, zone: ZoneInfo) -> Facts:
    """Read a facts file. `zone` reads times without offset. Raises DocumentErrors with line and mend."""
    place = Path(path)
    try:
        text = place.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise DocumentErrors(
            [Fault(told("fact.no_file", "no such file; check the path"))], str(place)
        ) from None
    rows: list[tuple[int | None, Any]]
    if place.suffix == ".csv":
        rows = [(line, _filled(row)) for line, row in enumerate(csv.DictReader(io.StringIO(text)), start=2)]
    elif place.suffix == ".jsonl":
        rows = [
            (line, read_yaml(raw, place.name)[0].value)
            for line, raw in enumerate(text.splitlines(), start=1)
            if raw.strip()
        ]
    else:
        rows = []
        for document in read_yaml(text, place.name):
            value = document.value.get("facts", []) if isinstance(document.value, dict) else document.value
            key = ("facts",) if isinstance(document.value, dict) else ()
            for index, row in enumerate(value or []):
                rows.append(((document.places.get((*key, index)) or (None, None))[0], row))
    return parse_facts(rows, zone, place.name)


def parse_facts(rows: Iterable[tuple[int | None, Any]], zone: ZoneInfo, source: str = "facts") -> Facts:
    """Typed facts from plain rows (line, mapping)."""
    faults: list[Fault] = []
    found: list[Fact] = []
    for line, row in rows:
        try:
            found.append(_fact(row, zone))
        except (ValueError, KeyError, TypeError) as error:
            faults.append(Fault(str(error), "", line))
    if faults:
        raise DocumentErrors(faults, source)
    return Facts(found)


def _fact(row: Any, zone: ZoneInfo) -> Fact:
    if not isinstance(row, dict):
        raise ValueError(
            told(
                "fact.no_fact",
                "found {row!r}, expected a fact such as {{type: giao.fact.rate, time: 2026-03-01, …}}",
                row=row,
            )
        )
    data = dict(row)
    kind = str(data.pop("type", ""))
    kind = kind if kind.startswith("giao.") else f"giao.{kind}"
    if kind not in FACT_FIELDS:
        raise ValueError(
            told(
                "fact.unknown_type",
                "type {kind!r} is not known; one of {names}",
                kind=kind,
                names=", ".join(FACT_FIELDS),
            )
        )
    missing = sorted(FACT_FIELDS[kind] - set(data))
    if missing:
        raise ValueError(told("fact.needs", "{kind} needs {names}", kind=kind, names=", ".join(missing)))
    when = data.pop("time", None)
    if when is None:
        when = next((data[key] for key in ("accepted", "done", "paid", "from") if data.get(key)), None)
    if when is None and "month" in data:
        when = f"{data['month']}-01"
    if when is None:
        raise ValueError(told("fact.needs_time", "{kind} needs time: when it happened", kind=kind))
    time_us = to_us(when, zone)
    recorded = data.pop("recorded", None)
    return Fact(kind, time_us, time_us if recorded is None else to_us(recorded, zone), data)


def _filled(row: Mapping[str, str | None]) -> dict[str, str]:
    return {key: value for key, value in row.items() if key and value}


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value
