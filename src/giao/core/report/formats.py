"""Numbers, money, shares, durations, days and instants as people read them, in both conventions.

English writes 1,234.5 and 12 May 2016; Vietnamese 1.234,5 and 12/05/2016. Nothing is computed here: what comes in is
exact, what goes out is text. Spaces inside a quantity do not break.
"""

from __future__ import annotations

import math
import re
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from typing import Literal
from zoneinfo import ZoneInfo

from giao.core.agreement.pricing.currency import minor_units
from giao.core.report.words import Lang, say

NBSP = "\u00a0"
NO_DATA = "–"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SECOND, MINUTE, HOUR, DAY = 1_000_000, 60_000_000, 3_600_000_000, 86_400_000_000

Quantity = int | float | Decimal | Fraction

_SYMBOL_FIRST = {"EUR": "€", "USD": "$", "GBP": "£", "JPY": "¥"}
_SYMBOL_LAST = {"EUR": "€", "USD": "$", "GBP": "£", "VND": "₫"}
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def rounded(value: Quantity, places: int) -> Decimal:
    """Half-even to `places` decimals, exactly (a Fraction is divided with enough digits to spare)."""
    if isinstance(value, float):
        value = Decimal(repr(value))
    scaled = Fraction(value) * 10**places
    return Decimal(round(scaled)).scaleb(-places)


def number(value: Quantity | None, lang: Lang = "en", places: int | None = None) -> str:
    """``1,234.5`` or ``1.234,5``. Without `places`: as many decimals as it has, at most four."""
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return NO_DATA
    if places is None:
        text = format(rounded(value, 4), ",f")
        text = text.rstrip("0").rstrip(".") if "." in text else text
    else:
        text = format(rounded(value, places), ",f")
    if text.lstrip("-0.,") == "" and text.startswith("-"):
        text = text[1:]
    text = text.replace("-", "−")
    return text.translate(str.maketrans(",.", ".,")) if lang == "vi" else text


def percent(value: Quantity | None, lang: Lang = "en", places: int = 1) -> str:
    """A share as ``94.1%`` / ``94,1%``; no decimals for 1 and 0 exactly."""
    if value is None:
        return NO_DATA
    if value in (0, 1):
        places = 0
    return (
        number(Fraction(Decimal(repr(value)) if isinstance(value, float) else value) * 100, lang, places)
        + "%"
    )


def exact_percent(value: Quantity, lang: Lang = "en") -> str:
    """A share of a document, with the decimals it has: ``95%``, ``0.25%``."""
    return number(Fraction(Decimal(repr(value)) if isinstance(value, float) else value) * 100, lang) + "%"


def money(amount: Decimal | int | None, currency: str, lang: Lang = "en", places: int | None = None) -> str:
    """``€1,920.00``, ``BRL 78,000.00``; Vietnamese ``1.920,00 €``, ``42.000.000 ₫``. `places` for unit prices."""
    if amount is None:
        return NO_DATA
    text = number(amount, lang, minor_units(currency) if places is None else places)
    if lang == "vi":
        return f"{text}{NBSP}{_SYMBOL_LAST.get(currency, currency)}"
    symbol = _SYMBOL_FIRST.get(currency)
    if symbol is None:
        return f"{currency}{NBSP}{text}"
    return f"−{symbol}{text[1:]}" if text.startswith("−") else f"{symbol}{text}"


def price(amount: Decimal, currency: str, lang: Lang = "en") -> str:
    """A unit price with all the decimals that it has, at least those of the currency."""
    has = -amount.normalize().as_tuple().exponent if isinstance(amount.as_tuple().exponent, int) else 0  # type: ignore[operator]
    return money(amount, currency, lang, min(max(has, minor_units(currency)), 6))


def duration(
    microseconds: Quantity | None, lang: Lang = "en", *, business: bool = False, day: int | None = None
) -> str:
    """A length of time in its two largest units: ``3 d 2 h``, ``45 min``, ``12 s``.

    business  it is open time: hours are not folded into days unless `day` says how long a business day is
    day       microseconds of a day; 24 hours for elapsed time
    """
    if microseconds is None:
        return NO_DATA
    total = round(Fraction(microseconds))
    sign, total = ("−", -total) if total < 0 else ("", total)
    length = day or (None if business else DAY)
    parts: list[str] = []
    if length is not None and total >= length:
        days, total = divmod(total, length)
        parts.append(
            say(lang, "unit.business_day" if business else "unit.day", n=number(days, lang), plural=days)
        )
    steps = (("unit.hour", HOUR), ("unit.minute", MINUTE), ("unit.second", SECOND))
    for unit, size in steps:
        if total >= size and len(parts) < 2:
            count, total = divmod(total, size)
            parts.append(say(lang, unit, n=number(count, lang)))
        elif parts and len(parts) < 2:
            break
    if not parts:
        parts = [say(lang, "unit.second", n=number(Fraction(total, SECOND), lang))]
    return sign + NBSP.join(part.replace(" ", NBSP) for part in parts)


def seconds(value: Quantity | None, lang: Lang = "en", **how: object) -> str:
    """The same from seconds, the unit of KPI values."""
    exact = None if value is None else Fraction(Decimal(repr(value)) if isinstance(value, float) else value)
    return duration(None if exact is None else exact * SECOND, lang, **how)  # type: ignore[arg-type]


def exact_duration(microseconds: int) -> str:
    """To the microsecond, for the hover: ``26:05:00``, ``0:00:01.250000``."""
    sign, total = ("-", -microseconds) if microseconds < 0 else ("", microseconds)
    hours, rest = divmod(total, HOUR)
    minutes, rest = divmod(rest, MINUTE)
    secs, micros = divmod(rest, SECOND)
    return f"{sign}{hours}:{minutes:02d}:{secs:02d}" + (f".{micros:06d}" if micros else "")


def day(value: date, lang: Lang = "en", *, year: bool = True) -> str:
    """``12 May 2016`` / ``12/05/2016``; without year ``12 May`` / ``12/5``."""
    if lang == "vi":
        return f"{value:%d/%m/%Y}" if year else f"{value.day}/{value.month}"
    text = f"{value.day}{NBSP}{_MONTHS[value.month - 1]}"
    return f"{text}{NBSP}{value.year}" if year else text


def instant(value_us: int | None, zone: ZoneInfo, lang: Lang = "en", *, precise: bool = False) -> str:
    """An instant in a zone: ``12 May 2016 18:00``; `precise` adds seconds (and their fraction, if any) and offset.

    The last microsecond of a day, which is what a date alone means as an instant of reading, is shown as 23:59.
    """
    if value_us is None:
        return NO_DATA
    local = (EPOCH + timedelta(microseconds=value_us)).astimezone(zone)
    clock = f"{local:%H:%M}"
    last = (local.hour, local.minute, local.second, local.microsecond) == (23, 59, 59, 999_999)
    if precise or ((local.second or local.microsecond) and not last):
        clock = f"{local:%H:%M:%S}" + (f".{local.microsecond:06d}".rstrip("0") if local.microsecond else "")
    text = f"{day(local.date(), lang)}{NBSP}{clock}"
    return f"{text}{NBSP}{local:%z}" if precise else text


def weekday(value: date, lang: Lang = "en") -> str:
    return say(lang, f"weekday.{value.isoweekday()}")


_WINDOWS: tuple[
    tuple[re.Pattern[str], Literal["day", "month", "week", "quarter", "contract_year", "year"]], ...
] = (
    (re.compile(r"^(\d{4})-(\d{2})-(\d{2})$"), "day"),
    (re.compile(r"^(\d{4})-(\d{2})$"), "month"),
    (re.compile(r"^(\d{4})-W(\d{2})$"), "week"),
    (re.compile(r"^(\d{4})-Q(\d)$"), "quarter"),
    (re.compile(r"^CY(\d+)$"), "contract_year"),
    (re.compile(r"^(\d{4})$"), "year"),
)


def window(name: str, lang: Lang = "en") -> str:
    """A window's id as people say it: ``2016-03`` is ``Mar 2016`` / ``tháng 3/2016``."""
    base, _, last = name.partition("~")
    if last:
        return say(lang, "window.rolling", last=last, end=window(base, lang))
    for pattern, kind in _WINDOWS:
        found = pattern.match(base)
        if not found:
            continue
        part = [int(group) for group in found.groups()]
        if kind == "day":
            return day(date(*part), lang)
        if kind == "month":
            return (
                f"{_MONTHS[part[1] - 1]}{NBSP}{part[0]}"
                if lang == "en"
                else f"tháng{NBSP}{part[1]}/{part[0]}"
            )
        if kind == "contract_year":
            return say(lang, "window.contract_year", n=part[0])
        if kind == "year":
            return str(part[0])
        return say(lang, f"window.{kind}", n=part[1], year=part[0])
    return name


def measure(value: Quantity | None, unit: str, lang: Lang = "en", *, business: bool = True) -> str:
    """A KPI's value in its unit: share, seconds or number."""
    if value is None:
        return say(lang, "no_data")
    if unit == "share":
        return percent(value, lang)
    if unit == "seconds":
        return seconds(value, lang, business=business)
    exact = Fraction(Decimal(repr(value)) if isinstance(value, float) else value)
    return number(exact, lang, None if exact.denominator == 1 else 2)


def quantized(value: Decimal, places: int) -> Decimal:
    """Half-even, keeping the trailing zeros that money shows."""
    return value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_EVEN)
