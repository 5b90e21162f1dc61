"""The last steps of every KPI: smooth, round, levels, state. The same for every kind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from giao.core.agreement.context import Inputs
from giao.core.agreement.document.kpi import KpiBase
from giao.core.agreement.kpis.combining import Judged
from giao.core.agreement.kpis.levels import NO_LEVELS, Levels, baseline_levels, document_levels, state
from giao.core.agreement.kpis.measured import Measured, Unit
from giao.core.agreement.kpis.statistics import round_half_even, smoothed, wilson
from giao.core.agreement.results import KpiResult, Window
from giao.core.agreement.windows import ONE_DAY, midnight_us


@dataclass(frozen=True)
class Finding:
    """A judged window with the version (position) and definition that measured it; `tier` (number, share)
    stands for the expected level: a `minimum` of the KPI holds for each tier's share."""

    name: str
    judged: Judged
    version: int
    kpi: KpiBase
    unit: Unit
    tier: tuple[int, Fraction] | None = None


def finish(inputs: Inputs, findings: Sequence[Finding]) -> list[KpiResult]:
    """Results of one KPI, in order of its windows."""
    raw = [finding.judged.measured.value for finding in findings]
    values = _final(findings, raw)
    labels = sorted({label for finding in findings for label in finding.judged.groups})
    by_group = {
        label: _final(findings, [_value(finding.judged.groups.get(label)) for finding in findings])
        for label in labels
    }
    results = []
    measured_so_far: list[Fraction] = []
    for at, finding in enumerate(findings):
        levels = _levels(inputs, finding, measured_so_far)
        provisional = is_provisional(inputs, finding.judged.window, finding.version)
        version = inputs.versions[finding.version].version
        result = _result(version, finding, finding.judged.measured, values[at], levels, provisional)
        result = _with_carry(result, finding.judged)
        groups = tuple(
            replace(
                _result(
                    version, finding, finding.judged.groups[label], by_group[label][at], levels, provisional
                ),
                group=label,
            )
            for label in labels
            if label in finding.judged.groups and _shows(finding.judged.groups[label])
        )
        results.append(replace(result, groups=groups))
        value = values[at]
        if value is not None and not provisional:
            measured_so_far.append(value)
    return results


def is_provisional(inputs: Inputs, window: Window, version: int) -> bool:
    """Whether a window has not ended, or not closed yet, at the reading's instant."""
    close = inputs.versions[version].close
    frozen = midnight_us(close.after(window.last + ONE_DAY), inputs.zone) + close.microseconds
    return max(window.end_us, frozen) > inputs.as_of_us


def _value(measured: Measured | None) -> Fraction | None:
    return None if measured is None else measured.value


def _shows(measured: Measured) -> bool:
    return bool(measured.n or measured.value is not None or measured.excluded or measured.overdue_open)


def _final(findings: Sequence[Finding], raw: list[Fraction | None]) -> list[Fraction | None]:
    """Smoothed, then rounded, each window as its own version says."""
    found: list[Fraction | None] = []
    for at, finding in enumerate(findings):
        value = raw[at]
        if finding.kpi.smooth is not None:
            value = smoothed(raw[: at + 1], finding.kpi.smooth)[-1]
        found.append(rounded(value, finding.kpi, finding.unit))
    return found


def rounded(value: Fraction | None, kpi: KpiBase, unit: Unit) -> Fraction | None:
    """As the document says, half-even, a share in percent; as it is where the document says nothing."""
    if value is None or kpi.round is None:
        return value
    return (
        round_half_even(value * 100, kpi.round) / 100
        if unit == "share"
        else round_half_even(value, kpi.round)
    )


def _levels(inputs: Inputs, finding: Finding, measured: Sequence[Fraction]) -> Levels:
    levels = document_levels(inputs.versions[finding.version], finding.name, finding.judged.window.first)
    if finding.tier is not None:
        number, share = finding.tier
        return Levels(share, levels.minimum, f"tier:{number}")
    if levels.none and finding.kpi.baseline is not None:
        return baseline_levels(finding.kpi.baseline, measured, finding.kpi.direction)
    return levels


def _result(
    version: int,
    finding: Finding,
    measured: Measured,
    value: Fraction | None,
    levels: Levels,
    provisional: bool,
) -> KpiResult:
    allowed = measured.note == "one_miss_allowed"
    verdict = state(value, NO_LEVELS if allowed else levels, finding.kpi.direction)
    bounds = None
    if measured.of_cases and measured.numerator is not None and finding.kpi.smooth is None:
        bounds = wilson(int(measured.numerator), measured.n)
    return KpiResult(
        kpi=finding.name,
        window=finding.judged.window,
        n=measured.n,
        value=value,
        state=verdict,
        expected=levels.expected,
        minimum=levels.minimum,
        unit=finding.unit,
        provisional=provisional,
        low=bounds[0] if bounds else None,
        high=bounds[1] if bounds else None,
        overdue_open=measured.overdue_open,
        misses=measured.misses,
        numerator=measured.numerator,
        denominator=measured.denominator,
        excluded=tuple(measured.excluded.items()),
        version=version,
        note=measured.note,
        levels_from=levels.origin,
        strata=measured.strata,
    )


def _with_carry(result: KpiResult, judged: Judged) -> KpiResult:
    return replace(result, carried=judged.carried_in, carried_out=judged.carried_out)
