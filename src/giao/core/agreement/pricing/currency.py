"""Money: how many decimals a currency has, exact rounding, and sharing a sum without losing a cent.

Inside, amounts are `Fraction` (exact: 15/30 of a price has no end as a decimal); a figure that is booked is a
`Decimal` with exactly its currency's decimals.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from fractions import Fraction

from giao.core.told import told

MINOR_UNITS_AS_OF = "2026-01-01"
MINOR_UNITS_SOURCE = "ISO 4217:2015, List One (current currency and funds codes), column 'Minor unit'"
_NOT_TWO: dict[int, str] = {
    0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
    3: "BHD IQD JOD KWD LYD OMR TND",
    4: "CLF UYW",
}
MINOR_UNITS: dict[str, int] = {code: units for units, codes in _NOT_TWO.items() for code in codes.split()}
"""Currencies whose minor unit is not 2; every other one has 2 decimals."""


def minor_units(currency: str) -> int:
    """Decimals of a currency: EUR 2, VND 0, KWD 3."""
    return MINOR_UNITS.get(currency, 2)


def money(amount: Fraction | Decimal | int, currency: str) -> Decimal:
    """Round half-even to the currency's decimals; exact input, exactly one rounding."""
    units = minor_units(currency)
    return _scaled(round(Fraction(amount) * 10**units), units)


def money_down(amount: Fraction | Decimal, currency: str) -> Decimal:
    """A cap in money: rounded down, so that what is cut to it never exceeds it."""
    units = minor_units(currency)
    exact = Fraction(amount) * 10**units
    return _scaled(exact.numerator // exact.denominator, units)


def _scaled(whole: int, units: int) -> Decimal:
    digits = tuple(int(digit) for digit in str(abs(whole)))
    return Decimal((int(whole < 0), digits, -units))


def exact_decimal(value: Fraction | Decimal | int) -> Decimal | None:
    """The same number as a decimal when it ends (15/30 = 0.5), None when it does not (1/3)."""
    exact = Fraction(value)
    rest, places = exact.denominator, 0
    for prime in (2, 5):
        count = 0
        while rest % prime == 0:
            rest //= prime
            count += 1
        places = max(places, count)
    if rest != 1:
        return None
    return _scaled(exact.numerator * 10**places // exact.denominator, places)


def text(value: Fraction | Decimal | int) -> str:
    """An exact number as text: ``0.5`` where it ends, ``1/3`` where it does not."""
    if isinstance(value, Decimal):
        return format(value, "f")
    found = exact_decimal(value)
    return f"{value.numerator}/{value.denominator}" if found is None else format(found, "f")


def total(amounts: Iterable[Decimal]) -> Decimal:
    return sum(amounts, Decimal(0))


def share_out(
    weights: Sequence[Fraction | Decimal], amount: Decimal, currency: str, *, at_most_weights: bool = False
) -> list[Decimal]:
    """Split `amount` pro rata to `weights` (not negative, not all 0) into shares that sum to it exactly.

    Each share is rounded half-even; the rounding rest goes to the largest weight (the first of equals). With
    `at_most_weights` (weights in money, not less than `amount` together) no share exceeds its weight: what the largest
    cannot take goes to the next.
    """
    exact = [Fraction(weight) for weight in weights]
    whole = sum(exact, Fraction(0))
    if whole <= 0:
        raise ValueError(told("agreement.no_weights", "nothing to share out: the weights sum to 0"))
    shares = [money(Fraction(amount) * weight / whole, currency) for weight in exact]
    rest = amount - total(shares)
    for index in sorted(range(len(weights)), key=lambda i: (-exact[i], i)):
        if not rest:
            break
        room = money_down(exact[index], currency) - shares[index] if at_most_weights else rest
        step = max(rest, -shares[index]) if rest < 0 else min(rest, room)
        shares[index] += step
        rest -= step
    return shares


def cut_to(amounts: Sequence[Decimal], cap: Decimal, currency: str) -> list[Decimal]:
    """Amounts (not negative) cut pro rata so that they sum to `cap`; as they are when they already fit."""
    if total(amounts) <= cap:
        return list(amounts)
    return share_out(amounts, max(cap, Decimal(0)), currency, at_most_weights=True)
