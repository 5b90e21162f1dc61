"""Published values of credits: every golden of the group `credit`, and sla_credit_refs.json."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from tests.core.agreement.statement.goldens import DATA, golden, group
from tests.core.agreement.statement.worlds import agreement, line, result, window, world

from giao.core.agreement.credits.causes import CauseCount, dearest_only, sole_causes
from giao.core.agreement.credits.earn_back import recovered_by
from giao.core.agreement.credits.history import History, MonthRecord
from giao.core.agreement.credits.paying import expected_default_pays, in_grace, repeat_factor
from giao.core.agreement.credits.regimes import at_risk_credit, miss_points, percent_credit, points_percent
from giao.core.agreement.document.credit import KofN, KpiCredit
from giao.core.agreement.document.work import Phase
from giao.core.agreement.pricing.currency import cut_to, money
from giao.core.agreement.pricing.lateness import days_late, delay_credit
from giao.core.agreement.quantity import Period, percent
from giao.core.agreement.results import KpiResult


def eur(value: Fraction | Decimal) -> str:
    return str(money(value, "EUR"))


def test_every_golden_of_the_group_is_tested() -> None:
    tested = {name.removeprefix("test_").replace("_", "-") for name in globals() if name.startswith("test_")}
    assert group("credit") <= tested


def test_credit_dir() -> None:
    given, expected = golden("credit-dir")
    at_risk = Fraction(Decimal(given["invoice"])) * Fraction(percent(given["at_risk"]))
    points = Fraction(percent(given["allocation"])) * 100
    found = at_risk_credit(at_risk, points, category=Fraction(percent(given["pool_share"])))
    assert eur(found) == expected["credit"]


def test_credit_dir_on_a_statement() -> None:
    _, expected = golden("credit-dir")
    here = world(
        """
        kpis: {k: {kind: rate, good: ok, minimum: 95%, points: 40, category: speed}}
        credits: {at_risk: 10%, category: {speed: 50%}}
        pricing: [{fixed: 100000, name: Platform}]
        """
    )
    found = here.month("2026-01", [result(here.versions, "k", "2026-01", "0.9")])
    assert [str(item.amount) for item in found.credits] == [expected["credit"]]


def test_credit_cap() -> None:
    given, expected = golden("credit-cap")
    cap = Decimal(given["invoice"]) * percent(given["at_risk"])
    found = cut_to([Decimal(item) for item in given["credits"]], cap, "EUR")
    assert [str(item) for item in found] == expected["lines"]
    assert sum(found) == Decimal(expected["total"])


def test_credit_cap_on_a_statement() -> None:
    given, expected = golden("credit-cap")
    kpis = "\n".join(
        f"  k{place}: {{kind: rate, good: ok, minimum: 95%, credit: {{amount: {amount}}}}}"
        for place, amount in enumerate(given["credits"])
    )
    here = world(
        f"kpis:\n{kpis}\ncredits: {{regime: percent, cap_month: 10%}}\npricing: [{{fixed: 100000, name: P}}]"
    )
    found = here.month(
        "2026-01", [result(here.versions, f"k{place}", "2026-01", "0.9") for place in range(3)]
    )
    assert [str(item.amount) for item in found.credits] == expected["lines"]
    assert str(found.credit_total) == expected["total"]


def test_credit_points_uk() -> None:
    given, expected = golden("credit-points-uk")
    model = KpiCredit.model_validate({"bands": given["bands"]})
    repeat = [Fraction(item) for item in given["repeat"]]
    found = []
    for place, value in enumerate(given["values"], start=1):
        points = miss_points(model, None, Fraction(Decimal(value)), "higher")
        assert points is not None
        found.append(points * repeat_factor(repeat, place))
    assert found == expected["points"]


def test_credit_points_uk_on_statements() -> None:
    given, expected = golden("credit-points-uk")
    bands = ", ".join(f"{{below: {band['below']}, points: {band['points']}}}" for band in given["bands"])
    here = world(
        f"""
        kpis: {{k: {{kind: ratio, numerator: {{count: a}}, denominator: {{count: b}}, minimum: 99, credit: {{bands: [{bands}]}}}}}}
        credits: {{regime: points, rate: 1%, repeat: [1, 2]}}
        pricing: [{{fixed: 1000, name: P}}]
        """
    )
    months = ["2026-01", "2026-02", "2026-03"]
    results = [
        result(here.versions, "k", month, value) for month, value in zip(months, given["values"], strict=True)
    ]
    found = [here.month(month, results).credits[0] for month in months]
    assert [item.points for item in found] == expected["points"]
    assert [str(item.amount) for item in found] == ["30.00", "20.00", "60.00"]


def test_credit_points_percent() -> None:
    given, expected = golden("credit-points-percent")
    share = points_percent(Fraction(given["points"]), None, percent(given["rate"]))
    assert eur(share * Fraction(Decimal(given["charges"]))) == expected["credit"]


def test_credit_points_table() -> None:
    given, expected = golden("credit-points-table")
    table = {int(points): percent(share) for points, share in given["table"].items()}
    bill = Fraction(Decimal(given["bill"]))
    found = [eur(points_percent(Fraction(points), table, None) * bill) for points in given["points"]]
    assert found == expected["credits"]


def priced(credit: dict[str, Any], level: str, value: str, fees: str = "0") -> Fraction:
    """A share when level and value are percent, a number otherwise."""
    share = "%" in level
    read = percent if share else Decimal
    exact = Fraction(read(value))
    found = KpiResult(
        "k", window("2026-01"), 100, exact, "minimum_default", unit="share" if share else "number"
    )
    model = KpiCredit.model_validate(credit)
    return percent_credit(model, found, Fraction(read(level)), "higher", Fraction(Decimal(fees)))[0]


def test_credit_gap() -> None:
    given, expected = golden("credit-gap")
    found = priced({"shortfall": 1}, given["level"], given["actual"], given["charges"])
    assert eur(found) == expected["uncapped"]
    here = world(
        """
        kpis: {k: {kind: rate, good: ok, minimum: 98%, credit: {shortfall: 1, cap: 15%}}}
        credits: {regime: percent}
        pricing: [{fixed: 10000, name: P}]
        """
    )
    [credit] = here.month("2026-01", [result(here.versions, "k", "2026-01", "0.75")]).credits
    assert (str(credit.uncapped), str(credit.amount)) == (expected["uncapped"], expected["credit"])


def test_credit_per_point_or_fraction() -> None:
    given, expected = golden("credit-per-point-or-fraction")
    found = []
    for quarter in given["quarters"]:
        mean = sum(Fraction(Decimal(value)) for value in quarter) / 3
        result_of = KpiResult("k", window("2026-Q1"), 100, mean, "minimum_default", unit="number")
        model = KpiCredit.model_validate({"per_point": given["per_point"], "or_fraction": True})
        found.append(
            eur(percent_credit(model, result_of, Fraction(given["level"]), "higher", Fraction(0))[0])
        )
    assert found == expected["credits"]


def test_credit_one_incident() -> None:
    given, expected = golden("credit-one-incident")
    misses = given["misses"]
    amounts = [Fraction(Decimal(item["credit"])) for item in misses]
    causes = [frozenset([item["cause"]]) if "cause" in item else frozenset() for item in misses]
    dropped = dearest_only(amounts, causes)
    assert [misses[place]["kpi"] for place in dropped] == expected["dropped"]
    assert (
        eur(sum(amount for place, amount in enumerate(amounts) if place not in dropped)) == expected["total"]
    )


@pytest.mark.parametrize(("same_cause", "total"), [("one", "1900.00"), ("all", "2800.00")])
def test_credit_one_incident_on_a_statement(same_cause: str, total: str) -> None:
    given, _ = golden("credit-one-incident")
    kpis = "\n".join(
        f"  {item['kpi']}: {{kind: rate, good: ok, minimum: 95%, credit: {{amount: {item['credit']}}}}}"
        for item in given["misses"]
    )
    here = world(
        f"kpis:\n{kpis}\ncredits: {{regime: percent, same_cause: {same_cause}}}\npricing: [{{fixed: 10000, name: P}}]"
    )
    results = [result(here.versions, item["kpi"], "2026-01", "0.9", misses=10) for item in given["misses"]]
    incidents = {
        item["kpi"]: [CauseCount(item["cause"], 8, 8)] for item in given["misses"] if "cause" in item
    }
    found = here.month("2026-01", results, cause_counts=lambda of: incidents.get(of.kpi, []))
    assert str(found.credit_total) == total


def test_a_cause_counts_only_when_the_kpi_would_be_met_without_its_cases() -> None:
    versions = agreement("kpis: {k: {kind: rate, good: ok, minimum: 95%}}")
    found = result(versions, "k", "2026-01", "0.9", misses=10)
    assert sole_causes(found, [CauseCount("INC1", 6, 6)], "higher") == {"INC1"}  # 90/94 missed 4: 95.7%
    assert sole_causes(found, [CauseCount("INC1", 5, 5)], "higher") == frozenset()  # 5 of 95 missed: 94.7%
    assert sole_causes(found, [CauseCount("INC1", 100, 10)], "higher") == {"INC1"}


def test_credit_cap_by_condition() -> None:
    given, expected = golden("credit-cap-by-condition")
    here = world(
        f"""
        kpis:
          k: {{kind: rate, good: ok, minimum: 95%, credit: {{amount: {given["credits"]}}}}}
          extended: {{kind: volume, of: received}}
        credits: {{regime: percent, at_risk: [{{when: "extended > 0", share: 15%}}, {{share: 10%}}]}}
        pricing: [{{fixed: {given["fees"]}, name: P}}]
        """
    )
    miss = result(here.versions, "k", "2026-01", "0.9")
    for incidents, amount in (("0", "normal"), ("1", "with_extended_incident")):
        found = here.month("2026-01", [miss, result(here.versions, "extended", "2026-01", incidents)])
        assert str(found.credit_total) == expected[amount]


def values(names: list[str | None], expected: str = "95", minimum: str | None = None) -> list[KpiResult]:
    found = []
    for place, name in enumerate(names):
        value = None if name is None else Fraction(Decimal(name))
        state: Any = "no_data" if value is None else "met"
        if value is not None and value < Fraction(expected):
            below = minimum is None or value < Fraction(minimum)
            state = "minimum_default" if below else "expected_default"
        month = f"{2026 + place // 12}-{place % 12 + 1:02d}"
        found.append(KpiResult("k", window(month), 100, value, state, unit="number"))
    return found


def test_credit_expected_default() -> None:
    given, expected = golden("credit-expected-default")
    results = values(given["values"], given["expected"], given["minimum"])
    rule = KofN(k=given["k"], of=given["n"])
    assert [expected_default_pays(results, at, rule) for at in range(len(results))] == expected["pays"]


def test_credit_expected_default_on_statements() -> None:
    given, expected = golden("credit-expected-default")
    here = world(
        """
        kpis: {k: {kind: ratio, numerator: {count: a}, denominator: {count: b}, expected: 95, minimum: 90, points: 50}}
        credits: {at_risk: 10%, expected_default: {k: 4, of: 12}}
        pricing: [{fixed: 1000, name: P}]
        """
    )
    months = [f"2026-{number:02d}" for number in range(1, 10)]
    results = [
        result(here.versions, "k", month, value) for month, value in zip(months, given["values"], strict=True)
    ]
    assert [bool(here.month(month, results).credits) for month in months] == expected["pays"]


def test_credit_earn_back() -> None:
    given, expected = golden("credit-earn-back")
    found = []
    for after in given["after"]:
        back = recovered_by(values(["90", *after]), 0, given["n"])
        found.append(given["credit"] if back is not None else "0.00")
    assert found == expected["earned_back"]


def test_credit_earn_back_on_statements() -> None:
    given, expected = golden("credit-earn-back")
    for after, amount in zip(given["after"], expected["earned_back"], strict=True):
        here = world(
            """
            kpis: {k: {kind: ratio, numerator: {count: a}, denominator: {count: b}, minimum: 95, credit: {amount: 2000}}}
            credits: {regime: percent, earn_back: {windows: 3}}
            pricing: [{fixed: 10000, name: P}]
            """
        )
        results = [
            result(here.versions, "k", f"2026-{place:02d}", value)
            for place, value in enumerate(["90", *after], start=1)
        ]
        january = [
            item
            for month in here.statements(results)
            for item in month.earned_back_lines
            if item.credit_month == "2026-01"
        ]
        assert eur(sum((item.amount for item in january), Decimal(0))) == amount


def records(shares: list[str]) -> list[MonthRecord]:
    return [
        MonthRecord(f"2026-{place:02d}", date(2026, place, 28), Decimal(100), Decimal(30), Decimal(share))
        for place, share in enumerate(shares, start=1)
    ]


def test_trigger_two_of_four() -> None:
    given, expected = golden("trigger-two-of-four")
    found = [
        History(records(shares), {}).credit_share(2, 4, Fraction(1, 5)) for shares in given["credit_percent"]
    ]
    assert found == expected["fires"]


@pytest.mark.parametrize("place", [0, 1])
def test_trigger_two_of_four_on_statements(place: int) -> None:
    given, expected = golden("trigger-two-of-four")
    shares = given["credit_percent"][place]
    here = world(
        """
        kpis: {k: {kind: ratio, numerator: {count: a}, denominator: {count: b}, minimum: 100, credit: {shortfall: 1}}}
        credits:
          regime: percent
          triggers: [{name: exit, when: "credit_share(2, 4, 0.20)", right: terminate, use_within: P90D}]
        pricing: [{fixed: 1000, name: P}]
        """
    )
    results = [
        result(here.versions, "k", f"2026-{number:02d}", str(100 - int(share)))
        for number, share in enumerate(shares, start=1)
    ]
    months = [f"2026-{number:02d}" for number in range(1, len(shares) + 1)]
    fires = [here.month(month, results).triggers[0] for month in months]
    assert [item.fired for item in fires[:-1]] == [False] * (len(shares) - 1)
    assert fires[-1].fired == expected["fires"][place]
    assert fires[-1].use_until == (date(2026, 7, 29) if expected["fires"][place] else None)


def test_trigger_rolling_average() -> None:
    given, expected = golden("trigger-rolling-average")
    results = values(given["values"], "97")
    mean = History([], {"k": results}).mean("k", 3)
    assert mean == Fraction(Decimal(expected["average"]))
    here = world(
        """
        kpis: {k: {kind: ratio, numerator: {count: a}, denominator: {count: b}, minimum: 90}}
        credits: {regime: percent, triggers: [{name: low, when: "mean(k, 3) < 97", right: rectification_plan}]}
        pricing: [{fixed: 1000, name: P}]
        """
    )
    own = [
        result(here.versions, "k", f"2026-{n:02d}", value) for n, value in enumerate(given["values"], start=1)
    ]
    assert here.month("2026-03", own).triggers[0].fired is expected["fires"]
    assert here.month("2026-02", own).triggers[0].fired is False  # 97.25


def test_credit_three_consecutive() -> None:
    given, expected = golden("credit-three-consecutive")
    here = world(
        """
        kpis: {k: {kind: rate, good: ok, minimum: 95%, credit: {percent: 2%, streak: 3}}}
        credits: {regime: percent}
        pricing:
          - {per_unit: delivered, price: 1000, name: Orders}
        """,
        [
            (f"{month}-{number}", f"2026-{month:02d}-05T10:00:00", "delivered")
            for month, fees in enumerate(given["fees"], start=1)
            for number in range(int(Decimal(fees)) // 1000)
        ],
    )
    results = [result(here.versions, "k", f"2026-{number:02d}", "0.9") for number in (1, 2, 3)]
    assert [str(here.month(f"2026-{number:02d}", results).credit_total) for number in (1, 2, 3)] == [
        "0.00",
        "0.00",
        expected["credit"],
    ]


def test_credit_delay_payment() -> None:
    given, expected = golden("credit-delay-payment")
    model = KpiCredit.model_validate({"per_day": given["per_day"], "cap": given["cap"]})
    days = days_late(model, date.fromisoformat(given["due"]), date.fromisoformat(given["achieved"]))
    uncapped, amount = delay_credit(model, days, Fraction(Decimal(given["milestone"])))
    assert (days, eur(uncapped), eur(amount)) == (expected["days"], expected["uncapped"], expected["amount"])
    here = world(
        f"""
        pricing:
          - {{one_off: {given["milestone"]}, name: Move, milestone: move, due: {given["due"]}, late: {{per_day: 1000, cap: 10%}}}}
        """,
        facts=[{"type": "giao.fact.milestone", "name": "move", "accepted": given["achieved"]}],
    )
    march = here.month("2026-03")
    assert str(line(march, "Move").amount) == given["milestone"]
    assert str(line(march, "Move · late").amount) == f"-{expected['amount']}"
    assert march.fees == 0


@pytest.mark.parametrize("nature", ["penalty", "price_adjustment"])
def test_credit_vn_penalty_cap(nature: str) -> None:
    given, expected = golden("credit-vn-penalty-cap")
    here = world(
        f"""
        kpis: {{k: {{kind: rate, good: ok, minimum: 95%, credit: {{percent: {given["agreed"]}}}}}}}
        credits: {{regime: percent, nature: {nature}}}
        pricing: [{{fixed: {given["breached_value"]}, name: P}}]
        """,
        currency="VND",
        law="VN",
    )
    found = here.month("2026-01", [result(here.versions, "k", "2026-01", "0.9")])
    assert str(found.credits[0].uncapped) == expected["penalty"]["agreed"]
    assert str(found.credit_total) == expected[nature]["payable"]
    assert any("ask counsel" in flag for flag in found.flags) is expected[nature].get("warning", False)


def test_credit_late_exclusion() -> None:
    given, expected = golden("credit-late-exclusion")
    met, n = given["first"]
    here = world(
        f"""
        kpis: {{k: {{kind: rate, good: ok, expected: 95%, credit: {{amount: {given["credit"]}}}}}}}
        credits: {{regime: percent}}
        pricing: [{{fixed: 10000, name: P}}]
        """,
        as_of="2026-04-01",
    )
    before = result(here.versions, "k", "2026-01", "0.94")
    value = Fraction(met, n - given["excluded_late_cases"])
    after = replace(before, value=value, n=n - 2, state="met")
    assert abs(value - Fraction(Decimal(expected["january_v2"]["value"]))) <= Fraction(1, 10**6)

    def recompute(at: int) -> Any:
        then = replace(here, as_of_us=at).inputs
        return type("Then", (), {"inputs": then, "matcher": here.matcher(then), "kpis": [before]})

    found = {item.month: item for item in here.statements([after], recompute=recompute)}
    assert -found["2026-01"].credit_total == Decimal(expected["january_v1"]["credit"])
    assert (found["2026-01"].closed, found["2026-03"].closed) == (True, False)
    [late] = found["2026-03"].adjustments
    assert (late.month, late.old, str(late.amount)) == (
        "2026-01",
        Decimal("-1000.00"),
        expected["march_adjustment"],
    )
    assert found["2026-02"].adjustments == ()


def test_credit_grace() -> None:
    given, expected = golden("credit-grace")
    start = date.fromisoformat(given["start"])
    ends = Period.parse(given["grace"]).after(start)
    assert ends.isoformat() == expected["grace_ends"]
    phase = Phase.model_validate({"name": "hypercare", "until": "2026-04-14", "grace": True})
    pays = [not in_grace(window(month), [phase], start) for month in given["windows"]]
    assert pays == expected["pays"]


def test_sla_credit_references() -> None:
    references = json.loads(
        (DATA / "pricing" / "sla_credit_refs.json").read_text(encoding="utf-8"), parse_float=Decimal
    )
    texas, uk, telus, rewards, _, _ = references
    at_risk = Fraction(texas["invoice"]) * Fraction(texas["at_risk_pct"])
    found = at_risk_credit(
        at_risk, Fraction(texas["credit_alloc"]) * 100, category=Fraction(texas["pool_alloc"])
    )
    assert found == texas["expected_credit"]
    model = KpiCredit.model_validate(
        {"bands": [{"below": "97", "points": 3}, {"below": "98", "points": 2}, {"below": "99", "points": 1}]}
    )
    points = [
        (miss_points(model, None, Fraction(value), "higher") or Fraction(0))
        * repeat_factor([Fraction(1), Fraction(2)], at)
        for at, value in enumerate(uk["sequence"], start=1)
    ]
    assert points == uk["points"]
    table = {int(row.rstrip("+")): Decimal(share) / 100 for row, share in telus["table"].items()}
    assert [points_percent(Fraction(row), table, None) * 100 for row in sorted(table)] == [0, 2, 4, 6, 8, 10]
    assert at_risk_credit(Fraction(1000) * Fraction(3, 100), Fraction(100)) == rewards["expected_credit"]
