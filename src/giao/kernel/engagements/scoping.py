"""Tenancy in one place: whose rows a query may see.

Every model that belongs to an engagement or an organisation takes its manager from here, in one line:

    objects: ClassVar[EngagementManager[Act]] = EngagementManager()        # has a column `engagement`
    objects: ClassVar[OrganisationManager[Token]] = OrganisationManager()  # has a column `organisation`

A query outside any scope raises ScopeError; inside one it is narrowed to it. PostgreSQL holds the same rule a second time
(`kernel/tenancy`). The leak that this prevents: one forgotten `filter(engagement=…)` that shows another client's cases.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import UUID

from django.db import models
from django_scopes import get_scope, scope, scopes_disabled
from django_scopes.manager import DisabledQuerySet

if TYPE_CHECKING:
    from giao.kernel.engagements.models import Engagement

M = TypeVar("M", bound=models.Model)


class _Refusing(DisabledQuerySet):  # type: ignore[misc]
    """What a manager gives outside its scope: rows can be made, nothing can be asked.

    django-scopes leaves some doors open (`exists` answered); here they are shut.
    """

    exists = contains = exclude = alias = defer = distinct = select_related = prefetch_related = (
        DisabledQuerySet.error
    )
    in_bulk = bulk_update = explain = extra = difference = intersection = _fetch_all = DisabledQuerySet.error


class _ScopedManager(models.Manager[M]):
    """`dimension` is the scope's name, `column` where the model keeps it."""

    dimension: str
    column: str

    def get_queryset(self) -> models.QuerySet[M]:
        current = get_scope()
        if not current.get("_enabled", True):
            return super().get_queryset()
        if self.dimension not in current:
            refusing: models.QuerySet[M] = _Refusing(
                self.model, using=self._db, missing_scopes={self.dimension}
            )
            return refusing
        return super().get_queryset().filter(**{f"{self.column}__in": current[self.dimension]})

    def all(self) -> models.QuerySet[M]:
        return self.get_queryset().all()  # also refuses, while Django's own would not ask


class EngagementManager(_ScopedManager[M]):
    """For a model with a foreign key `engagement`."""

    dimension = "engagement"
    column = "engagement"


class OrganisationManager(_ScopedManager[M]):
    """For a model with a foreign key `organisation`."""

    dimension = "organisation"
    column = "organisation"


class OwnEngagementManager(_ScopedManager[M]):
    """For the engagement itself."""

    dimension = "engagement"
    column = "id"


def identifiers(rows: Iterable[Any]) -> list[UUID]:
    """Keys of rows, or keys as they are."""
    return [getattr(row, "pk", row) for row in rows]


@contextmanager
def working_in(*engagements: Engagement | UUID) -> Iterator[None]:
    """Background work on one engagement (a job, the sequencer, a timer): nothing of another is seen inside.

    Organisation-owned rows are not in sight: nest `working_for` where they are needed.
    """
    with scope(engagement=identifiers(engagements)):
        yield


@contextmanager
def working_for(*organisations: Any) -> Iterator[None]:
    """Work on rows that belong to organisations (accounts, tokens, invitations)."""
    with scope(organisation=identifiers(organisations)):
        yield


@contextmanager
def nowhere() -> Iterator[None]:
    """Scopes are on and nothing is in sight: what a request starts with."""
    with scope():
        yield


@contextmanager
def everywhere(reason: str) -> Iterator[None]:
    """All rows of all tenants. For finding out whose request this is, for migrations, backup and the demo's seed.

    `reason` says why, in words; `tests/kernel/test_scoping.py` lists every call.
    """
    assert reason
    with scopes_disabled():
        yield
