"""From the number of a window to the number that is judged: groups, months of a quarter, low volume."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from giao.core.agreement.context import Inputs
from giao.core.agreement.document.kpi import KpiBase, WindowSpec
from giao.core.agreement.kpis.measured import Measured, Meter
from giao.core.agreement.kpis.statistics import fraction, mean, weighted_mean
from giao.core.agreement.results import Window
from giao.core.agreement.windows import windows as windows_of

LOW_VOLUME, ONE_MISS, CARRIED_ON = "low_volume", "one_miss_allowed", "carried_on"


@dataclass(frozen=True)
class Judged:
    """What one window judges.

    judged_from  instant where its cases begin, when earlier ones were carried into it
    handed_on    its cases are judged by a later window
    allowed      the one miss that a low volume allows
    """

    window: Window
    measured: Measured
    groups: Mapping[str, Measured] = field(default_factory=dict)
    judged_from: int | None = None
    handed_on: bool = False
    carried_in: int = 0
    carried_out: int = 0
    allowed: bool = False


def months_in(inputs: Inputs, kpi: KpiBase, window: Window) -> list[Window]:
    """The months of a window that have begun, cut as the KPI cuts its windows."""
    return windows_of(
        WindowSpec(unit="month"),
        window.first,
        window.last,
        inputs.zone,
        until=inputs.today,
        partial=kpi.partial if kpi.partial != "skip" else "cut",
    )


def edges(inputs: Inputs, kpi: KpiBase, listed: Iterable[Window]) -> list[int]:
    """Every instant at which a number may begin or end."""
    found = []
    for window in listed:
        found += [window.start_us, window.end_us]
        if kpi.mean_of is not None:
            for month in months_in(inputs, kpi, window):
                found += [month.start_us, month.end_us]
    return found


def judge_windows(
    inputs: Inputs, kpi: KpiBase, meter: Meter, listed: Sequence[Window], blocked: Mapping[str, str]
) -> list[Judged]:
    """Every window of a KPI, in order. `blocked`: windows without a result by a relief, with its reason."""
    found: list[Judged] = []
    pending: tuple[int, int] | None = None
    for window in listed:
        if window.id in blocked:
            own = _whole(inputs, kpi, meter, window)
            found.append(Judged(window, replace(own, value=None, note=blocked[window.id])))
            pending = None
            continue
        judged, pending = _judge(inputs, kpi, meter, window, pending)
        found.append(judged)
    return found


def _judge(
    inputs: Inputs, kpi: KpiBase, meter: Meter, window: Window, pending: tuple[int, int] | None
) -> tuple[Judged, tuple[int, int] | None]:
    """One window, and what it hands on: (where its cases begin, how many)."""
    own = _whole(inputs, kpi, meter, window)
    if kpi.low_volume != "carry" or not meter.counted or kpi.minimum_volume is None:
        whole = _low_volume(kpi, meter, own)
        allowed = whole.note == ONE_MISS
        return Judged(window, whole, _groups(kpi, meter, window), allowed=allowed), None
    start, waiting = pending or (window.start_us, 0)
    widened = replace(window, start_us=start)
    pooled = own if pending is None else _whole(inputs, kpi, meter, widened)
    pooled = replace(pooled, excluded=own.excluded)
    if pooled.n < kpi.minimum_volume:
        empty = Measured(
            excluded=own.excluded, overdue_open=own.overdue_open, note=CARRIED_ON if pooled.n else LOW_VOLUME
        )
        judged = Judged(window, empty, {}, start if pending else None, handed_on=True, carried_out=pooled.n)
        return judged, (start, pooled.n)
    return (
        Judged(
            window,
            pooled,
            {label: meter.measure(widened, label) for label in meter.labels},
            judged_from=start if pending else None,
            carried_in=waiting,
        ),
        None,
    )


def _low_volume(kpi: KpiBase, meter: Meter, measured: Measured) -> Measured:
    """No data below the minimum volume, or one miss allowed. A mean of groups asks each group for its volume."""
    of_groups = kpi.by is not None and kpi.across != "pooled"
    return measured if of_groups else _enough(kpi, meter, measured)


def _groups(kpi: KpiBase, meter: Meter, window: Window) -> dict[str, Measured]:
    return {label: _enough(kpi, meter, meter.measure(window, label)) for label in meter.labels}


def _enough(kpi: KpiBase, meter: Meter, measured: Measured) -> Measured:
    if kpi.minimum_volume is None or not meter.counted or measured.n >= kpi.minimum_volume:
        return measured
    if kpi.low_volume == "carry":
        return measured
    if kpi.low_volume == "allow_one":
        return replace(measured, note=ONE_MISS) if measured.n and measured.misses <= 1 else measured
    return replace(measured, value=None, note=LOW_VOLUME)


def _whole(inputs: Inputs, kpi: KpiBase, meter: Meter, window: Window) -> Measured:
    """The number of a window over its months and groups; n and misses always count the window's own cases."""
    if kpi.mean_of is None:
        return _across(kpi, meter, window)
    whole = meter.measure(window)
    values = [
        month.value
        for month in (_across(kpi, meter, part) for part in months_in(inputs, kpi, window))
        if month.value is not None
    ]
    return replace(
        whole,
        value=mean(values),
        numerator=sum(values, Fraction(0)),
        denominator=Fraction(len(values)),
        of_cases=False,
    )


def _across(kpi: KpiBase, meter: Meter, window: Window) -> Measured:
    whole = meter.measure(window)
    if kpi.by is None or kpi.across == "pooled":
        return whole
    groups = _groups(kpi, meter, window)
    values = {label: found.value for label, found in groups.items() if found.value is not None}
    if kpi.across == "worst":
        pick = min if kpi.direction == "higher" else max
        value = pick(values.values(), default=None)
    elif kpi.across == "mean":
        value = mean(values.values())
    else:
        weights = {label: fraction(weight) for label, weight in kpi.weights.items()}
        value = weighted_mean((found, weights.get(label, Fraction(0))) for label, found in values.items())
    return replace(whole, value=value, numerator=None, denominator=None, of_cases=False)
