"""What a part of a rule is on columns.

A number is never a binary float in arithmetic: it is an integer with a scale (`Scaled`), as wide as its bound needs, so
that results equal decimal128's. Float columns are compared as they stand (`Floating`, exact by giao.core.rules.floats)
and become `Scaled` only when the frame's values are known to have few digits.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

import polars as pl

from giao.core.rules.errors import NotColumnar

#: Decimal128 holds integers up to here without rounding.
MAX_EXACT = 10**34
INT64_BOUND = 2**63 - 1
INT128_BOUND = 2**126


@dataclass(frozen=True, slots=True)
class Constant:
    """The same value in every row; None is null."""

    value: Any


@dataclass(frozen=True, slots=True)
class Scaled:
    """Numbers `expr / 10**scale`; `expr` is Int64, or Int128 when `bound` (of its absolute value) needs it."""

    expr: pl.Expr
    scale: int
    bound: int


@dataclass(frozen=True, slots=True)
class Floating:
    """Float64 values, finite or null; `column` is the column they come from, None for a mixture."""

    expr: pl.Expr
    column: str | None


@dataclass(frozen=True, slots=True)
class Plain:
    """Values of a FEEL kind other than number. Dates and times with a zone are in UTC; `zoned` tells.

    Times of day are Int64, microseconds since midnight (in UTC where zoned, as `temporal.time_instant`).
    """

    kind: str
    expr: pl.Expr
    zoned: bool = False


Form = Constant | Scaled | Floating | Plain


class Facts(Protocol):
    """What is known about a column beyond its type."""

    def bound(self, column: str, scale: int) -> int | None:
        """The largest absolute value of an integer or decimal column, times 10**scale; None when unknown."""

    def float_scale(self, column: str) -> tuple[int, int] | None:
        """For a float column whose values all have at most 15 digits: how many stand after the point, and the largest
        absolute value times ten to that power; None otherwise."""


class NoFacts:
    """Nothing is known but types."""

    def bound(self, column: str, scale: int) -> int | None:
        return None

    def float_scale(self, column: str) -> tuple[int, int] | None:
        return None


def lit_bool(value: bool | None) -> pl.Expr:
    return pl.lit(value, dtype=pl.Boolean)


def integer(value: int, like: int) -> pl.Expr:
    """An integer literal as wide as a bound needs."""
    return pl.lit(value, dtype=pl.Int64 if like <= INT64_BOUND else pl.Int128)


def widened(expr: pl.Expr, bound: int, target: int) -> pl.Expr:
    """The expression as Int128 when `target` needs it and `bound` did not."""
    return expr.cast(pl.Int128) if bound <= INT64_BOUND < target else expr


def refuse(reason: str, text: str, position: int) -> NotColumnar:
    return NotColumnar(reason, text, position)
