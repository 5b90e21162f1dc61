"""Positions given in the transaction that accepts: gapless, chained, and behind whatever waited before."""

from __future__ import annotations

from typing import Any

import pytest


def _at_once(here: Any, *calls: Any) -> Any:
    from giao.kernel.ledger.accept import Call, accept_calls

    return accept_calls(here, [Call(call, "test") for call in calls], at_once=True)


def _positions(here: Any) -> dict[str, int | None]:
    from giao.kernel.ledger.models import Entry

    return dict(Entry.objects.filter(engagement=here).values_list("event_id", "position"))


def _whole(here: Any) -> bool:
    from giao.kernel.ledger.verify import verify

    return verify(here).whole


def test_what_is_accepted_has_its_position_and_the_chain_holds(db: None) -> None:
    from tests.kernel.ledger.ground import desk, event, recorded

    here = desk()
    recorded(here, event(1))
    done = _at_once(here, [event(2), event(3)], [event(4)])
    assert [answer.ordered for answer in done] == [True, True]
    assert _positions(here) == {"e1": 1, "e2": 2, "e3": 3, "e4": 4}
    recorded(here, event(5))
    assert _at_once(here, [event(6)])[0].ordered
    assert _positions(here)["e6"] == 6
    assert _whole(here)


def test_what_came_before_leaves_no_gap(db: None) -> None:
    from tests.kernel.ledger.ground import desk, event, recorded

    here = desk()
    recorded(here, event(1), event(2))
    first, second = _at_once(here, [event(2), event(3), event(3)], [event(1), event(4)])
    assert [outcome.status for outcome in first.outcomes] == ["duplicate", "accepted", "duplicate"]
    assert [outcome.status for outcome in second.outcomes] == ["duplicate", "accepted"]
    assert _positions(here) == {"e1": 1, "e2": 2, "e3": 3, "e4": 4}
    again = _at_once(here, [event(1), event(2), event(3), event(4)])[0]
    assert (again.duplicates, again.accepted) == (4, 0)
    assert _whole(here)


def test_whoever_waits_has_the_place_before(db: None) -> None:
    from tests.kernel.ledger.ground import desk, event, recorded

    from giao.kernel.ledger.accept import accept
    from giao.kernel.ledger.sequence import sequence_all

    here = desk()
    recorded(here, event(1))
    accept(here, [event(2)], "test")
    assert not _at_once(here, [event(3)])[0].ordered
    assert _positions(here) == {"e1": 1, "e2": None, "e3": None}
    sequence_all(here.pk)
    assert _positions(here) == {"e1": 1, "e2": 2, "e3": 3}
    assert _whole(here)


def test_one_bad_event_among_many_calls_is_rejected_alone(db: None) -> None:
    from tests.kernel.ledger.ground import desk, event, recorded

    here = desk()
    recorded(here, event(1))
    good, bad, other = _at_once(
        here,
        [event(2)],
        [event(3), event(4, attributes={"amount": "much"})],
        [event(1, "Resolved"), event(5)],
    )
    assert [outcome.status for outcome in good.outcomes] == ["accepted"]
    assert [outcome.status for outcome in bad.outcomes] == ["accepted", "rejected"]
    assert [outcome.refusal and outcome.refusal.reason for outcome in other.outcomes] == [
        "other_content",
        None,
    ]
    assert _positions(here) == {"e1": 1, "e2": 2, "e3": 3, "e5": 4}
    assert _whole(here)


def test_personal_fields_are_sealed_also_here(db: None) -> None:
    from tests.kernel.ledger.ground import desk, event, recorded

    from giao.kernel.ledger.models import Entry
    from giao.kernel.ledger.queries import entries

    here = desk()
    recorded(here, event(1))
    _at_once(here, [event(2, attributes={"claimant": 'Nguyễn "An" \\ {1}', "amount": 3})])
    row = Entry.objects.get(engagement=here, position=2)
    assert "Nguyễn".encode() not in bytes(row.content)
    assert list(entries(here.pk))[1].personal == {"claimant": 'Nguyễn "An" \\ {1}'}
    assert _whole(here)


@pytest.mark.parametrize("strange", ['a"b', "a\\b", "{a,b}", "NULL", "%s ?", "đơn số 1", "null", "a'b; --"])
def test_any_text_comes_back_as_it_was(db: None, strange: str) -> None:
    from tests.kernel.ledger.ground import desk, event, recorded

    from giao.kernel.ledger.queries import entries

    here = desk()
    recorded(here, event(1))
    said = event(2, strange, strange, source=strange, id=strange, attributes={strange: strange})
    assert _at_once(here, [said])[0].accepted == 1
    assert _at_once(here, [said])[0].duplicates == 1
    found = list(entries(here.pk))[1]
    assert (found.source, found.event_id, found.type, found.subject) == (strange,) * 4
    assert found.content["attributes"] == {strange: strange}


def test_a_name_that_comes_from_elsewhere_meanwhile_costs_the_place_and_no_gap(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On PostgreSQL another process may insert between the look and the insert: as if the look had seen nothing."""
    from django.db import connection
    from tests.kernel.ledger.ground import desk, event, recorded

    from giao.kernel.ledger import rows
    from giao.kernel.ledger.sequence import sequence_all

    late = connection.vendor == "postgresql"  # SQLite has one writer: there nothing comes between
    here = desk()
    recorded(here, event(1), event(2))
    if late:
        monkeypatch.setattr(rows, "_ARRAYS", rows._ARRAYS.replace("WHERE there.known IS NULL", ""))
    done = _at_once(here, [event(2), event(3), event(4)])[0]
    assert [outcome.status for outcome in done.outcomes] == ["duplicate", "accepted", "accepted"]
    assert done.ordered is not late
    waits = {"e3": None, "e4": None} if late else {"e3": 3, "e4": 4}
    assert _positions(here) == {"e1": 1, "e2": 2, **waits}
    sequence_all(here.pk)
    assert sorted(_positions(here).values()) == [1, 2, 3, 4]
    assert _whole(here)


def test_a_transaction_that_fails_at_its_end_stores_nothing_and_answers_nobody(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.db import OperationalError
    from tests.kernel.ledger.ground import desk, event, recorded

    from giao.kernel.ledger import rows, together

    here = desk()
    recorded(here, event(1))

    def full(*_values: Any) -> None:
        raise OperationalError("no space left on device")

    monkeypatch.setattr(together, "connection", type("Outside", (), {"in_atomic_block": False}))
    monkeypatch.setattr(rows, "write_batch", full)
    with pytest.raises(OperationalError):
        together.accept_together(here, [event(2), event(3)], "test")
    assert _positions(here) == {"e1": 1}
    monkeypatch.undo()
    assert _at_once(here, [event(2), event(3)])[0].accepted == 2
    assert _whole(here)
