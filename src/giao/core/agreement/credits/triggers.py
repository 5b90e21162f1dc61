"""Triggers: named conditions over the history, the right each gives, and until when it can be used."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from giao.core.agreement.credits.conditions import Measures, trigger_holds
from giao.core.agreement.credits.history import History
from giao.core.agreement.document.credit import Trigger
from giao.core.agreement.results import TriggerResult, Window


def fired(
    triggers: Sequence[Trigger],
    month: Window,
    history: History,
    measures: Measures,
    holding: dict[str, date | None],
) -> tuple[TriggerResult, ...]:
    """Each trigger at a month's end. `holding` remembers those that hold on, with the date of their right.

    The right runs from the last day of the month in which the condition began to hold; a condition that ceases and
    holds again gives it anew.
    """
    found = []
    for trigger in triggers:
        holds = trigger_holds(trigger.when, history, measures)
        if not holds:
            holding.pop(trigger.name, None)
        elif trigger.name not in holding:
            holding[trigger.name] = trigger.use_within.after(month.last) if trigger.use_within else None
        found.append(TriggerResult(trigger.name, trigger.right, month.id, holds, holding.get(trigger.name)))
    return tuple(found)
