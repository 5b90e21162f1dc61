"""Numbers as the reader writes them: 1.234,5 in Vietnamese, 1,234.5 in English; money with its currency; percent; counts.

Pure functions of (value, language); no-break spaces keep a number and its unit together.
"""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction

Number = int | float | Decimal | Fraction

NBSP = "\u00a0"
MINUS = "\u2212"
EXPONENTS = {
    "VND": 0,
    "JPY": 0,
    "KRW": 0,
    "CLP": 0,
    "ISK": 0,
    "BHD": 3,
    "KWD": 3,
    "JOD": 3,
    "OMR": 3,
    "TND": 3,
}
SIGNS = {"EUR": "€", "USD": "$", "GBP": "£", "VND": "₫", "JPY": "¥"}


def exact(value: Number) -> Decimal:
    """As Decimal (a fraction to 28 digits)."""
    if isinstance(value, Decimal):
        return value
    if isinstance(value, Fraction):
        return Decimal(value.numerator) / Decimal(value.denominator)
    return Decimal(value) if isinstance(value, int) else Decimal(repr(value))


def number(value: Number, language: str, decimals: int | None = None, least: int = 0) -> str:
    """`decimals`: rounded half-even to so many; None: as exact as given, at most 6. `least`: at least so many are shown."""
    shown = exact(value)
    places = 6 if decimals is None else decimals
    shown = shown.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_EVEN)
    text = f"{abs(shown):f}"
    whole, _, part = text.partition(".")
    if decimals is None or least < places:
        part = part.rstrip("0").ljust(least, "0")
    group, point = (".", ",") if language == "vi" else (",", ".")
    whole = _grouped(whole, group)
    sign = MINUS if shown < 0 else ""
    return f"{sign}{whole}{point}{part}" if part else f"{sign}{whole}"


def percent(share: Number, language: str, decimals: int = 1) -> str:
    """A share (0..1) as percent. What is not all never reads 100 %, and what is not nothing never reads 0 %."""
    value = exact(share) * 100
    rounded = value.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_EVEN)
    if (rounded == 100 and value < 100) or (rounded == 0 and value > 0):
        decimals += 2
    text = number(
        value, language, decimals, least=0 if value == value.to_integral_value() else min(decimals, 1)
    )
    return f"{text}%"


def money(amount: Number, currency: str, language: str, *, whole: bool = False) -> str:
    """With the currency's exponent; `whole` leaves out a zero fraction (overviews). €1,920.00 · 1.920,00 € · 1.920 ₫."""
    places = EXPONENTS.get(currency, 2)
    value = exact(amount)
    if whole and value == value.to_integral_value():
        places = 0
    text = number(value, language, places, least=places)
    sign = SIGNS.get(currency)
    if language == "vi" or currency == "VND":
        return f"{text}{NBSP}{sign or currency}"
    minus, text = (MINUS, text[1:]) if text.startswith(MINUS) else ("", text)
    return f"{minus}{sign}{text}" if sign else f"{minus}{currency}{NBSP}{text}"


def _grouped(digits: str, separator: str) -> str:
    head = len(digits) % 3
    parts = [digits[:head]] if head else []
    parts += [digits[index : index + 3] for index in range(head, len(digits), 3)]
    return separator.join(parts)
