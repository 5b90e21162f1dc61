"""One case as the API tells it: events, attributes, and its clocks interval by interval."""

from __future__ import annotations

from typing import Any

from giao.core.agreement.clocks import ClockExplanation
from giao.core.agreement.clocks.explain import ExplainedInstance
from giao.kernel.api.values import duration, instant, instant_us, plain
from giao.steps.run.monitor.case_file import CaseFile
from giao.steps.run.monitor.ground import Ground
from giao.steps.run.monitor.words import title_of_clock


def file_out(file: CaseFile) -> dict[str, Any]:
    return {
        "case": file.case,
        "state": file.state,
        "received": instant(file.received),
        "delivered": instant(file.delivered),
        "cancelled": instant(file.cancelled),
        "holder": file.holder,
        "held_since": instant(file.held_since),
        "attributes": {fact.label: plain(fact.value) for fact in file.facts},
        "events": [
            {
                "number": event.number,
                "time": instant(event.time),
                "activity": event.activity,
                "lifecycle": event.lifecycle,
                "resource": event.resource,
                "group": event.group,
                "changes": {change.label: plain(change.after) for change in event.changes},
            }
            for event in file.events
        ],
    }


def clock_out(ground: Ground, told: ClockExplanation) -> dict[str, Any]:
    return {
        "clock": told.clock,
        "title": title_of_clock(ground.agreement, told.clock),
        "not_started": told.not_started.reason if told.not_started else None,
        "instances": [_instance(number, item) for number, item in enumerate(told.instances, start=1)],
    }


def _instance(number: int, told: ExplainedInstance) -> dict[str, Any]:
    one = told.instance
    return {
        "number": number,
        "state": told.state,
        "started": instant_us(one.started_us),
        "stopped": instant_us(one.stopped_us),
        "due": instant_us(one.due_us),
        "consumed": duration(one.consumed_us),
        "budget": duration(one.budget_us),
        "calendar": told.calendar,
        "agreement_version": told.agreement_version,
        "targets": [
            {
                "target": trial.index,
                "when": trial.when,
                "within": trial.within,
                "verdict": trial.verdict,
                "values": {name: plain(value) for name, value in trial.values.items()},
            }
            for trial in told.trials
        ],
        "intervals": [
            {
                "kind": part.kind,
                "reason": part.reason,
                "start": instant_us(part.start_us),
                "end": instant_us(part.end_us),
                "open": duration(part.open_us),
                "counted": duration(part.counted_us),
                "params": {name: plain(value) for name, value in part.params.items()},
            }
            for part in told.intervals
        ],
    }
