"""Every KPI of an agreement over a log: results in the document's order, and the cases behind each number."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
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
from giao.core.agreement.kpis.ground import Ground
from giao.core.agreement.kpis.measured import Meter
from giao.core.agreement.kpis.measurement import Measurement
from giao.core.agreement.kpis.outcome import KpiOutcome
from giao.core.agreement.kpis.rates import rate_meter, volume_meter
from giao.core.agreement.kpis.ratios import ratio_meter
from giao.core.agreement.kpis.relieving import blocked_windows
from giao.core.agreement.kpis.samples import sample_meter
from giao.core.agreement.kpis.scores import score_meter
from giao.core.agreement.kpis.shares import join_tiers, share_meter
from giao.core.agreement.kpis.spans import Span, kpi_names, spans
from giao.core.agreement.kpis.task import Task
from giao.core.agreement.patterns import Matcher
from giao.core.agreement.relief import Pending

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
    names = [name for name in kpi_names(inputs) if only is None or name in only]
    measured = _measure(ground, names)
    if not with_pending:

        def again(ids: frozenset[str], clocks_change: bool) -> Mapping[str, Measurement]:
            paused = evaluate_clocks(inputs, matcher, with_pending=ids) if clocks_change else clocks
            return _measure(Ground(inputs, matcher, paused, ids), names)

        measured = with_claims(ground, measured, again)
    return KpiOutcome(ground, measured)


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
        raise AgreementError(f"kpis.{name}: a composite of itself: {' → '.join((*path, name))}")
    found: list[Measurement] = []
    for tier in _tiers(ground, name):
        findings: list[Finding] = []
        meters: list[Meter] = []
        for span in spans(ground.inputs, name, like):
            kpi = _definition(ground, span, like)
            meter = _meter(ground, span, kpi, tier, done, (*path, name))
            for judged, version in zip(_judged(ground, span, kpi, meter), span.versions, strict=True):
                own = _definition(ground, replace(span, versions=(version,)), like)
                findings.append(Finding(name, judged, version, own, meter.unit, _tier_level(tier)))
                meters.append(meter)
        results = finish(ground.inputs, findings)
        judged_windows = tuple(finding.judged for finding in findings)
        found.append(Measurement(name, tuple(results), judged_windows, tuple(meters)))
    measured = found[0] if len(found) == 1 else _joined(ground, name, found)
    if like is None:
        done[name] = measured
    return measured


def _definition(ground: Ground, span: Span, like: KpiBase | None) -> KpiBase:
    """The KPI as the first version of the span has it, over the windows of another one if so asked."""
    kpi: KpiBase = ground.inputs.versions[span.versions[0]].kpis[span.kpi]
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
                raise AgreementError(f"kpis.{span.kpi}: {part!r} is not a KPI of this agreement")
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
    if isinstance(kpi, ShareInTarget):
        return share_meter(task, None if tier is None else tier[1])
    return METERS[kpi.kind](task)  # type: ignore[attr-defined]


def _judged(ground: Ground, span: Span, kpi: KpiBase, meter: Meter) -> list[Judged]:
    blocked = blocked_windows(ground, span.versions[0], kpi, span.windows)
    return judge_windows(ground.inputs, kpi, meter, span.windows, blocked)


def _tiers(ground: Ground, name: str) -> list[tuple[int, Tier] | None]:
    """(number from 1, tier) of a KPI with tiers; else one pass without. The latest version that has it says so."""
    for version in reversed(ground.inputs.versions):
        kpi = version.kpis.get(name)
        if kpi is not None:
            tiers = kpi.tiers if isinstance(kpi, ShareInTarget) else []
            return list(enumerate(tiers, start=1)) or [None]
    return [None]


def _tier_level(tier: tuple[int, Tier] | None) -> tuple[int, Fraction] | None:
    return None if tier is None else (tier[0], Fraction(tier[1].share))


def _joined(ground: Ground, name: str, tiers: Sequence[Measurement]) -> Measurement:
    """One measurement from those of its tiers; the cases behind a window are those of the tier that decides it."""
    results = join_tiers([tier.results for tier in tiers])
    judged, meters = [], []
    for at, result in enumerate(results):
        deciding = tiers[int(result.levels_from.removeprefix("tier:")) - 1]
        judged.append(deciding.judged[at])
        meters.append(deciding.meters[at])
    return Measurement(name, tuple(results), tuple(judged), tuple(meters))
