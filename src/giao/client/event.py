"""An event as a sender writes it; on the wire it is a CloudEvent 1.0 (see docs/api/events.md)."""

from __future__ import annotations

import json
import math
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any


@dataclass(frozen=True)
class Event:
    """`type` is the activity (or ``giao.fact.…``), `case` what it happened to; both None-able only for facts.

    `id` and `source` name it: the same pair sent twice counts once. Without an id one is drawn here, once: keep the object
    (or use a spool) when you try again. `time` must be aware. `data`: attributes by name, plain values.
    """

    type: str
    case: str | None
    time: datetime
    data: Mapping[str, Any] = field(default_factory=dict)
    source: str = "/python"
    id: str = field(default_factory=lambda: str(uuid.uuid4()))
    sequence: int | None = None

    def __post_init__(self) -> None:
        if self.time.tzinfo is None:
            raise ValueError(
                f"the time {self.time} of event {self.id} has no zone; write datetime(…, tzinfo=ZoneInfo('Asia/Ho_Chi_Minh'))"
            )

    def as_cloud_event(self) -> dict[str, Any]:
        found: dict[str, Any] = {
            "specversion": "1.0",
            "id": self.id,
            "source": self.source,
            "type": self.type,
            "time": self.time.isoformat(),
            "datacontenttype": "application/json",
            "data": dict(self.data),
        }
        if self.case is not None:
            found["subject"] = self.case
        if self.sequence is not None:
            found["sequence"] = str(self.sequence)
        return found


def written(event: Event | Mapping[str, Any]) -> str:
    """One event as JSON; a Decimal keeps its digits. Raises ValueError for a value that JSON cannot hold, with its name."""
    return _text(event.as_cloud_event() if isinstance(event, Event) else event, "event")


def _text(value: Any, name: str) -> str:
    if value is None or isinstance(value, str | bool | int):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, Mapping):
        members = (
            f"{json.dumps(str(key), ensure_ascii=False)}:{_text(item, str(key))}"
            for key, item in value.items()
        )
        return "{" + ",".join(members) + "}"
    if isinstance(value, list | tuple):
        return "[" + ",".join(_text(item, name) for item in value) + "]"
    if isinstance(value, float | Decimal):
        if not math.isfinite(value):
            raise ValueError(f"attribute {name!r} is {value}, which is no number of JSON")
        return format(value, "f") if isinstance(value, Decimal) else repr(value)
    if isinstance(value, datetime) and value.tzinfo is None:
        raise ValueError(f"attribute {name!r} is a time without a zone: {value}; give it its tzinfo")
    if isinstance(value, date):
        return json.dumps(value.isoformat())
    raise ValueError(f"attribute {name!r} is a {type(value).__name__}; send a text, a number, true or false")
