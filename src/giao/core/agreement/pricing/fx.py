"""Exchange rates: the clause on a price, and foreign cost in the agreement's currency.

A fact `giao.fact.rate` says: one unit of `currency` costs `rate` of the agreement's currency. Rates quoted the other
way round carry `per` (the agreement's currency): `{currency: USD, rate: 1.08, per: EUR}` is 1.08 USD for one EUR.
The clause `price × base ÷ rate` compares two rates in the same quotation, as the contract and the facts write them.
"""

from __future__ import annotations

import bisect
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from zoneinfo import ZoneInfo

from giao.core.agreement.document.charge import Fx
from giao.core.agreement.facts import Facts
from giao.core.agreement.pricing.fact_fields import number_of
from giao.core.agreement.windows import local_day


@dataclass(frozen=True)
class Rate:
    """A rate as quoted, its day, and whether it is units of the foreign currency for one of ours."""

    day: date
    quoted: Fraction
    inverse: bool

    def to_ours(self, amount: Fraction) -> Fraction:
        return amount / self.quoted if self.inverse else amount * self.quoted


def fx_factor(fx: Fx, rate: Fraction) -> Fraction:
    """1 inside the band (edges inside); outside ``base ÷ rate``, or ``edge ÷ rate`` when counted from the edge."""
    base, band = Fraction(fx.base), Fraction(fx.band)
    low, high = base * (1 - band), base * (1 + band)
    if low <= rate <= high:
        return Fraction(1)
    if fx.start == "base":
        return base / rate
    return (high if rate > high else low) / rate


class Rates:
    """Rates by currency and local day; of several for a day the one recorded last holds."""

    def __init__(self, facts: Facts, currency: str, zone: ZoneInfo) -> None:
        found: dict[str, dict[date, Rate]] = {}
        for fact in sorted(facts.of("fact.rate"), key=lambda fact: (fact.recorded_us, fact.canonical())):
            day, quoted = local_day(fact.time_us, zone), Fraction(number_of(fact, "rate"))
            if quoted > 0:
                inverse = fact.data.get("per") == currency
                found.setdefault(str(fact.data["currency"]), {})[day] = Rate(day, quoted, inverse)
        self._days = {name: sorted(days) for name, days in found.items()}
        self._rates = found

    def dated(self, currency: str, day: date) -> Rate | None:
        """The last rate on or before a day."""
        days = self._days.get(currency, [])
        place = bisect.bisect_right(days, day)
        return self._rates[currency][days[place - 1]] if place else None

    def monthly_mean(self, currency: str, first: date, last: date) -> Rate | None:
        """The plain mean of the rates dated within the month."""
        rates = [self._rates[currency][day] for day in self._days.get(currency, []) if first <= day <= last]
        if not rates:
            return None
        quoted = sum((rate.quoted for rate in rates), Fraction(0)) / len(rates)
        return Rate(last, quoted, rates[-1].inverse)
