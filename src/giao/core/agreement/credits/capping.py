"""The caps of a month, in their order: KPI, tower, month, year, law."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from giao.core.agreement.credits.caps import Owed, apply_cap
from giao.core.agreement.credits.ground import CreditGround
from giao.core.agreement.credits.history import MonthRecord
from giao.core.agreement.document.credit import Credits, law_cap
from giao.core.agreement.pricing.currency import text, total
from giao.core.agreement.results import Window
from giao.core.agreement.windows import ONE_DAY
from giao.core.told import told


def apply_caps(
    ground: CreditGround,
    terms: Credits,
    month: Window,
    lines: Sequence[Owed],
    at_risk: Fraction | None,
    records: Sequence[MonthRecord],
) -> tuple[Fraction | None, list[str]]:
    """Cut the month's lines; returns the month's cap (None without one) and warnings.

    Month: `cap_month` of F, else A. Year: `cap_year` of the fees of the calendar year so far, less its credits so far.
    """
    fees, currency = ground.at_stake(month), ground.currency
    for line in lines:
        _kpi_cap(line, fees, currency)
    _tower_caps(ground, terms, month, lines, records)
    limit = Fraction(terms.cap_month) * fees if terms.cap_month is not None else at_risk
    if limit is not None:
        apply_cap(lines, "month", limit, currency, carry=terms.carry, name=month.id)
    if terms.cap_year is not None:
        past = [record for record in records if record.last.year == month.last.year]
        year_fees = ground.month_fees(month) + sum((Fraction(record.fees) for record in past), Fraction(0))
        used = sum((Fraction(record.credits) for record in past), Fraction(0))
        left = max(Fraction(0), Fraction(terms.cap_year) * year_fees - used)
        in_year = (month.last + ONE_DAY).year == month.last.year
        carry = terms.carry and in_year
        apply_cap(lines, "year", left, currency, carry=carry, name=str(month.last.year))
    return limit, _law(ground, terms, month, lines, fees)


def _kpi_cap(line: Owed, fees: Fraction, currency: str) -> None:
    credit = line.credit
    if credit is None or line.reason == "carried":
        return
    if credit.cap is not None:
        apply_cap([line], "kpi", Fraction(credit.cap) * fees, currency, name=line.kpi)
    if credit.cap_amount is not None:
        apply_cap([line], "kpi", Fraction(credit.cap_amount), currency, name=line.kpi)


def _tower_caps(
    ground: CreditGround,
    terms: Credits,
    month: Window,
    lines: Sequence[Owed],
    records: Sequence[MonthRecord],
) -> None:
    """A tower's `cap` of its fees, else its own amount at risk."""
    for name, tower in terms.towers.items():
        fees = ground.at_stake(month, tower.lines)
        if tower.cap is not None:
            limit = Fraction(tower.cap) * fees
        elif tower.at_risk is not None:
            history = ground.history(month, records)
            limit = ground.share(tower.at_risk, history, ground.month_measures(month)) * fees
        else:
            continue
        mine = [line for line in lines if line.tower == name]
        apply_cap(mine, "tower", limit, ground.currency, carry=terms.carry, name=name)


def _law(
    ground: CreditGround, terms: Credits, month: Window, lines: Sequence[Owed], fees: Fraction
) -> list[str]:
    """A legal cap cuts penalties; other natures are warned about the same excess."""
    legal = law_cap(ground.version(month.first).law, month.first)
    if legal is None:
        return []
    base = Fraction(terms.penalty_base) if terms.penalty_base is not None else fees
    limit = Fraction(legal.share) * base
    if terms.nature == "penalty":
        apply_cap(lines, "law", limit, ground.currency, name=legal.law)
        return []
    owed = total(line.amount for line in lines)
    if owed <= limit:
        return []
    nature = told(f"nature.{terms.nature}", terms.nature.replace("_", " "))
    return [
        told(
            "flag.above_law",
            "credits of {owed} {currency} exceed {percent}% of {base} {currency}: as a penalty they "
            "would be cut there ({source}); they are agreed as {nature}: ask counsel",
            owed=owed,
            currency=ground.currency,
            percent=text(Fraction(legal.share) * 100),
            base=text(base),
            source=legal.source,
            nature=nature,
        )
    ]
