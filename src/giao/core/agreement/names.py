"""The names that a condition may use, and what each of them means.

**Attributes**, in every condition on a case: as last set at the moment of reading, the event at hand included. So are
the log's own columns `resource`, `group`, `role`, `cost`, `start` and `recorded`; null where the log has none or
nothing has set it yet. `activity`, `lifecycle` (`complete` where the log has none) and `time` are those of the event at
hand. A hindsight attribute is null before the case's last event.

**`event`**, in every condition on a case: the event at which the condition is read, a context of `activity`,
`lifecycle`, `resource`, `group`, `role`, `cost`, `time` and `number`, its position in the case counted from 1. They are
what this very event says: `event.resource` is null where the event sets none, while `resource` is the last one set.

**`events`**, likewise: the list of such contexts, from the case's first event up to and including the one at hand;
never empty, `events[-1]` is `event`, `count(events)` is `event.number`. Later events are not in it.

**`clock.<name>.<part>`**, only in `where`, `exclude`, `good` and `bad` of a KPI: of the instance that the row is about
when the KPI (or the side of a ratio) measures that clock, else of the latest instance of the row's case; both as of the
reading. The parts:

  state     met · breached (also while open) · running · paused · cancelled · no_target; `not_started` where the case
            has no instance of the clock
  consumed  days and time duration, in the measure of the target; while open up to the reading
  due       date and time; null without a target
  started, stopped  date and time; `stopped` is null while open, and the cancelling event's of a cancelled instance

All but `state` are null where there is no instance; all are null for a fact that names no case. Under `tiers` they
speak of the clock's own target, not of a tier's.

Not readable, with an error that says why: `clock` in a clock's own patterns, pauses and targets and in whatever decides
about clocks (`work`, the agreement's `where`, `relief`): a clock that refers to itself, or clocks to each other in a
circle, have no answer. Nor in charge lines, which count events. Measures of a window (`received`, `delivered`,
`cancelled`, `forecast`) belong to a relief of effect `interval` or `window`, those of a month to triggers and
conditions of credits: a case has none.

The three names are reserved: a log's own column called `event` is imported as `event_2`. A field so called of a fact
hides them in conditions that read that fact.

**Cost.** Everything but `events` is read by columns. So are `count(events)`, `events[n]` with a part (n a number,
negative from the end), `count(events[c])`, and `some` or `every` of one element of `events`, where what is tested reads
that element only: a walk over the log each. Any other use of `events` is read event by event and hands over the list
each time: quadratic in the length of a case, some 12 µs a pair of events (1 M events in cases of ten: over a minute).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from giao.core.agreement.lowering import Column, InstanceColumn, lower
from giao.core.rules import Rule, RuleError, RuleLimitError, Type, check, compile_rule, type_named
from giao.core.rules import nodes as n
from giao.core.rules.static.near import did_you_mean
from giao.core.rules.types import context_of, list_of
from giao.core.told import told

EVENT, EVENTS, CLOCK = "event", "events", "clock"

CORE_NAMES = ("activity", "lifecycle", "resource", "group", "role", "cost", "time", "start", "recorded")
"""Columns of the log itself that a condition may name beside the attributes."""

OWN = ("activity", "lifecycle", "time")
"""Names whose value is that of the event at hand, not the last one set."""

EVENT_PARTS: Mapping[str, Type] = {
    name: type_named({"cost": "number", "time": "date and time", "number": "number"}.get(name, "string"))
    for name in ("activity", "lifecycle", "resource", "group", "role", "cost", "time", "number")
}
INSTANCE_PARTS: Mapping[str, Type] = {
    "state": type_named("string"),
    "consumed": type_named("days and time duration"),
    "due": type_named("date and time"),
    "started": type_named("date and time"),
    "stopped": type_named("date and time"),
}
NOT_STARTED = "not_started"
"""State of a clock in a case that has no instance of it."""

WINDOW_MEASURES = ("received", "delivered", "cancelled", "forecast")
MONTH_MEASURES = ("fees", "credits")

IN_A_CLOCK = told(
    "rule.in_a_clock",
    "clocks are what patterns, pauses and targets decide, so the answer would depend on "
    "itself; read it in where, exclude, good or bad of a KPI, or use attributes, event and "
    "events here",
)
"""Why `clock` is no name of a clock's own conditions."""

ONLY_IN_KPIS = told(
    "rule.only_in_kpis",
    "clocks are read in where, exclude, good and bad of a KPI only; here are attributes, event and events",
)

_OWN_TYPES = {
    "cost": "number",
    "time": "date and time",
    "start": "date and time",
    "recorded": "date and time",
}
CORE_TYPES: Mapping[str, Type] = {name: type_named(_OWN_TYPES.get(name, "string")) for name in CORE_NAMES}
_EVENT_TYPE = context_of(EVENT_PARTS)


def with_events(schema: Mapping[str, Type]) -> dict[str, Type]:
    """Names of a condition on a case: attributes, `event` and `events`."""
    return {**schema, EVENT: _EVENT_TYPE, EVENTS: list_of(_EVENT_TYPE)}


def with_clocks(schema: Mapping[str, Type], clocks: Iterable[str]) -> dict[str, Type]:
    """Names of a KPI's condition: those on a case and `clock`."""
    instances = {name: context_of(INSTANCE_PARTS) for name in clocks}
    return {**with_events(schema), CLOCK: context_of(instances)}


@dataclass(frozen=True)
class Condition:
    """A condition that has been read and checked.

    text      as written
    names     the names it reads, as written: `Priority`, `event`, `clock`
    rule      the same with what can be a column made one: names of `columns` and attributes, and `contexts`
    columns   by their name in `rule`, what the columns hold
    contexts  which of `event`, `events`, `clock` it still reads whole, row by row
    """

    text: str
    names: frozenset[str]
    rule: Rule
    columns: Mapping[str, Column]
    contexts: frozenset[str]

    @property
    def clocks(self) -> frozenset[str]:
        """Clocks that it reads by columns."""
        return frozenset(part.clock for part in self.columns.values() if isinstance(part, InstanceColumn))

    @property
    def reads_clocks(self) -> bool:
        return CLOCK in self.contexts or bool(self.clocks)


def compile_condition(text: str, schema: Mapping[str, Type], refusal: str = ONLY_IN_KPIS) -> Condition:
    """Read a condition and check names and types. `schema` is what `with_events` or `with_clocks` gave.

    Raises RuleError that points at the place: for what cannot be read, an unknown name (with the nearest known one), a
    wrong type, something that is no condition, and with `refusal` for `clock` where it cannot be read.
    """
    rule = read_condition(text, schema)
    refuse_names(rule, schema, refusal)
    found = check(rule, schema)
    if found.name not in ("boolean", "any", "null"):
        raise RuleError(
            told("rule.not_boolean", "A condition is true or false, but this is a {found}.", found=found),
            text,
            rule.tree.start,
        )
    try:
        lowered = lower(rule.tree, text, schema, EVENT_PARTS, INSTANCE_PARTS)
        made = Rule(
            text, lowered.tree, (_spellings(schema) - lowered.renamed) | lowered.columns.keys(), None, None
        )
    except RecursionError:
        raise RuleLimitError(told("rule.too_deep", "The rule is nested too deeply."), text) from None
    used = {name: part for name, part in lowered.columns.items() if name in made.names}
    ours = {name for name in (EVENT, EVENTS, CLOCK) if _is_ours(name, schema)}
    return Condition(text, rule.names, made, used, made.names & frozenset(ours))


def read_condition(text: str, schema: Mapping[str, Type]) -> Rule:
    """Read a condition without checking it. Raises RuleError for what cannot be read."""
    return compile_rule(text, names=_spellings(schema))


def _spellings(schema: Mapping[str, Type]) -> frozenset[str]:
    """Names as the parser must know them. Members of contexts only where they would not be read as one name."""
    clocks = schema[CLOCK].labels if CLOCK in schema and schema[CLOCK].name == "context" else ()
    return frozenset(schema) | {name for name in clocks if not name.isidentifier()}


def _is_ours(name: str, schema: Mapping[str, Type]) -> bool:
    return name in schema and schema[name].name in ("context", "list")


def refuse_names(rule: Rule, schema: Mapping[str, Type], refusal: str) -> None:
    """Raises RuleError for names that exist elsewhere but not here, saying where they can be read, and unknown clocks."""
    if CLOCK in schema and schema[CLOCK].name == "context":
        known = schema[CLOCK].labels
        for clock, node in clocks_read(rule.tree):
            if clock not in known:
                hint = did_you_mean(clock, known) or told(
                    "word.clocks", " Clocks: {known}.", known=", ".join(known) or "none"
                )
                raise RuleError(
                    told("rule.no_clock", "There is no clock {clock!r}.{hint}", clock=clock, hint=hint),
                    rule.text,
                    node.end - len(clock),
                )
    for node in sorted(n.walk(rule.tree), key=lambda node: node.start):
        if not isinstance(node, n.Name) or node.name in schema or node.name not in rule.names:
            continue
        if node.name == CLOCK:
            raise RuleError(
                told("rule.clock_refused", "clock cannot be read here: {refusal}.", refusal=refusal),
                rule.text,
                node.start,
            )
        elsewhere = _elsewhere(node.name)
        if elsewhere:
            raise RuleError(
                told(
                    "rule.name_refused", "{name!r} cannot be read here: {why}.", name=node.name, why=elsewhere
                ),
                rule.text,
                node.start,
            )


def _elsewhere(name: str) -> str:
    """Where a name that no case has can be read; empty for other names."""
    if name in WINDOW_MEASURES:
        return told(
            "word.of_a_window",
            "it measures a window, and this condition is about one case; windows are read in relief of "
            "effect interval or window, months in triggers and in conditions of credits",
        )
    if name in MONTH_MEASURES:
        return told(
            "word.of_a_month",
            "it measures a month, and this condition is about one case; months are read in triggers "
            "and in conditions of credits",
        )
    return ""


def clocks_read(tree: n.Node) -> list[tuple[str, n.Node]]:
    """(clock, place) of every `clock.<name>` in a condition."""
    return [
        (node.name, node)
        for node in n.walk(tree)
        if isinstance(node, n.Path) and isinstance(node.source, n.Name) and node.source.name == CLOCK
    ]


def unknown_names(rule: Rule, schema: Mapping[str, Type]) -> list[RuleError]:
    """Names that a schema does not have, each with its place, where else it can be read, or the nearest name."""
    places = {node.name: node for node in reversed(list(n.walk(rule.tree))) if isinstance(node, n.Name)}
    found = []
    for name in sorted((rule.names - schema.keys()) & places.keys()):
        elsewhere = _elsewhere(name)
        hint = (
            told("word.if_no_column", " (If no column: {elsewhere}.)", elsewhere=elsewhere)
            if elsewhere
            else did_you_mean(name, schema)
        )
        found.append(
            RuleError(
                told(
                    "rule.not_declared",
                    "{name}: not declared in work.attributes.{hint}",
                    name=name,
                    hint=hint,
                ),
                rule.text,
                places[name].start,
            )
        )
    return found


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def event_context(
    number: int, time_us: int, activity: str, lifecycle: str | None, values: Mapping[str, Any]
) -> dict[str, Any]:
    """`event` as a condition sees it; `values` are what the event itself sets."""
    return {
        "activity": activity,
        "lifecycle": lifecycle,
        **{name: values.get(name) for name in ("resource", "group", "role", "cost")},
        "time": instant(time_us),
        "number": number,
    }


def instant(time_us: int) -> datetime:
    """Microseconds since 1970 UTC as a moment."""
    return _EPOCH + timedelta(microseconds=time_us)
