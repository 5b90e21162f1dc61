"""Quantities as people write them in a contract, read exactly: percent, levels, periods, time budgets.

Nothing here is a float: ``95%`` is ``Decimal("0.95")``, ``4 business hours`` is a whole number of
microseconds, ``P30D`` is thirty calendar days. Every reader raises ``ValueError`` with a sentence that
says what was found and what would be right; the loader adds line and path.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, GetCoreSchemaHandler, GetJsonSchemaHandler, PlainSerializer
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

from giao.core.told import told

SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR

TOO_LARGE = 10**15
"""Numbers of a document are smaller: sums of them stay exact in the 28 digits of a decimal."""

MOST_DECIMALS = 24
LONGEST_DAYS = 36_525
"""Longest budget: a hundred years. Also keeps sums of microseconds within 64 bits."""

LONGEST_PERIOD_DAYS = 2 * LONGEST_DAYS

_UNITS = {"second": SECOND, "minute": MINUTE, "hour": HOUR, "day": DAY, "week": 7 * DAY}
_WITHIN = re.compile(
    r"^(?P<n>\d+(?:\.\d+)?)\s*(?P<business>business\s+)?(?P<unit>second|minute|hour|day|week)s?$",
    re.IGNORECASE,
)
_ISO = re.compile(
    r"^P(?:(?P<y>\d+)Y)?(?:(?P<m>\d+)M)?(?:(?P<w>\d+)W)?(?:(?P<d>\d+)D)?"
    r"(?:T(?:(?P<h>\d+)H)?(?:(?P<min>\d+)M)?(?:(?P<s>\d+(?:\.\d+)?)S)?)?$"
)


def decimal(value: Any) -> Decimal:
    """A number as an exact decimal. Floats are refused: their digits are not what the author wrote."""
    if isinstance(value, (bool, float)) or value is None:
        raise ValueError(
            told("quantity.no_number", "found {value!r}, expected a number such as 6.20", value=_shown(value))
        )
    if isinstance(value, Decimal | int):
        number = Decimal(value)
    else:
        text = str(value).strip().replace("_", "")
        try:
            number = Decimal(text)
        except InvalidOperation:
            raise ValueError(
                told(
                    "quantity.no_number",
                    "found {value!r}, expected a number such as 6.20",
                    value=_shown(value),
                )
            ) from None
    if not number.is_finite():
        raise ValueError(
            told("quantity.not_finite", "found {value!r}, expected a finite number", value=value)
        )
    if abs(number) >= TOO_LARGE or -int(number.as_tuple().exponent) > MOST_DECIMALS:
        raise ValueError(
            told(
                "quantity.too_large",
                "found {value}, expected a number below 10^15 with at most {decimals} decimals",
                value=shortened(value),
                decimals=MOST_DECIMALS,
            )
        )
    return number


def _shown(value: Any) -> Any:
    """A value as a sentence quotes it: long text cut, anything else as it is."""
    return shortened(value) if isinstance(value, str) else value


def shortened(value: Any) -> str:
    """A value as a sentence shows it, cut when it is long."""
    text = str(value)
    return text if len(text) <= 40 else f"{text[:39]}…"


def percent(value: Any) -> Decimal:
    """``"95%"`` as ``Decimal("0.95")``; a bare number is taken as the share itself (0.95)."""
    if isinstance(value, str) and value.strip().endswith("%"):
        return decimal(value.strip()[:-1].strip()) / 100
    number = decimal(value)
    if abs(number) > 1:
        raise ValueError(
            told(
                "quantity.no_share",
                "found {value!r}, expected a share such as 95% or 0.95",
                value=_shown(value),
            )
        )
    return number


def share(value: Any) -> Decimal:
    """A percent that cannot be negative: what is at risk, a cap, a tax."""
    return _not_negative(percent(value), value)


def amount(value: Any) -> Decimal:
    """A number that cannot be negative: points, units, a cap in money."""
    return _not_negative(decimal(value), value)


def _not_negative(number: Decimal, value: Any) -> Decimal:
    if number < 0:
        raise ValueError(
            told("quantity.negative", "found {value}, which cannot be negative here", value=shortened(value))
        )
    return number


def plain(number: Decimal) -> str:
    """The shortest exact text of a decimal, without exponent: 6.20 and 6.2 are both ``6.2``."""
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") or "0" if "." in text else text


_Plain = PlainSerializer(plain, return_type=str, when_used="json")
Percent = Annotated[Decimal, BeforeValidator(percent, json_schema_input_type=float | str), _Plain]
Number = Annotated[Decimal, BeforeValidator(decimal, json_schema_input_type=float | str), _Plain]
Share = Annotated[Decimal, BeforeValidator(share, json_schema_input_type=float | str), _Plain]
Amount = Annotated[Decimal, BeforeValidator(amount, json_schema_input_type=float | str), _Plain]


class _Text:
    """Base of the small values that are written as one scalar: parse from text, print the same text."""

    text: str

    @classmethod
    def parse(cls, value: Any) -> Any:  # pragma: no cover - overridden
        raise NotImplementedError

    def __str__(self) -> str:
        return self.text

    def canonical(self) -> str:
        """The same for every spelling of the same quantity; what the document's hash is taken over."""
        return self.text

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(
            lambda value: value if isinstance(value, cls) else cls.parse(value),
            serialization=core_schema.plain_serializer_function_ser_schema(lambda value: value.canonical()),
        )

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        return {"type": ["string", "number"], "description": (cls.__doc__ or "").split("\n")[0]}


@dataclass(frozen=True)
class Level(_Text):
    """A level or threshold: ``95%`` (share), ``4 hours`` (seconds), ``0`` (number).

    ``value`` is exact, in the unit named by ``unit``; durations in seconds.
    """

    value: Decimal
    unit: Literal["share", "seconds", "number"]
    text: str

    def canonical(self) -> str:
        return {"share": f"{plain(self.value * 100)}%", "seconds": f"PT{plain(self.value)}S"}.get(
            self.unit, plain(self.value)
        )

    @classmethod
    def parse(cls, value: Any) -> Level:
        if isinstance(value, str):
            stripped = value.strip()
            if stripped.endswith("%"):
                return cls(percent(stripped), "share", stripped)
            if _WITHIN.match(stripped) or stripped.startswith("P"):
                budget = Within.parse(stripped)
                if budget.business_days is not None:
                    raise ValueError(
                        told(
                            "quantity.level_days",
                            "found {value!r}: a level is a length of time, not a count of business days",
                            value=_shown(value),
                        )
                    )
                return cls(Decimal(budget.microseconds) / SECOND, "seconds", stripped)
        number = decimal(value)
        return cls(number, "number", str(value))


@dataclass(frozen=True)
class Within(_Text):
    """A time budget: ``4 business hours``, ``2 business days``, ``30 minutes``, ``5 days``, ``PT4H``.

    measure        ``business`` counts open time of the clock's calendar, ``elapsed`` every second
    microseconds   the budget (0 for a count of business days)
    business_days  n of "n business days", else None
    """

    measure: Literal["business", "elapsed"]
    microseconds: int
    business_days: int | None
    text: str

    def canonical(self) -> str:
        if self.business_days is not None:
            return f"{self.business_days} business days"
        seconds = plain(Decimal(self.microseconds) / SECOND)
        return f"{seconds} business seconds" if self.measure == "business" else f"PT{seconds}S"

    @classmethod
    def parse(cls, value: Any) -> Within:
        text = str(value).strip()
        found = _WITHIN.match(text) if len(text) <= 60 else None
        if found:
            count = Decimal(found["n"])
            unit = found["unit"].lower()
            if count * _UNITS[unit] > LONGEST_DAYS * DAY:
                raise ValueError(_too_long(text, LONGEST_DAYS))
            if found["business"]:
                if unit in ("day", "week"):
                    if unit == "week" or count != int(count):
                        raise ValueError(
                            told(
                                "quantity.whole_days",
                                "found {text!r}, expected whole business days such as '2 business days'",
                                text=shortened(text),
                            )
                        )
                    return cls("business", 0, int(count), text)
                return cls("business", int(count * _UNITS[unit]), None, text)
            return cls("elapsed", int(count * _UNITS[unit]), None, text)
        if text.startswith("P"):
            period = Period.parse(text)
            if period.months:
                raise ValueError(
                    told(
                        "quantity.months",
                        "found {text!r}: months have no fixed length, use days or hours",
                        text=shortened(text),
                    )
                )
            if period.days * DAY + period.microseconds > LONGEST_DAYS * DAY:
                raise ValueError(_too_long(text, LONGEST_DAYS))
            return cls("elapsed", period.days * DAY + period.microseconds, None, text)
        raise ValueError(
            told(
                "quantity.no_budget",
                "found {text!r}, expected a budget such as '4 business hours', '2 business days', '30 "
                "minutes' or 'PT4H'",
                text=shortened(text),
            )
        )


def _too_long(text: str, days: int) -> str:
    return told(
        "quantity.too_long",
        "found {text!r}, longer than {years} years; check the number and its unit",
        text=shortened(text),
        years=days * 100 // 36_525,
    )


@dataclass(frozen=True)
class Period(_Text):
    """A calendar period in ISO 8601: ``P30D``, ``P3M``, ``P1Y``, ``PT4H``."""

    months: int
    days: int
    microseconds: int
    text: str

    @classmethod
    def parse(cls, value: Any) -> Period:
        text = str(value).strip()
        found = _ISO.match(text) if len(text) <= 60 else None
        if not found or text in ("P", "PT"):
            raise ValueError(
                told(
                    "quantity.no_period",
                    "found {text!r}, expected an ISO 8601 period such as P30D, P3M or PT4H",
                    text=shortened(text),
                )
            )
        part = {name: Decimal(found[name] or 0) for name in ("y", "m", "w", "d", "h", "min", "s")}
        micros = part["h"] * HOUR + part["min"] * MINUTE + part["s"] * SECOND
        days = part["y"] * 366 + part["m"] * 31 + part["w"] * 7 + part["d"] + micros / DAY
        if days > LONGEST_PERIOD_DAYS:
            raise ValueError(_too_long(text, LONGEST_PERIOD_DAYS))
        return cls(int(part["y"] * 12 + part["m"]), int(part["w"] * 7 + part["d"]), int(micros), text)

    def after(self, day: date) -> date:
        """The date this period after ``day``; the day of month is clipped (31 January + P1M = 28 February)."""
        month = day.month - 1 + self.months
        year, month = day.year + month // 12, month % 12 + 1
        last = (date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)).day
        return date(year, month, min(day.day, last)) + timedelta(days=self.days)
