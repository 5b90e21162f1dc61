"""Accepting: each event once, all of a call or nothing, what is refused kept with its reason; the clock of the server."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest


def test_an_event_is_accepted_once_however_often_it_comes(db: None) -> None:
    from tests.kernel.ledger.ground import desk, event

    from giao.kernel.ledger.accept import accept
    from giao.kernel.ledger.models import Entry

    here = desk()
    first = accept(here, [event(1), event(2)], "test")
    again = accept(here, [event(2), event(3), event(3)], "test")
    assert (first.accepted, first.duplicates) == (2, 0)
    assert [outcome.status for outcome in again.outcomes] == ["duplicate", "accepted", "duplicate"]
    assert Entry.objects.filter(engagement=here).count() == 3


def test_the_same_id_of_another_source_or_engagement_is_another_event(db: None) -> None:
    from tests.kernel.ledger.ground import desk, event

    from giao.kernel.ledger.accept import accept

    here, there = desk(), desk()
    for place, source in ((here, "crm"), (here, "mail"), (there, "crm")):
        assert accept(place, [event(1, source=source)], "test").accepted == 1


def test_other_content_under_a_known_id_is_rejected_and_what_was_accepted_stays(db: None) -> None:
    from tests.kernel.ledger.ground import desk, event

    from giao.kernel.ledger.accept import accept
    from giao.kernel.ledger.models import Entry, Rejected

    here = desk()
    accept(here, [event(1, attributes={"amount": 5})], "test")
    before = bytes(Entry.objects.get(engagement=here).content)
    for other in (
        event(1, attributes={"amount": 6}),
        event(1, "Resolved", attributes={"amount": 5}),
        event(1, case="C2", attributes={"amount": 5}),
        event(1, occurred_us=5, attributes={"amount": 5}),
    ):
        done = accept(here, [other], "test")
        assert [outcome.refusal.reason for outcome in done.rejected if outcome.refusal] == ["other_content"]
        assert "other content" in done.rejected[0].why
    assert bytes(Entry.objects.get(engagement=here).content) == before
    assert Rejected.objects.filter(engagement=here, replayable=False).count() == 4
    twice = accept(here, [event(9, attributes={"amount": 1}), event(9, attributes={"amount": 2})], "test")
    assert [outcome.status for outcome in twice.outcomes] == ["accepted", "rejected"]


@pytest.mark.parametrize(
    ("attributes", "reason"),
    [
        ({"amount": "five"}, "type"),
        ({"urgent": 1}, "type"),
        ({"due": "tomorrow"}, "type"),
        ({"last seen": "2026-13-01"}, "type"),
        ({"list": [1, 2]}, "nested"),
        ({"object": {"a": 1}}, "nested"),
        ({"zero": "a\x00b"}, "value"),
        ({"half": "\ud800"}, "value"),
        ({"": 1}, "not_text"),
        ({"endless": Decimal("Infinity")}, "value"),
    ],
)
def test_attributes_are_checked_against_the_agreement(db: None, attributes: Any, reason: str) -> None:
    from tests.kernel.ledger.ground import desk, event

    from giao.kernel.ledger.accept import accept
    from giao.kernel.ledger.models import Entry, Rejected
    from giao.kernel.ledger.rejecting import content_of

    here = desk()
    done = accept(here, [event(1), event(2, attributes=attributes), event(3)], "test")
    assert [outcome.status for outcome in done.outcomes] == ["accepted", "rejected", "accepted"]
    assert done.outcomes[1].refusal is not None
    assert done.outcomes[1].refusal.reason == reason
    assert len(done.outcomes[1].why) > 20
    assert Entry.objects.filter(engagement=here).count() == 2
    row = Rejected.objects.get(engagement=here)
    assert (row.source, row.event_id, row.reason) == ("crm", "e2", reason)
    if reason != "value":
        assert content_of(row)["id"] == "e2"


def test_values_of_the_declared_types_are_taken(db: None) -> None:
    from tests.kernel.ledger.ground import desk, event

    from giao.kernel.ledger.accept import accept

    good = {
        "amount": Decimal("12.50"),
        "urgent": True,
        "due": "2026-02-01",
        "last seen": "2026-01-01T10:00:00+01:00",
        "undeclared": "x",
        "nothing": None,
    }
    assert accept(desk(), [event(1, attributes=good)], "test").accepted == 1


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"case": None}, "no_case"),
        ({"case": " "}, "not_text"),
        ({"case": "x" * 501}, "not_text"),
        ({"activity": "a\nb"}, "not_text"),
        ({"source": ""}, "not_text"),
        ({"id": "x" * 301}, "not_text"),
        ({"occurred_us": -(2**62)}, "time"),
        ({"content": {"cost": "much"}}, "core_field"),
        ({"content": {"resource": 5}}, "core_field"),
        ({"content": {"attributes": {"text": "x" * 70_000}}}, "too_large"),
        ({"activity": "giao.fact.rate", "content": {"currency": "USD"}}, "fact"),
        ({"activity": "giao.fact.nonsense"}, "reserved"),
    ],
)
def test_an_event_that_says_nothing_sane_is_refused(db: None, change: Any, reason: str) -> None:
    from tests.kernel.ledger.ground import desk, event

    from giao.kernel.ledger.accept import accept

    done = accept(desk(), [event(1, **change)], "test")
    assert [outcome.refusal.reason for outcome in done.rejected if outcome.refusal] == [reason]


def test_an_activity_that_the_agreement_does_not_name_is_taken_and_told(db: None) -> None:
    from tests.kernel.ledger.ground import desk, event

    from giao.kernel.ledger.accept import accept

    done = accept(desk(), [event(1, "Opened"), event(2, "Openned")], "test")
    assert [(outcome.status, outcome.unknown) for outcome in done.outcomes] == [
        ("accepted", False),
        ("accepted", True),
    ]


def test_an_event_of_the_future_is_refused_and_can_be_replayed(db: None) -> None:
    from tests.kernel.ledger.ground import NOON, SECOND, desk, event

    from giao.kernel.ledger.accept import accept
    from giao.kernel.ledger.models import Rejected
    from giao.kernel.ledger.replay import replay

    here = desk()
    ahead = event(1, occurred_us=NOON + 3600 * SECOND)
    assert accept(here, [ahead], "test", now_us=NOON).rejected[0].refusal.reason == "future"  # type: ignore[union-attr]
    row = Rejected.objects.get(engagement=here)
    assert replay(here, [row], "test", now_us=NOON + SECOND).accepted == 0
    assert replay(here, [row], "test", now_us=NOON + 3600 * SECOND).accepted == 1
    row.refresh_from_db()
    assert row.settled_us is not None
    assert accept(here, [ahead], "test", now_us=NOON + 3600 * SECOND).duplicates == 1


def test_nothing_of_a_call_that_fails_is_stored(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.kernel.ledger.ground import desk, event

    from giao.kernel.ledger import accept as module
    from giao.kernel.ledger.models import Entry, Rejected

    here = desk()

    def dies(*_arguments: Any) -> None:
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(module, "keep_rejected", dies)
    with pytest.raises(RuntimeError):
        module.accept(here, [event(1), event(2, attributes={"amount": "x"})], "test")
    assert Entry.objects.filter(engagement=here).count() == 0
    assert Rejected.objects.filter(engagement=here).count() == 0


def test_a_clock_set_back_a_little_goes_on_where_it_was(db: None) -> None:
    from tests.kernel.ledger.ground import NOON, SECOND, desk, event, recorded

    from giao.kernel.ledger.queries import tail

    here = desk()
    recorded(here, event(1), now_us=NOON + 100 * SECOND)
    recorded(here, event(2), now_us=NOON + 40 * SECOND)
    recorded(here, event(3), now_us=NOON + 200 * SECOND)
    assert [entry.recorded_us - NOON for entry in tail(here.pk)] == [100 * SECOND, 100 * SECOND, 200 * SECOND]


def test_a_clock_set_back_far_is_refused_until_it_is_right(db: None) -> None:
    from tests.kernel.ledger.ground import NOON, SECOND, desk, event, recorded

    from giao.kernel.ledger.accept import accept
    from giao.kernel.ledger.errors import ClockBehind
    from giao.kernel.ledger.models import Entry

    here = desk()
    recorded(here, event(1), now_us=NOON + 3600 * SECOND)
    with pytest.raises(ClockBehind, match="Set the clock right"):
        accept(here, [event(2)], "test", now_us=NOON)
    assert Entry.objects.filter(engagement=here).count() == 1
    assert accept(here, [event(2)], "test", now_us=NOON + 3601 * SECOND).accepted == 1


def test_late_stamps_are_ordered_never_before_the_last(db: None) -> None:
    """Two processes: the one that stamped first commits last, after the other was ordered."""
    from tests.kernel.ledger.ground import NOON, SECOND, desk, event

    from giao.kernel.ledger.accept import accept
    from giao.kernel.ledger.models import Entry
    from giao.kernel.ledger.queries import tail
    from giao.kernel.ledger.sequence import sequence

    here = desk()
    accept(here, [event(1)], "test", now_us=NOON + 10 * SECOND)
    sequence(here.pk)
    accept(here, [event(2)], "test", now_us=NOON + 10 * SECOND)
    Entry.objects.filter(engagement=here, position__isnull=True).update(recorded_us=NOON + 9 * SECOND)
    sequence(here.pk)
    assert [entry.recorded_us - NOON for entry in tail(here.pk)] == [10 * SECOND, 10 * SECOND]


def test_an_archived_engagement_takes_nothing(db: None) -> None:
    from django.utils import timezone
    from tests.kernel.ledger.ground import desk, event

    from giao.kernel.ledger.accept import accept
    from giao.kernel.ledger.errors import Archived

    here = desk()
    here.archived = timezone.now()
    with pytest.raises(Archived):
        accept(here, [event(1)], "test")
