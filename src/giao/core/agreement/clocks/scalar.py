"""Patterns and conditions on one event of one case: the scalar side of `patterns.py`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from giao.core.agreement.document.base import Pattern
from giao.core.rules import Rule, Type, check, compile_rule


class Rules:
    """FEEL conditions of a schema, each compiled and checked once."""

    def __init__(self, schema: Mapping[str, Type]) -> None:
        self._schema = dict(schema)
        self._compiled: dict[str, Rule] = {}

    def names(self, condition: str) -> frozenset[str]:
        """What a condition reads."""
        return self._rule(condition).names

    def holds(self, condition: str, context: Mapping[str, Any]) -> bool:
        """Whether a condition is true; null is not. Names that nothing has set yet are null."""
        rule = self._rule(condition)
        return rule.evaluate({name: context.get(name) for name in rule.names}) is True

    def _rule(self, condition: str) -> Rule:
        if condition not in self._compiled:
            rule = compile_rule(condition, names=self._schema)
            check(rule, self._schema)
            self._compiled[condition] = rule
        return self._compiled[condition]


def matches(
    rules: Rules,
    patterns: Iterable[Pattern],
    activity: str,
    lifecycle: str | None,
    context: Mapping[str, Any],
) -> bool:
    """Whether an event is meant by at least one of the patterns."""
    return any(_one(rules, pattern, activity, lifecycle, context) for pattern in patterns)


def _one(
    rules: Rules, pattern: Pattern, activity: str, lifecycle: str | None, context: Mapping[str, Any]
) -> bool:
    if pattern.activity is not None and activity not in pattern.activity:
        return False
    if pattern.lifecycle is not None and (lifecycle or "").lower() not in [
        name.lower() for name in pattern.lifecycle
    ]:
        return False
    return pattern.where is None or rules.holds(pattern.where, context)
