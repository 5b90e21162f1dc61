"""Is an event one that the agreement knows how to read? Types of attributes, names of activities, sane texts and times."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from pydantic import BaseModel

from giao.core.agreement.document.agreement import Agreement
from giao.core.agreement.document.base import Pattern
from giao.core.agreement.errors import DocumentErrors
from giao.core.agreement.facts import FACT_FIELDS, parse_facts
from giao.core.log.names import safe_name
from giao.core.log.tail_event import BadEvent
from giao.core.log.tail_schema import TailColumn, new_columns, read_value
from giao.kernel.engagements.models import AgreementState, AgreementVersion, LogImport
from giao.kernel.engagements.queries import documents
from giao.kernel.ledger.content import encode
from giao.kernel.ledger.events import CORE_TEXTS, FACT, NewEvent, Refusal

LONGEST_NAME, LONGEST_CASE, LONGEST_TYPE = 300, 500, 500
MOST_BYTES = 64 * 1024
AHEAD_US = 5 * 60 * 1_000_000
"""An event may be so far ahead of our clock: clocks of sources differ."""

EARLIEST_US, LATEST_US = -2_208_988_800_000_000, 10_413_792_000_000_000
"""Years 1900 to 2299."""

_CONTROL = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")
_SPEC_SECONDS = 1.0
_CORE_FIELDS = frozenset({*CORE_TEXTS, "attributes", "cost", "started_us", "sequence"})


@dataclass(frozen=True)
class WorkSpec:
    """What the versions in force say of events. `columns`: declared attributes by name and by label.

    `personal`: names and labels of personal data. `activities`: those that any pattern names; empty: no agreement yet.
    """

    columns: Mapping[str, TailColumn] = field(default_factory=dict)
    types: Mapping[str, str] = field(default_factory=dict)
    personal: frozenset[str] = frozenset()
    activities: frozenset[str] = frozenset()

    def is_personal(self, label: str) -> bool:
        return bool(self.personal) and (label in self.personal or _safe(label) in self.personal)

    def column_of(self, label: str) -> TailColumn | None:
        return self.columns.get(label) or self.columns.get(_safe(label))


@lru_cache(maxsize=10_000)
def _safe(label: str) -> str:
    return safe_name(label)


_specs: dict[UUID, tuple[float, WorkSpec]] = {}
_guard = threading.Lock()


def spec_of(engagement: UUID) -> WorkSpec:
    """Looked up at most once a second an engagement and process: an event costs no query for it."""
    known = _specs.get(engagement)
    now = time.monotonic()
    if known is not None and known[0] > now:
        return known[1]
    rows = list(
        AgreementVersion.objects.filter(engagement=engagement, state=AgreementState.IN_FORCE).order_by(
            "effective"
        )
    )
    spec = _spec(tuple((row.text, row.number) for row in rows), _personal_of_logs(engagement))
    with _guard:
        _specs[engagement] = (now + _SPEC_SECONDS, spec)
        if len(_specs) > 10_000:
            _specs.clear()
    return spec


def forget_specs() -> None:
    """Look anew at once (an agreement was adopted in this process, a test)."""
    with _guard:
        _specs.clear()


def _personal_of_logs(engagement: UUID) -> tuple[str, ...]:
    mappings = LogImport.objects.filter(engagement=engagement, undone__isnull=True).values_list(
        "mapping", flat=True
    )
    return tuple(
        sorted({str(name) for mapping in mappings for name in (mapping or {}).get("personal") or ()})
    )


@lru_cache(maxsize=256)
def _spec(texts: tuple[tuple[str, int], ...], personal: tuple[str, ...]) -> WorkSpec:
    versions = documents([AgreementVersion(text=text, number=number) for text, number in texts])
    types: dict[str, str] = {}
    hidden = set(personal) | {safe_name(name) for name in personal}
    activities: set[str] = set()
    labels: dict[str, str] = {}
    for version in versions:
        for name, attribute in version.work.attributes.items():
            types[name] = attribute.type
            if attribute.label:
                labels[attribute.label] = name
            if attribute.personal:
                hidden |= {name, *filter(None, [attribute.label])}
        activities |= _activities(version)
    known = new_columns(types)
    columns = {name: known[name] for name in types if name in known}
    columns |= {label: columns[name] for label, name in labels.items() if name in columns}
    return WorkSpec(columns, types, frozenset(hidden), frozenset(activities))


def _activities(agreement: Agreement) -> set[str]:
    found = set(agreement.work.order)
    for pattern in _patterns(agreement):
        if pattern.activity:
            found |= set(pattern.activity)
    return found


def _patterns(value: Any) -> Iterator[Pattern]:
    if isinstance(value, Pattern):
        yield value
    elif isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from _patterns(getattr(value, name))
    elif isinstance(value, dict):
        for item in value.values():
            yield from _patterns(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _patterns(item)


def check_event(event: NewEvent, spec: WorkSpec, now_us: int, zone: ZoneInfo) -> Refusal | None:
    """None for an event that can be taken."""
    fault = _fault(event, spec, now_us, zone)
    if fault is None:
        return None
    reason, values = fault
    return Refusal(event.source, event.event_id, reason, values, raw_of(event), event.subject)


def is_unknown(event: NewEvent, spec: WorkSpec) -> bool:
    """An activity that no pattern of the agreement names: taken, and told, for it may be a slip of spelling."""
    return bool(spec.activities) and not event.reserved and event.type not in spec.activities


Fault = tuple[str, dict[str, Any]]


def _fault(event: NewEvent, spec: WorkSpec, now_us: int, zone: ZoneInfo) -> Fault | None:
    for name, value, most in (
        ("source", event.source, LONGEST_NAME),
        ("id", event.event_id, LONGEST_NAME),
        ("type", event.type, LONGEST_TYPE),
    ):
        if not (_is_known_name(value, most) if name != "id" else is_name(value, most)):
            return "not_text", {"name": name, "most": most}
    if not EARLIEST_US <= event.occurred_us < LATEST_US:
        return "time", {"value": event.occurred_us}
    if event.occurred_us > now_us + AHEAD_US:
        return "future", {"value": _iso(event.occurred_us)}
    if event.reserved:
        return _fact_fault(event, zone)
    if event.subject is None:
        return "no_case", {}
    if not is_name(event.subject, LONGEST_CASE):
        return "not_text", {"name": "subject", "most": LONGEST_CASE}
    return _content_fault(event.content, spec)


def is_name(value: Any, most: int) -> bool:
    if not isinstance(value, str) or not 0 < len(value) <= most or value.isspace():
        return False
    return value.isprintable() or _CONTROL.search(value) is None


_is_known_name = lru_cache(maxsize=10_000)(is_name)
"""For sources, types and labels, which come again and again."""


def _content_fault(content: Mapping[str, Any], spec: WorkSpec) -> Fault | None:
    strange = sorted(set(content) - _CORE_FIELDS)
    if strange:
        return "core_field", {"name": strange[0], "value": "?", "expected": ", ".join(sorted(_CORE_FIELDS))}
    for name in CORE_TEXTS:
        value = content.get(name)
        if value is not None and not is_name(value, LONGEST_CASE):
            return "core_field", {
                "name": name,
                "value": _short(value),
                "expected": f"a text of 1 to {LONGEST_CASE}",
            }
    for name in ("started_us", "sequence"):
        value = content.get(name)
        if value is not None and (type(value) is not int or not -(2**60) < value < 2**60):
            return "core_field", {"name": name, "value": _short(value), "expected": "a whole number"}
    cost = content.get("cost")
    if cost is not None and (isinstance(cost, bool) or not isinstance(cost, int | Decimal)):
        return "core_field", {"name": "cost", "value": _short(cost), "expected": "a number"}
    for label, value in content.get("attributes", {}).items():
        if value is None:
            continue
        if not _is_known_name(label, LONGEST_NAME):
            return "not_text", {"name": "attribute " + _short(label), "most": LONGEST_NAME}
        if isinstance(value, list | dict):
            return "nested", {"name": label}
        if isinstance(value, str) and "\x00" in value:
            return "value", {"name": label, "why": "it holds a zero byte"}
        column = spec.column_of(label)
        if _plainly_fits(value, column):
            continue
        try:
            read_value(label, value, column)
        except BadEvent as error:
            if column is None:
                why = type(value).__name__ if spec.is_personal(label) else str(error)
                return "value", {"name": label, "why": why}
            wanted = spec.types.get(column.name, column.type)
            shown = type(value).__name__ if spec.is_personal(label) else _short(value)
            return "type", {"name": label, "value": shown, "type": wanted}
    return None


def _plainly_fits(value: Any, column: TailColumn | None) -> bool:
    """The common cases without a closer look; False says nothing."""
    kind = type(value)
    if kind is Decimal:
        return bool(value.is_finite()) and (column is None or column.type == "number")
    if column is None:
        return kind in (str, int, bool)
    return _KINDS.get(kind) == column.type


_KINDS: Mapping[type, str] = {str: "string", int: "number", bool: "boolean"}


def _fact_fault(event: NewEvent, zone: ZoneInfo) -> Fault | None:
    known = FACT_FIELDS.get(event.type)
    if known is None:
        return "reserved", {
            "type": event.type,
            "known": ", ".join(name for name in FACT_FIELDS if name.startswith(FACT)),
        }
    data = {**event.content, "type": event.type, "time": _iso(event.occurred_us)}
    data.pop("recorded_us", None)
    if event.subject is not None:
        data.setdefault("case", event.subject)
    try:
        parse_facts([(None, data)], zone)
    except DocumentErrors as error:
        return "fact", {"why": "; ".join(str(fault.message) for fault in error.faults)}
    return None


def raw_of(event: NewEvent) -> dict[str, Any]:
    """The event as it can be stored and replayed."""
    return {
        "source": event.source,
        "id": event.event_id,
        "type": event.type,
        "occurred_us": event.occurred_us,
        "subject": event.subject,
        "content": dict(event.content),
    }


def encoded(event: NewEvent, content: Mapping[str, Any]) -> bytes | Refusal:
    """Canonical bytes of the content, or why they cannot be kept."""
    try:
        found = encode(content)
    except (ValueError, RecursionError) as error:
        values = {"name": "data", "why": str(error)}
        return Refusal(event.source, event.event_id, "value", values, None, event.subject, False)
    if len(found) > MOST_BYTES:
        sizes = {"size": len(found), "most": MOST_BYTES}
        return Refusal(event.source, event.event_id, "too_large", sizes, None, event.subject, False)
    return found


def _short(value: Any) -> str:
    text = repr(value) if not isinstance(value, Decimal) else str(value)
    return text if len(text) <= 60 else text[:57] + "…"


def _iso(us: int) -> str:
    from giao.core.log.tail_event import instant_of

    return instant_of(us).isoformat()
