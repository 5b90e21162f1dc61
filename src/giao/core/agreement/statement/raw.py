"""Statements as one reading computes them, without regard to what was closed before: the whole chain, every month."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from giao.core.agreement.credits.causes import CauseCounts
from giao.core.agreement.credits.duties import duty_days_late
from giao.core.agreement.credits.ground import CreditGround
from giao.core.agreement.credits.month import MonthCredits, month_credits
from giao.core.agreement.pricing.counts import Counted, Wanted, counted
from giao.core.agreement.pricing.index import Series
from giao.core.agreement.pricing.lines import charge_lines
from giao.core.agreement.results import CreditLine, Statement, StatementLine, Window
from giao.core.agreement.statement.incidents import cause_counts_of
from giao.core.agreement.statement.interest import interest_lines
from giao.core.agreement.statement.order import Drafted, draft_month, finish
from giao.core.agreement.statement.settlement import settlement_lines
from giao.core.agreement.statement.settling import Settle, Settled, settle
from giao.core.agreement.windows import ONE_DAY, next_first
from giao.core.told import told

if TYPE_CHECKING:
    from datetime import date

    from giao.core.agreement.context import Inputs
    from giao.core.agreement.patterns import Matcher

NOTHING = Settled()
Measures = Callable[[Window], Mapping[str, Decimal | None]]


def draft_statements(
    inputs: Inputs,
    matcher: Matcher,
    kpis: Any,
    *,
    cause_counts: CauseCounts | None = None,
) -> list[Drafted]:
    """Every month of the term up to the reading's instant; and, when the term is over and something is left (credits
    to settle, interest on late payments, settled disputes), one statement more, named by the month after the term.

    `kpis`: results of every KPI, as a list or an outcome with `results` (and `members`, which tell incidents).
    """
    lines = charge_lines(inputs, matcher)
    ground = CreditGround(
        inputs,
        lines,
        list(getattr(kpis, "results", kpis)),
        cause_counts=cause_counts or cause_counts_of(inputs, kpis),
        days_late=lambda result: duty_days_late(inputs, result),
        measures=volumes(inputs, matcher),
    )
    credits = month_credits(ground)
    settled, left = _settled(inputs, credits)
    series = Series(inputs.facts)
    windows = {month.id: month for month in inputs.months}
    issued: dict[str, Statement] = {}
    found: list[Drafted] = []
    for month in inputs.months:
        agreement = inputs.versions[inputs.version_index(month.last)]
        first, last = month.full_first, month.full_last
        interest, missing = interest_lines(inputs, series, first, last, issued, windows)
        further = [*interest, *settlement_lines(inputs, first, last, issued)]
        drafted = draft_month(
            month.id,
            agreement,
            month.last,
            lines[month.id],
            credits[month.id],
            settled[month.id],
            further,
            missing,
        )
        found.append(drafted)
        issued[month.id] = finish(drafted, ())
    if found and term_is_over(inputs):
        after = next_first(inputs.months[-1].full_first, "month")
        interest, missing = interest_lines(inputs, series, after, inputs.today, issued, windows)
        further = [*interest, *settlement_lines(inputs, after, inputs.today, issued)]
        if left.credits or further or missing:
            found.append(closing_draft(inputs, left, further, missing))
    return found


def term_is_over(inputs: Inputs) -> bool:
    """Whether the last month of the term has ended at the reading's instant."""
    last = inputs.months[-1]
    return last.last == inputs.term_end and last.end_us <= inputs.as_of_us


def closing_draft(
    inputs: Inputs,
    left: Settled = NOTHING,
    further: Sequence[StatementLine] = (),
    missing: Sequence[str] = (),
) -> Drafted:
    """What is owed after the last invoice: a debt due in `payment_term`."""
    last = inputs.months[-1]
    agreement = inputs.versions[inputs.version_index(last.last)]
    flags = list(missing)
    if left.credits:
        due = (
            told("word.within_period", " in {period}", period=agreement.payment_term)
            if agreement.payment_term
            else ""
        )
        flags.append(
            told(
                "flag.credits_left",
                "credits left over after the last invoice: a debt of the vendor, due{due}",
                due=due,
            )
        )
    name = f"{next_first(last.full_first, 'month'):%Y-%m}"
    return draft_month(name, agreement, last.last, (), MonthCredits(name), left, further, flags)


def _settled(inputs: Inputs, credits: Mapping[str, MonthCredits]) -> tuple[dict[str, Settled], Settled]:
    modes: dict[str, Settle] = {}
    by_month: dict[str, Sequence[CreditLine]] = {}
    for month in inputs.months:
        terms = inputs.versions[inputs.version_index(month.first)].credits
        mode: Settle = terms.settle if terms else "same"
        modes[month.id] = "same" if mode == "year" and month.last == inputs.term_end else mode
        by_month[month.id] = credits[month.id].credits
    months = inputs.months
    if months and months[-1].last == inputs.term_end:
        return _with_last_year(months, by_month, modes)
    return settle(months, by_month, modes)


def _with_last_year(
    months: Sequence[Window], by_month: Mapping[str, Sequence[CreditLine]], modes: Mapping[str, Settle]
) -> tuple[dict[str, Settled], Settled]:
    """The last invoice settles what its year has gathered; only `next` leaves its own credits over."""
    found, left = settle(months, by_month, modes)
    last = months[-1]
    own = list(by_month[last.id]) if modes[last.id] == "next" else []
    gathered = tuple(line for line in left.credits if not any(line is item for item in own))
    found[last.id] = Settled((*found[last.id].credits, *gathered))
    return found, Settled(tuple(own))


def volumes(inputs: Inputs, matcher: Matcher) -> Measures:
    """received, delivered and forecast of a month, for conditions; counted once."""

    def instants(role: str) -> npt.NDArray[np.int64]:
        wanted = [Wanted(version, role) for version in range(len(inputs.versions))]
        found: Counted = matcher.kept(("counted", role), lambda: counted(inputs, matcher, wanted))
        return found.times

    times = {role: instants(role) for role in ("received", "delivered")} if any(_asks(inputs)) else {}

    def measure(month: Window) -> dict[str, Decimal | None]:
        found: dict[str, Decimal | None] = {}
        for role, instants in times.items():
            low, high = np.searchsorted(instants, [month.start_us, month.end_us], side="left")
            found[role] = Decimal(int(high - low))
        found["forecast"] = _forecast(inputs, month)
        return found

    return measure


def _asks(inputs: Inputs) -> list[str]:
    """Conditions over months that the versions have."""
    texts: list[str] = []
    for version in inputs.versions:
        if version.credits is not None:
            texts += [trigger.when for trigger in version.credits.triggers]
            shares = [*(version.credits.at_risk or [])]
            for tower in version.credits.towers.values():
                shares += tower.at_risk or []
            texts += [share.when for share in shares if share.when is not None]
    return texts


def _forecast(inputs: Inputs, month: Window) -> Decimal | None:
    """The month's forecast: its own entry, else the sum of its days'; None where nothing is forecast."""
    forecast = inputs.versions[inputs.version_index(month.first)].work.forecast
    if month.id in forecast:
        return forecast[month.id]
    days: list[Decimal] = []
    day: date = month.first
    while day <= month.last:
        if day.isoformat() in forecast:
            days.append(forecast[day.isoformat()])
        day += ONE_DAY
    return sum(days, Decimal(0)) if days else None
