"""`score`: the mean of answers, or NPS = % of 9 and above − % of 6 and below, from -100 to 100."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from giao.core.agreement.document.kpi import Score
from giao.core.agreement.errors import AgreementError
from giao.core.agreement.kpis.durations import NO_VALUE
from giao.core.agreement.kpis.fact_rows import counted_facts, fraction_values, past_facts, rows_of_facts
from giao.core.agreement.kpis.measured import RowMeter, mean_value
from giao.core.agreement.kpis.numbers import exact_values
from giao.core.agreement.kpis.roles import COUNTED
from giao.core.agreement.kpis.rows import BinnedRows, Rows, make_rows
from giao.core.agreement.kpis.statistics import Integers
from giao.core.agreement.kpis.task import Task
from giao.core.told import told

PROMOTER, DETRACTOR = 9, 6


def score_meter(task: Task[Score]) -> RowMeter:
    """Answers from facts `giao.fact.score` of a name, or from an attribute where an event sets it (or at `of`)."""
    kpi = task.kpi
    if kpi.attribute is not None:
        table = task.binned(_answers_in_log(task, kpi.attribute))
    else:
        table = BinnedRows(_answers_in_facts(task), task.edges)
    return RowMeter(table, mean_value, "number")


def _answers_in_facts(task: Task[Score]) -> Rows:
    name = task.kpi.fact
    if name is None:
        raise AgreementError(
            told(
                "kpi_error.score_source",
                "kpis.{name}: a score needs attribute (in the log) or fact (a series' name)",
                name=task.name,
            )
        )
    facts = [fact for fact in past_facts(task.ground, "fact.score") if str(fact.data["name"]) == name]
    value, scale, shown = fraction_values([fact.number("value") for fact in facts])
    found = rows_of_facts(task.ground, facts)
    return _as_scores(task.kpi, counted_facts(task, found, value, scale, shown))


def _answers_in_log(task: Task[Score], attribute: str) -> Rows:
    ground, kpi = task.ground, task.kpi
    if kpi.of is not None:
        found = task.counted(kpi.of)
        event, case, instance, at = found.event, found.case, found.instance, found.at
        values = ground.at_events(attribute, event)
    else:
        ground.current(attribute)
        column = ground.inputs.log.events([attribute])[attribute]
        event = np.flatnonzero(
            column.is_not_null().to_numpy() & (ground.times <= ground.inputs.as_of_us)
        ).astype(np.int64)
        case, at = ground.cases_of(event), ground.times[event]
        instance = np.arange(len(event), dtype=np.int64) - np.searchsorted(case, case)
        values = column.gather(event)
    value, scale, empty, _ = exact_values(attribute, values)
    rows = make_rows(at=at, role=COUNTED, case=case, instance=instance, event=event, value=value, scale=scale)
    return _as_scores(kpi, rows.excluding(empty, NO_VALUE))


def _as_scores(kpi: Score, rows: Rows) -> Rows:
    """For NPS every answer counts 100, 0 or -100, so that their mean is the score; the answer itself is shown."""
    if kpi.method == "mean" or rows.value is None:
        return rows
    answer: Integers = rows.value
    marks = np.where(
        answer >= PROMOTER * rows.scale, 100, np.where(answer <= DETRACTOR * rows.scale, -100, 0)
    )
    shown = rows.shown if rows.shown is not None else answer / rows.scale
    return replace(rows, value=marks.astype(np.int64), scale=1, shown=shown)
