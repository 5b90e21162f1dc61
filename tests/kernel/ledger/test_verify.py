"""The chain: any changed, missing, swapped or inserted byte is found, whatever column it is in."""

from __future__ import annotations

from typing import Any

import pytest


def _ledger() -> Any:
    from tests.kernel.ledger.ground import desk, event, recorded

    here = desk()
    for start in range(0, 9, 3):
        recorded(
            here,
            *(
                event(number, attributes={"amount": number, "claimant": "Lan"})
                for number in range(start, start + 3)
            ),
            event(100 + start, "giao.fact.rate", None, content={"currency": "USD", "rate": "25000"}),
        )
    return here


def test_an_untouched_ledger_is_whole_and_says_its_head(db: None) -> None:
    from tests.kernel.ledger.ground import desk

    from giao.kernel.ledger.queries import head
    from giao.kernel.ledger.verify import verify

    here = _ledger()
    verdict = verify(here)
    assert (verdict.whole, verdict.position, verdict.entries, verdict.why) == (True, 12, 12, "")
    assert head(here.pk) == (12, verdict.head)
    assert verify(here, expected=(12, verdict.head)).whole
    empty = verify(desk())
    assert (empty.whole, empty.position, empty.head) == (True, 0, "")


ENTRY = {
    "id": lambda row: "00000000-0000-7000-8000-000000000000",
    "source": lambda row: row.source + "x",
    "event_id": lambda row: row.event_id + "x",
    "type": lambda row: row.type + "x",
    "reserved": lambda row: not row.reserved,
    "subject": lambda row: "C9",
    "occurred_us": lambda row: row.occurred_us + 1,
    "recorded_us": lambda row: row.recorded_us + 1,
    "recorded_by": lambda row: row.recorded_by + "x",
    "content": lambda row: bytes(row.content)[:-1] + b" ",
    "digest": lambda row: bytes([bytes(row.digest)[0] ^ 1]) + bytes(row.digest)[1:],
    "position": lambda row: 99,
}


@pytest.mark.parametrize("column", sorted(ENTRY))
@pytest.mark.parametrize("position", [1, 6, 12])
def test_a_change_in_any_column_of_an_entry_is_found(db: None, column: str, position: int) -> None:
    from giao.kernel.ledger.models import Entry
    from giao.kernel.ledger.verify import verify

    here = _ledger()
    row = Entry.objects.get(engagement=here, position=position)
    Entry.objects.filter(pk=row.pk).update(**{column: ENTRY[column](row)})
    verdict = verify(here)
    first_of_batch = (position - 1) // 4 * 4 + 1
    assert verdict.broken_at is not None
    assert first_of_batch <= verdict.broken_at <= first_of_batch + 3
    assert verdict.why


def test_every_column_of_an_entry_is_mutated_above(django_ready: None) -> None:
    from giao.kernel.ledger.models import Batch, Entry, Ledger

    assert {field.name for field in Entry._meta.concrete_fields} == {*ENTRY, "engagement"}
    assert {field.name for field in Batch._meta.concrete_fields} == {*BATCH, "id", "engagement"}
    assert {field.name for field in Ledger._meta.concrete_fields} == {*LEDGER, "id", "engagement"}


def test_moving_an_entry_to_another_engagement_is_found_on_both_sides(db: None) -> None:
    from tests.kernel.ledger.ground import desk

    from giao.kernel.ledger.models import Entry
    from giao.kernel.ledger.verify import verify

    here, there = _ledger(), desk()
    Entry.objects.filter(engagement=here, position=12).update(engagement=there)
    assert verify(here).broken_at == 12
    assert verify(there).broken_at == 12


BATCH = {
    "first": lambda row: row.first + 1,
    "last": lambda row: row.last + 1,
    "previous": lambda row: "f" * 64,
    "hash": lambda row: "f" * 64,
}


@pytest.mark.parametrize("column", sorted(BATCH))
def test_a_change_in_any_column_of_a_batch_is_found(db: None, column: str) -> None:
    from giao.kernel.ledger.models import Batch
    from giao.kernel.ledger.verify import verify

    here = _ledger()
    row = Batch.objects.get(engagement=here, first=5)
    Batch.objects.filter(pk=row.pk).update(**{column: BATCH[column](row)})
    verdict = verify(here)
    assert verdict.broken_at is not None
    assert 5 <= verdict.broken_at <= 9


LEDGER = {
    "position": lambda row: row.position - 1,
    "head": lambda row: "f" * 64,
    "recorded_us": lambda row: row.recorded_us + 1,
    "cases": lambda row: row.cases + 1,
}


@pytest.mark.parametrize("column", sorted(LEDGER))
def test_a_change_of_the_ledgers_end_is_found(db: None, column: str) -> None:
    from giao.kernel.ledger.models import Ledger
    from giao.kernel.ledger.verify import verify

    here = _ledger()
    row = Ledger.objects.get(engagement=here)
    Ledger.objects.filter(pk=row.pk).update(**{column: LEDGER[column](row)})
    assert verify(here).broken_at is not None


@pytest.mark.parametrize("position", [1, 7, 12])
def test_a_missing_entry_is_found(db: None, position: int) -> None:
    from giao.kernel.ledger.models import Entry
    from giao.kernel.ledger.verify import verify

    here = _ledger()
    Entry.objects.filter(engagement=here, position=position).delete()
    assert verify(here).broken_at == position


def test_swapped_entries_are_found(db: None) -> None:
    from giao.kernel.ledger.models import Entry
    from giao.kernel.ledger.verify import verify

    here = _ledger()
    rows = Entry.objects.filter(engagement=here)
    for old, new in ((2, 1000), (3, 2), (1000, 3)):
        rows.filter(position=old).update(position=new)
    assert verify(here).broken_at == 1, "the batch that holds them"


def test_an_inserted_entry_is_found_inside_and_behind(db: None) -> None:
    from giao.kernel.ledger.models import Entry
    from giao.kernel.ledger.verify import verify

    here = _ledger()
    row = Entry.objects.get(engagement=here, position=12)
    row.pk, row.event_id, row.position = "00000000-0000-7000-8000-000000000001", "forged", 13
    row.save(force_insert=True)
    assert verify(here).broken_at == 13
    Entry.objects.filter(pk=row.pk).update(position=-1)
    assert verify(here).broken_at is not None


def test_a_missing_batch_is_found(db: None) -> None:
    from giao.kernel.ledger.models import Batch
    from giao.kernel.ledger.verify import verify

    here = _ledger()
    Batch.objects.filter(engagement=here, first=5).delete()
    assert verify(here).broken_at == 5


def test_an_end_cut_off_with_its_head_is_found_by_a_noted_head(db: None) -> None:
    from giao.kernel.ledger.models import Batch, Entry, Ledger
    from giao.kernel.ledger.verify import verify

    here = _ledger()
    noted = verify(here)
    Entry.objects.filter(engagement=here, position__gt=8).delete()
    Batch.objects.filter(engagement=here, first=9).delete()
    last = Entry.objects.get(engagement=here, position=8)
    head = Batch.objects.get(engagement=here, first=5).hash
    Ledger.objects.filter(engagement=here).update(
        position=8, head=head, recorded_us=last.recorded_us, cases=6
    )
    assert verify(here).whole, "nothing in the database itself tells"
    assert verify(here, expected=(noted.position, noted.head)).broken_at == 9


def test_a_changed_event_that_still_waits_is_found(db: None) -> None:
    from tests.kernel.ledger.ground import event

    from giao.kernel.ledger.accept import accept
    from giao.kernel.ledger.models import Entry
    from giao.kernel.ledger.verify import verify

    here = _ledger()
    accept(here, [event(77)], "test")
    assert verify(here).whole
    Entry.objects.filter(engagement=here, position__isnull=True).update(subject="C9")
    assert verify(here).broken_at == 13
