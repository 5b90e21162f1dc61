"""Clocks the slow and plain way: search the list of events for starts and stops, then add up sets of intervals.

An oracle for `giao.core.agreement.clocks`, sharing no code with it: events are matched by activity and by comparing
one attribute, business time comes from walked intervals (`business_time.py`), fractions are fractions.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from fractions import Fraction
from itertools import pairwise
from zoneinfo import ZoneInfo

from tests.reference import business_time

Interval = tuple[int, int]
FOREVER = 2**60


class WalkTooShort(Exception):
    """The walked calendar ends before the answer."""


class PlainCalendar:
    """Walked open intervals, and the business days (date, last closing) in order."""

    def __init__(self, zone: str, open: Sequence[Interval], days: Sequence[tuple[date, int]]) -> None:
        self.zone = zone
        self.open = open
        self.days = days

    def __repr__(self) -> str:
        return f"<walked in {self.zone}>"

    def between(self, start: int, end: int) -> int:
        opened = 0
        for place in range(max(bisect_right(self.open, (start, FOREVER)) - 1, 0), len(self.open)):
            low, high = self.open[place]
            if low >= end:
                break
            opened += max(min(high, end) - max(low, start), 0)
        return opened

    def day_due(self, received: int, count: int, cut_off: str | None) -> int:
        for place, (day, closing) in enumerate(self.days):
            limit = closing
            if cut_off is not None:
                hour, minute = map(int, cut_off.split(":"))
                wall = datetime(
                    day.year, day.month, day.day, hour, minute, tzinfo=ZoneInfo(self.zone), fold=1
                )
                limit = min(limit, (wall - business_time.EPOCH) // timedelta(microseconds=1))
            if received <= limit and place + count < len(self.days):
                return self.days[place + count][1]
        raise WalkTooShort


@dataclass(frozen=True)
class Always:
    zone: str = "UTC"

    def between(self, start: int, end: int) -> int:
        return end - start


@dataclass(frozen=True)
class PlainTarget:
    """`when`: (attribute, value) or None. A budget of `amount` microseconds of the calendar, or of that many days."""

    when: tuple[str, str] | None
    calendar: PlainCalendar | Always
    amount: int
    days: bool = False
    cut_off: str | None = None

    def budget(self, origin: int) -> int:
        if not self.days:
            return self.amount
        assert isinstance(self.calendar, PlainCalendar)
        return self.calendar.between(origin, self.calendar.day_due(origin, self.amount, self.cut_off))


@dataclass(frozen=True)
class PlainPause:
    start: frozenset[str] = frozenset()
    until: frozenset[str] = frozenset()
    when: tuple[str, str] | None = None


@dataclass(frozen=True)
class PlainClock:
    start: frozenset[str]
    stop: frozenset[str]
    cancelled: frozenset[str]
    pauses: Sequence[PlainPause]
    reopen: str
    within: int | None
    reclassify: str
    targets: Sequence[PlainTarget]
    calendar: PlainCalendar | Always


@dataclass(frozen=True)
class PlainEvent:
    time: int
    activity: str
    sets: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Answer:
    start_event: int
    stop_event: int | None
    version: int
    target: int
    consumed: int
    budget: int | None
    due: int | None
    breaches_after: int | None
    state: str


@dataclass
class Case:
    """Events up to the reading's instant, and the clock of each version (None: it does not have it)."""

    events: list[PlainEvent]
    versions: list[tuple[int, PlainClock | None]]
    as_of: int
    reliefs: list[Interval] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.events = [event for event in self.events if event.time <= self.as_of]

    # What an event means

    def clock_at(self, place: int) -> tuple[int, PlainClock | None]:
        time = self.events[place].time
        index = max([i for i, (effective, _) in enumerate(self.versions) if effective <= time], default=0)
        return index, self.versions[index][1]

    def means(self, place: int, names: frozenset[str], clock: PlainClock) -> bool:
        """Start or stop: not when the event cancels."""
        activity = self.events[place].activity
        return activity in names and activity not in clock.cancelled

    def value(self, place: int, attribute: str) -> str | None:
        for event in reversed(self.events[: place + 1]):
            for name, value in event.sets:
                if name == attribute:
                    return value
        return None

    def true(self, place: int, test: tuple[str, str]) -> bool:
        return self.value(place, test[0]) == test[1]

    def target(self, place: int, clock: PlainClock) -> int:
        for index, target in enumerate(clock.targets):
            if target.when is None or self.true(place, target.when):
                return index
        return -1

    # Instances

    def instances(self) -> list[Answer]:
        answers, place, fresh = [], 0, True
        while place < len(self.events):
            version, clock = self.clock_at(place)
            if clock is None or not self.means(place, clock.start, clock):
                place, fresh = place + 1, True
                continue
            spells, cancelled, place, fresh = self.spells(place, clock, fresh)
            answers.append(self.answer(version, clock, spells, cancelled))
        return answers

    def spells(
        self, start: int, clock: PlainClock, may_stop_at_once: bool
    ) -> tuple[list[tuple[int, int | None]], int | None, int, bool]:
        """(start, stop) of each spell, the cancelling event, where to look for the next instance, and whether an
        event there may open and stop at once (it may not when it has just stopped this one)."""
        found: list[tuple[int, int | None]] = []
        n = len(self.events)
        at_once = may_stop_at_once
        while True:
            if at_once and self.means(start, clock.stop, clock):
                stop = start
            else:
                stop = start + 1
                while stop < n and not self.means(stop, clock.stop, clock):
                    counts = clock.reopen != "first" or not found
                    if self.events[stop].activity in clock.cancelled and counts:
                        return [*found, (start, stop)], stop, stop + 1, True
                    stop += 1
                if stop == n:
                    return [*found, (start, None)], None, n, True
            found.append((start, stop))
            stopped_by_itself = stop == start
            if clock.reopen == "each":
                return found, None, stop + 1 if stopped_by_itself else stop, stopped_by_itself
            restart = stop if not stopped_by_itself else stop + 1
            while restart < n and not self.means(restart, clock.start, clock):
                restart += 1
            late = clock.within is not None
            if restart == n or (late and self.events[restart].time - self.events[stop].time > clock.within):
                first_late = next(
                    (
                        place
                        for place in range(stop + 1, n)
                        if late and self.events[place].time - self.events[stop].time > clock.within
                    ),
                    n,
                )
                return found, None, first_late, True
            start, at_once = restart, restart != stop

    # Time

    def paused(self, clock: PlainClock) -> list[Interval]:
        found: list[Interval] = []
        for pause in clock.pauses:
            since: int | None = None
            for place, event in enumerate(self.events):
                if pause.when is not None:
                    begins, ends = self.true(place, pause.when), not self.true(place, pause.when)
                else:
                    begins, ends = event.activity in pause.start, event.activity in pause.until
                if since is not None and ends:
                    found.append((since, event.time))
                    since = event.time if begins else None
                elif since is None and begins and not ends:
                    since = event.time
            if since is not None:
                found.append((since, FOREVER))
        return found

    def answer(
        self,
        version: int,
        clock: PlainClock,
        spells: list[tuple[int, int | None]],
        cancelled: int | None,
    ) -> Answer:
        if clock.reopen == "first":
            spells = spells[:1]
        if clock.reopen == "last":
            spells = [(spells[0][0], spells[-1][1])]
        first, stop = spells[0][0], spells[-1][1]
        time = [event.time for event in self.events]
        end = self.as_of if stop is None else time[stop]
        holes = self.paused(clock) + self.reliefs
        running = [(time[a], end if b is None else time[b]) for a, b in spells]
        counted = remove(running, holes)
        places = range(first, len(time) if stop is None else max(stop, first + 1))
        last = len(time) - 1 if stop is None else stop
        aims = [(time[place], self.target(place, clock)) for place in places]
        epochs = [aims[0]] + [aim for before, aim in pairwise(aims) if aim[1] != before[1]]
        verdict = judge(clock, counted, epochs, self.target(last, clock), end)
        target, consumed, budget, due, after, over = verdict
        if cancelled is not None:
            state = "cancelled"
        elif stop is not None:
            state = "no_target" if budget is None else "breached" if over else "met"
        elif over:
            state = "breached"
        else:
            state = "paused" if any(a <= self.as_of < b for a, b in holes) else "running"
        return Answer(first, stop, version, target, consumed, budget, due, after, state)


def remove(intervals: Sequence[Interval], holes: Sequence[Interval]) -> list[Interval]:
    """Cut at every edge, keep the pieces that no hole holds."""
    edges = sorted({edge for pair in (*intervals, *holes) for edge in pair})
    pieces = []
    for start, end in pairwise(edges):
        inside = any(a <= start and end <= b for a, b in intervals)
        hidden = any(a <= start and end <= b for a, b in holes)
        if inside and not hidden:
            pieces.append((start, end))
    return pieces


def only(intervals: Sequence[Interval], low: int, high: int) -> list[Interval]:
    return [(max(a, low), min(b, high)) for a, b in intervals if max(a, low) < min(b, high)]


def total(calendar: PlainCalendar | Always, intervals: Sequence[Interval]) -> int:
    return sum(calendar.between(a, b) for a, b in intervals)


def instant_of(calendar: PlainCalendar | Always, counted: Sequence[Interval], amount: int, end: int) -> int:
    """The first instant at which `amount` > 0 has been counted, the clock running on after its end: by halving."""

    def by(moment: int) -> int:
        within = total(calendar, only(counted, -FOREVER, min(moment, end)))
        return within + (calendar.between(end, moment) if moment > end else 0)

    low = min([end, *(start for start, _ in counted)])
    high = calendar.open[-1][1] if isinstance(calendar, PlainCalendar) else end + amount
    if by(high) < amount:
        raise WalkTooShort
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if by(middle) >= amount else (middle, high)
    return high


def judge(
    clock: PlainClock,
    counted: list[Interval],
    epochs: list[tuple[int, int]],
    at_end: int,
    end: int,
) -> tuple[int, int, int | None, int | None, int | None, bool]:
    """(target, consumed, budget, due, breaches after, over)."""
    start = epochs[0][0]
    if clock.reclassify == "proportional" and len(epochs) > 1:
        return in_proportion(clock, counted, epochs, end)
    origin, target = start, epochs[0][1]
    if clock.reclassify == "stop":
        target = at_end
    if clock.reclassify == "restart":
        origin, target = epochs[-1]
        counted = only(counted, origin, end)
    if target < 0:
        return -1, total(clock.calendar, counted), None, None, None, False
    aim = clock.targets[target]
    budget, consumed = aim.budget(origin), total(aim.calendar, counted)
    due = instant_of(aim.calendar, counted, budget, end) if budget else origin
    after = instant_of(aim.calendar, counted, budget + 1, end) - 1
    return target, consumed, budget, due, after, consumed > budget


def in_proportion(
    clock: PlainClock, counted: list[Interval], epochs: list[tuple[int, int]], end: int
) -> tuple[int, int, int | None, int | None, int | None, bool]:
    start = epochs[0][0]
    targets = [target for _, target in epochs if target >= 0]
    if not targets:
        return -1, total(clock.calendar, counted), None, None, None, False
    bounds = [*(time for time, _ in epochs[1:]), end]
    share = Fraction(0)
    over = False
    due: int | None = None
    after: int | None = None
    for place, ((low, target), high) in enumerate(zip(epochs, bounds, strict=True)):
        if target < 0:
            continue
        aim = clock.targets[target]
        budget = aim.budget(start)
        here = only(counted, low, high)
        runs_on = place == len(epochs) - 1
        spent = total(aim.calendar, here)
        left = (1 - share) * budget
        # due: the exact instant at which the shares reach one, cut to the microsecond before or at it
        if due is None:
            needed = left.__ceil__() if budget else 1
            exact = budget > 0 and needed == left
            if spent >= needed or runs_on:
                due = instant_of(aim.calendar, here, needed, high) - (0 if exact else 1)
        if not over and (spent > left or (budget == 0 and spent > 0)):
            after = instant_of(aim.calendar, here, left.__floor__() + 1, high) - 1
            over = True
        elif not over and runs_on:
            after = instant_of(aim.calendar, here, left.__floor__() + 1, high) - 1
        share += Fraction(spent, budget) if budget else 0
    decided = targets[-1]
    aim = clock.targets[decided]
    return decided, total(aim.calendar, counted), aim.budget(start), due, after, over
