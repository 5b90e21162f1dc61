"""Which rows a KPI looks at: the agreement's scope, its own `where` and `exclude`, and the group of each row."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl

from giao.core.agreement.document.agreement import Agreement
from giao.core.agreement.document.kpi import KpiBase
from giao.core.agreement.kpis.clock_names import ClockNames, Places, condition_of
from giao.core.agreement.kpis.ground import Ground, Integers, Mask
from giao.core.agreement.kpis.rows import NOBODY, Rows

SCOPE, WHERE, EXCLUDE = "scope", "where", "exclude"
"""Reasons. Rows out of scope or `where` are not members at all; excluded ones are, and say so."""


def scoped(ground: Ground, version: Agreement, kpi: KpiBase, rows: Rows) -> Rows:
    """The rows with those out of scope, outside `where` or under `exclude` taken out."""
    scope = ground.in_scope(version)
    if scope is not None and ground.n_cases:
        rows = rows.dropping((rows.case != NOBODY) & ~scope[rows.case], SCOPE)
    if kpi.where is not None:
        rows = rows.dropping(~holds_at(ground, kpi.where, places_of(rows)), WHERE)
    if kpi.exclude is not None:
        rows = rows.excluding(holds_at(ground, kpi.exclude, places_of(rows)), EXCLUDE)
    return rows


def places_of(rows: Rows) -> Places:
    """Where conditions about rows are read."""
    return Places(rows.event, rows.case, rows.instance, rows.clock)


def holds_at(ground: Ground, text: str, places: Places) -> Mask:
    """Whether a condition is true at each place; not so where there is no event, or where FEEL says null.

    One that reads no clock is read by `Matcher.holds_at`, one that reads clocks at these places.
    """
    if not ground.inputs.log.n_events:
        return np.zeros(len(places.event), dtype=bool)
    condition = condition_of(ground, text)
    there: Mask = places.event != NOBODY
    if not condition.reads_clocks:
        return ground.matcher.holds_at(text, places.event)
    clocks = ClockNames(ground, places)
    events = np.asarray(places.event, dtype=np.int64)
    told = ground.matcher.columns.read(condition, events, clocks.column, clocks.contexts(condition))
    return told.fill_null(False).to_numpy() & there


def grouped(ground: Ground, kpi: KpiBase, rows: Rows) -> Rows:
    """The rows with their group: the attribute as last set at the row's event. Not set is a group named ''."""
    return rows if kpi.by is None else in_groups(rows, ground.at_events(kpi.by, rows.event))


def in_groups(rows: Rows, values: pl.Series) -> Rows:
    """The rows grouped by a value each."""
    codes, labels = encode(values)
    return replace(rows, group=codes, labels=labels)


def encode(values: pl.Series) -> tuple[Integers, tuple[str, ...]]:
    """Values as positions in their sorted texts; null is ''."""
    kind = values.dtype
    if isinstance(kind, pl.Enum):
        codes = values.to_physical().cast(pl.Int64).fill_null(len(kind.categories)).to_numpy()
        names = [*kind.categories.to_list(), ""]
    else:
        texts = values.cast(pl.String).fill_null("")
        names = texts.unique().sort().to_list()
        codes = texts.cast(pl.Enum(names)).to_physical().cast(pl.Int64).to_numpy() if names else _NONE
    used = np.flatnonzero(np.bincount(codes, minlength=len(names)))
    labels = sorted({names[int(at)] for at in used})
    place = np.zeros(len(names), dtype=np.int64)
    for at in used:
        place[at] = labels.index(names[int(at)])
    return place[codes] if len(names) else _NONE, tuple(labels)


_NONE: Integers = np.empty(0, dtype=np.int64)
