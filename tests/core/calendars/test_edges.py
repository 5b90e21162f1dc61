"""The edges of what is compiled: a narrow horizon answers as a wide one does, and slots as a search does."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.core.calendars.moments import DAY, HOUR, at

from giao.core.calendars import CalendarSpec, compile_calendar, compile_calendars
from giao.core.calendars import kernel as compiled
from giao.core.calendars.business_days import build_day_table
from giao.core.calendars.layout import lay_out
from giao.core.calendars.tables import BEYOND, build_open_table

SPECS: dict[str, Any] = {
    "nights": {"zone": "Asia/Ho_Chi_Minh", "hours": {"mon-sun": [["18:00", "17:00"]]}},
    "la": {"zone": "America/Los_Angeles", "hours": {"mon-sun": [["08:00", "12:00"], ["13:00", "02:00"]]}},
    "samoa": {"zone": "Pacific/Apia", "hours": {"mon-fri": [["20:00", "10:00"]]}},
    "desk": {"zone": "Europe/London", "hours": "24x7"},
    "any": {"any_of": ["nights", "la", "samoa"]},
    "all": {"all_of": ["nights", "la"], "zone": "Pacific/Apia"},
    "nested": {"all_of": ["any", "desk"], "zone": "America/Los_Angeles"},
}
CALENDARS = compile_calendars(
    {name: CalendarSpec.model_validate(spec) for name, spec in SPECS.items()},
    date(2026, 1, 1),
    date(2026, 12, 31),
)


@pytest.mark.parametrize("name", SPECS)
@pytest.mark.parametrize("day", [date(2026, 3, 7) + timedelta(days=step) for step in range(4)])
def test_a_narrow_layout_answers_as_a_wide_one(name: str, day: date) -> None:
    book = CALENDARS[name].book
    narrow = lay_out(book, name, day, day + timedelta(days=2))
    wide = lay_out(book, name, day - timedelta(days=40), day + timedelta(days=40))
    inside = (wide.open[1] > narrow.low) & (wide.open[0] < narrow.high)
    assert narrow.open[0].tolist() == np.maximum(wide.open[0][inside], narrow.low).tolist()
    assert narrow.open[1].tolist() == np.minimum(wide.open[1][inside], narrow.high).tolist()
    days, all_days = build_day_table(narrow, 15 * HOUR), build_day_table(wide, 15 * HOUR)
    for moment in range(narrow.low, narrow.high, HOUR // 2):
        found = days.day_of_receipt(moment)
        # A layout need not know the day of a receipt after its last day, but must never know another one.
        if found < len(days.days):
            wanted = all_days.day_of_receipt(moment)
            assert (days.days[found], days.closings[found]) == (
                all_days.days[wanted],
                all_days.closings[wanted],
            )
        else:
            assert moment > narrow.high - 2 * DAY


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 5), st.integers(1, 5)), max_size=12), st.integers(0, 4))
def test_slots_find_what_a_search_finds(lengths: list[tuple[int, int]], scale: int) -> None:
    """Intervals whose ends fall on the edges of slots (powers of two), and every instant around them."""
    opens, closes, at_ = [], [], 0
    for gap, length in lengths:
        opens.append(at_ + gap + (at_ > 0 and gap == 0))
        closes.append(opens[-1] + length)
        at_ = closes[-1]
    factor = 2**scale
    intervals = (np.array(opens, dtype=np.int64) * factor, np.array(closes, dtype=np.int64) * factor)
    table = build_open_table(intervals, 0, (at_ + 3) * factor)
    instants = np.arange(table.low, table.high + 1, dtype=np.int64)
    plain = [int(np.maximum(np.minimum(intervals[1], one) - intervals[0], 0).sum()) for one in instants]
    assert [table.opened_before(int(one)) for one in instants] == plain
    assert table.opened_before_many(instants).tolist() == plain
    assert [compiled.opened_before(table.kernel, int(one)) for one in instants] == plain
    targets = np.arange(1, table.total + 1, dtype=np.int64)
    reached = [plain.index(target) for target in targets]
    assert [table.reach(int(one)) for one in targets] == reached
    if len(targets):
        assert table.reach_many(targets).tolist() == reached
    assert [compiled.reach(table.kernel, 0, int(one)) for one in targets] == reached
    assert compiled.reach(table.kernel, 0, table.total + 1) == BEYOND


def test_a_late_row_extends_the_horizon_though_another_has_the_longer_budget() -> None:
    spec = CalendarSpec.model_validate({"zone": "UTC", "hours": {"mon-fri": [["08:00", "16:00"]]}})
    starts = np.array([at("2026-03-02T08:00Z"), at("2027-12-30T08:00Z")])
    budgets = np.array([2000 * HOUR, 1900 * HOUR])
    calendar = compile_calendar(spec, date(2026, 1, 1), date(2026, 12, 31))
    expected = [
        compile_calendar(spec, date(2020, 1, 1), date(2035, 1, 1)).add(int(a), int(d))
        for a, d in zip(starts, budgets, strict=True)
    ]
    assert calendar.add_many(starts, budgets).tolist() == expected
