"""Open work by time to breach: which cases, which clock, how much of the budget is left."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import polars as pl

from giao.core.agreement.document.base import Pattern
from giao.core.agreement.evaluate import Evaluation
from giao.core.agreement.quantity import HOUR
from giao.core.report.charts import Bar
from giao.core.report.formats import duration, instant, number
from giao.core.report.plain_words.phrases import clock_title
from giao.core.report.table import Cell, Table, table
from giao.core.report.words import Lang, say

Mask = npt.NDArray[np.bool_]

SOON_US = 8 * HOUR
BINS_US = (0, 2 * HOUR, 4 * HOUR, 8 * HOUR, 16 * HOUR, 40 * HOUR)


@dataclass(frozen=True)
class OpenClock:
    """One open clock of an open case. `remaining_us` is below zero when it is late, None without a target.

    business: consumed, budget and remaining are open time of a calendar; else elapsed time.
    """

    case_id: str
    clock: str
    state: str
    consumed_us: int
    budget_us: int | None
    due_us: int | None
    business: bool
    last_activity: str

    @property
    def remaining_us(self) -> int | None:
        return None if self.budget_us is None else self.budget_us - self.consumed_us


@dataclass(frozen=True)
class OpenWork:
    """Cases that are received, not delivered, not cancelled; how many of them are late or soon late; their clocks."""

    open_cases: int
    late_cases: int
    soon_cases: int
    clocks: tuple[OpenClock, ...]
    shown: tuple[OpenClock, ...]


def open_work(evaluation: Evaluation, limit: int = 100) -> OpenWork:
    """Open work as of the reading; `shown` are the `limit` most urgent clocks."""
    is_open = _open_cases(evaluation)
    clocks = tuple(sorted(_open_clocks(evaluation, is_open), key=_urgency))
    late = {clock.case_id for clock in clocks if clock.state == "breached"}
    soon = {
        clock.case_id
        for clock in clocks
        if clock.remaining_us is not None and 0 <= clock.remaining_us <= SOON_US
    } - late
    return OpenWork(int(is_open.sum()), len(late), len(soon), clocks, clocks[:limit] if limit else clocks)


def _urgency(clock: OpenClock) -> tuple[bool, int, str, str]:
    return (clock.remaining_us is None, clock.remaining_us or 0, clock.case_id, clock.clock)


def _open_cases(evaluation: Evaluation) -> Mask:
    """By case code: received, and neither delivered nor cancelled."""
    work = evaluation.agreement.work
    log = evaluation.inputs.log

    def seen(patterns: Sequence[Pattern] | None) -> Mask:
        found: Mask = np.zeros(log.n_cases, dtype=bool)
        if patterns and log.n_events:
            np.logical_or.at(found, log.case_codes(), evaluation.matcher.mask(patterns))
        return found

    result: Mask = seen(work.received) & ~seen(work.delivered) & ~seen(work.cancelled)
    return result


def _open_clocks(evaluation: Evaluation, is_open: Mask) -> Iterator[OpenClock]:
    log = evaluation.inputs.log
    if not log.n_events:
        return
    last = log.events(["activity"])["activity"].cast(pl.String).gather(pl.Series(log.offsets[1:] - 1))
    for name, clock in evaluation.clocks.items():
        frame = clock.frame.filter(pl.col("stopped").is_null())
        frame = frame.filter(pl.Series(is_open[frame["case"].to_numpy()]))
        frame = frame.with_columns(pl.col("due").dt.epoch("us"), pl.col("state").cast(pl.String))
        ids, ends = log.case_ids.gather(frame["case"]), last.gather(frame["case"])
        rows = frame.select("state", "consumed_us", "budget_us", "due", "version", "target").iter_rows()
        for (state, consumed, budget, due, version, target), case_id, ended in zip(
            rows, ids, ends, strict=True
        ):
            business = _is_business(evaluation, name, version, target)
            yield OpenClock(case_id, name, state, consumed, budget, due, business, ended)


def _is_business(evaluation: Evaluation, clock: str, version: int, target: int) -> bool:
    spec = evaluation.inputs.versions[version].clocks.get(clock)
    if spec is None or not 0 <= target < len(spec.targets):
        return spec is not None and spec.calendar is not None
    return spec.targets[target].within.measure == "business"


def open_table(evaluation: Evaluation, work: OpenWork, lang: Lang) -> Table:
    """The most urgent open clocks, the latest first."""
    zone = evaluation.inputs.zone
    rows = []
    for clock in work.shown:
        used = duration(clock.consumed_us, lang, business=clock.business)
        budget = duration(clock.budget_us, lang, business=clock.business)
        left = clock.remaining_us
        rows.append(
            [
                Cell(clock.case_id),
                Cell(clock_title(evaluation.agreement, clock.clock, lang)),
                Cell(say(lang, f"clock.{clock.state}"), clock.state),
                Cell(
                    duration(left, lang, business=clock.business),
                    "late" if left is not None and left < 0 else "",
                ),
                Cell(f"{used} / {budget}"),
                Cell(instant(clock.due_us, zone, lang)),
                Cell(clock.last_activity),
            ]
        )
    heads = (
        "column.case",
        "column.clock",
        "column.state",
        ">column.left",
        ">column.used",
        "column.due",
        "column.activity",
    )
    return table([_head(head, lang) for head in heads], rows)


def _head(key: str, lang: Lang) -> str:
    return f">{say(lang, key[1:])}" if key.startswith(">") else say(lang, key)


def open_bars(work: OpenWork, lang: Lang) -> list[Bar]:
    """How many open clocks are late, due within 2, 4, 8 … hours, or later."""
    counts = [0] * (len(BINS_US) + 2)
    for clock in work.clocks:
        left = clock.remaining_us
        if left is None:
            counts[-1] += 1
        elif left < 0:
            counts[0] += 1
        else:
            counts[1 + sum(left > edge for edge in BINS_US[1:])] += 1
    labels = [say(lang, "bin.late")]
    for low, high in pairwise(BINS_US):
        to = duration(high, lang, business=True)
        labels.append(
            say(lang, "bin.between", from_=duration(low, lang, business=True), to=to)
            if low
            else say(lang, "bin.up_to", to=to)
        )
    labels += [
        say(lang, "bin.more", from_=duration(BINS_US[-1], lang, business=True)),
        say(lang, "bin.no_target"),
    ]
    kinds = ["breached", *["soon"] * 3, *["later"] * (len(labels) - 4)]
    return [
        Bar(label, count, number(count, lang), kind)
        for label, count, kind in zip(labels, counts, kinds, strict=True)
        if count or label != labels[-1]
    ]
