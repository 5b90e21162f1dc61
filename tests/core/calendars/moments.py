"""Instants of tests written as text, and back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR


def at(text: str, zone: str = "UTC", fold: int = 0) -> int:
    """Microseconds since 1970 of an ISO time; without an offset it is local to the zone."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=ZoneInfo(zone), fold=fold)
    return (moment - EPOCH) // timedelta(microseconds=1)


def shown(moment: int, zone: str = "UTC") -> str:
    """The instant as ISO text with the zone's offset."""
    return (EPOCH + timedelta(microseconds=moment)).astimezone(ZoneInfo(zone)).isoformat()
