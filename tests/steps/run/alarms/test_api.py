"""Alarms by the API: list, one, acts with who was first, rules, maintenance; the other side sees none of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tests.api.ground import by_token, is_problem, signed_in
from tests.steps.run.alarms.conftest import NOW, Desk

FRIDAY = datetime(2016, 3, 18, 15, 30, tzinfo=UTC)
RULE = {
    "name": "Many rejects",
    "kind": "quality",
    "condition": "rejected_share > 0.1",
    "severity": "critical",
    "owner_role": "vendor_manager",
    "steps": [{"after_minutes": 60, "role": "vendor_manager"}],
}


@pytest.fixture
def rung(desk: Desk) -> Desk:
    desk.opened("C1", NOW - timedelta(days=3))
    desk.bring(FRIDAY)
    desk.watch()
    desk.preset = "breached"
    desk.only(["breached"])
    return desk


def test_an_alarm_is_listed_read_and_handled_once(rung: Any) -> None:
    lead, other = rung.person("vendor", "team_lead"), rung.person("vendor", "vendor_manager")
    caller = signed_in(lead)
    token = by_token(rung.engagement.vendor, "alarms:read", "alarms:write", by=other)
    at = f"/engagements/{rung.engagement.slug}/alarms"
    [alarm] = [row for row in token.follow(at) if row["id"] == str(rung.alarm().pk)]
    assert (alarm["state"], alarm["kind"], alarm["firing"], alarm["owner"]) == ("open", "case", 1, None)
    one = caller.get(f"{at}/{alarm['id']}")
    tag = one.headers["ETag"]
    assert caller.get(f"{at}/{alarm['id']}", **{"If-None-Match": tag}).status_code == 304
    [subject] = caller.get(f"{at}/{alarm['id']}/subjects?firing=true").json()["items"]
    assert subject["about"]["case"] == "C1"
    acts = f"{at}/{alarm['id']}/acts"
    is_problem(caller.post(acts, {"act": "acknowledge"}), 400)
    keyed = {"If-Match": tag, "Idempotency-Key": "a1"}
    done = caller.post(acts, {"act": "acknowledge", "text": "Mine."}, **keyed)
    assert (done.status_code, done.json()["state"], done.json()["owner"]) == (200, "acknowledged", lead.name)
    again = caller.post(acts, {"act": "acknowledge", "text": "Mine."}, **keyed)
    assert again.headers["Idempotent-Replayed"] == "true"
    is_problem(token.post(acts, {"act": "take"}, **{"If-Match": tag}), 412)
    first = is_problem(token.post(acts, {"act": "take", "seen": alarm["revision"]}), 409)
    assert lead.name in first["detail"]
    now = done.json()["revision"]
    is_problem(token.post(acts, {"act": "settle", "seen": now}), 400)
    is_problem(token.post(acts, {"act": "snooze", "seen": now, "until": "2016-01-01T00:00:00Z"}), 400)
    taken = token.post(acts, {"act": "take", "seen": now}).json()
    settled = token.post(acts, {"act": "settle", "seen": taken["revision"], "text": "Solved by hand."})
    assert settled.json()["state"] == "settled"
    assert [entry["act"] for entry in settled.json()["entries"]][-3:] == ["acknowledged", "took", "settled"]
    assert caller.get(f"{at}?state=open").json()["items"] == []


def test_the_other_side_sees_neither_alarm_nor_rule_nor_window(rung: Any) -> None:
    lan, minh = rung.person("client", "client_manager"), rung.person("vendor", "vendor_manager")
    mine, theirs = signed_in(minh), signed_in(lan)
    at = f"/engagements/{rung.engagement.slug}/alarms"
    made = mine.post(f"{at}/rules", RULE).json()
    window = mine.post(f"{at}/maintenance", {"ends": "2999-01-01T00:00:00Z", "reason": "Move"}).json()
    own = str(rung.alarm().pk)
    for path in (f"{at}/{own}", f"{at}/{own}/subjects", f"{at}/rules/{made['id']}"):
        assert mine.get(path).status_code == 200
        is_problem(theirs.get(path), 404)
    is_problem(theirs.post(f"{at}/{own}/acts", {"act": "take", "seen": 1}), 404)
    is_problem(theirs.post(f"{at}/rules/{made['id']}/switch", {"active": False}), 404)
    is_problem(theirs.ask("DELETE", f"{at}/maintenance/{window['id']}"), 404)
    seen = [theirs.follow(path) for path in (at, f"{at}/rules", f"{at}/maintenance")]
    keys = {row["id"] for rows in seen for row in rows}
    assert keys.isdisjoint({own, made["id"], window["id"]})


def test_a_rule_is_made_once_changed_by_who_saw_it_and_switched(rung: Any) -> None:
    minh = rung.person("vendor", "vendor_manager")
    caller = by_token(rung.engagement.vendor, "alarms:read", "rules:write", by=minh)
    at = f"/engagements/{rung.engagement.slug}/alarms/rules"
    two = [caller.post(at, RULE, **{"Idempotency-Key": "r1"}) for _time in range(2)]
    assert [answer.status_code for answer in two] == [201, 201]
    assert two[0].json() == two[1].json()
    rule = two[0].json()
    assert (rule["steps"], rule["active"]) == (RULE["steps"], True)
    bad = is_problem(caller.post(at, RULE | {"condition": "nonsense >"}), 400)
    assert "nonsense" in bad["detail"]
    where = f"{at}/{rule['id']}"
    tag = caller.get(where).headers["ETag"]
    changed = caller.ask("PUT", where, RULE | {"name": "Few rejects"}, **{"If-Match": tag})
    assert (changed.status_code, changed.json()["name"]) == (200, "Few rejects")
    is_problem(caller.ask("PUT", where, RULE, **{"If-Match": tag}), 412)
    is_problem(caller.ask("PUT", where, RULE | {"seen": rule["revision"]}), 409)
    is_problem(caller.ask("PUT", where, RULE), 400)
    assert caller.post(f"{where}/switch", {"active": False}).json()["active"] is False
    assert caller.post(f"{at}/try", {"kind": "quality", "condition": "late > 1"}).json()["said"]


def test_a_maintenance_window_opens_and_ends_once(rung: Any) -> None:
    caller = signed_in(rung.person("vendor", "team_lead"))
    at = f"/engagements/{rung.engagement.slug}/alarms/maintenance"
    is_problem(caller.post(at, {"ends": "2016-01-01T00:00:00Z", "reason": "Move"}), 400)
    made = caller.post(at, {"ends": "2999-01-01T00:00:00Z", "reason": "Move"})
    assert made.status_code == 201
    where = f"{at}/{made.json()['id']}"
    assert caller.ask("DELETE", where).status_code == 204
    assert caller.ask("DELETE", where).status_code in (404, 409)
