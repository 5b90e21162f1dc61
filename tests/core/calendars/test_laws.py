"""Laws of business time, on random calendars near changes of the clock, against a walk of the wall clock."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.core.calendars.moments import DAY, EPOCH
from tests.core.calendars.offices import STEP, cases, combined_cases, spec_of, specs_of
from tests.reference import business_time as plain
from tests.reference.business_time import Office, Together

from giao.core.calendars import Calendar, compile_calendar, compile_calendars
from giao.core.calendars import kernel as compiled

SPAN = 9 * DAY
FEW = settings(max_examples=30, deadline=None)

QUARTER = DAY // 96

# Half of them on the quarter hours, where hours begin and end and budgets run out to the microsecond.
moments = st.integers(0, SPAN) | st.integers(0, SPAN // QUARTER).map(lambda quarter: quarter * QUARTER)
durations = st.integers(0, 4 * DAY) | st.integers(0, 4 * 96).map(lambda quarter: quarter * QUARTER)


def compile_near(office: Office, low: int) -> Calendar:
    first = (EPOCH + timedelta(microseconds=low)).date()
    return compile_calendar(spec_of(office), first, first + timedelta(days=10))


@FEW
@given(cases(), st.lists(st.tuples(moments, moments, durations), min_size=1, max_size=20))
def test_it_equals_the_walk(case: tuple[Office, int], draws: list[tuple[int, int, int]]) -> None:
    office, low = case
    calendar = compile_near(office, low)
    walked = plain.walk_intervals(office, low, low + SPAN, STEP)
    inside = [(max(a, low), min(b, low + SPAN)) for a, b in walked if a < low + SPAN]
    assert calendar.open_intervals(low, low + SPAN) == inside
    for one, other, duration in draws:
        start, end = low + min(one, other), low + max(one, other)
        assert calendar.between(start, end) == plain.between(walked, start, end)
        assert calendar.is_open(start) == any(a <= start < b for a, b in walked)
        due = plain.add(inside, start, duration)
        if due is not None:
            assert calendar.add(start, duration) == due


@FEW
@given(combined_cases(), st.lists(st.tuples(moments, moments), min_size=1, max_size=10))
def test_combined_calendars_equal_the_walk(case: tuple[Together, int], draws: list[tuple[int, int]]) -> None:
    together, low = case
    span = 6 * DAY
    first = (EPOCH + timedelta(microseconds=low)).date()
    calendar = compile_calendars(specs_of(together), first, first + timedelta(days=7))["top"]
    walked = plain.walk_intervals(together, low, low + span, STEP)
    inside = [(max(a, low), min(b, low + span)) for a, b in walked if a < low + span]
    assert calendar.open_intervals(low, low + span) == inside
    for one, other in draws:
        start, end = sorted((low + one % span, low + other % span))
        assert calendar.between(start, end) == plain.between(walked, start, end)


@FEW
@given(cases(), moments, st.integers(0, 3))
def test_business_days_equal_the_walk(case: tuple[Office, int], moment: int, n: int) -> None:
    office, low = case
    calendar = compile_near(office, low)
    # The walk begins early and ends late: a day is whole only when all of its shift was walked.
    days = plain.business_days(office, low - 3 * DAY, low + SPAN + 3 * DAY, STEP)
    whole = [(day, closing) for day, closing in days if closing < low + SPAN + DAY]
    monotone = [(day, max(closing for _, closing in whole[: i + 1])) for i, (day, _) in enumerate(whole)]
    due = plain.business_day_due(monotone, low + moment, n)
    if due is not None:
        assert calendar.business_day_due(low + moment, n) == due
        assert calendar.business_days_between(low + moment, due) >= n


@FEW
@given(cases(), st.tuples(moments, moments, moments))
def test_between_adds_up(case: tuple[Office, int], points: tuple[int, int, int]) -> None:
    office, low = case
    calendar = compile_near(office, low)
    a, b, c = sorted(low + point for point in points)
    assert calendar.between(a, b) + calendar.between(b, c) == calendar.between(a, c)
    assert 0 <= calendar.between(a, b) <= b - a
    assert calendar.between(a, a) == 0


@FEW
@given(cases(), moments, durations)
def test_add_is_the_earliest_inverse_of_between(case: tuple[Office, int], moment: int, duration: int) -> None:
    office, low = case
    if not any(office.week.values()):
        return
    calendar = compile_near(office, low)
    start = low + moment
    due = calendar.add(start, duration)
    assert due >= start
    assert calendar.between(start, due) == duration
    if duration:
        assert calendar.between(start, due - 1) == duration - 1
    else:
        assert due == start


@FEW
@given(cases(), moments, moments, durations, durations)
def test_later_starts_and_longer_budgets_end_later(
    case: tuple[Office, int], one: int, other: int, short: int, long: int
) -> None:
    office, low = case
    if not any(office.week.values()):
        return
    calendar = compile_near(office, low)
    (a, b), (c, d) = sorted((low + one, low + other)), sorted((short, long))
    assert calendar.add(a, c) <= calendar.add(b, c)
    assert calendar.add(a, c) <= calendar.add(a, d)
    assert calendar.add(calendar.add(a, c), d) == calendar.add(a, c + d)


@FEW
@given(
    cases(),
    st.lists(st.tuples(moments, moments, durations), min_size=1, max_size=60),
    st.booleans(),
)
def test_many_equals_one_by_one(
    case: tuple[Office, int], rows: list[tuple[int, int, int]], by_numpy: bool
) -> None:
    office, low = case
    if not any(office.week.values()):
        return
    starts = np.array([low + min(a, b) for a, b, _ in rows])
    ends = np.array([low + max(a, b) for a, b, _ in rows])
    budgets = np.array([duration for *_, duration in rows])
    calendar = compile_near(office, low)
    with pytest.MonkeyPatch.context() as patch:
        # Both ways of answering are exact: NumPy (before numba is loaded) and compiled.
        patch.setattr("giao.core.calendars.calendar._use_numpy", lambda rows: by_numpy)
        between = calendar.between_many(starts, ends)
        added = calendar.add_many(starts, budgets)
    assert between.tolist() == [calendar.between(int(a), int(b)) for a, b in zip(starts, ends, strict=True)]
    assert added.tolist() == [calendar.add(int(a), int(d)) for a, d in zip(starts, budgets, strict=True)]
    counts = budgets % 4
    for same_time in (False, True):
        due = calendar.business_day_due_many(starts, counts, "12:00", same_time)
        assert due.tolist() == [
            calendar.business_day_due(int(a), int(n), "12:00", same_time)
            for a, n in zip(starts, counts, strict=True)
        ]


@FEW
@given(cases(), st.lists(st.tuples(moments, durations), min_size=1, max_size=20))
def test_compiled_functions_equal_the_calendar(case: tuple[Office, int], rows: list[tuple[int, int]]) -> None:
    office, low = case
    calendar = compile_near(office, low)
    calendar.cover(low, low + SPAN)
    tables = calendar.tables()
    beginning = compiled.opened_before(tables, low)
    for moment, duration in rows:
        moment += low
        assert compiled.opened_before(tables, moment) - beginning == calendar.between(low, moment)
        if any(office.week.values()):
            calendar.cover_budget(moment, moment, duration)
            assert compiled.reach(calendar.tables(), moment, duration) == calendar.add(moment, duration)


@FEW
@given(cases(), st.integers(-400, 400), st.integers(1, 200))
def test_the_horizon_does_not_change_the_answer(case: tuple[Office, int], days: int, length: int) -> None:
    office, low = case
    near = compile_near(office, low)
    start = low + days * DAY
    first = (EPOCH + timedelta(microseconds=start)).date()
    far = compile_calendar(spec_of(office), first, first + timedelta(days=length))
    end = start + length * DAY
    assert near.between(start, end) == far.between(start, end)
    assert near.open_intervals(start, end) == far.open_intervals(start, end)
