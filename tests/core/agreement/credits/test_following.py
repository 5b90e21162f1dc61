"""Streaks, chances of credits and triggers over the months say what the statements themselves then do."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.core.agreement.credits.test_credits import MONTHS, one
from tests.core.agreement.statement.worlds import World, result

from giao.core.agreement.credits.following import Followed, follow
from giao.core.agreement.output import kpi_json
from giao.core.agreement.results import KpiResult, Statement
from giao.core.agreement.stored_kpi import read_kpi

TRIGGER = '{name: chronic, when: "missed(k, 3, 4)", right: terminate, use_within: P30D}'


def made(here: World, values: Sequence[str | None]) -> tuple[list[KpiResult], list[Statement]]:
    results = [result(here.versions, "k", month, value) for month, value in zip(MONTHS, values, strict=False)]
    return results, here.statements(results)


@lru_cache(maxsize=8)
def agreed(credits: str) -> World:
    return one(credits, "expected: 97%, minimum: 95%, points: 50")


def followed(credits: str, values: Sequence[str | None], month: str | None = None) -> Followed:
    here = agreed(credits)
    results, statements = made(here, values)
    return follow(here.versions, results, statements, month or MONTHS[len(values) - 1])


def test_a_streak_is_counted_and_the_next_miss_has_its_factor() -> None:
    found = followed("at_risk: 10%, pool: 400, cap_month: 100%, repeat: [1, 1.5, 2]", ["0.9", "0.9", None])
    path = found.kpis[0]
    assert [item.in_a_row for item in path.windows] == [1, 2, 0]
    assert [item.credit for item in path.windows] == [Decimal("50.00"), Decimal("75.00"), Decimal(0)]
    assert path.next_factor == Fraction(2)
    over = followed("at_risk: 10%, repeat: [1, 1.5, 2]", ["0.9", "0.9", "0.99"])
    assert over.kpis[0].next_factor == 1


@pytest.mark.parametrize(
    ("values", "state", "good", "decided"),
    [
        (["0.9", "0.99"], "open", 1, ""),
        (["0.9", "0.99", None], "open", 1, ""),
        (["0.9", "0.99", "0.99"], "returned", 2, "2026-03"),
        (["0.9", "0.99", "0.96"], "lost", 1, "2026-03"),
        (["0.9", "0.99", "0.99", "0.9"], "returned", 2, "2026-03"),
    ],
)
def test_a_credit_on_its_way_back(values: Sequence[str | None], state: str, good: int, decided: str) -> None:
    first = followed("at_risk: 10%, earn_back: {windows: 2}", values).chances[0]
    assert (first.state, first.good, first.needed, first.decided_in) == (state, good, 2, decided)
    assert first.month == "2026-01"


def test_without_a_way_back_it_says_so_and_a_year_decides_at_its_end() -> None:
    assert followed("at_risk: 10%", ["0.9"]).chances[0].state == "none"
    year = followed("at_risk: 10%, earn_back: {average: year}", ["0.9", "0.99"]).chances[0]
    assert (year.state, year.average) == ("open", True)


def test_no_credits_nothing_to_follow() -> None:
    here = one("at_risk: 10%")
    versions = [version.model_copy(update={"credits": None}) for version in here.versions]
    results, statements = made(here, ["0.9"])
    assert follow(versions, results, statements, "2026-01").is_empty


def test_what_is_told_of_a_month_does_not_look_at_later_ones() -> None:
    values = ["0.9", "0.99", "0.9", "0.9"]
    early = followed("at_risk: 10%, earn_back: {windows: 2}", values, "2026-02")
    assert early == followed("at_risk: 10%, earn_back: {windows: 2}", values[:2])


@settings(max_examples=20, deadline=None)
@given(values=st.lists(st.sampled_from(["0.9", "0.96", "0.99", None]), min_size=1, max_size=6))
def test_what_is_said_of_the_next_window_comes_true(values: list[str | None]) -> None:
    """A trigger that one more miss would make hold does hold after any miss, and one that ceases does."""
    credits = f"at_risk: 10%, pool: 400, cap_month: 100%, repeat: [1, 1.5, 2], earn_back: {{windows: 2}}, triggers: [{TRIGGER}]"
    now = followed(credits, values)
    trigger = now.triggers[0]
    for next_value in ("0.5", "0.96"):
        then = followed(credits, [*values, next_value])
        if not trigger.holds:
            assert then.triggers[0].holds == bool(trigger.next_miss)
    good = followed(credits, [*values, "0.99"])
    if trigger.holds:
        assert good.triggers[0].holds != trigger.ceases
    below = followed(credits, [*values, "0.5"])
    month = MONTHS[len(values)]
    windows = [item for item in below.kpis[0].windows if item.window == month]
    assert windows[0].credit == Decimal(50) * Decimal(str(float(now.kpis[0].next_factor)))
    for chance in now.chances:
        if chance.state == "open" and chance.needed == chance.good + 1:
            again = next(item for item in good.chances if item.month == chance.month)
            assert (again.state, again.decided_in) == ("returned", month)


def test_a_stored_result_reads_back() -> None:
    here = one("at_risk: 10%", "expected: 97%, minimum: 95%, points: 50")
    found = result(here.versions, "k", "2026-01", "0.9333")
    again = read_kpi(kpi_json(found), ZoneInfo("UTC"))
    for name in ("kpi", "n", "value", "state", "expected", "minimum", "unit", "group", "note", "misses"):
        assert getattr(again, name) == getattr(found, name), name
    assert (again.window.first, again.window.last) == (found.window.first, found.window.last)
    assert kpi_json(again) == kpi_json(found)
