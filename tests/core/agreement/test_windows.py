"""Windows: names, edges at DST and year ends, cuts to the term, and the law that they partition it."""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from giao.core.agreement.document.kpi import Rolling, WindowSpec
from giao.core.agreement.facts import to_us
from giao.core.agreement.results import Window
from giao.core.agreement.windows import first_of, local_day, midnight_us, months, window_id, windows

AMSTERDAM, SAIGON = ZoneInfo("Europe/Amsterdam"), ZoneInfo("Asia/Ho_Chi_Minh")
HOUR_US = 3_600_000_000
UNITS = ["day", "week", "month", "quarter", "year", "contract_year"]


def listed(unit: str, start: date, end: date, zone: ZoneInfo = AMSTERDAM, **options: object) -> list[Window]:
    spec = WindowSpec.model_validate({"unit": unit})
    return windows(spec, start, end, zone, until=end, anniversary=start, **options)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("unit", "day", "first", "name"),
    [
        ("day", date(2026, 3, 7), date(2026, 3, 7), "2026-03-07"),
        ("week", date(2021, 1, 3), date(2020, 12, 28), "2020-W53"),
        ("week", date(2024, 12, 30), date(2024, 12, 30), "2025-W01"),
        ("week", date(2018, 1, 31), date(2018, 1, 29), "2018-W05"),
        ("month", date(2024, 2, 29), date(2024, 2, 1), "2024-02"),
        ("quarter", date(2018, 3, 31), date(2018, 1, 1), "2018-Q1"),
        ("quarter", date(2018, 12, 31), date(2018, 10, 1), "2018-Q4"),
        ("year", date(2018, 12, 31), date(2018, 1, 1), "2018"),
    ],
)
def test_names_and_first_days(unit: str, day: date, first: date, name: str) -> None:
    assert first_of(day, unit) == first  # type: ignore[arg-type]
    assert window_id(first, unit) == name  # type: ignore[arg-type]


def test_a_contract_year_that_begins_on_29_february_begins_on_28_in_common_years() -> None:
    years = listed("contract_year", date(2024, 2, 29), date(2028, 6, 30))
    assert [(w.id, w.first, w.last) for w in years] == [
        ("CY1", date(2024, 2, 29), date(2025, 2, 27)),
        ("CY2", date(2025, 2, 28), date(2026, 2, 27)),
        ("CY3", date(2026, 2, 28), date(2027, 2, 27)),
        ("CY4", date(2027, 2, 28), date(2028, 2, 28)),
        ("CY5", date(2028, 2, 29), date(2028, 6, 30)),
    ]


def test_months_with_a_change_of_the_clocks_are_an_hour_shorter_and_longer() -> None:
    found = {
        w.id: w for w in months(date(2026, 1, 1), date(2026, 12, 31), AMSTERDAM, until=date(2026, 12, 31))
    }
    assert found["2026-03"].end_us - found["2026-03"].start_us == (31 * 24 - 1) * HOUR_US
    assert found["2026-10"].end_us - found["2026-10"].start_us == (31 * 24 + 1) * HOUR_US
    assert found["2026-12"].end_us == to_us(datetime(2026, 12, 31, 23, tzinfo=UTC), AMSTERDAM)


def test_a_local_year_end_is_not_that_of_utc() -> None:
    december = months(date(2026, 12, 1), date(2027, 1, 31), SAIGON, until=date(2027, 1, 31))[0]
    assert december.end_us == to_us(datetime(2026, 12, 31, 17, tzinfo=UTC), SAIGON)
    assert local_day(december.end_us, SAIGON) == date(2027, 1, 1)
    assert local_day(december.end_us - 1, SAIGON) == date(2026, 12, 31)


def test_a_skipped_midnight_begins_the_day_at_one() -> None:
    """Cairo skipped 00:00 on 28 April 2023: the day began at 01:00 summer time, 22:00 UTC the day before."""
    cairo = ZoneInfo("Africa/Cairo")
    assert midnight_us(date(2023, 4, 28), cairo) == to_us(datetime(2023, 4, 27, 22, tzinfo=UTC), cairo)


def test_partial_cut_full_and_skip() -> None:
    start, end = date(2026, 4, 16), date(2026, 6, 10)
    cut = listed("month", start, end)
    assert [(w.id, w.days, w.full_days) for w in cut] == [
        ("2026-04", 15, 30),
        ("2026-05", 31, 31),
        ("2026-06", 10, 30),
    ]
    full = listed("month", start, end, partial="full")
    assert (full[0].id, full[0].first, full[0].full_first) == (
        "2026-04",
        date(2026, 4, 16),
        date(2026, 4, 1),
    )
    assert [w.id for w in listed("month", start, end, partial="skip")] == ["2026-05"]


def test_only_windows_that_have_begun() -> None:
    spec = WindowSpec(unit="month")
    found = windows(spec, date(2026, 1, 1), date(2026, 12, 31), SAIGON, until=date(2026, 3, 1))
    assert [w.id for w in found] == ["2026-01", "2026-02", "2026-03"]


def test_a_first_window_begins_with_the_service_not_with_its_unit() -> None:
    spec = WindowSpec(unit="month")
    begins = date(2026, 1, 15)
    assert windows(spec, begins, date(2026, 12, 31), SAIGON, until=date(2026, 1, 14)) == []
    assert [w.id for w in windows(spec, begins, date(2026, 12, 31), SAIGON, until=begins)] == ["2026-01"]


def test_rolling_windows_end_with_each_unit_and_reach_back_as_far_as_the_service_goes() -> None:
    spec = WindowSpec(rolling=Rolling(last=3, of="month"))
    found = windows(spec, date(2026, 1, 15), date(2026, 12, 31), SAIGON, until=date(2026, 4, 2))
    assert [(w.id, w.first, w.last) for w in found] == [
        ("2026-01~3", date(2026, 1, 15), date(2026, 1, 31)),
        ("2026-02~3", date(2026, 1, 15), date(2026, 2, 28)),
        ("2026-03~3", date(2026, 1, 15), date(2026, 3, 31)),
        ("2026-04~3", date(2026, 2, 1), date(2026, 4, 30)),
    ]


days = st.dates(date(2019, 1, 1), date(2030, 12, 31))
zones = st.sampled_from(
    ["UTC", "Europe/Amsterdam", "Asia/Ho_Chi_Minh", "America/Santiago", "Australia/Lord_Howe"]
)


@given(start=days, length=st.integers(0, 900), unit=st.sampled_from(UNITS), zone=zones)
def test_windows_partition_the_term(start: date, length: int, unit: str, zone: str) -> None:
    end = start + timedelta(days=length)
    found = listed(unit, start, end, ZoneInfo(zone))
    assert found[0].start_us == midnight_us(start, ZoneInfo(zone))
    assert found[-1].end_us == midnight_us(end + timedelta(days=1), ZoneInfo(zone))
    assert sum(w.days for w in found) == length + 1
    assert len({w.id for w in found}) == len(found)
    for before, after in itertools.pairwise(found):
        assert before.end_us == after.start_us
        assert before.last + timedelta(days=1) == after.first
        assert before.days == before.full_days or before is found[0]


@given(day=days, unit=st.sampled_from(UNITS), start=days)
def test_every_day_is_in_the_unit_that_begins_on_its_first_day(day: date, unit: str, start: date) -> None:
    first = first_of(day, unit, start)  # type: ignore[arg-type]
    assert first <= day
    assert first_of(first, unit, start) == first  # type: ignore[arg-type]
