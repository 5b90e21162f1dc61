"""A slow, plain evaluator of money, kept as an oracle: units priced one by one, fixed prices day by day, months in a row.

It shares no code with giao. It knows a part of the agreement only (see `Deal`), and it knows it in the most literal way.
"""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_FLOOR, ROUND_HALF_EVEN, Decimal, localcontext
from fractions import Fraction

EXPONENT = {"EUR": 2, "VND": 0, "KWD": 3}


@dataclass
class Deal:
    """Terms: one volume line, one fixed line, KPIs with points and states by month, caps, earn-back, settlement, tax."""

    start: date
    end: date
    currency: str
    bands: list[tuple[int | None, Decimal]]
    bands_are: str
    over: str
    fixed: Decimal
    points: dict[str, Decimal]
    at_risk: Decimal
    repeat: list[Decimal]
    cap_year: Decimal | None
    earn_back: int | None
    settle: str
    tax: Decimal
    units: dict[str, int] = field(default_factory=dict)
    states: dict[str, dict[str, str]] = field(default_factory=dict)
    """KPI → month → met, expected_default, minimum_default or no_data."""


@dataclass
class Month:
    work: Decimal
    true_up: Decimal
    fixed: Decimal
    fees: Decimal
    at_risk: Fraction
    credits: dict[str, Decimal]
    earned_back: Decimal
    settled: Decimal
    net: Decimal
    tax: Decimal
    total: Decimal


def rounded(value: Fraction, currency: str, how: str = ROUND_HALF_EVEN) -> Decimal:
    with localcontext() as context:
        context.prec = 200
        exact = Decimal(value.numerator) / Decimal(value.denominator)
        return exact.quantize(Decimal(1).scaleb(-EXPONENT[currency]), rounding=how)


def months_of(deal: Deal) -> list[str]:
    found, day = [], deal.start
    while day <= deal.end:
        name = f"{day:%Y-%m}"
        if name not in found:
            found.append(name)
        day += timedelta(days=1)
    return found


def price_of_unit(deal: Deal, position: int) -> Decimal:
    """Price of the unit at a position, counted from 1."""
    for edge, price in deal.bands:
        if edge is None or position <= edge:
            return price
    raise AssertionError("the last band has no end")


def evaluate(deal: Deal) -> dict[str, Month]:
    found: dict[str, Month] = {}
    all_months = months_of(deal)
    credited: dict[tuple[str, str], Decimal] = {}
    returned: set[tuple[str, str]] = set()
    waiting: list[tuple[str, Decimal]] = []
    for place, month in enumerate(all_months):
        year = [name for name in all_months[:place] if name[:4] == month[:4]]
        work, true_up = volume_line(deal, month, year, found)
        fixed = fixed_line(deal, month)
        fees = work + true_up + fixed
        at_risk = Fraction(deal.at_risk) * max(Fraction(0), Fraction(fees))  # nothing is at stake below 0
        credits = cap_all(deal, month_credits(deal, all_months, place, at_risk), at_risk, fees, year, found)
        for kpi, amount in credits.items():
            credited[kpi, month] = amount
        back = earned(deal, all_months, place, credited, returned)
        waiting.append((month, sum(credits.values(), Decimal(0))))
        settled = Decimal(0)
        for name, amount in list(waiting):
            last_of_year = month[5:] == "12" or month == all_months[-1]
            due = {"same": True, "next": name != month, "year": last_of_year}[deal.settle]
            if due:
                settled += amount
                waiting.remove((name, amount))
        net = fees - settled + back
        tax = rounded(Fraction(net) * Fraction(deal.tax), deal.currency)
        found[month] = Month(work, true_up, fixed, fees, at_risk, credits, back, settled, net, tax, net + tax)
    return found


def volume_line(
    deal: Deal, month: str, year: Sequence[str], found: dict[str, Month]
) -> tuple[Decimal, Decimal]:
    units = deal.units.get(month, 0)
    before = sum(deal.units.get(name, 0) for name in year) if deal.over == "year" else 0
    if deal.bands_are == "graduated":
        amount = sum((Fraction(price_of_unit(deal, before + n)) for n in range(1, units + 1)), Fraction(0))
        return rounded(amount, deal.currency), Decimal(0)
    price = Fraction(price_of_unit(deal, before + units))
    amount = rounded(price * units, deal.currency)
    true_up = Decimal(0)
    if before and Fraction(price_of_unit(deal, before)) != price:
        billed = sum((found[name].work + found[name].true_up for name in year), Decimal(0))
        true_up = rounded(price * (before + units), deal.currency) - billed - amount
    return amount, true_up


def fixed_line(deal: Deal, month: str) -> Decimal:
    year, number = int(month[:4]), int(month[5:])
    length = calendar.monthrange(year, number)[1]
    days = [date(year, number, day) for day in range(1, length + 1)]
    amount = sum(
        (Fraction(deal.fixed) / length for day in days if deal.start <= day <= deal.end), Fraction(0)
    )
    return rounded(amount, deal.currency)


def month_credits(deal: Deal, all_months: Sequence[str], place: int, at_risk: Fraction) -> dict[str, Decimal]:
    found = {}
    for kpi, points in deal.points.items():
        if deal.states[kpi][all_months[place]] != "minimum_default":
            continue
        in_a_row = 0
        for name in all_months[: place + 1]:
            state = deal.states[kpi][name]
            if state == "met":
                in_a_row = 0
            elif state != "no_data":
                in_a_row += 1
        repeat = deal.repeat[min(in_a_row, len(deal.repeat)) - 1] if deal.repeat else Decimal(1)
        amount = rounded(at_risk * Fraction(points) / 100 * Fraction(repeat), deal.currency)
        if amount:
            found[kpi] = amount
    return found


def cap_all(
    deal: Deal,
    credits: dict[str, Decimal],
    at_risk: Fraction,
    fees: Decimal,
    year: Sequence[str],
    found: dict[str, Month],
) -> dict[str, Decimal]:
    credits = cut(deal, credits, at_risk)
    if deal.cap_year is not None:
        of_year = fees + sum((found[name].fees for name in year), Decimal(0))
        used = sum((sum(found[name].credits.values(), Decimal(0)) for name in year), Decimal(0))
        credits = cut(
            deal, credits, max(Fraction(0), Fraction(deal.cap_year) * Fraction(of_year) - Fraction(used))
        )
    return credits


def cut(deal: Deal, credits: dict[str, Decimal], limit: Fraction) -> dict[str, Decimal]:
    """Pro rata, one smallest coin at a time for what rounding leaves over, on the largest that can take it."""
    cap = rounded(limit, deal.currency, ROUND_FLOOR)
    whole = sum(credits.values(), Decimal(0))
    if whole <= cap:
        return credits
    coin = Decimal(1).scaleb(-EXPONENT[deal.currency])
    shares = {
        kpi: rounded(Fraction(cap) * Fraction(a) / Fraction(whole), deal.currency)
        for kpi, a in credits.items()
    }
    order = sorted(credits, key=lambda kpi: (-credits[kpi], list(credits).index(kpi)))
    while sum(shares.values(), Decimal(0)) < cap:
        kpi = next(kpi for kpi in order if shares[kpi] < credits[kpi])
        shares[kpi] += coin
    while sum(shares.values(), Decimal(0)) > cap:
        kpi = next(kpi for kpi in order if shares[kpi] > 0)
        shares[kpi] -= coin
    return shares


def earned(
    deal: Deal,
    all_months: Sequence[str],
    place: int,
    credited: dict[tuple[str, str], Decimal],
    returned: set[tuple[str, str]],
) -> Decimal:
    """Credits whose n-th measured month in a row at or above expected is this one."""
    total = Decimal(0)
    if deal.earn_back is None:
        return total
    for (kpi, month), amount in credited.items():
        if (kpi, month) in returned:
            continue
        states = [deal.states[kpi][name] for name in all_months[all_months.index(month) + 1 : place + 1]]
        measured = [state for state in states if state != "no_data"]
        now_measured = deal.states[kpi][all_months[place]] != "no_data"
        if len(measured) == deal.earn_back and set(measured) == {"met"} and now_measured:
            returned.add((kpi, month))
            total += amount
    return total
