"""Filters as values: put together with `&`, `|`, `~`; stored as JSON, shared as a short text, said in words.

A case filter says of each case whether it stays. An event filter says of each event; cases without any are gone. What
stands in one `&` is asked of the same log, so its order is no matter: case filters first, then what event filters leave.
`explorer.filter(one, other)` is another thing: there the second is asked of what the first left.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from importlib import import_module
from typing import Any, ClassVar, TypeVar

import numpy as np
from numpy.typing import NDArray

from giao.core.mining.errors import MiningError
from giao.core.mining.selection import Selection
from giao.core.told import told

Mask = NDArray[np.bool_]
Kind = TypeVar("Kind", bound="type[Filter]")
KINDS: dict[str, type[Filter]] = {}
LINK = "m1."
"""How the short text of a filter begins: the version of its form."""

LONGEST, DEEPEST = 2_000_000, 50
"""Bounds of a text that is read as a filter, which may come from anybody."""


def kind(name: str) -> Callable[[Kind], Kind]:
    """Register a filter under the name that its JSON has."""

    def register(made: Kind) -> Kind:
        made.kind = name
        KINDS[name] = made
        return made

    return register


@dataclass(frozen=True)
class Filter:
    """What every filter can do."""

    kind: ClassVar[str] = ""

    def apply(self, selection: Selection) -> Selection:
        """What it leaves of a selection."""
        raise NotImplementedError

    def words(self) -> str:
        """What stays, said in a few words (a told sentence: `report.words.told.tell` says it in Vietnamese)."""
        raise NotImplementedError

    def __and__(self, other: Filter) -> Filter:
        from giao.core.mining.filters.combined import both

        return both(self, other)

    def __or__(self, other: Filter) -> Filter:
        from giao.core.mining.filters.combined import either

        return either(self, other)

    def __invert__(self) -> Filter:
        from giao.core.mining.filters.combined import negated

        return negated(self)

    def __str__(self) -> str:
        return self.words()

    def to_data(self) -> dict[str, Any]:
        """Plain data: the kind and what differs from its defaults."""
        found: dict[str, Any] = {"kind": self.kind}
        for each in fields(self):
            value = getattr(self, each.name)
            if value != each.default:
                found[each.name] = _plain(value)
        return found

    def to_json(self) -> str:
        """Canonical JSON: equal filters give equal texts."""
        return json.dumps(self.to_data(), ensure_ascii=False, separators=(",", ":"), sort_keys=True)

    def link(self) -> str:
        """The same as a text that an address can hold; equal filters give equal texts."""
        return LINK + base64.urlsafe_b64encode(self.to_json().encode()).decode().rstrip("=")


@dataclass(frozen=True)
class CaseFilter(Filter):
    """Says of each case whether it stays."""

    def mask(self, selection: Selection) -> Mask:
        """By selected case, whether it stays."""
        raise NotImplementedError

    def apply(self, selection: Selection) -> Selection:
        return selection.only(self.mask(selection), self)


@dataclass(frozen=True)
class EventFilter(Filter):
    """Says of each event whether it stays."""

    def keep(self, selection: Selection) -> Mask:
        """By event of the ground (those of cases that are not selected are no matter)."""
        raise NotImplementedError

    def apply(self, selection: Selection) -> Selection:
        return cut(selection, self.keep(selection), self)


def cut(selection: Selection, keep: Mask, *filters: Filter) -> Selection:
    """The selected cases with only the kept events."""
    from giao.core.mining.ground import Cut
    from giao.core.mining.selection import all_of

    ground = selection.ground
    if selection.n_cases < len(ground.offsets) - 1:
        there = np.zeros(len(ground.offsets) - 1, bool)
        there[selection.cases] = True
        keep = keep & np.repeat(there, np.diff(ground.offsets))
    whole = all_of(Cut(ground, keep))
    return Selection(whole.ground, whole.cases, (*selection.filters, *filters))


def read_filter(text: str | Mapping[str, Any]) -> Filter:
    """A filter from its JSON, its plain data or its link; raises `MiningError` with what is wrong."""
    if isinstance(text, Mapping):
        return _made(text, 0)
    if len(text) > LONGEST:
        raise MiningError(told("mining.filter_long", "The filter is longer than {n} characters.", n=LONGEST))
    try:
        if text.startswith(LINK):
            packed = text[len(LINK) :]
            text = base64.b64decode(packed + "=" * (-len(packed) % 4), altchars=b"-_", validate=True).decode()
        data = json.loads(text)
    except (ValueError, binascii.Error, RecursionError) as error:
        raise MiningError(
            told("mining.filter_unreadable", "This is not a filter ({error}); make it again.", error=error)
        ) from error
    if not isinstance(data, dict):
        raise MiningError(
            told("mining.filter_no_object", "A filter is an object with a kind; make it again.")
        )
    return _made(data, 0)


def _plain(value: Any) -> Any:
    if isinstance(value, Filter):
        return value.to_data()
    return [_plain(each) for each in value] if isinstance(value, tuple) else value


def _made(data: Mapping[str, Any], depth: int) -> Filter:
    import_module("giao.core.mining.filters")  # every kind is known from here on

    if depth > DEEPEST:
        raise MiningError(told("mining.filter_deep", "The filter is nested too deeply."))
    name = data.get("kind")
    made = KINDS.get(name) if isinstance(name, str) else None
    if made is None:
        raise MiningError(
            told(
                "mining.filter_kind",
                "There is no filter of kind {kind}; there are {known}.",
                kind=name,
                known=", ".join(sorted(KINDS)),
            )
        )
    known = {each.name for each in fields(made)}
    unknown = sorted(set(data) - known - {"kind"})
    if unknown:
        raise MiningError(
            told(
                "mining.filter_field",
                "A filter of kind {kind} has no {names}.",
                kind=name,
                names=", ".join(unknown),
            )
        )
    values = {key: _value(value, depth) for key, value in data.items() if key != "kind"}
    try:
        return made(**values)
    except TypeError as error:
        raise MiningError(
            told(
                "mining.filter_parts",
                "A filter of kind {kind} is not whole ({error}).",
                kind=name,
                error=error,
            )
        ) from error


def _value(value: Any, depth: int) -> Any:
    if isinstance(value, dict):
        return _made(value, depth + 1)
    return tuple(_value(each, depth) for each in value) if isinstance(value, list) else value
