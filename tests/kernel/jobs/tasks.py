"""Tasks for the tests; a worker process imports them from here."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path
from typing import Any

from giao.kernel.jobs.progress import current, tell
from giao.kernel.jobs.task import Effect, task

DEAD: list[tuple[str, Any]] = []


def write_act(text: str) -> None:
    """An effect in the database: one act of the job's engagement."""
    from django.utils import timezone

    from giao.kernel.audit.models import Act

    job = current()
    assert job is not None
    Act.objects.create(engagement_id=job.engagement_id, what="test", about=text, at=timezone.now())


def remember_dead(sentence: str, text: str, **more: Any) -> None:
    DEAD.append((sentence, text))


@task()
def note(text: str) -> str:
    write_act(text)
    return text.upper()


@task(priority=50)
def urgent(text: str) -> None:
    write_act(text)


@task(most_attempts=3, when_dead=remember_dead)
def write_and_fail(text: str) -> None:
    write_act(text)
    raise ValueError("after the effect")


@task(long=True, most_attempts=2)
def write_at_the_end(text: str) -> Effect:
    tell("statements", 0.5)
    return Effect(lambda: write_act(text))


@task(long=True)
def tell_and_note(text: str) -> None:
    tell("reading the log", 0.25)
    tell("statements", 0.75)
    write_act(text)


@task()
def what_is_in_sight() -> list[str]:
    from giao.kernel.engagements.models import Engagement

    return [str(key) for key in Engagement.objects.values_list("pk", flat=True)]


@task()
def organisation_in_sight() -> list[str]:
    from giao.kernel.parties.models import Membership

    return sorted({str(key) for key in Membership.objects.values_list("organisation", flat=True)})


@task(long=True, most_attempts=5)
def slowly(text: str, place: str, seconds: float) -> Effect:
    """Says in a file that it began, works for a while, writes its effect at the end."""
    with Path(place).open("a", encoding="utf-8") as file:
        file.write(f"{os.getpid()}\n")
    for part in range(100):
        tell("statements", part / 100)
        time.sleep(seconds / 100)
    return Effect(lambda: write_act(text))


@task(most_attempts=3)
def kills_its_worker(text: str) -> None:
    write_act(text)
    os.kill(os.getpid(), signal.SIGKILL)
