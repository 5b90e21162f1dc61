"""What is due when, beside the work itself: duties of either side, controls, duties on exit, the last day for notice, the end.

A deadline is judged under the version in force on the first day of its period (a single duty: on its due day; the end of
the term and the exit: under the version in force at the reading). Notice is given by a decision
``giao.decision.notice {by}``; what ends, and whether it renews itself, is what the latest version in force says.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from giao.core.agreement.context import Inputs
from giao.core.agreement.document.base import Words
from giao.core.agreement.duties import Due, Occurrence, Owed, due_days, duties_of, facts_by_duty, occurrences
from giao.core.agreement.kpis.ground import calendar_of
from giao.core.agreement.renewing import NOTICE, last_day_of_notice
from giao.core.agreement.windows import ONE_DAY, local_day, midnight_us

DeadlineKind = Literal["obligation", "control", "exit", "notice", "end", "renewal"]
DeadlineState = Literal["met", "missed", "open", "passed"]


@dataclass(frozen=True)
class Deadline:
    """Something due. `due` is the last day in time; `done` the local day on which it was done.

    state     met: done in time (notice: given in time) · missed: done late, or due and not done · open: not yet due ·
              passed: a day of the term itself that has gone by
    evidence  what the document asks for; `proof` what the fact bears; `unproved`: said to be done, without it
    """

    kind: DeadlineKind
    name: str
    by: Literal["client", "vendor", "both"]
    due: date
    state: DeadlineState
    period: str = ""
    done: date | None = None
    title: Words | None = None
    family: str | None = None
    evidence: str | None = None
    proof: str | None = None
    unproved: bool = False
    version: int = 1


def deadlines(inputs: Inputs) -> tuple[Deadline, ...]:
    """Everything due within the term up to the next occurrence of each duty, in order of due days."""
    found = [*_of_duties(inputs), *_of_term(inputs)]
    return tuple(sorted(found, key=lambda one: (one.due, one.kind, one.name, one.period)))


def next_deadline(found: tuple[Deadline, ...]) -> Deadline | None:
    """The open one that is due first."""
    return next((one for one in found if one.state == "open"), None)


def _of_duties(inputs: Inputs) -> Iterator[Deadline]:
    """Each duty by name, over the versions that have it; a fact belongs to one occurrence only."""
    facts = facts_by_duty(inputs.facts.of("fact.duty"))
    of_versions = [duties_of(version) for version in inputs.versions]
    for name in dict.fromkeys(name for duties in of_versions for name in duties):
        dues: dict[Due, int] = {}
        for number, duties in enumerate(of_versions):
            if name in duties:
                dues |= {
                    due: number
                    for due in _due_days(inputs, number, duties[name])
                    if inputs.version_index(_judged_on(inputs, duties[name], due)) == number
                }
        latest = next(duties[name] for duties in reversed(of_versions) if name in duties)
        ordered = sorted(dues, key=lambda due: due.day)
        for place, one in enumerate(occurrences(latest, ordered, facts.get(name, []), inputs.zone)):
            number = dues[ordered[place]] if place < len(ordered) else inputs.version_index(one.day)
            yield _deadline(inputs, of_versions[number].get(name, latest), one, number)


def _due_days(inputs: Inputs, number: int, duty: Owed) -> Iterator[Due]:
    return due_days(
        duty,
        inputs.service_start,
        inputs.term_end,
        inputs.today,
        lambda calendar: calendar_of(inputs, number, calendar),
    )


def _judged_on(inputs: Inputs, duty: Owed, due: Due) -> date:
    return inputs.today if duty.kind == "exit" else due.first


def _deadline(inputs: Inputs, duty: Owed, one: Occurrence, number: int) -> Deadline:
    now = inputs.as_of_us
    done_us = one.done_us if one.done_us is not None and one.done_us <= now else None
    state: DeadlineState = "open"
    if done_us is not None:
        state = "met" if done_us < one.due_us else "missed"
    elif one.due_us <= now:
        state = "missed"
    return Deadline(
        duty.kind,
        duty.name,
        duty.by,
        one.day,
        state,
        one.period,
        None if done_us is None else local_day(done_us, inputs.zone),
        duty.title,
        duty.family,
        duty.evidence,
        one.evidence,
        one.unproved,
        inputs.versions[number].version,
    )


def _of_term(inputs: Inputs) -> Iterator[Deadline]:
    """The last day for notice, and the last day of the term: its end, or its renewal where no notice came in time."""
    version = inputs.agreement
    term = version.term
    last = last_day_of_notice(term)
    given = None
    if last is not None:
        before = midnight_us(last + ONE_DAY, inputs.zone)
        notices = [fact for fact in inputs.facts.of(NOTICE) if fact.time_us < before]
        given = min(notices, key=lambda fact: fact.time_us, default=None)
        state: DeadlineState = "met" if given else "open" if inputs.as_of_us < before else "passed"
        yield Deadline(
            "notice",
            "notice",
            "both",
            last,
            state,
            done=None if given is None else local_day(given.time_us, inputs.zone),
            proof=None if given is None else str(given.data["by"]),
            version=version.version,
        )
    over = inputs.as_of_us >= midnight_us(term.end + ONE_DAY, inputs.zone)
    renews = term.auto_renew and given is None
    yield Deadline(
        "renewal" if renews else "end",
        "term",
        "both",
        term.end,
        "passed" if over else "open",
        version=version.version,
    )
