"""Invitations, roles, new passwords, sessions, the second factor: what opens, what stays shut, and what is written down."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest

PASSWORD = "a long password here"
NEW = "quite another long one"


def browser() -> Any:
    from django.test import Client

    return Client(headers={"accept-language": "en"})


def admin_of(organisation: Any, name: str = "Ada") -> Any:
    from tests.kernel.ground import person

    return person(name, organisation, "administrator")


def shown_link(answer: Any) -> str:
    """The path of the one-time link on a page."""
    return re.search(r'id="link-once" value="http://testserver([^"]+)"', answer.content.decode())[1]  # type: ignore[index]


def invite(client: Any, organisation: Any, email: str, role: str) -> Any:
    return client.post(f"/organisations/{organisation.pk}", {"act": "invite", "email": email, "role": role})


def take(link: str, name: str = "Mai", password: str = PASSWORD) -> Any:
    guest = browser()
    return guest, guest.post(link, {"name": name, "password": password, "again": password})


def test_an_invited_person_makes_an_account_and_stands_in_the_role(client: Any) -> None:
    from tests.kernel.ground import world

    from giao.kernel.audit.models import OrganisationAct
    from giao.kernel.identity.models import Invitation
    from giao.kernel.parties.models import Membership

    here = world()
    client.force_login(admin_of(here.vendor))
    answer = invite(client, here.vendor, "Mai@Example.org", "team_lead")
    assert answer["Cache-Control"] == "no-store"
    link = shown_link(answer)
    secret = link.rsplit("/", 1)[1]
    assert secret not in str(list(Invitation.objects.values()))
    assert secret not in client.get(f"/organisations/{here.vendor.pk}").content.decode(), "shown once"
    guest, answer = take(link)
    assert (answer.status_code, answer["Location"]) == (302, "/")
    member = Membership.objects.get(organisation=here.vendor, role="team_lead")
    assert member.user.email == "mai@example.org"
    assert guest.get(f"/e/{here.engagement.slug}/").status_code == 200
    assert take(link)[1].status_code == 404, "a link works once"
    acts = OrganisationAct.objects.filter(organisation=here.vendor).values_list("what", flat=True)
    assert set(acts) >= {"invite_person", "accept_invitation"}


@pytest.mark.parametrize("how", ["expired", "taken back", "replaced"])
def test_a_dead_invitation_reads_like_one_that_never_was(client: Any, how: str) -> None:
    from django.utils import timezone
    from tests.kernel.ground import world

    from giao.kernel.identity.models import Invitation

    here = world()
    client.force_login(admin_of(here.vendor))
    link = shown_link(invite(client, here.vendor, "mai@example.org", "agent"))
    if how == "expired":
        Invitation.objects.update(expires=timezone.now())
    elif how == "taken back":
        row = Invitation.objects.get()
        client.post(f"/organisations/{here.vendor.pk}", {"act": "revoke", "invitation": str(row.pk)})
    else:
        invite(client, here.vendor, "mai@example.org", "agent")
    guest = browser()
    dead, never = guest.get(link), guest.get("/invitation/" + "x" * 43)
    assert (dead.status_code, never.status_code) == (404, 404)
    assert strip(dead) == strip(never)


def strip(answer: Any) -> str:
    return re.sub(r'name="(csrfmiddlewaretoken|next)" value="[^"]*"', "", answer.content.decode())


def test_an_invitation_is_for_its_address_alone(client: Any) -> None:
    from tests.kernel.ground import person, world

    from giao.kernel.parties.models import Membership

    here = world()
    mai, eve = person("Mai"), person("Eve", world().client)
    client.force_login(admin_of(here.vendor))
    link = shown_link(invite(client, here.vendor, mai.email, "agent"))
    guest, answer = take(link, password=NEW)
    assert "has an account already" in answer.content.decode()
    mai.refresh_from_db()
    assert mai.check_password(PASSWORD), "who has the link of a known account sets no password"
    guest.force_login(eve)
    assert guest.post(link).status_code == 400
    assert not Membership.objects.filter(user__in=[mai, eve], organisation=here.vendor).exists()
    guest.force_login(mai)
    assert guest.post(link).status_code == 302
    assert Membership.objects.filter(user=mai, organisation=here.vendor, role="agent").exists()


@pytest.mark.parametrize("password", ["short", "password12345", "mai@example.org1", "x" * 300])
def test_a_weak_password_makes_no_account_and_spends_no_link(client: Any, password: str) -> None:
    from tests.kernel.ground import world

    from giao.kernel.parties.models import User

    here = world()
    client.force_login(admin_of(here.vendor))
    link = shown_link(invite(client, here.vendor, "mai@example.org", "agent"))
    assert take(link, password=password)[1].status_code == 400
    assert not User.objects.filter(email="mai@example.org").exists()
    assert take(link)[1].status_code == 302


@pytest.mark.parametrize(
    ("giver", "role", "status"),
    [("administrator", "administrator", 200), ("vendor_manager", "administrator", 403), ("vendor_manager", "agent", 200),
     ("team_lead", "agent", 403), ("agent", "agent", 403), ("auditor", "agent", 403), ("administrator", "emperor", 403)],
)  # fmt: skip
def test_nobody_gives_more_than_they_have(client: Any, giver: str, role: str, status: int) -> None:
    from tests.kernel.ground import person, world

    from giao.kernel.identity.models import Invitation

    here = world()
    client.force_login(person("Giver", here.vendor, giver))
    assert invite(client, here.vendor, "mai@example.org", role).status_code == status
    assert Invitation.objects.exists() == (status == 200)


def test_a_withdrawn_role_ends_at_the_next_request_and_the_last_administrator_stays(client: Any) -> None:
    from tests.kernel.ground import person, world

    from giao.kernel.parties.models import Membership

    here = world()
    ada, mai = admin_of(here.vendor), person("Mai", here.vendor, "analyst")
    client.force_login(ada)
    guest = browser()
    guest.force_login(mai)
    address = f"/e/{here.engagement.slug}/"
    assert guest.get(address).status_code == 200
    people = f"/organisations/{here.vendor.pk}"
    row = Membership.objects.get(user=mai)
    assert client.post(people, {"act": "withdraw", "membership": str(row.pk)}).status_code == 302
    assert guest.get(address).status_code == 404
    own = Membership.objects.get(user=ada)
    answer = client.post(people, {"act": "withdraw", "membership": str(own.pk)})
    assert answer.status_code == 400
    assert "last administrator" in answer.content.decode()


def test_an_administrator_hands_over_a_link_for_a_new_password(client: Any) -> None:
    from tests.kernel.ground import person, world

    here = world()
    mai = person("Mai", here.vendor, "agent")
    elsewhere = browser()
    elsewhere.force_login(mai)
    client.force_login(admin_of(here.vendor))
    member = mai.memberships.get()
    answer = client.post(f"/organisations/{here.vendor.pk}", {"act": "reset", "membership": str(member.pk)})
    link = shown_link(answer)
    guest = browser()
    assert guest.post(link, {"new": NEW, "again": "other"}).status_code == 400
    assert guest.post(link, {"new": "short", "again": "short"}).status_code == 400
    assert guest.post(link, {"new": NEW, "again": NEW})["Location"] == "/sign-in"
    assert guest.post(link, {"new": "x" * 20, "again": "x" * 20}).status_code == 404
    mai.refresh_from_db()
    assert mai.check_password(NEW)
    assert elsewhere.get("/account").status_code == 302, "sessions from before are over"


def test_an_administrator_opens_no_door_into_another_organisation(client: Any) -> None:
    from tests.kernel.ground import person, world

    from giao.kernel.identity.models import ResetLink
    from giao.kernel.parties.actions.join_organisation import join_organisation

    here, elsewhere = world(), world()
    mai = person("Mai", here.vendor, "agent")
    join_organisation(mai, elsewhere.vendor, "vendor_manager")
    client.force_login(admin_of(here.vendor))
    member = mai.memberships.get(organisation=here.vendor)
    answer = client.post(f"/organisations/{here.vendor.pk}", {"act": "reset", "membership": str(member.pk)})
    assert answer.status_code == 400
    assert elsewhere.vendor.name not in answer.content.decode()
    foreign = mai.memberships.get(organisation=elsewhere.vendor)
    answer = client.post(f"/organisations/{here.vendor.pk}", {"act": "reset", "membership": str(foreign.pk)})
    assert answer.status_code == 404
    assert not ResetLink.objects.exists()


def test_forgetting_answers_alike_with_and_without_an_account(
    client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.conf import settings
    from django.core import mail
    from tests.kernel.ground import person

    user = person()
    assert "sends no e-mail" in client.get("/forgot").content.decode()
    monkeypatch.setattr(settings, "GIAO_MAIL", True)
    known = client.post("/forgot", {"email": user.email}).content.decode()
    unknown = client.post("/forgot", {"email": "nobody@example.org"}).content.decode()
    clean = lambda text: re.sub(r'value="[^"]{60,}"', "", text)  # noqa: E731
    assert clean(known) == clean(unknown)
    assert [message.to for message in mail.outbox] == [[user.email]]
    for _more in range(5):
        client.post("/forgot", {"email": user.email})
    assert len(mail.outbox) == 3, "nobody's letter box is flooded"
    link = re.search(r"http://testserver(/reset/\S+)", str(mail.outbox[-1].body))[1]  # type: ignore[index]
    assert client.post(link, {"new": NEW, "again": NEW}).status_code == 302
    first = re.search(r"http://testserver(/reset/\S+)", str(mail.outbox[0].body))[1]  # type: ignore[index]
    assert client.get(first).status_code == 404, "the older links end with the newest"


def test_sessions_are_listed_and_ended(client: Any) -> None:
    from tests.kernel.ground import person

    from giao.kernel.identity.models import Session

    user, other = person(), person("Eve")
    phone, desk = browser(), client
    for one, agent in ((phone, "Phone <b>"), (desk, "Desk")):
        one.post("/sign-in", {"email": user.email, "password": PASSWORD}, headers={"user-agent": agent})
    body = desk.get("/account/sessions").content.decode()
    assert "Phone &lt;b&gt;" in body
    assert "127.0.0.1" in body
    assert not [key for key in Session.objects.values_list("session_key", flat=True) if key in body]
    foreign = browser()
    foreign.force_login(other)
    foreign.get("/account")
    theirs = Session.objects.get(user=other)
    assert desk.post("/account/sessions", {"session": str(theirs.public_id)}).status_code == 404
    his = Session.objects.get(user=user, agent="Phone <b>")
    assert desk.post("/account/sessions", {"session": str(his.public_id)}).status_code == 302
    assert phone.get("/account").status_code == 302
    assert desk.get("/account").status_code == 200
    assert foreign.get("/account").status_code == 200


def test_a_session_ends_after_its_longest_time_however_busy(client: Any) -> None:
    from django.utils import timezone
    from tests.kernel.ground import person

    user = person()
    client.post("/sign-in", {"email": user.email, "password": PASSWORD})
    session = client.session
    session["since"] = (timezone.now() - timedelta(days=15)).isoformat()
    session.save()
    assert client.get("/account").status_code == 302


def test_nothing_planted_in_a_session_survives_the_sign_in(client: Any) -> None:
    from tests.kernel.ground import person

    session = client.session
    session["planted"] = True
    session.save()
    before = session.session_key
    client.cookies["sessionid"] = before
    client.post("/sign-in", {"email": person().email, "password": PASSWORD})
    assert client.session.session_key != before
    assert "planted" not in client.session
    old = browser()
    old.cookies["sessionid"] = before
    assert old.get("/account").status_code == 302


# the second factor


def code_for(secret: str, steps: int = 0) -> str:
    """What an app would show, by RFC 6238 (not by the code under test)."""
    import base64
    import hashlib
    import hmac
    import struct
    import time

    digest = hmac.new(
        base64.b32decode(secret), struct.pack(">Q", int(time.time()) // 30 + steps), hashlib.sha1
    ).digest()
    at = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[at : at + 4])[0] & 0x7FFFFFFF) % 1_000_000:06d}"


def switched_on(client: Any) -> tuple[Any, str, list[str]]:
    """(user, secret of the app, recovery codes)."""
    from tests.kernel.ground import person

    user = person()
    client.post("/sign-in", {"email": user.email, "password": PASSWORD})
    body = client.get("/account/second-factor").content.decode()
    secret = re.search(r'id="totp-secret" value="([^"]+)"', body)[1].replace(" ", "")  # type: ignore[index]
    assert 'src="data:image/svg+xml;base64,' in body
    answer = client.post("/account/second-factor", {"act": "on", "code": code_for(secret, -1)})
    return user, secret, re.findall(r"<li><code>(\d+)</code>", answer.content.decode())


def test_with_a_second_factor_the_password_alone_opens_nothing(client: Any) -> None:
    from allauth.mfa.models import Authenticator

    user, secret, codes = switched_on(client)
    assert len(codes) == 10
    assert secret not in str(list(Authenticator.objects.values()))
    thief = browser()
    answer = thief.post("/sign-in", {"email": user.email, "password": PASSWORD, "next": "/account"})
    assert answer["Location"] == "/sign-in/code"
    assert thief.get("/account").status_code == 302
    assert thief.post("/sign-in/code", {"code": "000000"}).status_code == 400
    code = code_for(secret)
    assert thief.post("/sign-in/code", {"code": code})["Location"] == "/account"
    assert thief.get("/account").status_code == 200
    again = browser()
    again.post("/sign-in", {"email": user.email, "password": PASSWORD})
    assert again.post("/sign-in/code", {"code": code}).status_code == 400, "a code counts once"
    assert again.post("/sign-in/code", {"code": codes[0]})["Location"] == "/"
    third = browser()
    third.post("/sign-in", {"email": user.email, "password": PASSWORD})
    assert third.post("/sign-in/code", {"code": codes[0]}).status_code == 400, "so does a recovery code"


def test_codes_are_not_guessed_for_long(client: Any) -> None:
    user, secret, _codes = switched_on(client)
    thief = browser()
    thief.post("/sign-in", {"email": user.email, "password": PASSWORD})
    for _guess in range(5):
        assert thief.post("/sign-in/code", {"code": "000000"}).status_code == 400
    assert thief.post("/sign-in/code", {"code": code_for(secret)}).status_code == 429


def test_the_code_page_without_a_right_password_leads_back(client: Any) -> None:
    from tests.kernel.ground import person

    assert client.get("/sign-in/code")["Location"] == "/sign-in"
    assert client.post("/sign-in/code", {"code": "123456"})["Location"] == "/sign-in"
    user, secret, _codes = switched_on(client)
    waiting = browser()
    waiting.post("/sign-in", {"email": user.email, "password": PASSWORD})
    user.set_password(NEW)
    user.save()
    assert waiting.post("/sign-in/code", {"code": code_for(secret)})["Location"] == "/sign-in"
    assert person("Other")


def test_switching_it_off_asks_for_the_password(client: Any) -> None:
    from giao.kernel.identity import second_factor

    user, _secret, _codes = switched_on(client)
    assert client.post("/account/second-factor", {"act": "off", "password": "wrong"}).status_code == 400
    assert second_factor.is_on(user)
    assert client.post("/account/second-factor", {"act": "off", "password": PASSWORD}).status_code == 302
    assert not second_factor.is_on(user)


# tokens


def test_a_token_is_made_shown_once_used_and_revoked(client: Any) -> None:
    from tests.kernel.ground import world
    from tests.kernel.identity.test_tokens import request_with

    from giao.kernel.identity.models import ServiceAccount, ServiceToken
    from giao.kernel.identity.problems import Problem
    from giao.kernel.identity.tokens import authenticate

    here = world()
    client.force_login(admin_of(here.vendor))
    place = f"/organisations/{here.vendor.pk}/tokens"
    assert client.post(place, {"act": "make", "name": "Desk <b>"}).status_code == 302
    account = ServiceAccount.objects.get()
    form = {"act": "issue", "account": str(account.pk), "engagement": here.engagement.slug, "days": "90", "scopes": ["events:write"]}  # fmt: skip
    assert client.post(place, {**form, "scopes": []}).status_code == 400
    assert client.post(place, {**form, "days": "4000"}).status_code == 400
    assert client.post(place, {**form, "engagement": world().engagement.slug}).status_code == 400
    answer = client.post(place, form)
    secret = re.search(r'id="secret-once" value="([^"]+)"', answer.content.decode())[1]  # type: ignore[index]
    assert answer["Cache-Control"] == "no-store"
    assert authenticate(request_with(secret), "events:write", here.engagement.slug)
    page = client.get(place).content.decode()
    token = ServiceToken.objects.get()
    assert secret not in page
    assert f"giao_{token.prefix}_…" in page
    assert "Desk &lt;b&gt;" in page
    assert client.post(place, {"act": "revoke", "token": str(token.pk)}).status_code == 302
    with pytest.raises(Problem):
        authenticate(request_with(secret), "events:write")
    assert "revoked a token" in client.get(f"/organisations/{here.vendor.pk}/audit").content.decode()


@pytest.mark.parametrize("role", ["team_lead", "agent", "analyst", "auditor"])
def test_tokens_are_for_managers_and_administrators(client: Any, role: str) -> None:
    from tests.kernel.ground import person, world

    here = world()
    client.force_login(person("X", here.vendor, role))
    assert client.get(f"/organisations/{here.vendor.pk}/tokens").status_code == 403


REASON = "she called from the number that we know"


def _lose(client: Any, organisation: Any, user: Any, reason: str = REASON) -> Any:
    member = user.memberships.get(organisation=organisation)
    form = {"act": "factor", "membership": str(member.pk), "reason": reason}
    return client.post(f"/organisations/{organisation.pk}", form)


def test_a_lost_second_factor_is_taken_away_by_an_administrator_and_the_person_is_told(client: Any) -> None:
    from tests.kernel.ground import world

    from giao.kernel.audit.models import OrganisationAct
    from giao.kernel.identity.models import Session
    from giao.kernel.identity.second_factor import is_on, recovery_codes_left
    from giao.kernel.notifications.models import Notification
    from giao.kernel.notifications.words import text_of, title_of
    from giao.kernel.parties.actions.join_organisation import join_organisation

    here = world()
    user, _secret, codes = switched_on(client)  # signed in here
    join_organisation(user, here.vendor, "agent")
    ada = admin_of(here.vendor)
    desk = browser()
    desk.force_login(ada)
    page = desk.get(f"/organisations/{here.vendor.pk}").content.decode()
    assert page.count('value="factor"') == 1
    short = _lose(desk, here.vendor, user, "lost")
    assert (short.status_code, is_on(user)) == (400, True)
    assert "at least ten letters" in short.content.decode()
    assert _lose(desk, here.vendor, user).status_code == 302
    assert (is_on(user), recovery_codes_left(user)) == (False, 0)
    assert not Session.objects.filter(user=user).exists()
    assert client.get("/account").status_code == 302, "their sessions are over"
    act = OrganisationAct.objects.get(organisation=here.vendor, what="reset_second_factor")
    assert (act.actor, act.about, act.data) == (ada, str(user), {"reason": REASON})
    (told,) = Notification.objects.filter(user=user)
    assert title_of(told.template, told.values) == "Your second factor was reset"
    assert ada.name in text_of(told.template, told.values)
    assert told.link == "/account/second-factor"
    assert client.post("/sign-in", {"email": user.email, "password": PASSWORD})["Location"] == "/"
    thief = browser()
    thief.post("/sign-in", {"email": user.email, "password": "not the password at all"})
    assert thief.get("/account").status_code == 302, "the password is still asked for"
    assert "no second factor" in _lose(desk, here.vendor, user).content.decode()
    assert len(codes) == 10


def test_nobody_else_takes_a_second_factor_away(client: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.conf import settings
    from django.core import mail
    from django.test import TestCase
    from tests.kernel.ground import person, world

    from giao.kernel.audit.models import OrganisationAct
    from giao.kernel.identity.second_factor import is_on
    from giao.kernel.parties.actions.create_organisation import create_organisation
    from giao.kernel.parties.actions.join_organisation import join_organisation

    here, elsewhere = world(), world()
    user, _secret, _codes = switched_on(client)
    join_organisation(user, here.vendor, "administrator")
    own = _lose(client, here.vendor, user)
    assert (own.status_code, "another administrator" in own.content.decode()) == (400, True)
    for role in ("vendor_manager", "team_lead", "auditor"):
        desk = browser()
        desk.force_login(person("Other", here.vendor, role))
        assert _lose(desk, here.vendor, user).status_code == 403
    stranger = browser()
    stranger.force_login(admin_of(elsewhere.vendor))
    assert _lose(stranger, here.vendor, user).status_code == 404
    join_organisation(user, elsewhere.vendor, "agent")
    assert _lose(stranger, elsewhere.vendor, user).status_code == 400, "they belong to another one too"
    assert is_on(user)
    assert not OrganisationAct.objects.filter(what="reset_second_factor").exists()
    lonely = create_organisation("Lonely", "NL")
    mai, _secret, _codes = switched_on(browser())
    join_organisation(mai, lonely, "agent")
    desk = browser()
    desk.force_login(admin_of(lonely))
    monkeypatch.setattr(settings, "GIAO_MAIL", True)
    with TestCase.captureOnCommitCallbacks(execute=True):
        assert _lose(desk, lonely, mai).status_code == 302
    assert [message.to for message in mail.outbox] == [[mai.email]], "who has no engagement is told by mail"
