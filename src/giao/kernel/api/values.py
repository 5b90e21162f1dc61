"""How values are written: money as a decimal string with its currency, durations ISO 8601, instants RFC 3339 in UTC."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from ninja import Schema
from pydantic import Field


class Money(Schema):
    """An amount, exact: never a floating number."""

    amount: str = Field(examples=["-120.50"])
    currency: str = Field(examples=["EUR"])


def money(amount: Decimal | str | None, currency: str) -> dict[str, str] | None:
    """None stays none: no amount is not zero."""
    return None if amount is None else {"amount": decimal(Decimal(amount)), "currency": currency}


def decimal(amount: Decimal) -> str:
    """Plain digits, without the zeros that only the database's column has (at least two places stay)."""
    text = f"{amount:f}"
    if "." not in text:
        return text
    whole, places = text.split(".")
    return f"{whole}.{places.rstrip('0').ljust(2, '0')}"


def instant(value: datetime | None) -> str | None:
    """``2026-03-01T08:30:00Z``, with a fraction only where there is one."""
    return None if value is None else value.astimezone(UTC).isoformat().replace("+00:00", "Z")


def instant_us(value: int | None) -> str | None:
    return (
        None if value is None else instant(datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=value))
    )


def duration(microseconds: int | None) -> str | None:
    """``PT3H20M``; days are not told apart from 24 hours, so that nobody reads a business day into them."""
    if microseconds is None:
        return None
    sign = "-" if microseconds < 0 else ""
    seconds, rest = divmod(abs(microseconds), 1_000_000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    fraction = f".{rest:06d}".rstrip("0") if rest else ""
    parts = f"{hours}H" * bool(hours) + f"{minutes}M" * bool(minutes)
    parts += f"{seconds}{fraction}S" * bool(seconds or rest)
    return f"{sign}PT{parts or '0S'}"


def plain(value: Any) -> Any:
    """A value of a log as JSON has it."""
    if isinstance(value, datetime):
        return instant(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, timedelta):
        return duration(value // timedelta(microseconds=1))
    return f"{value:f}" if isinstance(value, Decimal) else value
