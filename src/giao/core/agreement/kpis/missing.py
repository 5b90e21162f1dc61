"""Why a case is in a number, or not: the clock never started, another window, excluded by whom, not inspected, …

Answers are message ids with their numbers. A case may have several (one a clock instance, one a part of a composite).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import polars as pl

from giao.core.agreement.errors import AgreementError
from giao.core.agreement.kpis.availability import AvailabilityMeter
from giao.core.agreement.kpis.backlog import BacklogMeter
from giao.core.agreement.kpis.composites import CompositeMeter
from giao.core.agreement.kpis.explaining import instant_text, text
from giao.core.agreement.kpis.fact_rows import case_of
from giao.core.agreement.kpis.ground import NEVER, Ground
from giao.core.agreement.kpis.measured import RowMeter
from giao.core.agreement.kpis.measurement import Measurement
from giao.core.agreement.kpis.outcome import KpiOutcome
from giao.core.agreement.kpis.ratios import RatioMeter
from giao.core.agreement.kpis.roles import (
    EXCLUDED,
    OPEN_OVERDUE,
    OUTSIDE,
    POPULATION,
    UNDECIDED,
)
from giao.core.agreement.kpis.rows import NOBODY, Rows
from giao.core.agreement.results import KpiResult, Window
from giao.core.told import told


@dataclass(frozen=True)
class Why:
    """`what`: message id. `inside`: the case is a member of the number after all."""

    what: str
    numbers: tuple[tuple[str, str], ...] = ()
    inside: bool = False


def why_not_in(outcome: KpiOutcome, kpi: str, window: str, case_id: str) -> list[Why]:
    """Why a case is missing from a KPI's window; where it is a member, its role there.

    Raises AgreementError for a KPI, window or case that does not exist.
    """
    outcome.result(kpi, window)
    case = case_of(outcome.ground, case_id)
    if case == NOBODY:
        raise AgreementError(
            told(
                "agreement.no_case",
                "the log has no case {case_id!r} as of this reading; check its spelling",
                case_id=case_id,
            )
        )
    return list(_reasons(outcome.ground, outcome.measured[kpi], window, case))


def _reasons(ground: Ground, measurement: Measurement, window: str, case: int) -> Iterator[Why]:
    at = next(i for i, result in enumerate(measurement.results) if result.window.id == window)
    result, meter = measurement.results[at], measurement.meters[at]
    members = measurement.members(window).filter(pl.col("case") == case)
    if isinstance(meter, CompositeMeter):
        for name, part in meter.parts.items():
            if part.result(window) is None:
                continue
            for why in _reasons(ground, part, window, case):
                yield Why(why.what, (("part", name), *why.numbers), why.inside)
        return
    yield from _as_member(ground, members, result, case)
    if result.note.startswith("relief:"):
        yield _why("window_relief", relief=result.note.removeprefix("relief:"))
    if isinstance(meter, BacklogMeter):
        if members.is_empty():
            yield from _not_in_backlog(meter, result.window, case)
    elif isinstance(meter, AvailabilityMeter):
        yield _why("not_about_cases")
    elif isinstance(meter, RatioMeter):
        for side in (meter.numerator, meter.denominator):
            yield from _not_in_rows(ground, side.rows, measurement, result, case, members)
    elif isinstance(meter, RowMeter):
        yield from _not_in_rows(ground, meter.table.rows, measurement, result, case, members)


def _why(what: str, *, inside: bool = False, **numbers: object) -> Why:
    return Why(
        f"missing.{what}" if not inside else f"member.{what}",
        tuple((name, text(value)) for name, value in numbers.items() if value is not None),
        inside,
    )


def _as_member(ground: Ground, members: pl.DataFrame, result: KpiResult, case: int) -> Iterator[Why]:
    for row in members.iter_rows(named=True):
        reason = row["reason"]
        if row["role"] == "excluded":
            yield from _excluded(ground, str(reason or ""), case, row["instance"])
        else:
            yield _why(
                str(row["role"]),
                inside=True,
                instance=row["instance"],
                at=row["at"].isoformat(),
                value=row["value"],
            )


def _excluded(ground: Ground, reason: str, case: int, instance: int) -> Iterator[Why]:
    """An exclusion, and for a relief which claim it was and who agreed."""
    if not reason.startswith("relief:"):
        yield _why(reason, instance=instance)
        return
    key = reason.removeprefix("relief:")
    claims = ground.reliefs.claims.filter(
        pl.col("active")
        & (pl.col("relief") == key)
        & ((pl.col("case") == case) | pl.col("all_cases")).fill_null(False)
    )
    if claims.is_empty():
        yield _why("relief", relief=key, instance=instance)
    for claim in claims.iter_rows(named=True):
        agreed = ",".join(party for party in ("client", "vendor") if claim[party])
        yield _why("relief", relief=key, claim=claim["claim"], agreed_by=agreed or None, instance=instance)


def _not_in_rows(
    ground: Ground, rows: Rows, measurement: Measurement, result: KpiResult, case: int, members: pl.DataFrame
) -> Iterator[Why]:
    """The rows of a case that are not members of this window, and why."""
    mine = np.flatnonzero(rows.case == case)
    if not len(mine):
        yield _never_counted(ground, measurement, result, case)
        return
    told = set(members["instance"].to_list())
    for at in mine:
        instance = int(rows.instance[at])
        if instance in told:
            continue
        role, reason, when = int(rows.role[at]), rows.reasons[int(rows.reason[at])], int(rows.at[at])
        if role == UNDECIDED:
            yield _why(reason or "still_open", instance=instance)
        elif role == OPEN_OVERDUE:
            yield _why("counted_at_stop", instance=instance, due=instant_text(when))
        elif role == POPULATION:
            yield _why("not_inspected", delivered=instant_text(when))
        elif role == OUTSIDE:
            if reason.startswith("relief:"):
                yield from _excluded(ground, reason, case, instance)
            else:
                yield _why(reason, instance=instance)
        elif role == EXCLUDED and result.window.start_us <= when < result.window.end_us:
            yield from _excluded(ground, reason, case, instance)
        else:
            yield _why(
                "other_window",
                instance=instance,
                at=instant_text(when),
                window=_window_of(measurement, when),
            )


def _window_of(measurement: Measurement, instant: int) -> str | None:
    """The window that holds an instant; None when none that has begun does."""
    return next(
        (
            result.window.id
            for result in measurement.results
            if result.window.start_us <= instant < result.window.end_us
        ),
        None,
    )


def _never_counted(ground: Ground, measurement: Measurement, result: KpiResult, case: int) -> Why:
    """The case has no row at all: its clock never started, or no event of it is counted."""
    inputs = ground.inputs
    version = inputs.versions[inputs.version_index(result.window.first)]
    scope = ground.in_scope(version)
    if scope is not None and not scope[case]:
        return _why("scope")
    kpi = version.kpis[measurement.kpi]
    clock = getattr(kpi, "clock", None)
    if clock is not None:
        return _why("clock_never_started", clock=clock)
    life = ground.life(version)
    if getattr(kpi, "kind", "") == "sampled_rate" or getattr(kpi, "of", None) in ("delivered", None):
        if life.delivered[case] == NEVER:
            return _why("not_delivered")
    elif getattr(kpi, "of", None) == "received" and life.received[case] == NEVER:
        return _why("not_received")
    return _why("no_counted_event")


def _not_in_backlog(meter: BacklogMeter, window: Window, case: int) -> Iterator[Why]:
    received, delivered = int(meter.life.received[case]), int(meter.life.delivered[case])
    cancelled, enters = int(meter.life.cancelled[case]), int(meter.enters[case])
    end = meter.instant(window)
    if received == NEVER:
        yield _why("not_received")
    elif received >= end:
        yield _why("received_later", at=instant_text(received))
    elif delivered < end:
        yield _why("already_delivered", at=instant_text(delivered))
    elif cancelled < end:
        yield _why("cancelled", at=instant_text(cancelled))
    elif enters >= end:
        yield _why("not_old_enough", from_=instant_text(enters))
    else:
        yield _why("where")
