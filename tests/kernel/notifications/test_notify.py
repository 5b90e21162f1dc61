"""Who is told what, once, in their language; by e-mail where there is a mail server."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.fixture
def here(db: None) -> Any:
    from tests.kernel.ground import world

    return world()


def tell(here: Any, *people: Any, key: str = "k", template: str = "work_ready", **more: Any) -> int:
    from giao.kernel.notifications.notify import notify

    values = {"name": "incidents.csv", "why": "the file ends early"}
    return notify(people, template, values, key=key, engagement=here.engagement, **more)


def test_a_key_is_told_once_to_each_person(here: Any) -> None:
    from tests.kernel.ground import person

    from giao.kernel.notifications.queries import notifications_of, unread_count

    lan, rafael = person("Lan", here.client), person("Rafael", here.vendor, "vendor_manager")
    assert tell(here, lan) == 1
    assert tell(here, lan, rafael) == 1
    assert tell(here, lan, rafael, key="another") == 2
    assert [unread_count(lan), unread_count(rafael)] == [2, 2]
    assert {row.key for row in notifications_of(lan)} == {"k", "another"}


def test_who_is_no_party_or_switched_off_is_told_nothing(here: Any) -> None:
    from tests.kernel.ground import person, world

    from giao.kernel.parties.models import User

    stranger, gone = person("Eve", world().client), person("Gone", here.client)
    User.objects.filter(pk=gone.pk).update(is_active=False)
    assert tell(here, stranger, gone) == 0


def test_an_act_that_is_rolled_back_tells_nobody(here: Any) -> None:
    from django.db import transaction
    from tests.kernel.ground import person

    from giao.kernel.notifications.models import Notification

    lan = person("Lan", here.client)

    def act() -> None:
        with transaction.atomic():
            tell(here, lan)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        act()
    assert not Notification.objects.exists()


def test_it_is_told_in_the_readers_language_and_an_unknown_one_by_its_id(here: Any) -> None:
    from django.utils import translation
    from tests.kernel.ground import person

    from giao.kernel.notifications.models import Notification

    tell(here, person("Lan", here.client), template="work_failed")
    row = Notification.objects.get()
    with translation.override("en"):
        assert (row.title, row.text) == ("“incidents.csv” could not be computed", "the file ends early")
    with translation.override("vi"):
        assert row.title == "Không tính được “incidents.csv”"
    row.template = "of_a_newer_version"
    assert (row.title, row.text) == ("of_a_newer_version", "")


def test_a_message_that_nobody_wrote_and_a_link_to_elsewhere_are_refused(here: Any) -> None:
    from tests.kernel.ground import person

    lan = person("Lan", here.client)
    with pytest.raises(ValueError, match="no message"):
        tell(here, lan, template="nothing")
    for link in ("https://elsewhere.example", "//elsewhere.example", "javascript:alert(1)"):
        with pytest.raises(ValueError, match="path of this server"):
            tell(here, lan, link=link)


def test_a_notification_is_of_its_engagement_alone(here: Any) -> None:
    from tests.kernel.ground import person, world

    from giao.kernel.engagements.scoping import working_in
    from giao.kernel.notifications.queries import unread_count

    lan = person("Lan", here.client)
    tell(here, lan)
    with working_in(world().engagement):
        assert unread_count(lan) == 0
    with working_in(here.engagement):
        assert unread_count(lan) == 1


def test_a_mail_goes_to_who_wants_it_in_their_language_with_a_key_of_its_own(
    here: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.core import mail
    from tests.kernel.ground import person

    from giao.kernel.notifications.models import Notification
    from giao.kernel.notifications.queries import choose_mail, wants_mail
    from giao.kernel.parties.models import User

    monkeypatch.setattr("django.conf.settings.GIAO_MAIL", True)
    monkeypatch.setattr("django.conf.settings.GIAO_ADDRESS", "https://giao.example.org")
    mail.outbox.clear()
    lan, rafael = person("Lan", here.client), person("Rafael", here.vendor, "vendor_manager")
    User.objects.filter(pk=lan.pk).update(language="vi")
    choose_mail(rafael, wanted=False)
    assert [wants_mail(lan), wants_mail(rafael)] == [True, False]
    tell(here, lan, rafael, link="/e/desk/upload")
    tell(here, lan, rafael)
    (sent,) = mail.outbox
    assert sent.to == [lan.email]
    assert sent.subject.startswith("“incidents.csv” đã sẵn sàng")
    assert "https://giao.example.org/e/desk/upload" in sent.body
    assert sent.extra_headers["Message-ID"] == f"<{Notification.objects.get(user=lan).pk}@giao>"


def test_without_a_mail_server_nothing_is_enqueued(here: Any) -> None:
    from tests.kernel.ground import person

    from giao.kernel.jobs.models import Job

    tell(here, person("Lan", here.client))
    assert not Job.objects.exists()


def test_a_line_break_in_a_value_adds_no_header(here: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.core import mail
    from tests.kernel.ground import person

    from giao.kernel.notifications.notify import notify

    monkeypatch.setattr("django.conf.settings.GIAO_MAIL", True)
    mail.outbox.clear()
    values = {"name": "a\r\nBcc: eve@example.org"}
    notify([person("Lan", here.client)], "work_ready", values, key="k", engagement=here.engagement)
    (sent,) = mail.outbox
    assert "\n" not in sent.subject
    assert sent.recipients() == sent.to


def test_who_started_long_work_is_told_when_it_took_long(here: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from datetime import timedelta

    from tests.kernel.ground import person

    from giao.kernel.jobs import work
    from giao.kernel.jobs.errors import JobError
    from giao.kernel.notifications.models import Notification
    from giao.steps.agree.contracts.models import Replay

    lan = person("Lan", here.client)

    def run(after: float, doing: Any) -> Any:
        monkeypatch.setattr(work, "TOLD_AFTER", timedelta(seconds=after))
        monkeypatch.setitem(work._work, "contracts.replay", doing)
        row = Replay.objects.create(
            engagement=here.engagement, created_by=lan, title="Version 2", text="", text_hash="", as_of=here.engagement.as_of
        )  # fmt: skip
        work.begin(row)
        return row

    def fails(row: Any, tell: Any) -> Any:
        raise JobError("there is no log")

    run(60, lambda row, tell: {})
    assert not Notification.objects.exists(), "it was quick: they are still there"
    run(0, lambda row, tell: {})
    (ready,) = Notification.objects.all()
    assert (ready.template, ready.values["name"], "replay" in ready.link) == ("work_ready", "Version 2", True)
    ready.delete()
    assert run(0, fails).state == "failed"
    assert Notification.objects.get().values["why"] == "there is no log"
