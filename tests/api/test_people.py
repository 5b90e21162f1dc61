"""A person's own affairs and an organisation's people by the API; jobs; the audit trail of what tokens did."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.api.ground import by_token, is_problem, signed_in


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


def test_people_and_tokens_of_the_own_organisation(desk: Any) -> None:
    lan = person("Lan", desk.client, "administrator")
    caller = signed_in(lan)
    by_token(desk.client, "readings:read", by=lan)
    [own] = caller.get("/organisations").json()["items"]
    assert (own["name"], own["roles"]) == (desk.client.name, ["administrator"])
    [told] = caller.get(f"/organisations/{own['id']}/people").json()["items"]
    assert (told["email"], told["roles"]) == (lan.email, ["administrator"])
    [token] = caller.get(f"/organisations/{own['id']}/tokens").json()["items"]
    assert (token["scopes"], token["state"], token["engagement"]) == (["readings:read"], "valid", None)
    assert "hash" not in token
    other = f"/organisations/{desk.vendor.pk}"
    is_problem(caller.get(f"{other}/people"), 404)
    is_problem(signed_in(person("Tam", desk.client, "agent")).get(f"/organisations/{own['id']}/people"), 403)
    is_problem(
        signed_in(person("Kim", desk.client, "auditor")).get(f"/organisations/{own['id']}/tokens"), 403
    )


def test_notifications_are_read_once(desk: Any) -> None:
    from giao.kernel.notifications.notify import notify

    lan, minh = person("Lan", desk.client, "client_manager"), person("Minh", desk.vendor, "vendor_manager")
    for number in range(3):
        notify([lan], "work_ready", {"name": f"file {number}"}, key=f"k{number}", engagement=desk.engagement)
    caller = signed_in(lan)
    rows = caller.follow("/notifications", limit=2)
    assert [row["title"] for row in rows] == [f"“file {number}” is ready" for number in (2, 1, 0)]
    assert {row["engagement"] for row in rows} == {desk.engagement.slug}
    at = f"/notifications/{rows[0]['id']}/read"
    assert [caller.post(at).json()["marked"] for _time in range(2)] == [1, 0]
    assert len(caller.follow("/notifications?unread=true")) == 2
    assert signed_in(minh).get("/notifications").json()["items"] == []
    is_problem(signed_in(minh).post(at), 404)
    assert caller.post("/notifications/read").json() == {"marked": 2}
    assert caller.follow("/notifications?unread=true") == []


def test_jobs_are_shown_to_those_who_keep_them(desk: Any) -> None:
    caller = signed_in(person("Lan", desk.client, "client_manager"))
    at = f"/engagements/{desk.engagement.slug}/jobs"
    rows = caller.follow(at)
    assert rows
    done = [row for row in rows if row["state"] == "done"]
    assert done, "the reading was made; the next look at the alarms may wait"
    is_problem(caller.post(f"{at}/{done[0]['id']}/cancel"), 409)
    is_problem(caller.post(f"{at}/{done[0]['id']}/retry"), 409)
    assert caller.follow(f"{at}?state=dead") == []


def test_the_audit_tells_what_a_token_did_and_who_answers(desk: Any, client: Any) -> None:
    lan = person("Lan", desk.client, "client_manager")
    writing = by_token(desk.client, "webhooks:write", by=lan)
    is_problem(
        writing.post(f"/engagements/{desk.engagement.slug}/webhooks", {"url": "http://127.0.0.1/x"}), 422
    )
    taken = by_token(desk.client, "logs:write", by=lan)
    at = f"/engagements/{desk.engagement.slug}"
    [row] = taken.get(f"{at}/imports").json()["items"]
    assert taken.ask("DELETE", f"{at}/imports/{row['id']}").status_code == 204
    reading = by_token(desk.client, "audit:read")
    [told] = reading.follow(f"{at}/audit?what=undo_log")
    assert (told["actor"], told["robot"].split(" (")[0][:3]) == ("Lan", "ERP")
    client.force_login(lan)
    page = client.get(f"/e/{desk.engagement.slug}/audit").content.decode()
    assert told["robot"] in page
    later = signed_in(lan).ask("DELETE", f"{at}/imports/{row['id']}")
    assert later.status_code == 204
    assert len(reading.follow(f"{at}/audit?what=undo_log")) == 1
    assert reading.get(f"{at}/audit?as_of=2016-01-01").json()["items"] == []
