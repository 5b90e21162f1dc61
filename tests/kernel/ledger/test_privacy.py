"""Personal fields: never in the clear in the database, readable for readers, gone when their key is destroyed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest


def _all_bytes(engagement: Any) -> bytes:
    """Everything that the tables of the ledger hold about an engagement."""
    from giao.kernel.ledger.models import Entry, Rejected

    rows = [*Entry.objects.filter(engagement=engagement), *Rejected.objects.filter(engagement=engagement)]
    values = [getattr(row, field.attname) for row in rows for field in row._meta.concrete_fields]
    return b"\n".join(bytes(v) if isinstance(v, bytes | memoryview) else str(v).encode() for v in values)


def test_a_personal_field_is_stored_as_ciphertext_and_read_in_the_clear(db: None) -> None:
    from tests.kernel.ledger.ground import desk, event, recorded

    from giao.kernel.ledger.queries import tail
    from giao.kernel.ledger.reading import log_of

    here = desk()
    attributes = {"claimant": "Nguyễn Văn An", "age": 41, "amount": 5}
    recorded(here, event(1, attributes=attributes), event(2, attributes={"claimant": 7}))
    stored = _all_bytes(here)
    assert "Nguyễn".encode() not in stored
    assert b"41" not in _content(here)
    (entry,) = tail(here.pk)
    assert entry.personal == {"claimant": "Nguyễn Văn An", "age": 41}
    assert entry.content == {"attributes": {"amount": 5}}
    assert dict(entry.as_live().attributes) == attributes
    log = log_of(here)
    assert log is not None
    assert log.events(["claimant"])["claimant"].to_list() == ["Nguyễn Văn An"]


def _content(engagement: Any) -> bytes:
    from giao.kernel.ledger.models import Entry

    return b"".join(bytes(row.content) for row in Entry.objects.filter(engagement=engagement))


def test_a_rejected_event_is_sealed_as_a_whole(db: None) -> None:
    from tests.kernel.ledger.ground import desk, event, recorded

    from giao.kernel.ledger.models import Rejected
    from giao.kernel.ledger.rejecting import content_of

    here = desk()
    recorded(here, event(1, attributes={"claimant": "Nguyễn Văn An", "age": "old"}))
    row = Rejected.objects.get(engagement=here)
    assert row.values == {"name": "age", "value": "str", "type": "number"}
    assert b"Nguy" not in _all_bytes(here)
    assert content_of(row)["content"]["attributes"]["claimant"] == "Nguyễn Văn An"


def test_the_same_event_again_is_known_although_it_is_encrypted(db: None) -> None:
    from tests.kernel.ledger.ground import desk, event, recorded

    here = desk()
    assert recorded(here, event(1, attributes={"claimant": "An"})).accepted == 1
    assert recorded(here, event(1, attributes={"claimant": "An"})).duplicates == 1
    assert recorded(here, event(1, attributes={"claimant": "Anh"})).rejected


def test_equal_fields_of_different_events_do_not_look_alike(db: None) -> None:
    import json

    from tests.kernel.ledger.ground import desk, event, recorded

    from giao.kernel.ledger.models import Entry

    here = desk()
    recorded(here, event(1, attributes={"claimant": "An"}), event(2, attributes={"claimant": "An"}))
    one, two = (json.loads(bytes(row.content)) for row in Entry.objects.filter(engagement=here))
    assert one["personal"]["claimant"] != two["personal"]["claimant"]


def test_erasing_leaves_the_chain_whole_and_the_readings_computing(db: None) -> None:
    from django.utils import timezone
    from tests.kernel.ledger.ground import NOON, SECOND, desk, event, recorded

    from giao.kernel.audit.models import Act
    from giao.kernel.ledger.erasing import erase
    from giao.kernel.ledger.models import Segment
    from giao.kernel.ledger.queries import tail
    from giao.kernel.ledger.reading import log_of, refused_of
    from giao.kernel.ledger.sealing import seal
    from giao.kernel.ledger.verify import verify
    from giao.kernel.readings.models import KpiFigure
    from giao.kernel.readings.queries import reading_for

    here = desk()
    for case in range(4):
        personal = {"claimant": f"Person {case}", "age": 40 + case, "amount": case}
        at = NOON + case * SECOND
        recorded(here, event(2 * case, "Opened", f"C{case}", occurred_us=at, attributes=personal))
        recorded(here, event(2 * case + 1, "Resolved", f"C{case}", occurred_us=at + 60 * SECOND))
    seal(here)
    as_of = timezone.now() + timedelta(minutes=1)

    def figures() -> Any:
        reading = reading_for(here, as_of)
        assert reading.state == "ready", reading.error
        return list(
            KpiFigure.objects.filter(reading=reading).order_by("kpi", "window").values_list("n", "value")
        )

    before = figures()
    assert erase(here, ["C1", "C2"], None, "asked by letter of 3 March") == 2
    verdict = verify(here)
    assert (verdict.whole, verdict.position) == (True, 9)
    assert figures() == before
    log = log_of(here)
    assert log is not None
    assert log.events(["claimant"])["claimant"].drop_nulls().to_list() == [
        "Person 0", "erased", "erased", "Person 3"
    ]  # fmt: skip
    assert log.events(["age"])["age"].drop_nulls().to_list() == [40, 43]
    assert refused_of(here) == ()
    assert tail(here.pk)[-1].content == {"cases": ["C1", "C2"], "reason": "asked by letter of 3 March"}
    assert Act.objects.filter(engagement=here, what="erase_personal").count() == 1
    assert Segment.objects.filter(engagement=here).count() == 0, "what was derived in the clear is gone"


def test_what_is_erased_stays_erased(db: None) -> None:
    from tests.kernel.ledger.ground import desk, event, recorded

    from giao.kernel.crypto.models import SubjectKey
    from giao.kernel.ledger.erasing import erase
    from giao.kernel.ledger.queries import tail

    here = desk()
    first = event(1, attributes={"claimant": "An", "age": 4, "amount": 5})
    recorded(here, first)
    erase(here, ["C1", "C7"], None, "asked")
    assert erase(here, ["C1"], None, "asked again") == 0
    assert {bytes(row.wrapped) for row in SubjectKey.objects.filter(engagement=here)} == {b""}
    assert recorded(here, first).duplicates == 1, "a repeated delivery is still known"
    assert recorded(here, event(1, attributes={"claimant": "An", "age": 4, "amount": 6})).rejected
    recorded(
        here,
        event(2, attributes={"claimant": "An", "age": 4}),
        event(3, case="C7", attributes={"claimant": "B"}),
    )
    work = [entry for entry in tail(here.pk) if entry.is_work]
    assert [dict(entry.personal) for entry in work] == [
        {"claimant": "erased", "age": None},
        {"claimant": "erased", "age": None},
        {"claimant": "erased"},
    ]


def test_the_cases_of_a_person_are_found_by_a_field(db: None) -> None:
    from tests.kernel.ledger.ground import desk, event, recorded

    from giao.kernel.ledger.erasing import cases_of_person

    here = desk()
    for number, name in enumerate(["An", "Binh", "An"]):
        recorded(here, event(number, case=f"C{number}", attributes={"claimant": name}))
    assert cases_of_person(here, "claimant", "An") == ["C0", "C2"]


def test_retention_erases_cases_at_rest_and_clears_old_rejects(db: None) -> None:
    from datetime import UTC, datetime

    from tests.kernel.ledger.ground import NOON, SECOND, desk, event, recorded

    from giao.kernel.ledger.erasing import retain
    from giao.kernel.ledger.models import Rejected, Retention
    from giao.kernel.ledger.queries import tail

    here = desk()
    Retention.objects.create(engagement=here, personal_days=30, rejected_days=10)
    day = 86_400 * SECOND
    recorded(here, event(1, case="C1", attributes={"claimant": "An"}), now_us=NOON + day)
    recorded(here, event(2, case="C1", attributes={"age": "x"}), now_us=NOON + day)
    recorded(here, event(3, case="C2", attributes={"claimant": "Binh"}), now_us=NOON + 20 * day)
    at = datetime(2026, 1, 1, 12, tzinfo=UTC)
    assert retain(here, at + timedelta(days=10)) == (0, 0)
    assert retain(here, at + timedelta(days=12)) == (0, 1)
    assert retain(here, at + timedelta(days=40)) == (1, 0)
    assert retain(here, at + timedelta(days=40)) == (0, 0)
    assert [entry.personal for entry in tail(here.pk) if entry.is_work] == [
        {"claimant": "erased"}, {"claimant": "Binh"}
    ]  # fmt: skip
    assert Rejected.objects.filter(engagement=here).count() == 0


def test_a_key_of_another_engagement_opens_nothing(db: None) -> None:
    from tests.kernel.ledger.ground import desk, event, recorded

    from giao.kernel.crypto.errors import Tampered
    from giao.kernel.crypto.models import SubjectKey
    from giao.kernel.ledger.queries import tail

    here, there = desk(), desk()
    for place in (here, there):
        recorded(place, event(1, attributes={"claimant": "An"}))
    wrapped = SubjectKey.objects.get(engagement=there).wrapped
    SubjectKey.objects.filter(engagement=here).update(wrapped=wrapped)
    with pytest.raises(Tampered):
        tail(here.pk)
