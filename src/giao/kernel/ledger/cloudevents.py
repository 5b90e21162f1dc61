"""CloudEvents 1.0 as events of the ledger: `source` and `id` name it, `subject` is the case, `type` the activity.

`data` holds the attributes by the source's own names. Its members ``activity`` (instead of `type`), ``lifecycle``,
``resource``, ``group``, ``role``, ``cost``, ``started`` (an instant) mean what they mean in a log; the extension
``sequence`` is the source's order among events of the same time. Other extensions are read by nobody and not kept.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any
from urllib.parse import unquote

from giao.core.log.tail_event import us_of
from giao.kernel.ledger.events import CORE_TEXTS, FACT, RESERVED, NewEvent, Refusal

STRUCTURED, BATCHED = "application/cloudevents+json", "application/cloudevents-batch+json"
_REQUIRED = ("specversion", "id", "source", "type", "time")
_SEQUENCE = re.compile(r"-?\d{1,18}")
_HEADER = "ce-"


class Unreadable(ValueError):
    """The body as a whole is not what its content type says; a sentence."""


def parse(body: bytes) -> Any:
    """JSON with exact numbers. Raises Unreadable."""
    try:
        return json.loads(body, parse_float=Decimal, parse_constant=_no_number)
    except RecursionError:
        raise Unreadable("the body is nested too deep") from None
    except UnicodeDecodeError:
        raise Unreadable("the body is not UTF-8") from None
    except ValueError as error:
        raise Unreadable(f"the body is not JSON: {error}") from None


def _no_number(name: str) -> Any:
    raise ValueError(f"{name} is no number of JSON")


def of_binary(headers: Mapping[str, str], body: bytes) -> dict[str, Any]:
    """Binary mode: attributes as `ce-…` headers (percent-encoded), the body is data. Raises Unreadable."""
    found: dict[str, Any] = {
        name[len(_HEADER) :].lower(): unquote(value.strip().strip('"'))
        for name, value in headers.items()
        if name.lower().startswith(_HEADER)
    }
    kind = headers.get("Content-Type", "application/json").split(";")[0].strip().lower()
    if body:
        found["datacontenttype"] = kind
        found["data"] = parse(body) if _is_json(kind) else None
    return found


def read_event(raw: Any) -> NewEvent | Refusal:
    """One CloudEvent (its JSON form). Shape only; what the agreement says is checked when it is accepted."""
    if not isinstance(raw, dict):
        return Refusal("", "", "not_an_object", {}, raw)
    for name in _REQUIRED:
        if raw.get(name) in (None, ""):
            return _refused(raw, "missing", name=name)
    for name in ("id", "source", "type"):
        if not isinstance(raw[name], str):
            return _refused(raw, "not_text", name=name, most=300)
    if raw["specversion"] != "1.0":
        return _refused(raw, "specversion", value=raw["specversion"])
    occurred_us = instant(raw["time"])
    if occurred_us is None:
        return _refused(raw, "time", value=str(raw["time"])[:60])
    subject = raw.get("subject")
    if subject is not None and not isinstance(subject, str):
        return _refused(raw, "not_text", name="subject", most=500)
    data = raw.get("data")
    json_said = _is_json(str(raw.get("datacontenttype", "application/json")))
    if "data_base64" in raw or not json_said or not (data is None or isinstance(data, dict)):
        return _refused(raw, "data")
    if raw["type"].startswith(RESERVED):
        return NewEvent(raw["source"], raw["id"], raw["type"], occurred_us, subject or None, data or {})
    return _work_event(raw, occurred_us, dict(data or {}))


def _work_event(raw: dict[str, Any], occurred_us: int, data: dict[str, Any]) -> NewEvent | Refusal:
    activity = data.pop("activity", None)
    if activity is not None and not isinstance(activity, str):
        return _refused(raw, "core_field", name="activity", value=str(activity)[:60], expected="a text")
    content: dict[str, Any] = {
        name: data.pop(name) for name in (*CORE_TEXTS, "cost") if data.get(name) is not None
    }
    started = data.pop("started", None)
    if started is not None:
        started_us = instant(started)
        if started_us is None:
            return _refused(raw, "time", value=str(started)[:60])
        content["started_us"] = started_us
    sequence = raw.get("sequence")
    if sequence is not None:
        if isinstance(sequence, bool) or not _SEQUENCE.fullmatch(str(sequence)):
            return _refused(
                raw, "core_field", name="sequence", value=str(sequence)[:60], expected="a whole number"
            )
        content["sequence"] = int(str(sequence))
    attributes = {label: value for label, value in data.items() if value is not None}
    if attributes:
        content["attributes"] = attributes
    return NewEvent(
        raw["source"], raw["id"], activity or raw["type"], occurred_us, raw.get("subject") or None, content
    )


def not_by_address(event: NewEvent | Refusal, raw: Any, *, facts_allowed: bool) -> Refusal | None:
    """Why a system may not send this by the events address: decisions are people's, facts need their scope."""
    if isinstance(event, Refusal) or not event.reserved:
        return None
    if not event.type.startswith(FACT):
        return _refused(raw, "decision", type=event.type)
    return None if facts_allowed else _refused(raw, "no_scope")


def instant(value: Any) -> int | None:
    """UTC microseconds of an RFC 3339 instant with offset; None for anything else."""
    if not isinstance(value, str) or len(value) > 40 or value[10:11] not in ("T", "t"):
        return None
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        return None
    return us_of(found) if found.tzinfo is not None else None


def _is_json(kind: str) -> bool:
    plain = kind.split(";")[0].strip().lower()
    return plain == "application/json" or plain.endswith("+json")


def _refused(raw: Any, reason: str, **values: Any) -> Refusal:
    subject = raw.get("subject")
    return Refusal(
        str(raw.get("source", ""))[:300],
        str(raw.get("id", ""))[:300],
        reason,
        values,
        raw,
        subject if isinstance(subject, str) else None,
    )
