"""Enqueueing through the API of django-tasks: an insert in the caller's transaction, keys, priorities, results."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest


def test_a_job_is_an_insert_in_the_callers_transaction(engagement: Any) -> None:
    from django.db import transaction
    from tests.kernel.jobs.tasks import note

    from giao.kernel.jobs.models import Job

    def act() -> None:
        with transaction.atomic():
            note.using(engagement=engagement).enqueue("a")
            assert Job.objects.count() == 1
            raise RuntimeError("the business act failed")

    with pytest.raises(RuntimeError):
        act()
    assert Job.objects.count() == 0


def test_every_job_has_an_owner(engagement: Any) -> None:
    from tests.kernel.ground import world
    from tests.kernel.jobs.tasks import note

    from giao.kernel.engagements.scoping import working_in
    from giao.kernel.jobs.errors import JobError
    from giao.kernel.jobs.models import Job

    with pytest.raises(JobError, match="belongs to nobody"):
        note.enqueue("a")
    other = world()
    with working_in(engagement, other.engagement), pytest.raises(JobError, match="belongs to nobody"):
        note.enqueue("a")
    with pytest.raises(JobError, match="two owners"):
        note.using(engagement=engagement, organisation=other.client).enqueue("a")
    with working_in(engagement):
        note.enqueue("from the scope")
    note.using(organisation=other.client).enqueue("b")
    assert {job.owner for job in Job.objects.all()} == {engagement.pk, other.client.pk}


def test_the_database_refuses_a_row_without_one_owner(engagement: Any) -> None:
    from django.db import IntegrityError, transaction
    from django.utils import timezone

    from giao.kernel.identifiers import new_id
    from giao.kernel.jobs.models import Job

    for columns in ({"owner": new_id()}, {"owner": new_id(), "engagement": engagement}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Job.objects.create(task="x.y", created=timezone.now(), **columns)


def test_an_engagement_sees_its_own_jobs_alone(engagement: Any) -> None:
    from tests.kernel.ground import world
    from tests.kernel.jobs.tasks import note

    from giao.kernel.engagements.scoping import working_in
    from giao.kernel.jobs.models import Job

    other = world()
    note.using(engagement=engagement).enqueue("ours")
    note.using(engagement=other.engagement).enqueue("theirs")
    note.using(organisation=other.client).enqueue("the organisation's")
    with working_in(engagement):
        assert [job.arguments["args"] for job in Job.objects.all()] == [["ours"]]


def test_a_waiting_job_is_joined_under_its_key(engagement: Any) -> None:
    from tests.kernel.ground import world
    from tests.kernel.jobs.tasks import note

    from giao.kernel.jobs.models import Job

    keyed = note.using(engagement=engagement, key="k")
    first, second = keyed.enqueue("a"), keyed.enqueue("b")
    assert first.id == second.id
    assert Job.objects.get().arguments["args"] == ["a"]
    note.using(engagement=world().engagement, key="k").enqueue("another owner")
    assert Job.objects.count() == 2


def test_under_one_key_never_two_run_and_what_comes_meanwhile_waits(engagement: Any) -> None:
    from tests.kernel.jobs.tasks import note

    from giao.kernel.jobs.claiming import claim
    from giao.kernel.jobs.models import JobState
    from giao.kernel.jobs.running import run

    keyed = note.using(engagement=engagement, key="k")
    keyed.enqueue("a")
    (running,) = claim("one", 5)
    later = keyed.enqueue("b")
    assert later.id != str(running.pk), "the running one may not see what was just written"
    assert claim("two", 5) == []
    assert run(running, "one") == JobState.DONE
    assert [job.pk for job in claim("two", 5)] == [UUID(later.id)]


def test_once_is_once_even_when_it_is_over(engagement: Any) -> None:
    from tests.kernel.jobs.tasks import note

    from giao.kernel.jobs.claiming import claim
    from giao.kernel.jobs.running import run

    first = note.using(engagement=engagement, once="welcome").enqueue("a")
    (job,) = claim("one", 5)
    run(job, "one")
    assert note.using(engagement=engagement, once="welcome").enqueue("b").id == first.id
    assert claim("one", 5) == []


def test_the_highest_priority_comes_first_then_the_oldest(engagement: Any) -> None:
    from tests.kernel.jobs.tasks import note, urgent

    from giao.kernel.jobs.claiming import claim

    for text in ("1", "2"):
        note.using(engagement=engagement).enqueue(text)
    urgent.using(engagement=engagement).enqueue("3")
    note.using(engagement=engagement, priority=-7).enqueue("4")
    note.using(engagement=engagement).enqueue("5")
    claimed = [job.arguments["args"][0] for _round in range(2) for job in claim("one", 3)]
    assert claimed == ["3", "1", "2", "5", "4"]


def test_a_job_after_an_instant_waits_for_it(engagement: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.utils import timezone
    from tests.kernel.jobs.tasks import note

    from giao.kernel.jobs.claiming import claim, next_due

    now = timezone.now()
    note.using(engagement=engagement, run_after=now + timedelta(hours=1)).enqueue("a")
    assert next_due() == now + timedelta(hours=1)
    assert claim("one", 5) == []
    monkeypatch.setattr(timezone, "now", lambda: now + timedelta(hours=1))
    assert len(claim("one", 5)) == 1


def test_a_clock_set_back_does_not_delay_what_waits_for_no_time(
    engagement: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.utils import timezone
    from tests.kernel.jobs.tasks import note

    from giao.kernel.jobs.claiming import claim

    note.using(engagement=engagement).enqueue("a")
    before = timezone.now() - timedelta(days=3)
    monkeypatch.setattr(timezone, "now", lambda: before)
    assert len(claim("one", 5)) == 1


def test_its_result_is_told_as_django_tasks_tells_it(engagement: Any) -> None:
    from django_tasks import TaskResultStatus, default_task_backend
    from django_tasks.exceptions import TaskResultDoesNotExist, TaskResultMismatch
    from tests.kernel.jobs.tasks import note, urgent

    from giao.kernel.jobs.claiming import claim
    from giao.kernel.jobs.running import run

    asked = note.using(engagement=engagement).enqueue("abc")
    assert (asked.status, asked.attempts, asked.args) == (TaskResultStatus.READY, 0, ["abc"])
    with pytest.raises(ValueError, match="not finished"):
        _ = asked.return_value
    (job,) = claim("one", 5)
    asked.refresh()
    assert (asked.status, asked.worker_ids) == (TaskResultStatus.RUNNING, ["one"])
    run(job, "one")
    found = note.get_result(asked.id)
    assert (found.status, found.return_value, found.is_finished) == (TaskResultStatus.SUCCESSFUL, "ABC", True)
    with pytest.raises(TaskResultMismatch):
        urgent.get_result(asked.id)
    for nothing in ("00000000-0000-7000-8000-000000000000", "no key at all"):
        with pytest.raises(TaskResultDoesNotExist):
            default_task_backend.get_result(nothing)


def test_what_is_no_json_is_refused_where_it_is_enqueued(engagement: Any) -> None:
    from tests.kernel.jobs.tasks import note

    with pytest.raises(TypeError):
        note.using(engagement=engagement).enqueue(object())


def test_a_waiting_job_is_cancelled_and_can_be_asked_for_again(engagement: Any) -> None:
    from tests.kernel.jobs.tasks import note

    from giao.kernel.jobs.claiming import claim
    from giao.kernel.jobs.models import Job
    from giao.kernel.jobs.queue import cancel, retry

    note.using(engagement=engagement, key="k").enqueue("a")
    job = Job.objects.get()
    assert not retry(job), "it waits already"
    assert cancel(job)
    assert not cancel(job)
    assert claim("one", 5) == []
    assert retry(job)
    assert len(claim("one", 5)) == 1


def test_a_retry_gives_way_to_a_newer_job_under_the_key(engagement: Any) -> None:
    from tests.kernel.jobs.tasks import note

    from giao.kernel.jobs.models import Job
    from giao.kernel.jobs.queue import cancel, retry

    keyed = note.using(engagement=engagement, key="k")
    keyed.enqueue("a")
    old = Job.objects.get()
    cancel(old)
    keyed.enqueue("b")
    assert not retry(old)


def test_inline_it_is_done_when_enqueue_returns(engagement: Any) -> None:
    from tests.kernel.jobs.tasks import note, write_and_fail

    from giao.kernel.audit.models import Act
    from giao.kernel.jobs.inline import inline

    with inline():
        assert note.using(engagement=engagement).enqueue("abc").return_value == "ABC"
        failed = write_and_fail.using(engagement=engagement).enqueue("undone")
    assert failed.is_finished
    assert [act.about for act in Act.objects.filter(what="test")] == ["abc"]
