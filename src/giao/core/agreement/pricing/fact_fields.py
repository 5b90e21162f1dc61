"""Fields of facts, read with an error that names the fact: its type, its day, the field, what was found."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

from giao.core.agreement.errors import AgreementError
from giao.core.agreement.facts import Fact
from giao.core.told import told


def number_of(fact: Fact, field: str) -> Decimal:
    """A number. Raises AgreementError when the field holds none."""
    try:
        return fact.number(field)
    except (ValueError, TypeError) as error:
        raise AgreementError(
            told(
                "fact.field_wrong", "{place}, {field}: {error}", place=_place(fact), field=field, error=error
            )
        ) from None


def day_of(fact: Fact, field: str) -> date:
    """A date. Raises AgreementError when the field holds none."""
    try:
        return fact.day(field)
    except (ValueError, TypeError):
        raise AgreementError(
            told(
                "fact.no_date",
                "{place}, {field}: found {found!r}, expected a date such as 2026-03-31",
                place=_place(fact),
                field=field,
                found=fact.data[field],
            )
        ) from None


def month_of(fact: Fact, field: str = "month") -> str:
    """A month as ``2026-03`` (a date within it will do). Raises AgreementError when the field holds none."""
    said = str(fact.data[field])
    try:
        return f"{date.fromisoformat(f'{said[:7]}-01'):%Y-%m}"
    except ValueError:
        raise AgreementError(
            told(
                "fact.no_month",
                "{place}, {field}: found {said!r}, expected a month such as 2026-03",
                place=_place(fact),
                field=field,
                said=said,
            )
        ) from None


def _place(fact: Fact) -> str:
    day = datetime.fromtimestamp(fact.time_us // 1_000_000, tz=UTC).date()
    return told("fact.of_day", "{type} of {day}", type=fact.type, day=day)
