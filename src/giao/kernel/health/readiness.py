"""Is this installation ready to serve: each check by name, with a sentence where it is not."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor


@dataclass(frozen=True)
class Check:
    """`fault` is empty when all is well; it names no secret, address or path."""

    name: str
    fault: str = ""


def database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            return bool(cursor.fetchone() == (1,))
    except DatabaseError:
        return False


def readiness() -> list[Check]:
    """Database, migrations, data folder, worker. What stands on the database is not asked when it is away."""
    if not database_answers():
        return [Check("database", "the database does not answer"), _check("data", _data)]
    return [
        Check("database"),
        _check("migrations", _migrations),
        _check("data", _data),
        _check("worker", _worker),
    ]


def _check(name: str, look: Callable[[], str]) -> Check:
    try:
        return Check(name, look())
    except Exception as error:
        return Check(name, f"it cannot be found out ({type(error).__name__})")


def _migrations() -> str:
    executor = MigrationExecutor(connection)
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if not missing:
        return ""
    return (
        f"{len(missing)} migrations are missing; restart `giao serve`, which brings the database up to date"
    )


def _data() -> str:
    try:
        with tempfile.NamedTemporaryFile(dir=settings.DATA) as file:
            file.write(b"giao")
            file.flush()
    except OSError as error:
        return f"the data folder cannot be written ({error.strerror})"
    return ""


def _worker() -> str:
    from giao.kernel.jobs.keeping import workers_alive

    return "" if workers_alive() else "no worker was seen in the last minute; start `giao worker`"
