"""Follow the sun (any_of) and both at work (all_of)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from tests.core.calendars.moments import DAY, HOUR, MINUTE, at, shown

from giao.core.calendars import Calendar, CalendarSpec, HorizonError, compile_calendars

ZONE = "Asia/Ho_Chi_Minh"
OFFICES: dict[str, Any] = {
    "hcm": {"zone": ZONE, "hours": {"mon-fri": [["08:00", "17:00"]]}, "holidays": "VN"},
    "london": {"zone": "Europe/London", "hours": {"mon-fri": [["09:00", "17:30"]]}},
    "la": {"zone": "America/Los_Angeles", "hours": {"mon-fri": [["08:00", "12:00"], ["13:00", "17:00"]]}},
    "desk": {"zone": "Europe/London", "hours": "24x7"},
    "nights": {"zone": ZONE, "hours": {"mon-fri": [["22:00", "06:00"]]}},
}


def compile_together(**more: Any) -> Calendar:
    specs = {name: CalendarSpec.model_validate(spec) for name, spec in {**OFFICES, "top": more}.items()}
    return compile_calendars(specs, date(2026, 1, 1), date(2026, 12, 31))["top"]


def hours_of(calendar: Calendar, start: str, end: str) -> list[str]:
    found = calendar.open_intervals(at(start), at(end))
    return [f"{shown(a)[5:16]}/{shown(b)[5:16]}" for a, b in found]


def test_any_of_is_open_when_one_of_them_is() -> None:
    calendar = compile_together(any_of=["hcm", "london"])
    assert hours_of(calendar, "2026-01-14T00:00Z", "2026-01-15T00:00Z") == ["01-14T01:00/01-14T17:30"]
    # In Vietnam 30 April is a holiday, in London it is not (BST: UTC+1).
    assert hours_of(calendar, "2026-04-30T00:00Z", "2026-05-01T00:00Z") == ["04-30T08:00/04-30T16:30"]


def test_all_of_is_open_when_all_are() -> None:
    calendar = compile_together(all_of=["hcm", "london"])
    assert hours_of(calendar, "2026-01-14T00:00Z", "2026-01-15T00:00Z") == ["01-14T09:00/01-14T10:00"]
    # In summer London opens at 08:00 UTC: an hour more together.
    assert hours_of(calendar, "2026-07-15T00:00Z", "2026-07-16T00:00Z") == ["07-15T08:00/07-15T10:00"]
    assert hours_of(calendar, "2026-04-30T00:00Z", "2026-05-01T00:00Z") == []
    assert shown(calendar.add(at("2026-01-16T09:30Z"), 45 * MINUTE)) == "2026-01-19T09:15:00+00:00"


def test_the_zone_is_that_of_the_first_unless_it_says_otherwise() -> None:
    assert compile_together(any_of=["london", "hcm"]).zone == "Europe/London"
    assert compile_together(any_of=["london", "hcm"], zone="UTC").zone == "UTC"


def test_a_shift_of_a_member_counts_on_the_day_it_begins() -> None:
    """London's Friday ends at 00:30 on Saturday in Ho Chi Minh City, which does not make Saturday a business day."""
    calendar = compile_together(any_of=["hcm", "london"])
    days = calendar.business_days(date(2026, 1, 15), date(2026, 1, 20))
    assert [day.day for day in days] == [15, 16, 19, 20]
    assert calendar.why_closed(date(2026, 1, 17)) == "hcm: weekend; london: weekend"
    assert shown(calendar.business_day_due(at("2026-01-16T10:00", ZONE), 0), ZONE)[:16] == "2026-01-17T00:30"
    assert shown(calendar.business_day_due(at("2026-01-17T00:20", ZONE), 1), ZONE)[:16] == "2026-01-20T00:30"
    assert shown(calendar.business_day_due(at("2026-01-17T00:31", ZONE), 0), ZONE)[:16] == "2026-01-20T00:30"


def test_all_parts_of_a_members_day_stay_together() -> None:
    """Los Angeles works from 23:00 to 08:00 of the next day in Ho Chi Minh City, with a break after midnight."""
    calendar = compile_together(any_of=["hcm", "la"])
    assert [day.day for day in calendar.business_days(date(2026, 1, 16), date(2026, 1, 19))] == [16, 19]
    due = calendar.business_day_due(at("2026-01-16T10:00", ZONE), 0)
    assert due == at("2026-01-16T17:00", "America/Los_Angeles")
    assert calendar.business_day_due(at("2026-01-17T05:00", ZONE), 0) == due


def test_all_of_counts_the_days_of_the_first() -> None:
    day_first = compile_together(all_of=["nights", "desk"])
    assert day_first.business_day_due(at("2026-03-03T02:00", ZONE), 0) == at("2026-03-03T06:00", ZONE)
    assert len(day_first.business_days(date(2026, 3, 2), date(2026, 3, 8))) == 5
    # Named first, the round-the-clock desk cuts the shift at its own midnight (07:00 in Ho Chi Minh City).
    desk_first = compile_together(all_of=["desk", "nights"])
    assert desk_first.business_day_due(at("2026-03-03T02:00", ZONE), 0) == at("2026-03-03T06:00", ZONE)
    assert day_first.between(at("2026-03-02T00:00Z"), at("2026-03-09T00:00Z")) == 40 * HOUR
    assert desk_first.between(at("2026-03-02T00:00Z"), at("2026-03-09T00:00Z")) == 40 * HOUR


def test_a_cut_off_is_local_to_the_zone() -> None:
    calendar = compile_together(any_of=["hcm", "london"], cut_off="16:00")
    assert calendar.business_day_due(at("2026-01-14T15:59", ZONE), 0) == at("2026-01-14T17:30Z")
    assert calendar.business_day_due(at("2026-01-14T16:01", ZONE), 0) == at("2026-01-15T17:30Z")


def test_the_same_time_within_joined_hours() -> None:
    calendar = compile_together(any_of=["hcm", "london"])
    for received, due in (
        ("2026-01-14T16:30", "2026-01-15T16:30"),  # both at work: one stretch, not two
        ("2026-01-15T00:20", "2026-01-16T00:20"),  # received in Wednesday's shift of London
        ("2026-01-14T06:00", "2026-01-15T08:00"),
    ):
        moment = calendar.business_day_due(at(received, ZONE), 1, same_time=True)
        assert shown(moment, ZONE)[:16] == due


def test_combined_calendars_nest_and_change_by_version() -> None:
    calendar = compile_together(
        any_of=["hcm", "london"],
        versions=[
            {"from": "2026-07-01", "all_of": ["hcm", "london"]},
            {"from": "2026-10-01", "cut_off": "12:00"},
        ],
    )
    assert hours_of(calendar, "2026-06-30T00:00Z", "2026-07-02T00:00Z") == [
        "06-30T01:00/06-30T16:30",
        "07-01T08:00/07-01T10:00",
    ]
    assert calendar.business_day_due(at("2026-10-01T08:00Z"), 0) == at("2026-10-02T10:00Z")
    specs = {name: CalendarSpec.model_validate(spec) for name, spec in OFFICES.items()}
    specs["sun"] = CalendarSpec(any_of=("hcm", "la"))
    specs["top"] = CalendarSpec(all_of=("london", "sun"))
    nested = compile_calendars(specs, date(2026, 1, 1), date(2026, 1, 31))["top"]
    assert hours_of(nested, "2026-01-14T00:00Z", "2026-01-15T00:00Z") == [
        "01-14T09:00/01-14T10:00",
        "01-14T16:00/01-14T17:30",
    ]


def test_calendars_that_never_meet_say_so() -> None:
    specs = {
        "day": CalendarSpec.model_validate({"zone": "UTC", "hours": {"mon-fri": [["08:00", "12:00"]]}}),
        "evening": CalendarSpec.model_validate({"zone": "UTC", "hours": {"mon-fri": [["12:00", "18:00"]]}}),
        "both": CalendarSpec(all_of=("day", "evening")),
    }
    calendar = compile_calendars(specs, date(2026, 1, 1), date(2026, 12, 31))["both"]
    start = at("2026-03-02T08:00Z")
    assert calendar.between(start, start + 365 * DAY) == 0
    assert calendar.add(start, 0) == start
    assert calendar.why_closed(date(2026, 3, 2)) == "its calendars are not open together"
    with pytest.raises(HorizonError, match=r"'both' has no open time between .* seems never to open again"):
        calendar.add(start, 1)
    with pytest.raises(HorizonError, match="seems never to open again"):
        calendar.business_day_due(start, 0)
    with pytest.raises(HorizonError, match="seems never to open again"):
        calendar.add_many([start, start], [0, 1])
