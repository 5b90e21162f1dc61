"""Charge lines on whole statements: what the design pins, one table or case a notion."""

from __future__ import annotations

from decimal import Decimal

import pytest
from tests.core.agreement.statement.worlds import line, units, world

from giao.core.agreement.errors import AgreementError

INDEX = {"type": "giao.fact.index", "series": "CPI"}


def amounts(here: object, name: str, *months: str) -> list[str]:
    return [str(line(here.month(month), name).amount) for month in months]  # type: ignore[attr-defined]


def test_a_fixed_price_by_quarter_falls_in_the_month_that_ends_it_pro_rata_to_the_term() -> None:
    here = world("pricing: [{fixed: 900, every: quarter, name: P}]", term=("2026-02-01", "2026-08-15"))
    found = {item.month: [str(charge.amount) for charge in item.lines] for item in here.statements()}
    assert found["2026-02"] == []
    assert found["2026-03"] == ["590.00"]  # 59 of 90 days
    assert found["2026-06"] == ["900.00"]
    assert found["2026-08"] == ["450.00"]  # 46 of 92 days


def test_each_day_of_a_fixed_price_has_its_own_version() -> None:
    here = world(
        "pricing: [{fixed: 310, name: P}]\n---\neffective: 2026-03-11\nversion: 2\npricing: [{fixed: 620, name: P}]"
    )
    assert amounts(here, "P", "2026-02", "2026-03", "2026-04") == ["310.00", "520.00", "620.00"]


def test_units_and_prices_are_those_of_the_version_at_the_event_and_bands_go_on() -> None:
    here = world(
        """
        pricing: [{per_unit: delivered, name: W, bands: [{to: 10, price: 5}, {price: 4}]}]
        ---
        effective: 2026-03-16
        version: 2
        pricing: [{per_unit: delivered, name: W, bands: [{to: 10, price: 3}, {price: 2}]}]
        """,
        [(str(n), "2026-03-02T10:00:00", "delivered") for n in range(8)]
        + [(f"b{n}", "2026-03-20T10:00:00", "delivered") for n in range(6)],
    )
    assert amounts(here, "W", "2026-03") == ["54.00"]  # 8 × 5, then 2 × 3 and 4 × 2


def test_a_line_that_ends_with_its_version_is_charged_for_its_days() -> None:
    here = world(
        "pricing: [{fixed: 310, name: Old}]\n---\neffective: 2026-03-11\nversion: 2\npricing: [{fixed: 620, name: New}]"
    )
    assert amounts(here, "Old", "2026-03") == ["100.00"]
    assert amounts(here, "New", "2026-03") == ["420.00"]
    assert [item.name for item in here.month("2026-04").lines] == ["New"]


def test_received_and_delivered_count_a_case_once_patterns_count_every_event() -> None:
    rows = [
        ("a", "2026-01-05T10:00:00", "received"),
        ("a", "2026-01-06T10:00:00", "delivered"),
        ("a", "2026-02-06T10:00:00", "delivered"),
        ("b", "2026-02-07T10:00:00", "delivered"),
    ]
    here = world(
        "pricing: [{per_unit: delivered, price: 1, name: Cases}, {per_unit: {activity: delivered}, price: 1, name: Events}]",
        rows,
    )
    assert amounts(here, "Cases", "2026-01", "2026-02") == ["1.00", "1.00"]
    assert amounts(here, "Events", "2026-01", "2026-02") == ["1.00", "2.00"]


def test_a_quantity_attribute_is_summed_exactly_and_a_blank_is_flagged() -> None:
    rows = [
        ("a", "2026-01-05T10:00:00", "delivered", {"pages": 0.1}),
        ("b", "2026-01-05T11:00:00", "delivered", {"pages": 0.2}),
        ("c", "2026-02-05T11:00:00", "delivered", {"pages": None}),
    ]
    here = world("pricing: [{per_unit: delivered, price: 10, quantity: pages, name: W}]", rows)
    january, february = here.month("2026-01"), here.month("2026-02")
    assert (line(january, "W").quantity, str(line(january, "W").amount)) == (Decimal("0.3"), "3.00")
    assert line(january, "W").flags == ()
    assert line(february, "W").provisional
    assert "1 counted events have no pages" in line(february, "W").flags[0]


def test_a_month_belongs_to_the_agreements_zone() -> None:
    here = world(
        "zone: Asia/Ho_Chi_Minh\npricing: [{per_unit: delivered, price: 1, name: W}]",
        [("a", "2026-01-31T16:59:59", "delivered"), ("b", "2026-01-31T17:00:00", "delivered")],
    )
    assert amounts(here, "W", "2026-01", "2026-02") == ["1.00", "1.00"]


@pytest.mark.parametrize(
    ("clause", "values", "expected"),
    [
        # (index at 2025-12 = base, 2026-12, 2027-12), prices after both anniversaries
        ("", (100, 110, 121), ("110.00", "121.00")),
        ("threshold: 2%", (100, 102, 104), ("100.00", "104.00")),  # at the threshold nothing; changes add up
        ("threshold: 2%", (100, 103, 104), ("103.00", "103.00")),
        ("threshold: 2%, only_excess: true", (100, 103, 103), ("101.00", "101.00")),
        ("threshold: 2%, only_excess: true", (100, 97, 97), ("99.00", "99.00")),
        ("cap: 3%", (100, 110, 110), ("103.00", "103.00")),
        ("floor: 0%", (100, 90, 99), ("100.00", "100.00")),
        ("share: 60%, cap: 3%", (100, 104, 104), ("101.80", "101.80")),
        ("compounding: false, cap: 15%", (100, 110, 121), ("110.00", "115.00")),
        ("lag_months: 1", (100, 110, 121), ("110.00", "121.00")),
    ],
)
def test_index(clause: str, values: tuple[int, int, int], expected: tuple[str, str]) -> None:
    facts = [
        {**INDEX, "month": month, "value": value}
        for month, value in zip(("2025-12", "2026-12", "2027-12"), values, strict=True)
    ]
    here = world(
        f"pricing: [{{fixed: 100, name: P, index: {{series: CPI, base: 2025-12{', ' if clause else ''}{clause}}}}}]",
        facts=facts,
        term=("2026-01-01", "2028-12-31"),
        as_of="2028-06-01",
    )
    assert amounts(here, "P", "2026-12", "2027-01", "2028-01") == ["100.00", *expected]


def test_index_changes_on_the_anniversary_itself_within_a_month() -> None:
    here = world(
        "pricing: [{fixed: 310, name: P, index: {series: CPI, base: 2025-06}}]",
        facts=[{**INDEX, "month": "2025-06", "value": 100}, {**INDEX, "month": "2026-06", "value": 110}],
        term=("2025-07-11", "2026-12-31"),
    )
    assert amounts(here, "P", "2026-07") == ["331.00"]  # 10 days at 10.00, 21 at 11.00


def test_a_missing_index_value_is_flagged_never_silent_and_the_latest_statement_of_it_holds() -> None:
    body = "pricing: [{fixed: 100, name: P, index: {series: CPI, base: 2025-12}}]"
    first = {**INDEX, "month": "2025-12", "value": 100}
    here = world(body, facts=[first], term=("2026-01-01", "2027-12-31"))
    found = line(here.month("2027-01"), "P")
    assert (str(found.amount), found.provisional) == ("100.00", True)
    assert "index CPI for 2026-12 is missing: add giao.fact.index" in found.flags[0]
    restated = [
        {**INDEX, "month": "2026-12", "value": 110, "recorded": "2027-01-10"},
        {**INDEX, "month": "2026-12", "value": 120, "recorded": "2027-02-10"},
    ]
    here = world(body, facts=[first, *restated], term=("2026-01-01", "2027-12-31"))
    assert amounts(here, "P", "2027-01") == ["120.00"]


@pytest.mark.parametrize(
    ("clause", "rate", "amount"),
    [
        ("band: 5%, from: base", "25000", "100.00"),
        ("band: 5%, from: base", "26250", "100.00"),  # the edge is inside
        ("band: 5%, from: base", "31250", "80.00"),
        ("band: 5%, from: edge", "31250", "84.00"),  # 26,250 ÷ 31,250
        ("band: 5%, from: base", "20000", "125.00"),
        ("band: 5%, from: edge", "20000", "118.75"),
    ],
)
def test_fx_clause(clause: str, rate: str, amount: str) -> None:
    here = world(
        f"pricing: [{{fixed: 100, name: P, fx: {{currency: VND, base: 25000, {clause}}}}}]",
        facts=[{"type": "giao.fact.rate", "currency": "VND", "rate": rate, "time": "2026-03-31"}],
    )
    assert amounts(here, "P", "2026-03") == [amount]
    february = line(here.month("2026-02"), "P")
    assert february.provisional
    assert "no VND rate" in february.flags[0]
    april = line(here.month("2026-04"), "P")
    assert not april.provisional
    assert "none is recorded in 2026-04" in april.flags[0]


@pytest.mark.parametrize(("how", "amount"), [("dated", "1820.00"), ("monthly_mean", "1900.00")])
def test_foreign_cost_at_the_dated_or_mean_rate(how: str, amount: str) -> None:
    here = world(
        f"pricing: [{{pass_through: Courier, name: C, currency: USD, rate: {how}}}]",
        [
            ("a", "2026-03-02T09:00:00", "Courier", {"cost": "1000"}),
            ("b", "2026-03-20T09:00:00", "Courier", {"cost": "1000"}),
        ],
        facts=[
            {"type": "giao.fact.rate", "currency": "USD", "rate": "0.90", "time": "2026-03-01"},
            {"type": "giao.fact.rate", "currency": "USD", "rate": "0.92", "time": "2026-03-15"},
            {"type": "giao.fact.rate", "currency": "USD", "rate": "1.03", "time": "2026-03-30"},
        ],
    )
    found = here.month("2026-03")
    assert str(line(found, "C").amount) == amount
    assert (found.fees, str(found.net)) == (0, amount)


def test_a_rate_quoted_the_other_way_round_divides_and_none_is_flagged() -> None:
    rows = [("a", "2026-03-02T09:00:00", "Courier", {"cost": "1000"})]
    body = "pricing: [{pass_through: Courier, name: C, currency: USD}]"
    rate = {"type": "giao.fact.rate", "currency": "USD", "rate": "1.25", "per": "EUR", "time": "2026-03-01"}
    assert amounts(world(body, rows, facts=[rate]), "C", "2026-03") == ["800.00"]
    missing = line(world(body, rows).month("2026-03"), "C")
    assert missing.provisional
    assert "1000 USD are not charged" in missing.flags[0]


def test_pass_through_by_facts_with_one_markup_cap_a_month() -> None:
    here = world(
        "pricing: [{pass_through: Never, name: Rent, markup: 10%, markup_cap: 30}]",
        facts=[
            {"type": "giao.fact.cost", "line": "Rent", "amount": "200", "time": "2026-03-05"},
            {"type": "giao.fact.cost", "line": "Rent", "amount": "200", "time": "2026-03-25"},
            {"type": "giao.fact.cost", "line": "Other", "amount": "999", "time": "2026-03-25"},
        ],
    )
    assert amounts(here, "Rent", "2026-03") == ["430.00"]


def test_events_without_a_cost_are_flagged() -> None:
    body = "pricing: [{pass_through: Courier, name: C}]"
    no_column = line(world(body, [("a", "2026-03-02T09:00:00", "Courier")]).month("2026-03"), "C")
    assert "the log has no column 'cost'" in no_column.flags[0]
    rows = [
        ("a", "2026-03-02T09:00:00", "Courier", {"cost": None}),
        ("b", "2026-03-02T09:00:00", "Courier", {"cost": "5"}),
    ]
    no_value = line(world(body, rows).month("2026-03"), "C")
    assert (str(no_value.amount), no_value.provisional) == ("5.00", True)


@pytest.mark.parametrize(
    ("minimum", "counts", "expected"),
    [
        ("units: 10", {"2026-01": 4}, {"2026-01": "30.00"}),  # what 10 units cost more than 4
        ("units: 10", {"2026-01": 10}, {"2026-01": None}),
        ("units: 30, every: quarter", {"2026-01": 4, "2026-02": 4}, {"2026-02": None, "2026-03": "110.00"}),
        ("amount: 100", {"2026-01": 4}, {"2026-01": "80.00"}),
        ("amount: 100, rate: 25%", {"2026-01": 4}, {"2026-01": "20.00"}),
    ],
)
def test_minimum(minimum: str, counts: dict[str, int], expected: dict[str, str | None]) -> None:
    rows = [row for month, count in counts.items() for row in units(month, count)]
    here = world(f"pricing: [{{per_unit: delivered, price: 5, name: W, minimum: {{{minimum}}}}}]", rows)
    for month, amount in expected.items():
        found = [str(item.amount) for item in here.month(month).lines if item.kind == "minimum"]
        assert found == ([amount] if amount else [])


def test_a_minimum_in_units_over_bands_costs_what_the_volume_would_have() -> None:
    here = world(
        "pricing: [{per_unit: delivered, name: W, bands: [{to: 5, price: 6}, {price: 4}], minimum: {units: 8}}]",
        units("2026-01", 3),
    )
    assert str(line(here.month("2026-01"), "W · minimum").amount) == "24.00"  # 2 × 6 + 3 × 4


def test_a_minimum_follows_its_phases_day_by_day() -> None:
    here = world(
        """
        phases: [{name: ramp, kind: ramp, until: 2026-01-10}]
        pricing: [{per_unit: delivered, price: 1, name: W, minimum: {amount: 310, by_phase: {ramp: 0}}}]
        """
    )
    found = [str(line(here.month(month), "W · minimum").amount) for month in ("2026-01", "2026-02")]
    assert found == ["210.00", "310.00"]


def test_a_minimum_in_units_of_a_line_without_a_unit_price_is_refused_with_the_mend() -> None:
    here = world("pricing: [{fixed: 5, name: W, minimum: {units: 3}}]")
    with pytest.raises(AgreementError, match=r"say minimum: \{amount"):
        here.statements()


def test_minimum_of_several_lines() -> None:
    here = world(
        """
        pricing:
          - {minimum_of: [A, B], amount: 1200, every: year, name: Commitment, rate: 50%}
          - {fixed: 20, name: A}
          - {fixed: 30, name: B}
          - {fixed: 99, name: C}
        """
    )
    december = here.month("2026-12")
    assert [item.name for item in december.lines] == ["Commitment", "A", "B", "C"]
    assert str(line(december, "Commitment").amount) == "300.00"  # (1,200 − 600) × 50%
    assert [item.name for item in here.month("2026-11").lines] == ["A", "B", "C"]


def test_arc_rrc_flags_renegotiation_and_is_pro_rata_to_days() -> None:
    body = """
    pricing:
      - {arc_rrc: 3100, of: delivered, baseline: 310, dead_band: 10%, arc: [{price: 2}], rrc: [{price: 1}], from: edge,
         renegotiate: 50%, name: R}
    """
    here = world(body, units("2026-01", 200), term=("2026-01-22", "2026-12-31"))
    found = line(here.month("2026-01"), "R")
    assert found.quantity == 49  # those delivered on 22 to 28 January, seven a day
    assert str(found.amount) == "959.00"  # 10 of 31 days: fee 1,000, baseline 100, edge 90; 41 fewer at 1
    assert "calls for renegotiation" in found.flags[0]
    assert not found.provisional


def test_outcome_and_where() -> None:
    rows = [
        ("a", "2026-01-05T10:00:00", "Accepted", {"kind": "x"}),
        ("b", "2026-01-06T10:00:00", "Accepted", {"kind": "y"}),
    ]
    here = world("pricing: [{outcome: Accepted, price: 7.5, name: O, where: 'kind = \"x\"'}]", rows)
    assert amounts(here, "O", "2026-01") == ["7.50"]


def test_fte_by_attendance_or_plan() -> None:
    days = {"type": "giao.fact.staff_days", "role": "agent", "month": "2026-03"}
    facts = [
        {**days, "days": "19.5"},
        {**days, "days": 22, "basis": "plan"},
        {**days, "role": "lead", "days": 2},
    ]
    body = "pricing: [{{fte: {{agent: 100, lead: 250}}, basis: {basis}, name: Team}}]"
    attendance = world(body.format(basis="attendance"), facts=facts)
    assert amounts(attendance, "Team", "2026-03") == ["2450.00"]
    plan = world(body.format(basis="plan"), facts=facts)
    assert amounts(plan, "Team", "2026-03") == ["2700.00"]
    none = line(attendance.month("2026-04"), "Team")
    assert none.provisional
    assert "add giao.fact.staff_days" in none.flags[0]


def test_a_role_without_a_rate_is_flagged() -> None:
    facts = [{"type": "giao.fact.staff_days", "role": "wizard", "month": "2026-03", "days": 2}]
    found = line(world("pricing: [{fte: {agent: 100}, name: Team}]", facts=facts).month("2026-03"), "Team")
    assert "role 'wizard' has no rate" in found.flags[0]


def test_time_and_materials_stops_at_the_orders_cap() -> None:
    facts = [
        {"type": "giao.fact.timesheet", "role": "dev", "month": f"2026-0{month}", "hours": 10}
        for month in (1, 2, 3)
    ]
    here = world("pricing: [{time_and_materials: {dev: 50}, cap: 800, name: T}]", facts=facts)
    assert amounts(here, "T", "2026-01", "2026-02", "2026-03") == ["500.00", "300.00", "0.00"]


@pytest.mark.parametrize(
    ("clause", "actual", "amount"),
    [
        ("hurdle: 100", "700", "80.00"),
        ("hurdle: 100", "950", "0.00"),
        ("hurdle: 100, cap: 50", "700", "50.00"),
        ("hurdle: 100", "1300", "0.00"),
        ("hurdle: 100, pain: true", "1300", "-80.00"),
        ("hurdle: 100, pain: true, cap: 50", "1300", "-50.00"),
    ],
)
def test_gain_share(clause: str, actual: str, amount: str) -> None:
    here = world(
        f"pricing: [{{gain_share: 40%, measure: cost, baseline: 1000, {clause}, name: G}}]",
        facts=[{"type": "giao.fact.measure", "name": "cost", "value": actual, "month": "2026-03"}],
    )
    found = here.month("2026-03")
    assert str(line(found, "G").amount) == amount
    assert found.fees == 0
    missing = line(here.month("2026-04"), "G")
    assert missing.provisional
    assert "measure 'cost' is missing" in missing.flags[0]


@pytest.mark.parametrize(
    ("late", "accepted", "amount"),
    [
        ("per_day: 10", "2026-03-01", None),
        ("per_day: 10", "2026-03-02", "-20.00"),
        ("per_day: 10, both_ends: false", "2026-03-02", "-10.00"),
        ("per_day: 10, grace: 3", "2026-03-03", None),
        ("per_day: 10, grace: 2", "2026-03-03", "-10.00"),
        ("per_day: 10, grace: 2, grace_counts: true", "2026-03-03", "-30.00"),
        ("per_day: 10, cap_amount: 25", "2026-03-05", "-25.00"),
    ],
)
def test_a_late_milestone(late: str, accepted: str, amount: str | None) -> None:
    here = world(
        f"pricing: [{{one_off: 1000, milestone: go, due: 2026-03-01, late: {{{late}}}, name: M}}]",
        facts=[{"type": "giao.fact.milestone", "name": "go", "accepted": accepted}],
    )
    found = {item.name: str(item.amount) for item in here.month("2026-03").extras}
    assert found == {"M": "1000.00"} | ({"M · late": amount} if amount else {})


def test_a_price_factor_of_a_phase_ramps_prices() -> None:
    here = world(
        """
        phases: [{name: ramp, kind: ramp, until: 2026-01-10, price_factor: 50%}]
        pricing: [{fixed: 310, name: P}, {per_unit: delivered, price: 2, name: W}]
        """,
        [("a", "2026-01-10T10:00:00", "delivered"), ("b", "2026-01-11T10:00:00", "delivered")],
    )
    assert amounts(here, "P", "2026-01") == ["260.00"]
    assert amounts(here, "W", "2026-01") == ["3.00"]


def test_vnd_has_no_decimals_and_rounding_is_half_even() -> None:
    here = world(
        "currency: VND\npricing: [{per_unit: delivered, price: 0.5, name: W}]",
        units("2026-01", 1) + units("2026-02", 3) + units("2026-03", 5),
    )
    assert amounts(here, "W", "2026-01", "2026-02", "2026-03") == ["0", "2", "2"]


def test_scope_is_judged_at_receipt() -> None:
    rows = [
        ("a", "2026-01-05T10:00:00", "received", {"site": "Hanoi"}),
        ("a", "2026-01-06T10:00:00", "delivered", {"site": "Hue"}),
        ("b", "2026-01-05T10:00:00", "received", {"site": "Hue"}),
        ("b", "2026-01-06T10:00:00", "delivered", {"site": "Hanoi"}),
    ]
    here = world("where: 'site = \"Hanoi\"'\npricing: [{per_unit: delivered, price: 1, name: W}]", rows)
    assert amounts(here, "W", "2026-01") == ["1.00"]


def test_a_case_is_counted_once_even_when_a_new_version_names_another_event() -> None:
    here = world(
        """
        work: {received: received, delivered: sent}
        pricing: [{per_unit: delivered, price: 1, name: W}]
        ---
        effective: 2026-03-01
        version: 2
        work: {received: received, delivered: paid}
        pricing: [{per_unit: delivered, price: 1, name: W}]
        """,
        [
            ("a", "2026-02-05T10:00:00", "sent"),
            ("a", "2026-03-05T10:00:00", "paid"),
            ("b", "2026-03-05T10:00:00", "sent"),
            ("b", "2026-03-06T10:00:00", "paid"),
        ],
    )
    assert amounts(here, "W", "2026-02", "2026-03") == ["1.00", "1.00"]
