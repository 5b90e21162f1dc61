"""Credits on whole statements: what the design pins, one case a notion."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

import pytest
from tests.core.agreement.statement.worlds import World, line, result, world

from giao.core.agreement.credits.explain import explain_credit
from giao.core.agreement.errors import AgreementError
from giao.core.agreement.results import Statement

MONTHS = [f"2026-{number:02d}" for number in range(1, 13)]
RATIO = "kind: ratio, numerator: {count: a}, denominator: {count: b}"


def run(here: World, values: Mapping[str, Sequence[str | None]], **options: object) -> dict[str, Statement]:
    """Statements by month from KPI values, month by month from the start of the year."""
    results = [
        result(here.versions, kpi, month, value)
        for kpi, listed in values.items()
        for month, value in zip(MONTHS, listed, strict=False)
    ]
    return {item.month: item for item in here.statements(results, **options)}


def totals(found: Mapping[str, Statement], count: int) -> list[str]:
    return [str(found[month].credit_total) for month in MONTHS[:count]]


def one(credits: str, kpi: str = "minimum: 95%, points: 50", fee: int = 1000, **options: str) -> World:
    return world(
        f"kpis: {{k: {{kind: rate, good: ok, {kpi}}}}}\ncredits: {{{credits}}}\npricing: [{{fixed: {fee}, name: P}}]",
        **options,  # type: ignore[arg-type]
    )


def test_repeat_grows_with_consecutive_misses_no_data_neither_lengthens_nor_ends_it_met_resets() -> None:
    here = one("at_risk: 10%, pool: 400, cap_month: 100%, repeat: [1, 1.5, 2]")
    found = run(here, {"k": ["0.9", "0.9", None, "0.9", "0.9", "0.99", "0.9"]})
    assert totals(found, 7) == ["50.00", "75.00", "0.00", "100.00", "100.00", "0.00", "50.00"]
    assert [found[month].credits[0].repeat for month in ("2026-01", "2026-02", "2026-04")] == [
        Decimal(1),
        Decimal("1.5"),
        Decimal(2),
    ]


def test_an_expected_default_lengthens_the_streak_but_pays_nothing_of_its_own() -> None:
    here = one("at_risk: 10%, repeat: [1, 2]", "expected: 95%, minimum: 90%, points: 50")
    assert totals(run(here, {"k": ["0.94", "0.80"]}), 2) == ["0.00", "100.00"]


def test_kpis_without_points_or_credit_are_reported_only() -> None:
    assert totals(run(one("at_risk: 10%", "minimum: 95%"), {"k": ["0.1"]}), 1) == ["0.00"]
    assert totals(run(one("regime: percent", "minimum: 95%, points: 50"), {"k": ["0.1"]}), 1) == ["0.00"]


@pytest.mark.parametrize(
    ("credit", "value", "amount"),
    [
        ("tiers: [{below: 95%, percent: 2%}, {below: 90%, percent: 5%}]", "0.92", "20.00"),
        ("tiers: [{below: 95%, percent: 2%}, {below: 90%, percent: 5%}]", "0.90", "20.00"),
        ("tiers: [{below: 90%, percent: 5%}, {below: 95%, percent: 2%}]", "0.899", "50.00"),
        ("percent: 3%", "0.94", "30.00"),
        ("shortfall: 0.5", "0.75", "100.00"),
        ("per_point: 10", "0.942", "8.00"),
        ("per_point: 10, or_fraction: true", "0.942", "10.00"),
        ("per_point: 10, or_fraction: true", "0.94", "10.00"),
        ("amount: 70", "0.94", "70.00"),
        ("amount: 70, cap: 5%", "0.94", "50.00"),
        ("amount: 70, cap_amount: 20", "0.94", "20.00"),
        ("percent: 3%, amount: 7", "0.94", "37.00"),
    ],
)
def test_percent_regime(credit: str, value: str, amount: str) -> None:
    here = one("regime: percent", f"minimum: 95%, credit: {{{credit}}}")
    assert totals(run(here, {"k": [value]}), 1) == [amount]


def test_per_case_counts_the_cases_that_missed() -> None:
    here = one("regime: percent", "minimum: 95%, credit: {per_case: 2.5}")
    found = here.month("2026-01", [result(here.versions, "k", "2026-01", "0.9", misses=7)])
    assert str(found.credit_total) == "17.50"


def test_shortfall_is_taken_from_the_level_that_is_named() -> None:
    levels = "expected: 95%, minimum: 90%"
    for level, amount in (("", "50.00"), (", level: expected", "100.00"), (", level: minimum", "50.00")):
        here = one("regime: percent", f"{levels}, credit: {{shortfall: 1{level}}}")
        assert totals(run(here, {"k": ["0.85"]}), 1) == [amount]


def test_lower_is_better_turns_bands_and_shortfalls_round() -> None:
    here = one(
        "regime: percent",
        "direction: lower, minimum: 5%, credit: {tiers: [{below: 5%, percent: 1%}, {below: 10%, percent: 4%}]}",
    )
    assert totals(run(here, {"k": ["0.05", "0.06", "0.11"]}), 3) == ["0.00", "10.00", "40.00"]


def test_a_length_of_time_has_no_percentage_points() -> None:
    here = world(
        """
        clocks: {c: {start: a, stop: b}}
        kpis: {k: {kind: mean, clock: c, minimum: 4 hours, credit: {per_point: 10}}}
        credits: {regime: percent}
        pricing: [{fixed: 1000, name: P}]
        """
    )
    with pytest.raises(AgreementError, match="price it by tiers"):
        run(here, {"k": ["20000"]})


def test_credit_per_day_late_of_an_obligation() -> None:
    here = world(
        """
        obligations: [{name: report, due: day 5}]
        kpis: {k: {kind: duty, obligations: [report], minimum: 100%, credit: {per_day: 10, both_ends: false}}}
        credits: {regime: percent}
        pricing: [{fixed: 1000, name: P}]
        """,
        facts=[{"type": "giao.fact.duty", "obligation": "report", "due": "2026-01-05", "done": "2026-01-09"}],
    )
    assert totals(run(here, {"k": ["0"]}), 1) == ["40.00"]


def test_per_day_without_days_says_what_it_fits() -> None:
    here = one("regime: percent", "minimum: 95%, credit: {per_day: 10}")
    with pytest.raises(AgreementError, match="fits KPIs of kind duty"):
        run(here, {"k": ["0.9"]})


def test_points_of_several_kpis_pool_into_one_percent_shared_by_points() -> None:
    here = world(
        """
        kpis:
          a: {kind: rate, good: ok, minimum: 95%, points: 4}
          b: {kind: rate, good: ok, minimum: 95%, credit: {bands: [{below: 95%, points: 2}, {below: 80%, points: 7}]}}
        credits: {regime: points, table: {5: 0%, 10: 2%}}
        pricing: [{fixed: 1000, name: P}]
        """
    )
    found = run(here, {"a": ["0.9", "0.9"], "b": ["0.9", "0.7"]})
    assert totals(found, 2) == ["0.00", "20.00"]
    assert {item.kpi: str(item.amount) for item in found["2026-02"].credits} == {"a": "7.27", "b": "12.73"}


def test_a_quarter_is_at_stake_with_the_fees_of_its_months_and_belongs_to_the_last() -> None:
    here = world(
        """
        kpis: {k: {kind: rate, good: ok, minimum: 95%, points: 10, window: quarter}}
        credits: {at_risk: 10%}
        pricing: [{per_unit: delivered, price: 1000, name: W}]
        """,
        [("a", "2026-01-05T10:00:00", "delivered"), ("b", "2026-03-05T10:00:00", "delivered")],
    )
    found = {item.month: item for item in here.statements([result(here.versions, "k", "2026-Q1", "0.9")])}
    assert totals(found, 4) == ["0.00", "0.00", "20.00", "0.00"]
    assert found["2026-03"].credits[0].window == "2026-Q1"


def test_a_week_is_at_stake_with_its_days_share_of_the_month() -> None:
    here = world(
        """
        kpis: {k: {kind: rate, good: ok, minimum: 95%, points: 100, window: week}}
        credits: {at_risk: 10%}
        pricing: [{fixed: 3100, name: P}]
        """
    )
    [week] = here.month("2026-01", [result(here.versions, "k", "2026-W03", "0.9")]).credits
    assert str(week.amount) == "70.00"  # 7 of 31 days of 3,100 at 10%


def test_a_window_that_touches_grace_is_measured_and_pays_nothing() -> None:
    here = world(
        """
        phases: [{name: hypercare, until: 2026-02-01, grace: true}]
        kpis: {k: {kind: rate, good: ok, minimum: 95%, points: 50}}
        credits: {at_risk: 10%, repeat: [1, 1, 1.5]}
        pricing: [{fixed: 1000, name: P}]
        """
    )
    assert totals(run(here, {"k": ["0.9", "0.9", "0.9"]}), 3) == ["0.00", "0.00", "75.00"]


def test_levels_and_credits_are_of_the_version_on_the_windows_first_day() -> None:
    here = world(
        """
        kpis: {k: {kind: rate, good: ok, minimum: 95%, points: 50}}
        credits: {at_risk: 10%}
        pricing: [{fixed: 1000, name: P}]
        ---
        effective: 2026-02-15
        version: 2
        kpis: {k: {kind: rate, good: ok, minimum: 95%, points: 80}}
        credits: {at_risk: 20%}
        pricing: [{fixed: 1000, name: P}]
        """
    )
    assert totals(run(here, {"k": ["0.9", "0.9", "0.9"]}), 3) == ["50.00", "50.00", "160.00"]


def test_caps_hold_in_their_order_and_each_says_what_it_cut() -> None:
    here = world(
        """
        kpis:
          a: {kind: rate, good: ok, minimum: 95%, tower: t, credit: {amount: 300, cap_amount: 200}}
          b: {kind: rate, good: ok, minimum: 95%, tower: t, credit: {amount: 100}}
          c: {kind: rate, good: ok, minimum: 95%, credit: {amount: 100}}
        credits: {regime: percent, cap_month: 12%, cap_year: 10%, towers: {t: {lines: [P], cap: 15%}}}
        pricing: [{fixed: 1000, name: P}, {fixed: 1000, name: Q}]
        """
    )
    found = run(here, {"a": ["0.9"], "b": ["0.9"], "c": ["0.9"]})["2026-01"]
    cuts = {
        item.kpi: [dict(s.numbers)["cap"] for s in item.trace if s.what == "credit.cap"]
        for item in found.credits
    }
    assert cuts == {
        "a": ["kpi", "tower", "month", "year"],
        "b": ["tower", "month", "year"],
        "c": ["month", "year"],
    }
    assert {item.kpi: str(item.amount) for item in found.credits} == {
        "a": "80.00",
        "b": "40.00",
        "c": "80.00",
    }


def test_the_year_cap_grows_with_the_years_fees_and_starts_anew() -> None:
    here = one("at_risk: 100%, cap_year: 5%")
    found = run(here, {"k": ["0.9", "0.99", "0.9"]})
    assert totals(found, 3) == ["50.00", "0.00", "100.00"]


def test_carry_moves_what_a_cap_cut_to_the_next_month_and_lapses_with_the_term() -> None:
    here = one("regime: percent, cap_month: 10%, carry: true", "minimum: 95%, credit: {amount: 250}")
    found = run(here, {"k": ["0.9", "0.99", "0.99", "0.99"]})
    assert totals(found, 4) == ["100.00", "100.00", "50.00", "0.00"]
    assert [str(found[month].carried_in) for month in MONTHS[:4]] == ["0.00", "150.00", "50.00", "0.00"]
    assert [str(found[month].carried_out) for month in MONTHS[:4]] == ["150.00", "50.00", "0.00", "0.00"]
    assert found["2026-02"].credits[0].reason == "carried"
    last = run(here, {"k": ["0.99"] * 11 + ["0.9"]})["2026-12"]
    assert str(last.carried_out) == "0.00"
    assert "150.00 EUR of credits cut by caps lapse" in last.flags[0]


def test_a_floor_drops_smaller_months_whole() -> None:
    here = one("regime: percent, floor: 30", "minimum: 95%, credit: {shortfall: 1}")
    assert totals(run(here, {"k": ["0.93", "0.92"]}), 2) == ["0.00", "30.00"]


def test_earn_back_returns_what_was_credited_after_caps_once_in_the_month_that_completes_it() -> None:
    here = one("at_risk: 10%, cap_month: 4%, earn_back: {windows: 2}")
    found = run(here, {"k": ["0.9", "0.99", None, "0.95", "0.99", "0.99"]})
    assert totals(found, 1) == ["40.00"]
    assert [str(found[month].earned_back) for month in MONTHS[:6]] == [
        "0.00",
        "0.00",
        "0.00",
        "40.00",
        "0.00",
        "0.00",
    ]
    assert found["2026-04"].earned_back_lines[0].credit_month == "2026-01"
    assert str(found["2026-04"].net) == "1040.00"


def test_earn_back_ends_with_the_term_and_not_for_excepted_phases() -> None:
    here = one("at_risk: 10%, earn_back: {windows: 2}")
    found = run(here, {"k": ["0.99"] * 10 + ["0.9", "0.99"]})
    assert sum(item.earned_back for item in found.values()) == 0
    here = world(
        """
        phases: [{name: exit, from: 2026-01-15, until: 2026-01-20, kind: exit}]
        kpis: {k: {kind: rate, good: ok, minimum: 95%, points: 50}}
        credits: {at_risk: 10%, earn_back: {windows: 1, except: [exit]}}
        pricing: [{fixed: 1000, name: P}]
        """
    )
    found = run(here, {"k": ["0.9", "0.99", "0.9", "0.99"]})
    assert [str(found[month].earned_back) for month in MONTHS[:4]] == ["0.00", "0.00", "0.00", "50.00"]


@pytest.mark.parametrize(("later", "back"), [("0.96", "50.00"), ("0.955", "50.00"), ("0.9545", "0.00")])
def test_earn_back_by_the_years_average(later: str, back: str) -> None:
    here = one("at_risk: 10%, earn_back: {average: year}")
    found = run(here, {"k": ["0.9", *[later] * 11]})
    expected = Decimal("0.9") + 11 * Decimal(later) >= 12 * Decimal("0.95")
    assert (back != "0.00") is expected
    assert str(found["2026-12"].earned_back) == back
    assert all(found[month].earned_back == 0 for month in MONTHS[:11])


def test_bonus_has_its_own_cap_and_stays_within_the_credits_avoided() -> None:
    kpis = (
        "kpis: {a: {kind: rate, good: ok, minimum: 95%, points: 80}, k: {kind: rate, good: ok, minimum: 95%}}"
    )
    fee = "pricing: [{fixed: 1000, name: P}]"
    bonus = "bonus: {over: {k: 98%}, percent: 5%"
    plain = world(f"{kpis}\ncredits: {{at_risk: 10%, {bonus}}}}}\n{fee}")
    found = run(plain, {"k": ["0.99", "0.98", "0.99"], "a": ["0.99", "0.99", "0.9"]})
    assert [str(found[month].bonus) for month in MONTHS[:3]] == ["50.00", "0.00", "20.00"]  # 100 at risk − 80
    assert str(found["2026-01"].net) == "1050.00"
    capped = world(f"{kpis}\ncredits: {{at_risk: 10%, {bonus}, cap: 3%, beyond_credits: true}}}}\n{fee}")
    assert str(run(capped, {"k": ["0.99"], "a": ["0.9"]})["2026-01"].bonus) == "30.00"


def test_towers_have_their_own_fees_and_amount_at_risk() -> None:
    here = world(
        """
        kpis:
          a: {kind: rate, good: ok, minimum: 95%, points: 60, tower: front}
          b: {kind: rate, good: ok, minimum: 95%, points: 60, tower: back}
        credits:
          towers: {front: {lines: [P], at_risk: 10%}, back: {lines: [Q], at_risk: 20%}}
        pricing: [{fixed: 1000, name: P}, {fixed: 500, name: Q}]
        """
    )
    found = run(here, {"a": ["0.9"], "b": ["0.9"]})["2026-01"]
    assert found.at_risk == 200
    assert {item.kpi: str(item.amount) for item in found.credits} == {"a": "60.00", "b": "60.00"}


def test_settle_by_year() -> None:
    here = one("at_risk: 10%, settle: year")
    found = run(here, {"k": ["0.9", "0.9"]})
    assert totals(found, 2) == ["50.00", "50.00"]
    assert [str(found[month].settled_credits) for month in ("2026-01", "2026-12")] == ["0.00", "100.00"]


def test_settle_by_year_ends_with_the_term_at_the_latest() -> None:
    here = one("at_risk: 10%, settle: year", term=("2026-01-01", "2026-04-30"))  # type: ignore[arg-type]
    found = run(here, {"k": ["0.9", "0.9"]})
    assert str(found["2026-04"].settled_credits) == "100.00"
    assert "2026-05" not in found


def test_a_trigger_says_until_when_its_right_can_be_used() -> None:
    here = one(
        'at_risk: 10%, triggers: [{name: chronic, when: "missed(k, 3, 6)", right: terminate, use_within: P90D}]'
    )
    found = run(here, {"k": ["0.9", "0.99", "0.9", "0.9", "0.99", "0.99", "0.99"]})
    fired = [found[month].triggers[0].fired for month in MONTHS[:7]]
    assert fired == [False, False, False, True, True, True, False]
    assert {found[month].triggers[0].use_until for month in MONTHS[3:6]} == {date(2026, 7, 29)}
    assert found["2026-07"].triggers[0].use_until is None


@pytest.mark.parametrize(
    ("when", "values", "fires"),
    [
        ("streak(k) >= 2", ["0.9", "0.9"], [False, True]),
        ("minimum_missed(k, 1, 2)", ["0.9", "0.99", "0.99"], [True, True, False]),
        ("value(k) < 0.92", ["0.93", "0.91"], [False, True]),
        ("capped(2, 3)", ["0.9", "0.99", "0.9"], [False, False, True]),
        ("credits > 0 and fees = 1000", ["0.99", "0.9"], [False, True]),
        ("mean([1, 2, 6]) = 3", ["0.99"], [True]),
        ("mean(k, 2) < 0.95", [None, "0.94", None, "0.97"], [False, True, True, False]),
    ],
)
def test_trigger_functions(when: str, values: list[str | None], fires: list[bool]) -> None:
    here = one(
        f'at_risk: 5%, repeat: [1], triggers: [{{name: t, when: "{when}", right: audit}}]',
        "minimum: 95%, points: 100",
    )
    found = run(here, {"k": values})
    assert [found[month].triggers[0].fired for month in MONTHS[: len(values)]] == fires


@pytest.mark.parametrize("when", ["missed(nobody, 1, 1)", "streak(7) > 1", "unknown > 3"])
def test_a_trigger_about_nothing_is_an_error_with_what_there_is(when: str) -> None:
    here = one(f'at_risk: 10%, triggers: [{{name: t, when: "{when}", right: audit}}]')
    with pytest.raises(AgreementError, match="k"):
        run(here, {"k": ["0.9"]})


def test_conditions_read_volumes_and_forecast() -> None:
    here = world(
        """
        work: {received: received, delivered: delivered, forecast: {2026-01: 2, 2026-02-03: 1}}
        kpis: {k: {kind: rate, good: ok, minimum: 95%, points: 50}}
        credits: {at_risk: [{when: "received > 1.10 * forecast", share: 2%}, {share: 10%}]}
        pricing: [{fixed: 1000, name: P}]
        """,
        [
            ("a", "2026-01-05T10:00:00", "received"),
            ("b", "2026-02-05T10:00:00", "received"),
            ("c", "2026-02-06T10:00:00", "received"),
        ],
    )
    assert totals(run(here, {"k": ["0.9", "0.9"]}), 2) == ["50.00", "10.00"]


def test_same_cause_that_nothing_can_judge_is_said() -> None:
    found = run(one("at_risk: 10%, same_cause: one"), {"k": ["0.9"]})["2026-01"]
    assert "same_cause: one cannot be judged" in found.flags[0]


def test_a_penalty_is_cut_to_the_law_on_the_agreed_base() -> None:
    here = one("at_risk: 50%, nature: penalty, penalty_base: 500", law="VN")
    assert totals(run(here, {"k": ["0.9"]}), 1) == ["40.00"]


def test_a_late_milestone_under_a_vietnamese_penalty_is_cut_to_eight_percent_of_it() -> None:
    here = world(
        """
        credits: {regime: percent, nature: penalty}
        pricing: [{one_off: 1000, milestone: go, due: 2026-03-01, late: {per_day: 50}, name: M}]
        """,
        facts=[{"type": "giao.fact.milestone", "name": "go", "accepted": "2026-03-10"}],
        law="VN",
    )
    assert str(line(here.month("2026-03"), "M · late").amount) == "-80.00"


def test_explain_credit_tells_steps_earn_back_and_triggers() -> None:
    here = one("at_risk: 10%, earn_back: {windows: 1}, cap_month: 4%")
    found = list(run(here, {"k": ["0.9", "0.99"]}).values())
    told = explain_credit(found, "2026-01", "k")
    assert (str(told.amount), told.at_risk) == ("40.00", 100)
    assert [step.what for step in told.lines[0].trace] == [
        "credit.miss",
        "credit.repeat",
        "credit.at_risk",
        "credit.rounded",
        "credit.cap",
    ]
    assert told.earned_back == (("2026-02", Decimal("40.00")),)
    with pytest.raises(AgreementError, match="KPIs with credits there: k"):
        explain_credit(found, "2026-01", "other")
    with pytest.raises(AgreementError, match="statements: 2026-01"):
        explain_credit(found, "2030-01", "k")


def test_what_is_carried_lapses_when_the_credit_is_earned_back() -> None:
    here = one("at_risk: 10%, cap_month: 1%, carry: true, earn_back: {windows: 2}")
    found = run(here, {"k": ["0.9", "0.99", "0.99", "0.99"]})
    assert totals(found, 4) == ["10.00", "10.00", "10.00", "0.00"]
    assert [str(found[month].earned_back) for month in MONTHS[:4]] == ["0.00", "0.00", "30.00", "0.00"]
    assert str(found["2026-03"].carried_out) == "0.00"


def test_a_true_up_that_makes_fees_negative_puts_nothing_at_stake() -> None:
    here = world(
        """
        kpis: {k: {kind: rate, good: ok, minimum: 95%, points: 100}}
        credits: {at_risk: 10%, cap_year: 8%, bonus: {over: {k: 80%}, percent: 5%}}
        pricing: [{per_unit: delivered, name: W, bands: [{to: 2, price: 100}, {price: 1}], over: year, bands_are: whole}]
        """,
        [(str(n), f"2026-0{1 if n < 2 else 2}-05T10:00:00", "delivered") for n in range(3)],
    )
    found = run(here, {"k": ["0.9", "0.9"]})
    assert [str(found[month].fees) for month in MONTHS[:2]] == ["200.00", "-197.00"]
    assert totals(found, 2) == ["16.00", "0.00"]  # 20.00 at risk, cut to 8% of the year's fees so far
    assert (found["2026-02"].at_risk, str(found["2026-02"].bonus)) == (0, "0.00")
    assert found["2026-02"].document == "credit_note"
