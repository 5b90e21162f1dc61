"""What either side owes beside the work: obligations, controls against risks, duties on exit; when each falls due, what was done.

A rule is a date (`once`), or counted from the end of each period: `day 5`, `5 days`, `P5D`, `3 business days`; `day 0` is
the period's last day. The whole due day is in time. A duty on exit falls due `within` its period from the day on which the
exit begins (the first day of a phase of kind `exit`, else the day after the term); without `within` when the exit ends.

Facts `giao.fact.duty {obligation, due, done}` say what was done; `obligation` is the name of any of the three. A fact
belongs to the occurrence with its due day (or `period`); one with another due day is an occurrence of its own, so that
patches or requests with their own dates count too. A control or a duty on exit that asks for evidence is done only by a
fact that bears `evidence`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from giao.core.agreement.document.agreement import Agreement, ExitDuty, Obligation, RiskControl
from giao.core.agreement.document.base import Words
from giao.core.agreement.errors import AgreementError
from giao.core.agreement.facts import Fact
from giao.core.agreement.phases import phase_days
from giao.core.agreement.pricing.fact_fields import day_of
from giao.core.agreement.quantity import Period
from giao.core.agreement.windows import ONE_DAY, Unit, first_of, midnight_us, next_first, window_id
from giao.core.calendars import Calendar
from giao.core.told import told

_DAY = re.compile(r"^day\s+(\d+)$", re.IGNORECASE)
_DAYS = re.compile(r"^(\d+)\s*(business\s+)?days?$", re.IGNORECASE)
_FURTHEST = 400
"""Days within which so many business days are looked for."""

Kind = Literal["obligation", "control", "exit"]
Calendars = Callable[[str | None], Calendar]
"""A calendar of the document by name; None: the first one."""


@dataclass(frozen=True)
class Owed:
    """One duty as the document says it; `place` is where: ``obligations.report``."""

    kind: Kind
    place: str
    name: str
    by: Literal["client", "vendor"]
    every: Literal["week", "month", "quarter", "year", "once"]
    due: str
    calendar: str | None
    evidence: str | None
    title: Words | None = None
    family: str | None = None

    @property
    def needs_evidence(self) -> bool:
        return self.kind != "obligation" and self.evidence is not None


@dataclass(frozen=True)
class Due:
    """A day on which a duty falls due. `first` is the first day of its period; the due day itself for a single duty."""

    period: str
    first: date
    day: date


@dataclass(frozen=True)
class Occurrence:
    """One duty that falls due: the last instant in time is `due_us` - 1. `done_us` None: not done (or not proved)."""

    obligation: str
    period: str
    day: date
    due_us: int
    done_us: int | None
    evidence: str | None = None
    unproved: bool = False
    """Said to be done, but without the evidence that the document asks for."""


def duties_of(agreement: Agreement) -> dict[str, Owed]:
    """Every duty by name, in the document's order: obligations, controls, duties on exit."""
    found: dict[str, Owed] = {}
    for duty in (
        *map(_of_obligation, agreement.obligations),
        *map(_of_control, agreement.risk_controls),
        *(_of_exit(duty, agreement) for duty in agreement.exit),
    ):
        found.setdefault(duty.name, duty)
    return found


def _of_obligation(duty: Obligation) -> Owed:
    place = f"obligations.{duty.name}"
    return Owed(
        "obligation",
        place,
        duty.name,
        duty.by,
        duty.every,
        duty.due,
        duty.calendar,
        duty.evidence,
        duty.title,
    )


def _of_control(control: RiskControl) -> Owed:
    return Owed(
        "control",
        f"risk_controls.{control.name}",
        control.name,
        control.by,
        control.every,
        control.due,
        control.calendar,
        control.evidence,
        control.title,
        control.family,
    )


def _of_exit(duty: ExitDuty, agreement: Agreement) -> Owed:
    begins, ends = exit_days(agreement)
    day = ends if duty.within is None else duty.within.after(begins - ONE_DAY)
    place = f"exit.{duty.name}"
    return Owed("exit", place, duty.name, duty.by, "once", day.isoformat(), None, duty.evidence, duty.title)


def exit_days(agreement: Agreement) -> tuple[date, date]:
    """First and last day of the exit: those of the phase of kind `exit`, else the day after the term and the term's last."""
    for item in phase_days(agreement.phases, agreement.term.start):
        if item.phase.kind == "exit":
            return item.first, item.last
    return agreement.term.end + ONE_DAY, agreement.term.end


def due_days(duty: Owed, start: date, end: date, today: date, calendars: Calendars) -> Iterator[Due]:
    """When a duty falls due: each period that has begun by `today` and ends within `start`..`end`."""
    if duty.every == "once":
        day = _date(duty)
        yield Due("once", day, day)
        return
    unit: Unit = duty.every
    first = first_of(start, unit)
    while first <= min(end, today):
        after = next_first(first, unit)
        if after - ONE_DAY <= end:
            yield Due(window_id(first, unit), max(first, start), _due_day(duty, after - ONE_DAY, calendars))
        first = after


def _due_day(duty: Owed, ends: date, calendars: Calendars) -> date:
    """The due day of the period that ends on a day."""
    text = duty.due.strip()
    numbered = _DAY.match(text)
    if numbered:
        return ends + timedelta(days=int(numbered[1]))
    counted = _DAYS.match(text)
    if counted and not counted[2]:
        return ends + timedelta(days=int(counted[1]))
    if counted:
        n = int(counted[1])
        days = calendars(duty.calendar).business_days(ends + ONE_DAY, ends + timedelta(days=_FURTHEST))
        if 0 < n <= len(days):
            return days[n - 1]
        raise AgreementError(
            told(
                "kpi_error.due_far",
                "{place}: {text!r} is not within {furthest} days of {ends}",
                place=duty.place,
                text=text,
                furthest=_FURTHEST,
                ends=ends,
            )
        )
    return _period(duty).after(ends)


def refuse_unclear(duty: Owed) -> None:
    """Raises AgreementError for a due rule that cannot be read, whatever the months."""
    if duty.every == "once":
        _date(duty)
    elif not _DAY.match(duty.due.strip()) and not _DAYS.match(duty.due.strip()):
        _period(duty)


def _period(duty: Owed) -> Period:
    try:
        return Period.parse(duty.due.strip())
    except ValueError:
        raise AgreementError(
            told(
                "kpi_error.due_unclear",
                "{place}: due {due!r} is not understood; write 'day 5', '3 business days', "
                "'P5D', or a date with every: once",
                place=duty.place,
                due=duty.due,
            )
        ) from None


def _date(duty: Owed) -> date:
    try:
        return date.fromisoformat(duty.due.strip())
    except ValueError:
        raise AgreementError(
            told(
                "kpi_error.due_no_date",
                "{place}: due {due!r} is no date; with every: once write one, e.g. 2026-03-31",
                place=duty.place,
                due=duty.due,
            )
        ) from None


def facts_by_duty(facts: Iterable[Fact]) -> dict[str, list[Fact]]:
    found: dict[str, list[Fact]] = {}
    for fact in facts:
        found.setdefault(str(fact.data["obligation"]), []).append(fact)
    return found


def occurrences(
    duty: Owed, dues: Iterable[Due], facts: Sequence[Fact], zone: ZoneInfo
) -> Iterator[Occurrence]:
    """The occurrences of one duty, with what was done: first those of its rule, then those that only facts tell."""
    left = list(facts)
    for due in dues:
        mine = next((fact for fact in left if _is_of(fact, due)), None)
        if mine is not None:
            left = [fact for fact in left if fact is not mine]
        yield _occurrence(duty, due.period, due.day, mine, zone)
    for fact in left:
        yield _occurrence(duty, "", day_of(fact, "due"), fact, zone)


def _is_of(fact: Fact, due: Due) -> bool:
    told = fact.data.get("period")
    return str(told) == due.period if told is not None else day_of(fact, "due") == due.day


def _occurrence(duty: Owed, period: str, day: date, fact: Fact | None, zone: ZoneInfo) -> Occurrence:
    evidence = None if fact is None else fact.data.get("evidence") or None
    done_us = None if fact is None else _done_us(fact, zone)
    unproved = done_us is not None and duty.needs_evidence and evidence is None
    return Occurrence(
        duty.name,
        period,
        day,
        midnight_us(day + ONE_DAY, zone),
        None if unproved else done_us,
        None if evidence is None else str(evidence),
        unproved,
    )


def _done_us(fact: Fact, zone: ZoneInfo) -> int | None:
    done = fact.data.get("done")
    if done in (None, ""):
        return None
    whole_day = isinstance(done, date) and not isinstance(done, datetime)
    text = str(done).strip()
    if whole_day or len(text) == 10:
        return midnight_us(day_of(fact, "done"), zone)
    return fact.instant("done", zone)
