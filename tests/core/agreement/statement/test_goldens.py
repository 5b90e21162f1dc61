"""Published values of whole invoices: every golden of the group `invoice`."""

from __future__ import annotations

from decimal import Decimal

from tests.core.agreement.statement.goldens import golden, group
from tests.core.agreement.statement.worlds import line, result, units, world

from giao.core.agreement.quantity import plain


def test_every_golden_of_the_group_is_tested() -> None:
    tested = {name.removeprefix("test_").replace("_", "-") for name in globals() if name.startswith("test_")}
    assert group("invoice") <= tested


def test_invoice_order() -> None:
    given, expected = golden("invoice-order")
    index = "index: {series: CPI, base: 2024-12, cap: 3%, share: 60%}"
    here = world(
        f"""
        term: {{start: 2025-01-01, end: 2026-12-31}}
        kpis: {{k: {{kind: rate, good: ok, minimum: 95%, points: {given["points"]}}}}}
        credits: {{at_risk: {given["at_risk"]}, pool: {given["pool"]}, repeat: [1, {given["repeat"]}]}}
        pricing:
          - {{per_unit: delivered, name: Work, bands: [{{to: 500, price: 6.20}}, {{price: 5.40}}], {index}}}
          - {{fixed: {given["fixed"]}, name: Platform, {index}}}
        tax: {{code: standard, rate: {given["tax"]}}}
        """,
        units("2026-02", given["units"]),
        facts=[
            {"type": "giao.fact.index", "series": "CPI", "month": "2024-12", "value": 100},
            {"type": "giao.fact.index", "series": "CPI", "month": "2025-12", "value": 104},
        ],
    )
    results = [result(here.versions, "k", month, "0.9") for month in ("2026-01", "2026-02")]
    found = here.month("2026-02", results)
    assert [str(item.amount) for item in found.lines] == expected["lines"]
    assert str(found.fees) == expected["fees"]
    assert found.at_risk is not None
    assert plain(found.at_risk) == expected["at_risk"]
    assert str(-found.settled_credits) == expected["credit"]
    assert (str(found.net), str(found.tax), str(found.total)) == (
        expected["net"],
        expected["tax"],
        expected["total"],
    )
    assert dict(line(found, "Platform").trace[1].numbers)["factor"] == given["factor"]


def test_invoice_last() -> None:
    given, expected = golden("invoice-last")
    here = world(
        f"""
        kpis: {{k: {{kind: rate, good: ok, minimum: 95%, credit: {{amount: {given["credits"]}}}}}}}
        credits: {{regime: percent}}
        pricing: [{{fixed: {given["fees"]}, name: P}}]
        """
    )
    found = here.month("2026-12", [result(here.versions, "k", "2026-12", "0.9")])
    assert (str(found.total), found.document) == (expected["total"], expected["document"])


def test_credits_settled_next_are_left_over_after_the_last_invoice() -> None:
    here = world(
        """
        kpis: {k: {kind: rate, good: ok, minimum: 95%, credit: {amount: 600}}}
        credits: {regime: percent, settle: next}
        pricing: [{fixed: 1000, name: P}]
        payment_term: P30D
        """
    )
    results = [result(here.versions, "k", month, "0.9") for month in ("2026-11", "2026-12")]
    found = {item.month: item for item in here.statements(results)}
    assert [str(found[month].settled_credits) for month in ("2026-11", "2026-12", "2027-01")] == [
        "0.00",
        "600.00",
        "600.00",
    ]
    last = found["2027-01"]
    assert (last.total, last.document, last.lines) == (Decimal("-600.00"), "credit_note", ())
    assert any("P30D" in flag for flag in last.flags)
