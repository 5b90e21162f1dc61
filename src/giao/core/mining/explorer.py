"""`explore(log)`: the door to everything that a log says about how work flows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import polars as pl

from giao.core.log import EventLog, LogMapping, open_log, read_log
from giao.core.log.folder import is_log_folder
from giao.core.mining.errors import MiningError
from giao.core.mining.ground import Whole
from giao.core.mining.selection import Selection, all_of
from giao.core.told import told

if TYPE_CHECKING:
    from giao.core.calendars import Calendar
    from giao.core.mining.bottlenecks import Bottlenecks
    from giao.core.mining.dotted import DottedChart
    from giao.core.mining.duties import Duties
    from giao.core.mining.filters.base import Filter
    from giao.core.mining.handover import Handover
    from giao.core.mining.map import ProcessMap
    from giao.core.mining.ping_pong import PingPong
    from giao.core.mining.rework import Rework
    from giao.core.mining.throughput import Throughput
    from giao.core.mining.variants import Variants
    from giao.core.mining.workload import Workload

Lifecycle = Literal["pair", "rows", "complete"]
Share = float | str | Fraction


@dataclass(frozen=True, eq=False, repr=False)
class Explorer:
    """A log, or what filters left of it. Every question gives a result that names its cases."""

    selection: Selection

    def __repr__(self) -> str:
        whole = len(self.selection.ground.offsets) - 1
        return f"Explorer({self.n_cases:,} of {whole:,} cases, {self.n_events:,} events)"

    @property
    def n_cases(self) -> int:
        return self.selection.n_cases

    @property
    def n_events(self) -> int:
        return self.selection.n_events

    @property
    def filters(self) -> tuple[Filter, ...]:
        """The filters that led here, in order."""
        return self.selection.filters

    @property
    def activities(self) -> list[str]:
        """Activities of the log, sorted."""
        return list(self.selection.ground.activities)

    def case_ids(self) -> list[str]:
        """Ids of the cases, sorted as the log sorts them."""
        return self.selection.ids(self.selection.cases)

    def filter(self, *filters: Filter) -> Explorer:
        """What the filters leave; each is asked of what those before it left."""
        selection = self.selection
        for each in filters:
            selection = each.apply(selection)
        return Explorer(selection)

    def map(
        self,
        activities: float = 1.0,
        paths: float = 1.0,
        *,
        percentiles: Sequence[Share] = (0.95,),
        calendar: Calendar | None = None,
        times: bool = True,
    ) -> ProcessMap:
        """The process map; the sliders say which share of activities and of paths to show."""
        from giao.core.mining.map import process_map

        found = process_map(self.selection, percentiles=percentiles, calendar=calendar, times=times)
        return found if activities == paths == 1 else found.slide(activities, paths)

    def variants(
        self,
        *,
        top: int | None = None,
        percentiles: Sequence[Share] = (),
        calendar: Calendar | None = None,
        times: bool = True,
    ) -> Variants:
        """The different sequences of activities, the commonest first."""
        from giao.core.mining.variants import variants

        return variants(self.selection, percentiles=percentiles, calendar=calendar, top=top, times=times)

    def throughput(
        self, *, percentiles: Sequence[Share] | None = None, calendar: Calendar | None = None
    ) -> Throughput:
        """How long cases take."""
        from giao.core.mining.throughput import STANDARD, throughput

        asked = STANDARD if percentiles is None else percentiles
        return throughput(self.selection, percentiles=asked, calendar=calendar)

    def rework(self) -> Rework:
        """Activities that cases do again."""
        from giao.core.mining.rework import rework

        return rework(self.selection)

    def handover(
        self,
        by: str = "resource",
        *,
        percentiles: Sequence[Share] = (),
        calendar: Calendar | None = None,
        times: bool = True,
    ) -> Handover:
        """Who hands work to whom, by resource, group, role or any attribute."""
        from giao.core.mining.handover import handover

        return handover(self.selection, by, percentiles=percentiles, calendar=calendar, times=times)

    def workload(self, by: str = "resource", *, calendar: Calendar | None = None) -> Workload:
        """How much each resource (group …) does, and on how many days."""
        from giao.core.mining.workload import workload

        return workload(self.selection, by, calendar)

    def ping_pong(self, by: str = "resource") -> PingPong:
        """Work that goes from A to B and back to A."""
        from giao.core.mining.ping_pong import ping_pong

        return ping_pong(self.selection, by)

    def duties(self, one: str, other: str, by: str = "resource") -> Duties:
        """Cases in which the same resource did both activities."""
        from giao.core.mining.duties import duties

        return duties(self.selection, one, other, by)

    def bottlenecks(
        self,
        by: str | None = None,
        *,
        calendar: Calendar | None = None,
        percentiles: Sequence[Share] = (0.95,),
    ) -> Bottlenecks:
        """Where cases wait; `by` says for whom (resource, group …)."""
        from giao.core.mining.bottlenecks import bottlenecks

        return bottlenecks(self.selection, by, calendar=calendar, percentiles=percentiles)

    def dotted(self, *, most: int = 20_000) -> DottedChart:
        """Points of a dotted chart: one an event, cases by their beginning."""
        from giao.core.mining.dotted import dotted

        return dotted(self.selection, most)


def explore(
    log: EventLog | pl.DataFrame | Path | str,
    mapping: LogMapping | None = None,
    *,
    lifecycle: Lifecycle = "pair",
) -> Explorer:
    """Explore a log: one that is open, a sealed folder, a file (CSV, XES, Parquet, Excel) or a frame.

    lifecycle  pair      `start` and `complete` events of the same work become one event with both times (the pairing
                         rule of the log); other transitions stay events of their own
               rows      every row is an event, as the log has it
               complete  only rows whose transition is `complete` (or that have none)
    """
    found = _opened(log, mapping)
    if lifecycle not in ("pair", "rows", "complete"):
        raise MiningError(
            told(
                "mining.no_lifecycle",
                "lifecycle {value} is not known; give pair, rows or complete",
                value=lifecycle,
            )
        )
    if "lifecycle" in found.columns and lifecycle != "rows":
        found = _transitions(found, lifecycle)
    return Explorer(all_of(Whole(found)))


def _opened(log: EventLog | pl.DataFrame | Path | str, mapping: LogMapping | None) -> EventLog:
    if isinstance(log, EventLog):
        return log
    if isinstance(log, pl.DataFrame):
        from giao.core.log import log_from_frame

        return log_from_frame(log, mapping or LogMapping())
    place = Path(log)
    return open_log(place) if is_log_folder(place) else read_log(place, mapping)


def _transitions(log: EventLog, lifecycle: Lifecycle) -> EventLog:
    kind = log.dtype("lifecycle")
    words = (
        kind.categories.to_list()
        if isinstance(kind, pl.Enum)
        else log.events(["lifecycle"])["lifecycle"].unique().drop_nulls().to_list()
    )
    known = {str(word).lower() for word in words}
    if lifecycle == "pair":
        return log.with_instances() if {"start", "complete"} <= known else log
    said = log.events(["lifecycle"])["lifecycle"].cast(pl.String).str.to_lowercase()
    keep = (said.is_null() | (said == "complete")).to_numpy()
    return log if keep.all() else log.take(keep, "complete events")
