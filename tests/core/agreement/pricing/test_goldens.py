"""Published values of charge lines: every golden of the group `charge`, and pricing_refs.json."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from tests.core.agreement.statement.goldens import DATA, golden, group
from tests.core.agreement.statement.worlds import line, units, world

from giao.core.agreement.document.charge import ArcRrc, Band, GainShare, Index, Tax
from giao.core.agreement.pricing.arc_rrc import arc_rrc_amount
from giao.core.agreement.pricing.bands import graduated, whole
from giao.core.agreement.pricing.currency import money
from giao.core.agreement.pricing.fixed import fixed_part
from giao.core.agreement.pricing.gain_share import gain
from giao.core.agreement.pricing.index import factor
from giao.core.agreement.pricing.minimum import shortfall
from giao.core.agreement.pricing.pass_through import with_markup
from giao.core.agreement.pricing.per_unit import re_rated
from giao.core.agreement.quantity import percent
from giao.core.agreement.statement.interest import interest_days, simple_interest
from giao.core.agreement.statement.tax import rate_on, tax_lines


def bands(rows: Any) -> list[Band]:
    return [Band(to=to, price=price) for to, price in rows]


def eur(value: Fraction) -> str:
    return str(money(value, "EUR"))


def test_every_golden_of_the_group_is_tested() -> None:
    tested = {name.removeprefix("test_").replace("_", "-") for name in globals() if name.startswith("test_")}
    assert group("charge") <= tested


def test_charge_bands() -> None:
    given, expected = golden("charge-bands")
    prices, quantity = bands(given["bands"]), Fraction(given["quantity"])
    assert eur(graduated(prices, quantity)) == expected["graduated"]
    assert eur(whole(prices, quantity)) == expected["whole"]


@pytest.mark.parametrize("kind", ["graduated", "whole"])
def test_charge_bands_on_a_statement(kind: str) -> None:
    given, expected = golden("charge-bands")
    edges = ", ".join(f"{{{f'to: {to}, ' if to else ''}price: {price}}}" for to, price in given["bands"])
    here = world(
        f"pricing: [{{per_unit: delivered, name: Work, bands: [{edges}], bands_are: {kind}}}]",
        units("2026-03", given["quantity"]),
    )
    found = line(here.month("2026-03"), "Work")
    assert (str(found.amount), found.quantity) == (expected[kind], Decimal(given["quantity"]))


def test_charge_whole_year_trueup() -> None:
    given, expected = golden("charge-whole-year-trueup")
    month, late = re_rated(
        bands(given["bands"]),
        Fraction(given["before"]),
        Fraction(given["billed"]),
        Fraction(given["quantity"]),
    )
    assert (eur(month), eur(late)) == (expected["month"], expected["true_up"])


def test_charge_whole_year_trueup_on_a_statement() -> None:
    given, expected = golden("charge-whole-year-trueup")
    edges = ", ".join(f"{{{f'to: {to}, ' if to else ''}price: {price}}}" for to, price in given["bands"])
    here = world(
        f"pricing: [{{per_unit: delivered, name: Work, bands: [{edges}], over: year, bands_are: whole}}]",
        units("2026-01", given["before"]) + units("2026-02", given["quantity"]),
    )
    assert str(line(here.month("2026-01"), "Work").amount) == given["billed"]
    february = here.month("2026-02")
    assert str(line(february, "Work").amount) == expected["month"]
    assert str(line(february, "Work · true-up").amount) == expected["true_up"]


def arc(given: dict[str, Any], edge: str) -> ArcRrc:
    return ArcRrc.model_validate(
        {
            "arc_rrc": given["fee"],
            "baseline": given["baseline"],
            "dead_band": given["dead_band"],
            "arc": [{"to": to, "price": price} for to, price in given["arc"]],
            "rrc": [{"price": given["rrc"]}],
            "from": edge,
        }
    )


@pytest.mark.parametrize("edge", ["baseline", "edge"])
def test_charge_arc(edge: str) -> None:
    given, _ = golden("charge-arc-from-baseline")
    inputs, expected = golden(f"charge-arc-from-{edge}")
    model, fee = arc(given, edge), Fraction(given["fee"])
    amounts = [
        eur(arc_rrc_amount(model, Fraction(1000), Fraction(volume), fee)) for volume in inputs["volumes"]
    ]
    assert amounts == expected["amounts"]


test_charge_arc_from_baseline = test_charge_arc_from_edge = test_charge_arc


def test_charge_minimum_year() -> None:
    given, expected = golden("charge-minimum-year")
    for rate, amount in expected.items():
        found = shortfall(Fraction(given["commitment"]), Fraction(given["spent"]), percent(rate))
        assert eur(found) == amount


@pytest.mark.parametrize(("rate", "amount"), [("100%", "11500.00"), ("25%", "2875.00")])
def test_charge_minimum_year_on_a_statement(rate: str, amount: str) -> None:
    here = world(
        f"pricing: [{{per_unit: delivered, price: 785, name: Work, minimum: {{amount: 90000, every: year, rate: {rate}}}}}]",
        units("2026-04", 100),
    )
    assert [item.name for item in here.month("2026-11").lines] == ["Work"]
    assert str(line(here.month("2026-12"), "Work · minimum").amount) == amount


def test_charge_minimum_part_year() -> None:
    given, expected = golden("charge-minimum-part-year")
    here = world(
        f"pricing: [{{per_unit: delivered, price: 10, name: Work, minimum: {{amount: {given['commitment']}, every: year}}}}]",
        term=("2026-08-08", "2027-06-30"),
    )
    assert (date(2026, 12, 31) - date(2026, 8, 8)).days + 1 == given["days"]
    assert str(line(here.month("2026-12"), "Work · minimum").amount) == expected["commitment"]


def test_charge_fixed_part_month() -> None:
    given, expected = golden("charge-fixed-part-month")
    assert eur(fixed_part(Fraction(given["monthly"]), 15, 30)) == expected["amount"]
    here = world("pricing: [{fixed: 4500, name: Platform}]", term=(given["from"], "2026-12-31"))
    assert str(line(here.month("2026-06"), "Platform").amount) == expected["amount"]
    assert str(line(here.month("2026-07"), "Platform").amount) == given["monthly"]


def test_charge_index() -> None:
    given, expected = golden("charge-index")
    change = Fraction(Decimal(given["now"])) / Fraction(Decimal(given["base"])) - 1
    model = Index(series="CPI", base="2025-12")
    assert eur(Fraction(Decimal(given["price"])) * factor(model, change)) == expected["price"]


def test_charge_index_on_a_statement() -> None:
    given, expected = golden("charge-index")
    here = world(
        "pricing: [{fixed: 100, name: Platform, index: {series: CPI, base: 2025-12}}]",
        facts=[
            {"type": "giao.fact.index", "series": "CPI", "month": "2025-12", "value": given["base"]},
            {"type": "giao.fact.index", "series": "CPI", "month": "2026-12", "value": given["now"]},
        ],
        term=("2026-01-01", "2027-12-31"),
    )
    assert str(line(here.month("2026-12"), "Platform").amount) == given["price"]
    assert str(line(here.month("2027-01"), "Platform").amount) == expected["price"]


def test_charge_index_cap_share() -> None:
    given, expected = golden("charge-index-cap-share")
    model = Index(series="CPI", base="2025-12", cap=given["cap"], share=given["share"])
    assert factor(model, Fraction(percent(given["change"]))) == Fraction(Decimal(expected["factor"]))


def test_charge_pass_through() -> None:
    given, expected = golden("charge-pass-through")
    found = with_markup(Fraction(Decimal(given["cost"])), percent(given["markup"]), Decimal(given["cap"]))
    assert eur(found) == expected["amount"]
    here = world(
        "pricing: [{pass_through: Courier, name: Courier, markup: 5%, markup_cap: 50}]",
        [
            ("a", "2026-03-02T09:00:00", "Courier", {"cost": "1000.25"}),
            ("b", "2026-03-09T09:00:00", "Courier", {"cost": "234.25"}),
        ],
    )
    assert str(line(here.month("2026-03"), "Courier").amount) == expected["amount"]


def test_charge_gain_share() -> None:
    given, expected = golden("charge-gain-share")
    model = GainShare.model_validate(
        {
            "gain_share": given["share"],
            "measure": "cost",
            "baseline": given["baseline"],
            "hurdle": given["hurdle"],
            "cap": given["cap"],
        }
    )
    uncapped, amount = gain(model, Fraction(given["actual"]))
    assert (eur(uncapped), eur(amount)) == (expected["uncapped"], expected["amount"])


def test_charge_late_interest() -> None:
    given, expected = golden("charge-late-interest")
    days = interest_days(date.fromisoformat(given["due"]), date.fromisoformat(given["paid"]))
    assert days == expected["days"]
    exact = simple_interest(Fraction(given["amount"]), Fraction(percent(given["rate"])), days)
    assert eur(exact) == expected["interest"]


def test_charge_late_interest_on_a_statement() -> None:
    given, expected = golden("charge-late-interest")
    here = world(
        "pricing: [{fixed: 100000, name: Platform}]\npayment_term: P30D\ninterest: {series: base, margin: 2%}",
        facts=[
            {"type": "giao.fact.index", "series": "base", "month": "2026-06", "value": "4.75%"},
            {"type": "giao.fact.payment", "month": "2026-05", "due": given["due"], "paid": given["paid"]},
        ],
    )
    found = line(here.month("2026-07"), "interest 2026-05")
    assert str(found.amount) == expected["interest"]
    assert dict(found.trace[0].numbers)["days"] == str(expected["days"])


def test_tax_vn_vat() -> None:
    given, expected = golden("tax-vn-vat")
    tax = Tax.model_validate(
        {
            "code": "standard",
            "rates": [{"rate": "8%", "from": "2025-07-01"}, {"rate": "10%", "from": "2027-01-01"}],
        }
    )
    base = Decimal(given["net"]) - Decimal(given["credit"])
    assert str(base) == expected["base"]
    for point, amount in zip(given["tax_points"], expected["vat"], strict=True):
        found, missing = tax_lines({"standard": base}, [tax], date.fromisoformat(point), "VND")
        assert (str(found[0].amount), missing) == (amount, [])
    assert rate_on(tax, date(2025, 6, 30)) is None


def test_pricing_references() -> None:
    references = json.loads(
        (DATA / "pricing" / "pricing_refs.json").read_text(encoding="utf-8"), parse_float=Decimal
    )
    flat, _, constructed, consumption = references
    model = arc(
        {
            "fee": flat["fee"],
            "baseline": flat["baseline"],
            "dead_band": str(flat["deadband"]),
            "arc": [[None, "45"]],
            "rrc": "35",
        },
        "edge",
    )
    for volume, amount in flat["cases"].items():
        assert arc_rrc_amount(model, Fraction(1000), Fraction(volume), Fraction(flat["fee"])) == amount
    model = arc(
        {
            "fee": constructed["fee"],
            "baseline": constructed["baseline"],
            "dead_band": str(constructed["deadband"]),
            "arc": [[width, price] for _, width, price in constructed["arc_bands"]],
            "rrc": constructed["rrc"],
        },
        constructed["from"],
    )
    for volume, amount in constructed["cases"].items():
        assert arc_rrc_amount(model, Fraction(1000), Fraction(volume), Fraction(constructed["fee"])) == amount
    # 55 m fixed less 7.5 m, and consumption above 7.5 m on top: a fee with consumption charged beyond a baseline.
    model = arc(
        {"fee": "47.5", "baseline": "7.5", "dead_band": "0%", "arc": [[None, 1]], "rrc": "0"}, "baseline"
    )
    for volume, amount in consumption["cases"].items():
        assert arc_rrc_amount(model, Fraction("7.5"), Fraction(volume), Fraction("47.5")) == amount
