"""The pages of notifications, jobs and webhooks."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.fixture
def here(db: None) -> Any:
    from tests.kernel.ground import world

    return world()


def tell(here: Any, user: Any, key: str = "k", link: str = "") -> Any:
    from giao.kernel.notifications.models import Notification
    from giao.kernel.notifications.notify import notify

    notify([user], "work_ready", {"name": f"<b>{key}</b>"}, key=key, engagement=here.engagement, link=link)
    return Notification.objects.get(key=key, user=user)


def test_the_bell_counts_and_opening_marks_as_read(client: Any, here: Any) -> None:
    from tests.kernel.ground import person

    lan = person("Lan", here.client)
    client.force_login(lan)
    assert "bell-count" not in client.get("/").content.decode()
    row = tell(here, lan, link=f"/e/{here.engagement.slug}/upload")
    tell(here, lan, "another")
    assert 'bell-count" aria-hidden="true">2<' in client.get("/").content.decode()
    page = client.get("/notifications").content.decode()
    assert "&lt;b&gt;k&lt;/b&gt;" in page
    assert "<b>k</b>" not in page
    answer = client.post("/notifications", {"act": "open", "notification": str(row.pk)})
    assert answer["Location"] == f"/e/{here.engagement.slug}/upload"
    assert "&lt;b&gt;k&lt;/b&gt;" not in client.get("/notifications").content.decode()
    assert "&lt;b&gt;k&lt;/b&gt;" in client.get("/notifications?kind=all").content.decode()
    client.post("/notifications", {"act": "all"})
    assert "Nothing unread" in client.get("/notifications").content.decode()


def test_nobody_opens_anothers(client: Any, here: Any) -> None:
    from tests.kernel.ground import person

    row = tell(here, person("Lan", here.client))
    client.force_login(person("Minh", here.client))
    assert client.post("/notifications", {"act": "open", "notification": str(row.pk)}).status_code == 404
    assert client.post("/notifications", {"act": "open", "notification": "x"}).status_code == 404
    row.refresh_from_db()
    assert row.read is None


def test_they_are_narrowed_to_one_engagement(client: Any, here: Any) -> None:
    from tests.kernel.ground import person, world

    from giao.kernel.parties.actions.join_organisation import join_organisation

    lan, other = person("Lan", here.client), world()
    join_organisation(lan, other.client, "analyst")
    tell(here, lan, "here")
    tell(other, lan, "there")
    client.force_login(lan)
    page = client.get(f"/notifications?f_engagement={other.engagement.slug}").content.decode()
    assert "there" in page
    assert "&lt;b&gt;here" not in page


def test_e_mail_is_chosen_where_there_is_a_mail_server(
    client: Any, here: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.kernel.ground import person

    from giao.kernel.notifications.queries import wants_mail

    lan = person("Lan", here.client)
    client.force_login(lan)
    assert "GIAO_SMTP_URL" in client.get("/notifications").content.decode()
    monkeypatch.setattr("django.conf.settings.GIAO_MAIL", True)
    assert "Switch e-mails off" in client.get("/notifications").content.decode()
    client.post("/notifications", {"act": "mail", "wanted": "no"})
    assert not wants_mail(lan)
    assert "Switch e-mails on" in client.get("/notifications").content.decode()


def test_what_was_given_up_is_shown_and_asked_for_again(client: Any, here: Any) -> None:
    from tests.kernel.ground import person, world
    from tests.kernel.jobs.tasks import write_and_fail

    from giao.kernel.audit.models import Act
    from giao.kernel.jobs.models import Job

    write_and_fail.using(engagement=here.engagement).enqueue("a")
    elsewhere = world()
    write_and_fail.using(engagement=elsewhere.engagement).enqueue("b")
    job, foreign = Job.objects.get(owner=here.engagement.pk), Job.objects.get(owner=elsewhere.engagement.pk)
    client.force_login(person("Lan", here.client))
    place = f"/e/{here.engagement.slug}/jobs"
    page = client.get(place).content.decode()
    assert "write and fail" in page
    assert "ValueError: after the effect" in page
    assert "No worker was seen" in page
    assert client.post(place, {"act": "retry", "job": str(foreign.pk)}).status_code == 404
    client.post(place, {"act": "retry", "job": str(job.pk)})
    job.refresh_from_db()
    assert len(job.faults) == 2, "it ran again (and failed again)"
    assert Act.objects.filter(engagement=here.engagement, what="retry_job").count() == 1


def test_a_waiting_job_is_cancelled(client: Any, here: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.kernel.ground import person
    from tests.kernel.jobs.tasks import note

    from giao.kernel.jobs.models import Job

    monkeypatch.setattr("django.conf.settings.GIAO_JOBS", "worker")
    note.using(engagement=here.engagement).enqueue("a")
    client.force_login(person("Lan", here.client))
    client.post(f"/e/{here.engagement.slug}/jobs", {"act": "cancel", "job": str(Job.objects.get().pk)})
    assert Job.objects.get().state == "cancelled"
    assert "note" in client.get(f"/e/{here.engagement.slug}/jobs?state=cancelled").content.decode()


def test_an_analyst_keeps_no_webhook_and_sees_no_job(client: Any, here: Any) -> None:
    from tests.kernel.ground import person

    client.force_login(person("Minh", here.client, "analyst"))
    for place in ("jobs", "webhooks"):
        assert client.get(f"/e/{here.engagement.slug}/{place}").status_code == 403
        assert client.post(f"/e/{here.engagement.slug}/{place}", {"act": "make"}).status_code == 403


def test_a_webhook_is_made_shown_once_and_ended(client: Any, here: Any) -> None:
    import re

    from tests.kernel.ground import person

    from giao.kernel.notifications.models import Webhook

    client.force_login(person("Lan", here.client))
    place = f"/e/{here.engagement.slug}/webhooks"
    refused = client.post(place, {"act": "make", "url": "http://169.254.169.254/x"})
    assert refused.status_code == 422
    assert 'value="http://169.254.169.254/x"' in refused.content.decode(), "what was typed stays"
    made = client.post(
        place, {"act": "make", "url": "https://hook.example.org/x", "templates": ["work_failed"]}
    )
    assert made["Cache-Control"] == "no-store"
    secret = re.search(r'value="(giaowh_[^"]+)"', made.content.decode())
    assert secret
    assert secret[1] not in client.get(place).content.decode()
    row = Webhook.objects.get()
    assert (row.organisation_id, row.templates) == (here.client.pk, ["work_failed"])
    client.post(place, {"act": "end", "webhook": str(row.pk)})
    row.refresh_from_db()
    assert row.ended is not None


def test_the_other_side_sees_and_ends_nothing_of_ours(client: Any, here: Any) -> None:
    from tests.kernel.ground import person

    from giao.kernel.notifications.actions.make_webhook import make_webhook

    row, _secret = make_webhook(
        here.engagement, here.client, "https://ours.example.org/x", [], person("Lan", here.client)
    )
    client.force_login(person("Rafael", here.vendor, "vendor_manager"))
    place = f"/e/{here.engagement.slug}/webhooks"
    assert "ours.example.org" not in client.get(place).content.decode()
    assert client.post(place, {"act": "end", "webhook": str(row.pk)}).status_code == 404
