"""The compiled calendar: its edges, its horizon, and that it may be shared."""

from __future__ import annotations

import pickle
import re
import subprocess
import sys
import threading
from dataclasses import FrozenInstanceError
from datetime import date
from typing import Any

import numpy as np
import pytest
from tests.core.calendars.moments import DAY, HOUR, MINUTE, at, shown

from giao.core.calendars import (
    ALWAYS,
    BEYOND,
    Calendar,
    CalendarSpec,
    HorizonError,
    always,
    compile_calendar,
    compile_calendars,
)
from giao.core.calendars import kernel as compiled

ZONE = "Asia/Ho_Chi_Minh"
OFFICE: dict[str, Any] = {"zone": ZONE, "hours": {"mon-fri": [["08:00", "12:00"], ["13:00", "17:30"]]}}
YEAR = (date(2026, 1, 1), date(2026, 12, 31))


def compile_office(**more: Any) -> Calendar:
    return compile_calendar(CalendarSpec.model_validate({**OFFICE, **more}), *YEAR, name="office")


def test_a_closing_is_not_open_and_a_budget_may_end_on_it() -> None:
    office = compile_office()
    opening, closing = at("2026-03-02T08:00", ZONE), at("2026-03-02T17:30", ZONE)
    assert [office.is_open(moment) for moment in (opening - 1, opening, closing - 1, closing)] == [
        False,
        True,
        True,
        False,
    ]
    day = 8 * HOUR + 30 * MINUTE
    assert office.between(opening, closing) == day
    assert office.add(opening, day) == closing
    assert office.add(opening, day + 1) == at("2026-03-03T08:00", ZONE) + 1
    assert office.add(opening, 4 * HOUR) == at("2026-03-02T12:00", ZONE)
    # From a closed moment: no time at all is that moment, the least time is after the opening.
    night = at("2026-03-02T23:00", ZONE)
    assert office.add(night, 0) == night
    assert office.add(night, 1) == at("2026-03-03T08:00", ZONE) + 1


def test_open_intervals_are_cut_to_the_question() -> None:
    office = compile_office()
    found = office.open_intervals(at("2026-03-02T09:00", ZONE), at("2026-03-02T13:30", ZONE))
    assert [(shown(a, ZONE)[11:16], shown(b, ZONE)[11:16]) for a, b in found] == [
        ("09:00", "12:00"),
        ("13:00", "13:30"),
    ]
    noon = at("2026-03-02T12:00", ZONE)
    assert office.open_intervals(noon, noon + HOUR) == []
    assert office.open_intervals(noon - HOUR, noon - HOUR) == []


def test_backward_questions_are_refused() -> None:
    office = compile_office()
    moment = at("2026-03-02T09:00", ZONE)
    for ask in (office.between, office.open_intervals):
        with pytest.raises(ValueError, match=f"The end {moment - 1} is before the start {moment}; swap them"):
            ask(moment, moment - 1)
    with pytest.raises(ValueError, match=f"Row 1: The end {moment - 1} is before the start"):
        office.between_many([moment, moment], [moment, moment - 1])
    with pytest.raises(ValueError, match="-5 microseconds is negative"):
        office.add(moment, -5)
    with pytest.raises(ValueError, match="Row 2: a duration of -5"):
        office.add_many(moment, [0, 1, -5])


def test_only_integers_are_instants() -> None:
    office = compile_office()
    with pytest.raises(TypeError, match="integer microseconds, not float64; convert them first"):
        office.between_many([1.5], [2.5])
    with pytest.raises(TypeError, match="not datetime64"):
        office.between_many(np.array(["2026-01-01"], dtype="datetime64[us]"), [1])


def test_arrays_of_any_shape_of_memory() -> None:
    office = compile_office()
    base = np.arange(20) * HOUR + at("2026-03-02T00:00", ZONE)
    frozen = base.copy()
    frozen.flags.writeable = False
    expected = [office.between(int(a), int(a) + DAY) for a in base]
    assert office.between_many(base, base + DAY).tolist() == expected
    assert office.between_many(frozen, frozen + DAY).tolist() == expected
    assert office.between_many(base[::2], base[::2] + DAY).tolist() == expected[::2]
    assert office.between_many(base.astype(np.uint64), base + DAY).tolist() == expected
    assert office.between_many(int(base[0]), base).tolist() == [
        office.between(int(base[0]), int(b)) for b in base
    ]
    assert office.between_many([], []).tolist() == office.add_many([], []).tolist() == []


def test_opens_and_closes_are_sorted_apart_and_read_only() -> None:
    office = compile_office(
        hours={"mon-sun": [["22:00", "06:00"], ["06:00", "07:00"]], "tue": [["05:00", "06:00"]]}
    )
    assert np.all(office.opens < office.closes)
    assert np.all(office.opens[1:] > office.closes[:-1])
    with pytest.raises(ValueError, match="read-only"):
        office.opens[0] = 0


# The horizon


def test_it_extends_both_ways_and_stays_the_same_calendar() -> None:
    office = compile_office(holidays="VN")
    answer = office.between(at("2026-03-02T00:00Z"), at("2026-04-02T00:00Z"))
    low, high = office.horizon
    past, future = at("2011-05-04T00:00Z"), at("2041-05-04T00:00Z")
    assert past < low < high < future
    reference = compile_calendar(office.spec, date(2011, 1, 1), date(2041, 12, 31))
    assert office.between(past, future) == reference.between(past, future)
    assert office.horizon[0] <= past
    assert office.horizon[1] >= future
    assert office.between(at("2026-03-02T00:00Z"), at("2026-04-02T00:00Z")) == answer
    assert office == compile_office(holidays="VN")


def test_a_long_budget_extends_it() -> None:
    office = compile_office(holidays="VN")
    start = at("2026-03-02T08:00", ZONE)
    ten_years = 20_000 * HOUR
    due = office.add(start, ten_years)
    assert due > at("2035-01-01T00:00Z")
    assert office.between(start, due) == ten_years
    other = compile_office(holidays="VN")
    assert other.add_many([start, start], [1, ten_years]).tolist() == [start + 1, due]
    assert compile_office(holidays="VN").business_day_due(start, 2500) > at("2035-01-01T00:00Z")


def test_one_long_budget_does_not_ask_for_years_that_no_row_needs() -> None:
    office = compile_office(holidays="VN")
    early, late = at("2026-03-02T08:00", ZONE), at("2090-03-01T08:00", ZONE)
    budget = 40_000 * HOUR
    assert office.add_many([early, late], [budget, HOUR]).tolist() == [
        office.add(early, budget),
        office.add(late, HOUR),
    ]


def test_past_the_known_holidays_it_raises() -> None:
    office = compile_office(holidays="VN")
    start = at("2100-12-01T00:00Z")
    words = r"'office' knows its days from 1901-\S+ to 2100-\S+ \(public holidays of VN\); \S+ is outside"
    for ask in (
        lambda: office.between(start, start + 365 * DAY),
        lambda: office.add(start, 1000 * HOUR),
        lambda: office.business_day_due(start, 200),
        lambda: office.between_many([start], [start + 365 * DAY]),
        lambda: office.add_many([start], [1000 * HOUR]),
        lambda: office.business_days_between(start, start + 365 * DAY),
        lambda: office.why_closed(date(1890, 1, 1)),
        lambda: office.cover(start, start + 365 * DAY),
        lambda: compile_calendar(office.spec, date(2099, 1, 1), date(2102, 1, 1), name="office"),
    ):
        with pytest.raises(HorizonError, match=words):
            ask()
    # Up to there it answers; a version without public holidays goes on.
    assert office.between(start, start + 7 * DAY) == 5 * (8 * HOUR + 30 * MINUTE)
    free = compile_office(holidays="VN", versions=[{"from": "2027-01-01", "holidays": None}])
    assert free.between(start, start + 365 * DAY) == 261 * (8 * HOUR + 30 * MINUTE)


@pytest.mark.parametrize("moment", ["9990-01-01T00:00Z", "0005-01-01T00:00Z", "2700-01-01T00:00Z"])
def test_a_time_ages_away_is_a_mistake(moment: str) -> None:
    office = compile_office()
    far, near = at(moment), at("2026-03-02T00:00Z")
    with pytest.raises(HorizonError, match="years away; check this time"):
        office.between(min(far, near), max(far, near))


def test_a_calendar_of_a_thousand_years_is_a_mistake() -> None:
    with pytest.raises(HorizonError, match="2026-01-01 to 3026-01-01, more than 400 years; check these days"):
        compile_calendar(CalendarSpec.model_validate(OFFICE), date(2026, 1, 1), date(3026, 1, 1))


@pytest.mark.parametrize("moment", [2**63 - 1, -(2**63), 2**60 + 1, 300_000_000_000_000_000])
def test_what_is_no_instant_at_all(moment: int) -> None:
    for calendar in (compile_office(), always(*YEAR)):
        if calendar.name == "24x7" and abs(moment) <= 2**60:
            continue
        with pytest.raises(HorizonError, match="is no instant"):
            calendar.is_open(moment)
        with pytest.raises(HorizonError, match="is no instant"):
            calendar.between_many([min(moment, 0)], [max(moment, 0)])


def test_a_budget_without_end_is_a_mistake() -> None:
    start = at("2026-03-02T08:00", ZONE)
    for calendar in (compile_office(), always(*YEAR)):
        with pytest.raises(HorizonError, match="never ends; check its unit"):
            calendar.add(start, 2**62)
        with pytest.raises(HorizonError, match="never ends; check its unit"):
            calendar.add_many([start], [2**62])


def test_a_calendar_that_stops_opening() -> None:
    only = compile_calendar(
        CalendarSpec.model_validate(
            {"zone": "UTC", "hours": {}, "open": {"2026-03-02": [["08:00", "12:00"]]}}
        ),
        *YEAR,
    )
    start = at("2026-03-02T08:00Z")
    assert only.add(start, 4 * HOUR) == start + 4 * HOUR
    with pytest.raises(HorizonError, match=r"seems never to open again\. Give it hours, or a later version"):
        only.add(start, 4 * HOUR + 1)


@pytest.mark.parametrize(
    "spec",
    [
        {"zone": "UTC", "hours": {"mon-fri": [["08:00", "12:00"]]}, "holidays": "VN", "versions": [{"from": "2026-05-01", "hours": {}}]},
        {"zone": "UTC", "hours": {"mon-fri": [["08:00", "12:00"]]}, "closed": ["2026-05-01..9999-12-31"]},
    ],
)  # fmt: skip
def test_that_a_calendar_is_over_is_found_out_soon_and_once(spec: dict[str, Any]) -> None:
    """What would lay out a century, again and longer at each question, made explanations take seconds."""
    over = compile_calendar(CalendarSpec.model_validate(spec), *YEAR)
    with pytest.raises(HorizonError) as first:
        over.add(at("2026-06-01T08:00Z"), HOUR)
    said = re.search(r"between 2026-04-(?:29|30) and (\d{4})-", str(first.value))
    assert said
    assert int(said[1]) < 2100
    laid_out = over._horizon.present.layout.last
    for ask in (
        lambda: over.add(at("2026-07-01T08:00Z"), HOUR),
        lambda: over.business_day_due(at("2026-07-01T08:00Z"), 1),
    ):
        with pytest.raises(HorizonError) as again:
            ask()
        assert str(again.value) == str(first.value)
    assert over._horizon.present.layout.last == laid_out
    assert over.add(at("2026-04-28T08:00Z"), HOUR) == at("2026-04-28T09:00Z")


def test_a_calendar_that_opens_years_later() -> None:
    spec = {
        "zone": "UTC",
        "hours": {},
        "versions": [{"from": "2040-01-01", "hours": {"mon": [["08:00", "09:00"]]}}],
    }
    later = compile_calendar(CalendarSpec.model_validate(spec), *YEAR)
    assert later.add(at("2026-01-01T00:00Z"), HOUR) == at("2040-01-02T09:00Z")


# Round the clock


def test_always_is_elapsed_time() -> None:
    calendar = always(*YEAR)
    a, b = at("1500-01-01T00:00Z"), at("2026-03-02T08:00Z")
    assert calendar.between(a, b) == b - a
    assert calendar.add(b, 7) == b + 7
    assert calendar.between_many([a], [b]).tolist() == [b - a]
    assert calendar.add_many([a, b], [b - a, 5]).tolist() == [b, b + 5]
    assert calendar.is_open(b)
    assert calendar.open_intervals(a, b) == [(a, b)]
    assert calendar.zone == "UTC"
    assert calendar.why_closed(date(2026, 3, 1)) is None
    assert calendar.business_day_due(b, 1) == at("2026-03-04T00:00Z")
    assert compile_calendar(ALWAYS, *YEAR, name="24x7") == calendar


def test_round_the_clock_with_a_holiday_closes() -> None:
    calendar = compile_calendar(
        CalendarSpec.model_validate({"zone": ZONE, "hours": "24x7", "closed": ["2026-03-02"]}), *YEAR
    )
    start = at("2026-03-01T12:00", ZONE)
    assert calendar.between(start, start + 2 * DAY) == DAY
    assert calendar.add(start, 12 * HOUR + 1) == at("2026-03-03T00:00", ZONE) + 1


# Compiled code


def test_compiled_code_reads_the_tables_of_every_calendar() -> None:
    for calendar in (compile_office(), always(*YEAR)):
        start = at("2026-03-02T07:00", ZONE)
        calendar.cover(start, start + 30 * DAY)
        tables = calendar.tables()
        due = compiled.reach(tables, start, 5 * HOUR)
        assert due == calendar.add(start, 5 * HOUR)
        assert compiled.opened_before(tables, due) - compiled.opened_before(tables, start) == 5 * HOUR
        assert compiled.reach(tables, start, 0) == start


def test_compiled_code_says_when_a_budget_passes_its_tables() -> None:
    office = compile_office()
    start = at("2026-03-02T08:00", ZONE)
    budget = 10_000 * HOUR
    assert compiled.reach(office.tables(), start, budget) == BEYOND
    office.cover_budget(start - DAY, start, budget)
    assert compiled.reach(office.tables(), start, budget) == office.add(start, budget)
    # Outside the tables it is clamped to them: the caller must `cover` first.
    low, high = office.horizon
    tables = office.tables()
    assert compiled.opened_before(tables, low - DAY) == compiled.opened_before(tables, low) == 0
    assert compiled.opened_before(tables, high + DAY) == compiled.opened_before(tables, high)


def test_many_rows_extend_the_tables_too() -> None:
    starts = np.full(10_000, at("2026-03-02T08:00", ZONE)) + np.arange(10_000)
    budgets = np.where(np.arange(10_000) == 5000, 10_000 * HOUR, HOUR)
    office = compile_office()
    due = office.add_many(starts, budgets)
    assert due[5000] == office.add(int(starts[5000]), 10_000 * HOUR)
    assert np.array_equal(office.between_many(starts, due), budgets)


def test_importing_calendars_loads_neither_numba_nor_the_holidays() -> None:
    code = (
        "import sys; import giao.core.calendars as c; from datetime import date;"
        "office = c.compile_calendar(c.CalendarSpec.model_validate("
        "{'zone': 'UTC', 'hours': {'mon-fri': [['08:00', '12:00']]}}), date(2026, 1, 1), date(2026, 2, 1));"
        "assert office.between_many([0], [10**12]).tolist() == [office.between(0, 10**12)];"
        "assert office.add_many([0], [10**10]).tolist() == [office.add(0, 10**10)];"
        "print(sorted({'numba', 'holidays', 'django', 'polars'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


# Shared


def test_it_is_frozen() -> None:
    office = compile_office()
    with pytest.raises(FrozenInstanceError):
        office.name = "other"  # type: ignore[misc]
    assert repr(office).startswith("<Calendar 'office' in Asia/Ho_Chi_Minh, 2025-")
    assert len({office, compile_office()}) == 1
    assert office != compile_office(cut_off="15:00")


def test_it_travels_to_another_process() -> None:
    specs = {
        "office": CalendarSpec.model_validate({**OFFICE, "holidays": "VN"}),
        "london": CalendarSpec.model_validate(
            {"zone": "Europe/London", "hours": {"mon-fri": [["09:00", "17:30"]]}}
        ),
        "sun": CalendarSpec(any_of=("office", "london")),
    }
    for calendar in compile_calendars(specs, *YEAR).values():
        again = pickle.loads(pickle.dumps(calendar))
        assert again.horizon == calendar.horizon
        assert again == calendar
        start = at("2026-03-02T08:00", ZONE)
        assert again.add(start, 100 * HOUR) == calendar.add(start, 100 * HOUR)


def test_threads_may_extend_it_at_once() -> None:
    office = compile_office()
    reference = compile_calendar(office.spec, date(1990, 1, 1), date(2060, 12, 31))
    days = [at(f"{year}-06-01T00:00Z") for year in range(1991, 2060, 3)]
    failures: list[Any] = []

    def ask(offset: int) -> None:
        for day in (days[offset:] + days[:offset]) * 3:
            try:
                pair = (day, day + 90 * DAY)
                if office.between(*pair) != reference.between(*pair):
                    failures.append(day)
                if office.business_day_due(day, 5) != reference.business_day_due(day, 5):
                    failures.append(day)
            except Exception as error:
                failures.append(error)

    threads = [threading.Thread(target=ask, args=(offset,)) for offset in range(0, len(days), 4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
