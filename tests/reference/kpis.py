"""KPIs the slow and plain way: loop over windows and cases, with fractions. An oracle for `giao.core.agreement.kpis`.

It shares no code with it. A case is a few instants; a clock's instances come as plain rows (their own oracle is
`tests/reference/clocks.py`).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any


@dataclass(frozen=True)
class Instance:
    """One instance of a clock. Instants in microseconds, None where there is none."""

    case: str
    started: int
    stopped: int | None
    due: int | None
    consumed: int
    state: str
    site: str = ""


@dataclass(frozen=True)
class Case:
    """One case: instants, and what is known of it."""

    name: str
    received: int | None
    delivered: int | None
    cancelled: int | None = None
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Answer:
    value: Fraction | None
    n: int
    misses: int
    overdue_open: int = 0
    carried: int = 0


Bounds = tuple[int, int]


def share(instances: Sequence[Instance], windows: Sequence[Bounds], count_at: str, now: int) -> list[Answer]:
    """Met ÷ counted of each window [start, end); what is counted at its due does not count before."""
    answers = []
    for start, end in windows:
        met, missed = judged(instances, start, min(end, now + 1) if count_at == "due" else end, count_at)
        late = [one for one in instances if count_at == "stop" and is_overdue(one) and one.due < end]  # type: ignore[operator]
        n = len(met) + len(missed)
        answers.append(Answer(Fraction(len(met), n) if n else None, n, len(missed), len(late)))
    return answers


def judged(
    instances: Iterable[Instance], start: int, end: int, count_at: str
) -> tuple[list[Instance], list[Instance]]:
    """(met, missed) of one window."""
    met, missed = [], []
    for one in instances:
        if one.state not in ("met", "breached"):
            continue
        if count_at == "stop" and one.stopped is None:
            continue
        at = {"stop": one.stopped, "due": one.due, "start": one.started}[count_at]
        assert at is not None
        if start <= at < end:
            (met if one.state == "met" else missed).append(one)
    return met, missed


def is_overdue(one: Instance) -> bool:
    return one.state == "breached" and one.stopped is None


def share_with_carry(
    instances: Sequence[Instance], windows: Sequence[Bounds], count_at: str, minimum: int
) -> list[Answer]:
    """Too few cases wait for the next window, until there are enough; each is judged once."""
    answers = []
    waiting: list[tuple[bool, Instance]] = []
    for start, end in windows:
        met, missed = judged(instances, start, end, count_at)
        pool = waiting + [(True, one) for one in met] + [(False, one) for one in missed]
        if len(pool) < minimum:
            answers.append(Answer(None, 0, 0))
            waiting = pool
            continue
        good = sum(held for held, _ in pool)
        answers.append(Answer(Fraction(good, len(pool)), len(pool), len(pool) - good, carried=len(waiting)))
        waiting = []
    return answers


def mean_seconds(instances: Sequence[Instance], windows: Sequence[Bounds]) -> list[Answer]:
    """Of everything that stopped in the window, cancelled ones left out."""
    return [
        Answer(Fraction(sum(spent), len(spent) * 1_000_000) if spent else None, len(spent), 0)
        for spent in (_spent(instances, *bounds) for bounds in windows)
    ]


def percentile_seconds(instances: Sequence[Instance], windows: Sequence[Bounds], p: Fraction) -> list[Answer]:
    """Value number ceil(p * n)."""
    answers = []
    for bounds in windows:
        spent = sorted(_spent(instances, *bounds))
        value = Fraction(spent[max(1, math.ceil(p * len(spent))) - 1], 1_000_000) if spent else None
        answers.append(Answer(value, len(spent), 0))
    return answers


def _spent(instances: Sequence[Instance], start: int, end: int) -> list[int]:
    return [
        one.consumed
        for one in instances
        if one.stopped is not None and one.state != "cancelled" and start <= one.stopped < end
    ]


def rate(cases: Sequence[Case], windows: Sequence[Bounds], good: Callable[[Case], bool]) -> list[Answer]:
    """Good ÷ delivered."""
    answers = []
    for start, end in windows:
        found = [case for case in cases if case.delivered is not None and start <= case.delivered < end]
        hits = sum(good(case) for case in found)
        answers.append(Answer(Fraction(hits, len(found)) if found else None, len(found), len(found) - hits))
    return answers


def received(cases: Sequence[Case], windows: Sequence[Bounds]) -> list[int]:
    return [
        sum(case.received is not None and start <= case.received < end for case in cases)
        for start, end in windows
    ]


def backlog(
    cases: Sequence[Case], windows: Sequence[Bounds], now: int, too_old: Callable[[int, int], bool]
) -> list[int]:
    """Received and not ended before the window's end (or now); `too_old(received, then)`."""
    found = []
    for _, end in windows:
        then = min(end, now + 1)
        count = 0
        for case in cases:
            if case.received is None or case.received >= then:
                continue
            ended = [at for at in (case.delivered, case.cancelled) if at is not None and at < then]
            count += not ended and too_old(case.received, then)
        found.append(count)
    return found
