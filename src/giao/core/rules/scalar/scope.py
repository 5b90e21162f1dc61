"""Where names are looked up while a rule runs, and what it may spend."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from giao.core.rules.errors import RuleLimitError
from giao.core.told import told


@dataclass(frozen=True, slots=True)
class Limits:
    """`steps` bounds passes through loops plus list elements handed to functions; `depth` nested function calls."""

    steps: int = 1_000_000
    depth: int = 100


DEFAULT_LIMITS = Limits()


class Budget:
    """What is left of the limits in one evaluation."""

    __slots__ = ("depth", "limits", "steps")

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.steps = limits.steps
        self.depth = limits.depth

    def spend(self, steps: int) -> None:
        self.steps -= steps
        if self.steps < 0:
            raise RuleLimitError(
                told("rule.steps", "The rule takes more than {steps} steps.", steps=f"{self.limits.steps:,}")
            )

    def enter(self) -> None:
        self.depth -= 1
        if self.depth < 0:
            raise RuleLimitError(
                told(
                    "rule.calls",
                    "Functions call each other more than {depth} levels deep.",
                    depth=self.limits.depth,
                )
            )


class Scope(dict[str, Any]):
    """Names introduced inside a rule; what is missing is looked up in the scope around it."""

    __slots__ = ("budget", "outer")

    def __init__(self, outer: Mapping[str, Any], budget: Budget) -> None:
        super().__init__()
        self.outer = outer
        self.budget = budget

    def __missing__(self, name: str) -> Any:
        return self.outer[name]
