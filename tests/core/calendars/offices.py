"""Random calendars for property tests: quarter-hour times, night shifts, closed and open days, DST zones."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from hypothesis import strategies as st
from tests.core.calendars.moments import DAY, EPOCH
from tests.reference.business_time import WEEKDAYS, Office, Together, as_document

from giao.core.calendars import CalendarSpec

STEP = timedelta(minutes=15)

# (zone, a local date near a change): both ways, at midnight, by half an hour, over a whole day, and none.
CHANGES = [
    ("Europe/Amsterdam", date(2026, 3, 29)),
    ("Europe/Amsterdam", date(2026, 10, 25)),
    ("America/New_York", date(2025, 3, 9)),
    ("America/New_York", date(2025, 11, 2)),
    ("America/Sao_Paulo", date(2018, 11, 4)),
    ("America/Sao_Paulo", date(2018, 2, 18)),
    ("America/Havana", date(2025, 3, 9)),
    ("America/Havana", date(2025, 11, 2)),
    ("Australia/Lord_Howe", date(2025, 10, 5)),
    ("Australia/Lord_Howe", date(2026, 4, 5)),
    ("Pacific/Apia", date(2011, 12, 30)),
    ("Pacific/Kwajalein", date(1993, 8, 21)),
    ("Africa/Casablanca", date(2026, 3, 22)),
    ("Asia/Ho_Chi_Minh", date(2026, 3, 2)),
    ("Asia/Kathmandu", date(2026, 3, 2)),
    ("America/Caracas", date(2016, 5, 1)),
]


def clock(quarter: int) -> str:
    """A quarter of an hour since midnight as HH:MM."""
    return f"{quarter // 4:02d}:{quarter % 4 * 15:02d}"


@st.composite
def day_pairs(draw: st.DrawFn) -> list[list[str]]:
    """The disjoint intervals of one day; the last may run over midnight."""
    marks = sorted(draw(st.lists(st.integers(0, 96), min_size=0, max_size=6, unique=True)))
    pairs = [[clock(a), clock(b)] for a, b in zip(marks[::2], marks[1::2], strict=False)]
    if draw(st.integers(0, 3)) == 0 and (not marks or marks[-1] < 95):
        start = draw(st.integers((marks[-1] if marks else 0), 95))
        pairs.append([clock(start), clock(draw(st.integers(0, start)))])
    return pairs


@st.composite
def offices(draw: st.DrawFn, around: date | None = None, zone: str | None = None) -> Office:
    """A calendar with some days of its own near a date."""
    if zone is None or around is None:
        zone, around = draw(st.sampled_from(CHANGES))
    week = {day: draw(day_pairs()) for day in WEEKDAYS}
    near = st.integers(-4, 4).map(lambda step: around + timedelta(days=step))
    closed = draw(st.sets(near, max_size=2))
    own = draw(
        st.dictionaries(near.filter(lambda day: day not in closed), day_pairs().filter(bool), max_size=2)
    )
    return Office(zone=zone, week=week, closed=closed, open=own)


@st.composite
def cases(draw: st.DrawFn) -> tuple[Office, int]:
    """A calendar and an instant (midnight UTC) a few days before its change of offset."""
    zone, around = draw(st.sampled_from(CHANGES))
    office = draw(offices(around, zone))
    noon = datetime(around.year, around.month, around.day, tzinfo=UTC)
    return office, (noon - EPOCH) // timedelta(microseconds=1) - 5 * DAY


@st.composite
def combined_cases(draw: st.DrawFn) -> tuple[Together, int]:
    """Two or three calendars of different zones near the same date, perhaps nested."""
    around = draw(st.sampled_from([day for _, day in CHANGES]))
    zones = draw(st.lists(st.sampled_from([zone for zone, _ in CHANGES]), min_size=2, max_size=3))
    members: list[Office | Together] = [draw(offices(around, zone)) for zone in zones]
    if len(members) == 3:
        members = [Together(draw(st.sampled_from(["any_of", "all_of"])), members[:2]), members[2]]
    start = datetime(around.year, around.month, around.day, tzinfo=UTC)
    together = Together(draw(st.sampled_from(["any_of", "all_of"])), members)
    return together, (start - EPOCH) // timedelta(microseconds=1) - 3 * DAY


def spec_of(office: Office) -> CalendarSpec:
    """The same calendar, read by the product."""
    return CalendarSpec.model_validate(as_document(office))


def specs_of(calendar: Office | Together, name: str = "top") -> dict[str, CalendarSpec]:
    """The calendar and all those below it, by name."""
    if isinstance(calendar, Office):
        return {name: spec_of(calendar)}
    below = {f"{name}.{number}": member for number, member in enumerate(calendar.offices)}
    specs = {name: CalendarSpec.model_validate({calendar.kind: list(below)})}
    for member_name, member in below.items():
        specs |= specs_of(member, member_name)
    return specs
