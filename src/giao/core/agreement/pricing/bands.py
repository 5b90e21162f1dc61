"""Prices by volume: graduated (each unit at the price of its own band) or whole (all at the band reached)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from fractions import Fraction

from giao.core.agreement.document.charge import Band
from giao.core.agreement.pricing.currency import text
from giao.core.agreement.results import TraceStep


def slices(bands: Sequence[Band], before: Fraction, quantity: Fraction) -> Iterator[tuple[Fraction, Decimal]]:
    """(units, price) of each band that `quantity` units fill, counted on from `before`. A band's edge belongs to it."""
    position, end = before, before + quantity
    for band in bands:
        edge = end if band.to is None else min(end, Fraction(band.to))
        if edge > position:
            yield edge - position, band.price
            position = edge


def graduated(bands: Sequence[Band], quantity: Fraction, before: Fraction = Fraction(0)) -> Fraction:
    """Price of `quantity` units after `before` units, each at the price of its band."""
    return sum((units * Fraction(price) for units, price in slices(bands, before, quantity)), Fraction(0))


def band_price(bands: Sequence[Band], volume: Fraction) -> Decimal:
    """Price of the band that holds a volume (edge included)."""
    return next((band.price for band in bands if band.to is None or volume <= band.to), bands[-1].price)


def whole(bands: Sequence[Band], quantity: Fraction) -> Fraction:
    """All units at the price of the band that the whole volume reaches."""
    return quantity * Fraction(band_price(bands, quantity))


def band_steps(bands: Sequence[Band], quantity: Fraction, before: Fraction = Fraction(0)) -> list[TraceStep]:
    """The same arithmetic, band by band: units × price = amount."""
    return [
        TraceStep(
            "charge.band",
            (("units", text(units)), ("price", text(price)), ("amount", text(units * Fraction(price)))),
        )
        for units, price in slices(bands, before, quantity)
    ]
