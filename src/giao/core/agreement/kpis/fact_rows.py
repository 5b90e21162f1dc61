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
from giao.core.agreement.kpis.ground import Ground, Integers
from giao.core.agreement.kpis.roles import COUNTED
from giao.core.agreement.kpis.rows import NOBODY, Codes, Rows, make_rows
from giao.core.agreement.kpis.scoping import EXCLUDE, SCOPE, WHERE, holds_at, in_groups
from giao.core.agreement.kpis.task import Task
from giao.core.rules import compile_rule


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
    """A condition on each fact: its own fields, and the attributes of its case as last set before it."""
    names = set(ground.matcher.schema)
    own = set().union(*(set(fact.data) for fact in found.facts)) if found.facts else set()
    rule = compile_rule(text, names={*names, *own})
    needed = sorted(rule.names & names - own) if rule.names else []
    if not rule.names & own and found.facts:
        return holds_at(ground, text, found.event)
    columns: dict[str, list[Any]] = {
        name: ground.at_events(name, found.event).to_list()
        for name in needed
        if name in ground.inputs.log.columns
    }
    result = np.zeros(len(found.facts), dtype=bool)
    for at, fact in enumerate(found.facts):
        context = {name: _feel(values[at]) for name, values in columns.items()}
        context |= {name: _feel(value) for name, value in fact.data.items()}
        result[at] = rule.evaluate(context) is True
    return result


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
