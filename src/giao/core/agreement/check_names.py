"""Which names each condition of a document may use: the static check, with types. What they mean: `names.py`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from giao.core.agreement.credits.conditions import MEASURES as OF_MONTHS
from giao.core.agreement.credits.conditions import (
    at_risk_holds,
    at_risk_schema,
    functions,
    trigger_holds,
    trigger_schema,
)
from giao.core.agreement.credits.history import History
from giao.core.agreement.document.agreement import Agreement
from giao.core.agreement.document.base import Pattern
from giao.core.agreement.document.clock import Clock, PauseBetween, Relief
from giao.core.agreement.document.kpi import Availability, Composite, Duty, KpiBase, Ratio, SampledRate, Score
from giao.core.agreement.errors import AgreementError
from giao.core.agreement.kpis.relieving import MEASURES as OF_WINDOWS
from giao.core.agreement.names import (
    CLOCK,
    EVENT,
    EVENTS,
    IN_A_CLOCK,
    ONLY_IN_KPIS,
    clocks_read,
    compile_condition,
    read_condition,
    refuse_names,
    unknown_names,
    with_clocks,
    with_events,
)
from giao.core.agreement.phases import NAMES as PHASE_NAMES
from giao.core.rules import RuleError, Type, check, compile_rule, type_named
from giao.core.told import series, told

BEFORE_CLOCKS = told(
    "rule.before_clocks",
    "clocks follow from what this says, so the answer would depend on itself; {why}",
    why=ONLY_IN_KPIS,
)
"""Why `clock` is no name of `work`, the agreement's `where` and `relief`."""

_ANY, _NUMBER = type_named("any"), type_named("number")


@dataclass(frozen=True)
class Found:
    """The names that a condition reads, and what is wrong with it."""

    names: frozenset[str]
    errors: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


def check_condition(
    text: str,
    attributes: Mapping[str, Type],
    *,
    complete: bool,
    clocks: Iterable[str] | None = None,
    refusal: str = ONLY_IN_KPIS,
    of_facts: bool = False,
) -> Found:
    """A condition on a case.

    complete  `attributes` are those of a log; else an unknown name may be a column, and is only told
    clocks    names of the clocks that it may read; None where it may read none, for the reason `refusal`
    of_facts  an unknown name may be a field of facts
    """
    schema = with_events(attributes) if clocks is None else with_clocks(attributes, clocks)
    try:
        rule = read_condition(text, schema)
    except RuleError as error:
        return Found(frozenset(), (str(error),))
    warnings: tuple[str, ...] = ()
    try:
        if not complete or of_facts:
            refused = {CLOCK} - schema.keys()
            hint = _HINT_FACTS if of_facts else _HINT_LOG
            warnings = tuple(
                str(RuleError(series(" ", (error.message, hint)), error.text, error.position))
                for error in unknown_names(rule, {**schema, **dict.fromkeys(refused, _ANY)})
            )
            schema |= dict.fromkeys(rule.names - schema.keys() - refused, _ANY)
        refuse_names(rule, schema, refusal)
        compile_condition(text, schema, refusal)
    except RuleError as error:
        return Found(rule.names, (str(error),), warnings)
    return Found(rule.names, (), warnings)


_HINT_FACTS = told("rule.field_of_facts", "It may be a field of the facts that this KPI reads.")
_HINT_LOG = told("rule.check_with_log", "Check against a log (--log) to be sure.")


def check_measures(
    text: str, schema: Mapping[str, Type], functions: Mapping[str, Callable[..., Any]] | None = None
) -> Found:
    """A condition on a window or month: measures and other names with their types, functions of its own."""
    try:
        rule = compile_rule(text, names=list(schema), functions=functions)
        check(rule, schema)
    except RuleError as error:
        return Found(frozenset(), (str(error),))
    return Found(rule.names)


def check_phase(text: str) -> Found:
    """`when` of a phase: true or false, of gates, milestones and the day."""
    try:
        rule = compile_rule(text, names=list(PHASE_NAMES))
        kind = check(rule, PHASE_NAMES)
    except RuleError as error:
        return Found(frozenset(), (str(error),))
    if kind.name not in ("boolean", "any", "null"):
        words = told(
            "check.phase_boolean",
            'is of type {kind}; a phase begins when something is true, e.g. list contains(gates, "readiness")',
            kind=str(kind),
        )
        return Found(rule.names, (words,))
    return Found(rule.names)


def check_relief(text: str, entry: Relief, attributes: Mapping[str, Type], complete: bool) -> Found:
    """`when` of a relief: on a case for the effects `time` and `case`, on the measures of a window else."""
    if entry.effect in ("interval", "window"):
        return check_measures(text, dict.fromkeys(OF_WINDOWS, _NUMBER))
    return check_condition(text, attributes, complete=complete, refusal=BEFORE_CLOCKS)


def check_month(text: str, agreement: Agreement, place: Literal["trigger", "at_risk"]) -> Found:
    """Conditions over months: a KPI's bare name stands for the KPI in a trigger, for its latest value in `at_risk`."""
    schema, holds = (
        (trigger_schema(agreement.kpis), trigger_holds)
        if place == "trigger"
        else (at_risk_schema(agreement.kpis), at_risk_holds)
    )
    # Before the first month: no number is known, but every call is made, and says what it cannot do.
    history = History((), dict.fromkeys(agreement.kpis, ()))
    found = check_measures(text, schema, functions(history))
    if not found.errors:
        try:
            holds(text, history, dict.fromkeys(OF_MONTHS))
        except (AgreementError, RuleError) as error:
            return Found(found.names, (str(error),))
    return found


def reads_facts(kpi: KpiBase) -> bool:
    """Whether conditions of a KPI may name fields of facts."""
    if isinstance(kpi, Ratio):
        return kpi.numerator.fact is not None or kpi.denominator.fact is not None
    return isinstance(kpi, SampledRate) or (isinstance(kpi, Score) and kpi.fact is not None)


def is_about_cases(kpi: KpiBase) -> bool:
    """Whether `where` and `exclude` of a KPI choose among anything."""
    return not isinstance(kpi, Availability | Duty | Composite)


def counted_patterns(kpi: KpiBase) -> Iterator[tuple[tuple[str, ...], list[Pattern]]]:
    """(place within the KPI, patterns) of the events that a KPI counts."""
    sides = (
        [((), kpi)]
        if not isinstance(kpi, Ratio)
        else [(("numerator",), kpi.numerator), (("denominator",), kpi.denominator)]
    )
    for path, part in sides:
        for key in ("of", "inspected", "count"):
            patterns = getattr(part, key, None)
            if isinstance(patterns, list):
                yield (*path, key), patterns


def changes_with_events(names: frozenset[str]) -> frozenset[str]:
    """Of the names that a condition reads, those that are another at each event."""
    return names & {EVENT, EVENTS}


def clock_conditions(clock: Clock) -> list[str]:
    """Every condition that a clock is made of."""
    patterns = [*clock.start, *clock.stop]
    found = [target.when for target in clock.targets]
    for pause in clock.paused_while:
        if isinstance(pause, PauseBetween):
            patterns += [*pause.start, *pause.until]
        else:
            found.append(pause.when)
    return [text for text in (*found, *(pattern.where for pattern in patterns)) if text is not None]


class ClockReferences:
    """Which clocks the conditions of each clock name; none of them may."""

    def __init__(self, clocks: Mapping[str, Clock]) -> None:
        self._reads = {name: _named(clock_conditions(clock), clocks) for name, clock in clocks.items()}
        self._clocks = clocks

    def refusal(self, clock: str, text: str) -> str:
        """Why a condition of this clock cannot read clocks: itself, a circle, or none at all."""
        named = _named([text], self._clocks)
        if clock in named:
            return told(
                "rule.clock_itself", "clock {clock!r} refers to itself; {why}", clock=clock, why=IN_A_CLOCK
            )
        for other in named:
            way = self._way(other, clock)
            if way is not None:
                return told(
                    "rule.clock_circle",
                    "clocks refer to each other in a circle, {way}; {why}",
                    way=" → ".join([clock, *way]),
                    why=IN_A_CLOCK,
                )
        return IN_A_CLOCK

    def _way(self, start: str, goal: str) -> list[str] | None:
        ways, seen = [[start]], {start}
        while ways:
            way = ways.pop(0)
            if way[-1] == goal:
                return way
            for further in self._reads.get(way[-1], []):
                if further not in seen:
                    seen.add(further)
                    ways.append([*way, further])
        return None


def _named(texts: Iterable[str], clocks: Iterable[str]) -> list[str]:
    """Clocks that conditions name, in order; what cannot be read names none."""
    schema = with_clocks({}, clocks)
    found: dict[str, None] = {}
    for text in texts:
        try:
            rule = read_condition(text, schema)
        except RuleError:
            continue
        found |= dict.fromkeys(name for name, _ in clocks_read(rule.tree))
    return list(found)
