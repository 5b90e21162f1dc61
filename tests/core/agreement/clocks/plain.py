"""Random clocks and cases, said twice: as an agreement with a log, and for the slow reference."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from random import Random
from typing import Any

from hypothesis import strategies as st
from tests.core.agreement.clocks.worlds import Row, World, agreement, world
from tests.core.calendars.moments import DAY, EPOCH, HOUR
from tests.core.calendars.offices import CHANGES, STEP, clock
from tests.reference.business_time import WEEKDAYS, Office, as_document, walk_shifts
from tests.reference.clocks import (
    Always,
    Case,
    PlainCalendar,
    PlainClock,
    PlainEvent,
    PlainPause,
    PlainTarget,
)

ACTIVITIES = ("a", "b", "c", "d", "e", "f")
VALUES = ("u", "v", "w")
LENGTH = 12 * DAY
"""Events fall within so many days; the walk goes on for five weeks."""


@dataclass(frozen=True)
class Place:
    """A calendar near a change of its zone's offset; events begin at `low`."""

    office: Office
    low: int
    by_night: bool


@lru_cache(maxsize=1)
def places() -> tuple[Place, ...]:
    """A calendar for every other zone and change, every second one with night shifts, all with days of their own."""
    random = Random(7)
    found = []
    for number, (zone, around) in enumerate(CHANGES[::2]):
        by_night = number % 2 == 1
        week = {day: _pairs(random, by_night) for day in WEEKDAYS if random.random() < 0.8}
        week |= {"mon": [["08:00", "12:00"], ["13:00", "17:30"]]}
        closed = {around + timedelta(days=random.randrange(-4, 5))}
        opened = around + timedelta(days=random.randrange(-4, 5))
        own = {} if opened in closed else {opened: [["09:15", "11:00"]]}
        noon = datetime(around.year, around.month, around.day, tzinfo=UTC)
        low = (noon - EPOCH) // timedelta(microseconds=1) - 4 * DAY
        found.append(Place(Office(zone, week, closed, own), low, by_night))
    return tuple(found)


def _pairs(random: Random, by_night: bool) -> list[list[str]]:
    marks = sorted(random.sample(range(97), 4))
    pairs = [[clock(marks[0]), clock(marks[1])], [clock(marks[2]), clock(marks[3])]]
    if by_night and marks[3] < 95:
        start = random.randrange(marks[3], 96)
        pairs[1:] = [[clock(start), clock(random.randrange(0, marks[0] + 1))]]
    return pairs


@lru_cache(maxsize=64)
def walked(number: int) -> PlainCalendar:
    """The calendar of a place, walked once."""
    place = places()[number]
    width = STEP // timedelta(microseconds=1)
    open_: list[tuple[int, int]] = []
    closings: dict[date, int] = {}
    for moment, days in walk_shifts(place.office, place.low - 5 * DAY, place.low + 34 * DAY, STEP):
        for day in days:
            closings[day] = moment + width
        if days and open_ and open_[-1][1] == moment:
            open_[-1] = (open_[-1][0], moment + width)
        elif days:
            open_.append((moment, moment + width))
    return PlainCalendar(place.office.zone, open_, sorted(closings.items())[1:-1])


class Told:
    """A world and what the reference is asked about each of its cases."""

    def __init__(self, world: World, cases: Mapping[str, Case]) -> None:
        self.world = world
        self.cases = cases

    def __repr__(self) -> str:
        """What a failure needs to be read: the cases as the reference sees them."""
        return f"Told({self.cases!r})"


some = st.frozensets(st.sampled_from(ACTIVITIES), min_size=1, max_size=3)
few = st.frozensets(st.sampled_from(ACTIVITIES), max_size=1)
test = st.tuples(st.just("A"), st.sampled_from(VALUES))


def condition(pair: tuple[str, str]) -> str:
    return f'{pair[0]} = "{pair[1]}"'


@st.composite
def targets(draw: st.DrawFn, calendar: PlainCalendar, by_night: bool) -> tuple[PlainTarget, dict[str, Any]]:
    when = draw(st.one_of(test, test, st.none()))
    kind = draw(st.sampled_from(["business", "elapsed", "days"]))
    document: dict[str, Any] = {} if when is None else {"when": condition(when)}
    if kind == "days":
        count = draw(st.integers(0, 3))
        cut_off = None if by_night else draw(st.none() | st.sampled_from(["12:00", "15:00"]))
        document |= {"within": f"{count} business days"} | ({} if cut_off is None else {"cut_off": cut_off})
        return PlainTarget(when, calendar, count, True, cut_off), document
    seconds = draw(st.sampled_from([0, 1, 3600, 4 * 3600]) | st.integers(0, 30 * 3600))
    word = "business seconds" if kind == "business" else "seconds"
    aim = PlainTarget(when, calendar if kind == "business" else Always(), seconds * 1_000_000)
    return aim, document | {"within": f"{seconds} {word}"}


@st.composite
def clocks(draw: st.DrawFn, number: int) -> tuple[PlainClock, dict[str, Any]]:
    """A clock on the calendar of a place, for the reference and as the document says it."""
    calendar, by_night = walked(number), places()[number].by_night
    # usually several targets on an attribute: they are what changes during a case
    count = draw(st.sampled_from([3, 2, 3, 1, 0]))
    aims = draw(st.lists(targets(calendar, by_night), min_size=count, max_size=count))
    pauses, said = [], []
    for kind in draw(st.lists(st.sampled_from(["between", "while"]), max_size=2)):
        if kind == "between":
            pause = PlainPause(draw(some), draw(some))
            said.append({"from": sorted(pause.start), "until": sorted(pause.until)})
        else:
            pause = PlainPause(when=draw(test))
            said.append({"when": condition(pause.when or ("A", "u"))})
        pauses.append(pause)
    reopen = draw(st.sampled_from(["first", "sum", "last", "each"]))
    within = draw(st.none() | st.integers(0, 4 * 24)) if reopen != "each" else None
    reclassify = draw(st.sampled_from(["start", "stop", "restart", "proportional"]))
    plain = PlainClock(
        start=draw(few) | {"a"},
        stop=draw(few) | {"b"},
        cancelled=frozenset(),
        pauses=pauses,
        reopen=reopen,
        within=None if within is None else within * HOUR,
        reclassify=reclassify,
        targets=[aim for aim, _ in aims],
        calendar=calendar,
    )
    document = {
        "start": sorted(plain.start),
        "stop": sorted(plain.stop),
        "paused_while": said,
        "reopen": reopen,
        "reclassify": reclassify,
        "calendar": "office",
        "targets": [target for _, target in aims],
    }
    return plain, document | ({} if within is None else {"within": f"PT{within}H"})


@st.composite
def events(draw: st.DrawFn, low: int, opens: list[int]) -> list[PlainEvent]:
    """Events in order; times are often equal, or exactly at an opening, a closing or an hour."""
    moment = (
        st.sampled_from(opens)
        | st.integers(0, LENGTH // HOUR).map(lambda hours: low + hours * HOUR)
        | st.integers(0, LENGTH).map(lambda micros: low + micros)
    )
    sets = st.just(()) | st.sampled_from([*VALUES, "u", "v"]).map(lambda value: (("A", value),))
    times = sorted(draw(st.lists(moment, min_size=3, max_size=10)))
    return [PlainEvent(time, draw(st.sampled_from("abacdabef")), draw(sets)) for time in times]


@st.composite
def told(draw: st.DrawFn) -> Told:
    """A clock over a few cases, under one or two versions, cut at an instant, with agreed reliefs."""
    number = draw(st.integers(0, len(places()) - 1))
    place = places()[number]
    edges = [edge for pair in walked(number).open for edge in pair if place.low <= edge <= place.low + LENGTH]
    plain, document = draw(clocks(number))
    cancelled, counted = draw(few), draw(st.booleans())
    names = [f"case {letter}" for letter in "pqr"[: draw(st.integers(1, 3))]]
    listed = {name: draw(events(place.low, edges)) for name in names}
    as_of = place.low + LENGTH + draw(st.just(0) | st.integers(-LENGTH, 3 * DAY))
    as_of = max(as_of, min(event.time for of in listed.values() for event in of))
    versions: list[tuple[int, PlainClock | None, dict[str, Any] | None]] = [(0, plain, document)]
    if draw(st.booleans()):
        day = _day(place.low) + timedelta(days=draw(st.integers(0, 10)))
        second, said = draw(clocks(number)) if draw(st.booleans()) else (None, None)
        if draw(st.booleans()) and second is not None and said is not None:
            # only the targets differ: what versions mostly do
            second = replace(plain, targets=second.targets, reclassify=second.reclassify)
            said = document | {"targets": said["targets"], "reclassify": said["reclassify"]}
        versions.append((_midnight(day), second, said))
    cancels = frozenset() if counted else cancelled
    reliefs = draw(st.lists(st.tuples(st.integers(0, 300), st.integers(0, 60)), max_size=2))
    spans = [(place.low + start * HOUR, place.low + (start + length) * HOUR) for start, length in reliefs]
    facts = [
        {
            "type": "giao.fact.relief",
            "relief": "excuse",
            "id": f"claim {number}",
            "case": names[0],
            "time": EPOCH + timedelta(microseconds=place.low - 10 * DAY),
            "from": EPOCH + timedelta(microseconds=start),
            "until": EPOCH + timedelta(microseconds=until),
        }
        for number, (start, until) in enumerate(spans)
    ]
    documents = [
        agreement(
            zone="UTC",
            term={"start": _day(place.low - 20 * DAY), "end": _day(place.low + 60 * DAY)},
            version=index + 1,
            effective=None if index == 0 else _day(effective),
            calendars={"office": as_document(place.office)},
            work={
                "received": "received",
                "delivered": "delivered",
                "cancelled": sorted(cancelled) or None,
                "attributes": {"A": {"type": "string", "changes": True}},
            },
            clocks={} if said is None else {"c": said | {"cancelled": "count" if counted else "leave"}},
            relief=[{"name": "excuse", "kind": "own", "agree": "none"}],
        )
        for index, (effective, _, said) in enumerate(versions)
    ]
    rows: list[Row] = [
        (name, event.time, event.activity, dict(event.sets)) for name, of in listed.items() for event in of
    ]
    arrival = draw(st.randoms(use_true_random=False)).sample(range(len(rows)), len(rows))
    plain_versions = [
        (effective, None if known is None else replace(known, cancelled=cancels))
        for effective, known, _ in versions
    ]
    cases = {
        name: Case(of, plain_versions, as_of, spans if name == names[0] else [])
        for name, of in listed.items()
    }
    made = world(rows, as_of, versions=documents, facts=facts, types={"A": "string"}, arrival=arrival)
    return Told(made, cases)


def _day(moment: int) -> date:
    return (EPOCH + timedelta(microseconds=moment)).date()


def _midnight(day: date) -> int:
    return (datetime(day.year, day.month, day.day, tzinfo=UTC) - EPOCH) // timedelta(microseconds=1)
