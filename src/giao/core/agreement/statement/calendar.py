"""When a month's statement closes: `close` after the month's end, or when both sides say so."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from giao.core.agreement.pricing.fact_fields import month_of
from giao.core.agreement.results import Window
from giao.core.agreement.windows import ONE_DAY, local_day, midnight_us

if TYPE_CHECKING:
    from giao.core.agreement.context import Inputs


def own_close_us(inputs: Inputs, month: Window) -> int:
    """The instant at which a month closes by itself or by a `giao.decision.close`, whichever is first.

    A decision before the month has ended closes nothing.
    """
    close = inputs.versions[inputs.version_index(month.last)].close
    instants = [midnight_us(close.after(month.last + ONE_DAY), inputs.zone) + close.microseconds]
    instants += [
        fact.recorded_us
        for fact in inputs.facts.of("decision.close")
        if month_of(fact) == month.id and fact.recorded_us >= month.end_us
    ]
    return min(instants)


def closes(inputs: Inputs) -> dict[str, int]:
    """Closing instant of each month; no month closes before the one before it."""
    found: dict[str, int] = {}
    latest = 0
    for month in inputs.months:
        latest = max(latest, own_close_us(inputs, month))
        found[month.id] = latest
    return found


def invoice_day(inputs: Inputs, month: Window) -> date:
    """The local day on which a month's invoice is issued: that of its close."""
    return local_day(own_close_us(inputs, month), inputs.zone)
