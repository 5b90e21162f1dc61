"""PostgreSQL that holds the scope of django-scopes a second time, as row-level security.

Before a statement inside a scope the transaction becomes the role `giao_tenant` with the scope's keys as settings; both end
with the transaction (a proxy that pools by transaction may stand between). A statement outside a transaction gets one of
its own. Work with scopes switched off (`everywhere`) runs as the role that signed in, which owns the tables.
The policies are in `giao.kernel.tenancy.policies`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import transaction
from django.db.backends.postgresql import base
from django_scopes import get_scope

ROLE = "giao_tenant"
Sight = tuple[str, str] | None
"""The keys in sight as PostgreSQL arrays (engagements, organisations); None: all rows."""

_SET = (
    f"SELECT set_config('role', '{ROLE}', true), set_config('giao.engagements', %s, true),"
    " set_config('giao.organisations', %s, true)"
)
_RESET = "SELECT set_config('role', 'none', true)"


def sight_of(scope: dict[str, Any]) -> Sight:
    """Outside any scope (a migration, a command) the models themselves refuse; `nowhere` is a scope with nothing in it."""
    if not scope or not scope.get("_enabled", True):
        return None
    return _array(scope.get("engagement", ())), _array(scope.get("organisation", ()))


def _array(keys: Any) -> str:
    return "{" + ",".join(str(key) for key in keys) + "}"


class DatabaseWrapper(base.DatabaseWrapper):
    """`_sight` is what the running transaction is set to: None as at its beginning, unless `_known` is False."""

    def __init__(self, *arguments: Any, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self._sight: Sight = None
        self._known = True
        self._setting = False
        self.guarded = True
        self.execute_wrappers.append(self._guard)

    def _guard(
        self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]
    ) -> Any:
        wanted = sight_of(get_scope()) if self.guarded else None
        if self._setting or (self._known and wanted == self._sight):
            return execute(sql, params, many, context)
        if self.in_atomic_block or not self.get_autocommit():
            self._set(wanted)
            return execute(sql, params, many, context)
        if wanted is None:
            return execute(sql, params, many, context)
        with transaction.atomic(using=self.alias):
            self._set(wanted)
            return execute(sql, params, many, context)

    def _set(self, wanted: Sight) -> None:
        with self._as_it_stands(), self.cursor() as cursor:
            cursor.execute(_RESET if wanted is None else _SET, wanted)
        self._sight, self._known = wanted, True

    @contextmanager
    def _as_it_stands(self) -> Iterator[None]:
        """Statements that need no rows, and may come in a transaction that has failed already."""
        self._setting = True
        try:
            yield
        finally:
            self._setting = False

    def _commit(self) -> Any:
        self._sight, self._known = None, True
        return super()._commit()  # type: ignore[misc]

    def _rollback(self) -> Any:
        self._sight, self._known = None, True
        return super()._rollback()  # type: ignore[misc]

    def _savepoint(self, sid: str) -> None:
        with self._as_it_stands():
            super()._savepoint(sid)  # type: ignore[misc]

    def _savepoint_commit(self, sid: str) -> None:
        with self._as_it_stands():
            super()._savepoint_commit(sid)  # type: ignore[misc]

    def _savepoint_rollback(self, sid: str) -> None:
        with self._as_it_stands():
            super()._savepoint_rollback(sid)  # type: ignore[misc]
        self._known = False  # back to what stood at the savepoint, which nobody wrote down

    def connect(self) -> None:
        self._sight, self._known = None, True
        super().connect()
