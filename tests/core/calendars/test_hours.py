"""Hours of a week as they are written."""

from __future__ import annotations

from datetime import time
from typing import Any

import pytest
from tests.core.calendars.moments import DAY, HOUR, MINUTE, SECOND

from giao.core.calendars.hours import ALL_WEEK, read_clock, read_spans, read_week, read_weekdays, write_clock
from giao.core.calendars.spec import CalendarSpec


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("08:00", 8 * HOUR),
        ("8:05", 8 * HOUR + 5 * MINUTE),
        ("24:00", DAY),
        ("00:00", 0),
        ("17:30:15", 17 * HOUR + 30 * MINUTE + 15 * SECOND),
        (time(13, 15), 13 * HOUR + 15 * MINUTE),
        (780, 13 * HOUR),  # 13:00 unquoted in YAML 1.1
        (1440, DAY),  # 24:00 unquoted
        (46_815, 13 * HOUR + 15 * SECOND),  # 13:00:15 unquoted
    ],
)
def test_a_time_of_day(written: Any, moment: int) -> None:
    assert read_clock(written, "here") == moment


@pytest.mark.parametrize(
    "written", ["25:00", "24:01", "8", "08.00", "noon", 8, 17.5, None, True, "-1:00", "08:60", 2000]
)
def test_what_is_no_time_of_day(written: Any) -> None:
    with pytest.raises(ValueError, match=r'here: .* is not a time of day; write it as "HH:MM"'):
        read_clock(written, "here")


@pytest.mark.parametrize(
    ("key", "days"),
    [
        ("mon", (0,)),
        ("mon-fri", (0, 1, 2, 3, 4)),
        ("mon,wed", (0, 2)),
        ("sun-tue", (6, 0, 1)),
        ("Sat - Sun", (5, 6)),
        ("mon-wed, fri", (0, 1, 2, 4)),
        ("mon-sun", (0, 1, 2, 3, 4, 5, 6)),
    ],
)
def test_weekday_keys(key: str, days: tuple[int, ...]) -> None:
    assert read_weekdays(key, "hours") == days


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("monday", "'monday' in 'monday' is not a weekday"),
        ("mon-", "''"),
        ("mon-wed-fri", "more than two ends"),
        (1, "1 is not"),
    ],
)
def test_wrong_weekday_keys(key: Any, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        read_weekdays(key, "hours")


def test_an_end_at_or_before_the_start_is_on_the_next_day() -> None:
    assert read_spans([["22:00", "06:00"]], "here") == ((22 * HOUR, 30 * HOUR),)
    assert read_spans([["08:00", "08:00"]], "here") == ((8 * HOUR, 32 * HOUR),)
    assert read_spans([["00:00", "24:00"]], "here") == ((0, DAY),)


def test_intervals_are_sorted_and_may_touch() -> None:
    assert read_spans([["13:00", "17:00"], ["08:00", "13:00"]], "here") == (
        (8 * HOUR, 13 * HOUR),
        (13 * HOUR, 17 * HOUR),
    )


@pytest.mark.parametrize(
    ("hours", "words"),
    [
        (
            {"mon": [["08:00", "12:00"], ["11:00", "17:30"]]},
            "hours mon: 08:00-12:00 and 11:00-17:30 overlap; join them",
        ),
        (
            {"mon-fri": [["08:00", "12:00"]], "fri": [["11:30", "15:00"]]},
            "Friday: 08:00-12:00 and 11:30-15:00 overlap",
        ),
        ({"mon": [["22:00", "06:00"], ["23:00", "24:00"]]}, "22:00-06:00 and 23:00-24:00 overlap"),
        ({"mon": ["08:00", "12:00"]}, "interval 1: '08:00' is not an interval"),
        ({"mon": "08:00-12:00"}, "is not a list of intervals"),
        ({"mon": [["24:00", "02:00"]]}, "opening at 24:00 is the next day's 00:00"),
        ({"mon": [["08:00", "12:00", "13:00"]]}, "write two times"),
        ("9to5", 'neither "24x7" nor a mapping'),
        (None, 'neither "24x7" nor a mapping'),
    ],
)
def test_wrong_hours_are_answered_with_the_place_and_the_mend(hours: Any, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        CalendarSpec.model_validate({"zone": "UTC", "hours": hours})


def test_a_weekday_named_by_two_keys_has_the_hours_of_both() -> None:
    week = read_week({"mon-fri": [["08:00", "12:00"]], "fri": [["13:00", "15:00"]]}, "hours")
    assert week[3] == ((8 * HOUR, 12 * HOUR),)
    assert week[4] == ((8 * HOUR, 12 * HOUR), (13 * HOUR, 15 * HOUR))


def test_round_the_clock_is_one_content() -> None:
    spec = CalendarSpec.model_validate({"zone": "UTC", "hours": {"mon-sun": [["00:00", "24:00"]]}})
    assert spec.hours == ALL_WEEK == CalendarSpec.model_validate({"zone": "UTC", "hours": "24x7"}).hours


@pytest.mark.parametrize("text", ["00:00", "08:05", "24:00", "17:30:15"])
def test_times_are_written_as_read(text: str) -> None:
    assert write_clock(read_clock(text, "here")) == text
