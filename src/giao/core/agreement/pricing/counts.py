"""What is counted for a charge line: instants of the counting events, and their quantities.

`received` and `delivered` count a case once, at its first such event; explicit patterns count every event.
Each event is judged by the patterns, `where` and scope of the version in force at that event.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from giao.core.agreement.document.agreement import Agreement
from giao.core.agreement.document.base import Pattern

if TYPE_CHECKING:
    from giao.core.agreement.context import Inputs
    from giao.core.agreement.patterns import Mask, Matcher


@dataclass(frozen=True)
class Wanted:
    """What one version counts: patterns or received/delivered, a filter, an attribute to sum."""

    version: int
    of: Sequence[Pattern] | str
    where: str | None = None
    quantity: str | None = None


@dataclass(frozen=True)
class Counted:
    """Counting events in order of time: instants, rows of the log, and values where an attribute is summed."""

    times: npt.NDArray[np.int64]
    rows: npt.NDArray[np.int64]
    values: tuple[Fraction | None, ...] | None = None

    def between(self, start_us: int, end_us: int) -> tuple[int, int]:
        low, high = np.searchsorted(self.times, [start_us, end_us], side="left")
        return int(low), int(high)

    def quantity(self, start_us: int, end_us: int) -> Fraction:
        """Events (or the sum of their values) in ``[start, end)``; an event without a value counts 0, see `blank`."""
        low, high = self.between(start_us, end_us)
        if self.values is None:
            return Fraction(high - low)
        return sum((value for value in self.values[low:high] if value is not None), Fraction(0))

    def blank(self, start_us: int, end_us: int) -> int:
        """Events whose attribute has no value."""
        low, high = self.between(start_us, end_us)
        return 0 if self.values is None else sum(value is None for value in self.values[low:high])


def counted(inputs: Inputs, matcher: Matcher, wanted: Sequence[Wanted]) -> Counted:
    """The counting events of one line over all of its versions."""
    log = inputs.log
    times = np.asarray(log.times_us(), dtype=np.int64)
    found = np.zeros(len(times), dtype=bool)
    once = False
    for want in wanted:
        version = inputs.versions[want.version]
        mask, first_only = _mask(log, matcher, version, want)
        once = once or first_only
        found |= mask & _in_force(inputs, times, want.version)
    rows = np.flatnonzero(found)
    if once:
        rows = _first_a_case(log, rows)
    rows = rows[np.argsort(times[rows], kind="stable")]
    attribute = next((want.quantity for want in wanted if want.quantity), None)
    values = None if attribute is None else tuple(exact_values(log, attribute, rows))
    return Counted(times[rows], rows, values)


def _in_force(inputs: Inputs, times: npt.NDArray[np.int64], version: int) -> Mask:
    """Events at which a version is in force; the first one reaches back without bound."""
    edges = inputs.effective_us
    holds: Mask = np.ones(len(times), dtype=bool)
    if version > 0:
        holds &= times >= edges[version]
    if version + 1 < len(edges):
        holds &= times < edges[version + 1]
    return holds


def _mask(log: Any, matcher: Matcher, agreement: Agreement, want: Wanted) -> tuple[Mask, bool]:
    first_only = isinstance(want.of, str)
    patterns = getattr(agreement.work, want.of) if isinstance(want.of, str) else want.of
    mask = matcher.mask(patterns)
    if first_only:
        only = np.zeros(len(mask), dtype=bool)
        only[_first_a_case(log, np.flatnonzero(mask))] = True
        mask = only
    if want.where is not None:
        mask = mask & matcher.holds(want.where)
    if agreement.where is not None:
        mask = mask & _in_scope(log, matcher, agreement)
    return mask, first_only


def _in_scope(log: Any, matcher: Matcher, agreement: Agreement) -> Mask:
    """Events of cases for which the agreement's own `where` holds at receipt."""
    received = _first_a_case(log, np.flatnonzero(matcher.mask(agreement.work.received)))
    good = received[matcher.holds(agreement.where or "true")[received]]
    cases = np.zeros(log.n_cases, dtype=bool)
    cases[_case_of(log, good)] = True
    return np.repeat(cases, np.diff(log.offsets))


def _case_of(log: Any, rows: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    return np.searchsorted(log.offsets, rows, side="right") - 1


def _first_a_case(log: Any, rows: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Of rows in log order, the first of each case."""
    return rows[np.unique(_case_of(log, rows), return_index=True)[1]]


def exact_values(log: Any, column: str, rows: npt.NDArray[np.int64]) -> list[Fraction | None]:
    """Numbers of a column (an attribute as last set, or `cost`) at rows of the log, exactly as written.

    A binary float becomes the shortest decimal that it prints as: 6.2 is 6.2, not 6.2000000000000002.
    """
    frame = log.current([column]) if column in log.attributes else log.events([column])
    known: dict[Any, Fraction | None] = {}
    found = []
    for value in frame[column].gather(rows).to_list():
        if value not in known:
            known[value] = _exact(value)
        found.append(known[value])
    return found


def _exact(value: Any) -> Fraction | None:
    if value is None or isinstance(value, bool):
        return None
    number = Decimal(str(value)) if not isinstance(value, Decimal) else value
    return Fraction(number) if number.is_finite() else None
