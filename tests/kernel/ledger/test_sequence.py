"""The order: gapless, by the instant recorded, chained; and readers that tail it."""

from __future__ import annotations

import hypothesis.strategies as st
from hypothesis import HealthCheck, given, settings


def test_positions_are_gapless_over_batches_and_batches_are_chained(db: None) -> None:
    from tests.kernel.ledger.ground import desk, event

    from giao.kernel.ledger.accept import accept
    from giao.kernel.ledger.models import BEGINNING, Batch, Ledger
    from giao.kernel.ledger.queries import position, tail
    from giao.kernel.ledger.sequence import sequence

    here, other = desk(), desk()
    for start in range(0, 25, 5):
        accept(here, [event(number) for number in range(start, start + 5)], "test")
        accept(other, [event(start)], "test")
    assert [sequence(here.pk, 10) for _ in range(4)] == [10, 10, 5, 0]
    assert [entry.position for entry in tail(here.pk)] == list(range(1, 26))
    assert [entry.position for entry in tail(here.pk, 7, 3)] == [8, 9, 10]
    assert (position(here.pk), position(other.pk)) == (25, 0)
    batches = list(Batch.objects.filter(engagement=here).order_by("first"))
    assert [(batch.first, batch.last) for batch in batches] == [(1, 10), (11, 20), (21, 25)]
    assert [batch.previous for batch in batches] == [BEGINNING, batches[0].hash, batches[1].hash]
    ledger = Ledger.objects.get(engagement=here)
    assert (ledger.position, ledger.head, ledger.cases) == (25, batches[2].hash, 25)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.integers(0, 40), min_size=1, max_size=40), st.integers(1, 7))
def test_any_arrival_gives_each_event_one_place(db: None, numbers: list[int], limit: int) -> None:
    from tests.kernel.ledger.ground import desk, event

    from giao.kernel.ledger.accept import accept
    from giao.kernel.ledger.queries import tail
    from giao.kernel.ledger.sequence import sequence
    from giao.kernel.ledger.verify import verify

    here = desk()
    for at in range(0, len(numbers), 3):
        accept(here, [event(number) for number in numbers[at : at + 3]], "test")
        sequence(here.pk, limit)
    while sequence(here.pk, limit):
        pass
    found = tail(here.pk)
    assert [entry.position for entry in found] == list(range(1, len(set(numbers)) + 1))
    assert {entry.event_id for entry in found} == {f"e{number}" for number in numbers}
    verdict = verify(here)
    assert (verdict.whole, verdict.entries) == (True, len(found))


def test_what_was_said_comes_back_exactly(db: None) -> None:
    from datetime import UTC, date, datetime, timedelta
    from decimal import Decimal

    from tests.kernel.ledger.ground import desk, event, recorded

    from giao.kernel.ledger.queries import tail

    attributes = {
        "amount": Decimal("12.50"),
        "whole": 7,
        "urgent": True,
        "text": "Nguyễn “x” \\ \n",
        "day": date(2026, 2, 1),
        "at": datetime(2026, 2, 1, 8, tzinfo=UTC),
        "span": timedelta(hours=2),
        "$n": "a name like our marks",
    }
    here = desk()
    recorded(
        here,
        event(
            1, content={"attributes": attributes, "resource": "Lan", "cost": Decimal("1.5"), "sequence": 4}
        ),
    )
    (entry,) = tail(here.pk)
    live = entry.as_live()
    assert live.attributes == attributes
    assert (live.resource, live.cost, live.sequence, live.position) == ("Lan", Decimal("1.5"), 4, 1)
    assert (live.case, live.activity) == ("C1", "Opened")


def test_waiting_for_a_change_is_told_the_new_position(db: None) -> None:
    from tests.kernel.ledger.ground import desk, event, recorded

    from giao.kernel.ledger.queries import changed_since

    here, other = desk(), desk()
    assert changed_since({here.pk: 0, other.pk: 0}, 0.0) == {}
    recorded(here, event(1), event(2))
    assert changed_since({here.pk: 0, other.pk: 0}, 0.0) == {here.pk: 2}
    assert changed_since({here.pk: 2, other.pk: 0}, 0.0) == {}


def test_an_act_of_the_house_has_its_position_at_once_and_orders_what_waited(db: None) -> None:
    from tests.kernel.ledger.ground import NOON, desk, event

    from giao.kernel.ledger.accept import accept
    from giao.kernel.ledger.deciding import record_entries
    from giao.kernel.ledger.events import NewEvent
    from giao.kernel.ledger.queries import position, tail

    here = desk()
    accept(here, [event(1), event(2)], "test")
    record_entries(here, [NewEvent("giao", "d1", "giao.decision.close", NOON, content={"month": "2026-01"})])
    assert position(here.pk) == 3
    assert [entry.type for entry in tail(here.pk)][-1] == "giao.decision.close"
