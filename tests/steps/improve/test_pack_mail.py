"""The mail of the statement pack: when it is due, who gets it, one a month and address, and what happens when it cannot."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from tests.steps.ground_of_steps import person
from tests.steps.improve.test_closing import Desk, close, desk

__all__ = ["desk"]
PLAN = {
    "act": "save",
    "active": "on",
    "business_day": "3",
    "at": "08:00",
    "content": "draft",
    "attach": "pdf",
}


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Any:
    from django.core import mail

    monkeypatch.setattr("django.conf.settings.GIAO_MAIL", True)
    monkeypatch.setattr("django.conf.settings.GIAO_ADDRESS", "https://giao.example.org")
    mail.outbox.clear()
    return mail


def post(desk: Desk, **fields: str) -> Any:
    return desk.client.post(f"/e/{desk.made.engagement.slug}/statement-mail", fields)


def stand_at(desk: Desk, *instant: int) -> None:
    desk.made.engagement.as_of = datetime(*instant, tzinfo=UTC)
    desk.made.engagement.save()


def set_up(desk: Desk, **changes: str) -> Any:
    """As the client's manager, on 20 February; then it is 5 March."""
    from giao.steps.improve.packs.models import StatementMail

    user = desk.sign_in("client")
    stand_at(desk, 2016, 2, 20, 12)
    answer = post(desk, **{**PLAN, **changes})
    assert answer.status_code == 302, answer.content[:600]
    stand_at(desk, 2016, 3, 5, 12)
    return user, StatementMail.objects.get(engagement=desk.made.engagement)


def bring(row: Any) -> str:
    from giao.steps.improve.packs.jobs import bring_packs

    return str(bring_packs.call(str(row.pk)))


def sent(desk: Desk) -> list[Any]:
    from giao.steps.improve.packs.models import SentPack

    return list(SentPack.objects.filter(engagement=desk.made.engagement).order_by("address", "created"))


def mails(desk: Desk, server: Any) -> list[Any]:
    """Those with packs; alarms and notifications send their own."""
    keys = {f"<{row.pk}@giao>" for row in sent(desk)}
    return [item for item in server.outbox if item.extra_headers["Message-ID"] in keys]


def test_it_is_due_on_the_business_day_of_the_agreements_calendar() -> None:
    from giao.core.agreement.load import parse_agreement
    from giao.steps.improve.packs.due import Rule, due_in, last_due, next_due

    text = """giao: 1
name: tet
parties: {client: {name: A, country: NL}, vendor: {name: B, country: VN}}
term: {start: 2024-01-01, end: 2025-12-31}
currency: VND
calendars: {hanoi: {zone: Asia/Ho_Chi_Minh, hours: {mon-fri: [["08:00", "17:00"]]}, closed: [2024-02-01, 2024-02-02]}}
work: {received: a, delivered: b}
"""
    agreement = parse_agreement(text, "x")[0]
    zone = ZoneInfo("Asia/Ho_Chi_Minh")
    rule = Rule(2, 8, 30, "hanoi", zone)
    found = due_in(rule, agreement, date(2024, 2, 1))
    assert (found.month, found.at) == ("2024-01", datetime(2024, 2, 6, 8, 30, tzinfo=zone))
    plain = due_in(Rule(2, 8, 30, "", zone), None, date(2024, 2, 1))
    assert plain.at.date() == date(2024, 2, 2)
    few = due_in(Rule(20, 8, 30, "hanoi", zone), agreement, date(2024, 2, 1))
    assert few.at.date() == date(2024, 2, 29), "19 business days: the last one"
    assert last_due(rule, agreement, found.at) == found
    assert last_due(rule, agreement, found.at - timedelta(seconds=1)).month == "2023-12"
    assert next_due(rule, agreement, found.at).month == "2024-02"
    assert next_due(rule, agreement, found.at - timedelta(seconds=1)) == found


def test_the_page_says_when_the_next_one_goes_and_to_whom(desk: Desk, server: Any) -> None:
    from giao.kernel.jobs.models import Schedule

    desk.sign_in("client")
    assert "Not set up yet" in desk.get("statement-mail")
    user, row = set_up(desk)
    page = desk.get("statement-mail")
    assert "is due" in page
    assert "Nobody gets it yet" in page
    post(desk, act="name", user=str(user.pk), language="vi")
    post(desk, act="name", address="Boss@Elsewhere.example", language="en")
    page = desk.get("statement-mail")
    assert user.email in page
    assert "boss@elsewhere.example" in page
    assert bring(row) == "2 on their way"
    assert "Next: the pack of Mar 2016" in desk.get("statement-mail")
    schedule = Schedule.objects.get(name=f"packs:{row.pk}")
    assert (schedule.cron, schedule.zone) == ("0 8 * * *", "Europe/Amsterdam")
    post(desk, **{**PLAN, "active": ""})
    assert not Schedule.objects.filter(name=f"packs:{row.pk}").exists()
    assert "Switched off" in desk.get("statement-mail")


def test_each_gets_one_mail_a_month_in_their_language_with_the_pack(desk: Desk, server: Any) -> None:
    user, row = set_up(desk, attach="link")
    post(desk, act="name", user=str(user.pk), language="vi")
    post(desk, act="name", address="boss@elsewhere.example", language="en")
    bring(row)
    assert bring(row) == "not due"
    row.done = ""
    row.save()
    bring(row)
    assert len(mails(desk, server)) == 2, "the key holds even when the month is brought again"
    own = next(item for item in mails(desk, server) if item.to == [user.email])
    theirs = next(item for item in mails(desk, server) if item.to == ["boss@elsewhere.example"])
    assert own.subject.startswith("Bộ hồ sơ bảng kê tháng")
    assert own.attachments == []
    slug = desk.made.engagement.slug
    assert f"https://giao.example.org/e/{slug}/statements/2016-02/pack?language=vi" in own.body
    ((name, content, kind),) = theirs.attachments
    assert (name, kind) == (f"{slug}-2016-02-pack-en.pdf", "application/pdf")
    assert content.startswith(b"%PDF")
    assert "giao.example.org" not in theirs.body, "who is outside has no door to the page"
    assert [item.state for item in sent(desk)] == ["sent", "sent"]


def test_a_day_that_had_passed_when_it_was_set_up_is_not_made_up_for(desk: Desk, server: Any) -> None:
    from giao.steps.improve.packs.models import StatementMail

    desk.sign_in("client")
    post(desk, **PLAN)
    row = StatementMail.objects.get(engagement=desk.made.engagement)
    assert bring(row) == "not due"
    stand_at(desk, 2016, 4, 6, 12)
    assert bring(row) == "0 on their way"


def test_closed_figures_wait_for_the_close(desk: Desk, server: Any) -> None:
    user, row = set_up(desk, content="closed")
    post(desk, act="name", user=str(user.pk), language="en")
    assert bring(row) == "waits for the close"
    assert mails(desk, server) == []
    close(desk)
    assert bring(row) == "1 on their way"
    assert "(closed)" in mails(desk, server)[0].subject
    assert sent(desk)[0].version == "closed"


def test_without_data_nobody_gets_it_and_the_owner_hears(
    desk: Desk, server: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from giao.kernel.notifications.models import Notification
    from giao.steps.improve.packs import jobs

    user, row = set_up(desk)
    post(desk, act="name", address="boss@elsewhere.example", language="en")
    monkeypatch.setattr(jobs, "has_data", lambda source: False)
    assert bring(row) == "no data"
    told = Notification.objects.get(engagement=desk.made.engagement, template="pack_no_data")
    assert told.user == user
    assert "boss@elsewhere.example" not in [address for item in server.outbox for address in item.to]
    assert [item.state for item in sent(desk)] == ["no_data"]
    assert bring(row) == "not due"


def test_no_data_is_a_month_in_which_nothing_was_measured_or_charged(desk: Desk) -> None:
    from dataclasses import replace

    from giao.kernel.readings.queries import reading_for
    from giao.steps.improve.packs.queries import ground_of, has_data
    from giao.steps.improve.packs.sources import pack_source

    source = pack_source(
        ground_of(desk.made.engagement, reading_for(desk.made.engagement)), desk.statement(), "en"
    )
    assert has_data(source)
    blank = [replace(item, state="no_data", n=0, value=None) for item in source.results]
    nothing = [replace(item, lines=(), extras=()) for item in source.statements]
    assert has_data(replace(source, results=blank)), "it is charged"
    assert not has_data(replace(source, results=blank, statements=nothing))


def test_a_mail_that_fails_says_why_tells_the_owner_and_can_be_sent_again(
    desk: Desk, server: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.core.mail import EmailMessage

    from giao.kernel.notifications.models import Notification

    user, row = set_up(desk)
    post(desk, act="name", address="boss@elsewhere.example", language="en")
    plain = EmailMessage.send

    def refuse(self: EmailMessage, *args: Any, **more: Any) -> int:
        if self.to == ["boss@elsewhere.example"]:
            raise OSError("550 mailbox unavailable")
        return plain(self, *args, **more)

    with monkeypatch.context() as changed:
        changed.setattr(EmailMessage, "send", refuse)
        bring(row)
    (failed,) = sent(desk)
    assert (failed.state, failed.attempts) == ("failed", 1)
    assert "550 mailbox unavailable" in failed.fault
    assert Notification.objects.filter(template="pack_not_sent", user=user).count() == 1
    assert "550 mailbox unavailable" in desk.get("statement-mail")
    assert post(desk, act="again", sent=str(failed.pk)).status_code == 302
    (again,) = sent(desk)
    assert (again.state, again.attempts) == ("sent", 2)
    assert ["boss@elsewhere.example"] in [mail.to for mail in server.outbox]


def test_without_a_mail_server_the_page_says_so_and_what_was_due_can_be_sent_later(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    _user, row = set_up(desk)
    post(desk, act="name", address="boss@elsewhere.example", language="en")
    assert "This server sends no e-mail" in desk.get("statement-mail")
    bring(row)
    (failed,) = sent(desk)
    assert failed.state == "failed"
    assert "GIAO_SMTP_URL" in failed.fault
    assert post(desk, act="again", sent=str(failed.pk)).status_code == 409
    assert post(desk, act="send", language="en").status_code == 409
    monkeypatch.setattr("django.conf.settings.GIAO_MAIL", True)
    assert post(desk, act="again", sent=str(failed.pk)).status_code == 302
    assert sent(desk)[0].state == "sent"


def test_send_it_to_me_is_a_test_and_takes_nobodys_place(desk: Desk, server: Any) -> None:
    user, row = set_up(desk)
    post(desk, act="name", user=str(user.pk), language="en")
    assert post(desk, act="send", language="vi").status_code == 302
    (first,) = mails(desk, server)
    assert first.subject.startswith("Thử: Bộ hồ sơ")
    assert first.to == [user.email]
    bring(row)
    assert len(mails(desk, server)) == 2
    assert [item.is_test for item in sorted(sent(desk), key=lambda item: item.created)] == [True, False]


def test_who_left_the_organisation_gets_no_more(desk: Desk, server: Any) -> None:
    from giao.kernel.parties.models import Membership

    _user, row = set_up(desk)
    mai = person("Mai", desk.made.client, "analyst")
    post(desk, act="name", user=str(mai.pk), language="vi")
    Membership.objects.filter(user=mai).delete()
    bring(row)
    assert mails(desk, server) == []
    assert "no member of the organisation any more" in desk.get("statement-mail")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"business_day": "0"}, "1 to 20"),
        ({"business_day": "drei"}, "1 to 20"),
        ({"at": "25:00"}, "no time of day"),
        ({"calendar": "moon"}, "no calendar “moon”"),
        ({"content": "gossip"}, "which figures"),
        ({"act": "name", "address": "nobody", "language": "en"}, "no e-mail address"),
        ({"act": "name", "address": "a@example.org", "language": "fr"}, "one of en, vi"),
        ({"act": "dance"}, "not known here"),
    ],
)
def test_bad_input_is_answered_with_a_sentence(desk: Desk, changes: dict[str, str], words: str) -> None:
    set_up(desk)
    answer = post(desk, **{**PLAN, **changes})
    assert answer.status_code == 400
    assert words in answer.content.decode()


def test_an_address_twice_and_the_audit(desk: Desk) -> None:
    from giao.kernel.audit.models import Act

    user, _row = set_up(desk)
    post(desk, act="name", address="boss@elsewhere.example", language="en")
    again = post(desk, act="name", address="boss@elsewhere.example", language="vi")
    assert again.status_code == 400
    assert "gets it already" in again.content.decode()
    noted = Act.objects.get(engagement=desk.made.engagement, what="name_outside_recipient")
    assert (noted.about, noted.actor) == ("boss@elsewhere.example", user)


def test_each_organisation_has_its_own_list_and_roles_are_kept(desk: Desk) -> None:
    user, _row = set_up(desk)
    post(desk, act="name", user=str(user.pk), language="vi")
    desk.sign_in("vendor")
    page = desk.get("statement-mail")
    assert user.email not in page
    assert "Not set up yet" in page
    slug = desk.made.engagement.slug
    other = desk.client.get(f"/e/{slug}/statement-mail?organisation={desk.made.client.pk}")
    assert other.status_code == 404
    desk.sign_in("client", "auditor")
    assert user.email in desk.get("statement-mail")
    assert post(desk, **PLAN).status_code == 403
    desk.sign_in("client", "agent")
    assert desk.client.get(f"/e/{slug}/statement-mail").status_code == 403
