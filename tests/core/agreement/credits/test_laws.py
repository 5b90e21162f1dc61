"""Laws of credits that hold for every history."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.core.agreement.statement.worlds import result, window, world

from giao.core.agreement.credits.causes import dearest_only
from giao.core.agreement.credits.paying import repeat_factor, streak
from giao.core.agreement.pricing.currency import total
from giao.core.agreement.results import KpiResult

STATES = ["met", "expected_default", "minimum_default", "no_data"]
VALUES = {"met": "0.97", "expected_default": "0.93", "minimum_default": "0.8", "no_data": None}
HISTORY = st.lists(st.sampled_from(STATES), min_size=12, max_size=12)


@settings(max_examples=30, deadline=None)
@given(
    st.lists(HISTORY, min_size=3, max_size=3),
    st.integers(1, 30),
    st.none() | st.integers(1, 20),
    st.booleans(),
    st.integers(1, 3),
)
def test_credits_stay_under_their_caps_and_earn_back_under_credits(
    histories: list[list[str]], at_risk: int, cap_year: int | None, carry: bool, windows: int
) -> None:
    kpis = "\n".join(
        f"  k{n}: {{kind: rate, good: ok, expected: 95%, minimum: 90%, points: 70}}" for n in range(3)
    )
    year = f", cap_year: {cap_year}%" if cap_year else ""
    here = world(
        f"kpis:\n{kpis}\ncredits: {{at_risk: {at_risk}%, pool: 300, carry: {str(carry).lower()}, repeat: [1, 2], "
        f"expected_default: {{k: 2, of: 6}}, earn_back: {{windows: {windows}}}{year}}}\npricing: [{{fixed: 333.33, name: P}}]"
    )
    results = [
        result(here.versions, f"k{n}", f"2026-{month:02d}", VALUES[state])
        for n, history in enumerate(histories)
        for month, state in enumerate(history, start=1)
    ]
    fees = credited = back = Decimal(0)
    for month in here.statements(results):
        assert month.at_risk is not None
        assert month.credit_total <= month.at_risk
        assert month.credit_total == total(line.amount for line in month.credits)
        assert all(0 <= line.amount <= line.uncapped for line in month.credits)
        fees += month.fees
        credited += month.credit_total
        back += month.earned_back
        assert back <= credited
        if cap_year:
            assert Fraction(credited) <= Fraction(cap_year, 100) * Fraction(fees)
        assert month.net == month.fees - month.settled_credits + month.earned_back
    by_key: dict[tuple[str, str], Decimal] = {}
    for month in here.statements(results):
        for line in month.credits:
            by_key[line.kpi, month.month] = by_key.get((line.kpi, month.month), Decimal(0)) + line.amount
        for item in month.earned_back_lines:
            by_key[item.kpi, item.credit_month] -= item.amount
    assert all(amount >= 0 for amount in by_key.values())


@given(st.lists(st.sampled_from(STATES), min_size=1, max_size=30))
def test_streaks_count_misses_since_the_last_met_window(history: list[str]) -> None:
    results = [
        KpiResult("k", window("2026-01"), 1, None if state == "no_data" else Fraction(1), state)  # type: ignore[arg-type]
        for state in history
    ]
    count = 0
    for at, state in enumerate(history):
        count = 0 if state == "met" else count + (state != "no_data")
        assert streak(results, at) == count
        assert repeat_factor([], count) == 1


@given(
    st.lists(
        st.tuples(st.integers(0, 50).map(Fraction), st.frozensets(st.sampled_from("xyz"), max_size=2)),
        min_size=1,
        max_size=6,
    )
)
def test_one_credit_is_left_of_each_cause_and_it_is_the_dearest(
    rows: list[tuple[Fraction, frozenset[str]]],
) -> None:
    amounts, causes = [row[0] for row in rows], [row[1] for row in rows]
    dropped = dearest_only(amounts, causes)
    for cause in "xyz":
        left = [at for at, mine in enumerate(causes) if cause in mine and at not in dropped]
        assert len(left) <= 1
    for at, cause in dropped.items():
        assert cause in causes[at]
        assert any(
            cause in mine and amounts[other] >= amounts[at]
            for other, mine in enumerate(causes)
            if other != at
        )
    assert all(at not in dropped for at, mine in enumerate(causes) if not mine)
