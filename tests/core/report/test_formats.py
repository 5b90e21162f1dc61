from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from giao.core.report import formats

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")


def plain(text: str) -> str:
    return text.replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("value", "places", "en", "vi"),
    [
        (Decimal("1234.5"), None, "1,234.5", "1.234,5"),
        (Decimal("-1234567.891"), 2, "−1,234,567.89", "−1.234.567,89"),
        (Fraction(1, 3), None, "0.3333", "0,3333"),
        (Decimal("0.125"), 2, "0.12", "0,12"),
        (Decimal("-0.001"), 2, "0.00", "0,00"),
        (1000, None, "1,000", "1.000"),
        (None, None, "–", "–"),
        (float("nan"), None, "–", "–"),
    ],
)
def test_numbers_in_both_conventions(value: Decimal, places: int | None, en: str, vi: str) -> None:
    assert formats.number(value, "en", places) == en
    assert formats.number(value, "vi", places) == vi


@pytest.mark.parametrize(
    ("amount", "currency", "en", "vi"),
    [
        ("1920", "EUR", "€1,920.00", "1.920,00 €"),
        ("-1920.5", "EUR", "−€1,920.50", "−1.920,50 €"),
        ("42000000", "VND", "VND 42,000,000", "42.000.000 ₫"),
        ("78000", "BRL", "BRL 78,000.00", "78.000,00 BRL"),
        ("1.5", "KWD", "KWD 1.500", "1,500 KWD"),
    ],
)
def test_money_has_the_decimals_of_its_currency(amount: str, currency: str, en: str, vi: str) -> None:
    assert plain(formats.money(Decimal(amount), currency, "en")) == en
    assert plain(formats.money(Decimal(amount), currency, "vi")) == vi


def test_a_unit_price_keeps_its_own_decimals() -> None:
    assert plain(formats.price(Decimal("0.0125"), "EUR")) == "€0.0125"
    assert plain(formats.price(Decimal("21.4"), "EUR")) == "€21.40"
    assert plain(formats.price(Decimal("100"), "EUR")) == "€100.00"


@pytest.mark.parametrize(
    ("share", "text"),
    [("0.941", "94.1%"), ("1", "100%"), ("0", "0%"), ("0.99999", "100.0%"), ("0.00049", "0.0%")],
)
def test_shares(share: str, text: str) -> None:
    assert formats.percent(Decimal(share)) == text


def test_an_exact_share_is_not_rounded() -> None:
    assert formats.exact_percent(Decimal("0.0025")) == "0.25%"
    assert formats.exact_percent(Decimal("0.95"), "vi") == "95%"


HOUR = formats.HOUR


@pytest.mark.parametrize(
    ("us", "how", "en", "vi"),
    [
        (0, {}, "0 s", "0 giây"),
        (1_500_000, {}, "1 s", "1 giây"),
        (250_000, {}, "0.25 s", "0,25 giây"),
        (26 * HOUR + 5 * formats.MINUTE, {}, "1 day 2 h", "1 ngày 2 giờ"),
        (26 * HOUR + 5 * formats.MINUTE, {"business": True}, "26 h 5 min", "26 giờ 5 phút"),
        (26 * HOUR, {"business": True, "day": 8 * HOUR}, "3 business days 2 h", "3 ngày làm việc 2 giờ"),
        (-90 * formats.MINUTE, {}, "−1 h 30 min", "−1 giờ 30 phút"),
        (HOUR + 5_000_000, {}, "1 h", "1 giờ"),
    ],
)
def test_durations_in_their_two_largest_units(us: int, how: dict[str, object], en: str, vi: str) -> None:
    assert plain(formats.duration(us, "en", **how)) == en  # type: ignore[arg-type]
    assert plain(formats.duration(us, "vi", **how)) == vi  # type: ignore[arg-type]


def test_the_exact_duration_tells_the_microsecond() -> None:
    assert formats.exact_duration(26 * HOUR + 1) == "26:00:00.000001"
    assert formats.exact_duration(-61_000_000) == "-0:01:01"


def test_instants_stand_in_the_zone_that_is_asked_for() -> None:
    at = 1463086800000000  # 2016-05-12T21:00Z
    assert plain(formats.instant(at, ZoneInfo("America/Sao_Paulo"))) == "12 May 2016 18:00"
    assert plain(formats.instant(at, HANOI, "vi")) == "13/05/2016 04:00"
    assert plain(formats.instant(at + 1_500_000, HANOI, precise=True)) == "13 May 2016 04:00:01.5 +0700"
    assert formats.instant(None, HANOI) == "–"


def test_a_date_read_as_an_instant_shows_no_microseconds() -> None:
    end = 1463086800000000 + 3 * HOUR - 1
    assert plain(formats.instant(end, ZoneInfo("America/Sao_Paulo"))).endswith("20:59:59.999999")
    assert plain(formats.instant(end + 3 * HOUR, ZoneInfo("America/Sao_Paulo"))) == "12 May 2016 23:59"


@pytest.mark.parametrize(
    ("name", "en", "vi"),
    [
        ("2016-03", "Mar 2016", "tháng 3/2016"),
        ("2016-Q1", "Q1 2016", "quý 1/2016"),
        ("2016-W05", "week 5, 2016", "tuần 5/2016"),
        ("2016", "2016", "2016"),
        ("2016-03-07", "7 Mar 2016", "07/03/2016"),
        ("CY2", "contract year 2", "năm hợp đồng 2"),
        ("2016-03~3", "3 to Mar 2016", "3 kỳ đến tháng 3/2016"),
        ("other", "other", "other"),
    ],
)
def test_windows_as_people_say_them(name: str, en: str, vi: str) -> None:
    assert plain(formats.window(name, "en")) == en
    assert plain(formats.window(name, "vi")) == vi


def test_a_day_without_year() -> None:
    assert plain(formats.day(date(2024, 5, 1), "en", year=False)) == "1 May"
    assert formats.day(date(2024, 5, 1), "vi", year=False) == "1/5"


def test_no_data_is_said_not_counted() -> None:
    assert formats.measure(None, "share", "en") == "no data"
    assert formats.measure(None, "seconds", "vi") == "chưa có dữ liệu"


@given(st.decimals(min_value=-(10**12), max_value=10**12, places=3))
def test_a_number_reads_back(value: Decimal) -> None:
    english = formats.number(value, "en").replace(",", "").replace("−", "-")
    vietnamese = formats.number(value, "vi").replace(".", "").replace(",", ".").replace("−", "-")
    assert Decimal(english) == Decimal(vietnamese) == value


@given(st.integers(min_value=0, max_value=10**15))
def test_a_duration_never_shows_more_than_it_is(us: int) -> None:
    units = {"day": 86_400, "days": 86_400, "h": 3600, "min": 60, "s": 1}
    words = plain(formats.duration(us)).split(" ")
    shown = sum(
        Decimal(n.replace(",", "")) * units[unit] for n, unit in zip(words[::2], words[1::2], strict=True)
    )
    assert shown * 1_000_000 <= us + 100
