"""Do the database and this program fit each other? A newer database is never written to by an older program."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from giao.core.told import told

RESTORING = "restoring"
"""A file in the data folder while a backup is being restored into it."""


class SchemaError(Exception):
    """A sentence for the administrator."""


def applied_here() -> set[tuple[str, str]]:
    """(app, migration) that the database has."""
    return set(MigrationRecorder(connection).applied_migrations())


def check_not_newer() -> None:
    """Raises SchemaError when the database has migrations that this program does not know, or is half restored."""
    if (Path(settings.DATA) / RESTORING).exists():
        raise SchemaError(
            told(
                "schema.restoring",
                "a restore into {data} did not finish; run `giao restore` again before the server starts",
                data=str(settings.DATA),
            )
        )
    loader = MigrationLoader(connection, ignore_no_migrations=True)
    replaced = {node for migration in loader.replacements.values() for node in migration.replaces}
    known = set(loader.disk_migrations) | replaced
    ours = {app for app, _name in known}
    unknown = sorted(node for node in applied_here() if node[0] in ours and node not in known)
    if unknown:
        raise SchemaError(
            told(
                "schema.newer",
                "the database was brought up to date by a newer giao ({migration} is not known here); start that release, "
                "or restore the backup from before the upgrade; nothing was changed",
                migration=".".join(unknown[0]),
            )
        )


def check_same_schema() -> None:
    """Raises SchemaError unless the database has exactly the migrations of this program."""
    check_not_newer()
    loader = MigrationLoader(connection)
    missing = sorted(set(loader.graph.nodes) - applied_here())
    if missing:
        raise SchemaError(
            told(
                "schema.older",
                "the database is of an older giao ({migration} is missing); back up with the release that serves it",
                migration=".".join(missing[0]),
            )
        )
