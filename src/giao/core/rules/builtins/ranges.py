"""Built-in relations between points and ranges. Source: DMN 1.5, table 78."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from giao.core.rules.builtins.registry import BUILTINS, Parameter, Signature, make_builtin
from giao.core.rules.comparing import order
from giao.core.rules.types import ANY_TYPE, BOOLEAN_TYPE
from giao.core.rules.values import RANGE, Range, kind_of, note


class _Incomparable(Exception):
    """Two bounds have no order: the relation is null."""


@dataclass(frozen=True, slots=True)
class _Bound:
    """A place on the line; `infinite` is -1 or 1 for a side without bound."""

    value: Any
    closed: bool
    infinite: int = 0


def _low(span: Range) -> _Bound:
    return _Bound(span.low, span.low_closed, -1 if span.low is None else 0)


def _high(span: Range) -> _Bound:
    return _Bound(span.high, span.high_closed, 1 if span.high is None else 0)


def _point(value: Any) -> _Bound:
    return _Bound(value, closed=True)


def _order(left: _Bound, right: _Bound) -> int:
    if left.infinite or right.infinite:
        return left.infinite - right.infinite
    found = order(left.value, right.value)
    if found is None:
        raise _Incomparable
    return found


def _ends_before(left: _Bound, right: _Bound) -> bool:
    """`left`, an upper bound, lies wholly below `right`, a lower bound."""
    found = _order(left, right)
    return found < 0 or (found == 0 and not (left.closed and right.closed))


def _starts_inside(inner: _Bound, outer: _Bound) -> bool:
    """The lower bound `inner` does not reach below `outer`."""
    found = _order(inner, outer)
    return found > 0 or (found == 0 and (outer.closed or not inner.closed))


def _ends_inside(inner: _Bound, outer: _Bound) -> bool:
    found = _order(inner, outer)
    return found < 0 or (found == 0 and (outer.closed or not inner.closed))


def _same(left: _Bound, right: _Bound) -> bool:
    return _order(left, right) == 0 and left.closed == right.closed


def _ends(value: Any) -> tuple[_Bound, _Bound]:
    """Lower and upper bound of a range, or the point twice."""
    return (_low(value), _high(value)) if isinstance(value, Range) else (_point(value), _point(value))


def _before(a: Any, b: Any) -> bool:
    return _ends_before(_ends(a)[1], _ends(b)[0])


def _meets(a: Range, b: Range) -> bool:
    return a.high_closed and b.low_closed and _order(_high(a), _low(b)) == 0


def _overlaps(a: Range, b: Range) -> bool:
    return not _ends_before(_high(a), _low(b)) and not _ends_before(_high(b), _low(a))


def _overlaps_before(a: Range, b: Range) -> bool:
    starts = _order(_low(a), _low(b))
    return (
        (starts < 0 or (starts == 0 and a.low_closed and not b.low_closed))
        and not _ends_before(_high(a), _low(b))
        and _ends_inside(_high(a), _high(b))
    )


def _overlaps_after(a: Range, b: Range) -> bool:
    starts = _order(_low(b), _low(a))
    ends = _order(_high(b), _high(a))
    return (
        (starts < 0 or (starts == 0 and b.low_closed and not a.low_closed))
        and not _ends_before(_high(b), _low(a))
        and (ends < 0 or (ends == 0 and (not b.high_closed or a.high_closed)))
    )


def _finishes(a: Any, b: Range) -> bool:
    if not isinstance(a, Range):
        return b.high_closed and _order(_point(a), _high(b)) == 0
    return _same(_high(a), _high(b)) and _starts_inside(_low(a), _low(b))


def _starts(a: Any, b: Range) -> bool:
    if not isinstance(a, Range):
        return b.low_closed and _order(_point(a), _low(b)) == 0
    return _same(_low(a), _low(b)) and _ends_inside(_high(a), _high(b))


def _includes(a: Range, b: Any) -> bool:
    low, high = _ends(b)
    return _starts_inside(low, _low(a)) and _ends_inside(high, _high(a))


def _coincides(a: Any, b: Any) -> bool:
    return all(_same(left, right) for left, right in zip(_ends(a), _ends(b), strict=True))


_Relation = Callable[[Any, Any], bool]
_POINT, _SPAN = "point", "range"


def _declare(name: str, relation: _Relation, *shapes: tuple[str, str]) -> None:
    """Register the relation for the pairs of shapes it takes, with the parameter names of the standard.

    The shapes are looked at when called; the names only matter when arguments are named.
    """
    allowed = frozenset(shapes)

    def function(a: Any, b: Any) -> Any:
        shape = (_SPAN if kind_of(a) == RANGE else _POINT, _SPAN if kind_of(b) == RANGE else _POINT)
        if shape not in allowed:
            return note(f"{name}() does not take a {shape[0]} and a {shape[1]}.")
        try:
            return relation(a, b)
        except _Incomparable:
            return None

    signatures = []
    for left, right in shapes:
        names = (left + "1", right + "2") if left == right else (left, right)
        parameters = tuple(
            Parameter(label, (ANY_TYPE,), frozenset({"any"}), optional=False, nullable=False)
            for label in names
        )
        signatures.append(Signature(parameters, BOOLEAN_TYPE, None, function))
    BUILTINS[name] = make_builtin(name, tuple(signatures))


_ALL = ((_POINT, _POINT), (_POINT, _SPAN), (_SPAN, _POINT), (_SPAN, _SPAN))
_TO_SPAN = ((_POINT, _SPAN), (_SPAN, _SPAN))
_FROM_SPAN = ((_SPAN, _POINT), (_SPAN, _SPAN))
_SPANS = ((_SPAN, _SPAN),)

_declare("before", _before, *_ALL)
_declare("after", lambda a, b: _before(b, a), *_ALL)
_declare("meets", _meets, *_SPANS)
_declare("met by", lambda a, b: _meets(b, a), *_SPANS)
_declare("overlaps", _overlaps, *_SPANS)
_declare("overlaps before", _overlaps_before, *_SPANS)
_declare("overlaps after", _overlaps_after, *_SPANS)
_declare("finishes", _finishes, *_TO_SPAN)
_declare("finished by", lambda a, b: _finishes(b, a), *_FROM_SPAN)
_declare("includes", _includes, *_FROM_SPAN)
_declare("during", lambda a, b: _includes(b, a), *_TO_SPAN)
_declare("starts", _starts, *_TO_SPAN)
_declare("started by", lambda a, b: _starts(b, a), *_FROM_SPAN)
_declare("coincides", _coincides, (_POINT, _POINT), (_SPAN, _SPAN))
