"""Statements equal the slow plain evaluator, figure by figure, over random agreements and months."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.core.agreement.statement.worlds import line, result, units, world
from tests.reference.money import Deal, evaluate, months_of

from giao.core.agreement.results import KpiResult

PRICES = st.decimals("0", "20", places=2)
SHARES = st.integers(0, 30).map(lambda number: Decimal(number) / 100)
VALUES = {"met": "0.97", "expected_default": "0.93", "minimum_default": "0.80", "no_data": None}


@st.composite
def deals(draw: st.DrawFn) -> Deal:
    start = draw(st.dates(date(2025, 6, 1), date(2026, 3, 31)))
    end = start + timedelta(days=draw(st.integers(20, 400)))
    edges = sorted(draw(st.sets(st.integers(1, 12), max_size=3)))
    prices = draw(st.lists(PRICES, min_size=len(edges) + 1, max_size=len(edges) + 1))
    deal = Deal(
        start=start,
        end=end,
        currency=draw(st.sampled_from(["EUR", "VND", "KWD"])),
        bands=list(zip([*edges, None], prices, strict=True)),
        bands_are=draw(st.sampled_from(["graduated", "whole"])),
        over=draw(st.sampled_from(["month", "year"])),
        fixed=draw(st.decimals("0", "500", places=2)),
        points={kpi: draw(st.integers(1, 120).map(Decimal)) for kpi in ("a", "b", "c")},
        at_risk=draw(SHARES),
        repeat=draw(st.sampled_from([[], [Decimal(1), Decimal("1.5"), Decimal(2)]])),
        cap_year=draw(st.none() | SHARES),
        earn_back=draw(st.none() | st.integers(1, 3)),
        settle=draw(st.sampled_from(["same", "next", "year"])),
        tax=draw(SHARES),
    )
    months = months_of(deal)
    deal.units = {month: draw(st.integers(0, 14)) for month in months}
    deal.states = {
        kpi: {month: draw(st.sampled_from(list(VALUES))) for month in months} for kpi in deal.points
    }
    return deal


def written(deal: Deal) -> str:
    bands = ", ".join(f"{{{f'to: {edge}, ' if edge else ''}price: {price}}}" for edge, price in deal.bands)
    kpis = "\n".join(
        f"  {kpi}: {{kind: rate, good: ok, expected: 95%, minimum: 85%, points: {points}}}"
        for kpi, points in deal.points.items()
    )
    extra = f", cap_year: {deal.cap_year}" if deal.cap_year is not None else ""
    extra += f", earn_back: {{windows: {deal.earn_back}}}" if deal.earn_back else ""
    extra += f", repeat: [{', '.join(map(str, deal.repeat))}]" if deal.repeat else ""
    return f"""
currency: {deal.currency}
term: {{start: {deal.start}, end: {deal.end}}}
kpis:
{kpis}
credits: {{at_risk: {deal.at_risk}, pool: 400, settle: {deal.settle}{extra}}}
pricing:
  - {{per_unit: delivered, name: Work, bands: [{bands}], over: {deal.over}, bands_are: {deal.bands_are}}}
  - {{fixed: {deal.fixed}, name: Platform}}
tax: {{rate: {deal.tax}}}
"""


def measured(deal: Deal, versions: list[object]) -> list[KpiResult]:
    return [
        result(versions, kpi, month, VALUES[state])  # type: ignore[arg-type]
        for kpi, states in deal.states.items()
        for month, state in states.items()
    ]


def delivered(deal: Deal) -> list[tuple[object, ...]]:
    """Each month's units on a day of the month that lies within the term."""
    rows = []
    for month, count in deal.units.items():
        day = max(deal.start, date.fromisoformat(f"{month}-01"))
        rows += [
            (case, f"{day}T{10 + n % 8}:00:00", *rest)
            for n, (case, _, *rest) in enumerate(units(month, count))
        ]
    return rows


@settings(max_examples=60, deadline=None)
@given(deals())
def test_statements_equal_the_reference(deal: Deal) -> None:
    here = world(written(deal), delivered(deal), as_of="2028-01-01")
    found = {item.month: item for item in here.statements(measured(deal, here.versions))}  # type: ignore[arg-type]
    for month, expected in evaluate(deal).items():
        statement = found[month]
        true_ups = [item.amount for item in statement.lines if item.kind == "true_up"]
        assert line(statement, "Work").amount == expected.work
        assert sum(true_ups, Decimal(0)) == expected.true_up
        assert line(statement, "Platform").amount == expected.fixed
        assert statement.fees == expected.fees
        assert statement.at_risk == Decimal(expected.at_risk.numerator) / expected.at_risk.denominator
        assert {item.kpi: item.amount for item in statement.credits} == expected.credits
        assert statement.earned_back == expected.earned_back
        assert statement.settled_credits == expected.settled
        assert (statement.net, statement.tax, statement.total) == (expected.net, expected.tax, expected.total)
