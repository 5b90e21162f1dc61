"""One statement: order, tax, interest, hash, exactness, and a trace that a reader can recompute."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from tests.core.agreement.statement.test_oracle import deals, delivered, measured, written
from tests.core.agreement.statement.worlds import line, result, units, world
from tests.reference.money import Deal

from giao.core.agreement.errors import AgreementError
from giao.core.agreement.pricing.currency import money, total
from giao.core.agreement.results import CreditLine, KpiResult, Statement, StatementLine, TraceStep
from giao.core.agreement.statement.hashing import sealed

FULL = """
law: VN
phases: [{name: ramp, kind: ramp, until: 2026-01-10, price_factor: 90%}]
kpis: {k: {kind: rate, good: ok, minimum: 95%, points: 60}, q: {kind: rate, good: ok, minimum: 95%, points: 40, window: quarter}}
credits: {at_risk: 12%, repeat: [1, 1.5], bonus: {over: {k: 98%}, percent: 1%}, earn_back: {windows: 1}}
pricing:
  - {per_unit: delivered, name: Work, bands: [{to: 5, price: 6.21}, {price: 5.43}], minimum: {units: 12}}
  - {fixed: 4500, name: Platform, index: {series: CPI, base: 2024-12, share: 60%}, fx: {currency: VND, base: 25000, from: edge, band: 2%}}
  - {arc_rrc: 1000, of: delivered, baseline: 8, arc: [{price: 7}], rrc: [{price: 3}], from: baseline, name: Resource}
  - {pass_through: Courier, name: Courier, markup: 5%, markup_cap: 2, tax: reduced}
  - {gain_share: 40%, measure: cost, baseline: 1000, name: Gain}
  - {one_off: 700, milestone: go, due: 2026-01-10, late: {per_day: 10}, name: Move, tax: none}
tax: [{code: standard, rate: 21%}, {code: reduced, rate: 9%}, {code: none, rate: 0%}]
"""


def full(seed: int = 0) -> tuple[Any, list[KpiResult]]:
    rows = units("2026-01", 9) + units("2026-02", 17) + units("2026-03", 3)
    rows += [("x", "2026-01-20T10:00:00", "Courier", {"cost": "31.4"})]
    facts = [
        {"type": "giao.fact.index", "series": "CPI", "month": "2024-12", "value": "117.3"},
        {"type": "giao.fact.index", "series": "CPI", "month": "2025-12", "value": "120.9"},
        {"type": "giao.fact.rate", "currency": "VND", "rate": "26117", "time": "2026-01-31"},
        {"type": "giao.fact.measure", "name": "cost", "value": "931.7", "month": "2026-01"},
        {"type": "giao.fact.milestone", "name": "go", "accepted": "2026-01-13"},
    ]
    random.Random(seed).shuffle(facts)
    here = world(FULL, [(*row, {})[:4] for row in rows], facts=facts, term=("2025-01-01", "2026-12-31"))
    results = [
        result(here.versions, "k", m, v)
        for m, v in (("2026-01", "0.9"), ("2026-02", "0.91"), ("2026-03", "0.99"))
    ]
    return here, [*results, result(here.versions, "q", "2026-Q1", "0.9")]


def numbers(step: TraceStep) -> dict[str, Fraction]:
    found = {}
    for key, value in step.numbers:
        try:
            found[key] = Fraction(value)
        except ValueError:
            continue
    return found


def check_line(charge: StatementLine, currency: str) -> None:
    """Every step holds by itself, and the parts give the amount."""
    exact, rounded = Fraction(0), False
    for step in charge.trace:
        n = numbers(step)
        if step.what in ("charge.band", "charge.whole"):
            assert n["units"] * n["price"] == n["amount"]
        elif step.what == "charge.fixed":
            assert n["price"] * n["days"] / n["of"] == n["amount"]
        elif step.what == "charge.index_step":
            assert n["value"] / n["base"] - 1 == n["change"]
            assert 1 + n["share"] * n["counted"] == n["step"]
        elif step.what == "charge.part":
            assert n["amount"] * n["factor"] == n["result"]
            exact += n["result"]
        elif step.what == "charge.rounded":
            rounded = True
            assert n["exact"] == exact
            assert money(exact, currency) == Decimal(dict(step.numbers)["amount"]) == charge.amount
        elif step.what == "charge.true_up":
            rounded = True
            assert n["year_to_date"] - n["billed"] - n["this_month"] == n["amount"] == charge.amount
        elif step.what == "charge.interest":
            rounded = True
            assert n["principal"] * n["rate"] * n["days"] / 365 == n["exact"]
    assert rounded


def check_credit(credit: CreditLine, currency: str) -> None:
    amount: Fraction | None = None
    for step in credit.trace:
        n = numbers(step)
        if step.what == "credit.at_risk":
            assert n["fees"] * n["share"] == n["at_risk"]
            assert n["at_risk"] * n["points"] / 100 * n["category"] * n["repeat"] == n["amount"]
            amount = n["amount"]
        elif step.what == "credit.rounded":
            assert n["exact"] == amount
            assert money(n["exact"], currency) == credit.uncapped
            amount = n["amount"]
        elif step.what == "credit.cap":
            assert n["before"] == amount
            amount = n["after"]
    assert amount == credit.amount


def check_statement(statement: Statement) -> None:
    for charge in (*statement.lines, *statement.extras):
        check_line(charge, statement.currency)
    for credit in statement.credits:
        check_credit(credit, statement.currency)
    steps = {step.what: numbers(step) for step in statement.trace}
    net = steps["statement.net"]
    assert (
        net["fees"]
        + net["outside_fees"]
        - net["settled_credits"]
        + net["earned_back"]
        + net["adjustments"]
        + net["bonus"]
        + net["extras"]
        == net["net"]
        == statement.net
    )
    assert statement.net == total(item.base for item in statement.tax_lines)
    assert statement.net + statement.tax == statement.total
    assert statement.tax == total(item.amount for item in statement.tax_lines)
    for item in statement.tax_lines:
        assert money(Fraction(item.base) * Fraction(item.rate), statement.currency) == item.amount


def test_every_figure_recomputes_from_its_trace() -> None:
    here, results = full()
    found = here.statements(results)
    kinds = {charge.kind for item in found for charge in (*item.lines, *item.extras)}
    assert kinds >= {
        "per_unit",
        "fixed",
        "arc_rrc",
        "minimum",
        "pass_through",
        "gain_share",
        "one_off",
        "one_off_late",
    }
    for statement in found:
        check_statement(statement)


@settings(max_examples=25, deadline=None)
@given(deals())
def test_every_figure_of_random_agreements_recomputes_from_its_trace(deal: Deal) -> None:
    here = world(written(deal), delivered(deal), as_of="2028-01-01")  # type: ignore[arg-type]
    for statement in here.statements(measured(deal, here.versions)):  # type: ignore[arg-type]
        check_statement(statement)


def walk(value: Any) -> Iterator[Any]:
    yield value
    if is_dataclass(value) and not isinstance(value, type):
        for field in fields(value):
            yield from walk(getattr(value, field.name))
    elif isinstance(value, tuple | list):
        for item in value:
            yield from walk(item)


def test_no_figure_is_a_float_and_money_has_its_currencys_decimals() -> None:
    here, results = full()
    for statement in here.statements(results):
        assert not [value for value in walk(statement) if isinstance(value, float)]
        booked = [charge.amount for charge in (*statement.lines, *statement.extras)]
        booked += [credit.amount for credit in statement.credits]
        booked += [
            statement.fees,
            statement.credit_total,
            statement.net,
            statement.tax,
            statement.total,
            statement.bonus,
        ]
        assert {amount.as_tuple().exponent for amount in booked} == {-2}


def test_f_leaves_out_pass_through_gain_share_and_one_off() -> None:
    here, results = full()
    found = here.month("2026-01", results)
    assert found.fees == total(charge.amount for charge in found.lines)
    assert [charge.name for charge in found.extras] == ["Courier", "Gain", "Move", "Move · late"]
    assert found.at_risk == found.fees * Decimal("0.12")


def test_in_fees_says_otherwise() -> None:
    here = world(
        """
        kpis: {k: {kind: rate, good: ok, minimum: 95%, points: 100}}
        credits: {at_risk: 10%}
        pricing:
          - {fixed: 1000, name: In}
          - {fixed: 500, name: Out, in_fees: false}
          - {one_off: 200, milestone: go, name: Move, in_fees: true}
        """,
        facts=[{"type": "giao.fact.milestone", "name": "go", "accepted": "2026-01-13"}],
    )
    found = here.month("2026-01", [result(here.versions, "k", "2026-01", "0.9")])
    assert (str(found.fees), str(found.credit_total), str(found.net)) == ("1200.00", "120.00", "1580.00")


def test_credits_lower_each_tax_base_by_its_share_of_the_fees() -> None:
    here = world(
        """
        kpis: {k: {kind: rate, good: ok, minimum: 95%, credit: {amount: 100}}}
        credits: {regime: percent}
        pricing: [{fixed: 3000, name: A, tax: high}, {fixed: 1000, name: B, tax: low}]
        tax: [{code: high, rate: 20%}, {code: low, rate: 10%}]
        """
    )
    found = here.month("2026-01", [result(here.versions, "k", "2026-01", "0.9")])
    assert [(t.code, str(t.base), str(t.amount)) for t in found.tax_lines] == [
        ("high", "2925.00", "585.00"),
        ("low", "975.00", "97.50"),
    ]


def test_the_rate_is_that_of_the_tax_point() -> None:
    here = world(
        """
        term: {start: 2026-11-01, end: 2027-02-28}
        pricing: [{fixed: 1000, name: A}]
        tax: [{rates: [{rate: 8%, from: 2025-07-01}, {rate: 10%, from: 2027-01-01}]}]
        """
    )
    assert [str(here.month(month).tax) for month in ("2026-12", "2027-01")] == ["80.00", "100.00"]


@pytest.mark.parametrize("tax", ["{rates: [{rate: 8%, from: 2027-01-01}]}", "{code: other, rate: 8%}"])
def test_a_tax_that_cannot_be_found_is_flagged(tax: str) -> None:
    here = world(f"pricing: [{{fixed: 1000, name: A, tax: standard}}]\ntax: [{tax}]", as_of="2026-03-01")
    found = here.month("2026-01")
    assert (found.tax, found.tax_lines) == (0, ())
    assert "are not taxed; add it to tax" in found.flags[0]


@pytest.mark.parametrize(
    ("fact", "days"),
    [
        ({"paid": "2026-03-12"}, None),  # closed 11 February, due 30 days later: 13 March
        ({"paid": "2026-03-13"}, None),
        ({"paid": "2026-03-14"}, "1"),
        ({"paid": "2026-03-20", "due": "2026-03-01"}, "19"),
    ],
)
def test_interest_runs_from_the_day_after_due(fact: dict[str, str], days: str | None) -> None:
    here = world(
        "pricing: [{fixed: 1000, name: A}]\npayment_term: P30D\ninterest: {rate: 10%}",
        facts=[{"type": "giao.fact.payment", "month": "2026-01", **fact}],
    )
    found = [charge for charge in here.month("2026-03").extras if charge.kind == "interest"]
    assert [dict(charge.trace[0].numbers)["days"] for charge in found] == ([days] if days else [])


@pytest.mark.parametrize(
    ("dispute", "principal"),
    [
        ({"line": "A", "outcome": "open"}, "200"),
        ({"line": "A", "outcome": "open", "amount": 300}, "900"),
        ({"line": "A", "outcome": "rejected"}, "1200"),
        ({"line": "A", "outcome": "withdrawn", "amount": 300}, "1200"),
        ({"line": "A", "outcome": "settled", "amount": 300, "settlement": "-120"}, "1080"),
    ],
)
def test_interest_is_on_the_undisputed_part(dispute: dict[str, Any], principal: str) -> None:
    here = world(
        "pricing: [{fixed: 1000, name: A}, {fixed: 200, name: B}]\npayment_term: P30D\ninterest: {rate: 10%}",
        facts=[
            {"type": "giao.fact.payment", "month": "2026-01", "paid": "2026-03-20"},
            {"type": "giao.decision.dispute", "month": "2026-01", "time": "2026-02-15", **dispute},
        ],
    )
    [interest] = [charge for charge in here.month("2026-03").extras if charge.kind == "interest"]
    assert Fraction(dict(interest.trace[0].numbers)["principal"]) == Fraction(principal)


SETTLED = {
    "type": "giao.decision.dispute",
    "month": "2026-01",
    "line": "A",
    "time": "2026-03-15",
    "outcome": "settled",
}


def test_a_settled_dispute_is_booked_once_in_the_month_of_its_decision() -> None:
    here = world(
        "pricing: [{fixed: 1000, name: A, tax: low}, {fixed: 200, name: B, tax: full}]\n"
        "tax: [{code: full, rate: 20%}, {code: low, rate: 5%}]",
        facts=[{**SETTLED, "settlement": "-120.005"}],
    )
    booked = {month: [line for line in here.month(month).extras if line.kind == "settlement"] for month in
              ("2026-01", "2026-02", "2026-03", "2026-04")}  # fmt: skip
    [line] = booked.pop("2026-03")
    assert not any(booked.values())
    assert (line.name, str(line.amount), line.tax_code, line.in_fees) == (
        "settlement 2026-01 A",
        "-120.00",
        "low",
        False,
    )
    march = here.month("2026-03")
    assert str(march.net) == "1080.00"
    assert {tax.code: str(tax.base) for tax in march.tax_lines} == {"low": "880.00", "full": "200.00"}


def test_of_the_decisions_on_a_line_the_latest_counts() -> None:
    pricing = "pricing: [{fixed: 1000, name: A}]"
    later = {**SETTLED, "time": "2026-04-02", "outcome": "withdrawn"}
    here = world(pricing, facts=[{**SETTLED, "settlement": -120}, later])
    assert all(
        line.kind != "settlement" for month in ("2026-03", "2026-04") for line in here.month(month).extras
    )


def test_a_dispute_settled_after_the_term_is_booked_after_it() -> None:
    here = world(
        "pricing: [{fixed: 1000, name: A}]",
        facts=[{**SETTLED, "month": "2026-12", "time": "2027-02-20", "settlement": -50}],
    )
    assert str(here.month("2027-01").total) == "-50.00"


def test_interest_without_a_rate_is_flagged() -> None:
    here = world(
        "pricing: [{fixed: 1000, name: A}]\npayment_term: P30D\ninterest: {series: base, margin: 2%}",
        facts=[{"type": "giao.fact.payment", "month": "2026-01", "paid": "2026-03-20"}],
    )
    found = here.month("2026-03")
    assert found.extras == ()
    assert "the rate base for 2026-03 is missing" in found.flags[0]


def test_interest_paid_after_the_term_has_its_own_statement() -> None:
    here = world(
        "pricing: [{fixed: 1000, name: A}]\npayment_term: P30D\ninterest: {rate: 36.5%}",
        facts=[{"type": "giao.fact.payment", "month": "2026-12", "paid": "2027-02-20"}],
    )
    assert str(here.month("2027-01").total) == "10.00"  # due 10 February


def test_lines_in_another_order_change_no_total() -> None:
    body = "\n".join(
        [
            "kpis: {k: {kind: rate, good: ok, minimum: 95%, points: 60}}",
            "credits: {at_risk: 12%}",
            "tax: [{code: a, rate: 7%}, {code: b, rate: 19%}]",
        ]
    )
    lines = [
        f"  - {{fixed: {price}, name: L{n}, tax: {code}}}"
        for n, (price, code) in enumerate([("10.01", "a"), ("33.33", "b"), ("7.77", "a")])
    ]
    seen = set()
    for order in ([0, 1, 2], [2, 1, 0], [1, 2, 0]):
        here = world("\n".join([body, "pricing:", *(lines[n] for n in order)]))
        found = here.month("2026-01", [result(here.versions, "k", "2026-01", "0.9")])
        seen.add((found.fees, found.credit_total, found.net, found.tax, found.total))
    assert len(seen) == 1


def test_the_same_inputs_give_the_same_bytes_and_any_other_figure_another_hash() -> None:
    first, again = (item[0].statements(item[1]) for item in (full(1), full(2)))
    assert [item.hash for item in first] == [item.hash for item in again]
    assert len({item.hash for item in first}) == len(first)
    one = first[0]
    parts = ("x",)
    assert sealed(one, parts).hash == sealed(replace(one, hash="other"), parts).hash
    assert sealed(one, parts).hash != sealed(replace(one, total=one.total + 1), parts).hash
    assert sealed(one, parts).hash != sealed(one, ("y",)).hash


def test_a_missing_fact_makes_its_line_provisional_on_the_statement() -> None:
    found = world("pricing: [{fixed: 1000, name: A, fx: {currency: USD, base: 1, from: base}}]").month(
        "2026-01"
    )
    assert line(found, "A").provisional
    assert str(line(found, "A").amount) == "1000.00"


def test_a_month_in_progress_is_provisional_and_months_to_come_are_not_shown() -> None:
    found = world("pricing: [{fixed: 1000, name: A}]", as_of="2026-02-14").statements()
    assert [(item.month, item.provisional, item.closed) for item in found] == [
        ("2026-01", False, True),
        ("2026-02", True, False),
    ]


@pytest.mark.parametrize(
    ("fact", "said"),
    [
        (
            {"type": "giao.fact.rate", "currency": "USD", "rate": "many", "time": "2026-01-02"},
            "giao.fact.rate of 2026-01-02, rate",
        ),
        (
            {"type": "giao.fact.index", "series": "CPI", "month": "2026-1", "value": 1, "time": "2026-01-02"},
            "expected a month",
        ),
        (
            {"type": "giao.fact.index", "series": "CPI", "month": "2026-01", "value": "x"},
            "giao.fact.index, CPI for 2026-01",
        ),
        (
            {"type": "giao.fact.payment", "month": "2026-01", "paid": "soon", "time": "2026-03-02"},
            "expected a date",
        ),
        (
            {"type": "giao.fact.cost", "line": "A", "amount": "1,5", "time": "2026-01-02"},
            "giao.fact.cost of 2026-01-02, amount",
        ),
    ],
)
def test_a_fact_that_cannot_be_read_is_named_with_its_field(fact: dict[str, Any], said: str) -> None:
    here = world(
        "pricing: [{pass_through: Courier, name: A, currency: USD, index: {series: CPI, base: 2025-01}}]\ninterest: {rate: 1%}",
        [("a", "2026-01-20T10:00:00", "Courier", {"cost": "5"})],
        facts=[fact],
    )
    with pytest.raises(AgreementError, match=said):
        here.statements()


def test_nothing_known_yet_gives_statements_of_nothing_and_none_before_the_term() -> None:
    body = "pricing: [{per_unit: delivered, price: 3, name: W}, {pass_through: Courier, name: C}]"
    here = world(body, [("a", "2026-06-20T10:00:00", "delivered", {"cost": "5"})], as_of="2026-02-14")
    assert [(item.month, item.total) for item in here.statements()] == [("2026-01", 0), ("2026-02", 0)]
    assert replace(here, as_of_us=0).statements() == []
