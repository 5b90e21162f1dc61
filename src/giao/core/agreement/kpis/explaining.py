"""A KPI's number explained: what was counted, what was left out and why, levels and their origin, rounding, claims.

Plain values: each step is a message id with its numbers, so that it reads in any language; the cases stand in a table.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from fractions import Fraction

import polars as pl

from giao.core.agreement.document.kpi import KpiBase, Statistic
from giao.core.agreement.facts import EPOCH
from giao.core.agreement.kpis.outcome import KpiOutcome
from giao.core.agreement.results import KpiResult, TraceStep


@dataclass(frozen=True)
class KpiExplanation:
    """`members`: every case in, out or carried (columns `roles.MEMBERS`); `agreement_hash`: of the version in force."""

    result: KpiResult
    steps: tuple[TraceStep, ...]
    members: pl.DataFrame
    agreement_hash: str


def explain_kpi(outcome: KpiOutcome, kpi: str, window: str) -> KpiExplanation:
    """One number, step by step. Raises AgreementError for a KPI or window that is not there."""
    result = outcome.result(kpi, window)
    inputs = outcome.ground.inputs
    version = inputs.versions[inputs.version_index(result.window.first)]
    definition: KpiBase = version.kpis[kpi]
    steps = (
        *_about_window(result, definition),
        *_about_cases(result, definition),
        *_about_value(result, definition),
        *_about_verdict(result, definition),
    )
    return KpiExplanation(result, tuple(steps), outcome.members(kpi, window), version.hash)


def step(what: str, **numbers: object) -> TraceStep:
    """A message id with its numbers as text; what is None is left out."""
    return TraceStep(what, tuple((name, text(value)) for name, value in numbers.items() if value is not None))


def text(value: object) -> str:
    """A number exactly: 19/20 where it is no whole number."""
    if isinstance(value, Fraction):
        return str(value.numerator) if value.denominator == 1 else f"{value.numerator}/{value.denominator}"
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def instant_text(instant_us: int) -> str:
    """UTC microseconds as ISO 8601."""
    return datetime.isoformat((EPOCH + timedelta(microseconds=instant_us)).astimezone(UTC))


def _about_window(result: KpiResult, kpi: KpiBase) -> Iterator[TraceStep]:
    window = result.window
    yield step("kpi.window", window=window.id, first=window.first, last=window.last)
    if window.days != window.full_days:
        yield step(f"kpi.partial.{kpi.partial}", days=window.days, of=window.full_days)
    yield step("kpi.version", version=result.version)


def _about_cases(result: KpiResult, kpi: KpiBase) -> Iterator[TraceStep]:
    count_at = getattr(kpi, "count_at", None)
    if getattr(kpi, "clock", None) is not None:
        yield step(f"kpi.count_at.{count_at or 'stop'}", clock=getattr(kpi, "clock", None))
    yield step("kpi.counted", n=result.n, misses=result.misses)
    for reason, count in result.excluded:
        relief = reason.removeprefix("relief:") if reason.startswith("relief:") else None
        yield step("kpi.excluded.relief" if relief else f"kpi.excluded.{reason}", count=count, relief=relief)
    if result.carried:
        yield step("kpi.carried_in", count=result.carried)
    if result.carried_out:
        yield step("kpi.carried_out", count=result.carried_out)
    if result.overdue_open:
        yield step("kpi.overdue_open", count=result.overdue_open)


def _about_value(result: KpiResult, kpi: KpiBase) -> Iterator[TraceStep]:
    if result.note.startswith("relief:"):
        yield step("kpi.window_relief", relief=result.note.removeprefix("relief:"))
        return
    if result.note == "low_volume":
        yield step("kpi.low_volume", n=result.n, minimum=kpi.minimum_volume)
    elif result.note:
        yield step(f"kpi.{result.note}", n=result.n, minimum=kpi.minimum_volume)
    for stratum in result.strata:
        yield step(
            "kpi.stratum",
            stratum=stratum.label,
            population=stratum.population,
            inspected=stratum.inspected,
            good=stratum.good,
        )
    for number, (share, held) in enumerate(result.tiers, start=1):
        yield step("kpi.tier", number=number, share=share, held=held)
    for group in result.groups:
        yield step("kpi.group", group=group.group, n=group.n, value=group.value)
    if result.groups and kpi.across != "pooled":
        yield step(f"kpi.across.{kpi.across}", groups=len(result.groups))
    if kpi.mean_of is not None:
        yield step("kpi.mean_of.month", sum=result.numerator, months=result.denominator)
    elif result.numerator is not None and result.value is not None:
        p = Fraction(kpi.p) if isinstance(kpi, Statistic) and kpi.kind == "percentile" else None
        yield step(
            f"kpi.formula.{getattr(kpi, 'kind', '')}",
            numerator=result.numerator,
            denominator=result.denominator,
            p=p,
        )
    if kpi.smooth is not None:
        yield step("kpi.smoothed", last=kpi.smooth)
    if kpi.round is not None and result.value is not None:
        yield step("kpi.rounded", decimals=kpi.round, value=result.value)
    if result.low is not None and result.high is not None:
        yield step("kpi.interval", low=f"{result.low:.6f}", high=f"{result.high:.6f}")


def _about_verdict(result: KpiResult, kpi: KpiBase) -> Iterator[TraceStep]:
    origin, _, name = result.levels_from.partition(":")
    if result.expected is None and result.minimum is None:
        yield step("kpi.level.none")
    else:
        yield step(
            f"kpi.level.{origin}",
            expected=result.expected,
            minimum=result.minimum,
            name=name or None,
            direction=kpi.direction,
        )
    yield step(f"kpi.state.{result.state}", value=result.value)
    if result.provisional:
        yield step("kpi.provisional")
    for claim in result.claims:
        yield step(
            "kpi.claim",
            claim=claim.id,
            relief=claim.relief,
            cases=claim.cases,
            would_be=claim.would_be,
            missing=",".join(claim.missing) or None,
        )
