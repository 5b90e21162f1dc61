"""The day count of agreements: which day is day 0, what is due when, and how many days have passed."""

from __future__ import annotations

from datetime import date, time
from typing import Any

import numpy as np
import pytest
from tests.core.calendars.moments import HOUR, MINUTE, at, shown

from giao.core.calendars import Calendar, CalendarSpec, compile_calendar

ZONE = "Asia/Ho_Chi_Minh"
SPLIT = {"mon-fri": [["08:00", "12:00"], ["13:00", "17:30"]]}
NIGHTS = {"mon-fri": [["22:00", "06:00"]]}


def compile_hours(hours: Any, zone: str = ZONE, **more: Any) -> Calendar:
    spec = CalendarSpec.model_validate({"zone": zone, "hours": hours, **more})
    return compile_calendar(spec, date(2026, 1, 1), date(2026, 12, 31))


@pytest.mark.parametrize(
    ("received", "n", "due"),
    [
        # 2 March 2026 is a Monday.
        ("2026-03-02T08:00", 0, "2026-03-02T17:30"),
        ("2026-03-02T03:00", 0, "2026-03-02T17:30"),  # before opening counts as that day
        ("2026-03-02T12:30", 1, "2026-03-03T17:30"),  # in the break
        ("2026-03-02T17:30", 1, "2026-03-03T17:30"),  # at closing still that day
        ("2026-03-02T17:30:00.000001", 1, "2026-03-04T17:30"),  # strictly after it the next
        ("2026-03-06T18:00", 0, "2026-03-09T17:30"),
        ("2026-03-07T10:00", 2, "2026-03-11T17:30"),  # Saturday counts as Monday
        ("2026-03-06T16:00", 5, "2026-03-13T17:30"),
    ],
)
def test_due_at_closing(received: str, n: int, due: str) -> None:
    assert shown(compile_hours(SPLIT).business_day_due(at(received, ZONE), n), ZONE)[:16] == due


@pytest.mark.parametrize(
    ("received", "day_0"),
    [
        ("2026-03-02T14:59", "2026-03-02"),
        ("2026-03-02T15:00", "2026-03-02"),  # at the cut-off still that day
        ("2026-03-02T15:00:00.000001", "2026-03-03"),
        ("2026-03-06T15:30", "2026-03-09"),
        ("2026-03-07T09:00", "2026-03-09"),
    ],
)
@pytest.mark.parametrize("own", [True, False])
def test_the_cut_off(received: str, day_0: str, own: bool) -> None:
    """The same whether it stands in the calendar or comes with the target, which replaces the calendar's."""
    calendar = compile_hours(SPLIT, cut_off="15:00") if own else compile_hours(SPLIT, cut_off="09:00")
    for cut_off in [None] if own else ["15:00", time(15), 15 * HOUR]:
        assert shown(calendar.business_day_due(at(received, ZONE), 0, cut_off), ZONE)[:10] == day_0


def test_a_cut_off_after_closing_cuts_nothing_off_and_one_before_opening_everything() -> None:
    calendar = compile_hours(SPLIT)
    evening, morning = at("2026-03-02T18:00", ZONE), at("2026-03-02T07:30", ZONE)
    assert calendar.business_day_due(evening, 0, "20:00") == at("2026-03-03T17:30", ZONE)
    assert calendar.business_day_due(morning, 0, "07:00") == at("2026-03-03T17:30", ZONE)


@pytest.mark.parametrize(
    ("received", "due"),
    [
        ("2026-03-03T02:00", "2026-03-03T06:00"),  # within Monday's shift: received on Monday
        ("2026-03-02T21:00", "2026-03-03T06:00"),
        ("2026-03-03T06:00", "2026-03-03T06:00"),
        ("2026-03-03T06:30", "2026-03-04T06:00"),
        ("2026-03-07T05:00", "2026-03-07T06:00"),  # Friday's shift ends on Saturday
        ("2026-03-07T07:00", "2026-03-10T06:00"),
    ],
)
def test_a_shift_over_midnight_belongs_to_the_day_on_which_it_starts(received: str, due: str) -> None:
    assert shown(compile_hours(NIGHTS).business_day_due(at(received, ZONE), 0), ZONE)[:16] == due


def test_a_cut_off_in_the_small_hours_of_a_shift() -> None:
    calendar = compile_hours(NIGHTS)
    assert calendar.business_day_due(at("2026-03-03T01:59", ZONE), 0, "02:00") == at("2026-03-03T06:00", ZONE)
    assert calendar.business_day_due(at("2026-03-03T02:01", ZONE), 0, "02:00") == at("2026-03-04T06:00", ZONE)
    assert calendar.business_day_due(at("2026-03-02T23:30", ZONE), 0, "23:00") == at("2026-03-04T06:00", ZONE)


@pytest.mark.parametrize(
    ("hours", "received", "n", "due"),
    [
        (SPLIT, "2026-03-02T10:15", 1, "2026-03-03T10:15"),
        (SPLIT, "2026-03-06T16:00", 2, "2026-03-10T16:00"),
        (SPLIT, "2026-03-02T07:00", 1, "2026-03-03T08:00"),  # before opening: the opening
        (SPLIT, "2026-03-02T12:40", 1, "2026-03-03T12:00"),  # in the break: when it began
        (SPLIT, "2026-03-02T19:00", 1, "2026-03-04T17:30"),  # received on Tuesday; after closing: the closing
        (SPLIT, "2026-03-07T10:00", 2, "2026-03-11T10:00"),  # received on Monday
        (NIGHTS, "2026-03-03T02:00", 1, "2026-03-04T02:00"),  # keeps its place in the shift
        (NIGHTS, "2026-03-02T23:00", 1, "2026-03-03T23:00"),
        (NIGHTS, "2026-03-07T02:00", 1, "2026-03-10T02:00"),
        ("24x7", "2026-03-07T02:00", 1, "2026-03-08T02:00"),
    ],
)
def test_the_same_time_of_day(hours: Any, received: str, n: int, due: str) -> None:
    calendar = compile_hours(hours)
    assert shown(calendar.business_day_due(at(received, ZONE), n, same_time=True), ZONE)[:16] == due


def test_the_same_time_after_the_cut_off() -> None:
    calendar = compile_hours(SPLIT, cut_off="15:00")
    due = calendar.business_day_due(at("2026-03-02T16:00", ZONE), 1, same_time=True)
    assert shown(due, ZONE)[:16] == "2026-03-04T16:00"


def test_the_same_time_over_clock_changes() -> None:
    calendar = compile_hours("24x7", zone="Europe/Amsterdam")
    saturday = at("2026-03-28T02:30", "Europe/Amsterdam")
    due = calendar.business_day_due(saturday, 1, same_time=True)
    assert (
        shown(due, "Europe/Amsterdam") == "2026-03-29T03:00:00+02:00"
    )  # 02:30 does not exist: the end of the gap
    autumn = calendar.business_day_due(at("2026-10-24T02:30", "Europe/Amsterdam"), 1, same_time=True)
    assert shown(autumn, "Europe/Amsterdam") == "2026-10-25T02:30:00+02:00"  # the first of the two


def test_round_the_clock_days_close_at_midnight() -> None:
    calendar = compile_hours("24x7", zone="Europe/Amsterdam")
    due = calendar.business_day_due(at("2026-03-28T10:00", "Europe/Amsterdam"), 1)
    assert shown(due, "Europe/Amsterdam") == "2026-03-30T00:00:00+02:00"


def test_holidays_are_no_business_days() -> None:
    calendar = compile_hours(SPLIT, holidays="VN")
    # Friday 13 February 2026, then Tết Monday 16 to Friday 20.
    due = calendar.business_day_due(at("2026-02-13T10:00", ZONE), 1)
    assert shown(due, ZONE)[:16] == "2026-02-23T17:30"
    assert calendar.business_day_due(at("2026-08-21T10:00", ZONE), 1) == at("2026-08-22T17:30", ZONE)


def test_days_between_is_the_inverse_of_due() -> None:
    calendar = compile_hours(SPLIT, holidays="VN")
    received = at("2026-02-06T18:30", ZONE)
    for n in range(30):
        due = calendar.business_day_due(received, n)
        assert calendar.business_days_between(received, due) == n
        assert calendar.business_days_between(received, due - 1) == max(n - 1, 0)
    assert calendar.business_days_between(received, received) == 0
    with pytest.raises(ValueError, match="is before the start"):
        calendar.business_days_between(received, received - 1)


def test_many_are_as_one() -> None:
    calendar = compile_hours(SPLIT, holidays="VN", cut_off="16:00")
    random = np.random.default_rng(3)
    received = random.integers(at("2026-01-05T00:00Z"), at("2026-12-20T00:00Z"), 400)
    days = random.integers(0, 12, 400)
    for same_time in (False, True):
        many = calendar.business_day_due_many(received, days, None, same_time)
        assert many.tolist() == [
            calendar.business_day_due(int(a), int(n), None, same_time)
            for a, n in zip(received, days, strict=True)
        ]
    ends = received + random.integers(0, 90 * 24 * HOUR, 400)
    for cut_off in (None, "10:00"):
        ages = calendar.business_days_between_many(received, ends, cut_off)
        assert ages.tolist() == [
            calendar.business_days_between(int(a), int(b), cut_off)
            for a, b in zip(received, ends, strict=True)
        ]
        assert ages.max() > 30
    assert calendar.business_days_between_many([], []).tolist() == []
    with pytest.raises(ValueError, match="Row 0: The end"):
        calendar.business_days_between_many([5], [4])
    assert calendar.business_day_due_many([], 3).tolist() == []
    assert calendar.business_day_due_many(received[:5], 2).tolist() == [
        calendar.business_day_due(int(a), 2) for a in received[:5]
    ]


def test_wrong_questions() -> None:
    calendar = compile_hours(SPLIT)
    monday = at("2026-03-02T10:00", ZONE)
    with pytest.raises(ValueError, match="-1 business days is negative"):
        calendar.business_day_due(monday, -1)
    with pytest.raises(ValueError, match="-2 business days is negative"):
        calendar.business_day_due_many([monday, monday], [1, -2])
    with pytest.raises(ValueError, match="cut_off: '25:00' is not a time of day"):
        calendar.business_day_due(monday, 1, "25:00")
    with pytest.raises(ValueError, match="not within a day of microseconds"):
        calendar.business_day_due(monday, 1, 25 * HOUR)


def test_a_day_inside_the_night_shift_before_it_closes_with_that_shift() -> None:
    """Monday 22:00-06:00 and Tuesday 01:00-03:00: what comes on Tuesday at 05:00 came in Monday's shift."""
    calendar = compile_hours({"mon": [["22:00", "06:00"]], "tue": [["01:00", "03:00"]]}, zone="UTC")
    start = at("2026-03-02T12:00Z")
    assert calendar.between(start, start + 24 * HOUR) == 8 * HOUR
    assert calendar.business_day_due(at("2026-03-03T05:00Z"), 0) == at("2026-03-03T06:00Z")
    assert calendar.business_day_due(start, 1) == at("2026-03-03T06:00Z")
    assert calendar.business_day_due(at("2026-03-03T06:00Z") + MINUTE, 0) == at("2026-03-10T06:00Z")
