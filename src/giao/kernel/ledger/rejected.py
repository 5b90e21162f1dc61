"""Reads of rejected events: which there are, how many of each reason, one as its reader may see it.

What a rejected event holds is unknown, so its content is sealed as a whole; whoever looks sees of it what they may see of
an accepted one: personal fields read ••• until they are unmasked.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, F, Max, QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from giao.core.log.tail_event import instant_of
from giao.kernel.engagements.models import Engagement
from giao.kernel.engagements.unmasking import Unmasked
from giao.kernel.ledger.checking import WorkSpec
from giao.kernel.ledger.events import CORE_TEXTS
from giao.kernel.ledger.models import Rejected
from giao.kernel.ledger.refusals import sentence_of
from giao.kernel.ledger.rejecting import content_of
from giao.kernel.ledger.replay import DISMISSED, TAKEN

MASK = "•••"
OPEN = "open"
STATES = (OPEN, TAKEN, DISMISSED)
TREND_DAYS = 14
_HOUR_US = 3_600_000_000


def rejected_of(engagement: Engagement, state: str = OPEN) -> QuerySet[Rejected]:
    """Of one state; of all where `state` is empty."""
    rows = Rejected.objects.filter(engagement=engagement)
    if state == OPEN:
        return rows.filter(settled_us__isnull=True)
    return rows.filter(settled_us__isnull=False, settled_as=state) if state else rows


def rejected_for(engagement: Engagement, identifier: Any) -> Rejected:
    found = Rejected.objects.filter(engagement=engagement, pk=identifier).first()
    if found is None:
        raise Http404("no such rejected event")
    return found


def state_of(row: Rejected) -> str:
    return OPEN if row.settled_us is None else row.settled_as or TAKEN


def open_counts(engagements: list[Engagement]) -> dict[Any, int]:
    """Open ones by engagement, in one query; engagements without any are left out."""
    rows = Rejected.objects.filter(engagement__in=engagements, settled_us__isnull=True)
    return dict(rows.order_by().values_list("engagement").annotate(Count("pk")))


@dataclass(frozen=True)
class Reason:
    """Open ones of a reason. `replayable`: how many a replay could take. `days`: how many came last on each of the last
    days, old to new: whatever became of them."""

    name: str
    open: int
    replayable: int
    last: datetime
    days: tuple[tuple[date, int], ...]


def reasons_of(engagement: Engagement, zone: ZoneInfo, now: datetime) -> list[Reason]:
    """The most frequent first."""
    rows = rejected_of(engagement).order_by()
    grouped = rows.values_list("reason").annotate(Count("pk"), Max("last_us"))
    able = dict(rows.filter(replayable=True).values_list("reason").annotate(Count("pk")))
    days = _by_day(engagement, zone, now)
    found = [
        Reason(name, n, able.get(name, 0), instant_of(last), days.get(name, _no_days(zone, now)))
        for name, n, last in grouped
    ]
    return sorted(found, key=lambda item: (-item.open, item.name))


def _days(zone: ZoneInfo, now: datetime) -> list[date]:
    today = now.astimezone(zone).date()
    return [today - timedelta(days=back) for back in reversed(range(TREND_DAYS))]


def _no_days(zone: ZoneInfo, now: datetime) -> tuple[tuple[date, int], ...]:
    return tuple((one, 0) for one in _days(zone, now))


def _by_day(engagement: Engagement, zone: ZoneInfo, now: datetime) -> dict[str, tuple[tuple[date, int], ...]]:
    """By hour in the database, by local day here: a zone's day has no fixed length."""
    days = _days(zone, now)
    since = datetime.combine(days[0], datetime.min.time(), zone).astimezone(UTC)
    since_us = int(since.timestamp()) * 1_000_000
    rows = rejected_of(engagement, "").filter(last_us__gte=since_us).order_by()
    counted: dict[str, dict[date, int]] = {}
    for reason, hour, n in (
        rows.annotate(hour=F("last_us") / _HOUR_US).values_list("reason", "hour").annotate(Count("pk"))
    ):
        day = datetime.fromtimestamp(int(hour) * 3600, UTC).astimezone(zone).date()
        of = counted.setdefault(reason, {})
        of[day] = of.get(day, 0) + n
    return {reason: tuple((one, of.get(one, 0)) for one in days) for reason, of in counted.items()}


def sentence_for(row: Rejected, spec: WorkSpec, unmasked: Unmasked) -> str:
    """Why, in the reader's language; what was personal in it is masked."""
    values = dict(row.values)
    name = str(values.get("name", ""))
    if _is_hidden(name.removeprefix("attribute "), row.subject, spec, unmasked):
        for part in ("value", "why"):
            if part in values:
                values[part] = MASK
    return sentence_of(row.reason, values)


@dataclass(frozen=True)
class Content:
    """`event`: as a CloudEvent, None where it cannot be shown (`why` says it). `masked`: something reads •••."""

    event: dict[str, Any] | None
    why: str = ""
    masked: bool = False


def content_for(row: Rejected, spec: WorkSpec, unmasked: Unmasked) -> Content:
    """The event as it came, for one reader."""
    raw = content_of(row)
    if raw is None:
        return Content(None, _("Its personal data was erased, and with it what the event said."))
    if not isinstance(raw, dict):
        if not (row.subject and unmasked.shows("", row.subject)):
            return Content(None, _("It is no event that could be masked field by field, so it is not shown."))
        return Content({"text": raw})
    event = raw if "specversion" in raw or "occurred_us" not in raw else _as_cloudevent(raw)
    return _masked(event, row.subject, spec, unmasked)


def _as_cloudevent(raw: Mapping[str, Any]) -> dict[str, Any]:
    """From our own form: what was read of the event, in the words in which it is sent."""
    said = dict(raw.get("content") or {})
    data = dict(said.pop("attributes", {})) | {name: said.pop(name) for name in list(said) if name in _CORE}
    if "started_us" in said:
        data["started"] = instant_of(said.pop("started_us")).isoformat()
    event: dict[str, Any] = {
        "specversion": "1.0",
        "id": raw.get("id"),
        "source": raw.get("source"),
        "type": raw.get("type"),
        "time": _time(raw.get("occurred_us")),
    }
    if raw.get("subject") is not None:
        event["subject"] = raw["subject"]
    if "sequence" in said:
        event["sequence"] = said.pop("sequence")
    data |= said
    return event | ({"data": data} if data else {})


def plain_json(value: Any) -> Any:
    """What any JSON reader takes: numbers as they were written, what is no number or half a letter as a text."""
    if isinstance(value, dict):
        return {str(plain_json(name)): plain_json(item) for name, item in value.items()}
    if isinstance(value, list):
        return [plain_json(item) for item in value]
    if isinstance(value, str):
        return value.encode(errors="replace").decode()
    if isinstance(value, Decimal | float):
        number = float(value)
        exact = math.isfinite(number) and Decimal(str(number)) == Decimal(str(value))
        return number if exact else str(value)
    return value


_CORE = frozenset({*CORE_TEXTS, "cost"})


_NAMES = frozenset({"specversion", "id", "source", "type", "subject", "time", "data", "datacontenttype"})
"""What an event is named by: never masked, as on every other page."""


def _time(us: Any) -> str | None:
    try:
        return instant_of(int(us)).isoformat().replace("+00:00", "Z")
    except (TypeError, ValueError, OverflowError):
        return None if us is None else str(us)


def _masked(event: dict[str, Any], subject: str, spec: WorkSpec, unmasked: Unmasked) -> Content:
    shown = {
        name: MASK if name not in _NAMES and _is_hidden(name, subject, spec, unmasked) else value
        for name, value in event.items()
    }
    hidden = MASK in shown.values()
    data = event.get("data")
    if isinstance(data, dict):
        fields = {}
        for name, value in data.items():
            if value is not None and _is_hidden(str(name), subject, spec, unmasked):
                fields[name], hidden = MASK, True
            else:
                fields[name] = value
        shown["data"] = fields
    elif data is not None and not unmasked.shows("", subject or None):
        shown["data"], hidden = MASK, True  # no fields that could be told apart
    if "data_base64" in shown:
        shown["data_base64"], hidden = MASK, True
    return Content(shown, masked=hidden)


def _is_hidden(label: str, subject: str, spec: WorkSpec, unmasked: Unmasked) -> bool:
    personal = spec.is_personal(label) or (label == "resource" and spec.column_of("resource") is None)
    return personal and not unmasked.shows(label, subject or None)
