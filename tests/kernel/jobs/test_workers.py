"""Real worker processes: two that race, one that is killed, one poisoned job, one that is told to end."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.kernel.jobs.live import Place, place, until


@pytest.fixture(scope="module")
def installation(
    django_ready: None, database_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Place]:
    with place(tmp_path_factory.mktemp("jobs"), database_url) as found:
        yield found


@pytest.fixture
def here(installation: Place, tmp_path: Path) -> Place:
    """Nothing is left of the test before."""
    installation.run("Job.objects.all().delete(); Act.objects.filter(what='test').delete()")
    installation.notes = tmp_path
    return installation


def test_two_workers_do_each_job_once(here: Place) -> None:
    workers = [here.worker() for _one in range(2)]
    try:
        told = here.run(
            """
            from tests.kernel.jobs.live import until
            from giao.kernel.jobs.models import WorkerSeen
            until(lambda: WorkerSeen.objects.count() == 2)
            engagement = Engagement.objects.get()
            for number in range(60):
                tasks.note.using(engagement=engagement).enqueue(str(number))
            for number in range(10):
                tasks.write_at_the_end.using(engagement=engagement).enqueue(f"long {number}")
            until(lambda: not Job.objects.filter(state__in=("ready", "running")).exists())
            about = list(Act.objects.filter(what="test").values_list("about", flat=True))
            names = {job.workers[-1] for job in Job.objects.all()}
            print(len(about), len(set(about)), Job.objects.filter(state="done", attempts=1).count(), len(names))
            """
        )
    finally:
        for worker in workers:
            worker.terminate()
        codes = [worker.wait(timeout=30) for worker in workers]
    assert told == "70 70 70 2", (
        "acts, different acts, jobs done at the first attempt, workers that took part"
    )
    assert codes == [0, 0]


def test_a_killed_workers_job_is_taken_up_and_its_effect_stored_once(here: Place) -> None:
    begun = here.notes / "begun"
    here.run(f'tasks.slowly.using(engagement=Engagement.objects.get()).enqueue("a", {str(begun)!r}, 1.0)')
    first = here.worker()
    until(lambda: begun.exists() and begun.read_text())
    first.send_signal(signal.SIGKILL)
    first.wait()
    second = here.worker()
    try:
        told = here.run(
            """
            from tests.kernel.jobs.live import until
            until(lambda: Job.objects.get().state == "done")
            print(Job.objects.get().attempts, Act.objects.filter(what="test").count())
            """
        )
    finally:
        second.terminate()
        assert second.wait(timeout=30) == 0
    assert told == "2 1"
    assert len(set(begun.read_text().split())) == 2, "both began it"


@pytest.mark.prove
def test_a_poisoned_job_dies_and_takes_no_other_with_it(here: Place) -> None:
    here.run(
        """
        engagement = Engagement.objects.get()
        for number in range(6):
            tasks.note.using(engagement=engagement).enqueue(str(number))
        tasks.kills_its_worker.using(engagement=engagement).enqueue("poison")
        for number in range(6, 12):
            tasks.note.using(engagement=engagement).enqueue(str(number))
        """
    )
    codes: list[Any] = []
    while not codes or codes[-1] != 0:
        codes.append(here.worker("--until-idle").wait(timeout=60))
        assert len(codes) < 8
    assert codes[:3] == [-signal.SIGKILL] * 3
    told = here.run(
        """
        dead = Job.objects.get(state="dead")
        print(dead.name, dead.attempts, Job.objects.filter(state="done").count(), Act.objects.filter(what="test").count())
        """
    )
    assert told == "kills_its_worker 3 12 12"


@pytest.mark.prove
def test_told_to_end_a_worker_puts_its_long_job_back(here: Place) -> None:
    begun = here.notes / "begun"
    here.run(f'tasks.slowly.using(engagement=Engagement.objects.get()).enqueue("a", {str(begun)!r}, 60.0)')
    worker = here.worker()
    until(lambda: begun.exists() and begun.read_text())
    worker.terminate()
    assert worker.wait(timeout=30) == 0
    told = here.run("job = Job.objects.get(); print(job.state, job.attempts, job.lease_owner)")
    assert told == "ready 0 None"
