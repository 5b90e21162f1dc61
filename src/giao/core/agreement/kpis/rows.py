"""What a KPI looks at, a row a case (or event, or fact), in columns; and the counts of any window over them.

A row is looked at once: it gets a bin between two window edges, and every window's number is a sum over a run of bins.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from giao.core.agreement.kpis.roles import (
    CARRIED,
    COUNTED,
    COUNTING,
    EXCLUDED,
    MEMBERS,
    MET,
    MISSED,
    N_ROLES,
    OPEN_OVERDUE,
    OUTSIDE,
    POPULATION,
    ROLE,
)
from giao.core.agreement.results import Window

Integers = npt.NDArray[np.int64]
Codes = npt.NDArray[np.signedinteger[Any]]
"""Cases, events, bins: row numbers in the narrowest type at hand."""

Roles = npt.NDArray[np.int8]
Mask = npt.NDArray[np.bool_]
NOBODY = -1
"""Case, event or group of a row that has none."""


@dataclass(frozen=True)
class Rows:
    """Columns of equal length.

    case, instance  row of the case in the log; number of the clock instance (or counted event) within the case
    event           the event at which conditions about this row are read (row in the log), or NOBODY
    at              the counting instant, UTC microseconds
    role, reason    codes: `roles`; position in `reasons`
    value, scale    value / scale is the number that is summed; None where cases are only counted
    shown           the value as members show it, where that is not value / scale
    group           position in `labels`; None when not measured by group
    clock           the clock of which the rows are instances; None for rows of another kind
    instants        a name for `at` that all rows with the same instants share, so that they are binned once
    """

    case: Codes
    instance: Codes
    event: Codes
    at: Integers
    role: Roles
    reason: npt.NDArray[np.int16]
    reasons: tuple[str, ...] = ("",)
    value: Integers | None = None
    scale: int = 1
    shown: npt.NDArray[np.float64] | None = None
    group: Integers | None = None
    labels: tuple[str, ...] = ()
    instants: Hashable = None
    clock: str | None = None

    def __len__(self) -> int:
        return len(self.at)

    def moved(self, chosen: Mask, role: int, reason: str) -> Rows:
        """The chosen rows in another role, for a reason."""
        if not chosen.any():
            return self
        code = self.reasons.index(reason) if reason in self.reasons else len(self.reasons)
        reasons = self.reasons if reason in self.reasons else (*self.reasons, reason)
        roles, why = self.role.copy(), self.reason.copy()
        roles[chosen], why[chosen] = role, code
        return replace(self, role=roles, reason=why, reasons=reasons)

    def excluding(self, chosen: Mask, reason: str) -> Rows:
        """The chosen rows excluded, told as members with the reason. One that would not have counted just goes; one
        that has left already keeps its first reason."""
        counting = np.isin(self.role, COUNTING)
        waiting = np.isin(self.role, (OPEN_OVERDUE, POPULATION))
        return self.moved(chosen & counting, EXCLUDED, reason).moved(chosen & waiting, OUTSIDE, reason)

    def dropping(self, chosen: Mask, reason: str) -> Rows:
        """The chosen rows not looked at: no members, the reason kept for who asks."""
        return self.moved(chosen & self.in_play, OUTSIDE, reason)

    @property
    def in_play(self) -> Mask:
        """Rows that count, or stand beside the count; no exclusion has taken them out."""
        found: Mask = np.isin(self.role, (*COUNTING, OPEN_OVERDUE, POPULATION))
        return found

    def take(self, index: Any) -> Rows:
        """Some of the rows, by mask or positions."""
        return replace(
            self,
            case=self.case[index],
            instance=self.instance[index],
            event=self.event[index],
            at=self.at[index],
            role=self.role[index],
            reason=self.reason[index],
            value=None if self.value is None else self.value[index],
            shown=None if self.shown is None else self.shown[index],
            group=None if self.group is None else self.group[index],
            instants=None,
        )


def make_rows(
    *,
    at: Integers,
    role: int | Roles,
    case: Codes | None = None,
    instance: Codes | None = None,
    event: Codes | None = None,
    value: Integers | None = None,
    scale: int = 1,
    shown: npt.NDArray[np.float64] | None = None,
    reason: str = "",
    instants: Hashable = None,
    clock: str | None = None,
) -> Rows:
    """Rows with the columns that are not named filled in."""
    n = len(at)
    # Columns that say the same of every row take no memory: they are written to by nobody.
    nobody = np.broadcast_to(np.int32(NOBODY), n)
    return Rows(
        case=nobody if case is None else case,
        instance=np.broadcast_to(np.int32(0), n) if instance is None else instance,
        event=nobody if event is None else event,
        at=at,
        role=np.full(n, role, dtype=np.int8) if isinstance(role, int) else role,
        reason=np.broadcast_to(np.int16(0), n),
        reasons=(reason,),
        value=value,
        scale=scale,
        shown=shown,
        instants=instants,
        clock=clock,
    )


@dataclass(frozen=True)
class Cell:
    """The counts of one window (and group): exact integers, and the rows themselves when somebody asks."""

    table: BinnedRows
    low: int
    high: int
    group: int | None

    @cached_property
    def _roles(self) -> Integers:
        counts = self.table.counts[self.low : self.high]
        found: Integers = (counts if self.group is None else counts[:, self.group : self.group + 1]).sum(
            axis=(0, 1)
        )
        return found

    def count(self, role: int) -> int:
        return int(self._roles[role])

    @property
    def n(self) -> int:
        return self.count(MET) + self.count(MISSED) + self.count(COUNTED)

    @property
    def misses(self) -> int:
        return self.count(MISSED)

    def total(self, role: int | None = None) -> Fraction:
        """Sum of the values of the counted rows, or of those in one role."""
        wanted = COUNTING if role is None else (role,)
        groups = range(self.table.n_groups) if self.group is None else (self.group,)
        sums = self.table.sums
        whole = sum(
            sums[(at * self.table.n_groups + group) * N_ROLES + code]
            for at in range(self.low, self.high)
            for group in groups
            for code in wanted
        )
        return Fraction(whole, self.table.rows.scale)

    @property
    def excluded(self) -> dict[str, int]:
        """Cases left out, by reason."""
        found: dict[str, int] = {}
        for at in range(self.low, self.high):
            for (group, reason), count in self.table.exclusions.get(at, {}).items():
                if self.group is None or self.group == group:
                    found[reason] = found.get(reason, 0) + count
        return dict(sorted(found.items()))

    @property
    def index(self) -> Codes:
        """Positions of every row of this window (and group), in any role."""
        order, starts = self.table.order
        found = order[starts[self.low] : starts[self.high]]
        group = self.table.rows.group
        return found if self.group is None or group is None else found[group[found] == self.group]

    @property
    def counting(self) -> Codes:
        """Positions of the rows that make n."""
        found = self.index
        return found[np.isin(self.table.rows.role[found], COUNTING)]


class BinnedRows:
    """Rows over the edges of all windows that may be asked for."""

    def __init__(self, rows: Rows, edges: Sequence[int], bins: Codes | None = None) -> None:
        self.rows = rows
        self.edges = np.unique(np.asarray(edges, dtype=np.int64))
        self.n_bins = len(self.edges) + 1
        self.n_groups = max(1, len(rows.labels))
        self._bins = bins

    @cached_property
    def bins(self) -> Codes:
        """Between which edges each row lies: 0 before the first."""
        return bins_of(self.rows.at, self.edges) if self._bins is None else self._bins

    def _keys(self) -> tuple[Codes, Integers, Roles]:
        group = self.rows.group
        return self.bins, _NO_GROUP if group is None or not len(group) else group, self.rows.role

    @cached_property
    def counts(self) -> Integers:
        """Rows by bin, group and role."""
        from giao.core.agreement.kpis.kernel import count

        found = np.zeros((self.n_bins, self.n_groups, N_ROLES), dtype=np.int64)
        count(*self._keys(), self.n_groups, N_ROLES, found.reshape(-1))
        return found

    @cached_property
    def sums(self) -> list[int]:
        """Scaled values by bin, group and role, flat."""
        value = self.rows.value
        length = self.n_bins * self.n_groups * N_ROLES
        if value is None:
            return [0] * length
        from giao.core.agreement.kpis.kernel import add_up

        low, high = np.zeros(length, dtype=np.int64), np.zeros(length, dtype=np.int64)
        add_up(*self._keys(), value, self.n_groups, N_ROLES, low, high)
        return [(above << 32) + below for above, below in zip(high.tolist(), low.tolist(), strict=True)]

    @cached_property
    def exclusions(self) -> dict[int, dict[tuple[int, str], int]]:
        rows = self.rows
        out = np.flatnonzero(rows.role == EXCLUDED)
        group = np.zeros(len(out), dtype=np.int64) if rows.group is None else rows.group[out]
        n_reasons = len(rows.reasons)
        key = (self.bins[out].astype(np.int64) * self.n_groups + group) * n_reasons + rows.reason[out]
        found: dict[int, dict[tuple[int, str], int]] = {}
        for code, count in zip(*np.unique(key, return_counts=True), strict=True):
            rest, reason = divmod(int(code), n_reasons)
            at, which = divmod(rest, self.n_groups)
            found.setdefault(at, {})[(which, rows.reasons[reason])] = int(count)
        return found

    @cached_property
    def order(self) -> tuple[Codes, Integers]:
        """Positions of the rows by bin, and where each bin begins."""
        order = np.argsort(
            self.bins.astype(np.uint16 if self.n_bins < 65_536 else np.int32), kind="stable"
        ).astype(np.int32)
        starts = np.concatenate(([0], np.cumsum(np.bincount(self.bins, minlength=self.n_bins))))
        return order, starts

    @cached_property
    def overdue(self) -> Integers:
        """Rows that are still open past their budget."""
        return np.flatnonzero(self.rows.role == OPEN_OVERDUE)

    def cell(self, start_us: int, end_us: int, group: str | None = None) -> Cell:
        """The rows at or after one edge and before another."""
        low = int(np.searchsorted(self.edges, start_us, side="left")) + 1
        high = int(np.searchsorted(self.edges, end_us, side="left")) + 1
        return Cell(self, low, max(low, high), None if group is None else self.rows.labels.index(group))

    def late(self, end_us: int, group: str | None = None) -> Codes:
        """Rows still open whose budget had run out before an instant."""
        rows = self.rows
        late = rows.at[self.overdue] < end_us
        if group is not None and rows.group is not None:
            late &= rows.group[self.overdue] == rows.labels.index(group)
        return self.overdue[late]

    def members(
        self, window: Window, judged_from: int | None, group: str | None = None, handed_on: bool = False
    ) -> pl.DataFrame:
        """The rows behind a window's number.

        judged_from  where the cases begin that this window judges (earlier than its own start after a carry)
        handed_on    its cases are judged by a later window: they show as carried
        """
        rows = self.rows
        start = window.start_us if judged_from is None else judged_from
        index = self.cell(start, window.end_us, group).index
        own = rows.at[index] >= window.start_us
        counts = np.isin(rows.role[index], COUNTING)
        index = index[counts | (own & (rows.role[index] == EXCLUDED))]
        index = np.concatenate((index, self.late(window.end_us, group)))
        found = rows.take(index)
        role = found.role.copy()
        if handed_on:
            role[np.isin(role, COUNTING)] = CARRIED
        return frame_of(replace(found, role=role), window.id)


_NO_GROUP: Integers = np.empty(0, dtype=np.int64)


def bins_of(at: Integers, edges: Integers) -> Codes:
    """Number of edges at or before each instant. By table where the edges lie on quarters of an hour (local midnights
    lie whole quarters apart in every zone of today), else by search.
    """
    from giao.core.agreement.kpis.kernel import STEP, place_by_table

    dtype = np.dtype(np.int16 if len(edges) < np.iinfo(np.int16).max else np.int32)
    steps = (edges - edges[0]) // STEP if len(edges) else edges
    if not len(edges) or (steps * STEP + edges[0] != edges).any() or steps[-1] > _LONGEST_TABLE:
        return np.searchsorted(edges, at, side="right").astype(dtype)
    passed = np.zeros(int(steps[-1]) + 2, dtype=np.int64)
    passed[steps + 1] = 1
    found = np.empty(len(at), dtype=dtype)
    place_by_table(at, int(edges[0]), np.cumsum(passed).astype(dtype), found)
    return found


_LONGEST_TABLE = 4_000_000


def frame_of(rows: Rows, window: str) -> pl.DataFrame:
    """Rows as the members of a window, in order of case, instance and instant."""
    shown = rows.shown
    if shown is None and rows.value is not None:
        shown = rows.value / rows.scale
    roles = pl.Series("role", rows.role.astype(np.uint8), dtype=pl.UInt8)
    names = pl.Series(list(ROLE.categories), dtype=ROLE)
    reasons = pl.Series([reason or None for reason in rows.reasons], dtype=pl.String)
    labels = pl.Series(list(rows.labels) or [None], dtype=pl.String)
    groups = np.zeros(len(rows), dtype=np.int64) if rows.group is None else rows.group
    case = pl.Series(rows.case)
    return pl.DataFrame(
        {
            "window": pl.repeat(window, len(rows), eager=True, dtype=pl.String),
            "case": case.set(case < 0, None).cast(pl.UInt32),
            "instance": pl.Series(rows.instance).cast(pl.UInt32),
            "role": names.gather(roles.cast(pl.UInt32)),
            "value": pl.Series(shown, dtype=pl.Float64).fill_nan(None)
            if shown is not None
            else pl.repeat(None, len(rows), eager=True, dtype=pl.Float64),
            "at": pl.Series(rows.at).cast(pl.Datetime("us", "UTC")),
            "group": labels.gather(pl.Series(groups).cast(pl.UInt32)),
            "reason": reasons.gather(pl.Series(rows.reason.astype(np.int64)).cast(pl.UInt32)),
        },
        schema=MEMBERS,
    ).sort("case", "instance", "at", nulls_last=True, maintain_order=True)
