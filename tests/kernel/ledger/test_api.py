"""CloudEvents over HTTP: three modes, one outcome an event, limits, and who may send what."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

STRUCTURED, BATCHED = "application/cloudevents+json", "application/cloudevents-batch+json"


class Sender:
    """A system of the vendor with a token."""

    def __init__(self, client: Any, *scopes: str) -> None:
        from django.utils import timezone
        from tests.kernel.ledger.ground import desk

        from giao.kernel.identity.actions.make_service_account import make_service_account
        from giao.kernel.identity.tokens import issue_token

        self.engagement = desk()
        account = make_service_account(self.engagement.vendor, "CRM")
        self.token, self.secret = issue_token(
            account, scopes or ("events:write",), timezone.now() + timedelta(days=1)
        )
        self.client = client
        self.url = f"/api/v1/engagements/{self.engagement.slug}/events"

    def post(self, body: Any, kind: str = STRUCTURED, **headers: str) -> Any:
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        headers.setdefault("Authorization", f"Bearer {self.secret}")
        return self.client.post(self.url, data, content_type=kind, headers=headers)


def cloud_event(number: int = 1, **more: Any) -> dict[str, Any]:
    return {
        "specversion": "1.0",
        "id": f"e{number}",
        "source": "/crm",
        "type": "Opened",
        "subject": "C1",
        "time": "2026-01-01T12:00:00.5+07:00",
        "data": {"amount": 12.50, "resource": "Lan"},
        **more,
    }


def test_a_structured_event_is_stored_before_it_is_answered(client: Any) -> None:
    from giao.kernel.ledger.models import Entry

    sender = Sender(client)
    answer = sender.post(cloud_event())
    assert answer.status_code == 202
    assert answer.json() == {
        "accepted": 1,
        "duplicates": 0,
        "rejected": 0,
        "outcomes": [{"source": "/crm", "id": "e1", "status": "accepted"}],
    }
    row = Entry.objects.get(engagement=sender.engagement)
    assert (row.subject, row.type, row.occurred_us, row.position) == (
        "C1",
        "Opened",
        1_767_243_600_500_000,
        1,
    )
    assert row.recorded_by == f"token:{sender.token.prefix}"
    assert json.loads(bytes(row.content)) == {"attributes": {"amount": {"$n": "12.5"}}, "resource": "Lan"}
    assert sender.post(cloud_event()).json()["duplicates"] == 1


def test_a_batch_answers_event_by_event_in_order(client: Any) -> None:
    sender = Sender(client)
    batch = [
        cloud_event(1),
        cloud_event(2, data={"amount": "much"}),
        cloud_event(1),
        cloud_event(3, type="Openned"),
        cloud_event(1, subject="C2"),
        cloud_event(4, time="2026-01-01 12:00"),
        "no event",
    ]
    answer = sender.post(batch, BATCHED)
    assert answer.status_code == 202
    said = answer.json()
    assert (said["accepted"], said["duplicates"], said["rejected"]) == (2, 1, 4)
    assert [outcome.get("reason", outcome["status"]) for outcome in said["outcomes"]] == [
        "accepted", "type", "duplicate", "accepted", "other_content", "time", "not_an_object"
    ]  # fmt: skip
    assert said["outcomes"][3]["warning"] == "unknown_activity"
    assert "amount" in said["outcomes"][1]["detail"]


def test_binary_mode_takes_the_attributes_from_headers(client: Any) -> None:
    from giao.kernel.ledger.queries import tail

    sender = Sender(client)
    answer = sender.post(
        {"amount": 3},
        "application/json",
        **{
            "ce-specversion": "1.0",
            "ce-id": "b1",
            "ce-source": "/crm",
            "ce-type": "M%E1%BB%9F",
            "ce-subject": "C7",
            "ce-time": "2026-01-01T05:00:00Z",
            "ce-sequence": "12",
        },
    )
    assert answer.status_code == 202, answer.content
    (entry,) = tail(sender.engagement.pk)
    assert (entry.type, entry.subject, entry.content["sequence"]) == ("Mở", "C7", 12)
    assert entry.content["attributes"] == {"amount": 3}


def test_data_may_name_activity_person_group_cost_and_begin(client: Any) -> None:
    from decimal import Decimal

    from giao.kernel.ledger.queries import tail

    sender = Sender(client)
    data = {
        "activity": "Resolved",
        "lifecycle": "complete",
        "resource": "Lan",
        "group": "Hanoi",
        "role": "agent",
        "cost": 1.5,
        "started": "2026-01-01T11:59:00+07:00",
        "urgent": True,
        "nothing": None,
    }
    assert sender.post(cloud_event(1, type="vn.crm.case.v1", data=data)).status_code == 202
    live = tail(sender.engagement.pk)[0].as_live()
    assert (live.activity, live.lifecycle, live.resource, live.group, live.role) == (
        "Resolved", "complete", "Lan", "Hanoi", "agent"
    )  # fmt: skip
    assert (live.cost, live.started_us, dict(live.attributes)) == (
        Decimal("1.5"), 1_767_243_540_000_000, {"urgent": True}
    )  # fmt: skip


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"specversion": "0.3"}, "specversion"),
        ({"id": ""}, "missing"),
        ({"source": None}, "missing"),
        ({"time": None}, "missing"),
        ({"time": "2026-01-01T12:00:00"}, "time"),
        ({"time": 5}, "time"),
        ({"id": 5}, "not_text"),
        ({"subject": None}, "no_case"),
        ({"subject": 7}, "not_text"),
        ({"data": [1]}, "data"),
        ({"data_base64": "AA=="}, "data"),
        ({"datacontenttype": "text/plain"}, "data"),
        ({"sequence": "first"}, "core_field"),
        ({"data": {"activity": 5}}, "core_field"),
        ({"data": {"a": {"b": 1}}}, "nested"),
        ({"time": "2126-01-01T12:00:00Z"}, "future"),
        ({"type": "giao.decision.close", "data": {"month": "2026-01", "by": "client"}}, "decision"),
        ({"type": "giao.fact.rate", "data": {"currency": "USD", "rate": 25000}}, "no_scope"),
    ],
)
def test_a_single_event_that_is_refused_is_a_problem_with_its_reason_and_is_kept(
    client: Any, change: Any, reason: str
) -> None:
    from giao.kernel.ledger.models import Entry, Rejected

    sender = Sender(client)
    answer = sender.post(cloud_event(1, **change))
    assert answer.status_code == 422
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["outcomes"][0]["reason"] == reason
    assert answer.json()["detail"]
    assert Entry.objects.filter(engagement=sender.engagement).count() == 0
    sender.post(cloud_event(1, **change))
    row = Rejected.objects.get(engagement=sender.engagement)
    assert (row.reason, row.times) == (reason, 2)


def test_facts_need_their_scope(client: Any) -> None:
    from giao.kernel.ledger.reading import facts_of

    sender = Sender(client, "events:write", "facts:write")
    fact = cloud_event(1, type="giao.fact.rate", subject=None, data={"currency": "USD", "rate": 25123.5})
    assert sender.post(fact).status_code == 202
    (rate,) = facts_of(sender.engagement).of("giao.fact.rate")
    assert str(rate.number("rate")) == "25123.5"
    wrong = cloud_event(2, type="giao.fact.rate", data={"currency": "USD"})
    assert sender.post(wrong).json()["outcomes"][0]["reason"] == "fact"


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"{", STRUCTURED, 400),
        (b" ", STRUCTURED, 400),
        (b"\xff\xfe", STRUCTURED, 400),
        (b"[" * 100_000, STRUCTURED, 400),
        (b'{"a": NaN}', STRUCTURED, 400),
        (b"{}", BATCHED, 400),
        (b"[]", BATCHED, 400),
        (b"{}", "application/json", 415),
        (b"a=1", "application/x-www-form-urlencoded", 415),
        (b"[" + b",".join([b"{}"] * 501) + b"]", BATCHED, 413),
        (b" " * (8 * 1024 * 1024 + 1), STRUCTURED, 413),
    ],
)
def test_what_is_no_request_is_a_problem_and_stores_nothing(
    client: Any, body: bytes, kind: str, status: int
) -> None:
    from giao.kernel.ledger.models import Entry, Rejected

    sender = Sender(client)
    answer = sender.post(body, kind)
    assert answer.status_code == status
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert Entry.objects.count() == Rejected.objects.count() == 0


def test_a_body_that_no_address_takes_is_refused_unread(client: Any) -> None:
    assert Sender(client).post(b" " * (11 * 1024 * 1024)).status_code == 413


def test_only_a_token_with_the_scope_for_this_engagement_comes_in(client: Any) -> None:
    from tests.kernel.ledger.ground import desk

    from giao.kernel.ledger.models import Entry

    sender, reader = Sender(client), Sender(client, "events:read")
    assert sender.post(cloud_event(), Authorization="").status_code == 401
    assert sender.post(cloud_event(), Authorization="Bearer giao_x").status_code == 401
    assert reader.post(cloud_event()).status_code == 403
    sender.url = f"/api/v1/engagements/{desk().slug}/events"
    strange = sender.post(cloud_event())
    sender.url = "/api/v1/engagements/not-there/events"
    nowhere = sender.post(cloud_event())
    assert (strange.status_code, nowhere.status_code) == (403, 403)
    assert Entry.objects.count() == 0


def test_a_sender_is_asked_to_wait_while_too_much_waits(client: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from giao.kernel.ledger import api, together

    sender = Sender(client)
    monkeypatch.setattr(together, "wake", lambda _engagement: None)
    monkeypatch.setattr(api, "MOST_WAITING", 3)
    monkeypatch.setattr(api, "_BACKLOG_SECONDS", 0.0)
    assert sender.post([cloud_event(number) for number in range(3)], BATCHED).status_code == 202
    answer = sender.post(cloud_event(9))
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) >= 1
    from giao.kernel.ledger.sequence import sequence_all

    sequence_all(sender.engagement.pk)
    assert sender.post(cloud_event(9)).status_code == 202


def test_a_full_disk_is_told_and_nothing_half_is_there(client: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.db import OperationalError

    from giao.kernel.ledger import accept as module
    from giao.kernel.ledger.models import Entry

    sender = Sender(client)
    whole = module.rows.insert

    def full(engagement: Any, made: Any, *more: Any) -> Any:
        whole(engagement, made, *more)
        raise OperationalError("database or disk is full")

    monkeypatch.setattr(module.rows, "insert", full)
    answer = sender.post([cloud_event(1), cloud_event(2)], BATCHED)
    assert answer.status_code == 503
    assert answer.headers["Retry-After"]
    assert "disk" not in answer.content.decode()
    monkeypatch.undo()
    assert Entry.objects.filter(engagement=sender.engagement).count() == 0
    assert sender.post([cloud_event(1), cloud_event(2)], BATCHED).json()["accepted"] == 2


def test_other_methods_are_refused_plainly(client: Any) -> None:
    sender = Sender(client)
    answer = client.get(sender.url, headers={"Authorization": f"Bearer {sender.secret}"})
    assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")
