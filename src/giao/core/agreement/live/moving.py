"""What moves by time alone: at which instants a case has to be looked at again, and which cases at every instant.

An instant that is told too early, or in vain, costs a look and changes nothing; none is told too late:

- an open instance becomes overdue after its due, when its calendar is open again; it is at risk a warning before;
- a result counted at the due comes into play when that is reached, also where the stop came before;
- an event, or a fact, that lies in the future happens, or becomes known;
- a case grows too old for a backlog; every open case is looked at when a window ends (what was open then, is told by then);
- conditions that read how much an open instance has consumed, reliefs that end or begin later, targets that share one
  budget (`proportional`), tiers with budgets of their own: such cases are looked at at every instant until they are over.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from giao.core.agreement.clocks import ClockTable
from giao.core.agreement.document.kpi import ShareInTarget
from giao.core.agreement.kpis.ground import NEVER, Ground
from giao.core.agreement.kpis.shares import clock_with_budget
from giao.core.agreement.live.plan import Plan
from giao.core.calendars.errors import HorizonError

Ints = npt.NDArray[np.int64]
Pair = tuple[Ints, Ints]


@dataclass(frozen=True)
class Marks:
    """`at` and `case` (rows of the ground's log) aligned; `restless`: cases to look at at every instant.

    everyone  a relief of all cases begins or ends later: nothing can be told case by case
    """

    at: Ints
    case: Ints
    restless: frozenset[int]
    everyone: bool = False


def marks_of(ground: Ground, plan: Plan, old: Iterable[Pair], warning_us: int) -> Marks:
    """When the cases of a ground change by time alone, after its instant. `old`: (case, instant) of growing too old."""
    as_of = ground.inputs.as_of_us
    restless: set[int] = set()
    pairs = [
        *_of_clocks(ground, plan, warning_us, restless),
        *_of_tiers(ground, plan, restless),
        *old,
        _of_events(ground),
    ]
    everyone = _of_reliefs(ground, restless)
    case = np.concatenate([np.asarray(part[0], np.int64) for part in pairs])
    at = np.concatenate([np.asarray(part[1], np.int64) for part in pairs])
    later = (at > as_of) & (at < NEVER)
    return Marks(at[later], case[later], frozenset(restless), everyone)


def _of_clocks(ground: Ground, plan: Plan, warning_us: int, restless: set[int]) -> Iterator[Pair]:
    as_of = ground.inputs.as_of_us
    for name, table in ground.clocks.items():
        columns = ground.clock(name)
        case = columns.case.astype(np.int64)
        is_open = columns.stopped == NEVER
        waits = is_open & ~columns.state["breached"] & ~columns.state["paused"]
        known = columns.due != NEVER
        yield case[waits & known], columns.due[waits & known]
        if warning_us:
            yield case[waits & known], columns.due[waits & known] - warning_us
        if name in plan.clocks_at_due:
            yield case[known], columns.due[known]
        if name in plan.clocks_watched:
            restless |= set(case[is_open].tolist())
        unsure = waits & ~known & table.frame["budget_us"].is_not_null().to_numpy()
        restless |= set(case[unsure].tolist())
        ripe = np.flatnonzero(waits & known & (columns.due <= as_of))
        if len(ripe):
            yield _ripe(table, ripe, as_of, restless)


def _ripe(table: ClockTable, rows: Ints, as_of_us: int, restless: set[int]) -> Pair:
    """Instances whose budget is used up to the microsecond: they are over at the first further open microsecond."""
    cases, instants = [], []
    columns = table.frame[pl.Series(rows)].select("case", "version", "target", "consumed_us", "budget_us")
    for case, version, target, consumed, budget in columns.iter_rows():
        program = table.plan.programs[version]
        if program is None or target < 0 or program.reclassify == "proportional":
            restless.add(case)
            continue
        try:
            at = program.targets[target].measure.add(as_of_us, budget - consumed + 1)
        except HorizonError:
            restless.add(case)
            continue
        cases.append(case)
        instants.append(max(at, as_of_us + 1))
    return np.array(cases, np.int64), np.array(instants, np.int64)


def _of_tiers(ground: Ground, plan: Plan, restless: set[int]) -> Iterator[Pair]:
    as_of = ground.inputs.as_of_us
    for part in plan.parts.values():
        if part.tier is None or part.tier.within is None or not isinstance(part.kpi, ShareInTarget):
            continue
        columns = clock_with_budget(ground, part.kpi.clock, part.tier.within)
        waits = (columns.stopped == NEVER) & ~columns.state["breached"]
        case = columns.case.astype(np.int64)
        yield case[waits], columns.due[waits]
        restless |= set(case[waits & ((columns.due <= as_of) | (columns.due == NEVER))].tolist())


def _of_events(ground: Ground) -> Pair:
    """Events that are known and have not happened yet."""
    times = ground.times
    later = np.flatnonzero(times > ground.inputs.as_of_us)
    return ground.cases_of(later).astype(np.int64), times[later]


def _of_reliefs(ground: Ground, restless: set[int]) -> bool:
    """Reliefs of time that begin or end after the instant. True: some are of all cases."""
    if not any(version.relief for version in ground.inputs.versions):
        return False
    claims = ground.reliefs.claims.filter(pl.col("active") | (pl.col("status") == "pending"))
    if claims["all_cases"].any():
        return True
    later = pl.lit(ground.inputs.as_of_us)
    open_ends = claims.filter(
        (pl.col("effect") == "time")
        & ((pl.col("start").to_physical() > later) | (pl.col("until").to_physical() > later))
    )
    restless |= set(open_ends["case"].drop_nulls().to_list())
    return False
