"""One live event, and what it says in a form that does not depend on how it came: its canonical text.

Facts of the ledger travel as plain dictionaries; `live_event` reads one and answers what is wrong with it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from giao.core.log.errors import LogError
from giao.core.told import told

LIVE_SEQ = 2**61
"""`seq` of an event whose source tells no sequence: after all those that tell one, of the same time."""

MICROSECOND = timedelta(microseconds=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TEXTS = ("lifecycle", "resource", "group", "role")


class BadEvent(LogError):
    """A live event that cannot be one; its text says what is wrong and how to mend it."""


@dataclass(frozen=True)
class LiveEvent:
    """An event as the ledger hands it on. Instants are UTC microseconds.

    position    its place in the ledger; names it, and never orders it
    sequence    the source's own order among events of the same time, if it has one
    started_us  begin of the work, where one event tells begin and end
    attributes  by the source's label: text, number (int, Decimal, float), bool, date, datetime, timedelta; None says nothing
    """

    case: str
    activity: str
    occurred_us: int
    recorded_us: int | None = None
    position: int = 0
    sequence: int | None = None
    started_us: int | None = None
    lifecycle: str | None = None
    resource: str | None = None
    group: str | None = None
    role: str | None = None
    cost: Decimal | int | float | None = None
    attributes: Mapping[str, Any] = field(default_factory=dict)


def live_event(plain: Mapping[str, Any]) -> LiveEvent:
    """A live event of a plain dictionary with the fields of `LiveEvent`. Raises BadEvent."""
    known = LiveEvent.__dataclass_fields__
    strange = sorted(key for key in plain if key not in known)
    if strange:
        raise BadEvent(
            told(
                "tail.unknown_field",
                "an event has no field {names}; what the source has beside {known} goes into attributes",
                names=", ".join(strange),
                known=", ".join(known),
            )
        )
    missing = [name for name in ("case", "activity", "occurred_us") if plain.get(name) in (None, "")]
    if missing:
        raise BadEvent(told("tail.missing_field", "an event needs {names}", names=", ".join(missing)))
    event = LiveEvent(**plain)
    check_event(event)
    return event


def check_event(event: LiveEvent) -> None:
    """Raises BadEvent for an event whose core fields are not what they must be."""
    for name in ("case", "activity"):
        value = getattr(event, name)
        if not isinstance(value, str) or not value.strip():
            _refuse(name, value, "a text")
    for name in ("occurred_us", "recorded_us", "sequence", "started_us"):
        value = getattr(event, name)
        whole = isinstance(value, int) and not isinstance(value, bool)
        if value is None and name != "occurred_us":
            continue
        if not whole or not -(2**62) < value < 2**62:
            _refuse(name, value, "a whole number")
    for name in _TEXTS:
        value = getattr(event, name)
        if value is not None and not isinstance(value, str):
            _refuse(name, value, "a text")


def _refuse(name: str, value: Any, wanted: str) -> None:
    raise BadEvent(
        told(
            "tail.wrong_field",
            "{name} is {value!r}, expected {wanted}",
            name=name,
            value=value,
            wanted={
                "a text": told("tail.a_text", "a text"),
                "a whole number": told("tail.a_whole_number", "a whole number"),
            }[wanted],
        )
    )


def canonical(values: Mapping[str, Any]) -> bytes:
    """What an event says, by column, as bytes: equal for equal content, whatever types carried it."""
    plain = {name: plain_value(value) for name, value in values.items() if value is not None}
    return json.dumps(plain, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def plain_value(value: Any) -> Any:
    """A value as JSON has it: numbers in one spelling, instants in microseconds."""
    if isinstance(value, bool | str):
        return value
    if isinstance(value, int | float | Decimal):
        return {"n": number_text(value)}
    if isinstance(value, datetime):
        return {"t": us_of(value)}
    if isinstance(value, date):
        return {"d": value.isoformat()}
    if isinstance(value, timedelta):
        return {"p": value // MICROSECOND}
    return {"?": str(value)}


def number_text(value: int | float | Decimal) -> str:
    """The shortest decimal of a number: 12.50, 12.5 and Decimal("12.5") are the same."""
    exact = value if isinstance(value, Decimal) else Decimal(str(value))
    text = format(exact.normalize(), "f")
    return "0" if text == "-0" else text


def us_of(value: datetime) -> int:
    """An aware instant as UTC microseconds."""
    return (value - _EPOCH) // MICROSECOND


def instant_of(us: int) -> datetime:
    """UTC microseconds as an instant."""
    return _EPOCH + timedelta(microseconds=us)


def number_of(value: Any) -> Decimal | None:
    """A number as an exact decimal; None for what is no finite number."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return None
    try:
        exact = value if isinstance(value, Decimal) else Decimal(str(value))
    except InvalidOperation:
        return None
    return exact if exact.is_finite() else None
