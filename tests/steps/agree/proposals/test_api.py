"""Proposals and replays by the API: the same acts as on the page, who was first is told."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.api.ground import by_token, is_problem, signed_in
from tests.steps.agree.proposals.table import EASIER, MIDDLE, table


@pytest.fixture
def desk(db: None, tmp_path: Path) -> Any:
    return table(tmp_path)


def test_propose_counter_and_accept_make_the_next_version(desk: Any) -> None:
    at = f"/engagements/{desk.engagement.slug}/proposals"
    vendor = by_token(desk.made.vendor, "agreement:read", "agreement:write", by=desk.people["vendor"])
    client = signed_in(desk.people["client"])
    body = {"text": EASIER, "effective": "2016-05-01", "note": "Ten hours cannot be kept at night."}
    two = [vendor.post(at, body, **{"Idempotency-Key": "p1"}) for _time in range(2)]
    assert [answer.status_code for answer in two] == [201, 201]
    made = two[0].json()
    assert two[1].json()["id"] == made["id"]
    assert (made["name"], made["state"], made["side"], made["base"]) == ("1.1", "proposed", "vendor", 1)
    assert made["changes"], "told in words"
    one = client.get(f"{at}/{made['id']}")
    is_problem(vendor.post(f"{at}/{made['id']}/acts", {"act": "accept", "seen": made["revision"]}), 409)
    is_problem(client.post(f"{at}/{made['id']}/acts", {"act": "accept"}), 400)
    counter = client.post(
        f"{at}/{made['id']}/counter",
        {"text": MIDDLE, "effective": "2016-05-01", "note": "Sixteen."},
        **{"If-Match": one.headers["ETag"]},
    )
    assert (counter.status_code, counter.json()["name"]) == (201, "1.2")
    is_problem(
        client.post(
            f"{at}/{made['id']}/acts", {"act": "decline", "text": "No."}, **{"If-Match": one.headers["ETag"]}
        ),
        412,
    )
    answer = counter.json()
    noted = vendor.post(f"{at}/{answer['id']}/acts", {"act": "note", "text": "We look at it."}).json()
    first = is_problem(
        vendor.post(f"{at}/{answer['id']}/acts", {"act": "accept", "seen": answer["revision"]}), 409
    )
    assert "was first" in first["detail"]
    done = vendor.post(f"{at}/{answer['id']}/acts", {"act": "accept", "seen": noted["revision"]}).json()
    assert (done["state"], done["version"]) == ("accepted", 2)
    assert [said["act"] for said in done["entries"]] == ["propose", "counter", "propose", "note", "accept"]
    assert desk.versions() == [1, 2]
    assert [row["state"] for row in client.follow(at, limit=1)] == ["accepted", "countered"]


def test_decline_and_withdraw_leave_what_is_in_force(desk: Any) -> None:
    at = f"/engagements/{desk.engagement.slug}/proposals"
    vendor, client = signed_in(desk.people["vendor"]), signed_in(desk.people["client"])
    body = {"text": EASIER, "effective": "2016-05-01"}
    first, second = (vendor.post(at, body).json() for _time in range(2))
    is_problem(client.post(f"{at}/{first['id']}/acts", {"act": "decline", "seen": first["revision"]}), 400)
    said = client.post(
        f"{at}/{first['id']}/acts", {"act": "decline", "seen": first["revision"], "text": "Too slow."}
    )
    assert said.json()["state"] == "declined"
    gone = vendor.post(f"{at}/{second['id']}/acts", {"act": "withdraw", "seen": second["revision"]})
    assert gone.json()["state"] == "withdrawn"
    assert desk.versions() == [1]


def test_faults_of_the_text_are_told_with_their_lines(desk: Any) -> None:
    client = signed_in(desk.people["client"])
    bad = EASIER.replace("within: 24 hours", "within: soon")
    answer = client.post(
        f"/engagements/{desk.engagement.slug}/proposals", {"text": bad, "effective": "2016-05-01"}
    )
    errors = is_problem(answer, 422, "Faults in the agreement")["errors"]
    assert errors[0]["line"] == bad.splitlines().index(next(x for x in bad.splitlines() if "soon" in x)) + 1


def test_a_draft_of_another_text_survives_a_proposal(desk: Any) -> None:
    client = signed_in(desk.people["client"])
    at = f"/engagements/{desk.engagement.slug}"
    client.ask("PUT", f"{at}/agreement/draft", {"text": MIDDLE})
    client.post(f"{at}/proposals", {"text": EASIER, "effective": "2016-05-01"})
    assert client.get(f"{at}/agreement/draft").json()["text"] == MIDDLE
    assert client.ask("DELETE", f"{at}/agreement/draft").status_code == 204
    is_problem(client.get(f"{at}/agreement/draft"), 404)


def test_a_replay_is_computed_and_read(desk: Any) -> None:
    client = signed_in(desk.people["client"])
    at = f"/engagements/{desk.engagement.slug}/replays"
    started = client.post(at, {"text": EASIER, "title": "Easier"}, **{"Idempotency-Key": "r"})
    assert started.status_code == 202
    where = started.headers["Location"]
    found = client.get(where).json()
    assert (found["state"], found["title"]) == ("ready", "Easier")
    assert [month["month"] for month in found["months"]][:2] == ["2016-01", "2016-02"]
    assert found["months"][0]["draft"]["total"]["currency"] == "EUR"
    assert {level["kpi"] for level in found["levels"]} == {"in_time"}
    assert [row["id"] for row in client.follow(at)] == [found["id"]]
    assert client.post(f"{where}/stop").json()["state"] == "ready"
    is_problem(client.post(at, {"text": "giao: 1"}), 422)
    is_problem(client.get(f"{at}/0190a000-0000-7000-8000-000000000000"), 404)
