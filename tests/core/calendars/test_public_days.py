"""Public holidays, exchanged days off and worked Saturdays, own days, and which of them wins."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from tests.core.calendars.moments import DAY, HOUR, at, shown

from giao.core.calendars import Calendar, CalendarSpec, compile_calendar
from giao.core.calendars.public_days import known_years, public_days

HOURS = {"mon-thu": [["08:00", "12:00"], ["13:00", "17:30"]], "fri": [["08:00", "11:00"]]}
ZONE = "Asia/Ho_Chi_Minh"


def compile_vietnam(year: int, **more: Any) -> Calendar:
    spec = CalendarSpec.model_validate({"zone": ZONE, "hours": HOURS, "holidays": "VN", **more})
    return compile_calendar(spec, date(year, 1, 1), date(year, 12, 31))


def hours_on(calendar: Calendar, day: str) -> list[str]:
    midnight = at(f"{day}T00:00", calendar.zone)
    return [
        f"{shown(a, calendar.zone)[11:16]}-{shown(b, calendar.zone)[11:16]}"
        for a, b in calendar.open_intervals(midnight, midnight + DAY)
    ]


@pytest.mark.parametrize(
    ("day", "why"),
    [
        # The days off of 2025 as announced: Tết from 27 January, 2 May exchanged for Saturday 26 April.
        ("2025-01-01", "holiday: Tết Dương lịch"),
        ("2025-01-27", "holiday: 29 Tết"),
        ("2025-01-28", "holiday: Giao thừa Tết Nguyên Đán"),
        ("2025-01-29", "holiday: Tết Nguyên Đán"),
        ("2025-01-31", "holiday: Mùng ba Tết Nguyên Đán"),
        ("2025-02-01", "holiday: Mùng bốn Tết Nguyên Đán"),
        ("2025-02-02", "weekend"),
        ("2025-02-03", None),
        ("2025-04-07", "holiday: Ngày Giỗ Tổ Hùng Vương"),
        ("2025-04-26", None),
        ("2025-04-30", "holiday: Ngày Chiến thắng"),
        ("2025-05-02", "holiday: Ngày nghỉ (thay cho ngày 26/04/2025)"),
        ("2025-05-03", "weekend"),
        ("2025-09-01", "holiday: Quốc khánh"),
        # 31 August 2026 exchanged for Saturday 22 August.
        ("2026-08-22", None),
        ("2026-08-29", "weekend"),
        ("2026-08-31", "holiday: Ngày nghỉ (thay cho ngày 22/08/2026)"),
        # The exchange over New Year: 31 December 2018 for 5 January 2019.
        ("2018-12-31", "holiday: Ngày nghỉ (thay cho ngày 05/01/2019)"),
        ("2019-01-05", None),
        ("2014-12-27", None),
    ],
)
def test_days_off_in_vietnam(day: str, why: str | None) -> None:
    when = date.fromisoformat(day)
    assert compile_vietnam(when.year).why_closed(when) == why


@pytest.mark.parametrize(
    ("day", "hours"),
    [
        ("2025-04-26", ["08:00-11:00"]),  # works for Friday 2 May
        ("2026-08-22", ["08:00-12:00", "13:00-17:30"]),  # works for Monday 31 August
        ("2019-01-05", ["08:00-12:00", "13:00-17:30"]),  # works for Monday 31 December 2018
    ],
)
def test_a_worked_saturday_has_the_hours_of_the_day_it_replaces(day: str, hours: list[str]) -> None:
    assert hours_on(compile_vietnam(int(day[:4])), day) == hours


def test_a_worked_saturday_of_a_calendar_closed_on_that_weekday_has_mondays_hours() -> None:
    hours = {"mon": [["09:00", "10:00"]], "tue-thu": [["08:00", "12:00"]]}
    assert hours_on(compile_vietnam(2025, hours=hours), "2025-04-26") == ["09:00-10:00"]


def test_holidays_do_not_depend_on_the_locale(monkeypatch: pytest.MonkeyPatch) -> None:
    for language in ("en_US.UTF-8", "vi_VN.UTF-8", "th_TH.UTF-8", "C"):
        monkeypatch.setenv("LANGUAGE", language)
        monkeypatch.setenv("LANG", language)
        public_days.cache_clear()
        assert public_days("VN", 2026).holidays[date(2026, 2, 17)] == "Tết Nguyên Đán"


def test_exchanges_know_their_days() -> None:
    assert public_days("VN", 2025).workdays == {date(2025, 4, 26): date(2025, 5, 2)}
    assert public_days("VN", 2019).workdays[date(2019, 1, 5)] == date(2018, 12, 31)
    assert date(2026, 2, 14) in public_days("CN", 2026).workdays
    assert public_days("NL", 2026).workdays == {}
    assert known_years("VN")[1] >= 2100


def test_parts_of_a_country_and_several_countries() -> None:
    def why(codes: Any) -> str | None:
        spec = CalendarSpec.model_validate({"zone": "Europe/Berlin", "hours": "24x7", "holidays": codes})
        return compile_calendar(spec, date(2026, 1, 1), date(2026, 12, 31)).why_closed(date(2026, 1, 6))

    assert why("DE") is None
    assert why("DE-BY") == "holiday: Heilige Drei Könige"
    assert why("DE-BE") is None
    assert why(["NL", "DE-BY"]) == "holiday: Heilige Drei Könige"


def test_own_days_win() -> None:
    calendar = compile_vietnam(
        2025,
        closed=["2025-04-26", "2025-03-10..2025-03-12"],
        open={
            "2025-03-11": [["09:00", "10:00"]],
            "2025-01-29": [["10:00", "11:00"]],
            "2025-06-01": [["22:00", "02:00"]],
        },
    )
    assert calendar.why_closed(date(2025, 4, 26)) == "closed by the agreement"  # before the worked Saturday
    assert calendar.why_closed(date(2025, 3, 10)) == "closed by the agreement"
    assert hours_on(calendar, "2025-03-11") == ["09:00-10:00"]  # an exception within the closed days
    assert hours_on(calendar, "2025-01-29") == ["10:00-11:00"]  # before the holiday
    assert calendar.why_closed(date(2025, 6, 1)) is None
    assert hours_on(calendar, "2025-06-02") == ["00:00-02:00", "08:00-12:00", "13:00-17:30"]


def test_why_closed_names_the_weekday() -> None:
    spec = CalendarSpec.model_validate({"zone": "Asia/Riyadh", "hours": {"sun-thu": [["08:00", "16:00"]]}})
    calendar = compile_calendar(spec, date(2026, 1, 1), date(2026, 1, 31))
    assert calendar.why_closed(date(2026, 1, 2)) == "no hours on Fridays"
    assert calendar.why_closed(date(2026, 1, 3)) == "weekend"
    assert calendar.why_closed(date(2026, 1, 4)) is None


def test_versions_replace_what_they_name_from_their_day_on() -> None:
    spec = CalendarSpec.model_validate(
        {
            "zone": ZONE,
            "hours": {"mon-sun": [["22:00", "06:00"]]},
            "holidays": "VN",
            "closed": ["2026-06-30", "2026-07-10"],
            "versions": [
                {"from": "2026-09-01", "holidays": None},
                {"from": "2026-07-01", "hours": {"mon-sun": [["09:00", "17:00"]]}, "closed": []},
            ],
        }
    )
    calendar = compile_calendar(spec, date(2026, 1, 1), date(2026, 12, 31))
    # The shift of 29 June runs into the closed 30th; 1 July has the new hours only.
    assert hours_on(calendar, "2026-06-29") == ["00:00-06:00", "22:00-00:00"]
    assert hours_on(calendar, "2026-06-30") == ["00:00-06:00"]
    assert hours_on(calendar, "2026-07-01") == ["09:00-17:00"]
    assert hours_on(calendar, "2026-07-10") == ["09:00-17:00"]  # closed: [] took it back
    assert calendar.why_closed(date(2026, 8, 31)) is not None
    assert hours_on(calendar, "2026-09-02") == ["09:00-17:00"]  # National Day no longer observed
    assert calendar.why_closed(date(2026, 4, 30)) == "holiday: Ngày Chiến thắng"


def test_a_night_shift_keeps_the_version_of_the_day_on_which_it_starts() -> None:
    spec = CalendarSpec.model_validate(
        {
            "zone": "UTC",
            "hours": {"mon-sun": [["22:00", "06:00"]]},
            "versions": [{"from": "2026-07-01", "hours": {"mon-sun": [["04:00", "05:00"]]}}],
        }
    )
    calendar = compile_calendar(spec, date(2026, 6, 1), date(2026, 7, 31))
    assert hours_on(calendar, "2026-07-01") == ["00:00-06:00"]
    assert hours_on(calendar, "2026-07-02") == ["04:00-05:00"]
    # Its hour lies within the shift of the day before, and counts once.
    assert calendar.between(at("2026-06-30T12:00Z"), at("2026-07-01T12:00Z")) == 8 * HOUR
