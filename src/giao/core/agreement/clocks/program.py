"""A clock of the document, compiled: what one case, the whole log and the explanation all run on.

Semantics beyond the design's "Clocks" (pinned here; `tests/reference/clocks.py` says the same in another way):

- An event that matches start and stop stops a running spell and then starts the next one (update clocks under
  ``reopen: each``); while nothing runs it is start = stop: a spell of 0, met.
- An event that matches `from` and `until` of a pause ends a running pause and begins it again (it stays paused);
  while not paused it is a pause of zero length. Pauses run over the whole case, whether or not the clock runs.
- A pause by condition holds from the event after which the condition is true to the event after which it is not;
  null is not true.
- ``reopen: first | sum | last``: a start later than `within` after the last stop opens a new instance. Otherwise it
  belongs to the same instance: `first` follows but does not count it, `sum` adds a spell, `last` counts on, the gap
  included. `within` is elapsed time.
- Cancelled while open: the instance ends there as cancelled, and a later start opens a new one. The cancelling event
  itself neither starts nor stops anything. Under ``cancelled: count`` nothing happens.
- The version in force at the start rules the whole instance: its patterns, pauses, targets.
- Without `reclassify` targets are decided at the start. A change is an event at which another target matches; one at
  (or after) the stopping event is too late to count, but ``reclassify: stop`` reads the target at the stop itself.
- `restart` counts from the last change, its day counts too; `proportional` adds spent ÷ budget of every target that
  was in force (day counts from the start), time without a target is free; due is cut down to the microsecond.
- ``n hours|days`` run on 24x7 even when the clock has a calendar; consumed is told in the measure of the target that
  matched, and in the clock's calendar when none did. A clock without a calendar runs 24x7, its business days being
  the days of the agreement's zone.
- Events after the reading's instant have not happened yet. A stop before any start of the case is a data fault; a
  further stop is not.
- Cases outside the agreement's `where` (at receipt, or at the first event of a case never received) have no instances.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time
from functools import cached_property

from giao.core.agreement.clocks.scalar import Rules
from giao.core.agreement.context import Inputs
from giao.core.agreement.document.agreement import Agreement
from giao.core.agreement.document.base import Pattern
from giao.core.agreement.document.clock import Clock, PauseBetween, Pauses, Reopen, Target
from giao.core.agreement.errors import AgreementError
from giao.core.agreement.patterns import schema_of
from giao.core.agreement.quantity import DAY, Period
from giao.core.agreement.windows import local_day
from giao.core.calendars import Calendar, CalendarSpec, compile_calendar
from giao.core.rules import Type
from giao.core.told import told

Reclassify = str
NO_TARGET = -1


@dataclass(frozen=True)
class Measure:
    """How time is counted: open time of a calendar, or every microsecond when there is none."""

    calendar: Calendar | None
    name: str = "24x7"

    def between(self, start_us: int, end_us: int) -> int:
        """Counted time in [start, end)."""
        return end_us - start_us if self.calendar is None else self.calendar.between(start_us, end_us)

    def add(self, start_us: int, duration_us: int) -> int:
        """The earliest instant x with `duration_us` counted in [start, x)."""
        return start_us + duration_us if self.calendar is None else self.calendar.add(start_us, duration_us)


ELAPSED = Measure(None)


@dataclass(frozen=True)
class TargetProgram:
    """One target: its condition, the measure it is counted in, and its budget (fixed, or a count of days)."""

    when: str | None
    measure: Measure
    budget_us: int
    business_days: int | None
    days_calendar: Calendar | None
    cut_off: time | None
    same_time: bool
    text: str

    def budget_from(self, origin_us: int) -> int:
        """The budget of an instance that counts from `origin_us`, in the target's measure."""
        if self.business_days is None:
            return self.budget_us
        assert self.days_calendar is not None
        due = self.days_calendar.business_day_due(origin_us, self.business_days, self.cut_off, self.same_time)
        return self.measure.between(origin_us, max(origin_us, due))


@dataclass(frozen=True)
class ClockProgram:
    """One clock under one version of the agreement."""

    name: str
    version: int
    clock: Clock
    measure: Measure
    targets: tuple[TargetProgram, ...]
    cancelled: tuple[Pattern, ...]
    received: tuple[Pattern, ...]
    scope: str | None
    within_us: int | None

    @property
    def start(self) -> list[Pattern]:
        return self.clock.start

    @property
    def stop(self) -> list[Pattern]:
        return self.clock.stop

    @property
    def pauses(self) -> Pauses:
        return self.clock.paused_while

    @property
    def reopen(self) -> Reopen:
        return self.clock.reopen

    @property
    def reclassify(self) -> Reclassify:
        return self.clock.reclassify or "start"

    @property
    def conditions(self) -> tuple[str | None, ...]:
        return tuple(target.when for target in self.targets)

    def every_condition(self) -> list[str]:
        """Conditions of patterns, pauses, targets and scope."""
        patterns = [*self.start, *self.stop, *self.cancelled, *self.received]
        found = [self.scope, *self.conditions]
        for pause in self.pauses:
            if isinstance(pause, PauseBetween):
                patterns += [*pause.start, *pause.until]
            else:
                found.append(pause.when)
        return [text for text in (*found, *(pattern.where for pattern in patterns)) if text is not None]


@dataclass(frozen=True)
class ClockPlan:
    """One clock under every version: None where a version does not have it. `effective_us` are their first instants."""

    name: str
    programs: tuple[ClockProgram | None, ...]
    effective_us: tuple[int, ...]
    rules: Rules = field(compare=False, repr=False)

    def version_at(self, instant_us: int) -> int:
        """The version in force at an instant (the first one before any)."""
        return max(bisect_right(self.effective_us, instant_us) - 1, 0)

    @cached_property
    def reads_events(self) -> bool:
        """Whether a condition looks back over the events of the case."""
        return any(
            self.rules.reads_events(text)
            for program in self.programs
            if program is not None
            for text in program.every_condition()
        )

    def program_at(self, instant_us: int) -> ClockProgram | None:
        return self.programs[self.version_at(instant_us)]


def compile_clocks(inputs: Inputs, schema: Mapping[str, Type] | None = None) -> dict[str, ClockPlan]:
    """Every clock of every version, in document order. Raises AgreementError where one cannot be computed.

    `schema`: names and types that conditions may use; those of the log and the agreement when absent.
    """
    names = dict.fromkeys(name for version in inputs.versions for name in version.clocks)
    days = _ZoneDays(inputs)
    rules = Rules(schema_of(inputs.log, inputs.agreement.work) if schema is None else schema)
    plans = {}
    for name in names:
        programs = tuple(
            _compile(name, index, version, calendars, days) if name in version.clocks else None
            for index, (version, calendars) in enumerate(zip(inputs.versions, inputs.calendars, strict=True))
        )
        plans[name] = ClockPlan(name, programs, tuple(inputs.effective_us), rules)
    return plans


def compile_clock(inputs: Inputs, name: str, schema: Mapping[str, Type] | None = None) -> ClockPlan:
    """One clock by name. Raises AgreementError for an unknown one, naming those that exist."""
    plans = compile_clocks(inputs, schema)
    if name not in plans:
        raise AgreementError(
            told(
                "agreement.no_clock",
                "clock {name!r} does not exist; clocks: {known}",
                name=name,
                known=", ".join(plans) or "none",
            )
        )
    return plans[name]


def fixed_us(period: Period, place: str) -> int:
    """A period as elapsed microseconds. Raises AgreementError for months, which have no fixed length."""
    if period.months:
        raise AgreementError(
            told(
                "agreement.months",
                "{place}: {period} counts months, which have no fixed length; write days, e.g. P30D",
                place=place,
                period=period,
            )
        )
    return period.days * DAY + period.microseconds


class _ZoneDays:
    """The local days of the agreement's zone as business days, for day counts on a clock without a calendar."""

    def __init__(self, inputs: Inputs) -> None:
        self._inputs = inputs
        self._calendar: Calendar | None = None

    def calendar(self) -> Calendar:
        if self._calendar is None:
            inputs = self._inputs
            first, last = inputs.versions[0].term.start, inputs.versions[-1].term.end
            if inputs.log.n_events:
                first = min(first, local_day(inputs.log.span_us[0], inputs.zone))
            spec = CalendarSpec.model_validate({"zone": str(inputs.zone), "hours": "24x7"})
            self._calendar = compile_calendar(spec, first, max(first, last), name="24x7")
        return self._calendar


def _compile(
    name: str, index: int, version: Agreement, calendars: Mapping[str, Calendar], days: _ZoneDays
) -> ClockProgram:
    clock = version.clocks[name]
    place = f"clocks.{name}"

    def measure(calendar: str | None) -> Measure:
        if calendar is None:
            return ELAPSED
        if calendar not in calendars:
            known = ", ".join(calendars) or "none"
            raise AgreementError(
                told(
                    "agreement.no_calendar_at",
                    "{place}: calendar {calendar!r} does not exist; calendars: {known}",
                    place=place,
                    calendar=calendar,
                    known=known,
                )
            )
        return Measure(calendars[calendar], calendar)

    return ClockProgram(
        name=name,
        version=index,
        clock=clock,
        measure=measure(clock.calendar),
        targets=tuple(
            _target(target, measure(target.calendar or clock.calendar), days) for target in clock.targets
        ),
        cancelled=tuple(version.work.cancelled or ()) if clock.cancelled == "leave" else (),
        received=tuple(version.work.received),
        scope=version.where,
        within_us=None if clock.within is None else fixed_us(clock.within, f"{place}.within"),
    )


def _target(target: Target, business: Measure, days: _ZoneDays) -> TargetProgram:
    within = target.within
    counted = within.business_days is not None
    return TargetProgram(
        when=target.when,
        measure=business if within.measure == "business" else ELAPSED,
        budget_us=within.microseconds,
        business_days=within.business_days,
        days_calendar=(business.calendar or days.calendar()) if counted else None,
        cut_off=target.cut_off,
        same_time=target.days == "same_time",
        text=within.text,
    )
