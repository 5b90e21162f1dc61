"""Facts as rows of a KPI: answers, measures, inspections. A fact may name its case, and carries fields of its own."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from giao.core.agreement.facts import Fact
from giao.core.agreement.kpis.clock_names import ClockNames, Places
from giao.core.agreement.kpis.ground import Ground, Integers
from giao.core.agreement.kpis.roles import COUNTED
from giao.core.agreement.kpis.rows import NOBODY, Codes, Rows, make_rows
from giao.core.agreement.kpis.scoping import EXCLUDE, SCOPE, WHERE, holds_at, in_groups
from giao.core.agreement.kpis.task import Task
from giao.core.agreement.names import compile_condition, read_condition, with_clocks
from giao.core.rules import type_named


@dataclass(frozen=True)
class FactRows:
    """Facts with their case (row of the log, NOBODY when they name none) and the case's last event before them."""

    facts: tuple[Fact, ...]
    case: Codes
    event: Codes
    at: Integers


def past_facts(ground: Ground, kind: str) -> list[Fact]:
    """Facts of a type that have happened at the reading's instant."""
    return [fact for fact in ground.inputs.facts.of(kind) if fact.time_us <= ground.inputs.as_of_us]


def rows_of_facts(ground: Ground, facts: Sequence[Fact]) -> FactRows:
    case = np.array([case_of(ground, fact.data.get("case")) for fact in facts], dtype=np.int64)
    at = np.array([fact.time_us for fact in facts], dtype=np.int64)
    event = np.full(len(case), NOBODY, dtype=np.int64)
    known = np.flatnonzero(case != NOBODY)
    if len(known):
        event[known] = ground.event_before(case[known], at[known] + 1)
    return FactRows(tuple(facts), case, event, at)


def case_of(ground: Ground, case_id: Any) -> int:
    """Row of a case in the log, by its id; NOBODY for none or one that the log does not have."""
    if case_id is None:
        return NOBODY
    ids = ground.inputs.log.case_ids
    at = int(ids.search_sorted(str(case_id)))
    return at if at < len(ids) and ids[at] == str(case_id) else NOBODY


def fraction_values(values: Sequence[Decimal]) -> tuple[Integers, int, npt.NDArray[np.float64]]:
    """Decimals as integers over their common scale, and as floats to be shown."""
    scale = math.lcm(1, *(Fraction(value).denominator for value in values))
    whole = np.array([int(Fraction(value) * scale) for value in values], dtype=np.int64)
    return whole, scale, np.array([float(value) for value in values], dtype=np.float64)


def counted_facts(
    task: Task[Any],
    found: FactRows,
    value: Integers | None = None,
    scale: int = 1,
    shown: npt.NDArray[np.float64] | None = None,
) -> Rows:
    """Facts as counted rows, with `where`, `exclude` and `by` read from the fact's own fields before the case's."""
    rows = make_rows(
        at=found.at,
        role=COUNTED,
        case=found.case,
        instance=np.arange(len(found.at), dtype=np.int64),
        event=found.event,
        value=value,
        scale=scale,
        shown=shown,
    )
    kpi = task.kpi
    scope = task.ground.in_scope(task.agreement)
    if scope is not None and task.ground.n_cases:
        rows = rows.dropping((rows.case != NOBODY) & ~scope[rows.case], SCOPE)
    if kpi.where is not None:
        rows = rows.dropping(~fact_condition(task.ground, kpi.where, found), WHERE)
    if kpi.exclude is not None:
        rows = rows.excluding(fact_condition(task.ground, kpi.exclude, found), EXCLUDE)
    rows = task.relieved(rows)
    if kpi.by is None:
        return rows
    own = [None if fact.data.get(kpi.by) is None else str(fact.data[kpi.by]) for fact in found.facts]
    of_case: list[str | None] = [None] * len(own)
    if kpi.by in task.ground.inputs.log.columns:
        of_case = task.ground.at_events(kpi.by, found.event).cast(pl.String).to_list()
    labels = [mine if mine is not None else other for mine, other in zip(own, of_case, strict=True)]
    return in_groups(rows, pl.Series(labels, dtype=pl.String))


def fact_condition(ground: Ground, text: str, found: FactRows) -> npt.NDArray[np.bool_]:
    """A condition on each fact: its own fields, and the names of its case as of the last event before it."""
    if not found.facts:
        return np.zeros(0, dtype=bool)
    own = ground.inputs.facts.fields(found.facts[0].type)
    places = Places(found.event, found.case)
    read = read_condition(text, {**ground.matcher.schema, **dict.fromkeys(own, type_named("any"))}).names
    if not read & own:
        return holds_at(ground, text, places)
    known = with_clocks(ground.matcher.schema, ground.clocks)
    # A field that only some facts have is the case's attribute for the others; one that none has yet is null.
    names = sorted(read & own | read - known.keys())
    condition = compile_condition(text, {**known, **dict.fromkeys(names, type_named("any"))})
    clocks = ClockNames(ground, places)
    of_case = {name: _of_case(ground, name, found) for name in names}
    contexts: dict[str, list[Any]] = {}
    for name in names:
        values = [_feel(fact.data.get(name, of_case[name][at])) for at, fact in enumerate(found.facts)]
        contexts[name if name in condition.rule.names else f"@{name}"] = values
    events = np.asarray(found.event, dtype=np.int64)
    told = ground.matcher.columns.read(
        condition, events, clocks.column, {**contexts, **clocks.contexts(condition)}
    )
    return told.fill_null(False).to_numpy()


def _of_case(ground: Ground, name: str, found: FactRows) -> list[Any]:
    known = name in ground.inputs.log.columns
    return ground.at_events(name, found.event).to_list() if known else [None] * len(found.facts)


def _feel(value: Any) -> Any:
    """A value of a fact or attribute as a rule takes it: exact numbers, lists and maps inside out."""
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int | float):
        return Decimal(str(value))
    if isinstance(value, Mapping):
        return {str(key): _feel(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_feel(item) for item in value]
    return value
