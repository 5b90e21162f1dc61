"""`duty`: share of due obligations done in time. What falls due, and what was done: `agreement/duties.py`."""

from __future__ import annotations

import numpy as np

from giao.core.agreement.document.kpi import Duty
from giao.core.agreement.duties import Occurrence, Owed, due_days, duties_of, facts_by_duty
from giao.core.agreement.duties import occurrences as occurrences_of
from giao.core.agreement.errors import AgreementError
from giao.core.agreement.kpis.ground import Integers
from giao.core.agreement.kpis.measured import RowMeter, share
from giao.core.agreement.kpis.roles import MET, MISSED, UNDECIDED
from giao.core.agreement.kpis.rows import BinnedRows, make_rows
from giao.core.agreement.kpis.task import Task
from giao.core.told import told


def duty_meter(task: Task[Duty]) -> RowMeter:
    """Done in time is met, done late or overdue is missed; what is neither done nor due is not counted yet."""
    now = task.ground.inputs.as_of_us
    found = occurrences(task)
    due: Integers = np.array([one.due_us for one in found], dtype=np.int64)
    done: Integers = np.array(
        [now + 1 if one.done_us is None else one.done_us for one in found], dtype=np.int64
    )
    role = np.where(
        done > now, np.where(due <= now, MISSED, UNDECIDED), np.where(done < due, MET, MISSED)
    ).astype(np.int8)
    rows = make_rows(at=due - 1, role=role, instance=np.arange(len(found), dtype=np.int64))
    for name in dict.fromkeys(one.obligation for one in found):
        mine = np.array([one.obligation == name for one in found], dtype=bool)
        for code in (MET, MISSED):
            rows = rows.moved(mine & (role == code), code, name)
    return RowMeter(BinnedRows(rows, task.edges), share)


def occurrences(task: Task[Duty]) -> list[Occurrence]:
    """Everything that falls due within the term, with what was done."""
    inputs, ground = task.ground.inputs, task.ground
    facts = facts_by_duty(inputs.facts.of("fact.duty"))
    found: list[Occurrence] = []
    for duty in _measured(task):
        dues = due_days(
            duty,
            inputs.service_start,
            inputs.term_end,
            inputs.today,
            lambda name: ground.calendar(task.version, name),
        )
        found += occurrences_of(duty, dues, facts.get(duty.name, []), inputs.zone)
    return sorted(found, key=lambda one: (one.due_us, one.obligation, one.period))


def _measured(task: Task[Duty]) -> list[Owed]:
    """The duties that the KPI names, controls and duties on exit too; all obligations of the vendor where it names none."""
    known = duties_of(task.agreement)
    wanted = task.kpi.obligations or [
        name for name, duty in known.items() if duty.kind == "obligation" and duty.by == "vendor"
    ]
    for name in wanted:
        if name not in known:
            raise AgreementError(
                told(
                    "kpi_error.no_obligation",
                    "kpis.{name}: obligation {obligation!r} does not exist; obligations: {known}",
                    name=task.name,
                    obligation=name,
                    known=", ".join(known) or "none",
                )
            )
    return [known[name] for name in wanted]
