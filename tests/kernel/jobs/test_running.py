"""One job: effect and "done" together or neither; tried again with pauses; given up; cancelled; taken over."""

from __future__ import annotations

from datetime import timedelta
from typing import Any


def acts() -> list[str]:
    from giao.kernel.audit.models import Act

    return list(Act.objects.filter(what="test").values_list("about", flat=True))


def claimed(task: Any, *args: Any, worker: str = "one", **using: Any) -> Any:
    from giao.kernel.jobs.claiming import claim

    task.using(**using).enqueue(*args)
    (job,) = claim(worker, 5)
    return job


def test_a_failure_leaves_no_effect_and_is_tried_again_after_a_pause(engagement: Any) -> None:
    from django.utils import timezone
    from tests.kernel.jobs.tasks import write_and_fail

    from giao.kernel.jobs.models import JobState
    from giao.kernel.jobs.running import run

    job = claimed(write_and_fail, "a", engagement=engagement)
    before = timezone.now()
    assert run(job, "one") == JobState.READY
    job.refresh_from_db()
    assert acts() == []
    assert (job.attempts, job.error) == (1, "ValueError: after the effect")
    assert "write_and_fail" in job.faults[-1]["traceback"]
    assert before + timedelta(seconds=1) <= job.due <= timezone.now() + timedelta(seconds=2)


def test_pauses_double_up_to_an_hour_and_are_drawn(django_ready: None) -> None:
    from giao.kernel.jobs.running import pause_after

    longest = [pause_after(attempt, lambda: 1.0) for attempt in range(1, 14)]
    assert longest[:4] == [2, 4, 8, 16]
    assert longest[-1] == 3600
    assert pause_after(3, lambda: 0.0) == 4
    assert len({pause_after(3) for _draw in range(20)}) > 1


def test_it_is_given_up_after_its_attempts_and_the_room_is_told(engagement: Any) -> None:
    from tests.kernel.jobs import tasks

    from giao.kernel.jobs.claiming import claim
    from giao.kernel.jobs.models import AT_ONCE, Job, JobState
    from giao.kernel.jobs.queue import retry
    from giao.kernel.jobs.running import run

    tasks.DEAD.clear()
    tasks.write_and_fail.using(engagement=engagement).enqueue("a")
    states = []
    for _attempt in range(3):
        Job.objects.filter(due__isnull=False).update(due=AT_ONCE)
        (job,) = claim("one", 5)
        states.append(run(job, "one"))
    assert states == [JobState.READY, JobState.READY, JobState.DEAD]
    assert tasks.DEAD == [("ValueError: after the effect", "a")]
    job.refresh_from_db()
    assert (job.state, job.attempts, len(job.faults)) == ("dead", 3, 3)
    assert retry(job)
    (again,) = claim("one", 5)
    assert (again.pk, again.attempts) == (job.pk, 1)


def test_a_task_that_is_not_known_is_told_in_a_sentence(engagement: Any) -> None:
    from tests.kernel.jobs.tasks import note

    from giao.kernel.jobs.models import Job, JobState
    from giao.kernel.jobs.running import run

    job = claimed(note, "a", engagement=engagement)
    Job.objects.filter(pk=job.pk).update(task="giao.gone.task", most_attempts=1)
    job.refresh_from_db()
    assert run(job, "one") == JobState.DEAD
    job.refresh_from_db()
    assert "is not known here" in job.error


def test_who_lost_the_lease_stores_nothing(engagement: Any) -> None:
    """Both kinds: the effect of a short job is rolled back, that of a long one never stored."""
    from tests.kernel.jobs.tasks import note, write_at_the_end

    from giao.kernel.jobs.claiming import claim, free, leases
    from giao.kernel.jobs.models import JobState
    from giao.kernel.jobs.running import run

    for number, task in enumerate((note, write_at_the_end)):
        job = claimed(task, "a", engagement=engagement)
        assert [free(lease) for lease in leases()] == [True]
        (taken,) = claim("two", 5)
        assert run(job, "one") == JobState.RUNNING
        assert len(acts()) == number
        assert run(taken, "two") == JobState.DONE
        assert len(acts()) == number + 1


def test_the_same_worker_coming_back_late_is_fenced_by_the_attempt(engagement: Any) -> None:
    from tests.kernel.jobs.tasks import note

    from giao.kernel.jobs.claiming import claim, free, leases
    from giao.kernel.jobs.models import JobState
    from giao.kernel.jobs.running import run

    first = claimed(note, "a", engagement=engagement)
    free(leases()[0])
    (second,) = claim("one", 5)
    assert run(first, "one") == JobState.RUNNING
    assert acts() == []
    assert run(second, "one") == JobState.DONE
    assert acts() == ["a"]


def test_a_long_job_tells_how_far_it_is(engagement: Any) -> None:
    from tests.kernel.jobs.tasks import tell_and_note

    from giao.kernel.jobs.running import run

    job = claimed(tell_and_note, "a", engagement=engagement)
    beat = job.beat
    run(job, "one")
    job.refresh_from_db()
    assert job.beat == beat + 2
    assert (job.doing["id"], job.share_done) == ("statements", 1.0)


def test_a_step_with_values_is_told_in_the_readers_language(django_ready: None) -> None:
    from django.utils.translation import gettext_lazy, override

    from giao.kernel.jobs.words import add_doing, doing_words

    add_doing({"counting": "%(n)s / %(all)s", "a table": gettext_lazy("Service level")})
    assert doing_words({"id": "counting", "values": {"n": 3, "all": 7}}) == "3 / 7"
    with override("en"):
        assert doing_words({"id": "a table"}) == "Service level"
    with override("vi"):
        assert doing_words({"id": "a table"}) == "Mức dịch vụ"


def test_a_running_job_hears_that_it_is_cancelled(engagement: Any) -> None:
    from tests.kernel.jobs.tasks import tell_and_note

    from giao.kernel.jobs.models import JobState
    from giao.kernel.jobs.queue import cancel
    from giao.kernel.jobs.running import run

    job = claimed(tell_and_note, "a", engagement=engagement)
    assert cancel(job)
    assert run(job, "one") == JobState.CANCELLED
    assert acts() == []


def test_a_stopping_worker_puts_a_long_job_back_as_if_it_had_not_begun(engagement: Any) -> None:
    from tests.kernel.jobs.tasks import tell_and_note

    from giao.kernel.jobs.claiming import claim
    from giao.kernel.jobs.models import JobState
    from giao.kernel.jobs.running import run

    job = claimed(tell_and_note, "a", engagement=engagement)
    asked = iter([False, True])
    assert run(job, "one", stopping=lambda: next(asked)) == JobState.READY
    (again,) = claim("two", 5)
    assert (again.pk, again.attempts) == (job.pk, 1)


def test_a_job_sees_what_belongs_to_its_owner(engagement: Any) -> None:
    from tests.kernel.ground import person, world
    from tests.kernel.jobs.tasks import organisation_in_sight, what_is_in_sight

    from giao.kernel.engagements.scoping import nowhere
    from giao.kernel.jobs.running import run

    other = world()
    person("Lan", other.client)
    person("Rafael", other.vendor)
    job = claimed(what_is_in_sight, engagement=engagement)
    with nowhere():
        run(job, "one")
    job.refresh_from_db()
    assert job.result == [str(engagement.pk)]
    job = claimed(organisation_in_sight, organisation=other.client)
    with nowhere():
        run(job, "one")
    job.refresh_from_db()
    assert job.result == [str(other.client.pk)]
