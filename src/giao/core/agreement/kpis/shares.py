"""`share_in_target`: met ÷ counted. With tiers each tier is such a share; all must hold."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from giao.core.agreement.clocks import evaluate_clocks
from giao.core.agreement.document.agreement import Agreement
from giao.core.agreement.document.clock import Clock, Target
from giao.core.agreement.document.kpi import ShareInTarget, Tier
from giao.core.agreement.kpis.clock_rows import target_rows
from giao.core.agreement.kpis.ground import ClockColumns, Ground
from giao.core.agreement.kpis.measured import RowMeter, share
from giao.core.agreement.kpis.roles import EXCLUDED, MET, MISSED, OPEN_OVERDUE, UNDECIDED
from giao.core.agreement.kpis.rows import Rows
from giao.core.agreement.kpis.task import Task
from giao.core.agreement.quantity import Within


def share_meter(task: Task[ShareInTarget], tier: Tier | None = None) -> RowMeter:
    """The share of a clock's instances in target; for a tier with a budget of its own, within that budget."""
    kpi = task.kpi
    rows = target_rows(task.ground, kpi.clock, kpi.count_at or "stop")
    if tier is not None and tier.within is not None:
        rows = _within_tier(task.ground, kpi, rows, tier.within)
    return RowMeter(task.binned(rows), share, "share")


def _within_tier(ground: Ground, kpi: ShareInTarget, rows: Rows, within: Within) -> Rows:
    """The same rows judged by another budget. A case that counts in one tier counts in all of them."""
    own = ground.clock(kpi.clock)
    other = clock_with_budget(ground, kpi.clock, within)
    if len(own) != len(other) or not (
        np.array_equal(own.case, other.case) and np.array_equal(own.instance, other.instance)
    ):  # pragma: no cover - the same starts and stops make the same instances
        raise AssertionError(f"clock {kpi.clock!r} has other instances under another budget")
    is_open = own.is_open
    over = other.state["breached"]
    role = rows.role.copy()
    judged = (role == MET) | (role == MISSED)
    role[judged] = np.where(over[judged], MISSED, MET)
    beside = role == OPEN_OVERDUE
    rows = replace(rows, role=role)
    without = (role == EXCLUDED) & own.state["no_target"] & ~is_open
    role[without] = np.where(over[without], MISSED, MET)
    reason = rows.reason.copy()
    reason[without] = 0
    role[beside & ~over] = UNDECIDED
    return replace(rows, role=role, reason=reason)


def clock_with_budget(ground: Ground, name: str, within: Within) -> ClockColumns:
    """A clock's instances as they would stand under one budget for all cases."""

    def make() -> ClockColumns:
        inputs = ground.inputs
        versions = tuple(_with_budget(version, name, within) for version in inputs.versions)
        changed = replace(inputs, versions=versions)
        table = evaluate_clocks(changed, ground.matcher, with_pending=ground.with_pending)[name]
        return ClockColumns(table.instances)

    return ground.kept(("budget", name, within.canonical()), make)


def _with_budget(version: Agreement, name: str, within: Within) -> Agreement:
    clock = version.clocks.get(name)
    if clock is None:
        return version.model_copy(update={"clocks": {}})
    last = clock.targets[-1] if clock.targets else None
    target = Target(
        within=within,
        cut_off=last.cut_off if last else None,
        days=last.days if last else "closing",
        calendar=last.calendar if last else None,
    )
    update: dict[str, Any] = {"targets": [target], "reclassify": None}
    changed: Clock = clock.model_copy(update=update)
    return version.model_copy(update={"clocks": {name: changed}})
