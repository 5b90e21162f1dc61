"""Phases of a term: their days, and the condition or gate that lets one begin.

A phase without `from` begins where the one before it ended, the first with the term. One with `when` (or `gate`, short
for ``list contains(gates, "<gate>")``) begins on the first local day, not before its own first one, on which that holds by
what is recorded; the phase before it goes on until then. Where it never comes to hold, it never begins, and the phase
before it goes on to the end of this one. A condition reads

  gates       list<string>: gates passed by a decision ``giao.decision.gate {gate, passed}``, the latest of each gate
  milestones  list<string>: milestones accepted (``giao.fact.milestone {name, accepted}``)
  day         date: the day that is asked about
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from giao.core.agreement.document.agreement import Agreement
from giao.core.agreement.document.work import Phase
from giao.core.agreement.errors import AgreementError
from giao.core.agreement.facts import Fact, Facts
from giao.core.agreement.pricing.fact_fields import day_of
from giao.core.agreement.results import Window
from giao.core.agreement.windows import ONE_DAY, local_day
from giao.core.rules import RuleError, Type, compile_rule, type_named
from giao.core.told import told

NAMES: Mapping[str, Type] = {
    "gates": type_named("list<string>"),
    "milestones": type_named("list<string>"),
    "day": type_named("date"),
}
"""What a phase's condition reads."""


@dataclass(frozen=True)
class PhaseDays:
    """A phase with its first and last day, both included."""

    phase: Phase
    first: date
    last: date

    def holds(self, day: date) -> bool:
        return self.first <= day <= self.last

    def touches(self, window: Window) -> bool:
        return window.first <= self.last and self.first <= window.last


def phase_days(phases: Sequence[Phase], term_start: date) -> list[PhaseDays]:
    found = []
    first = term_start
    for phase in phases:
        found.append(PhaseDays(phase, phase.start or first, phase.until))
        first = phase.until + ONE_DAY
    return found


def condition_of(phase: Phase) -> str | None:
    """The phase's condition, its gate among it."""
    gate = None if phase.gate is None else f"list contains(gates, {_quoted(phase.gate)})"
    return f"({gate}) and ({phase.when})" if gate and phase.when else gate or phase.when


def with_known_phases(version: Agreement, facts: Facts, zone: ZoneInfo, today: date) -> Agreement:
    """The version with the phases that have begun, by what the facts say, on the days on which they did.

    The version itself where no phase has a condition. Its hash stays that of the document.
    """
    document = version.document
    if not any(condition_of(phase) for phase in document.phases):
        return document
    changes = _days_of_change(facts, zone)
    found: list[Phase] = []
    for item in phase_days(document.phases, document.term.start):
        condition = condition_of(item.phase)
        begins = item.first if condition is None else _first_day(condition, item, facts, zone, changes, today)
        follows = bool(found) and found[-1].until + ONE_DAY == item.first
        if begins is None:
            if follows:
                found[-1] = found[-1].model_copy(update={"until": item.last})
            continue
        if follows and begins > item.first:
            found[-1] = found[-1].model_copy(update={"until": begins - ONE_DAY})
        found.append(item.phase.model_copy(update={"start": begins, "until": item.last}))
    return document.known_as({"phases": found})


def _first_day(
    condition: str, item: PhaseDays, facts: Facts, zone: ZoneInfo, changes: Iterable[date], today: date
) -> date | None:
    """The first day of the phase on which its condition is true; None while there is none."""
    last = min(item.last, today)
    days = [item.first, *(day for day in changes if item.first < day <= last)]
    reads_day = "day" in _compiled(condition).names
    if reads_day:
        span = (last - item.first).days + 1
        days = [item.first + ONE_DAY * number for number in range(max(span, 0))]
    for day in days:
        if day <= last and holds(condition, facts, zone, day):
            return day
    return None


def holds(condition: str, facts: Facts, zone: ZoneInfo, day: date) -> bool:
    """Whether a condition is true by what had happened up to the end of a local day."""
    value = _compiled(condition).evaluate(
        {
            "gates": _passed(facts.of("decision.gate"), zone, day),
            "milestones": sorted(
                {
                    str(fact.data["name"])
                    for fact in facts.of("fact.milestone")
                    if day_of(fact, "accepted") <= day
                }
            ),
            "day": day,
        }
    )
    return value is True


def _passed(decisions: Iterable[Fact], zone: ZoneInfo, day: date) -> list[str]:
    latest: dict[str, bool] = {}
    for fact in sorted(decisions, key=lambda each: (each.time_us, each.recorded_us, each.canonical())):
        if local_day(fact.time_us, zone) <= day:
            latest[str(fact.data["gate"])] = _is_true(fact)
    return sorted(gate for gate, passed in latest.items() if passed)


def _is_true(fact: Fact) -> bool:
    value: Any = fact.data["passed"]
    if isinstance(value, bool):
        return value
    if str(value).strip().lower() in ("true", "false"):
        return str(value).strip().lower() == "true"
    raise AgreementError(
        told("phase.gate_passed", "gate {gate!r}: passed is {value!r}, expected true or false",
             gate=fact.data["gate"], value=value)
    )  # fmt: skip


def _days_of_change(facts: Facts, zone: ZoneInfo) -> list[date]:
    """Local days on which a gate or a milestone was decided."""
    days = {local_day(fact.time_us, zone) for fact in facts.of("decision.gate")}
    return sorted(days | {day_of(fact, "accepted") for fact in facts.of("fact.milestone")})


def _compiled(condition: str) -> Any:
    try:
        return compile_rule(condition, names=list(NAMES))
    except RuleError as error:
        raise AgreementError(told("phase.condition", "phases, when: {error}", error=str(error))) from error


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
