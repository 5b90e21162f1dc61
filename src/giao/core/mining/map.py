"""The process map: activities, and what follows what directly, with frequencies and times.

An arc a → b stands for each event b whose predecessor in its case is an a. Its time runs from the completion of the one
to the completion of the other. Where the log tells starts, an arc also has waiting (completion of a to start of b;
negative where b began before a ended: counted as overlap, and never cut to zero), and an activity has service time
(start to completion). Means and quantiles are exact, rounded half to even to the microsecond.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
from numpy.typing import NDArray

from giao.core.mining.errors import MiningError
from giao.core.mining.events import event_figures, events_of
from giao.core.mining.ground import Clock
from giao.core.mining.kernels.arcs import mark_cases
from giao.core.mining.kernels.events import CASES, ENDS, EVENTS, STARTS, holds_codes
from giao.core.mining.pairs import Measured, Pairs, count_pairs, measure_codes, measure_pairs
from giao.core.mining.quantiles import interpolated, quotients
from giao.core.mining.result import Result, Tell, durations, quantile_name
from giao.core.mining.selection import Selection
from giao.core.mining.shares import shares_of
from giao.core.svg import Markup
from giao.core.told import told

if TYPE_CHECKING:
    from giao.core.calendars import Calendar
    from giao.core.mining.layout import Layout


@dataclass(frozen=True, eq=False, repr=False)
class ProcessMap(Result):
    """`frame` (also `arcs`): one row an arc. `activities`: one row an activity that occurs. `shown` says what the
    sliders leave; figures are always those of all selected cases."""

    activities: pl.DataFrame
    business: bool = False
    sliders: tuple[float, float] = (1.0, 1.0)

    @property
    def arcs(self) -> pl.DataFrame:
        return self.frame

    def slide(self, activities: float = 1.0, paths: float = 1.0) -> ProcessMap:
        """The same map with other sliders: nothing is counted anew."""
        from giao.core.mining.sliders import slide

        return slide(self, activities, paths)

    def layout(self) -> Layout:
        """Places of what is shown: one small value that a notebook, a page and a document draw alike."""
        from giao.core.mining.layout import layout_of

        return layout_of(self)

    def plot(self, tell: Tell = str, *, show: str = "events", style: bool = True) -> Markup:
        """The map drawn; `show` names the figure on arcs and activities (events, cases, mean, median, p95 …)."""
        from giao.core.mining.drawing.map import draw_map

        return draw_map(self, tell, show=show, style=style)

    def _members(self, row: int) -> NDArray[np.bool_]:
        names = self.selection.ground.activities
        one, other = (names.index(self.frame[name][row]) for name in ("source", "target"))
        found = np.zeros(self.selection.n_cases, bool)
        ground = self.selection.ground
        mark_cases(self.selection.cases, ground.offsets, ground.activity, ground.activity, one, other, found)
        return found

    def cases_of(self, activity: str) -> list[str]:
        """Ids of the cases in which an activity occurs."""
        return self.selection.where(holding(self.selection, [activity]))


def holding(
    selection: Selection, activities: Sequence[str], least: int = 1, how: str = "any"
) -> NDArray[np.bool_]:
    """Cases that hold any (or all) of the activities, each at least so many times."""
    ground = selection.ground
    wanted = np.full(max(len(ground.activities), 1), -1, np.int32)
    codes = [ground.activities.index(name) for name in dict.fromkeys(activities) if name in ground.activities]
    for number, code in enumerate(codes):
        wanted[code] = number
    found = np.zeros(selection.n_cases, np.int32)
    if codes:
        holds_codes(selection.cases, ground.offsets, ground.activity, wanted, len(codes), least, found)
    needed = len(dict.fromkeys(activities)) if how == "all" else 1
    return found >= max(needed, 1)


def process_map(
    selection: Selection,
    *,
    percentiles: Sequence[float | str | Fraction] = (0.95,),
    calendar: Calendar | None = None,
    times: bool = True,
) -> ProcessMap:
    """The map of the selected cases. `times=False` counts only (a third of the work)."""
    ground = selection.ground
    shares = shares_of(percentiles)
    codes, width = ground.activity, max(len(ground.activities), 1)
    pairs = count_pairs(selection.cases, ground.offsets, codes, codes, width)
    figures = event_figures(selection, codes, width)
    occur = figures[:, EVENTS] > 0
    names = pl.Series(ground.activities, dtype=pl.String) if ground.activities else pl.Series([""])
    activities = {
        "activity": names.filter(pl.Series(occur)),
        "events": figures[occur, EVENTS],
        "cases": figures[occur, CASES],
        "starts": figures[occur, STARTS],
        "ends": figures[occur, ENDS],
    }
    arcs: dict[str, pl.Series | NDArray[np.int64]] = {
        "source": names.gather(pl.Series(pairs.ones)),
        "target": names.gather(pl.Series(pairs.others)),
        "events": pairs.counts,
        "cases": pairs.within,
    }
    notes: list[str] = []
    if times:
        clock = ground.clock(calendar)
        between = measure_pairs(
            pairs, selection.cases, ground.offsets, clock.times, clock.times, span=clock.span
        )
        arcs |= statistics(between, shares)
        if len(clock.starts):
            arcs |= _waiting(selection, pairs, clock, shares)
            activities |= {
                k: v.filter(pl.Series(occur)) for k, v in _service(selection, clock, width, shares).items()
            }
        else:
            notes.append(
                told(
                    "mining.one_time",
                    "The log has one time an event, so service and waiting time cannot be told apart; times run from completion to completion.",
                )
            )
    if "cost" in ground.log.columns:
        activities |= {k: v.filter(pl.Series(occur)) for k, v in _costs(selection, width).items()}
    if not selection.n_cases:
        notes.append(
            told("mining.no_cases", "No case is left, so there is nothing to show; widen the filter.")
        )
    return ProcessMap(
        pl.DataFrame(arcs).with_columns(shown=pl.lit(True)),
        selection,
        pl.DataFrame(activities).with_columns(shown=pl.lit(True)),
        calendar is not None,
        notes=tuple(notes),
    )


def statistics(found: Measured, shares: Sequence[Fraction], prefix: str = "") -> dict[str, pl.Series]:
    """Mean, quantiles, least and most of each group, as durations."""
    there = found.numbers > 0
    columns = {"mean": durations(quotients(found.sums, found.numbers), there)}
    for share, values in zip(shares, interpolated(found.numbers, shares, found.at_ranks), strict=True):
        columns[quantile_name(share)] = durations(values, there)
    columns |= {"least": durations(found.least, there), "most": durations(found.most, there)}
    return {f"{prefix}{name}": values for name, values in columns.items()}


def _waiting(
    selection: Selection, pairs: Pairs, clock: Clock, shares: Sequence[Fraction]
) -> dict[str, pl.Series]:
    """From the completion of the one to the start of the other; negative ones also on their own, as overlap."""
    found = measure_pairs(
        pairs, selection.cases, selection.ground.offsets, clock.times, clock.starts, span=clock.span
    )
    there = found.numbers > 0
    columns = {"waits": pl.Series(found.numbers), **statistics(found, shares, "wait_")}
    back = found.negatives
    mean = quotients([-total for total in found.negative_sums], back)
    return columns | {
        "overlaps": pl.Series(back).set(pl.Series(~there), None),
        "overlap_mean": durations(mean, back > 0),
    }


def _service(
    selection: Selection, clock: Clock, width: int, shares: Sequence[Fraction]
) -> dict[str, pl.Series]:
    found = measure_codes(
        selection.cases, selection.ground.offsets, selection.ground.activity, width, clock.starts, clock.times, span=clock.span
    )  # fmt: skip
    return {"services": pl.Series(found.numbers), **statistics(found, shares, "service_")}


def _costs(selection: Selection, width: int) -> dict[str, pl.Series]:
    """Cost of each activity: sum and mean over the events that have one."""
    cost = events_of(selection, ["cost"])["cost"]
    frame = pl.DataFrame({"code": selection.ground.activity[selection.rows].astype(np.int64), "cost": cost})
    found = frame.group_by("code").agg(
        total=pl.col("cost").sum(), mean=pl.col("cost").mean(), n=pl.col("cost").count()
    )
    every = pl.DataFrame({"code": np.arange(width, dtype=np.int64)}).join(
        found, on="code", how="left", maintain_order="left"
    )
    none = pl.col("n").fill_null(0) == 0
    return {
        "cost_total": every.select(pl.when(~none).then("total").alias("x"))["x"],
        "cost_mean": every.select(pl.when(~none).then("mean").alias("x"))["x"],
    }


def named(selection: Selection, activity: str) -> int:
    """The code of an activity; raises with the nearest name."""
    names = selection.ground.activities
    if activity in names:
        return names.index(activity)
    import difflib

    near = difflib.get_close_matches(activity, names, n=1)
    hint = told("word.did_you_mean_activity", " Did you mean {near}?", near=near[0]) if near else ""
    raise MiningError(
        told("mining.no_activity", "the log has no activity {activity}.{hint}", activity=activity, hint=hint)
    )
