"""What an alarm's condition sees, by kind of rule.

case     one open clock of a case: what is left of its budget, the chance of breach, the case's attributes as last set
kpi      the running window of a service level: its value, and the value projected to the window's end
credits  a month's credits beside their cap
silence  how long nothing has come in
volume   arrivals of the last full hour beside those of the same weekday and hour before
quality  the last day's events: how many were rejected, how many came late

Durations are open time of the calendar concerned, levels of a service level in its unit (share 0..1, seconds, number).
What there is no data for is null: then the condition neither holds nor is it known not to hold.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from giao.core.agreement.document.agreement import Agreement
from giao.core.agreement.errors import AgreementError
from giao.core.rules import Rule, Type, check, compile_rule, type_named
from giao.core.rules.errors import RuleError
from giao.core.rules.nodes import Call, Literal, Name, walk
from giao.core.told import told

KINDS: Mapping[str, Mapping[str, str]] = {
    "case": {
        "remaining": "days and time duration",
        "chance": "number",
        "used": "number",
        "due": "date and time",
        "state": "string",
        "clock": "string",
        "activity": "string",
        "case": "string",
    },
    "kpi": {
        "kpi": "string",
        "window": "string",
        "value": "number",
        "projected": "number",
        "projected_low": "number",
        "projected_high": "number",
        "expected": "number",
        "minimum": "number",
        "gap_to_minimum": "number",
        "direction": "string",
        "elapsed": "number",
        "n": "number",
    },
    "credits": {"month": "string", "credits": "number", "cap": "number", "share": "number"},
    "silence": {"silent_for": "days and time duration", "last_event": "date and time"},
    "volume": {
        "count": "number",
        "low": "number",
        "high": "number",
        "usual": "number",
        "weeks": "number",
        "hour": "date and time",
    },
    "quality": {
        "accepted": "number",
        "rejected": "number",
        "rejected_share": "number",
        "late": "number",
        "late_share": "number",
    },
}
"""Kind → name → type. `used`: share of the budget; `gap_to_minimum`: below 0 the projection is worse than the minimum."""


def schema_of(kind: str, agreement: Agreement | None = None) -> dict[str, Type]:
    """The names of a kind with their types; a case's attributes beside them, personal ones left out.

    A name of ours hides an attribute of the same name. Raises AgreementError for an unknown kind.
    """
    if kind not in KINDS:
        raise AgreementError(
            told(
                "alarm.no_kind",
                "there is no kind of alarm rule {kind!r}; kinds: {known}",
                kind=kind,
                known=", ".join(KINDS),
            )
        )
    found: dict[str, Type] = {}
    if kind == "case" and agreement is not None:
        for name, spec in agreement.work.attributes.items():
            if not spec.personal:
                found[name] = type_named(spec.type)
    return found | {name: type_named(text) for name, text in KINDS[kind].items()}


def condition_of(kind: str, text: str, agreement: Agreement | None = None) -> Rule:
    """The condition, read and checked. Raises RuleError with the column that does not fit, AgreementError for the kind."""
    schema = schema_of(kind, agreement)
    rule = compile_rule(text, schema)
    found = check(rule, schema)
    if found.name not in ("boolean", "any"):
        raise RuleError(
            told(
                "alarm.not_a_condition",
                "An alarm's condition is true or false; this one gives a value of type {type}.",
                type=str(found),
            ),
            text,
        )
    return rule


def durations_in(rule: Rule) -> frozenset[timedelta]:
    """Lengths of time that are written in a condition: when a clock reaches one, the condition may change."""
    found: set[timedelta] = set()
    for node in walk(rule.tree):
        if isinstance(node, Literal) and isinstance(node.value, timedelta):
            found.add(node.value)
        elif isinstance(node, Call) and isinstance(node.function, Name) and node.function.name == "duration":
            texts = [part.value for part in node.arguments if isinstance(part, Literal)]
            value = compile_rule(f'duration("{texts[0]}")').evaluate({}) if len(texts) == 1 else None
            if isinstance(value, timedelta):
                found.add(value)
    return frozenset(found)
