"""Run jobs where they are enqueued: for a command that has no worker beside it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings


@contextmanager
def inline() -> Iterator[None]:
    """Inside, each job that is due runs at once in this process; its first failure gives it up."""
    before = settings.GIAO_JOBS
    settings.GIAO_JOBS = "inline"
    try:
        yield
    finally:
        settings.GIAO_JOBS = before
