"""Rejected events by API: list with cursors, one, replay, dismiss."""

from __future__ import annotations

from typing import Any

from tests.api.ground import by_token, is_problem, signed_in


def test_list_read_replay_and_dismiss(db: None) -> None:
    from tests.kernel.ground import person
    from tests.kernel.ledger.ground import desk, event
    from tests.kernel.ledger.test_rejected import amount_is

    from giao.kernel.audit.models import Act
    from giao.kernel.ledger.accept import accept

    here = desk()
    wrong = [event(n, attributes={"amount": "a lot", "claimant": "Mr An"}) for n in range(1, 6)]
    accept(here, [*wrong, event(9, case=None)], "test")
    minh = person("Minh", here.vendor, "vendor_manager")
    caller = by_token(here.vendor, "events:read", "rejects:write", by=minh)
    at = f"/engagements/{here.slug}/rejected"
    items = caller.follow(at, limit=4)
    assert [item["event"] for item in items] == ["e9", "e5", "e4", "e3", "e2", "e1"]
    assert {(item["reason"], item["place"]) for item in items} == {
        ("type", "data.amount"),
        ("no_case", "subject"),
    }
    assert len(caller.get(f"{at}?reason=no_case").json()["items"]) == 1
    assert len(caller.get(f"{at}?q=E5").json()["items"]) == 1
    counts: Any = caller.get(f"{at}/reasons").json()["items"]
    assert [(item["reason"], item["open"]) for item in counts] == [("type", 5), ("no_case", 1)]
    one = caller.get(f"{at}/{items[-1]['id']}").json()
    assert one["content"]["data"] == {"amount": "a lot", "claimant": "•••"}
    amount_is(here, "string")
    assert caller.post(f"{at}/replay", {"ids": [items[-1]["id"]]}).json() == {
        "taken": 1,
        "still": 0,
        "left": 0,
    }
    assert caller.post(f"{at}/replay", {"reason": "type"}).json() == {"taken": 4, "still": 0, "left": 0}
    assert caller.post(f"{at}/replay", {"reason": "type"}).json() == {"taken": 0, "still": 0, "left": 0}
    said = caller.post(f"{at}/dismiss", {"reason": "no_case", "why": "A test."})
    assert said.json() == {"dismissed": 1}
    assert caller.get(at).json()["items"] == []
    assert caller.get(f"{at}?state=dismissed").json()["items"][0]["dismissed_because"] == "A test."
    assert len(caller.get(f"{at}?state=all").json()["items"]) == 6
    act = Act.objects.filter(engagement=here, what="dismiss_rejected").get()
    assert act.actor == minh
    assert act.robot


def test_what_is_asked_wrongly_is_told_with_its_place(db: None) -> None:
    from tests.kernel.ground import person
    from tests.kernel.ledger.ground import desk

    here = desk()
    caller = signed_in(person("Lan", here.client, "client_manager"))
    at = f"/engagements/{here.slug}/rejected"
    for body in ({}, {"ids": ["0190a000-0000-7000-8000-000000000000"], "reason": "type"}):
        assert is_problem(caller.post(f"{at}/replay", body), 422)["errors"][0]["at"].startswith("body")
    is_problem(caller.post(f"{at}/dismiss", {"reason": "type", "why": ""}), 422)
    assert (
        "Say why" in is_problem(caller.post(f"{at}/dismiss", {"reason": "type", "why": " "}), 400)["detail"]
    )
    is_problem(caller.get(f"{at}/0190a000-0000-7000-8000-000000000000"), 404)
