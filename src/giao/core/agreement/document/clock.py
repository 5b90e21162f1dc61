"""`clocks` and `relief`: what runs, what stops it, how long it may take, what excuses."""

from __future__ import annotations

import re
from datetime import time
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from giao.core.agreement.document.base import Condition, Names, Part, Patterns, Words
from giao.core.agreement.quantity import Period, Within, shortened
from giao.core.told import told


class PauseBetween(Part):
    """Paused from an event until another one."""

    start: Patterns = Field(alias="from")
    until: Patterns


class PauseWhile(Part):
    """Paused while a condition on the case's attributes holds (its maximal true intervals)."""

    when: Condition


def _pauses(value: Any) -> Any:
    items = value if isinstance(value, list) else [value]
    return [{"when": item} if isinstance(item, str) else item for item in items]


Pauses = Annotated[
    list[PauseBetween | PauseWhile],
    BeforeValidator(
        _pauses,
        json_schema_input_type=str | PauseBetween | PauseWhile | list[str | PauseBetween | PauseWhile],
    ),
]


_CLOCK = re.compile(r"^(\d{1,2}):(\d{2})(?::(\d{2}))?$")


def _time_of_day(value: Any) -> Any:
    if isinstance(value, time) and value.tzinfo is None:
        return value
    found = _CLOCK.match(str(value).strip())
    if found:
        try:
            hour, minute, second = (int(part or 0) for part in found.groups())
            return time(hour, minute, second)
        except ValueError:
            pass
    raise ValueError(
        told(
            "document.time_of_day",
            "found {value}, expected a local time such as 15:00",
            value=shortened(value),
        )
    )


TimeOfDay = Annotated[time, BeforeValidator(_time_of_day, json_schema_input_type=str)]
"""A time of day, local to the calendar; a bare number is refused (15 is no hour)."""


class Target(Part):
    """A budget, for the cases that match `when`; targets are tried in order, the first match wins."""

    when: Condition | None = None
    within: Within
    cut_off: TimeOfDay | None = Field(
        None, description="Day counts: receipt after this local time counts as the next day"
    )
    days: Literal["closing", "same_time"] = "closing"
    calendar: str | None = Field(None, description="Another calendar than the clock's")


Reopen = Literal["first", "sum", "last", "each"]


class Clock(Part):
    start: Patterns
    stop: Patterns
    paused_while: Pauses = []
    reopen: Reopen = "first"
    within: Period | None = Field(
        None, description="A later start than this after a stop opens a new instance"
    )
    calendar: str | None = Field(None, description="Business calendar; without one the clock runs 24x7")
    reclassify: Literal["start", "stop", "restart", "proportional"] | None = None
    cancelled: Literal["leave", "count"] = "leave"
    targets: list[Target] = []
    title: Words | None = None
    stands_behind: Names | None = Field(
        None,
        description="In an agreement that supports another one: the clocks of that one which this clock stands behind; "
        "without it the clock of the same name, else every one",
    )
    relief: list[str] | None = Field(
        None, description="Relief entries that apply to this clock; all when absent"
    )


class Relief(Part):
    """What excuses. Pattern-based (from/until, when), or claimed case by case as `giao.fact.relief` facts."""

    name: str | None = None
    kind: str = Field(
        description="client_caused, force_majeure, maintenance, dependency_late, over_forecast, or own"
    )
    start: Patterns | None = Field(None, alias="from")
    until: Patterns | None = None
    when: Condition | None = None
    per: Literal["day", "hour", "week", "month"] | None = None
    effect: Literal["time", "case", "interval", "window"] = "time"
    agree: Literal["both", "client", "vendor", "none"] = "both"
    notify_within: Period | None = None
    evidence: str | None = None

    @property
    def key(self) -> str:
        return self.name or self.kind

    @model_validator(mode="after")
    def _pattern_is_whole(self) -> Relief:
        if (self.start is None) != (self.until is None) and self.effect == "time":
            raise ValueError(
                told(
                    "document.relief_time",
                    "relief with effect 'time' needs both from and until (or neither: claimed by facts)",
                )
            )
        if self.effect == "interval" and (self.per is None or self.when is None):
            raise ValueError(
                told(
                    "document.relief_interval",
                    "relief with effect 'interval' needs when and per, e.g. per: day",
                )
            )
        return self
