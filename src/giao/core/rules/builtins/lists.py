"""Built-in functions on lists. Positions count from 1, or from the end when negative."""

from __future__ import annotations

from decimal import Decimal
from functools import cmp_to_key
from typing import Any

from giao.core.rules.builtins.registry import builtin
from giao.core.rules.builtins.strings import whole
from giao.core.rules.comparing import equal, order
from giao.core.rules.errors import RuleLimitError
from giao.core.rules.values import LIST, Function, charge, kind_of, note
from giao.core.told import told

MAX_ELEMENTS = 1_000_000


def _index(position: Decimal, size: int) -> int | None:
    """The 0-based index of a position, or None when it is outside."""
    at = whole(position)
    if at == 0 or abs(at) > size:
        note(f"Position {at} is outside a list of {size}.")
        return None
    return at - 1 if at > 0 else size + at


@builtin("list contains(list: list<T>, element: T) -> boolean")
def list_contains(items: list[Any], element: Any) -> bool:
    return any(equal(item, element) is True for item in items)


@builtin("count(*list: list) -> number")
def count(items: list[Any]) -> Decimal:
    return Decimal(len(items))


@builtin("all(*list: list) -> boolean")
def all_true(items: list[Any]) -> Any:
    """False when one is false, else null when one is not a boolean."""
    if any(item is False for item in items):
        return False
    return True if all(item is True for item in items) else None


@builtin("any(*list: list) -> boolean")
def any_true(items: list[Any]) -> Any:
    """True when one is true, else null when one is not a boolean."""
    if any(item is True for item in items):
        return True
    return False if all(item is False for item in items) else None


@builtin("sublist(list: list<T>, start position: number, length?: number) -> list<T>")
def sublist(items: list[Any], start: Decimal, length: Decimal | None = None) -> Any:
    begin = _index(start, len(items))
    if begin is None:
        return None
    if length is None:
        return items[begin:]
    size = whole(length)
    if size < 0 or begin + size > len(items):
        return note("sublist() ends outside the list.")
    return items[begin : begin + size]


@builtin("append(list: list<T>, item...: any) -> list<T>")
def append(items: list[Any], added: list[Any]) -> list[Any]:
    return [*items, *added]


@builtin("concatenate(list...: list<T>) -> list<T>")
def concatenate(lists: list[list[Any]]) -> list[Any]:
    return [item for items in lists for item in items]


@builtin("insert before(list: list<T>, position: number, newItem: any) -> list<T>")
def insert_before(items: list[Any], position: Decimal, item: Any) -> Any:
    index = _index(position, len(items))
    return None if index is None else [*items[:index], item, *items[index:]]


@builtin("remove(list: list<T>, position: number) -> list<T>")
def remove(items: list[Any], position: Decimal) -> Any:
    index = _index(position, len(items))
    return None if index is None else [*items[:index], *items[index + 1 :]]


@builtin("list replace(list: list<T>, position: number, newItem: any) -> list<T>")
def list_replace(items: list[Any], position: Decimal, item: Any) -> Any:
    index = _index(position, len(items))
    return None if index is None else [*items[:index], item, *items[index + 1 :]]


@builtin("list replace(list: list<T>, match: function, newItem: any) -> list<T>")
def list_replace_matching(items: list[Any], match: Function, item: Any) -> Any:
    """Every element for which `match(element, newItem)` holds; null when it says anything but yes or no."""
    if not match.variadic and len(match.parameters) != 2:
        return note("list replace() needs a function of two parameters.")
    result: list[Any] = []
    for old in items:
        found = match.call([old, item])
        if type(found) is not bool:
            return note("The function given to list replace() must give true or false.")
        result.append(item if found else old)
    return result


@builtin("reverse(list: list<T>) -> list<T>")
def reverse(items: list[Any]) -> list[Any]:
    return items[::-1]


@builtin("index of(list: list<T>, match: T) -> list<number>")
def index_of(items: list[Any], match: Any) -> list[Decimal]:
    return [Decimal(index) for index, item in enumerate(items, 1) if equal(item, match) is True]


@builtin("union(list...: list<T>) -> list<T>")
def union(lists: list[list[Any]]) -> list[Any]:
    joined: list[Any] = concatenate(lists)
    return unique(joined)


@builtin("distinct values(list: list<T>) -> list<T>")
def distinct_values(items: list[Any]) -> list[Any]:
    return unique(items)


def unique(items: list[Any]) -> list[Any]:
    """The first of each group of equal elements, in order."""
    found: list[Any] = []
    seen: set[Any] = set()
    for item in items:
        # Numbers, strings and booleans are found by hash; Decimal and bool of one value must not meet.
        key = (kind_of(item), item) if type(item) in (str, Decimal, bool, type(None)) else None
        if key is not None:
            if key not in seen:
                seen.add(key)
                found.append(item)
            continue
        charge(len(found))
        if not any(equal(other, item) is True for other in found):
            found.append(item)
    return found


@builtin("flatten(list: list) -> list")
def flatten(items: list[Any]) -> list[Any]:
    """All elements of lists in lists, in order, as one list; an explicit stack, so any depth will do."""
    result: list[Any] = []
    stack = [iter(items)]
    while stack:
        for item in stack[-1]:
            if kind_of(item) == LIST:
                charge(1)
                stack.append(iter(item))
                break
            result.append(item)
            charge(1)
            if len(result) > MAX_ELEMENTS:
                raise RuleLimitError(
                    told(
                        "rule.long_list",
                        "flatten() makes a list of more than {most} elements.",
                        most=f"{MAX_ELEMENTS:,}",
                    )
                )
        else:
            stack.pop()
    return result


@builtin("sort(list: list<T>, precedes?: function) -> list<T>")
def sort(items: list[Any], precedes: Function | None = None) -> Any:
    """Stable. Without a function in ascending order of numbers, strings or moments of one kind."""
    if precedes is None:
        if any(order(items[0], item) is None for item in items):
            return note("sort() needs elements of one kind that has an order.")
        return sorted(items, key=cmp_to_key(lambda a, b: order(a, b) or 0))
    if not precedes.variadic and len(precedes.parameters) != 2:
        return note("sort() needs a function of two parameters.")

    def compare(left: Any, right: Any) -> int:
        charge(1)
        if precedes.call([left, right]) is True:
            return -1
        return 1 if precedes.call([right, left]) is True else 0

    return sorted(items, key=cmp_to_key(compare))
