"""What is changed by the API: through the same actions as the pages, once however often it is sent, told in the audit."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.api.ground import Caller, by_token, is_problem, signed_in

MONTH = "2016-02"


@pytest.fixture
def desk(db: None, tmp_path: Path) -> Any:
    from tests.steps.ground_of_steps import small_engagement

    from giao.kernel.readings.queries import reading_for

    made = small_engagement(tmp_path)
    assert reading_for(made.engagement).ready
    return made


def person(name: str, organisation: Any, role: str) -> Any:
    from tests.kernel.ground import person as made

    return made(name, organisation, role)


@pytest.fixture
def lan(desk: Any) -> Any:
    return person("Lan", desk.client, "client_manager")


@pytest.fixture
def minh(desk: Any) -> Any:
    return person("Minh", desk.vendor, "vendor_manager")


def here(desk: Any, path: str = "") -> str:
    return f"/engagements/{desk.engagement.slug}{path}"


def acts(desk: Any, what: str) -> list[Any]:
    from giao.kernel.audit.models import Act

    return list(Act.objects.filter(engagement=desk.engagement, what=what).order_by("pk"))


def stand_at(desk: Any, year: int, month: int, day: int) -> None:
    """Before the month closes by itself."""
    from datetime import UTC, datetime

    from giao.kernel.readings.queries import reading_for

    desk.engagement.as_of = datetime(year, month, day, 12, tzinfo=UTC)
    desk.engagement.save()
    assert reading_for(desk.engagement).ready


def test_a_month_is_reviewed_by_both_and_closed(desk: Any, lan: Any, minh: Any) -> None:
    stand_at(desk, 2016, 3, 5)
    client, vendor = signed_in(lan), by_token(desk.vendor, "statements:read", "statements:write", by=minh)
    at = here(desk, f"/statements/{MONTH}")
    seen = client.get(f"{at}/close").json()
    assert (seen["ready"], seen["close"], seen["reviews"]) == (False, None, [])
    body = {"figures": seen["figures"]}
    is_problem(client.post(f"{at}/close", body), 409, "Changed meanwhile")
    assert client.post(f"{at}/review", body).status_code == 200
    assert vendor.post(f"{at}/review", body).json()["ready"] is True
    is_problem(vendor.post(f"{at}/close", body), 403, "Not allowed")
    done = client.post(f"{at}/close", body)
    assert done.status_code == 200, done.content
    assert done.json()["close"]["by"] == lan.name
    assert done.json()["close"]["total"] == seen["total"]
    is_problem(client.post(f"{at}/close", body), 409)
    [one, other] = acts(desk, "review_month")
    assert (one.actor, one.robot) == (lan, "")
    assert other.actor == minh
    assert other.robot.startswith("ERP"), "the audit tells the token beside who answers for it"


def test_figures_that_nobody_saw_are_not_signed(desk: Any, lan: Any) -> None:
    stand_at(desk, 2016, 3, 5)
    client = signed_in(lan)
    at = here(desk, f"/statements/{MONTH}")
    said = is_problem(client.post(f"{at}/review", {"figures": "0" * 64}), 409)
    assert "changed" in said["detail"]
    said = is_problem(client.post(f"{at}/review", {"figures": "short"}), 422, "Not understood")
    assert said["errors"][0]["at"] == "body.figures"
    seen = client.get(f"{at}/close")
    body = {"figures": seen.json()["figures"]}
    old = {"If-Match": seen.headers["ETag"]}
    assert client.post(f"{at}/review", body, **old).status_code == 200
    answer = client.post(f"{at}/review", body, **old)
    is_problem(answer, 412, "Changed meanwhile")
    assert answer.headers["ETag"] == client.get(f"{at}/close").headers["ETag"]


def raised(caller: Caller, desk: Any, item: str = "line:platform", **headers: str) -> Any:
    body = {"month": MONTH, "item": item, "claim": "-120.50", "text": "Two days were down."}
    return caller.post(here(desk, "/disputes"), body, **headers)


def an_item(desk: Any) -> str:
    from giao.core.agreement.invoicing import items_of
    from giao.kernel.readings.queries import reading_for
    from giao.steps.improve.reviews.queries import statements_of

    found = next(row for row in statements_of(reading_for(desk.engagement)) if row.month == MONTH)
    return items_of(found)[0].key


def test_a_dispute_is_raised_answered_and_settled(desk: Any, lan: Any, minh: Any) -> None:
    client, vendor = signed_in(lan), signed_in(minh)
    made = raised(client, desk, an_item(desk))
    assert made.status_code == 201, made.content
    row = made.json()
    assert row["claim"] == {"amount": "-120.50", "currency": "EUR"}
    is_problem(raised(client, desk, an_item(desk)), 409)
    at = here(desk, f"/disputes/{row['id']}")
    tag = vendor.get(at).headers["ETag"]
    offer = {"act": "offer", "amount": "-60.25", "text": "Half of it."}
    is_problem(vendor.post(f"{at}/acts", offer), 400)
    assert vendor.post(f"{at}/acts", offer, **{"If-Match": tag}).json()["offer"]["amount"] == "-60.25"
    is_problem(vendor.post(f"{at}/acts", {"act": "withdraw", "seen": 2}), 409)
    stale = {"act": "escalate", "text": "No answer.", "seen": 1}
    said = is_problem(client.post(f"{at}/acts", stale), 409, "Changed meanwhile")
    assert minh.name in said["detail"], "who was first, and what they did"
    is_problem(client.post(f"{at}/acts", stale, **{"If-Match": tag}), 412)
    done = client.post(f"{at}/acts", {"act": "accept", "seen": 2}).json()
    assert (done["state"], done["agreed"]) == ("settled", {"amount": "-60.25", "currency": "EUR"})
    assert [entry["act"] for entry in done["entries"]] == ["raise", "offer", "accept"]
    listed = client.get(here(desk, f"/disputes?state=settled&month={MONTH}")).json()["items"]
    assert [item["id"] for item in listed] == [row["id"]]


def test_money_is_sent_as_a_text(desk: Any, lan: Any) -> None:
    client = signed_in(lan)
    body = {"month": MONTH, "item": an_item(desk), "claim": -120.5, "text": "x"}
    said = is_problem(client.post(here(desk, "/disputes"), body), 422)
    assert [error["at"] for error in said["errors"]] == ["body.claim"]
    is_problem(client.post(here(desk, "/disputes"), body | {"claim": "much"}), 400)


def test_the_same_request_sent_again_is_done_once(desk: Any, lan: Any) -> None:
    from giao.steps.improve.closing.models import DisputeEntry

    client, item = signed_in(lan), an_item(desk)
    key = {"Idempotency-Key": "a-1"}
    first = raised(client, desk, item, **key)
    again = raised(client, desk, item, **key)
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json() == first.json()
    assert again.headers["Idempotent-Replayed"] == "true"
    assert "Idempotent-Replayed" not in first.headers
    at = here(desk, f"/disputes/{first.json()['id']}/acts")
    for _time in range(3):
        assert (
            client.post(at, {"act": "note", "text": "Please look."}, **{"Idempotency-Key": "n"}).status_code
            == 200
        )
    assert DisputeEntry.objects.filter(act="note").count() == 1
    is_problem(
        client.post(at, {"act": "note", "text": "Another."}, **{"Idempotency-Key": "n"}),
        422,
        "Key used already",
    )
    other = by_token(desk.client, "statements:write", by=lan)
    assert (
        other.post(at, {"act": "note", "text": "Please look."}, **{"Idempotency-Key": "n"}).status_code == 200
    )
    assert DisputeEntry.objects.filter(act="note").count() == 2, "another caller's key is another key"


def test_a_key_of_a_refused_request_may_be_tried_again(desk: Any, lan: Any) -> None:
    client, key = signed_in(lan), {"Idempotency-Key": "k"}
    is_problem(raised(client, desk, "no such item", **key), 400)
    assert raised(client, desk, an_item(desk), **key).status_code == 201


def test_an_invoice_is_handed_in_and_matched(desk: Any, minh: Any) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile
    from tests.api.ground import token

    secret = token(desk.vendor, "statements:write", "statements:read", by=minh)
    vendor = by_token(desk.vendor, "statements:read")
    at = f"/api/v1{here(desk, f'/statements/{MONTH}')}"

    def send(**headers: str) -> Any:
        file = SimpleUploadedFile("feb.csv", b"item,amount\nplatform,5000.00\nextra,12.30\n")
        said = {"Authorization": f"Bearer {secret}", **headers}
        return vendor.browser.post(f"{at}/invoices", {"file": file, "tolerance": "1"}, headers=said)

    made = send(**{"Idempotency-Key": "inv"})
    assert made.status_code == 201, made.content
    assert send(**{"Idempotency-Key": "inv"}).json()["id"] == made.json()["id"]
    listed = vendor.get(here(desk, "/invoices")).json()["items"]
    assert [row["id"] for row in listed] == [made.json()["id"]]
    found = vendor.get(f"{at}/invoice").json()
    assert found["invoiced"] == {"amount": "5012.30", "currency": "EUR"}
    by_item = {match["item"]: match for match in found["matches"]}
    assert by_item[None]["lines"][0]["name"] == "extra"
    file = vendor.get(here(desk, f"/invoices/{made.json()['id']}/file"))
    assert b"".join(file.streaming_content).startswith(b"item,amount")
    empty = vendor.browser.post(f"{at}/invoices", {}, headers={"Authorization": f"Bearer {secret}"})
    assert is_problem(empty, 422)["errors"][0]["at"].endswith("file")


def test_an_exclusion_is_asked_for_and_decided(desk: Any, lan: Any, minh: Any, tmp_path: Path) -> None:
    from tests.steps.ground_of_steps import AGREEMENT

    from giao.kernel.engagements.actions.adopt_agreement import adopt_agreement

    relief = """relief:
  - {kind: client_caused, name: client_caused, effect: case, agree: both}
"""
    later = AGREEMENT.replace("version: 1", "version: 2\neffective: 2016-03-01").replace(
        "credits:", relief + "credits:"
    )
    try:
        adopt_agreement(desk.engagement, later)
    except Exception as error:  # the form of relief is the agreement's own affair
        pytest.fail(str(error))
    client, vendor = signed_in(lan), signed_in(minh)
    versions = client.get(here(desk, "/agreement/versions")).json()["items"]
    assert len(versions) == 2
    body = {"relief": "client_caused", "cases": ["C0", "C3"], "reason": "The client's system was down."}
    made = vendor.post(here(desk, "/exclusions"), body)
    assert made.status_code == 201, made.content
    at = here(desk, f"/exclusions/{made.json()['id']}/decision")
    is_problem(vendor.post(at, {"accept": True}), 409)
    is_problem(client.post(at, {"accept": False}), 400)
    done = client.post(at, {"accept": False, "answer": "It was up."}).json()
    assert (done["state"], done["answer"]) == ("refused", "It was up.")
    is_problem(client.post(at, {"accept": True}), 409)
    is_problem(vendor.post(here(desk, "/exclusions"), body | {"cases": ["C0", "nobody"]}), 400)


def test_a_version_is_checked_drafted_and_put_in_force(desk: Any, lan: Any) -> None:
    from tests.steps.ground_of_steps import AGREEMENT

    client = signed_in(lan)
    at = here(desk, "/agreement")
    wrong = client.post(
        f"{at}/check", {"text": AGREEMENT.replace("stop: Resolved", "stopp: Resolved")}
    ).json()
    assert wrong["errors"] > 0
    assert wrong["faults"][0]["line"] is not None
    better = AGREEMENT.replace("within: 10 hours", "within: 8 hours")
    checked = client.post(f"{at}/check", {"text": better}).json()
    assert checked["errors"] == 0
    assert any("8" in change for change in checked["changes"])
    is_problem(client.get(f"{at}/draft"), 404)
    saved = client.ask("PUT", f"{at}/draft", {"text": better})
    tag = saved.headers["ETag"]
    assert client.ask("PUT", f"{at}/draft", {"text": better + "#\n"}, **{"If-Match": tag}).status_code == 200
    is_problem(client.ask("PUT", f"{at}/draft", {"text": better}, **{"If-Match": tag}), 412)
    assert client.get(f"{at}/draft").json()["text"] == better + "#\n"
    said = is_problem(
        client.post(f"{at}/versions", {"text": "giao: 1", "effective": "2016-06-01"}),
        422,
        "Faults in the agreement",
    )
    assert len(said["errors"]) > 1
    is_problem(client.post(f"{at}/versions", {"text": better}), 400)
    made = client.post(f"{at}/versions", {"text": better, "effective": "2016-06-01"})
    assert made.status_code == 201, made.content
    assert (made.json()["number"], made.json()["effective"]) == (2, "2016-06-01")
    is_problem(client.get(f"{at}/draft"), 404)


def test_an_import_is_taken_back(desk: Any, lan: Any) -> None:
    client = signed_in(lan)
    [row] = client.get(here(desk, "/imports")).json()["items"]
    assert row["counts"] is True
    for _time in range(2):
        assert client.ask("DELETE", here(desk, f"/imports/{row['id']}")).status_code == 204
    [row] = client.get(here(desk, "/imports")).json()["items"]
    assert (row["counts"], row["undone"] is not None) == (False, True)
    assert len(acts(desk, "undo_log")) == 1


def test_a_webhook_is_made_once_and_ended(desk: Any, lan: Any, settings_of_networks: None) -> None:
    client = signed_in(lan)
    at = here(desk, "/webhooks")
    body = {"url": "https://127.0.0.1/hook", "templates": ["work_ready"]}
    key = {"Idempotency-Key": "hook"}
    first, again = client.post(at, body, **key), client.post(at, body, **key)
    assert first.status_code == again.status_code == 201, first.content
    assert len(first.json()["secret"]) > 20
    assert again.json()["secret"] is None, "what is shown once is nowhere stored"
    from giao.kernel.api.models import Repeat

    assert first.json()["secret"] not in str(Repeat.objects.get().body)
    assert [row["id"] for row in client.get(at).json()["items"]] == [first.json()["id"]]
    assert client.get(f"{at}/deliveries").json()["items"] == []
    is_problem(client.post(at, body | {"templates": ["nothing"]}), 422)
    is_problem(client.post(at, body | {"url": "ftp://x"}), 422, "Not taken")
    vendor = signed_in(person("Minh", desk.vendor, "vendor_manager"))
    is_problem(vendor.ask("DELETE", f"{at}/{first.json()['id']}"), 404)
    assert client.ask("DELETE", f"{at}/{first.json()['id']}").status_code == 204
    assert client.get(at).json()["items"] == []


@pytest.fixture
def settings_of_networks(db: None) -> Any:
    from django.conf import settings

    before = settings.GIAO_WEBHOOK_NETWORKS
    settings.GIAO_WEBHOOK_NETWORKS = ["127.0.0.0/8"]
    yield
    settings.GIAO_WEBHOOK_NETWORKS = before


def test_a_person_unmasks_with_a_reason_and_a_token_never(desk: Any, lan: Any) -> None:
    client = signed_in(lan)
    at = here(desk, "/unmaskings")
    is_problem(client.post(at, {"reason": "short", "case": "C0"}), 400)
    done = client.post(at, {"reason": "the client called about this case", "case": "C0"})
    assert done.status_code == 201, done.content
    assert acts(desk, "unmask")[0].data["case"] == "C0"
    robot = by_token(desk.client, "readings:read", by=lan)
    is_problem(robot.post(at, {"reason": "the client called about it", "case": "C0"}), 403)


def test_a_browser_without_its_csrf_token_changes_nothing(desk: Any, lan: Any) -> None:
    client = signed_in(lan)
    client.csrf = ""
    said = is_problem(raised(client, desk, an_item(desk)), 403)
    assert "CSRF" in said["detail"]
    assert client.get(here(desk, "/disputes")).json()["items"] == []


def test_a_token_that_nobody_answers_for_binds_nobody(desk: Any, lan: Any) -> None:
    from giao.kernel.parties.actions.withdraw_role import withdraw_role

    is_problem(raised(by_token(desk.client, "statements:write"), desk, an_item(desk)), 403)
    robot = by_token(desk.client, "statements:write", by=lan)
    withdraw_role(lan.memberships.get())
    said = is_problem(raised(robot, desk, an_item(desk)), 403)
    assert "left" in said["detail"]


def test_what_cannot_be_read_is_a_problem(desk: Any, lan: Any) -> None:
    client = signed_in(lan)
    is_problem(client.post(here(desk, "/disputes"), b"{not json"), 400, "Unreadable")
    said = is_problem(client.post(here(desk, "/disputes"), {}), 422)
    assert {error["at"] for error in said["errors"]} >= {"body.month", "body.item", "body.claim", "body.text"}
    is_problem(client.ask("PATCH", here(desk, "/disputes")), 405)
    is_problem(client.get(here(desk, "/disputes/not-a-key")), 404)


def test_an_archived_engagement_is_read_only(desk: Any, lan: Any) -> None:
    from giao.kernel.engagements.actions.archive_engagement import archive_engagement

    item = an_item(desk)
    client = signed_in(lan)
    archive_engagement(desk.engagement, lan)
    assert client.get(here(desk, "/statements")).status_code == 200
    is_problem(raised(client, desk, item), 400)
    assert [row["slug"] for row in client.get("/engagements?archived=true").json()["items"]] == [
        desk.engagement.slug
    ]
    assert client.get("/engagements").json()["items"] == []


def test_a_repeat_knows_every_file_of_a_form(django_ready: None) -> None:
    """Two files under one name: another first one is another request."""
    from django.core.files.uploadedfile import SimpleUploadedFile
    from django.test import RequestFactory

    from giao.kernel.api.once import _asked

    def asked(first: bytes) -> str:
        files = [SimpleUploadedFile("a.csv", first), SimpleUploadedFile("b.csv", b"second")]
        return _asked(RequestFactory().post("/x", {"file": files}))

    assert asked(b"one") == asked(b"one")
    assert asked(b"one") != asked(b"two")
