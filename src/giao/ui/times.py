"""Durations and instants as people say them; pure functions of (value, language), texts through gettext."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR


def duration(microseconds: int, *, business_day_us: int | None = None) -> str:
    """The two largest units: ``3 days 2 h``, ``2 h 10 min``, ``45 s``; with `business_day_us` ``3 business days 2 h``.

    `business_day_us` is how much open time one business day has. Truncated, never rounded up: 59 min 59 s is not an hour.
    """
    sign = "−" if microseconds < 0 else ""
    rest = abs(microseconds)
    day = business_day_us or DAY
    days, rest = divmod(rest, day)
    hours, rest = divmod(rest, HOUR)
    minutes, rest = divmod(rest, MINUTE)
    seconds = rest // SECOND
    parts = []
    if days:
        if business_day_us:
            parts.append(ngettext("%(n)s business day", "%(n)s business days", days) % {"n": days})
        else:
            parts.append(ngettext("%(n)s day", "%(n)s days", days) % {"n": days})
    if hours:
        parts.append(_("%(n)s h") % {"n": hours})
    if minutes and len(parts) < 2 and not days:
        parts.append(_("%(n)s min") % {"n": minutes})
    if seconds and len(parts) < 2 and not days and not hours:
        parts.append(_("%(n)s s") % {"n": seconds})
    if not parts:
        parts.append(_("%(n)s s") % {"n": 0})
    return sign + " ".join(parts).replace(" ", "\u00a0")


def exact_duration(microseconds: int) -> str:
    """``26:03:07`` hours, minutes, seconds, with microseconds when there are any: for a title."""
    sign = "−" if microseconds < 0 else ""
    seconds, micros = divmod(abs(microseconds), SECOND)
    hours, seconds = divmod(seconds, 3600)
    minutes, seconds = divmod(seconds, 60)
    fraction = f".{micros:06d}" if micros else ""
    return f"{sign}{hours}:{minutes:02d}:{seconds:02d}{fraction}"


def aware(value: datetime | int) -> datetime:
    """UTC microseconds or a datetime (naive ones are UTC inside) as an aware instant."""
    if isinstance(value, int):
        return datetime.fromtimestamp(value // SECOND, UTC).replace(microsecond=value % SECOND)
    return value if value.tzinfo else value.replace(tzinfo=UTC)


def instant(value: datetime | int, zone: ZoneInfo, language: str, *, seconds: bool = False) -> str:
    """vi ``12/05/2016 18:00`` · en ``12 May 2016 18:00``, in `zone`."""
    local = aware(value).astimezone(zone)
    clock = f"{local:%H:%M:%S}" if seconds else f"{local:%H:%M}"
    return f"{day(local, language)} {clock}"


def day(value: datetime, language: str) -> str:
    """vi ``12/05/2016`` · en ``12 May 2016``."""
    if language == "vi":
        return f"{value:%d/%m/%Y}"
    return f"{value.day} {_MONTHS[value.month - 1]} {value.year}"


def month(text: str, language: str) -> str:
    """A window's id in words where it is a month: ``2016-05`` → ``05/2016`` · ``May 2016``; others as they are."""
    if (
        len(text) == 7
        and text[4] == "-"
        and text[:4].isdigit()
        and text[5:].isdigit()
        and 1 <= int(text[5:]) <= 12
    ):
        return f"{text[5:]}/{text[:4]}" if language == "vi" else f"{_MONTHS[int(text[5:]) - 1]} {text[:4]}"
    return text


_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
