"""A live reading and the whole one, side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import polars as pl

from giao.core.agreement.document.agreement import Agreement
from giao.core.agreement.evaluate import Evaluation, evaluate
from giao.core.agreement.facts import Facts
from giao.core.agreement.live import LiveReading
from giao.core.agreement.results import KpiResult
from giao.core.log.tail import Tail

HOUR = 3_600_000_000
START = 1_767_225_600_000_000
"""2026-01-01 UTC."""


def at(hours: float) -> int:
    return START + int(hours * HOUR)


def declared(versions: Sequence[Agreement]) -> dict[str, str]:
    return {name: spec.type for version in versions for name, spec in version.work.attributes.items()}


def whole(tail: Tail, versions: Sequence[Agreement], facts: Facts, as_of: int) -> Evaluation:
    """The same by evaluating everything; statements are left out, they are another test's."""
    bare = [version.model_copy(update={"pricing": [], "credits": None}) for version in versions]
    return evaluate(tail.log(), bare, facts=facts, as_of=as_of)


def without_claims(results: Sequence[KpiResult]) -> list[KpiResult]:
    return [replace(result, claims=()) for result in results]


def instances(reading: Evaluation, clock: str) -> list[dict[str, object]]:
    """A clock's table with ids of cases and events by their number in the case."""
    log, frame = reading.inputs.log, reading.clocks[clock].frame
    begin = pl.Series(log.offsets[:-1]).gather(frame["case"].cast(pl.Int64))
    return frame.with_columns(
        log.case_ids.gather(frame["case"].cast(pl.Int64)).alias("case"),
        (frame["start_event"].cast(pl.Int64) - begin).alias("start_event"),
        (frame["stop_event"].cast(pl.Int64) - begin).alias("stop_event"),
    ).to_dicts()


def check_same(live: LiveReading, versions: Sequence[Agreement]) -> Evaluation:
    """Everything that the live reading says is what evaluating the whole log says."""
    there = whole(live.tail, versions, live.facts, live.as_of_us)
    mine, theirs = live.results, without_claims(there.kpis.results)
    assert [(one.kpi, one.window.id) for one in mine] == [(one.kpi, one.window.id) for one in theirs]
    for one, other in zip(mine, theirs, strict=True):
        assert one == other
    assert list(live.counts.values()) == there.counts
    for clock in there.clocks:
        assert live.clock(clock).to_dicts() == instances(there, clock), clock
    return there
