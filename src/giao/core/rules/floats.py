"""Comparing binary floats with decimal literals as if each float were its shortest decimal form.

A float's FEEL value is `Decimal(repr(x))`. Rounding a decimal to the nearest float never reverses an order, and repr
gives a decimal that rounds back to the float. So for a literal L with nearest float f: x < f means the value of x is
below L, x > f means above, and for x = f the value is repr(f), which is compared with L once, here. No float needs
converting, and the answer is exact. The same table serves single values and Polars columns.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from decimal import Decimal

_OPERATIONS: dict[str, Callable[[float, float], bool]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def float_comparison(op: str, literal: Decimal) -> tuple[str, float] | bool:
    """The float comparison `(op, f)` that answers `value op literal` exactly, or the constant answer.

    It holds for finite floats; nulls, NaN and infinities are the caller's.
    """
    nearest = float(literal)
    if math.isinf(nearest):
        # Beyond every float: all of them lie on one side.
        return {"=": False, "!=": True}.get(op, (op in ("<", "<=")) == (nearest > 0))
    shortest = Decimal(repr(nearest))
    if shortest == literal:
        return op, nearest
    if op in ("=", "!="):
        return op == "!="
    # The float nearest to the literal stands below or above it.
    if shortest < literal:
        return ("<=" if op in ("<", "<=") else ">"), nearest
    return ("<" if op in ("<", "<=") else ">="), nearest


def float_test(op: str, literal: Decimal) -> Callable[[float], bool]:
    """The same as a function of one float."""
    found = float_comparison(op, literal)
    if isinstance(found, bool):
        return lambda _: found
    test, nearest = _OPERATIONS[found[0]], found[1]
    return lambda value: test(value, nearest)
