"""A running job says how far it is, and hears that it shall stop. Callable anywhere below the job's function."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, Protocol

from django.db.models import F

from giao.kernel.engagements.scoping import everywhere
from giao.kernel.jobs.errors import Stopped
from giao.kernel.jobs.models import Job

SECONDS_BETWEEN = 0.25
"""A job that tells more often is written down at most so often (a new step always)."""


class Progress(Protocol):
    def __call__(self, doing: str, share: float, **values: Any) -> None: ...


@dataclass
class Running:
    """The job that this thread runs. `stopping` is asked: True when the worker wants to end."""

    job: Job
    worker: str
    stopping: Callable[[], bool] = lambda: False
    told: str = ""
    at: float = field(default=float("-inf"))


_running: ContextVar[Running | None] = ContextVar("giao_job", default=None)


@contextmanager
def as_running(running: Running) -> Iterator[None]:
    token = _running.set(running)
    try:
        yield
    finally:
        _running.reset(token)


def current() -> Job | None:
    """The job that runs here; None outside of jobs."""
    found = _running.get()
    return found.job if found else None


def tell(doing: str, share: float, **values: Any) -> None:
    """`doing` is a message id (`words`), `share` 0..1. Raises Stopped when the job was cancelled or lost.

    In a job that is not long nothing is written before its end, and outside of jobs nothing at all.
    """
    running = _running.get()
    if running is None or not running.job.long:
        return
    moment = time.monotonic()
    if doing == running.told and moment - running.at < SECONDS_BETWEEN:
        return
    running.told, running.at = doing, moment
    if running.stopping():
        raise Stopped
    with everywhere("the worker keeps its lease"):
        mine = Job.objects.filter(
            pk=running.job.pk, lease_owner=running.worker, attempts=running.job.attempts, cancelling=False
        )
        told = mine.update(
            doing={"id": doing, "values": values}, share_done=min(max(share, 0.0), 1.0), beat=F("beat") + 1
        )
    if not told:
        raise Stopped
