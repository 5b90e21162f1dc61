"""What the addresses of the run answer with."""

from __future__ import annotations

from typing import Any

from ninja import Schema
from pydantic import Field

from giao.kernel.api.readings import ReadingOut


class KpiOut(Schema):
    """One service level in one window. `value` null: no data. `value`, `expected`, `minimum` in `unit`: share 0..1, seconds,
    number; `duration` beside seconds."""

    kpi: str
    title: str
    window: str
    first: str
    last: str
    group: str | None
    unit: str
    n: int
    value: float | int | None
    exact: str | None = Field(description="The value as an exact ratio.")
    duration: str | None
    expected: float | int | None
    minimum: float | int | None
    state: str
    provisional: bool
    low: float | None
    high: float | None
    misses: int
    overdue_open: int
    excluded: dict[str, int]
    version: int | None
    note: str | None
    cases: str = Field(description="Address of the cases that this number is made of.")


class KpisOut(Schema):
    items: list[KpiOut]
    next: str | None
    reading: ReadingOut


class KpiWindowOut(KpiOut):
    groups: list[KpiOut]
    claims: list[dict[str, Any]]
    credits: list[dict[str, Any]] = Field(description="Credits that this service level moved in this window.")
    reading: ReadingOut


class ExplanationOut(Schema):
    """In the language of Accept-Language."""

    sentences: list[str]
    reading: ReadingOut


class MemberOut(Schema):
    """How a case counts in the number that was asked for. `duration` instead of `value` where it is time on a clock."""

    role: str
    value: float | None
    duration: str | None
    at: str | None
    group: str | None
    reason: str | None
    instance: int | None


class CountedOut(Schema):
    at: str
    quantity: str


class CaseOut(Schema):
    """`attributes`: as last set; a personal one reads ••• unless the caller unmasked it with a reason."""

    case: str
    state: str | None
    received: str | None
    delivered: str | None
    cancelled: str | None
    events: int | None
    first_event: str | None
    last_event: str | None
    attributes: dict[str, Any]
    counts: MemberOut | None = None
    counted: CountedOut | None = None


class CasesOut(Schema):
    items: list[CaseOut]
    next: str | None
    masked: list[str] = Field(description="Attributes whose values are masked for this caller.")
    reading: ReadingOut


class IntervalOut(Schema):
    """A stretch [start, end) of a clock: what holds in it, why, and what of it counted."""

    kind: str
    reason: str
    start: str
    end: str
    open: str
    counted: str
    params: dict[str, Any]


class TrialOut(Schema):
    target: int
    when: str | None
    within: str
    verdict: str
    values: dict[str, Any]


class InstanceOut(Schema):
    number: int
    state: str
    started: str
    stopped: str | None
    due: str | None
    consumed: str
    budget: str | None
    calendar: str
    agreement_version: int
    targets: list[TrialOut]
    intervals: list[IntervalOut]


class ClockOut(Schema):
    clock: str
    title: str
    not_started: str | None
    instances: list[InstanceOut]


class EventOut(Schema):
    number: int
    time: str
    activity: str
    lifecycle: str
    resource: str
    group: str
    changes: dict[str, Any]


class CaseFileOut(Schema):
    case: str
    state: str
    received: str | None
    delivered: str | None
    cancelled: str | None
    holder: str
    held_since: str | None
    attributes: dict[str, Any]
    events: list[EventOut]
    clocks: list[ClockOut]
    reading: ReadingOut


class RiskOut(Schema):
    case: str
    clock: str
    urgency: str
    due: str | None
    left: str | None
    consumed: str | None
    budget: str | None
    state: str | None
    received: str | None
    attributes: dict[str, Any]


class RisksOut(Schema):
    items: list[RiskOut]
    next: str | None
    counts: dict[str, int]
    masked: list[str]
    reading: ReadingOut


class ReportedOut(Schema):
    """The vendor's own figure beside ours; `measured` null: not measured, or no data."""

    kpi: str
    window: str
    unit: str | None
    reported: str
    reported_n: int | None
    by: str
    source: str
    measured: float | None
    n: int | None


class ReportedListOut(Schema):
    items: list[ReportedOut]
    next: str | None
    reading: ReadingOut
