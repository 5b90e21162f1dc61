"""The one place where the server meets the library's evaluator: inputs from the data folder, results into rows.

Nothing above knows how an evaluation is made or stored.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Protocol
from uuid import UUID

import polars as pl

from giao.kernel.engagements.models import Engagement
from giao.kernel.engagements.places import folder_of, in_data, relative_to_data
from giao.kernel.engagements.queries import documents, versions_in_force
from giao.kernel.identifiers import new_id
from giao.kernel.readings import following
from giao.kernel.readings.figures import Figures, Next, count_cases, next_close, positions
from giao.kernel.readings.models import KpiFigure, Reading, StatementFigure

Progress = Callable[[str, float], None]


class StoredReading(Protocol):
    """What `giao.core.agreement.store.open_reading` gives: results on disk, read lazily."""

    @property
    def summary(self) -> dict[str, object]: ...
    @property
    def cases(self) -> pl.LazyFrame: ...
    @property
    def clocks(self) -> pl.LazyFrame: ...
    @property
    def members(self) -> pl.LazyFrame: ...
    @property
    def outlook(self) -> pl.LazyFrame: ...


@dataclass(frozen=True)
class Computed:
    """Results of one reading, ready to be stored in one transaction."""

    folder: str
    figures: Figures
    kpis: list[KpiFigure]
    statements: list[StatementFigure]
    moved_from: UUID | None = None


def compute(reading: Reading, progress: Progress) -> Computed:
    """Evaluate and write the result folder (complete or not there at all). Raises what the library raises.

    A reading at now moves on from the last whole one where this process still has it; else everything is read.
    """
    if reading.at_now and not reading.whole:
        moved = following.move_on(reading, _microseconds(reading.as_of))
        if moved is not None:
            return _moved(reading, moved)
    return _whole(reading, progress)


def _moved(reading: Reading, moved: following.Moved) -> Computed:
    from giao.core.agreement.moved import save_moved

    folder = _result_folder(reading.engagement, reading)
    base = Reading.objects.get(pk=moved.base)
    save_moved(moved.live, moved.stored, moved.tables, folder, reading.log_hash)
    stored = _opened(str(folder))
    cases_open, at_risk, overdue = count_cases(stored.cases, stored.clocks)
    kept = dict(base.figures)
    kept["next"] = Next(**kept["next"]) if kept.get("next") else None
    figures = replace(Figures(**kept), open=cases_open, at_risk=at_risk, overdue=overdue)
    statements = list(StatementFigure.objects.filter(engagement=reading.engagement_id, reading=base))
    for row in statements:
        row.pk, row.reading = new_id(), reading
        row._state.adding = True
    return Computed(
        relative_to_data(folder), figures, _kpi_rows(reading, moved.live.results), statements, base.pk
    )


def _whole(reading: Reading, progress: Progress) -> Computed:
    from giao.core.agreement.evaluate import evaluate
    from giao.core.agreement.store import open_reading, save_outlook, save_reading
    from giao.kernel.ledger.reading import facts_of, has_live, log_of, tail_of

    engagement = reading.engagement
    progress("reading the log", 0.02)
    follows = reading.at_now and has_live(engagement.pk, reading.position)
    tail = tail_of(engagement, reading.position, keep=False) if follows else None
    log = tail.log() if tail is not None else log_of(engagement, reading.position)
    if log is None:
        raise ValueError("the engagement has no log; import one first")
    facts = facts_of(engagement, reading.position)
    versions = documents(versions_in_force(engagement))
    evaluation = evaluate(log, versions, facts=facts, as_of=_microseconds(reading.as_of), progress=progress)
    folder = _result_folder(engagement, reading)
    progress("storing the results", 0.92)
    save_reading(evaluation, folder)
    save_outlook(evaluation, folder)
    stored = open_reading(folder)
    agreement = evaluation.agreement
    cases_open, at_risk, overdue = count_cases(stored.cases, stored.clocks)
    if tail is not None:
        following.remember(reading, tail, facts, evaluation, stored)
    figures = Figures(
        open=cases_open,
        at_risk=at_risk,
        overdue=overdue,
        kpis=tuple(agreement.kpis),
        titles={name: dict(kpi.title or {"en": name}) for name, kpi in agreement.kpis.items()},
        directions={name: kpi.direction for name, kpi in agreement.kpis.items()},
        currency=agreement.currency,
        next=next_close(evaluation.statements, agreement),
    )
    return Computed(
        relative_to_data(folder),
        figures,
        _kpi_rows(reading, list(evaluation.kpis.results)),
        _statement_rows(reading, list(evaluation.statements)),
    )


def results_of(reading: Reading) -> StoredReading:
    """The stored results of a ready reading; opened once a process."""
    return _opened(str(in_data(reading.folder)))


@lru_cache(maxsize=64)
def _opened(folder: str) -> StoredReading:
    from giao.core.agreement.moved import open_any

    return open_any(Path(folder))


def _result_folder(engagement: Engagement, reading: Reading) -> Path:
    return folder_of(engagement, "readings") / str(reading.pk)


def _microseconds(instant: datetime) -> int:
    delta = instant.astimezone(UTC) - datetime(1970, 1, 1, tzinfo=UTC)
    return (delta.days * 86_400 + delta.seconds) * 1_000_000 + delta.microseconds


def _kpi_rows(reading: Reading, results: list) -> list[KpiFigure]:  # type: ignore[type-arg]
    return [
        KpiFigure(
            engagement_id=reading.engagement_id,
            reading=reading,
            kpi=result.kpi,
            window=result.window.id,
            position=position,
            group=result.group or "",
            unit=result.unit,
            n=result.n,
            value=_float(result.value),
            expected=_float(result.expected),
            minimum=_float(result.minimum),
            state=result.state,
            provisional=result.provisional,
            low=result.low,
            high=result.high,
            overdue_open=result.overdue_open,
            misses=result.misses,
        )
        for result, position in zip(results, positions(results), strict=True)
    ]


def _statement_rows(reading: Reading, statements: list) -> list[StatementFigure]:  # type: ignore[type-arg]
    ordered = sorted(statements, key=lambda statement: statement.month, reverse=True)
    return [
        StatementFigure(
            engagement_id=reading.engagement_id,
            reading=reading,
            month=statement.month,
            position=position,
            currency=statement.currency,
            fees=statement.fees,
            at_risk=statement.at_risk,
            credit_total=statement.credit_total,
            earned_back=statement.earned_back,
            tax=statement.tax,
            total=statement.total,
            provisional=statement.provisional,
            closed=statement.closed,
            hash=statement.hash,
        )
        for position, statement in enumerate(ordered)
    ]


def _float(value: object) -> float | None:
    return None if value is None else float(value)  # type: ignore[arg-type]
