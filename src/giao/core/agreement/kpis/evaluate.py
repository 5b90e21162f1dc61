"""Every KPI of an agreement over a log: results in the document's order, and the cases behind each number."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from giao.core.agreement.clocks import ClockTable, evaluate_clocks
from giao.core.agreement.context import Inputs
from giao.core.agreement.document.kpi import Composite, KpiBase, ShareInTarget, Tier
from giao.core.agreement.errors import AgreementError
from giao.core.agreement.kpis.availability import availability_meter
from giao.core.agreement.kpis.backlog import backlog_meter
from giao.core.agreement.kpis.claims import with_claims
from giao.core.agreement.kpis.combining import Judged, edges, judge_windows
from giao.core.agreement.kpis.composites import CompositeMeter
from giao.core.agreement.kpis.durations import statistic_meter
from giao.core.agreement.kpis.duties import duty_meter
from giao.core.agreement.kpis.finishing import Finding, finish
from giao.core.agreement.kpis.ground import Ground, Meters
from giao.core.agreement.kpis.measured import Meter
from giao.core.agreement.kpis.measurement import Measurement
from giao.core.agreement.kpis.outcome import KpiOutcome
from giao.core.agreement.kpis.rates import rate_meter, volume_meter
from giao.core.agreement.kpis.ratios import ratio_meter
from giao.core.agreement.kpis.relieving import blocked_windows
from giao.core.agreement.kpis.samples import sample_meter
from giao.core.agreement.kpis.scores import score_meter
from giao.core.agreement.kpis.shares import share_meter
from giao.core.agreement.kpis.spans import Span, kpi_names, spans
from giao.core.agreement.kpis.task import Task
from giao.core.agreement.kpis.tiers import join_tiers
from giao.core.agreement.patterns import Matcher
from giao.core.agreement.relief import Pending
from giao.core.agreement.results import KpiResult
from giao.core.told import told

METERS: Mapping[str, Callable[[Task[Any]], Meter]] = {
    "share_in_target": share_meter,
    "mean": statistic_meter,
    "percentile": statistic_meter,
    "rate": rate_meter,
    "sampled_rate": sample_meter,
    "volume": volume_meter,
    "backlog": backlog_meter,
    "score": score_meter,
    "ratio": ratio_meter,
    "availability": availability_meter,
    "duty": duty_meter,
}
"""How each kind is measured; `composite` is measured from the others."""


def evaluate_kpis(
    inputs: Inputs,
    matcher: Matcher,
    clocks: Mapping[str, ClockTable],
    *,
    with_pending: Pending = frozenset(),
    only: Sequence[str] | None = None,
) -> KpiOutcome:
    """Every KPI of every version over its windows, with what pending relief claims would change beside each result.

    with_pending  ids of relief claims taken as agreed though they are not (True: all); `clocks` must be read with the
                  same. Then nothing is told of claims
    only          names of the KPIs to measure; all when absent
    Raises AgreementError and RuleError with a sentence that says what does not fit and how to mend it.
    """
    ground = Ground(inputs, matcher, clocks, with_pending)
    meters = Meters()
    ground.keep_meters_in(meters)
    names = [name for name in kpi_names(inputs) if only is None or name in only]
    measured = _measure(ground, names)
    if not with_pending:

        def again(ids: frozenset[str], clocks_change: bool) -> Mapping[str, Measurement]:
            paused = evaluate_clocks(inputs, matcher, with_pending=ids) if clocks_change else clocks
            return _measure(Ground(inputs, matcher, paused, ids), names)

        measured = with_claims(ground, measured, again)
    return KpiOutcome(ground, measured, meters)


def results_before(ground: Ground) -> list[KpiResult]:
    """Results of a ground that holds only the cases alive at its instant (`late` is set), of windows that had ended.

    Raises NeedsWhole when a kind of KPI cannot be told so.
    """
    measured = _measure(ground, kpi_names(ground.inputs))
    return [result for measurement in measured.values() for result in measurement.results]


def _measure(ground: Ground, names: Sequence[str]) -> dict[str, Measurement]:
    done: dict[str, Measurement] = {}
    for name in names:
        measure_kpi(ground, name, done)
    return {name: done[name] for name in names}


def measure_kpi(
    ground: Ground,
    name: str,
    done: dict[str, Measurement],
    like: KpiBase | None = None,
    path: tuple[str, ...] = (),
) -> Measurement:
    """One KPI, and before it those that it is composed of. `like`: over the windows of another KPI.

    `done` keeps what is measured over its own windows. Raises AgreementError for a composite of itself.
    """
    if like is None and name in done:
        return done[name]
    if name in path:
        raise AgreementError(
            told(
                "kpi_error.circle",
                "kpis.{name}: a composite of itself: {names}",
                name=name,
                names=" → ".join((*path, name)),
            )
        )
    listed = [
        (span, _definition(ground, span, span.versions[0], like)) for span in spans(ground.inputs, name, like)
    ]
    passes = [
        _measured(ground, name, listed, at, done, like, (*path, name))
        for at in range(max([1, *(len(_tiers(kpi)) for _, kpi in listed)]))
    ]
    measured = passes[0] if len(passes) == 1 else join_tiers(passes)
    if like is None:
        done[name] = measured
    return measured


def _measured(
    ground: Ground,
    name: str,
    listed: Sequence[tuple[Span, KpiBase]],
    at: int,
    done: dict[str, Measurement],
    like: KpiBase | None,
    path: tuple[str, ...],
) -> Measurement:
    """One pass over the windows: by the tier at a position, or without tiers. Spans with fewer tiers repeat the first."""
    findings: list[Finding] = []
    meters: list[Meter] = []
    for span, kpi in listed:
        tiers = _tiers(kpi)
        tier = tiers[at] if at < len(tiers) else tiers[0] if tiers else None
        meter = _meter(ground, span, kpi, tier, done, path)
        level = None if tier is None else (tier[0], Fraction(tier[1].share))
        for judged, version in zip(_judged(ground, span, kpi, meter), span.versions, strict=True):
            own = _definition(ground, span, version, like)
            findings.append(Finding(name, judged, version, own, meter.unit, level))
            meters.append(meter)
    results = finish(ground.inputs, findings)
    return Measurement(name, tuple(results), tuple(one.judged for one in findings), tuple(meters))


def _definition(ground: Ground, span: Span, version: int, like: KpiBase | None) -> KpiBase:
    """The KPI as a version has it, over the windows of another one if so asked."""
    kpi: KpiBase = ground.inputs.versions[version].kpis[span.kpi]
    return kpi if like is None else kpi.model_copy(update={"window": like.window, "partial": like.partial})


def _meter(
    ground: Ground,
    span: Span,
    kpi: KpiBase,
    tier: tuple[int, Tier] | None,
    done: dict[str, Measurement],
    path: tuple[str, ...],
) -> Meter:
    if isinstance(kpi, Composite):
        parts = {}
        for part in kpi.of_kpis:
            if all(part not in version.kpis for version in ground.inputs.versions):
                raise AgreementError(
                    told(
                        "kpi_error.no_part",
                        "kpis.{kpi}: {part!r} is not a KPI of this agreement",
                        kpi=span.kpi,
                        part=part,
                    )
                )
            same = all(
                (version.kpis[part].window, version.kpis[part].partial) == (kpi.window, kpi.partial)
                for version in ground.inputs.versions
                if part in version.kpis
            )
            parts[part] = measure_kpi(ground, part, done, None if same else kpi, path)
        return CompositeMeter(parts, {part: Fraction(weight) for part, weight in kpi.of_kpis.items()})
    task: Task[Any] = Task(
        ground, span.kpi, kpi, span.versions[0], span.windows, tuple(edges(ground.inputs, kpi, span.windows))
    )

    def make() -> Meter:
        if isinstance(kpi, ShareInTarget):
            return share_meter(task, None if tier is None else tier[1])
        return METERS[kpi.kind](task)  # type: ignore[attr-defined]

    key = ("meter", span.kpi, span.versions[0], tier and tier[0], kpi.window.text, kpi.partial)
    return ground.meter(key, make) if ground.late is None else ground.late.meter(key, make(), kpi)


def _judged(ground: Ground, span: Span, kpi: KpiBase, meter: Meter) -> list[Judged]:
    blocked = blocked_windows(ground, span.versions[0], kpi, span.windows)
    return judge_windows(ground.inputs, kpi, meter, span.windows, blocked)


def _tiers(kpi: KpiBase) -> list[tuple[int, Tier]]:
    """(number from 1, tier)."""
    return list(enumerate(kpi.tiers, start=1)) if isinstance(kpi, ShareInTarget) else []
