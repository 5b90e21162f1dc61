"""Jobs that follow a reading: a room names its task once, and it is enqueued whenever an engagement's current reading changes.

In the transaction that stores the reading: a reading that is there was followed. Tasks of one engagement join each other
under their key, so that ten readings while one runs make one more run.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from giao.kernel.jobs.task import LeaseTask

_followers: dict[str, LeaseTask[..., Any]] = {}


def follow_readings(key: str, task: LeaseTask[..., Any]) -> None:
    """`task` takes the engagement's id as text. Doing it again replaces it."""
    _followers[key] = task


def call_followers(engagement: UUID) -> None:
    for key, task in _followers.items():
        task.using(engagement=engagement, key=key).enqueue(str(engagement))
