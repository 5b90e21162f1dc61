"""`duty`: share of due obligations done in time. Due rules make the occurrences; facts `giao.fact.duty` say what was done.

A rule is a date (`once`), or counted from the end of each period: `day 5`, `5 days`, `P5D`, `3 business days`. The whole
due day is in time. A fact belongs to the occurrence with its due day (or `period`); one with another due day is an
occurrence of its own, so that patches or requests with their own dates count too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np

from giao.core.agreement.document.agreement import Obligation
from giao.core.agreement.document.kpi import Duty
from giao.core.agreement.errors import AgreementError
from giao.core.agreement.facts import Fact
from giao.core.agreement.kpis.ground import Integers
from giao.core.agreement.kpis.measured import RowMeter, share
from giao.core.agreement.kpis.roles import MET, MISSED, UNDECIDED
from giao.core.agreement.kpis.rows import BinnedRows, make_rows
from giao.core.agreement.kpis.task import Task
from giao.core.agreement.quantity import Period
from giao.core.agreement.windows import ONE_DAY, Unit, first_of, midnight_us, next_first, window_id
from giao.core.told import told

_DAY = re.compile(r"^day\s+(\d+)$", re.IGNORECASE)
_DAYS = re.compile(r"^(\d+)\s*(business\s+)?days?$", re.IGNORECASE)
_FURTHEST = 400
"""Days within which so many business days are looked for."""


@dataclass(frozen=True)
class Occurrence:
    """One duty that falls due: the last instant in time is `due_us` - 1. `done_us` None: not done."""

    obligation: str
    period: str
    due_us: int
    done_us: int | None


def duty_meter(task: Task[Duty]) -> RowMeter:
    """Done in time is met, done late or overdue is missed; what is neither done nor due is not counted yet."""
    now = task.ground.inputs.as_of_us
    found = occurrences(task)
    due: Integers = np.array([one.due_us for one in found], dtype=np.int64)
    done: Integers = np.array(
        [now + 1 if one.done_us is None else one.done_us for one in found], dtype=np.int64
    )
    role = np.where(
        done > now, np.where(due <= now, MISSED, UNDECIDED), np.where(done < due, MET, MISSED)
    ).astype(np.int8)
    rows = make_rows(at=due - 1, role=role, instance=np.arange(len(found), dtype=np.int64))
    for name in dict.fromkeys(one.obligation for one in found):
        mine = np.array([one.obligation == name for one in found], dtype=bool)
        for code in (MET, MISSED):
            rows = rows.moved(mine & (role == code), code, name)
    return RowMeter(BinnedRows(rows, task.edges), share)


def occurrences(task: Task[Duty]) -> list[Occurrence]:
    """Everything that falls due within the term, with what was done."""
    facts: dict[str, list[Fact]] = {}
    for fact in task.ground.inputs.facts.of("fact.duty"):
        facts.setdefault(str(fact.data["obligation"]), []).append(fact)
    found: list[Occurrence] = []
    for duty in _obligations(task):
        left = facts.get(duty.name, [])
        for period, day in due_days(task, duty):
            mine = next((f for f in left if _is_of(f, period, day)), None)
            if mine is not None:
                left = [fact for fact in left if fact is not mine]
            found.append(_occurrence(task, duty.name, period, day, mine))
        for fact in left:
            found.append(_occurrence(task, duty.name, "", fact.day("due"), fact))
    return sorted(found, key=lambda one: (one.due_us, one.obligation, one.period))


def _obligations(task: Task[Duty]) -> list[Obligation]:
    known = {duty.name: duty for duty in task.agreement.obligations}
    wanted = task.kpi.obligations or [name for name, duty in known.items() if duty.by == "vendor"]
    for name in wanted:
        if name not in known:
            raise AgreementError(
                told(
                    "kpi_error.no_obligation",
                    "kpis.{name}: obligation {obligation!r} does not exist; obligations: {known}",
                    name=task.name,
                    obligation=name,
                    known=", ".join(known) or "none",
                )
            )
    return [known[name] for name in wanted]


def due_days(task: Task[Any], duty: Obligation) -> Iterator[tuple[str, date]]:
    """(period, last day in time) of each period that ends within the term."""
    inputs = task.ground.inputs
    if duty.every == "once":
        yield "once", _date(duty)
        return
    unit: Unit = duty.every
    first = first_of(inputs.service_start, unit)
    while first <= min(inputs.term_end, inputs.today):
        after = next_first(first, unit)
        if after - ONE_DAY <= inputs.term_end:
            yield window_id(first, unit), _due_day(task, duty, after - ONE_DAY)
        first = after


def _due_day(task: Task[Any], duty: Obligation, ends: date) -> date:
    """The due day of the period that ends on a day."""
    text = duty.due.strip()
    numbered = _DAY.match(text)
    if numbered:
        return ends + timedelta(days=int(numbered[1]))
    counted = _DAYS.match(text)
    if counted and not counted[2]:
        return ends + timedelta(days=int(counted[1]))
    if counted:
        calendar = task.ground.calendar(task.version, duty.calendar)
        n = int(counted[1])
        days = calendar.business_days(ends + ONE_DAY, ends + timedelta(days=_FURTHEST))
        if 0 < n <= len(days):
            return days[n - 1]
        raise AgreementError(
            told(
                "kpi_error.due_far",
                "obligations.{name}: {text!r} is not within {furthest} days of {ends}",
                name=duty.name,
                text=text,
                furthest=_FURTHEST,
                ends=ends,
            )
        )
    return _period(duty).after(ends)


def refuse_unclear(duty: Obligation) -> None:
    """Raises AgreementError for a due rule that cannot be read, whatever the months."""
    if duty.every == "once":
        _date(duty)
    elif not _DAY.match(duty.due.strip()) and not _DAYS.match(duty.due.strip()):
        _period(duty)


def _period(duty: Obligation) -> Period:
    try:
        return Period.parse(duty.due.strip())
    except ValueError:
        raise AgreementError(
            told(
                "kpi_error.due_unclear",
                "obligations.{name}: due {due!r} is not understood; write 'day 5', '3 business days', "
                "'P5D', or a date with every: once",
                name=duty.name,
                due=duty.due,
            )
        ) from None


def _date(duty: Obligation) -> date:
    try:
        return date.fromisoformat(duty.due.strip())
    except ValueError:
        raise AgreementError(
            told(
                "kpi_error.due_no_date",
                "obligations.{name}: due {due!r} is no date; with every: once write one, e.g. 2026-03-31",
                name=duty.name,
                due=duty.due,
            )
        ) from None


def _is_of(fact: Fact, period: str, day: date) -> bool:
    told = fact.data.get("period")
    return str(told) == period if told is not None else fact.day("due") == day


def _occurrence(task: Task[Any], name: str, period: str, day: date, fact: Fact | None) -> Occurrence:
    zone = task.ground.inputs.zone
    done = None if fact is None else fact.data.get("done")
    done_us = None
    if done not in (None, ""):
        whole_day = isinstance(done, date) and not isinstance(done, datetime)
        text = str(done).strip()
        done_us = midnight_us(date.fromisoformat(text), zone) if whole_day or len(text) == 10 else None
        if done_us is None and fact is not None:
            done_us = fact.instant("done", zone)
    return Occurrence(name, period, midnight_us(day + ONE_DAY, zone), done_us)
