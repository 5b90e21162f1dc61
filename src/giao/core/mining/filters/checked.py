"""What the parts of a filter may be: names, numbers, instants, calendars; each fault a sentence."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from giao.core.mining.errors import MiningError
from giao.core.told import told

if TYPE_CHECKING:
    from giao.core.calendars import Calendar
    from giao.core.mining.ground import Ground

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
LONGEST_US = 200 * 366 * 86_400_000_000


def names_of(values: Any, what: str = "activities") -> tuple[str, ...]:
    """One name or several, each once, sorted: equal filters are equal however they were written."""
    found = (values,) if isinstance(values, str) else tuple(values) if isinstance(values, Iterable) else ()
    if not found or not all(isinstance(each, str) for each in found):
        raise MiningError(
            told(
                "mining.names",
                "{what}: give one name or several as texts, not {value}",
                what=what,
                value=repr(values),
            )
        )
    return tuple(sorted(set(found)))


def whole_number(value: Any, what: str, least: int = 0) -> int:
    """A whole number that is not too small."""
    if isinstance(value, bool) or not isinstance(value, int) or value < least:
        raise MiningError(
            told(
                "mining.whole",
                "{what}: {value} is no whole number of {least} or more",
                what=what,
                value=value,
                least=least,
            )
        )
    return value


def one_of(value: Any, known: Iterable[str], what: str) -> str:
    """One of some words."""
    if value not in tuple(known):
        raise MiningError(
            told(
                "mining.one_of",
                "{what}: {value} is not known; give {known}",
                what=what,
                value=value,
                known=", ".join(known),
            )
        )
    return str(value)


def length_of(value: Any, what: str) -> int | None:
    """A length of time in microseconds: a timedelta or whole microseconds; None stays None."""
    if value is None:
        return None
    found = value // timedelta(microseconds=1) if isinstance(value, timedelta) else value
    if isinstance(found, bool) or not isinstance(found, int) or abs(found) > LONGEST_US:
        raise MiningError(
            told(
                "mining.length",
                "{what}: {value} is no length of time; give a timedelta or whole microseconds",
                what=what,
                value=value,
            )
        )
    return found


def instant_of(value: Any, what: str) -> str | None:
    """An instant as ISO text in UTC; a time without a zone is refused, nobody can know which moment it is."""
    if value is None:
        return None
    try:
        found = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise MiningError(
            told(
                "mining.instant",
                "{what}: {value} is no instant with a zone; write 2024-03-01T00:00:00+07:00",
                what=what,
                value=value,
            )
        )
    return found.astimezone(UTC).isoformat()


def instant_us(text: str) -> int:
    return (datetime.fromisoformat(text) - EPOCH) // timedelta(microseconds=1)


def calendar_text(value: Any) -> str | None:
    """A calendar's document as canonical JSON; takes a spec, a mapping or such a text."""
    if value is None:
        return None
    from giao.core.calendars import CalendarSpec

    if isinstance(value, CalendarSpec):
        document = value.model_dump(mode="json", by_alias=True, exclude_unset=True)
    else:
        document = json.loads(value) if isinstance(value, str) else value
    try:
        CalendarSpec.model_validate(document)
    except ValueError as error:
        raise MiningError(
            told("mining.calendar", "The calendar is not right: {error}", error=error)
        ) from error
    assert isinstance(document, Mapping)
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def calendar_over(text: str | None, ground: Ground) -> Calendar | None:
    """The calendar compiled over the days of a log."""
    if text is None:
        return None
    from giao.core.calendars import CalendarSpec, compile_calendar

    low, high = ground.log.span_us
    first = (EPOCH + timedelta(microseconds=low)).date() - timedelta(days=2)
    last = (EPOCH + timedelta(microseconds=max(high, low))).date() + timedelta(days=2)
    return compile_calendar(CalendarSpec.model_validate(json.loads(text)), first, last)


def said_length(microseconds: int) -> str:
    """A length of time in its two largest units."""
    rest, parts = abs(microseconds), list[str]()
    for size, message, unit in (
        (86_400_000_000, "mining.days", "{n} d"),
        (3_600_000_000, "mining.hours", "{n} h"),
        (60_000_000, "mining.minutes", "{n} min"),
    ):
        if rest >= size and len(parts) < 2:
            parts.append(told(message, unit, n=rest // size))
            rest %= size
    if not parts or (rest and len(parts) < 2):
        parts.append(told("mining.seconds", "{n} s", n=f"{rest / 1_000_000:.6f}".rstrip("0").rstrip(".")))
    from giao.core.told import series

    return series(" ", [*([] if microseconds >= 0 else ["−"]), *parts])
