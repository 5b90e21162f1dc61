"""`sampled_rate`: good ÷ inspected, over inspected cases only; strata weighted by what was delivered of each.

A sampled case belongs to the window of its delivery, whenever it is inspected; its first inspection counts. A stratum
of which nothing was inspected says nothing: the others are weighted among themselves, and the result says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from giao.core.agreement.document.kpi import SampledRate
from giao.core.agreement.kpis.clock_names import Places
from giao.core.agreement.kpis.fact_rows import FactRows, fact_condition, past_facts, rows_of_facts
from giao.core.agreement.kpis.measured import Measured, RowMeter, share
from giao.core.agreement.kpis.roles import MET, MISSED, POPULATION
from giao.core.agreement.kpis.rows import NOBODY, Cell, make_rows
from giao.core.agreement.kpis.scoping import encode, holds_at
from giao.core.agreement.kpis.statistics import weighted_mean
from giao.core.agreement.kpis.task import Task
from giao.core.agreement.results import Stratum

NOT_INSPECTED, STRATUM_LEFT_OUT = "not_inspected", "stratum_left_out"


def sample_meter(task: Task[SampledRate]) -> RowMeter:
    """Every delivered case is in the population; those inspected are counted."""
    ground = task.ground
    found = task.counted("delivered")
    verdict = inspections(task)[found.case]
    role = np.select([verdict == 1, verdict == 0], [MET, MISSED], POPULATION).astype(np.int8)
    rows = make_rows(at=found.at, role=role, case=found.case, instance=found.instance, event=found.event)
    table = task.binned(rows.moved(role == POPULATION, POPULATION, NOT_INSPECTED))
    if task.kpi.strata is None:
        return RowMeter(table, share)
    codes, labels = encode(ground.at_events(task.kpi.strata, found.event))
    return RowMeter(table, Stratified(codes, labels))


def inspections(task: Task[SampledRate]) -> npt.NDArray[np.int8]:
    """1 good, 0 not good, -1 not inspected, for every case of the log. Events come before facts."""
    ground, kpi = task.ground, task.kpi
    verdict = np.full(ground.n_cases, -1, dtype=np.int8)
    facts = past_facts(ground, "fact.inspection")
    if facts:
        found = rows_of_facts(ground, facts)
        known = np.flatnonzero(found.case != NOBODY)[::-1]
        if len(known):
            told = FactRows(
                tuple(found.facts[at] for at in known), found.case[known], found.event[known], found.at[known]
            )
            # In reverse, so that the first inspection of a case is the one that stays.
            verdict[told.case] = fact_condition(ground, kpi.good, told)
    events = ground.events(kpi.inspected)
    if len(events):
        cases = ground.cases_of(events)
        first = np.flatnonzero(np.diff(cases, prepend=-1))
        verdict[cases[first]] = holds_at(ground, kpi.good, Places(events[first], cases[first]))
    return verdict


@dataclass(frozen=True)
class Stratified:
    """Each stratum's share, weighted by its delivered population: a formula over the rows of a cell."""

    codes: npt.NDArray[np.int64]
    labels: tuple[str, ...]

    def __call__(self, cell: Cell) -> Measured:
        index = cell.index
        role = cell.table.rows.role[index]
        codes = self.codes[index]

        def by_stratum(*roles: int) -> npt.NDArray[np.int64]:
            return np.bincount(codes[np.isin(role, roles)], minlength=len(self.labels))

        population = by_stratum(MET, MISSED, POPULATION)
        inspected, good = by_stratum(MET, MISSED), by_stratum(MET)
        strata = tuple(
            Stratum(label, int(population[at]), int(inspected[at]), int(good[at]))
            for at, label in enumerate(self.labels)
            if population[at]
        )
        return of_strata(strata, cell.n, cell.misses)


def of_strata(strata: tuple[Stratum, ...], n: int, misses: int) -> Measured:
    """The shares of the strata, weighted; those of which nothing was inspected are left out, and that is told."""
    value = weighted_mean(
        (Fraction(s.good, s.inspected), Fraction(s.population)) for s in strata if s.inspected
    )
    silent = any(not s.inspected for s in strata)
    return Measured(
        value,
        n,
        misses,
        strata=strata,
        note=STRATUM_LEFT_OUT if silent and value is not None else "",
    )
