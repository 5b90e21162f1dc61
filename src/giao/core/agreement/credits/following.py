"""What is followed over the months: streaks of misses, the chance of each credit to return, triggers month by month.

It follows from results and statements as they stand; nothing is charged here. What would come next is said only where it
is certain: any miss of one service level, whatever its value, or every level met.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from giao.core.agreement.credits.conditions import trigger_holds
from giao.core.agreement.credits.earn_back import average_recovered, may_return
from giao.core.agreement.credits.history import History, MonthRecord
from giao.core.agreement.credits.paying import is_miss, repeat_factor, streak
from giao.core.agreement.document.agreement import Agreement
from giao.core.agreement.errors import AgreementError
from giao.core.agreement.results import KpiResult, KpiState, Statement, TriggerResult
from giao.core.agreement.windows import ONE_DAY

ChanceState = Literal["returned", "open", "lost", "none"]
"""`none`: the agreement gives no way back for this credit."""


@dataclass(frozen=True)
class FollowedWindow:
    """One window of a service level. `in_a_row`: consecutive misses that end with it (0 when met); `credit`: what was
    credited for it; `returned`: earlier credits that came back in the statement of the month in which it ends."""

    window: str
    last: date
    state: KpiState
    in_a_row: int
    credit: Decimal
    returned: Decimal


@dataclass(frozen=True)
class FollowedKpi:
    """`next_factor`: what a miss in the next window would be multiplied by."""

    kpi: str
    windows: tuple[FollowedWindow, ...]
    next_factor: Fraction

    @property
    def in_a_row(self) -> int:
        return self.windows[-1].in_a_row if self.windows else 0


@dataclass(frozen=True)
class Chance:
    """A credit and its way back: `good` of `needed` windows are done (`average`: the mean of the year decides).

    decided_in  the window or month that returned it or took the chance away
    """

    kpi: str
    window: str
    month: str
    amount: Decimal
    state: ChanceState
    good: int = 0
    needed: int | None = None
    average: bool = False
    decided_in: str = ""


@dataclass(frozen=True)
class FollowedTrigger:
    """A trigger over the months. `next_miss`: service levels of which one more miss makes it hold; `ceases`: it holds
    now, and one window with every level met ends it."""

    name: str
    right: str
    when: str
    months: tuple[TriggerResult, ...]
    next_miss: tuple[str, ...] = ()
    ceases: bool = False

    @property
    def holds(self) -> bool:
        return bool(self.months) and self.months[-1].fired


@dataclass(frozen=True)
class Followed:
    kpis: tuple[FollowedKpi, ...]
    chances: tuple[Chance, ...]
    triggers: tuple[FollowedTrigger, ...]

    @property
    def is_empty(self) -> bool:
        return not (self.kpis or self.chances or self.triggers)


def follow(
    versions: Sequence[Agreement], results: Sequence[KpiResult], statements: Sequence[Statement], month: str
) -> Followed:
    """Everything up to the end of a month (``2018-03``). Results may be those of the whole reading."""
    shown = [item for item in statements if item.month <= month]
    if not shown or all(version.credits is None for version in versions):
        return Followed((), (), ())
    by_kpi = _by_kpi(results, month)
    return Followed(
        tuple(_kpi(versions, name, found, shown) for name, found in by_kpi.items() if _moves(found)),
        tuple(_chances(versions, by_kpi, shown)),
        tuple(_triggers(versions, by_kpi, shown)),
    )


def _by_kpi(results: Sequence[KpiResult], month: str) -> dict[str, list[KpiResult]]:
    found: dict[str, list[KpiResult]] = {}
    for result in sorted(results, key=lambda item: (item.window.last, item.window.first)):
        if result.group is None:
            windows = found.setdefault(result.kpi, [])
            if f"{result.window.last:%Y-%m}" <= month:
                windows.append(result)
    return found


def _moves(results: Sequence[KpiResult]) -> bool:
    """A service level with something promised in one of its windows."""
    return any(result.expected is not None or result.minimum is not None for result in results)


def _version(versions: Sequence[Agreement], day: date) -> Agreement:
    return next((item for item in reversed(versions) if item.starts <= day), versions[0])


def _kpi(
    versions: Sequence[Agreement], name: str, results: Sequence[KpiResult], shown: Sequence[Statement]
) -> FollowedKpi:
    credited: dict[str, Decimal] = {}
    returned: dict[str, Decimal] = {}
    for statement in shown:
        for credit in statement.credits:
            if credit.kpi == name:
                credited[credit.window] = credited.get(credit.window, Decimal(0)) + credit.amount
        for back in statement.earned_back_lines:
            if back.kpi == name:
                returned[statement.month] = returned.get(statement.month, Decimal(0)) + back.amount
    windows = tuple(
        FollowedWindow(
            result.window.id,
            result.window.last,
            result.state,
            streak(results, place) if is_miss(result) else 0,
            credited.get(result.window.id, Decimal(0)),
            returned.get(f"{result.window.last:%Y-%m}", Decimal(0)),
        )
        for place, result in enumerate(results)
    )
    terms = _version(versions, results[-1].window.last + ONE_DAY).credits
    repeat = [Fraction(item) for item in terms.repeat] if terms else []
    return FollowedKpi(name, windows, repeat_factor(repeat, streak(results, len(results) - 1) + 1))


def _chances(
    versions: Sequence[Agreement], by_kpi: Mapping[str, Sequence[KpiResult]], shown: Sequence[Statement]
) -> list[Chance]:
    back_in = {
        (line.kpi, line.credit_month): statement.month
        for statement in shown
        for line in statement.earned_back_lines
    }
    found = []
    for statement in shown:
        for credit in statement.credits:
            if credit.amount:
                chance = Chance(credit.kpi, credit.window, statement.month, credit.amount, "none")
                month = back_in.get((credit.kpi, statement.month))
                found.append(_chance(versions, by_kpi.get(credit.kpi, ()), chance, month, shown[-1].month))
    return found


def _chance(
    versions: Sequence[Agreement], results: Sequence[KpiResult], chance: Chance, back_in: str | None, now: str
) -> Chance:
    place = next((i for i, result in enumerate(results) if result.window.id == chance.window), None)
    if place is None:
        return replace(chance, state="returned", decided_in=back_in) if back_in else chance
    window = results[place].window
    agreement = _version(versions, window.first)
    rule = agreement.credits.earn_back if agreement.credits else None
    if rule is None or not may_return(rule, window, agreement.phases, versions[0].term.start):
        return replace(chance, state="returned", decided_in=back_in) if back_in else chance
    if rule.windows is None:
        chance = replace(chance, average=True)
        if back_in:
            return replace(chance, state="returned", decided_in=back_in)
        return replace(chance, state="lost" if now[:4] > f"{window.last:%Y}" else "open")
    good, lost = 0, ""
    for result in results[place + 1 :]:
        if good == rule.windows:
            break
        if is_miss(result):
            lost = result.window.id
            break
        good += result.state == "met"
    chance = replace(chance, good=good, needed=rule.windows)
    if back_in:
        return replace(chance, state="returned", decided_in=back_in)
    return replace(chance, state="lost", decided_in=lost) if lost else replace(chance, state="open")


def year_is_recovered(results: Sequence[KpiResult], agreement: Agreement, kpi: str, year: int) -> bool:
    """Whether the mean of a year so far reaches the level: what `earn_back: {average: year}` asks at its end."""
    model = agreement.kpis.get(kpi)
    done = [result for result in results if result.window.last.year == year]
    return model is not None and average_recovered(done, model.direction)


def _triggers(
    versions: Sequence[Agreement], by_kpi: Mapping[str, Sequence[KpiResult]], shown: Sequence[Statement]
) -> list[FollowedTrigger]:
    months: dict[str, list[TriggerResult]] = {}
    for statement in shown:
        for item in statement.triggers:
            months.setdefault(item.name, []).append(item)
    terms = _version(versions, _month_end(shown[-1].month)).credits
    conditions = {trigger.name: trigger for trigger in terms.triggers} if terms else {}
    records = [
        MonthRecord(item.month, _month_end(item.month), item.fees, item.at_risk, item.credit_total)
        for item in shown
    ]
    found = []
    for name in dict.fromkeys([*months, *conditions]):
        path = tuple(months.get(name, ()))
        trigger = conditions.get(name)
        right = trigger.right if trigger else path[-1].right
        followed = FollowedTrigger(name, right, trigger.when if trigger else "", path)
        if trigger is not None:
            followed = _with_next(followed, by_kpi, records)
        found.append(followed)
    return found


def _with_next(
    followed: FollowedTrigger, by_kpi: Mapping[str, Sequence[KpiResult]], records: Sequence[MonthRecord]
) -> FollowedTrigger:
    """Which one miss would make it hold, or whether it ends when all is met; a condition on volumes stays open."""
    measures: dict[str, Decimal | None] = dict.fromkeys(
        ("received", "delivered", "forecast", "fees", "credits")
    )

    def would_hold(results: Mapping[str, Sequence[KpiResult]]) -> bool:
        return trigger_holds(followed.when, History(records, results), measures)

    try:
        if followed.holds:
            met = {name: _then(results, missed=False) for name, results in by_kpi.items()}
            return replace(followed, ceases=not would_hold(met))
        misses = (
            name
            for name, results in by_kpi.items()
            if _moves(results) and would_hold({**by_kpi, name: _then(results, missed=True)})
        )
        return replace(followed, next_miss=tuple(misses) if not would_hold(by_kpi) else ())
    except AgreementError:
        return followed  # the condition asks about what is not measured: nothing certain can be said


def _then(results: Sequence[KpiResult], *, missed: bool) -> Sequence[KpiResult]:
    """The results with one window more: met at its level, or missed by as little as can be (at the level itself)."""
    if not results:
        return results
    last = results[-1]
    level = last.minimum if missed and last.minimum is not None else last.expected
    level = last.minimum if level is None else level
    if level is None:
        return results
    return [*results, replace(last, state="minimum_default" if missed else "met", value=level)]


def _month_end(month: str) -> date:
    year, number = int(month[:4]), int(month[5:7])
    return date(year + number // 12, number % 12 + 1, 1) - ONE_DAY
