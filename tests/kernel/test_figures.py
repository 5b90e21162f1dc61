"""The figures of overviews: what is open, at risk, overdue; positions of windows; what comes next."""

from datetime import date
from typing import Any

import polars as pl
import pytest


def clocks(*rows: tuple[str, str, int | None, int, int]) -> pl.LazyFrame:
    """(case, state, stopped, consumed, budget)"""
    schema = {
        "case": pl.String,
        "state": pl.String,
        "stopped": pl.Int64,
        "consumed_us": pl.Int64,
        "budget_us": pl.Int64,
    }
    return pl.LazyFrame(rows, schema=schema, orient="row")


@pytest.mark.usefixtures("django_ready")
def test_a_case_counts_once_and_each_in_its_own_way() -> None:
    from giao.kernel.readings.figures import count_cases

    cases = pl.LazyFrame({"case": ["a", "b", "c", "d"], "state": ["open", "open", "delivered", "open"]})
    found = count_cases(
        cases,
        clocks(
            ("a", "running", None, 74, 100),  # three quarters are not yet used
            ("b", "running", None, 75, 100),
            ("b", "paused", None, 99, 100),  # the same case on another clock
            ("c", "breached", 5, 200, 100),  # over, but stopped
            ("d", "breached", None, 200, 100),
            ("d", "running", None, 0, 0),  # no budget: never at risk
            ("c", "breached", None, 200, 100),  # nobody stopped it, but the case is delivered
            ("c", "running", None, 90, 100),
        ),
    )
    assert found == (3, 1, 1)


@pytest.mark.usefixtures("django_ready")
def test_positions_count_back_in_each_series() -> None:
    from giao.core.agreement.results import KpiResult, Window
    from giao.kernel.readings.figures import positions

    def result(kpi: str, month: int, group: str | None = None) -> KpiResult:
        day = date(2016, month, 1)
        return KpiResult(
            kpi, Window(f"2016-{month:02d}", day, day, 0, 1, day, day), 1, None, "no_data", group=group
        )

    rows = [result("a", 1), result("a", 3), result("a", 2), result("b", 1), result("a", 1, "site")]
    assert positions(rows) == [2, 0, 1, 0, 0]


@pytest.mark.usefixtures("django_ready")
def test_the_oldest_open_month_is_next_with_its_last_day() -> None:
    from tests.kernel.ground import AGREEMENT

    from giao.core.agreement.load import parse_agreement
    from giao.kernel.readings.figures import next_close

    class Month:
        def __init__(self, month: str, closed: bool) -> None:
            self.month, self.closed = month, closed

    agreement = parse_agreement(AGREEMENT + "close: P10D\n")[0]
    months: list[Any] = [Month("2016-03", False), Month("2016-02", False), Month("2016-01", True)]
    due = next_close(months, agreement)
    assert due is not None
    assert (due.month, due.due) == ("2016-02", "2016-03-10")
    assert next_close([], agreement) is None
