"""Leases: which are dead, what happens to their jobs, and that no clock decides it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

ONE, TWO = UUID(int=1), UUID(int=2)


def test_a_lease_without_a_sign_of_life_for_so_long_is_dead(django_ready: None) -> None:
    from giao.kernel.jobs.claiming import Watch

    watch = Watch(silence=60)
    assert watch.dead([(ONE, "elsewhere:1", 1), (TWO, "elsewhere:1", 1)], 1000) == []
    assert watch.dead([(ONE, "elsewhere:1", 2), (TWO, "elsewhere:1", 1)], 1059) == []
    assert watch.dead([(ONE, "elsewhere:1", 2), (TWO, "elsewhere:1", 1)], 1060) == [(TWO, "elsewhere:1", 1)]
    assert watch.dead([(ONE, "elsewhere:1", 2)], 1118) == []
    assert watch.dead([(ONE, "elsewhere:1", 2)], 1119) == [(ONE, "elsewhere:1", 2)]


def test_a_lease_that_was_away_is_watched_anew(django_ready: None) -> None:
    from giao.kernel.jobs.claiming import Watch

    watch = Watch(silence=60)
    watch.dead([(ONE, "elsewhere:1", 1)], 0)
    watch.dead([], 30)
    assert watch.dead([(ONE, "elsewhere:1", 1)], 61) == []


def test_a_dead_process_of_this_machine_is_known_at_once(django_ready: None) -> None:
    import os
    import subprocess
    import sys

    from giao.kernel.jobs.claiming import Watch
    from giao.kernel.jobs.processes import machine, new_name

    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    gone, ours = f"{machine()}:{ended.pid}#aa", new_name()
    before_us = f"{machine()}:{os.getpid()}#aa"
    watch = Watch()
    found = watch.dead([(ONE, gone, 1), (TWO, ours, 1), (ONE, "elsewhere:1#aa", 1), (TWO, before_us, 1)], 0)
    assert [lease[1] for lease in found] == [gone, before_us]


def test_a_job_whose_worker_keeps_dying_is_given_up(engagement: Any) -> None:
    from tests.kernel.jobs.tasks import note

    from giao.kernel.jobs.claiming import claim, free, leases
    from giao.kernel.jobs.models import Job

    note.using(engagement=engagement).enqueue("a")
    for _attempt in range(note.most_attempts):
        assert len(claim("elsewhere:1", 1)) == 1
        assert [free(lease) for lease in leases()] == [True]
    job = Job.objects.get()
    assert (job.state, job.attempts) == ("dead", note.most_attempts)
    assert "the worker ended in the middle" in job.error


def test_a_lease_that_moved_is_not_taken(engagement: Any) -> None:
    from tests.kernel.jobs.tasks import note

    from giao.kernel.jobs.claiming import claim, free, leases, renew

    note.using(engagement=engagement).enqueue("a")
    (job,) = claim("one", 1)
    (seen,) = leases()
    assert renew("one", [job.pk]) == 1
    assert renew("two", [job.pk]) == 0
    assert not free(seen), "it gave a sign of life meanwhile"
    (seen,) = leases()
    assert free(seen)
    assert not free(seen), "another worker was first"


def test_taken_back_beside_a_newer_one_the_newer_does_the_work(engagement: Any) -> None:
    from tests.kernel.jobs.tasks import note

    from giao.kernel.jobs.claiming import claim, free, leases
    from giao.kernel.jobs.models import Job

    keyed = note.using(engagement=engagement, key="k")
    keyed.enqueue("a")
    claim("elsewhere:1", 1)
    keyed.enqueue("b")
    free(leases()[0])
    assert sorted(Job.objects.values_list("state", flat=True)) == ["cancelled", "ready"]
    assert [job.arguments["args"] for job in claim("one", 5)] == [["b"]]


def test_short_and_fresh_ones_can_be_asked_for(engagement: Any) -> None:
    from tests.kernel.jobs.tasks import note, write_at_the_end

    from giao.kernel.jobs.claiming import claim
    from giao.kernel.jobs.models import Job

    note.using(engagement=engagement).enqueue("tried")
    Job.objects.update(attempts=1)
    write_at_the_end.using(engagement=engagement).enqueue("long")
    note.using(engagement=engagement).enqueue("fresh")
    assert [job.arguments["args"][0] for job in claim("one", 5, "fresh")] == ["fresh"]
    assert [job.arguments["args"][0] for job in claim("one", 5, "short")] == ["tried"]
    assert [job.arguments["args"][0] for job in claim("one", 5)] == ["long"]


def test_a_retry_left_behind_by_a_clock_that_was_set_back_is_found(
    engagement: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.utils import timezone
    from tests.kernel.jobs.tasks import note, write_and_fail

    from giao.kernel.jobs import keeping
    from giao.kernel.jobs.claiming import claim
    from giao.kernel.jobs.models import Job
    from giao.kernel.jobs.running import run

    write_and_fail.using(engagement=engagement).enqueue("a")
    note.using(engagement=engagement, run_after=timezone.now() + timedelta(days=1)).enqueue("a timer stays")
    (job,) = claim("one", 1)
    run(job, "one")
    earlier = timezone.now() - timedelta(hours=5)
    monkeypatch.setattr(timezone, "now", lambda: earlier)
    assert claim("one", 5) == []
    keeping.keep_house()
    assert [found.pk for found in claim("one", 5)] == [job.pk]
    assert Job.objects.filter(due__isnull=False).count() == 1


def test_old_jobs_go_and_dead_ones_and_once_keys_stay(engagement: Any) -> None:
    from django.utils import timezone
    from tests.kernel.jobs.tasks import note

    from giao.kernel.jobs import keeping
    from giao.kernel.jobs.models import Job

    for state, once in (("done", None), ("cancelled", None), ("dead", None), ("done", "once")):
        for age in (13, 15):
            Job.objects.create(
                owner=engagement.pk, engagement=engagement, task=note.module_path, state=state, due=None,
                once=f"{once}{age}" if once else None, created=timezone.now(),
                finished=timezone.now() - timedelta(days=age),
            )  # fmt: skip
    keeping.keep_house()
    left = sorted(Job.objects.values_list("state", flat=True))
    assert left == ["cancelled", "dead", "dead", "done", "done", "done"]


def test_a_worker_is_alive_for_a_minute_whatever_the_clock(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.utils import timezone

    from giao.kernel.jobs.keeping import say_gone, say_seen, workers_alive

    now = timezone.now()
    assert workers_alive() == 0
    say_seen("one", 2, 0)
    assert workers_alive() == 1
    for apart in (timedelta(minutes=2), -timedelta(minutes=2)):
        with monkeypatch.context() as patched:
            patched.setattr(timezone, "now", lambda apart=apart: now + apart)
            assert workers_alive() == 0
    say_gone("one")
    assert workers_alive() == 0


def test_a_nudge_wakes_every_worker_of_the_machine(django_ready: None) -> None:
    from giao.kernel.jobs import nudge

    one, two = nudge.Ear(), nudge.Ear()
    try:
        nudge.nudge()
        assert one.wait(30)
        assert two.wait(30)
        assert not one.wait(0), "one nudge wakes once"
    finally:
        one.close()
        two.close()
    nudge.nudge()  # nobody listens: nothing happens


def test_what_killed_workers_left_is_taken_away(django_ready: None) -> None:
    from django.conf import settings

    from giao.kernel.jobs import nudge

    ear = nudge.Ear()
    left = settings.DATA / "workers" / "65000"
    left.write_text("999999999")
    nudge.forget_the_dead()
    assert not left.exists()
    nudge.nudge()
    assert ear.wait(30)
    ear.close()
