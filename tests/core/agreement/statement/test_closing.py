"""Late data: closed months stand, what changed since is booked once, in the first open statement."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.core.agreement.statement.worlds import UTC, World, line, result, world

from giao.core.agreement.context import Inputs
from giao.core.agreement.errors import AgreementError
from giao.core.agreement.facts import to_us
from giao.core.agreement.patterns import Matcher
from giao.core.agreement.pricing.currency import total
from giao.core.agreement.pricing.explain import explain_charge
from giao.core.agreement.results import KpiResult, Statement
from giao.core.agreement.statement import raw_statements
from giao.core.agreement.statement.explain import arrived, explain_adjustments


@dataclass(frozen=True)
class Then:
    inputs: Inputs
    matcher: Matcher
    kpis: Sequence[KpiResult]


Known = Callable[[int], Sequence[KpiResult]]
"""KPI results as they were known at an instant."""


def reading(here: World, at: str | int, known: Known = lambda at: ()) -> list[Statement]:
    """Statements as of an instant, each closed month recomputed as of its close."""
    instant = at if isinstance(at, int) else to_us(at, UTC)
    now = replace(here, as_of_us=instant)

    def recompute(then: int) -> Then:
        inputs = replace(here, as_of_us=then).inputs
        return Then(inputs, here.matcher(inputs), known(then))

    return now.statements(known(instant), recompute=recompute)


def raw(here: World, at: int, known: Known = lambda at: ()) -> dict[str, Statement]:
    inputs = replace(here, as_of_us=at).inputs
    return {item.month: item for item in raw_statements(inputs, here.matcher(inputs), list(known(at)))}


def by_month(found: list[Statement]) -> dict[str, Statement]:
    return {item.month: item for item in found}


LATE = [
    ("a", "2026-01-05T10:00:00", "delivered", {"recorded": None}),
    ("b", "2026-01-06T10:00:00", "delivered", {"recorded": "2026-02-20T00:00:00"}),
    ("c", "2026-01-07T10:00:00", "delivered", {"recorded": "2026-03-20T00:00:00"}),
]
PRICED = "pricing: [{per_unit: delivered, price: 10, name: W}]\ntax: [{rate: 10%}]"


def test_a_month_closes_after_close_and_is_provisional_before() -> None:
    here = world(PRICED, LATE)
    before = by_month(reading(here, "2026-02-10T23:59:59"))["2026-01"]
    after = by_month(reading(here, "2026-02-11T00:00:00"))["2026-01"]
    assert (before.closed, before.provisional) == (False, True)
    assert (after.closed, after.provisional) == (True, False)


def test_a_decision_closes_a_month_earlier_but_never_before_its_end() -> None:
    early = {"type": "giao.decision.close", "month": "2026-01", "by": "both", "time": "2026-02-03"}
    here = world(PRICED, LATE, facts=[early])
    assert by_month(reading(here, "2026-02-03"))["2026-01"].closed
    too_early = world(PRICED, LATE, facts=[{**early, "time": "2026-01-20"}])
    assert not by_month(reading(too_early, "2026-02-03"))["2026-01"].closed


def test_late_events_are_adjustments_in_the_first_statement_open_at_each_time() -> None:
    here = world(PRICED, LATE)
    march = by_month(reading(here, "2026-03-05"))
    assert [str(line(march[month], "W").amount) for month in ("2026-01", "2026-02")] == ["10.00", "0.00"]
    [late] = march["2026-02"].adjustments
    assert (late.month, late.line, late.old, late.new, late.amount) == ("2026-01", "W", 10, 20, 10)
    assert (str(march["2026-02"].net), str(march["2026-02"].tax)) == ("10.00", "1.00")
    april = by_month(reading(here, "2026-04-01"))
    assert april["2026-02"].adjustments == march["2026-02"].adjustments  # frozen with what February booked
    [later] = april["2026-03"].adjustments
    assert (later.old, later.new) == (20, 30)
    told = explain_adjustments(list(april.values()), "2026-01")
    assert ([month for month, _ in told.booked], told.amount) == (["2026-02", "2026-03"], 20)
    assert [month for month, _ in explain_charge(list(april.values()), "2026-01", "W").adjustments] == [
        "2026-02",
        "2026-03",
    ]


def test_a_closed_statement_keeps_its_bytes() -> None:
    here = world(PRICED, LATE)
    hashes = {
        at: by_month(reading(here, at))["2026-01"].hash
        for at in ("2026-02-11", "2026-03-05", "2026-12-31", "2027-05-01")
    }
    assert len(set(hashes.values())) == 1


def test_a_late_fact_recomputes_the_chain_and_books_every_changed_line() -> None:
    body = """
    kpis: {k: {kind: rate, good: ok, minimum: 95%, points: 50}}
    credits: {at_risk: 10%}
    pricing: [{fte: {agent: 100}, name: Team}]
    """
    days = {"type": "giao.fact.staff_days", "role": "agent", "month": "2026-01"}
    here = world(
        body,
        facts=[{**days, "days": 10, "recorded": "2026-02-01"}, {**days, "days": 5, "recorded": "2026-02-25"}],
    )
    miss = [result(here.versions, "k", "2026-01", "0.9")]
    found = by_month(reading(here, "2026-03-01", lambda at: miss))
    booked = {item.line: (str(item.old), str(item.new)) for item in found["2026-02"].adjustments}
    assert booked == {"Team": ("1000.00", "1500.00"), "credit k 2026-01": ("-50.00", "-75.00")}
    assert arrived(here.facts, to_us("2026-02-11", UTC), to_us("2026-03-01", UTC))[0].data["days"] == 5


def test_when_every_month_has_closed_late_data_makes_one_statement_more() -> None:
    rows = [("a", "2026-12-05T10:00:00", "delivered", {"recorded": "2027-02-20T00:00:00"})]
    here = world(PRICED, rows)
    assert "2027-01" not in by_month(reading(here, "2027-02-19"))
    late = by_month(reading(here, "2027-02-21"))["2027-01"]
    assert (str(late.net), str(late.total), late.lines, late.closed) == ("10.00", "11.00", (), False)


def test_credits_left_over_are_not_booked_twice_when_they_change() -> None:
    body = """
    kpis: {k: {kind: rate, good: ok, minimum: 95%, points: 50}}
    credits: {at_risk: 10%, settle: next}
    pricing: [{fixed: 1000, name: P}]
    """
    here = world(body)
    miss, met = (result(here.versions, "k", "2026-12", value) for value in ("0.9", "0.99"))
    change = to_us("2027-02-01", UTC)
    found = by_month(reading(here, "2027-01-20", lambda at: [miss]))
    assert str(found["2027-01"].net) == "-50.00"
    assert "2027-01" not in by_month(reading(here, "2027-03-01", lambda at: [met if at >= change else miss]))


def test_explaining_what_is_not_there_names_what_is() -> None:
    found = reading(world(PRICED, LATE), "2026-03-05")
    with pytest.raises(AgreementError, match="statements: 2026-01, 2026-02, 2026-03"):
        explain_adjustments(found, "2030-01")
    with pytest.raises(AgreementError, match="lines: W"):
        explain_charge(found, "2026-01", "X")
    with pytest.raises(AgreementError, match="statements: 2026-01"):
        explain_charge(found, "2030-01", "W")


RECORDED = st.tuples(st.integers(0, 150), st.integers(0, 100), st.integers(1, 9))
"""(day of the event, days until it is recorded, units)."""


@settings(max_examples=25, deadline=None)
@given(st.lists(RECORDED, min_size=1, max_size=12), st.integers(0, 260), st.sampled_from(["same", "next"]))
def test_adjustments_sum_to_new_less_booked(
    rows: list[tuple[int, int, int]], today: int, settle: str
) -> None:
    """At any instant, each closed month is booked in all at what is known now: frozen + adjustments = recomputed."""
    start = to_us("2026-01-01", UTC)
    day = 86_400_000_000

    def text(days: int) -> str:
        from datetime import timedelta

        from giao.core.agreement.facts import EPOCH

        return (EPOCH + timedelta(microseconds=start + days * day)).strftime("%Y-%m-%dT10:00:00")

    events = [
        (str(n), text(when), "delivered", {"recorded": text(when + delay), "n": amount})
        for n, (when, delay, amount) in enumerate(rows)
    ]
    here = world(
        f"""
        kpis: {{k: {{kind: rate, good: ok, minimum: 95%, points: 70}}}}
        credits: {{at_risk: 10%, repeat: [1, 2], settle: {settle}, earn_back: {{windows: 2}}}}
        pricing:
          - {{per_unit: delivered, quantity: n, name: W, bands: [{{to: 9, price: 3.33}}, {{price: 2.01}}], over: year, bands_are: whole}}
        """,
        events,
        term=("2026-01-01", "2026-05-31"),
    )

    def known(at: int) -> list[KpiResult]:
        """A month is missed while fewer than two of its events are recorded."""
        found = []
        for number in range(1, 6):
            month = f"2026-{number:02d}"
            count = sum(to_us(r[3]["recorded"], UTC) <= at and r[1].startswith(month) for r in events)
            found.append(result(here.versions, "k", month, "0.99" if count > 1 else "0.9"))
        return [item for item in found if item.window.start_us <= at]

    instant = start + today * day
    found = reading(here, instant, known)
    now = raw(here, instant, known)
    booked = {
        item.month: item.net - total(a.amount for a in item.adjustments) for item in found if item.closed
    }
    for item in found:
        for adjustment in item.adjustments:
            booked[adjustment.month] += adjustment.amount
    assert booked == {month: now[month].net for month in booked}
    assert total(item.net for item in found) == total(item.net for item in now.values())
    for item in found:
        names = [(a.month, a.line) for a in item.adjustments]
        assert len(set(names)) == len(names)
        assert all(a.amount for a in item.adjustments)


def test_without_a_recomputation_nothing_is_booked_late_and_closed_months_show_what_is_known() -> None:
    found: dict[str, Any] = by_month(world(PRICED, LATE, as_of="2026-04-15").statements())
    assert [str(line(found["2026-01"], "W").amount), found["2026-01"].closed] == ["30.00", True]
    assert all(item.adjustments == () for item in found.values())
    assert found["2026-04"].net == Decimal("0.00")
