"""From tallies to results: windows judged, levels and states, by the same steps as a whole reading takes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any

from giao.core.agreement.context import Inputs
from giao.core.agreement.document.kpi import Composite, KpiBase
from giao.core.agreement.kpis.combining import Judged, edges, judge_windows
from giao.core.agreement.kpis.composites import CompositeMeter
from giao.core.agreement.kpis.evaluate import METERS
from giao.core.agreement.kpis.finishing import Finding, finish
from giao.core.agreement.kpis.ground import Ground
from giao.core.agreement.kpis.measured import Meter
from giao.core.agreement.kpis.measurement import Measurement
from giao.core.agreement.kpis.spans import Span, spans
from giao.core.agreement.kpis.task import Task
from giao.core.agreement.kpis.tiers import join_tiers
from giao.core.agreement.live.counting import Counted
from giao.core.agreement.live.meters import LiveBacklog, LiveMeter, Present, live_meter
from giao.core.agreement.live.plan import PartKey, Plan, definition, of_facts, parts_alike, tiers_of
from giao.core.agreement.results import KpiResult, Window

Listed = Sequence[tuple[Span, KpiBase]]


@dataclass
class Figures:
    """Results of every KPI, each measured again only when something in it has changed."""

    plan: Plan
    parts: Mapping[PartKey, Counted]
    present: Present
    results: dict[str, tuple[KpiResult, ...]] = field(default_factory=dict)
    _today: date | None = None
    _listed: dict[tuple[str, str, str], Listed] = field(default_factory=dict)
    _meters: dict[tuple[Any, ...], Meter] = field(default_factory=dict)
    _told: dict[tuple[Any, ...], dict[str, tuple[Judged, KpiResult]]] = field(default_factory=dict)

    def refresh(
        self, inputs: Inputs, facts: Callable[[], Ground], changed: set[PartKey] | None
    ) -> list[KpiResult]:
        """The results that are new or different. `changed`: parts with other rows; None: everything is looked at again.

        `inputs`: versions, zone and instant; `facts`: makes a ground without cases, for what is computed from facts.
        """
        if inputs.today != self._today:
            self._today = inputs.today
            self._listed.clear()
            self._meters.clear()
            changed = None
        if changed is None:
            names = set(self.plan.names)
            self._told.clear()
        else:
            names = self._touched({key[0] for key in changed}, inputs)
        found: list[KpiResult] = []
        done: dict[str, Measurement] = {}
        for name in self.plan.names:
            if name not in names:
                continue
            told = self._measure(inputs, facts, name, done).results
            before = {result.window.id: result for result in self.results.get(name, ())}
            found += [result for result in told if before.get(result.window.id) != result]
            self.results[name] = told
        for counted in self.parts.values():
            for side in counted.sides:
                side.tallies.settle()
        return found

    def _touched(self, names: set[str], inputs: Inputs) -> set[str]:
        """KPIs in which something changed, those that time moves, and composites of them."""
        found = set(names)
        while True:
            more = {
                name
                for version in inputs.versions
                for name, kpi in version.kpis.items()
                if of_facts(kpi) or (isinstance(kpi, Composite) and found & set(kpi.of_kpis))
            }
            if more <= found:
                return found
            found |= more

    def _measure(
        self,
        inputs: Inputs,
        facts: Callable[[], Ground],
        name: str,
        done: dict[str, Measurement],
        like: KpiBase | None = None,
    ) -> Measurement:
        if like is None and name in done:
            return done[name]
        listed = self._spans(inputs, name, like)
        passes = [
            self._pass(inputs, facts, name, listed, at, done, like)
            for at in range(max([1, *(len(tiers_of(kpi)) for _, kpi in listed)]))
        ]
        measured = passes[0] if len(passes) == 1 else join_tiers(passes)
        if like is None:
            done[name] = measured
        return measured

    def _spans(self, inputs: Inputs, name: str, like: KpiBase | None) -> Listed:
        key = (name, *_key_of(like))
        if key not in self._listed:
            self._listed[key] = [
                (span, definition(inputs, name, span.versions[0], like)) for span in spans(inputs, name, like)
            ]
        return self._listed[key]

    def _pass(
        self,
        inputs: Inputs,
        facts: Callable[[], Ground],
        name: str,
        listed: Listed,
        at: int,
        done: dict[str, Measurement],
        like: KpiBase | None,
    ) -> Measurement:
        """One pass over the windows: by the tier at a position, or without tiers."""
        judged: list[Judged] = []
        results: list[KpiResult] = []
        findings: list[Finding] = []
        meters: list[Meter] = []
        alone = all(
            _alone(definition(inputs, name, version, like)) for span, _ in listed for version in span.versions
        )
        kept = self._told.setdefault((name, _key_of(like), at), {})
        for span, kpi in listed:
            tiers = tiers_of(kpi)
            tier = tiers[at] if at < len(tiers) else tiers[0] if tiers else None
            meter = self._meter(inputs, facts, span, kpi, tier and tier[0], done)
            level = None if tier is None else (tier[0], Fraction(tier[1].share))
            windows = self._to_judge(meter, span, kept) if alone else span.windows
            version_of = dict(zip(span.windows, span.versions, strict=True))
            for one in judge_windows(inputs, kpi, meter, windows, {}):
                version = version_of[one.window]
                own = definition(inputs, name, version, like)
                findings.append(Finding(name, one, version, own, meter.unit, level))
            meters += [meter] * len(span.windows)
        for finding, result in zip(findings, finish(inputs, findings), strict=True):
            kept[finding.judged.window.id] = (finding.judged, result)
        for window in (window for span, _ in listed for window in span.windows):
            judged.append(kept[window.id][0])
            results.append(kept[window.id][1])
        return Measurement(name, tuple(results), tuple(judged), tuple(meters))

    @staticmethod
    def _to_judge(meter: Meter, span: Span, kept: Mapping[str, tuple[Judged, KpiResult]]) -> Sequence[Window]:
        """Windows whose number may have changed; all where a group may have come or gone."""
        if not isinstance(meter, LiveMeter | LiveBacklog):
            return span.windows
        moved = any(side.tallies.moved for side in meter.of.sides)
        if moved and meter.of.part.kpi.by is not None:
            return span.windows
        return [window for window in span.windows if window.id not in kept or (moved and meter.stale(window))]

    def _meter(
        self,
        inputs: Inputs,
        facts: Callable[[], Ground],
        span: Span,
        kpi: KpiBase,
        tier: int | None,
        done: dict[str, Measurement],
    ) -> Meter:
        if isinstance(kpi, Composite):
            parts = {
                part: self._measure(
                    inputs, facts, part, done, None if parts_alike(inputs, kpi, part) else kpi
                )
                for part in kpi.of_kpis
            }
            return CompositeMeter(parts, {part: Fraction(weight) for part, weight in kpi.of_kpis.items()})
        if of_facts(kpi):
            instants = tuple(edges(inputs, kpi, span.windows))
            task: Task[Any] = Task(facts(), span.kpi, kpi, span.versions[0], span.windows, instants)
            return METERS[kpi.kind](task)  # type: ignore[attr-defined]
        key = (span.kpi, span.versions[0], tier)
        place = (*key, span.windows[0].id, span.windows[-1].id)
        if place not in self._meters:
            self._meters[place] = live_meter(self.parts[key], self.present, span.windows)
        return self._meters[place]


def _key_of(like: KpiBase | None) -> tuple[str, str]:
    return ("", "") if like is None else (like.window.text, like.partial)


def _alone(kpi: KpiBase) -> bool:
    """Whether a window's result says nothing of the other windows."""
    return kpi.low_volume != "carry" and kpi.smooth is None and kpi.baseline is None
