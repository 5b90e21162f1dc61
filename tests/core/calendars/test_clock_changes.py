"""Zones whose clocks jump: forward, back, at midnight, by half an hour, over a whole day, by odd seconds.

The rule under test: an instant is open when the wall clock then reads a time within the hours of its day.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from zoneinfo import available_timezones

import numpy as np
import pytest
from tests.core.calendars.moments import DAY, EPOCH, HOUR, MINUTE, SECOND, at, shown

from giao.core.calendars import Calendar, CalendarSpec, compile_calendar
from giao.core.calendars.offsets import regimes


def compile_hours(zone: str, hours: Any, around: date, **more: Any) -> Calendar:
    spec = CalendarSpec.model_validate({"zone": zone, "hours": hours, **more})
    return compile_calendar(spec, around, around + timedelta(days=3))


def open_on(zone: str, day: str, *pairs: list[str]) -> list[tuple[str, str]]:
    """The open intervals of that day's hours, as UTC text."""
    around = date.fromisoformat(day)
    weekday = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")[around.weekday()]
    calendar = compile_hours(zone, {weekday: list(pairs)}, around)
    start = at(f"{day}T12:00Z")
    return [
        (shown(a)[:16], shown(b)[:16]) for a, b in calendar.open_intervals(start - 2 * DAY, start + 2 * DAY)
    ]


@pytest.mark.parametrize(
    ("pairs", "opened"),
    [
        # 2026-03-29 in Amsterdam: 02:00 CET becomes 03:00 CEST at 01:00 UTC.
        ([["01:30", "02:30"]], [("2026-03-29T00:30", "2026-03-29T01:00")]),
        ([["02:30", "04:00"]], [("2026-03-29T01:00", "2026-03-29T02:00")]),
        ([["02:00", "03:00"]], []),
        ([["01:30", "02:15"], ["02:45", "03:30"]], [("2026-03-29T00:30", "2026-03-29T01:30")]),
        ([["22:00", "06:00"]], [("2026-03-29T20:00", "2026-03-30T04:00")]),
        ([["00:00", "24:00"]], [("2026-03-28T23:00", "2026-03-29T22:00")]),
    ],
)
def test_the_hour_that_does_not_exist(pairs: list[list[str]], opened: list[tuple[str, str]]) -> None:
    assert open_on("Europe/Amsterdam", "2026-03-29", *pairs) == opened


@pytest.mark.parametrize(
    ("pairs", "opened"),
    [
        # 2026-10-25 in Amsterdam: 03:00 CEST becomes 02:00 CET at 01:00 UTC; 02:00-03:00 is shown twice.
        ([["02:00", "03:00"]], [("2026-10-25T00:00", "2026-10-25T02:00")]),
        ([["01:00", "02:00"]], [("2026-10-24T23:00", "2026-10-25T00:00")]),
        ([["03:00", "04:00"]], [("2026-10-25T02:00", "2026-10-25T03:00")]),
        ([["00:00", "04:00"]], [("2026-10-24T22:00", "2026-10-25T03:00")]),
        (
            [["02:15", "02:45"]],
            [("2026-10-25T00:15", "2026-10-25T00:45"), ("2026-10-25T01:15", "2026-10-25T01:45")],
        ),
        (
            [["01:00", "02:30"]],
            [("2026-10-24T23:00", "2026-10-25T00:30"), ("2026-10-25T01:00", "2026-10-25T01:30")],
        ),
        # A break within the hour is a break both times, and intervals that touch lose nothing.
        (
            [["01:00", "02:30"], ["02:30", "04:00"]],
            [("2026-10-24T23:00", "2026-10-25T03:00")],
        ),
        ([["00:00", "24:00"]], [("2026-10-24T22:00", "2026-10-25T23:00")]),
    ],
)
def test_the_hour_that_is_shown_twice(pairs: list[list[str]], opened: list[tuple[str, str]]) -> None:
    assert open_on("Europe/Amsterdam", "2026-10-25", *pairs) == opened


def test_a_night_shift_over_a_change() -> None:
    """22:00-06:00 lasts 7 hours in the night when clocks go forward, 9 when they go back."""
    hours = {"sat": [["22:00", "06:00"]]}
    for day, long in ((date(2026, 3, 28), 7), (date(2026, 10, 24), 9), (date(2026, 5, 2), 8)):
        calendar = compile_hours("Europe/Amsterdam", hours, day)
        noon = at(f"{day}T12:00", "Europe/Amsterdam")
        assert calendar.between(noon, noon + DAY) == long * HOUR


@pytest.mark.parametrize(
    ("zone", "day", "hours_long"),
    [
        ("America/Sao_Paulo", "2018-11-04", 23),  # 00:00 becomes 01:00: the day has no midnight
        ("America/Sao_Paulo", "2018-02-17", 25),  # 24:00 becomes 23:00: its last hour twice
        ("America/Havana", "2025-11-02", 25),  # 01:00 becomes 00:00: its first hour twice
        ("America/Havana", "2025-03-09", 23),
        ("Australia/Lord_Howe", "2025-10-05", 23.5),
        ("Australia/Lord_Howe", "2026-04-05", 24.5),
        ("Asia/Kathmandu", "1985-12-31", 24),
        ("Asia/Kathmandu", "1986-01-01", 23.75),  # +05:30 becomes +05:45 at its midnight
        ("America/Caracas", "2016-05-01", 23.5),
    ],
)
def test_whole_days_are_as_long_as_they_were(zone: str, day: str, hours_long: float) -> None:
    around = date.fromisoformat(day)
    weekday = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")[around.weekday()]
    calendar = compile_hours(zone, {weekday: [["00:00", "24:00"]]}, around)
    noon = at(f"{day}T12:00", zone)
    assert calendar.between(noon - 2 * DAY, noon + 2 * DAY) == hours_long * HOUR
    # Its neighbours are not touched: three days in a row leave nothing out.
    always = compile_hours(zone, {"mon-sun": [["00:00", "24:00"]]}, around)
    assert always.between(noon - 2 * DAY, noon + 2 * DAY) == 4 * DAY


def test_days_share_no_second_at_a_doubled_midnight() -> None:
    """Havana shows 00:00-01:00 of 2 November 2025 twice. Saturday's hours end at the first midnight."""
    saturday = compile_hours("America/Havana", {"sat": [["00:00", "24:00"]]}, date(2025, 11, 1))
    sunday = compile_hours("America/Havana", {"sun": [["00:00", "24:00"]]}, date(2025, 11, 1))
    start = at("2025-11-01T12:00Z")
    [(_, ended)] = saturday.open_intervals(start, start + DAY)
    [(begun, _)] = sunday.open_intervals(start, start + DAY)
    assert ended == begun == at("2025-11-02T04:00Z")


def test_the_day_that_apia_skipped() -> None:
    """Samoa went from Thursday 29 to Saturday 31 December 2011; Friday is no business day and starts no shift."""
    calendar = compile_hours("Pacific/Apia", {"mon-fri": [["09:00", "17:00"]]}, date(2011, 12, 28))
    assert [day.day for day in calendar.business_days(date(2011, 12, 28), date(2012, 1, 3))] == [28, 29, 2, 3]
    assert calendar.why_closed(date(2011, 12, 30)) == "the clocks skipped its hours"
    thursday = at("2011-12-29T16:00", "Pacific/Apia")
    assert shown(calendar.business_day_due(thursday, 1), "Pacific/Apia") == "2012-01-02T17:00:00+14:00"
    assert shown(calendar.add(thursday, 2 * HOUR), "Pacific/Apia") == "2012-01-02T10:00:00+14:00"
    # The night shift of Thursday ends with Thursday: Friday's small hours did not happen, nor did Friday's shift.
    nights = compile_hours("Pacific/Apia", {"thu-fri": [["22:00", "06:00"]]}, date(2011, 12, 29))
    [(opened, closed)] = nights.open_intervals(thursday, thursday + DAY)
    assert (shown(opened, "Pacific/Apia"), closed - opened) == ("2011-12-29T22:00:00-10:00", 2 * HOUR)


def test_offsets_with_seconds() -> None:
    """New York kept local mean time, -4:56:02, until 18 November 1883."""
    calendar = compile_hours("America/New_York", {"mon-sun": [["09:00", "17:00"]]}, date(1883, 11, 17))
    [(opened, closed)] = calendar.open_intervals(at("1883-11-17T12:00Z"), at("1883-11-18T12:00Z"))
    assert (shown(opened), shown(closed)) == ("1883-11-17T13:56:02+00:00", "1883-11-17T21:56:02+00:00")
    # At 12:03:58 the clocks went back to 12:00 (-5:00): that day was 3 min 58 s longer.
    assert (
        calendar.between(at("1883-11-18T12:00Z"), at("1883-11-19T12:00Z"))
        == 8 * HOUR + 3 * MINUTE + 58 * SECOND
    )


@pytest.mark.parametrize(
    "zone", ["Europe/Amsterdam", "America/Sao_Paulo", "Africa/Monrovia", "Pacific/Apia", "Asia/Gaza"]
)
def test_regimes_agree_with_zoneinfo(zone: str) -> None:
    table = regimes(zone, 1900, 2040)
    moments = np.random.default_rng(7).integers(at("1900-01-01T00:00Z"), at("2040-12-31T00:00Z"), 3000)
    # Both sides of every change too.
    moments = np.concatenate((moments, table.starts[1:], table.starts[1:] - 1))
    for moment, wall in zip(moments.tolist(), table.wall(moments).tolist(), strict=True):
        assert shown(moment, zone)[:19] == (EPOCH + timedelta(microseconds=wall)).isoformat()[:19]


@pytest.mark.prove
def test_regimes_agree_with_zoneinfo_in_every_zone() -> None:
    for zone in sorted(available_timezones() - {"localtime", "Factory"}):
        test_regimes_agree_with_zoneinfo(zone)


def test_wall_times_to_instants() -> None:
    """A gap: the first instant after it. Twice shown: the first and the last."""
    table = regimes("Europe/Amsterdam", 2025, 2027)

    def walls(*texts: str) -> Any:
        return np.array([at(f"{text}Z") for text in texts])

    gap, twice, plain = "2026-03-29T02:30", "2026-10-25T02:30", "2026-05-01T09:00"
    assert [shown(one)[:16] for one in table.first_instant(walls(gap, twice, plain)).tolist()] == [
        "2026-03-29T01:00",
        "2026-10-25T00:30",
        "2026-05-01T07:00",
    ]
    assert [shown(one)[:16] for one in table.last_instant(walls(gap, twice, plain)).tolist()] == [
        "2026-03-29T00:59",
        "2026-10-25T01:30",
        "2026-05-01T07:00",
    ]
