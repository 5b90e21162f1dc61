"""An organisation by the API: invitations, roles, service accounts, tokens; an engagement's life; sub-contractors; views."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from tests.api.ground import by_token, is_problem, signed_in


def world() -> Any:
    from tests.kernel.ground import world as made

    return made()


def person(name: str, organisation: Any, role: str) -> Any:
    from tests.kernel.ground import person as made

    return made(name, organisation, role)


@pytest.fixture
def here(db: None) -> Any:
    return world()


def at(organisation: Any) -> str:
    return f"/organisations/{organisation.pk}"


def test_a_person_is_invited_once_joins_by_the_link_and_loses_the_role(here: Any) -> None:
    from giao.kernel.identity.actions.invite_person import accept_invitation, open_invitation
    from giao.kernel.identity.models import Invitation

    caller = signed_in(person("Lan", here.client, "administrator"))
    body = {"email": "new@example.org", "role": "agent"}
    key = {"Idempotency-Key": "i1"}
    made = caller.post(f"{at(here.client)}/invitations", body, **key)
    again = caller.post(f"{at(here.client)}/invitations", body, **key)
    assert (made.status_code, made.headers["Cache-Control"]) == (201, "no-store")
    assert Invitation.objects.filter(organisation=here.client).count() == 1
    assert again.json() == made.json() | {"link": None}, "the secret is shown once"
    secret = made.json()["link"].rpartition("/")[2]
    accept_invitation(open_invitation(secret), None, "New", "a long password here")
    [row] = caller.follow(f"{at(here.client)}/invitations")
    assert (row["state"], "link" in row) == ("accepted", False)
    roles = caller.follow(f"{at(here.client)}/roles")
    assert {(item["email"], item["role"]) for item in roles} >= {("new@example.org", "agent")}
    one = next(item for item in roles if item["email"] == "new@example.org")
    assert caller.ask("DELETE", f"{at(here.client)}/roles/{one['id']}").status_code == 204
    is_problem(caller.ask("DELETE", f"{at(here.client)}/roles/{one['id']}"), 404)
    mine = next(item for item in roles if item["role"] == "administrator")
    last = is_problem(caller.ask("DELETE", f"{at(here.client)}/roles/{mine['id']}"), 400)
    assert "last administrator" in last["detail"]


def test_an_invitation_taken_back_opens_nothing(here: Any) -> None:
    from django.http import Http404

    from giao.kernel.identity.actions.invite_person import open_invitation

    caller = signed_in(person("Lan", here.client, "client_manager"))
    place = f"{at(here.client)}/invitations"
    is_problem(caller.post(place, {"email": "nobody", "role": "agent"}), 400)
    is_problem(caller.post(place, {"email": "x@example.org", "role": "administrator"}), 403)
    made = caller.post(place, {"email": "x@example.org", "role": "agent"}).json()
    for _time in range(2):
        assert caller.ask("DELETE", f"{place}/{made['id']}").status_code == 204
    with pytest.raises(Http404):
        open_invitation(made["link"].rpartition("/")[2])


def test_a_token_is_shown_once_works_and_is_revoked(here: Any) -> None:
    from django.test import Client
    from django.utils import timezone
    from tests.api.ground import Caller

    caller = signed_in(person("Lan", here.client, "client_manager"))
    account = caller.post(f"{at(here.client)}/service-accounts", {"name": "ERP"}).json()
    is_problem(caller.post(f"{at(here.client)}/service-accounts", {"name": "ERP"}), 400)
    body = {
        "account": account["id"],
        "scopes": ["engagement:read"],
        "expires": (timezone.now() + timedelta(days=30)).isoformat(),
    }
    made = caller.post(f"{at(here.client)}/tokens", body, **{"Idempotency-Key": "t1"})
    again = caller.post(f"{at(here.client)}/tokens", body, **{"Idempotency-Key": "t1"})
    assert (made.status_code, made.headers["Cache-Control"]) == (201, "no-store")
    secret = made.json()["secret"]
    assert again.json() == made.json() | {"secret": None}
    robot = Caller(Client(raise_request_exception=False), secret)
    assert robot.get("/engagements").status_code == 200
    [row] = caller.follow(f"{at(here.client)}/tokens")
    assert secret not in str(row)
    for change in (
        {"scopes": ["everything"]},
        {"expires": (timezone.now() + timedelta(days=400)).isoformat()},
        {"engagement": "nowhere"},
    ):
        is_problem(caller.post(f"{at(here.client)}/tokens", body | change), 400)
    assert caller.ask("DELETE", f"{at(here.client)}/tokens/{row['id']}").status_code == 204
    is_problem(robot.get("/engagements"), 401)
    assert caller.ask("DELETE", f"{at(here.client)}/service-accounts/{account['id']}").status_code == 204
    assert caller.follow(f"{at(here.client)}/service-accounts")[0]["disabled"]


def test_another_organisation_is_not_there(here: Any) -> None:
    caller = signed_in(person("Minh", here.vendor, "administrator"))
    other = at(here.client)
    for path in ("people", "roles", "invitations", "tokens", "service-accounts"):
        is_problem(caller.get(f"{other}/{path}"), 404)
    is_problem(caller.post(f"{other}/invitations", {"email": "x@example.org", "role": "agent"}), 404)
    is_problem(caller.post(f"{other}/service-accounts", {"name": "x"}), 404)


def test_an_engagement_is_opened_archived_and_deleted_with_a_way_back(here: Any) -> None:
    from giao.kernel.engagements.models import Engagement

    lan = person("Lan", here.client, "client_manager")
    caller = signed_in(lan)
    body = {"client": str(here.client.pk), "name": "Night desk", "zone": "Asia/Ho_Chi_Minh"}
    new = body | {"vendor_name": "Night BPO", "email": "boss@example.org"}
    made = caller.post("/engagements", new, **{"Idempotency-Key": "e1"})
    again = caller.post("/engagements", new, **{"Idempotency-Key": "e1"})
    assert (made.status_code, again.json()["slug"]) == (201, made.json()["slug"])
    assert "/invitation/" in made.json()["invitation"]["link"]
    assert again.json()["invitation"] is None
    assert Engagement.objects.filter(name="Night desk").count() == 1
    known = caller.post("/engagements", body | {"vendor": str(here.vendor.pk)}).json()
    assert known["invitation"] is None
    is_problem(caller.post("/engagements", body | {"zone": "Nowhere"}), 400)
    is_problem(caller.post("/engagements", body | {"vendor": str(world().vendor.pk)}), 400)
    is_problem(caller.post("/engagements", body | {"client": str(here.vendor.pk)}), 404)
    slug = known["slug"]
    place = f"/engagements/{slug}"
    assert caller.post(f"{place}/archive").json()["archived"]
    assert slug in {row["slug"] for row in caller.follow("/engagements?archived=true")}
    assert caller.ask("DELETE", f"{place}/archive").json()["archived"] is None
    assert caller.get(f"{place}/removal").json()["rows"] > 0
    is_problem(caller.post(f"{place}/removal", {"name": "Another"}), 400)
    asked = caller.post(f"{place}/removal", {"name": known["name"]})
    assert (asked.status_code, bool(asked.json()["removal_due"])) == (202, True)
    is_problem(caller.get(place), 404)
    assert caller.ask("DELETE", f"{place}/removal").json()["removal_due"] is None
    assert caller.get(place).status_code == 200


def test_sub_contractors_are_named_by_the_vendor(here: Any) -> None:
    vendor = signed_in(person("Minh", here.vendor, "vendor_manager"))
    place = f"/engagements/{here.engagement.slug}/third-parties"
    body = {"name": "Night team", "email": "night@example.org", "groups": ["Team 3"]}
    made = vendor.post(place, body, **{"Idempotency-Key": "s1"})
    assert (made.status_code, made.json()["groups"]) == (201, ["Team 3"])
    assert vendor.post(place, body, **{"Idempotency-Key": "s1"}).json()["link"] is None
    one = f"{place}/{made.json()['id']}"
    assert vendor.ask("PUT", one, {"groups": ["Team 4", "Team 3"]}).json()["groups"] == ["Team 3", "Team 4"]
    client = signed_in(person("Lan", here.client, "client_manager"))
    assert [row["organisation"] for row in client.follow(place)] == ["Night team"]
    is_problem(client.post(place, body), 403)
    assert vendor.ask("DELETE", one).status_code == 204
    assert vendor.follow(place) == []


def test_saved_views_are_the_persons_own(here: Any) -> None:
    lan, tam = person("Lan", here.client, "agent"), person("Tam", here.client, "agent")
    place = f"/engagements/{here.engagement.slug}/views"
    page = f"/e/{here.engagement.slug}/cases"
    caller, other = signed_in(lan), signed_in(tam)
    body = {"name": "Late ones", "path": page, "table": "cases", "query": "sort=-late&page=3"}
    made = caller.post(place, body).json()
    assert (made["query"], made["mine"], made["shared"]) == ("sort=-late", True, False)
    is_problem(caller.post(place, body | {"path": "/e/elsewhere/cases"}), 404)
    is_problem(caller.post(place, body | {"name": "  "}), 400)
    assert other.follow(place) == []
    caller.post(place, body | {"shared": True})
    [shared] = other.follow(place)
    assert (shared["by"], shared["mine"]) == (lan.name, False)
    is_problem(other.ask("DELETE", f"{place}/{shared['id']}"), 404)
    assert caller.ask("DELETE", f"{place}/{shared['id']}").status_code == 204
    assert caller.follow(place) == []


def test_a_token_does_nothing_of_what_is_a_persons(here: Any) -> None:
    from giao.kernel.identity.scopes import all_scopes

    lan = person("Lan", here.client, "administrator")
    robot = by_token(here.client, *all_scopes(), by=lan)
    for path, body in (
        (f"{at(here.client)}/invitations", {"email": "x@example.org", "role": "agent"}),
        (f"{at(here.client)}/service-accounts", {"name": "x"}),
        (f"/engagements/{here.engagement.slug}/archive", {}),
        (f"/engagements/{here.engagement.slug}/removal", {"name": "Service desk"}),
    ):
        is_problem(robot.post(path, body), 403, "Not allowed")


def test_mail_is_chosen_and_a_reading_told(here: Any) -> None:
    caller = signed_in(person("Lan", here.client, "agent"))
    assert caller.ask("PUT", "/notifications/mail", {"wanted": False}).json()["wanted"] is False
    assert caller.ask("PUT", "/notifications/mail", {"wanted": True}).json()["wanted"] is True
    place = f"/engagements/{here.engagement.slug}/reading"
    assert caller.get(place).json()["state"] == "none"
    is_problem(caller.post(f"{place}/retry"), 409)
