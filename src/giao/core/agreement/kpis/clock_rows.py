"""The instances of a clock as rows of a KPI: which count, as what, and at which instant.

A condition, an exclusion or a group is read at the event that stopped the instance; while it is open, at the last
event known of its case. So a cause that is only told when the case is closed can still excuse it.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from giao.core.agreement.document.kpi import CountAt
from giao.core.agreement.kpis.ground import NEVER, ClockColumns, Ground
from giao.core.agreement.kpis.roles import COUNTED, EXCLUDED, MET, MISSED, OPEN_OVERDUE, UNDECIDED
from giao.core.agreement.kpis.rows import NOBODY, Rows, make_rows
from giao.core.agreement.quantity import SECOND

NOT_DUE_YET = "not_due_yet"


def target_rows(ground: Ground, clock: str, count_at: CountAt) -> Rows:
    """Met, missed, or left out. An open overdue case is a miss at once when counted at its due or start; counted at
    the stop it only stands beside the number."""
    return ground.kept(("targets", clock, count_at), lambda: _target_rows(ground, clock, count_at))


def _target_rows(ground: Ground, clock: str, count_at: CountAt) -> Rows:
    found = ground.clock(clock)
    is_open = found.is_open
    over = found.state["breached"]
    role = np.full(len(found), UNDECIDED, dtype=np.int8)
    role[found.state["met"]] = MET
    role[over] = MISSED
    if count_at == "stop":
        role[over & is_open] = OPEN_OVERDUE
    no_target = found.state["no_target"] & ~is_open
    rows = _rows(ground, clock, found, role, count_at)
    rows = rows.moved(no_target, EXCLUDED, "no_target").moved(found.state["cancelled"], EXCLUDED, "cancelled")
    return _not_before_due(ground, rows, count_at)


def finished_rows(ground: Ground, clock: str, count_at: CountAt) -> Rows:
    """Every instance that has stopped, whatever its target: what a mean or percentile is taken of."""
    found = ground.clock(clock)
    cancelled = found.state["cancelled"]
    role = np.where(found.is_open, UNDECIDED, COUNTED).astype(np.int8)
    rows = _rows(ground, clock, found, role, count_at)
    return _not_before_due(ground, rows.moved(cancelled, EXCLUDED, "cancelled"), count_at)


def _not_before_due(ground: Ground, rows: Rows, count_at: CountAt) -> Rows:
    """Counted at the due instant, a case counts when that has come: early successes alone would flatter a window that
    still runs."""
    if count_at != "due":
        return rows
    return rows.moved(rows.at > ground.inputs.as_of_us, UNDECIDED, NOT_DUE_YET)


def _rows(
    ground: Ground, clock: str, found: ClockColumns, role: npt.NDArray[np.int8], count_at: CountAt
) -> Rows:
    instants = ("instants", clock, count_at)
    event = found.stop_event
    still_open = event == NOBODY
    if still_open.any():
        event = np.where(still_open, ground.last_event[found.case], event)
    return make_rows(
        at=ground.kept(instants, lambda: _counting_instant(found, count_at)),
        role=role,
        case=found.case,
        instance=found.instance,
        event=event,
        value=found.consumed,
        scale=SECOND,
        instants=instants,
        clock=clock,
    )


def _counting_instant(found: ClockColumns, count_at: CountAt) -> npt.NDArray[np.int64]:
    """Stop, due or start. What has no stop yet stands at its due, what has no due at its stop, else at its start."""
    if count_at == "start":
        return found.started
    at = found.stopped if count_at == "stop" else found.due
    missing = np.flatnonzero(at == NEVER)
    if len(missing):
        second = (found.due if count_at == "stop" else found.stopped)[missing]
        at = at.copy()
        at[missing] = np.where(second != NEVER, second, found.started_at(missing))
    return at
