"""Rejected events: replayed once the agreement is mended, each enters once; the others stay with the reason of now."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

NOW = datetime(2026, 1, 2, tzinfo=UTC)


def refused(here: Any, *events: Any) -> list[Any]:
    from giao.kernel.ledger.accept import accept
    from giao.kernel.ledger.models import Rejected

    accept(here, events, "token:crm")
    return list(Rejected.objects.filter(engagement=here).order_by("event_id"))


def manager(here: Any, role: str = "vendor_manager") -> tuple[Any, Any]:
    from tests.kernel.ground import person

    from giao.kernel.engagements.access import place_of

    user = person("Minh", here.vendor, role)
    return user, place_of(user, here)


def amount_is(here: Any, kind: str) -> None:
    """The agreement is mended: the attribute has another type."""
    from tests.kernel.ledger.ground import AGREEMENT

    from giao.kernel.engagements.models import AgreementVersion

    text = AGREEMENT.replace("amount: number", f"amount: {kind}")
    AgreementVersion.objects.filter(engagement=here).update(text=text)


def test_after_the_agreement_is_mended_each_enters_the_ledger_once(db: None) -> None:
    from tests.kernel.ledger.ground import desk, event

    from giao.kernel.audit.models import Act
    from giao.kernel.ledger.actions.replay_rejected import replay_rejected
    from giao.kernel.ledger.models import Entry, Rejected

    here = desk()
    rows = refused(here, *(event(n, attributes={"amount": "a lot"}) for n in (1, 2, 3)))
    user, place = manager(here)
    assert {row.reason for row in rows} == {"type"}
    first = replay_rejected(here, place, user, reason="type")
    assert (first.taken, first.still) == (0, 3)
    amount_is(here, "string")
    done = replay_rejected(here, place, user, chosen=[rows[0].pk])
    assert (done.taken, done.still) == (1, 0)
    done = replay_rejected(here, place, user, reason="type")
    again = replay_rejected(here, place, user, reason="type")
    assert (done.taken, again.taken, again.still) == (2, 0, 0)
    assert replay_rejected(here, place, user, chosen=[row.pk for row in rows]).taken == 0
    assert sorted(Entry.objects.filter(engagement=here).values_list("event_id", flat=True)) == [
        "e1",
        "e2",
        "e3",
    ]
    assert Entry.objects.filter(engagement=here, position__isnull=True).count() == 0
    for row in Rejected.objects.filter(engagement=here):
        assert (row.settled_as, row.settled_by, row.times) == ("taken", f"person:{user.pk}", 1)
    acts = Act.objects.filter(engagement=here, what="replay_rejected").order_by("at")
    assert [(act.data["taken"], act.data["still"]) for act in acts] == [(0, 3), (1, 0), (2, 0)]
    assert {act.actor for act in acts} == {user}


def test_what_is_refused_again_stays_with_the_reason_that_it_has_now(db: None) -> None:
    from tests.kernel.ledger.ground import desk, event

    from giao.kernel.ledger.accept import accept
    from giao.kernel.ledger.actions.replay_rejected import replay_rejected
    from giao.kernel.ledger.models import Rejected

    here = desk()
    (row,) = refused(here, event(1, attributes={"amount": "a lot"}))
    accept(here, [event(1)], "token:crm")
    amount_is(here, "string")
    user, place = manager(here)
    done = replay_rejected(here, place, user, chosen=[row.pk])
    assert (done.taken, done.still) == (0, 1)
    row.refresh_from_db()
    assert (row.reason, row.replayable, row.settled_us, row.times) == ("other_content", False, None, 1)
    assert row.tried_us is not None
    assert Rejected.objects.filter(engagement=here).count() == 1
    assert replay_rejected(here, place, user, chosen=[row.pk]).still == 0


def test_the_same_event_under_two_reasons_becomes_one(db: None) -> None:
    from tests.kernel.ledger.ground import desk, event

    from giao.kernel.ledger.actions.replay_rejected import replay_rejected
    from giao.kernel.ledger.checking import forget_specs
    from giao.kernel.ledger.models import Rejected

    here = desk()
    wrong = event(1, attributes={"amount": "a lot", "parts": [1, 2]})
    refused(here, wrong, wrong)
    amount_is(here, "string")
    forget_specs()
    rows = refused(here, wrong)  # sent once more: now the other attribute is at fault
    assert len(rows) == 2
    user, place = manager(here)
    done = replay_rejected(here, place, user, chosen=[row.pk for row in rows])
    assert (done.taken, done.still) == (0, 2)
    (left,) = Rejected.objects.filter(engagement=here)
    assert (left.reason, left.times, left.settled_us) == ("nested", 2, None)


def test_a_decision_that_a_system_sent_never_gets_in_by_a_replay(db: None) -> None:
    """It is refused at the events address; a replay is no way round."""
    from tests.kernel.ledger.ground import desk

    from giao.kernel.ledger.actions.replay_rejected import replay_rejected
    from giao.kernel.ledger.events import Refusal
    from giao.kernel.ledger.models import Entry

    here = desk()
    raw = {
        "specversion": "1.0",
        "id": "d1",
        "source": "/crm",
        "type": "giao.decision.relief",
        "time": "2026-01-01T12:00:00Z",
        "data": {"claim": "x", "by": "client", "accept": True},
    }
    fact = raw | {"id": "f1", "type": "giao.fact.rate", "data": {"currency": "USD", "rate": 2}}
    decision, rate = refused(
        here, Refusal("/crm", "d1", "decision", {}, raw), Refusal("/crm", "f1", "no_scope", {}, fact)
    )
    user, place = manager(here)
    both = [decision.pk, rate.pk]
    assert replay_rejected(here, place, user, chosen=both, facts_allowed=False).taken == 0
    done = replay_rejected(here, place, user, chosen=both)
    assert (done.taken, done.still) == (1, 1)
    decision.refresh_from_db()
    assert (decision.reason, decision.settled_us) == ("decision", None)
    assert [row.type for row in Entry.objects.filter(engagement=here)] == ["giao.fact.rate"]


def test_a_dismissed_one_keeps_the_reason_and_opens_again_when_it_is_sent_again(db: None) -> None:
    from tests.kernel.ledger.ground import desk, event

    from giao.kernel.audit.models import Act
    from giao.kernel.ledger.actions.dismiss_rejected import dismiss_rejected
    from giao.kernel.ledger.errors import NoReason
    from giao.kernel.ledger.rejected import open_counts, rejected_of

    here = desk()
    wrong = event(1, attributes={"amount": "a lot"})
    (row,) = refused(here, wrong)
    user, place = manager(here, "analyst")
    for empty in ("", "  ", "x" * 501):
        with pytest.raises(NoReason):
            dismiss_rejected(here, place, user, empty, chosen=[row.pk])
    assert open_counts([here]) == {here.pk: 1}
    assert dismiss_rejected(here, place, user, " A test of theirs. ", reason="type") == 1
    assert dismiss_rejected(here, place, user, "A test of theirs.", chosen=[row.pk]) == 0
    assert open_counts([here]) == {}
    (gone,) = rejected_of(here, "dismissed")
    assert (gone.settled_why, gone.settled_by) == ("A test of theirs.", f"person:{user.pk}")
    act = Act.objects.get(engagement=here, what="dismiss_rejected")
    assert (act.data["n"], act.data["why"], act.about) == (1, "A test of theirs.", "type")
    (back,) = refused(here, wrong)
    assert (back.times, back.settled_us, back.settled_why) == (2, None, "")


@pytest.mark.parametrize("role", ["team_lead", "agent", "auditor", "administrator"])
def test_who_may_not_changes_nothing(db: None, role: str) -> None:
    from tests.kernel.ledger.ground import desk, event

    from giao.kernel.engagements.errors import NotAllowed
    from giao.kernel.ledger.actions.dismiss_rejected import dismiss_rejected
    from giao.kernel.ledger.actions.replay_rejected import replay_rejected
    from giao.kernel.ledger.rejected import open_counts

    here = desk()
    (row,) = refused(here, event(1, attributes={"amount": "a lot"}))
    amount_is(here, "string")
    user, place = manager(here, role)
    with pytest.raises(NotAllowed):
        replay_rejected(here, place, user, chosen=[row.pk])
    with pytest.raises(NotAllowed):
        dismiss_rejected(here, place, user, "because", chosen=[row.pk])
    assert open_counts([here]) == {here.pk: 1}


def test_another_engagements_rows_are_out_of_reach(db: None) -> None:
    from tests.kernel.ledger.ground import desk, event

    from giao.kernel.ledger.actions.replay_rejected import replay_rejected

    here, there = desk(), desk()
    (row,) = refused(there, event(1, attributes={"amount": "a lot"}))
    amount_is(there, "string")
    user, place = manager(here)
    assert replay_rejected(here, place, user, chosen=[row.pk]).taken == 0


def test_reasons_are_counted_with_their_trend_in_the_engagements_days(db: None) -> None:
    from zoneinfo import ZoneInfo

    from tests.kernel.ledger.ground import desk, event

    from giao.kernel.ledger.models import Rejected
    from giao.kernel.ledger.rejected import TREND_DAYS, reasons_of

    here = desk()
    refused(here, *(event(n, attributes={"amount": "a lot"}) for n in (1, 2)), event(3, case=None))
    at = int(datetime(2026, 1, 1, 23, 30, tzinfo=UTC).timestamp()) * 1_000_000  # the 2nd in Amsterdam
    Rejected.objects.filter(engagement=here).update(last_us=at)
    Rejected.objects.filter(engagement=here, event_id="e2").update(last_us=at - 40 * 86_400_000_000)
    found = reasons_of(here, ZoneInfo("Europe/Amsterdam"), NOW)
    assert [(item.name, item.open, item.replayable) for item in found] == [("type", 2, 2), ("no_case", 1, 1)]
    assert [len(item.days) for item in found] == [TREND_DAYS, TREND_DAYS]
    assert {day.isoformat(): n for day, n in found[0].days if n} == {"2026-01-02": 1}


def test_personal_fields_are_masked_in_the_event_and_in_the_sentence(db: None) -> None:
    from tests.kernel.ledger.ground import desk, event

    from giao.kernel.engagements.unmasking import Unmasked
    from giao.kernel.ledger.checking import spec_of
    from giao.kernel.ledger.models import Rejected
    from giao.kernel.ledger.rejected import content_for, sentence_for

    here = desk()
    said = {"claimant": "Nguyễn Văn An", "age": "forty", "amount": 3}
    (row,) = refused(here, event(1, attributes=said, content={"resource": "Lan Pham"}))
    Rejected.objects.filter(pk=row.pk).update(values={**row.values, "value": "forty"})
    row.refresh_from_db()
    spec = spec_of(here.pk)
    shown = content_for(row, spec, Unmasked())
    assert shown.masked
    assert shown.event is not None
    assert shown.event["data"] == {"claimant": "•••", "age": "•••", "amount": 3, "resource": "•••"}
    assert shown.event["subject"] == "C1"
    assert "forty" not in sentence_for(row, spec, Unmasked())
    opened = Unmasked(cases=frozenset({"C1"}))
    seen = content_for(row, spec, opened)
    assert not seen.masked
    assert seen.event is not None
    assert seen.event["data"] == {**said, "resource": "Lan Pham"}
    assert "forty" in sentence_for(row, spec, opened)


def test_what_is_no_event_shows_nothing_that_could_not_be_masked(db: None) -> None:
    from tests.kernel.ledger.ground import desk

    from giao.kernel.engagements.unmasking import Unmasked
    from giao.kernel.ledger.checking import spec_of
    from giao.kernel.ledger.cloudevents import read_event
    from giao.kernel.ledger.rejected import content_for

    here = desk()
    base = {"specversion": "1.0", "source": "/crm", "type": "Opened", "subject": "C1"}
    rows = refused(
        here,
        read_event("Nguyễn Văn An"),
        read_event(base | {"id": "a", "time": "2026-01-01T12:00:00Z", "data": "Nguyễn Văn An"}),
        read_event(base | {"id": "b", "time": "soon", "claimant": "An", "data": {"claimant": ["An"]}}),
    )
    shown = [content_for(row, spec_of(here.pk), Unmasked()) for row in rows]
    assert shown[0].event is None
    assert shown[0].why
    assert shown[1].event is not None
    assert shown[1].event["data"] == "•••"
    assert shown[2].event == base | {
        "id": "b",
        "time": "soon",
        "claimant": "•••",
        "data": {"claimant": "•••"},
    }


def test_every_reason_has_a_label_and_a_mend() -> None:
    from giao.kernel.ledger.mending import LABELS, mend_of
    from giao.kernel.ledger.refusals import SENTENCES

    assert set(LABELS) == set(SENTENCES)
    assert all(len(mend_of(name)) > 30 for name in SENTENCES)


@pytest.mark.parametrize(
    ("reason", "values", "place"),
    [
        ("type", {"name": "amount"}, "data.amount"),
        ("not_text", {"name": "attribute x"}, "data.x"),
        ("not_text", {"name": "source"}, "source"),
        ("missing", {"name": "time"}, "time"),
        ("no_case", {}, "subject"),
        ("future", {"value": "x"}, "time"),
        ("core_field", {"name": "sequence"}, "sequence"),
        ("value", {"name": "data", "why": "x"}, "data"),
        ("too_large", {}, ""),
    ],
)
def test_the_place_in_the_event(reason: str, values: Any, place: str) -> None:
    from giao.kernel.ledger.mending import place_of

    assert place_of(reason, values) == place


def test_a_shown_event_is_json_whatever_was_sent() -> None:
    import json
    from decimal import Decimal

    from giao.kernel.ledger.rejected import plain_json

    odd = {"a": float("inf"), "b": Decimal("12.50"), "c": "half \ud800", "d": [Decimal("1e40"), None, True]}
    text = json.dumps(plain_json(odd), allow_nan=False, ensure_ascii=False).encode()
    assert json.loads(text)["b"] == 12.5
