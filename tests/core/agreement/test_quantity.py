"""Quantities read exactly, or a sentence that says what would be right."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from giao.core.agreement.quantity import DAY, HOUR, MINUTE, Level, Period, Within, decimal, percent, plain


@pytest.mark.parametrize(
    ("text", "share"),
    [("95%", "0.95"), ("0.95", "0.95"), (" 99.5 % ", "0.995"), (1, "1"), ("-4%", "-0.04"), ("250%", "2.5")],
)
def test_percent_is_exact(text: object, share: str) -> None:
    assert percent(text) == Decimal(share)


@pytest.mark.parametrize("wrong", [95, "95", "many", 0.95, None, True, "NaN%"])
def test_percent_refuses_what_it_cannot_mean(wrong: object) -> None:
    with pytest.raises(ValueError, match="expected"):
        percent(wrong)


@pytest.mark.parametrize(
    ("text", "measure", "micros", "days"),
    [
        ("4 business hours", "business", 4 * HOUR, None),
        ("90 business minutes", "business", 90 * MINUTE, None),
        ("0.5 business hours", "business", 30 * MINUTE, None),
        ("2 business days", "business", 0, 2),
        ("30 minutes", "elapsed", 30 * MINUTE, None),
        ("5 days", "elapsed", 5 * DAY, None),
        ("1 week", "elapsed", 7 * DAY, None),
        ("PT4H30M", "elapsed", 4 * HOUR + 30 * MINUTE, None),
        ("P2D", "elapsed", 2 * DAY, None),
    ],
)
def test_budgets(text: str, measure: str, micros: int, days: int | None) -> None:
    found = Within.parse(text)
    assert (found.measure, found.microseconds, found.business_days) == (measure, micros, days)


@pytest.mark.parametrize("wrong", ["4", "four hours", "1.5 business days", "P1M", "-3 hours", ""])
def test_budgets_refuse(wrong: str) -> None:
    with pytest.raises(ValueError, match=r"found|months"):
        Within.parse(wrong)


def test_levels_carry_their_unit() -> None:
    assert (Level.parse("95%").value, Level.parse("95%").unit) == (Decimal("0.95"), "share")
    assert (Level.parse("4 hours").value, Level.parse("4 hours").unit) == (Decimal(14400), "seconds")
    assert (Level.parse(0).value, Level.parse(0).unit) == (Decimal(0), "number")
    assert Level.parse("95.0%").canonical() == Level.parse("95%").canonical()


def test_periods_clip_the_day_of_month() -> None:
    assert Period.parse("P1M").after(date(2026, 1, 31)) == date(2026, 2, 28)
    assert Period.parse("P1Y").after(date(2024, 2, 29)) == date(2025, 2, 28)
    assert Period.parse("P10D").after(date(2026, 12, 25)) == date(2027, 1, 4)


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**12), max_value=10**12, places=6))
def test_plain_text_is_the_same_number(number: Decimal) -> None:
    assert decimal(plain(number)) == number
    assert "E" not in plain(number)
