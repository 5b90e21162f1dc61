"""The decorator of a job's function: `django-tasks`' own, typed, with what our backend can do besides."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast
from uuid import UUID

from django_tasks import task as plain_task
from django_tasks.base import Task
from typing_extensions import ParamSpec

if TYPE_CHECKING:
    from giao.kernel.engagements.models import Engagement
    from giao.kernel.parties.models import Organisation, User

P = ParamSpec("P")
T = TypeVar("T")

ATTEMPTS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaseTask(Task[P, T]):
    """`long`: holds no transaction, tells its progress, may return an `Effect`. `most_attempts`: then it is given up.

    `when_dead(sentence, *args, **kwargs)` runs in the transaction that gives the job up. The rest is set by `using`.
    """

    long: bool = False
    most_attempts: int = ATTEMPTS
    when_dead: Callable[..., None] | None = None
    engagement: UUID | None = None
    organisation: UUID | None = None
    key: str | None = None
    once: str | None = None
    starter: UUID | None = None

    def using(
        self,
        *,
        priority: int | None = None,
        queue_name: str | None = None,
        run_after: datetime | None = None,
        backend: str | None = None,
        engagement: Engagement | UUID | None = None,
        organisation: Organisation | UUID | None = None,
        key: str | None = None,
        once: str | None = None,
        starter: User | UUID | None = None,
    ) -> Self:
        """Whose job it is, and when and how often it may run.

        `engagement` or `organisation`: the owner (left out: the one engagement in scope). `key`: joins a job that waits under
        it, and runs never beside one. `once`: at most one job ever under it. `starter`: who asked for it.
        """
        changes: dict[str, Any] = {
            "priority": priority,
            "queue_name": queue_name,
            "run_after": run_after,
            "backend": backend,
            "engagement": getattr(engagement, "pk", engagement),
            "organisation": getattr(organisation, "pk", organisation),
            "key": key,
            "once": once,
            "starter": getattr(starter, "pk", starter),
        }
        return replace(self, **{name: value for name, value in changes.items() if value is not None})


@dataclass(frozen=True)
class Effect:
    """What a long job returns: `store` runs in the transaction that marks it done; its value is the job's result."""

    store: Callable[[], Any]


def task(
    *,
    priority: int = 0,
    long: bool = False,
    most_attempts: int = ATTEMPTS,
    when_dead: Callable[..., None] | None = None,
) -> Callable[[Callable[P, T]], LeaseTask[P, T]]:
    """Make a module-level function a job; see `LeaseTask`. Arguments and result are plain JSON."""
    made = plain_task(priority=priority, long=long, most_attempts=most_attempts, when_dead=when_dead)
    return cast("Callable[[Callable[P, T]], LeaseTask[P, T]]", made)
