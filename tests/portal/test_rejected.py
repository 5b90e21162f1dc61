"""The pages of rejected events: list, filter, export, one with its place, replay and dismiss, who may."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.fixture
def desk(db: None) -> Any:
    """Four open ones: three of a wrong type, one without a case."""
    from tests.kernel.ledger.ground import desk, event

    from giao.kernel.ledger.accept import accept

    here = desk()
    wrong = [event(n, attributes={"amount": "a lot", "claimant": "Mr An"}) for n in (1, 2)]
    accept(here, [*wrong, event(3, source="mail", attributes={"amount": "x"}), event(4, case=None)], "test")
    return here


def lan(client: Any, here: Any, role: str = "client_manager") -> Any:
    from tests.kernel.ground import person

    user = person("Lan", here.client, role)
    client.force_login(user)
    return user


def rows_of(here: Any) -> list[Any]:
    from giao.kernel.ledger.models import Rejected

    return list(Rejected.objects.filter(engagement=here).order_by("event_id"))


def test_the_list_tells_reason_count_and_place_and_can_be_filtered_and_exported(
    client: Any, desk: Any
) -> None:
    lan(client, desk)
    at = f"/e/{desk.slug}/rejected"
    page = client.get(at)
    assert page.status_code == 200
    text = page.content.decode()
    assert page.context["table"].count == 4
    assert [(item.name, item.open) for item, _label, _trend in page.context["reasons"]] == [
        ("type", 3),
        ("no_case", 1),
    ]
    assert "Another type than the agreement" in text
    assert "the agreement has it as number" in text
    assert client.get(f"{at}?f_reason=no_case").context["table"].count == 1
    assert client.get(f"{at}?f_source=mail").context["table"].count == 1
    assert client.get(f"{at}?q=e2").context["table"].count == 1
    day = page.context["table"].filters[2][0].choices[0][0]
    assert client.get(f"{at}?f_day={day}&f_reason=type").context["table"].count == 3
    csv = b"".join(client.get(f"{at}?export=csv&f_source=mail").streaming_content).decode()
    assert csv.count("\r\n") == 2
    assert "checkbox" not in csv


def test_one_shows_the_event_masked_with_its_place_in_event_and_agreement(client: Any, desk: Any) -> None:
    lan(client, desk)
    page = client.get(f"/e/{desk.slug}/rejected/{rows_of(desk)[0].pk}")
    text = page.content.decode()
    assert page.status_code == 200
    assert "data.amount" in text
    assert "work.attributes.amount" in text
    line = page.context["in_agreement"]["line"]
    assert desk.versions.get().text.splitlines()[line - 1].strip() == "amount: number"
    assert "Mr An" not in text
    assert "•••" in text
    assert client.get(f"/e/{desk.slug}/rejected/0190a000-0000-7000-8000-000000000000").status_code == 404


def test_ticked_ones_or_all_of_a_reason_are_replayed_and_counts_follow(client: Any, desk: Any) -> None:
    from tests.kernel.ledger.test_rejected import amount_is

    from giao.kernel.ledger.models import Entry

    lan(client, desk)
    at, rows = f"/e/{desk.slug}/rejected", rows_of(desk)
    assert "4 open" in client.get(f"/e/{desk.slug}/").content.decode()
    assert "4 rejected events" in client.get("/").content.decode()
    said = client.post(at, {"act": "replay", "event": [str(rows[0].pk)]}, follow=True).content.decode()
    assert "0 taken into the ledger, 1 refused again" in said
    amount_is(desk, "string")
    said = client.post(at, {"act": "replay", "reason": "type"}, follow=True).content.decode()
    assert "3 taken into the ledger, 0 refused again" in said
    assert Entry.objects.filter(engagement=desk).count() == 3
    assert client.get(f"{at}?state=taken").context["table"].count == 3
    none = client.post(at, {"act": "replay"})
    assert none.status_code == 400
    assert "Tick at least one" in none.content.decode()
    one = f"{at}/{rows[3].pk}"
    assert client.post(one, {"act": "dismiss", "why": ""}).status_code == 400
    client.post(one, {"act": "dismiss", "why": "A test of the vendor."})
    shown = client.get(f"{at}?state=dismissed").content.decode()
    assert "A test of the vendor." in shown
    assert "A test of the vendor." in client.get(one).content.decode()
    empty = client.get(at).content.decode()
    assert "Nothing was rejected" in empty
    assert "rejected event" not in client.get("/").content.decode()


def test_nothing_is_done_in_the_past(client: Any, desk: Any) -> None:
    lan(client, desk)
    at, row = f"/e/{desk.slug}/rejected?as_of=2026-01-01T10:00", rows_of(desk)[0]
    answer = client.post(at, {"act": "dismiss", "why": "because", "event": [str(row.pk)]})
    assert answer.status_code == 400
    row.refresh_from_db()
    assert row.settled_us is None
    assert 'name="act"' not in client.get(at).content.decode()


@pytest.mark.parametrize("role", ["team_lead", "agent", "auditor", "administrator"])
def test_other_roles_see_neither_page_nor_count(client: Any, desk: Any, role: str) -> None:
    lan(client, desk, role)
    at = f"/e/{desk.slug}/rejected"
    for path in (at, f"{at}/{rows_of(desk)[0].pk}"):
        assert client.get(path).status_code == 403
        assert client.post(path, {"act": "replay", "reason": "type"}).status_code == 403
    assert "4 open" not in client.get(f"/e/{desk.slug}/").content.decode()
    assert "4 rejected events" not in client.get("/").content.decode()


def test_an_empty_list_says_what_would_appear(client: Any, db: None) -> None:
    from tests.kernel.ledger.ground import desk

    here = desk()
    lan(client, here, "analyst")
    text = client.get(f"/e/{here.slug}/rejected").content.decode()
    assert "Nothing was rejected" in text
    assert "a wrong type, no case" in text
