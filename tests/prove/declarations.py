"""The travel declarations of the BPI Challenge 2020 read and counted without giao: an oracle of plain Python.

Events come from the XES by lxml; business time is walked minute by minute; days are counted one by one. Only what the
example agreement says is used: office hours 08:30-12:30 and 13:15-17:15 in Amsterdam, the Dutch holidays written
out below (Good Friday among them, as the Dutch law on time limits has it), one closed day of its own.
"""

from __future__ import annotations

import gzip
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from lxml import etree

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
OPEN = ((time(8, 30), time(12, 30)), (time(13, 15), time(17, 15)))
CLOSING, CUT_OFF = time(17, 15), time(15, 0)
HOLIDAYS = {
    date.fromisoformat(day)
    for day in [
        "2017-01-01",
        "2017-04-14",
        "2017-04-16",
        "2017-04-17",
        "2017-04-27",
        "2017-05-25",
        "2017-06-04",
        "2017-06-05",
        "2017-12-25",
        "2017-12-26",
        "2018-01-01",
        "2018-03-30",
        "2018-04-01",
        "2018-04-02",
        "2018-04-27",
        "2018-05-10",
        "2018-05-20",
        "2018-05-21",
        "2018-12-25",
        "2018-12-26",
        "2019-01-01",
    ]
} | {date(2017, 12, 29)}
START, STOP = "Declaration FINAL_APPROVED by SUPERVISOR", "Payment Handled"
SUBMITTED = "Declaration SUBMITTED by EMPLOYEE"


@dataclass(frozen=True)
class Event:
    activity: str
    time: datetime
    amount: float


def read(path: Path) -> dict[str, list[Event]]:
    """Events of each case in the file's order, times in UTC."""
    found: dict[str, list[Event]] = defaultdict(list)
    with gzip.open(path) as file:
        for _, trace in etree.iterparse(file, tag="{*}trace"):
            values = {child.get("key"): child.get("value") for child in trace if child.get("key")}
            for event in trace.iterchildren("{*}event"):
                told = {child.get("key"): child.get("value") for child in event}
                at = datetime.fromisoformat(told["time:timestamp"]).astimezone(UTC)
                amount = float(told["(case)_Amount"])
                found[values["concept:name"]].append(Event(told["concept:name"], at, amount))
            trace.clear()
    return found


def is_business_day(day: date) -> bool:
    return day.weekday() < 5 and day not in HOLIDAYS


def next_business_day(day: date) -> date:
    day += timedelta(days=1)
    while not is_business_day(day):
        day += timedelta(days=1)
    return day


def due(start: datetime, days: int, cut_off: time | None) -> datetime:
    """Closing of the n-th business day after the day of receipt; what comes late counts as the next business day's."""
    local = start.astimezone(AMSTERDAM)
    day, limit = local.date(), min(cut_off or CLOSING, CLOSING)
    if not is_business_day(day) or local.time() > limit:
        day = next_business_day(day)
    for _ in range(days):
        day = next_business_day(day)
    return datetime.combine(day, CLOSING, AMSTERDAM).astimezone(UTC)


def is_open(moment: datetime) -> bool:
    local = moment.astimezone(AMSTERDAM)
    return is_business_day(local.date()) and any(first <= local.time() < last for first, last in OPEN)


def walked_seconds(start: datetime, end: datetime) -> float:
    """Open time of [start, end), walked minute by minute (hours and offsets are whole minutes)."""
    total, at = 0.0, start
    while at < end:
        step = min(end, at.replace(second=0, microsecond=0) + timedelta(minutes=1))
        if is_open(at):
            total += (step - at).total_seconds()
        at = step
    return total


def opens_within(start: datetime, end: datetime) -> bool:
    """Whether any minute of [start, end) is open; looks at the edges of the hours of each day only."""
    if start >= end:
        return False
    day = start.astimezone(AMSTERDAM).date()
    while datetime.combine(day, time(), AMSTERDAM) < end:
        if is_business_day(day):
            for first, last in OPEN:
                low = max(start, datetime.combine(day, first, AMSTERDAM).astimezone(UTC))
                if low < min(end, datetime.combine(day, last, AMSTERDAM).astimezone(UTC)):
                    return True
        day += timedelta(days=1)
    return False


@dataclass(frozen=True)
class Payment:
    """The payment clock of one case: its first start, the first stop from then on, and when it was due."""

    case: str
    started: datetime
    stopped: datetime | None
    due: datetime
    seen_until: datetime

    @property
    def met(self) -> bool:
        """In time when no open moment lies between due and stop (or the instant of the reading)."""
        return not opens_within(self.due, self.stopped or self.seen_until)

    @property
    def month(self) -> str:
        """The month of the due instant, in Amsterdam."""
        return self.due.astimezone(AMSTERDAM).strftime("%Y-%m")


def payments(cases: dict[str, list[Event]], as_of: datetime) -> Iterator[Payment]:
    """One for each case that was ever started. A start while the clock runs is ignored; none comes after a payment."""
    for case, events in cases.items():
        known = [event for event in events if event.time <= as_of]
        starts = [event for event in known if event.activity == START]
        if not starts:
            continue
        started = min(event.time for event in starts)
        stops = sorted(event.time for event in known if event.activity == STOP and event.time >= started)
        assert not stops or max(event.time for event in starts) <= stops[0], (
            f"{case}: a spell after the payment"
        )
        amount = min(starts, key=lambda event: event.time).amount
        days, cut_off = (5, CUT_OFF) if amount >= 500 else (4, None)
        yield Payment(case, started, stops[0] if stops else None, due(started, days, cut_off), as_of)


def count_by_month(times: Iterable[datetime]) -> dict[str, int]:
    found: dict[str, int] = defaultdict(int)
    for at in times:
        found[at.astimezone(AMSTERDAM).strftime("%Y-%m")] += 1
    return dict(found)
