"""What a live reading keeps of each KPI: the ways in which rows are counted, and over which edges.

A part is one way of counting: a KPI as one version (and one tier) has it. Windows of several lengths share a part.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from giao.core.agreement.context import Inputs
from giao.core.agreement.document.kpi import (
    Availability,
    Composite,
    Duty,
    KpiBase,
    Rate,
    Ratio,
    Score,
    ShareInTarget,
    Statistic,
    Tier,
)
from giao.core.agreement.kpis.combining import edges
from giao.core.agreement.kpis.spans import Span, kpi_names, spans
from giao.core.agreement.names import CLOCK, clocks_read, read_condition, with_clocks
from giao.core.agreement.results import Window
from giao.core.agreement.windows import ONE_DAY, midnight_us
from giao.core.rules import Type, nodes

PartKey = tuple[str, int, int | None]
"""KPI, position of the version, number of the tier (from 1)."""

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Part:
    """`edges`: every instant at which one of its numbers may begin or end; `ends`: of its windows; over the whole term."""

    key: PartKey
    kpi: KpiBase
    tier: Tier | None
    edges: Ints
    ends: tuple[Window, ...]


@dataclass(frozen=True)
class Plan:
    """names: KPIs in the document's order; boundaries: instants at which a window ends or is frozen, sorted."""

    names: tuple[str, ...]
    parts: Mapping[PartKey, Part]
    boundaries: tuple[int, ...]
    clocks_at_due: frozenset[str]
    clocks_watched: frozenset[str]
    """Clocks whose instances, while open, change a number by their age: a condition reads it."""
    values: frozenset[str]
    """Attributes that are summed or ranked."""
    groups: frozenset[str]
    """Attributes that name groups or strata."""


def tiers_of(kpi: KpiBase) -> list[tuple[int, Tier]]:
    """(number from 1, tier)."""
    return list(enumerate(kpi.tiers, start=1)) if isinstance(kpi, ShareInTarget) else []


def parts_alike(inputs: Inputs, kpi: Composite, part: str) -> bool:
    """Whether a part of a composite is measured over the composite's windows anyway."""
    return all(
        (version.kpis[part].window, version.kpis[part].partial) == (kpi.window, kpi.partial)
        for version in inputs.versions
        if part in version.kpis
    )


def definition(inputs: Inputs, name: str, version: int, like: KpiBase | None) -> KpiBase:
    """The KPI as a version has it, over the windows of another one if so asked."""
    kpi: KpiBase = inputs.versions[version].kpis[name]
    return kpi if like is None else kpi.model_copy(update={"window": like.window, "partial": like.partial})


def whole_term(inputs: Inputs) -> Inputs:
    """The inputs as of the end of the term, so that every window has begun."""
    end = midnight_us(inputs.term_end + ONE_DAY, inputs.zone)
    return replace(inputs, as_of_us=max(end, inputs.as_of_us))


def plan_of(inputs: Inputs, schema: Mapping[str, Type]) -> Plan:
    """What a live reading of these versions keeps. `schema`: names that conditions may read."""
    far = whole_term(inputs)
    names = tuple(kpi_names(far))
    found: dict[PartKey, tuple[KpiBase, Tier | None, set[int], dict[int, Window]]] = {}
    boundaries: set[int] = set()
    for name, like in _listed(far, names):
        for span in spans(far, name, like):
            kpi = definition(far, name, span.versions[0], like)
            boundaries |= _boundaries(far, span)
            if isinstance(kpi, Composite):
                continue
            tiers: list[tuple[int | None, Tier | None]] = [*tiers_of(kpi)]
            for number, tier in tiers or [(None, None)]:
                key = (name, span.versions[0], number)
                _, _, instants, ends = found.setdefault(key, (kpi, tier, set(), {}))
                instants.update(edges(far, kpi, span.windows))
                ends.update({window.end_us: window for window in span.windows})
    every = [kpi for version in far.versions for kpi in version.kpis.values()]
    clocks = [name for version in far.versions for name in version.clocks]
    return Plan(
        names=names,
        parts={
            key: Part(
                key, kpi, tier, np.array(sorted(instants), np.int64), tuple(ends[at] for at in sorted(ends))
            )
            for key, (kpi, tier, instants, ends) in found.items()
        },
        boundaries=tuple(sorted(boundaries)),
        clocks_at_due=frozenset(_at_due(every)),
        clocks_watched=frozenset(_watched(every, schema, clocks)),
        values=frozenset(_values(every)),
        groups=frozenset(name for kpi in every for name in (kpi.by, getattr(kpi, "strata", None)) if name),
    )


def of_facts(kpi: KpiBase) -> bool:
    """Whether a KPI is computed from facts that name no case, each time anew: it is cheap, and time moves it."""
    return isinstance(kpi, Availability | Duty)


def _listed(inputs: Inputs, names: Sequence[str]) -> Iterator[tuple[str, KpiBase | None]]:
    """Every KPI over its own windows, and parts of composites over those of the composite."""
    done: set[tuple[str, str, str]] = set()
    todo: list[tuple[str, KpiBase | None]] = [(name, None) for name in names]
    while todo:
        name, like = todo.pop()
        key = (name, "" if like is None else like.window.text, "" if like is None else like.partial)
        if key in done:
            continue
        done.add(key)
        yield name, like
        for position, version in enumerate(inputs.versions):
            if name not in version.kpis:
                continue
            kpi = definition(inputs, name, position, like)
            if isinstance(kpi, Composite):
                todo += [
                    (part, None if parts_alike(inputs, kpi, part) else kpi)
                    for part in kpi.of_kpis
                    if any(part in each.kpis for each in inputs.versions)
                ]


def _boundaries(inputs: Inputs, span: Span) -> set[int]:
    found = set()
    for window, version in zip(span.windows, span.versions, strict=True):
        close = inputs.versions[version].close
        found.add(window.end_us)
        found.add(midnight_us(close.after(window.last + ONE_DAY), inputs.zone) + close.microseconds)
    return found


def _at_due(kpis: Sequence[KpiBase]) -> Iterator[str]:
    for kpi in kpis:
        if isinstance(kpi, ShareInTarget | Statistic) and kpi.clock and kpi.count_at == "due":
            yield kpi.clock


def _values(kpis: Sequence[KpiBase]) -> Iterator[str]:
    for kpi in kpis:
        if isinstance(kpi, Statistic | Score) and kpi.attribute:
            yield kpi.attribute
        if isinstance(kpi, Rate) and kpi.weigh:
            yield kpi.weigh
        if isinstance(kpi, Ratio):
            yield from (side.sum for side in (kpi.numerator, kpi.denominator) if side.sum)


_CHANGING = frozenset({"consumed", "due"})
"""Parts of an open instance that move with the clock on the wall."""


def _watched(kpis: Sequence[KpiBase], schema: Mapping[str, Type], clocks: Sequence[str]) -> Iterator[str]:
    known = with_clocks(schema, dict.fromkeys(clocks))
    for kpi in kpis:
        for text in (getattr(kpi, name, None) for name in ("where", "exclude", "good", "bad")):
            if not text:
                continue
            tree = read_condition(text, known).tree
            named = clocks_read(tree)
            for clock, place in named:
                read = {n.name for n in nodes.walk(tree) if isinstance(n, nodes.Path) and n.source is place}
                if not read or read & _CHANGING:
                    yield clock
            whole = [n for n in nodes.walk(tree) if isinstance(n, nodes.Name) and n.name == CLOCK]
            if len(whole) > len(named):
                yield from clocks
