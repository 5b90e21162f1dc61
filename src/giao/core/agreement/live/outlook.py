"""The chance that an open instance will breach, from what past cases took from the same stage on.

A stage is the last activity of the case. What past instances of the clock took from their event of that activity to
their stop, in the time in which the budget is told (open time of the calendar, pauses not counted), is the stage's
distribution. Of those that stayed at least as long as an open instance has stayed already, the share that took longer
than what it has left is its chance. Nothing is fitted: n and Wilson's interval stand beside each share, and where fewer
than `least` past cases speak there is no data. Reliefs of past cases are not taken off, nor does the kind of case count.

Only what has finished is learned from, and short work finishes first: where much is open, or the work grows slower,
chances run low. On the demo's service desk (resolution, last two fifths held out) they did: 18% said, 24% came, too low
in every tenth; learning from long begun cases only halved that gap. Read the calibration beside the chances.

`calibrate` learns on what was finished before an instant and predicts what was open at moments after it: predicted
tenths beside what came.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import polars as pl

from giao.core.agreement.clocks import ClockTable, codes, evaluate_clocks
from giao.core.agreement.clocks.columns import ClockColumns, columns_of
from giao.core.agreement.clocks.program import Measure
from giao.core.agreement.errors import AgreementError
from giao.core.agreement.evaluate import Evaluation
from giao.core.agreement.kpis.statistics import Z95
from giao.core.log import EventLog
from giao.core.told import told

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

LEAST = 30
"""Past cases under which a share says nothing."""

OUTLOOK_SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    "case": pl.String,
    "instance": pl.UInt32,
    "stage": pl.String,
    "since": pl.Datetime("us", "UTC"),
    "due": pl.Datetime("us", "UTC"),
    "left_us": pl.Int64,
    "n": pl.UInt32,
    "chance": pl.Float64,
    "low": pl.Float64,
    "high": pl.Float64,
    "note": pl.String,
}
"""Columns of `Outlook.frame`. `since`: the stage's event; `left_us`: budget left, in the clock's time; `n`: past cases
that speak; chance, low, high are null where they are too few (`note`: few), and 1 where the budget is spent already
(`overdue`); a paused instance is told as if it went on now (`paused`)."""


@dataclass(frozen=True)
class Outlook:
    """Open instances of one clock, the likeliest breach first. `least`: past cases under which nothing is said."""

    clock: str
    frame: pl.DataFrame
    least: int


@dataclass(frozen=True)
class Calibration:
    """By tenth of predicted chance: how many, the mean prediction, the share that came, with its interval.

    frame   tenth (0..9), n, predicted, observed, low, high; tenths without a prediction are missing
    n         predictions; an instance open at several moments is predicted at each, so they are not independent and the
              intervals are narrower than they should be
    brier     mean squared error of the predictions
    past      the same of always saying the share of breaches among what had finished (which open work does not have)
    constant  the same of the best single number, known only afterwards: what a useful prediction has to beat
    silent    open instances at those moments for which there was no data
    """

    frame: pl.DataFrame
    n: int
    brier: float | None
    past: float | None
    constant: float | None
    silent: int


def outlook(reading: Evaluation, clock: str, *, least: int = LEAST) -> Outlook:
    """The open instances of a clock with their chance of breach. Raises AgreementError for an unknown clock."""
    walk = _walk(reading, clock)
    table, now = walk.table, reading.inputs.as_of_us
    rows = table.frame.filter(pl.col("stopped").is_null() & pl.col("budget_us").is_not_null())
    chances = _chances(walk, rows, now, _finished(table, now))
    event = walk.last_events(rows, now)
    frame = pl.DataFrame(
        {
            "case": walk.log.case_ids.gather(rows["case"].cast(pl.Int64)),
            "instance": rows["instance"],
            "stage": _texts(walk.log).gather(pl.Series(walk.stage[event])),
            "since": pl.Series(walk.log.times_us()[event]).cast(pl.Datetime("us", "UTC")),
            "due": rows["due"],
            "left_us": pl.Series(chances.left),
            "n": pl.Series(chances.n),
            **_told(chances, rows, least),
        }
    ).cast(OUTLOOK_SCHEMA)  # type: ignore[arg-type]
    return Outlook(clock, frame.sort("chance", "left_us", descending=[True, False], nulls_last=True), least)


def calibrate(
    reading: Evaluation,
    clock: str,
    split_us: int,
    *,
    moments: Sequence[int] | None = None,
    least: int = LEAST,
) -> Calibration:
    """Predictions at moments after an instant, from what had finished before it, beside what came.

    moments  instants (UTC microseconds) at which the instances open then are predicted; ten evenly spread by default
    An instance counts when its outcome is known at the reading's instant: it has stopped, or is past its budget.
    """
    walk = _walk(reading, clock)
    now = reading.inputs.as_of_us
    spread = np.linspace(split_us, now, 12)[1:-1].astype(np.int64).tolist()
    past = _finished(walk.table, split_us)
    outcome = walk.table.frame.select(
        "case",
        "instance",
        came=pl.col("state") == "breached",
        decided=(pl.col("stopped").is_not_null() & (pl.col("state") != "cancelled"))
        | (pl.col("state") == "breached"),
    )
    predicted: list[Floats] = []
    came: list[npt.NDArray[np.bool_]] = []
    silent = 0
    for instant in spread if moments is None else moments:
        then = replace(reading.inputs, as_of_us=int(instant))
        rows = evaluate_clocks(then, reading.matcher)[clock].frame
        rows = rows.filter(pl.col("stopped").is_null() & pl.col("budget_us").is_not_null())
        rows = rows.join(outcome, on=["case", "instance"], how="left", maintain_order="left")
        rows = rows.filter(pl.col("decided").fill_null(False))
        chances = _chances(walk, rows, int(instant), past)
        running = chances.left >= 0
        speaks = running & (chances.n >= least)
        silent += int((running & ~speaks).sum())
        predicted.append(chances.share[speaks])
        came.append(rows["came"].to_numpy()[speaks])
    none = np.empty(0)
    return _calibration(
        np.concatenate([none, *predicted]),
        np.concatenate([none.astype(bool), *came]),
        silent,
        (walk.table.frame["state"][pl.Series(past)] == "breached").to_numpy(),
    )


# What past instances took


@dataclass(frozen=True)
class Stages:
    """What past instances took from each stage to their stop.

    rest     time of the clock from the stage's event to the stop, ascending within a stage
    offsets  rest[offsets[s] .. offsets[s + 1]] are of stage s
    """

    rest: Ints
    offsets: Ints

    def longer(self, stage: Ints, than: Ints) -> Ints:
        """How many of each stage took longer than so much."""
        found = np.zeros(len(stage), dtype=np.int64)
        for one in np.unique(stage).tolist():
            rows = np.flatnonzero(stage == one)
            part = self.rest[self.offsets[one] : self.offsets[one + 1]]
            found[rows] = len(part) - np.searchsorted(part, than[rows], side="right")
        return found


@dataclass(frozen=True)
class _Walk:
    """One clock of a reading, with what each event means to it. `stage`: activity code of each event."""

    log: EventLog
    table: ClockTable
    columns: ClockColumns
    stage: Ints

    def measures(self, rows: pl.DataFrame) -> tuple[list[Measure], Ints]:
        """The measures in which the budgets of some instances are told, and which of them each has."""
        known: list[Measure] = []
        place: dict[tuple[int, int], int] = {}
        pairs = rows.select("version", "target")
        for version, target in pairs.unique().iter_rows():
            program = self.table.plan.programs[version]
            assert program is not None
            measure = program.targets[target].measure if target >= 0 else program.measure
            at = next((at for at, one in enumerate(known) if one.calendar is measure.calendar), len(known))
            if at == len(known):
                known.append(measure)
            place[version, target] = at
        which = np.array([place[pair] for pair in pairs.iter_rows()], dtype=np.int64)
        return known, which

    def counts_after(self, event: Ints, version: Ints) -> npt.NDArray[np.bool_]:
        """Whether the clock is not paused after some events (a stop is not looked at)."""
        flags = self.columns.flags[self.columns.flag_rows[version], event]
        running: npt.NDArray[np.bool_] = (flags & codes.PAUSED) == 0
        return running

    def last_events(self, rows: pl.DataFrame, instant_us: int) -> Ints:
        """The last event of each instance's case at an instant, not before the instance's start."""
        cases = rows["case"].to_numpy().astype(np.int64)
        times = self.log.times_us()
        low, high = (self.log.offsets[cases + side].astype(np.int64) for side in (0, 1))
        while (low < high).any():
            middle = np.minimum((low + high) >> 1, len(times) - 1)
            earlier = (low < high) & (times[middle] <= instant_us)
            low, high = np.where(earlier, middle + 1, low), np.where((low < high) & ~earlier, middle, high)
        found: Ints = np.maximum(low - 1, rows["start_event"].to_numpy().astype(np.int64))
        return found


def _walk(reading: Evaluation, name: str) -> _Walk:
    if name not in reading.clocks:
        raise AgreementError(
            told(
                "agreement.no_clock",
                "clock {name!r} does not exist; clocks: {known}",
                name=name,
                known=", ".join(reading.clocks) or "none",
            )
        )
    table, log = reading.clocks[name], reading.inputs.log
    return _Walk(log, table, columns_of(table.plan, reading.matcher), log.activity_codes().astype(np.int64))


def learn(walk: _Walk, past: Ints, measure: Measure) -> Stages:
    """What past instances (rows of the table) took from each of their events to their stop, by the event's activity.

    Pauses do not count, nor what lies between a stop and a reopening that the clock does not count. Each stage counts
    once an instance, at its last visit: a case that returns often says no more than others.
    """
    frame = walk.table.frame[pl.Series(past)]
    first = frame["start_event"].to_numpy().astype(np.int64)
    last = frame["stop_event"].cast(pl.Int64).fill_null(0).to_numpy()
    lengths = np.maximum(last - first, 0)
    ends = np.cumsum(lengths)
    instance = np.repeat(np.arange(len(past)), lengths)
    event = np.arange(int(ends[-1]) if len(ends) else 0) + np.repeat(first - (ends - lengths), lengths)
    version = frame["version"].to_numpy().astype(np.int64)[instance]
    times = walk.log.times_us()
    spent = between(measure, times[event], times[event + 1])
    spent *= walk.counts_after(event, version) & _running(walk, event, instance, version)
    total = np.concatenate(([0], np.cumsum(spent)))
    rest = np.repeat(total[ends], lengths) - total[:-1]
    n_stages = max(len(walk.log.activities), 1)
    stage = walk.stage[event]
    key = instance * n_stages + stage
    keep = len(key) - 1 - np.unique(key[::-1], return_index=True)[1]
    order = keep[np.lexsort((rest[keep], stage[keep]))]
    offsets = np.zeros(n_stages + 1, dtype=np.int64)
    np.cumsum(np.bincount(stage[order], minlength=n_stages), out=offsets[1:])
    return Stages(rest[order], offsets)


def _running(walk: _Walk, event: Ints, instance: Ints, version: Ints) -> npt.NDArray[np.bool_]:
    """Whether the clock runs after each event of a finished instance: not between a stop and a reopening under `sum`."""
    columns = walk.columns
    flags = columns.flags[columns.flag_rows[version], event]
    starts = (flags & codes.START) != 0
    stops = (flags & codes.STOP) != 0
    here = np.arange(len(event), dtype=np.int64)
    began = np.maximum.accumulate(np.where(starts, here, -1)) if len(here) else here
    ended = np.maximum.accumulate(np.where(stops & ~starts, here, -1)) if len(here) else here
    begin = np.searchsorted(instance, instance, side="left")
    stopped = (ended >= begin) & (ended > began)
    running: npt.NDArray[np.bool_] = ~stopped | (columns.modes[version] != codes.SUM)
    return running


# Chances


@dataclass(frozen=True)
class _Chances:
    """By instance: budget left, past cases that stayed at its stage as long, how many and what share took longer."""

    left: Ints
    n: Ints
    longer: Ints

    @property
    def share(self) -> Floats:
        found: Floats = np.divide(self.longer, self.n, out=np.zeros(len(self.n)), where=self.n > 0)
        return found


def _chances(walk: _Walk, rows: pl.DataFrame, instant_us: int, past: Ints) -> _Chances:
    left = (rows["budget_us"] - rows["consumed_us"]).to_numpy()
    event = walk.last_events(rows, instant_us)
    version = rows["version"].to_numpy().astype(np.int64)
    stage, since = walk.stage[event], walk.log.times_us()[event]
    n, longer = np.zeros(len(left), np.int64), np.zeros(len(left), np.int64)
    known, which = walk.measures(rows)
    for place, measure in enumerate(known):
        mine = np.flatnonzero(which == place)
        stages = learn(walk, past, measure)
        stayed = between(measure, since[mine], np.full(len(mine), instant_us, dtype=np.int64))
        stayed *= walk.counts_after(event[mine], version[mine])
        n[mine] = stages.longer(stage[mine], stayed)
        longer[mine] = stages.longer(stage[mine], stayed + np.maximum(left[mine], 0))
    return _Chances(left, n, longer)


def between(measure: Measure, start: Ints, end: Ints) -> Ints:
    """Counted time between pairs of instants; none where the end is before the start."""
    end = np.maximum(start, end)
    if measure.calendar is None:
        return end - start
    return np.array(measure.calendar.between_many(np.ascontiguousarray(start), np.ascontiguousarray(end)))


def _finished(table: ClockTable, until_us: int) -> Ints:
    """Rows that had stopped by an instant and were not cancelled."""
    stopped = table.frame["stopped"].to_physical().fill_null(2**62).to_numpy()
    cancelled = (table.frame["state"] == "cancelled").to_numpy()
    found: Ints = np.flatnonzero((stopped <= until_us) & ~cancelled)
    return found


def _texts(log: EventLog) -> pl.Series:
    return pl.Series(log.activities, dtype=pl.String)


def _told(chances: _Chances, rows: pl.DataFrame, least: int) -> dict[str, pl.Series]:
    overdue = chances.left < 0
    few = ~overdue & (chances.n < least)
    low, high = _wilson(chances.longer, chances.n)
    paused = (rows["state"] == "paused").to_numpy()
    note = np.where(overdue, "overdue", np.where(few, "few", np.where(paused, "paused", "")))
    silent = pl.Series(few)
    said = {"chance": chances.share, "low": low, "high": high}
    told_by = {
        name: pl.Series(np.where(overdue, 1.0, values)).set(silent, None) for name, values in said.items()
    }
    return {**told_by, "note": pl.Series(note.tolist(), dtype=pl.String)}


def _wilson(good: Ints, n: Ints) -> tuple[Floats, Floats]:
    """Wilson's 95% interval, columnar; 0 and 1 without observations."""
    some = np.maximum(n, 1).astype(np.float64)
    share, spread = good / some, Z95 * Z95 / some
    middle = (share + spread / 2) / (1 + spread)
    half = Z95 / (1 + spread) * np.sqrt(share * (1 - share) / some + spread / (4 * some))
    known = n > 0
    return (
        np.where(known, np.maximum(middle - half, 0.0), 0.0),
        np.where(known, np.minimum(middle + half, 1.0), 1.0),
    )


def _calibration(
    predicted: Floats, came: npt.NDArray[np.bool_], silent: int, past: npt.NDArray[np.bool_]
) -> Calibration:
    tenth = np.minimum((predicted * 10).astype(np.int64), 9)
    rows = []
    for one in np.unique(tenth).tolist():
        mine = tenth == one
        n, hits = int(mine.sum()), int(came[mine].sum())
        low, high = _wilson(np.array([hits]), np.array([n]))
        rows.append((one, n, float(predicted[mine].mean()), hits / n, float(low[0]), float(high[0])))
    schema: dict[str, pl.DataType | type[pl.DataType]] = {
        **{"tenth": pl.UInt8, "n": pl.UInt32, "predicted": pl.Float64},
        **{"observed": pl.Float64, "low": pl.Float64, "high": pl.Float64},
    }
    n = len(predicted)
    share = float(past.mean()) if len(past) else None
    return Calibration(
        pl.DataFrame(rows, schema=schema, orient="row"),
        n,
        float(((predicted - came) ** 2).mean()) if n else None,
        float(((share - came) ** 2).mean()) if n and share is not None else None,
        float(came.mean() * (1 - came.mean())) if n else None,
        silent,
    )
