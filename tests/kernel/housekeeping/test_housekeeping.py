"""What a server does by itself is in the table of schedules for whoever lives, and what is over goes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

NOW = datetime(2026, 11, 24, 10, tzinfo=UTC)


@pytest.fixture
def engagement(db: None, monkeypatch: pytest.MonkeyPatch) -> Any:
    from tests.kernel.ground import world

    monkeypatch.setattr("django.conf.settings.GIAO_JOBS", "worker")
    return world().engagement


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[datetime]:
    from django.utils import timezone

    hands = [NOW]
    monkeypatch.setattr(timezone, "now", lambda: hands[0])
    return hands


def _names(owner: Any) -> set[str]:
    from giao.kernel.jobs.models import Schedule

    return set(
        Schedule.objects.filter(owner=owner.pk, name__startswith="house:").values_list("name", flat=True)
    )


def _work() -> None:
    from giao.kernel.jobs import schedules
    from giao.kernel.jobs.claiming import claim
    from giao.kernel.jobs.running import run

    schedules.fire_due()
    while jobs := claim("test:1", 10):
        for job in jobs:
            run(job, "test:1")


def test_an_engagement_has_its_schedules_while_it_lives(engagement: Any) -> None:
    from giao.kernel.engagements.actions.archive_engagement import archive_engagement, reopen_engagement
    from giao.kernel.housekeeping.jobs import keep_schedules
    from giao.kernel.jobs.models import Schedule

    keep_schedules()
    assert _names(engagement) == {"house:seal", "house:retention"}
    before = list(Schedule.objects.order_by("pk").values_list("pk", "next"))
    keep_schedules()
    assert list(Schedule.objects.order_by("pk").values_list("pk", "next")) == before, (
        "saying it again is nothing"
    )
    archive_engagement(engagement)
    keep_schedules()
    assert _names(engagement) == set()
    reopen_engagement(engagement)
    keep_schedules()
    assert _names(engagement) == {"house:seal", "house:retention"}


def test_a_removal_comes_when_its_grace_is_over(engagement: Any, clock: list[datetime]) -> None:
    from tests.kernel.ground import person, world

    from giao.kernel.engagements.actions.remove_engagement import GRACE, ask_removal
    from giao.kernel.engagements.models import Engagement
    from giao.kernel.housekeeping.jobs import keep_schedules

    other = world().engagement
    ask_removal(engagement, engagement.name, person("Lan", engagement.client))
    keep_schedules()
    assert (_names(engagement), _names(engagement.client)) == (set(), {"house:removal"})
    clock[0] += timedelta(hours=2)
    _work()
    assert Engagement.objects.filter(pk=engagement.pk).exists(), "the grace is not over"
    clock[0] += GRACE
    _work()
    assert not Engagement.objects.filter(pk=engagement.pk).exists()
    assert Engagement.objects.filter(pk=other.pk).exists()
    keep_schedules()
    assert _names(engagement.client) == set()


def test_retention_and_sealing_are_called_for_the_living_engagement(
    engagement: Any, clock: list[datetime], monkeypatch: pytest.MonkeyPatch
) -> None:
    from giao.kernel.housekeeping import jobs

    called: list[tuple[str, Any]] = []
    monkeypatch.setattr(jobs, "seal_if_worth", lambda one: called.append(("seal", one.pk)))
    monkeypatch.setattr(jobs, "retain", lambda one: called.append(("retain", one.pk)))
    jobs.keep_schedules()
    _work()
    assert called == [], "nothing is due yet"
    clock[0] += timedelta(minutes=16)
    _work()
    assert called == [("seal", engagement.pk)]
    clock[0] += timedelta(minutes=50)
    _work()
    assert ("retain", engagement.pk) in called


def test_rejected_events_go_by_the_rule_when_time_is_over(engagement: Any, clock: list[datetime]) -> None:
    from tests.kernel.ledger.ground import event

    from giao.kernel.housekeeping.jobs import keep_schedules
    from giao.kernel.ledger.accept import accept
    from giao.kernel.ledger.models import Rejected

    now_us = int(NOW.timestamp() * 1_000_000)
    accept(engagement, [event(1, occurred_us=now_us + 10**12)], "test", now_us=now_us)
    keep_schedules()
    clock[0] += timedelta(days=89)
    _work()
    assert Rejected.objects.filter(engagement=engagement).count() == 1
    clock[0] += timedelta(days=2)
    _work()
    assert Rejected.objects.filter(engagement=engagement).count() == 0


def test_what_is_over_is_purged_and_the_rest_stays(engagement: Any, clock: list[datetime]) -> None:
    from tests.kernel.ground import person

    from giao.kernel.housekeeping.purge import purge
    from giao.kernel.identity.actions.make_service_account import make_service_account
    from giao.kernel.identity.models import ResetLink, ServiceToken, Session
    from giao.kernel.identity.tokens import issue_token

    somebody = person("Lan", engagement.client)
    Session.objects.create(session_key="old", session_data="", expire_date=NOW - timedelta(seconds=1))
    Session.objects.create(session_key="new", session_data="", expire_date=NOW + timedelta(hours=1))
    ResetLink.objects.create(user=somebody, hash="a" * 64, expires=NOW - timedelta(days=91))
    ResetLink.objects.create(user=somebody, hash="b" * 64, expires=NOW - timedelta(days=89))
    account = make_service_account(engagement.client, "CRM")
    issue_token(account, ["events:write"], NOW + timedelta(days=1))
    gone = purge()
    assert (gone["sessions"], gone["reset_links"], gone["tokens"]) == (1, 1, 0)
    assert list(Session.objects.values_list("session_key", flat=True)) == ["new"]
    assert ResetLink.objects.get().hash == "b" * 64
    assert sum(purge().values()) == 0, "again changes nothing"
    clock[0] += timedelta(days=402)
    assert purge()["tokens"] == 1
    assert not ServiceToken.objects.exists()


def test_a_worker_says_the_schedules_by_itself(engagement: Any) -> None:
    from giao.kernel.jobs.worker import Worker

    Worker()._keep_for_all()
    assert _names(engagement) == {"house:seal", "house:retention"}
