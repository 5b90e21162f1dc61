"""Laws of money that hold for every input."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.core.agreement.statement.worlds import world

from giao.core.agreement.document.charge import Band
from giao.core.agreement.pricing.bands import band_steps, graduated, whole
from giao.core.agreement.pricing.currency import (
    cut_to,
    exact_decimal,
    minor_units,
    money,
    money_down,
    share_out,
    text,
    total,
)
from giao.core.agreement.pricing.fixed import fixed_part

PRICES = st.decimals("0", "100", places=3)
CURRENCIES = st.sampled_from(["EUR", "VND", "KWD"])
COUNTS = st.integers(0, 2000).map(Fraction)


@st.composite
def bands(draw: st.DrawFn) -> list[Band]:
    edges: list[int | None] = [*sorted(draw(st.sets(st.integers(1, 1500), max_size=4))), None]
    return [Band(to=None if edge is None else Decimal(edge), price=draw(PRICES)) for edge in edges]


@st.composite
def amounts(draw: st.DrawFn, currency: str) -> list[Decimal]:
    return [
        money(Fraction(item, 1000), currency)
        for item in draw(st.lists(st.integers(1, 10**8), min_size=1, max_size=8))
    ]


@given(bands(), COUNTS, COUNTS)
def test_graduated_bands_add_up(prices: list[Band], first: Fraction, second: Fraction) -> None:
    assert graduated(prices, first) + graduated(prices, second, first) == graduated(prices, first + second)


@given(bands(), COUNTS)
def test_graduated_bands_rise_by_the_price_of_one_unit(prices: list[Band], quantity: Fraction) -> None:
    step = graduated(prices, quantity + 1) - graduated(prices, quantity)
    assert step in {Fraction(band.price) for band in prices}


@given(bands(), COUNTS)
def test_the_steps_of_bands_are_their_arithmetic(prices: list[Band], quantity: Fraction) -> None:
    rows = [{key: Fraction(value) for key, value in step.numbers} for step in band_steps(prices, quantity)]
    assert sum(row["units"] for row in rows) == quantity
    assert all(row["units"] * row["price"] == row["amount"] for row in rows)
    assert sum(row["amount"] for row in rows) == graduated(prices, quantity)


@given(PRICES, COUNTS)
def test_one_band_is_the_same_graduated_and_whole(price: Decimal, quantity: Fraction) -> None:
    assert graduated([Band(price=price)], quantity) == whole([Band(price=price)], quantity)


@given(PRICES, st.integers(28, 31), st.data())
def test_the_days_of_a_month_sum_to_its_price(price: Decimal, days: int, data: st.DataObject) -> None:
    parts, left = [], days
    while left:
        parts.append(data.draw(st.integers(1, left)))
        left -= parts[-1]
    assert sum(fixed_part(Fraction(price), part, days) for part in parts) == Fraction(price)


@given(CURRENCIES, st.data())
def test_cut_shares_sum_to_the_cap_and_none_grows(currency: str, data: st.DataObject) -> None:
    given_amounts = data.draw(amounts(currency))
    cap = money_down(Fraction(data.draw(st.integers(0, 10**8)), 1000), currency)
    found = cut_to(given_amounts, cap, currency)
    assert total(found) == min(cap, total(given_amounts))
    assert all(0 <= share <= amount for share, amount in zip(found, given_amounts, strict=True))


@given(
    CURRENCIES, st.lists(st.integers(0, 1000).map(Fraction), min_size=1, max_size=8), st.integers(0, 10**7)
)
def test_shares_sum_exactly(currency: str, weights: list[Fraction], coins: int) -> None:
    weights[0] += 1
    amount = money(Fraction(coins, 10 ** minor_units(currency)), currency)
    assert total(share_out(weights, amount, currency)) == amount


@given(st.fractions(min_value=-(10**9), max_value=10**9), CURRENCIES)
def test_rounding_is_within_half_a_coin_and_down_never_above(value: Fraction, currency: str) -> None:
    coin = Fraction(1, 10 ** minor_units(currency))
    assert abs(Fraction(money(value, currency)) - value) <= coin / 2
    assert 0 <= value - Fraction(money_down(value, currency)) < coin
    assert -money(value, currency).as_tuple().exponent == minor_units(currency)  # type: ignore[operator]


@given(st.fractions(max_denominator=1000))
def test_exact_numbers_read_back(value: Fraction) -> None:
    assert Fraction(text(value)) == value
    found = exact_decimal(value)
    assert found is None or Fraction(found) == value


@settings(max_examples=20, deadline=None)
@given(st.lists(st.integers(0, 40), min_size=12, max_size=12), bands())
def test_true_ups_make_the_year_cost_its_whole_volume_price(counts: list[int], prices: list[Band]) -> None:
    """With prices in whole coins nothing but the price of the year's volume is left."""
    small = [
        Band(to=None if b.to is None else b.to // 10 + n, price=money(b.price, "EUR"))
        for n, b in enumerate(prices)
    ]
    edges = ", ".join(
        f"{{{f'to: {band.to}, ' if band.to is not None else ''}price: {band.price}}}" for band in small
    )
    rows = [
        (f"{month}-{n}", f"2026-{month:02d}-05T10:00:00", "delivered")
        for month, count in enumerate(counts, start=1)
        for n in range(count)
    ]
    here = world(
        f"pricing: [{{per_unit: delivered, name: W, bands: [{edges}], over: year, bands_are: whole}}]", rows
    )
    billed = total(line.amount for month in here.statements() for line in month.lines)
    assert billed == money(whole(small, Fraction(sum(counts))), "EUR")
