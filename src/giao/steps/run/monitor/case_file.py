"""One case as of the page's instant: its events, attributes, clocks explained, who holds it. Small: the log is cut first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import numpy as np
import polars as pl

from giao.core.agreement.clocks import ClockExplanation
from giao.core.agreement.clocks.explain import ExplainedInstance
from giao.core.agreement.context import Inputs
from giao.core.agreement.explain import explain_case
from giao.core.agreement.patterns import Matcher
from giao.core.agreement.store import PEOPLE
from giao.core.log import EventLog
from giao.steps.run.monitor.attributes import MASK, people_label
from giao.steps.run.monitor.business_hours import all_calendars
from giao.steps.run.monitor.ground import Ground

_CORE = ("case", "activity", "time", "seq", "start", "recorded", "lifecycle", "cost")


@dataclass(frozen=True)
class Change:
    """An attribute that an event set to another value. `after` None: its value was taken away."""

    label: str
    before: Any
    after: Any


@dataclass(frozen=True)
class CaseEvent:
    """`number` counts from 1, as the words of the clocks do."""

    number: int
    time: datetime
    activity: str
    lifecycle: str
    resource: str
    group: str
    changes: tuple[Change, ...]


@dataclass(frozen=True)
class Fact:
    """One line of what the case is. `hidden`: this reader sees a mask."""

    label: str
    value: Any
    personal: bool
    hidden: bool


@dataclass(frozen=True)
class CaseFile:
    """`holder`: client, vendor, subcontractor, third_party, or empty where the agreement does not say."""

    case: str
    state: str
    received: datetime | None
    delivered: datetime | None
    cancelled: datetime | None
    events: tuple[CaseEvent, ...]
    facts: tuple[Fact, ...]
    explanations: tuple[ClockExplanation, ...]
    holder: str
    held_since: datetime | None

    @property
    def open_instances(self) -> list[ExplainedInstance]:
        """Instances that still run or are paused, the most urgent first."""
        found = [
            told
            for explanation in self.explanations
            for told in explanation.instances
            if told.instance.stopped_us is None
        ]
        return sorted(found, key=lambda told: told.instance.due_us or 2**62)


def open_case(ground: Ground, case: str) -> CaseFile | None:
    """The case, or None when the log has no such case at this instant."""
    alone = ground.case_log(case) if ground.versions else None
    if alone is None:
        return None
    facts = ground.facts.as_of(ground.as_of_us)
    calendars = all_calendars(ground.versions, ground.today)
    inputs = Inputs(ground.versions, alone.as_of(ground.as_of_us), facts, ground.as_of_us, calendars)
    if inputs.log.n_cases == 0:
        return None
    explained = explain_case(inputs, case)
    matcher = Matcher(inputs.log, inputs.agreement.work)
    masks = _Masks(ground, inputs.log, case)
    holder, since = _holder(inputs, matcher)
    received, delivered, cancelled = _life(inputs, matcher)
    return CaseFile(
        case=case,
        state=_state(received, delivered, cancelled),
        received=received,
        delivered=delivered,
        cancelled=cancelled,
        events=tuple(_events(inputs.log, masks)),
        facts=tuple(_facts(inputs.log, masks)),
        explanations=tuple(masks.explanation(item) for item in explained.clocks),
        holder=holder,
        held_since=since,
    )


class _Masks:
    """What this reader may not see of this log, by column."""

    def __init__(self, ground: Ground, log: EventLog, case: str) -> None:
        declared = ground.agreement.work.attributes
        self.labels = {name: item.label for name, item in log.attributes.items()}
        self.labels |= {name: people_label(name) for name in PEOPLE}
        self.labels |= {name: spec.label for name, spec in declared.items() if spec.label}
        self.personal = {name for name, item in log.attributes.items() if item.personal}
        self.personal |= {name for name, spec in declared.items() if spec.personal}
        if "resource" not in declared:
            self.personal.add("resource")  # people, unless the agreement says otherwise
        self.hidden = {name for name in self.personal if not ground.unmasked.shows(name, case)}

    def label(self, name: str) -> str:
        return self.labels.get(name, name)

    def value(self, name: str, value: Any) -> Any:
        return MASK if name in self.hidden and value is not None else value

    def explanation(self, found: ClockExplanation) -> ClockExplanation:
        """The same with masked values where a condition saw personal ones."""
        if not self.hidden:
            return found
        return replace(found, instances=tuple(self._instance(told) for told in found.instances))

    def _instance(self, told: ExplainedInstance) -> ExplainedInstance:
        trials = tuple(replace(trial, values=self._values(trial.values)) for trial in told.trials)
        return replace(told, trials=trials)

    def _values(self, values: Mapping[str, Any]) -> dict[str, Any]:
        return {name: self.value(name, value) for name, value in values.items()}


def _events(log: EventLog, masks: _Masks) -> Iterator[CaseEvent]:
    seen: dict[str, Any] = {}
    names = list(log.attributes)
    gone = {name: log.cleared(name) for name in names}
    for number, row in enumerate(log.events().iter_rows(named=True), start=1):
        changes = []
        for name in names:
            value, cleared = row[name], gone[name]
            if cleared is not None and cleared[number - 1] and name in seen:
                changes.append(Change(masks.label(name), masks.value(name, seen.pop(name)), None))
            elif value is not None and value != seen.get(name):
                before = seen.get(name)
                changes.append(Change(masks.label(name), masks.value(name, before), masks.value(name, value)))
                seen[name] = value
        yield CaseEvent(
            number,
            row["time"],
            row["activity"],
            row.get("lifecycle") or "",
            masks.value("resource", row.get("resource")) or "",
            masks.value("group", row.get("group")) or "",
            tuple(changes),
        )


def _facts(log: EventLog, masks: _Masks) -> Iterator[Fact]:
    """Every attribute as last set; what was never set is left out."""
    names = [name for name in ("group", "resource", "role", *log.attributes) if name in log.columns]
    last = log.current(names).row(-1, named=True) if names else {}
    for name, value in last.items():
        if value is not None:
            hidden = name in masks.hidden
            yield Fact(masks.label(name), masks.value(name, value), name in masks.personal, hidden)


def _life(inputs: Inputs, matcher: Matcher) -> tuple[datetime | None, datetime | None, datetime | None]:
    work = inputs.agreement.work
    times = inputs.log.events(["time"])["time"]

    def first(mask: np.ndarray) -> datetime | None:
        found: datetime | None = times.filter(pl.Series(mask)).first()  # type: ignore[assignment]
        return found

    cancelled = first(matcher.mask(work.cancelled)) if work.cancelled else None
    return first(matcher.mask(work.received)), first(matcher.mask(work.delivered)), cancelled


def _state(received: datetime | None, delivered: datetime | None, cancelled: datetime | None) -> str:
    """As the stored reading has it."""
    if cancelled is not None:
        return "cancelled"
    if delivered is not None:
        return "delivered"
    return "open" if received is not None else "not received"


def _holder(inputs: Inputs, matcher: Matcher) -> tuple[str, datetime | None]:
    """Who holds the case after the last event that says so, and since when without a break."""
    times = inputs.log.events(["time"])["time"]
    said = np.full(inputs.log.n_events, -1)
    for place, entry in enumerate(inputs.agreement.work.holder):
        said[matcher.mask(entry.after)] = place
    known = np.flatnonzero(said >= 0)
    if not len(known):
        return "", None
    by = [inputs.agreement.work.holder[place].by for place in said[known]]
    start = len(by) - 1
    while start and by[start - 1] == by[-1]:
        start -= 1
    return by[-1], times[int(known[start])]
