"""One KPI to be measured: what a kind is given."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Generic, TypeVar

import numpy as np

from giao.core.agreement.document.agreement import Agreement
from giao.core.agreement.document.base import Pattern
from giao.core.agreement.document.kpi import KpiBase
from giao.core.agreement.kpis.ground import NEVER, Ground, Integers
from giao.core.agreement.kpis.relieving import relieved
from giao.core.agreement.kpis.rows import NOBODY, BinnedRows, Codes, Rows, bins_of
from giao.core.agreement.kpis.scoping import grouped, scoped
from giao.core.agreement.results import Window

K = TypeVar("K", bound=KpiBase, covariant=True)


@dataclass(frozen=True)
class Counted:
    """Events that are counted: row in the log, case, number within the case, instant."""

    event: Codes
    case: Codes
    instance: Codes
    at: Integers


@dataclass(frozen=True)
class Task(Generic[K]):
    """A KPI over consecutive windows of one definition. `version` is the position of the version that defines it."""

    ground: Ground
    name: str
    kpi: K
    version: int
    windows: tuple[Window, ...]
    edges: tuple[int, ...]

    @property
    def agreement(self) -> Agreement:
        return self.ground.inputs.versions[self.version]

    def binned(self, rows: Rows) -> BinnedRows:
        """Rows after scope, exclusions, relief and groups, ready to be counted."""
        kept = self.relieved(scoped(self.ground, self.agreement, self.kpi, rows))
        bins = None
        if rows.instants is not None:
            edges = np.unique(np.asarray(self.edges, dtype=np.int64))
            key = ("bins", rows.instants, edges.tobytes())
            bins = self.ground.kept(key, lambda: bins_of(rows.at, edges))
        return BinnedRows(grouped(self.ground, self.kpi, kept), self.edges, bins)

    def relieved(self, rows: Rows) -> Rows:
        """Rows with those that an agreed relief excuses taken out."""
        return relieved(self.ground, self.version, self.kpi, rows)

    def counted(self, of: Sequence[Pattern] | str) -> Counted:
        """Events of a pattern, every one; or `received` / `delivered`: the first of each case."""
        ground = self.ground
        if isinstance(of, str):
            life = ground.life(self.agreement)
            event, at = (
                (life.received_event, life.received)
                if of == "received"
                else (life.delivered_event, life.delivered)
            )
            there = event != NOBODY
            if there.all():
                return Counted(event, np.arange(len(event), dtype=np.int32), _firsts(len(event)), at)
            case = np.flatnonzero(there).astype(np.int32)
            return Counted(event[case], case, _firsts(len(case)), at[case])
        event = ground.events(of)
        case = ground.cases_of(event)
        first = np.flatnonzero(np.diff(case, prepend=-1))
        begins = np.repeat(first, np.diff(np.append(first, len(case))))
        return Counted(event, case, np.arange(len(case), dtype=np.int64) - begins, ground.times[event])

    @cached_property
    def first_known_us(self) -> int:
        """The log's first event; NEVER when it has none. Before it there is no data: an empty window is not a zero."""
        log = self.ground.inputs.log
        return log.span_us[0] if log.n_events else NEVER

    def has_data(self, window: Window) -> bool:
        return window.end_us > self.first_known_us


def _firsts(n: int) -> Codes:
    """The number of the first event of n cases."""
    return np.broadcast_to(np.int32(0), n)


def sequence_of(of: Sequence[Pattern] | str | None, default: str) -> Sequence[Pattern] | str:
    return default if of is None else of
