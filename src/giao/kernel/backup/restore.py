"""Restore a backup onto a machine: checked first, then loaded, then all that follows from it is made again and verified."""

from __future__ import annotations

import contextlib
import os
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.db.migrations.executor import MigrationExecutor

from giao.core.told import told
from giao.kernel.backup.archive import Archive, Progress
from giao.kernel.backup.errors import BackupError
from giao.kernel.backup.keys import Keys, are_here, marks_of, unseal_keys, write_keys
from giao.kernel.backup.places import SET_ASIDE, kept_folders
from giao.kernel.backup.rows import count_on, empty, kept_models, load
from giao.kernel.backup.take import KEYS
from giao.kernel.engagements.models import Engagement
from giao.kernel.engagements.scoping import everywhere, working_in
from giao.kernel.health.schema import RESTORING
from giao.kernel.jobs.inline import inline
from giao.kernel.jobs.keeping import workers_alive
from giao.kernel.ledger.forms import mark_forms
from giao.kernel.ledger.rebuilding import rebuild
from giao.kernel.ledger.sequence import sequence_all
from giao.kernel.ledger.verify import verify
from giao.kernel.readings.errors import NothingToRead
from giao.kernel.readings.queries import reading_for


@dataclass(frozen=True)
class Checked:
    """One engagement after restoring. `fault` is empty when its chain ends where the backup says."""

    engagement: str
    position: int
    head: str
    fault: str = ""
    lost: tuple[str, ...] = ()


@dataclass(frozen=True)
class Restored:
    """`aside`: where the files of what stood here before lie. `other_settings`: settings that differ from the backup's keys."""

    rows: int
    files: int
    engagements: tuple[Checked, ...]
    missing: tuple[str, ...] = ()
    aside: str = ""
    other_settings: tuple[str, ...] = ()


def restore(place: Path, progress: Progress, *, passphrase: str = "", force: bool = False) -> Restored:
    """Into the data folder and database of the settings. Raises BackupError before anything is changed, else OSError.

    One that broke off leaves a mark (`RESTORING`): the server does not start over it, and restoring again needs no force.
    """
    data = Path(settings.DATA)
    archive = Archive(place)
    try:
        archive.check(progress)
        leaves = _leaves(archive)
        keys = _keys(archive, passphrase)
        begun = (data / RESTORING).exists()
        _check_target(data, force or begun)
        (data / RESTORING).write_text(place.name, encoding="utf-8")
        aside = _clear(data, keep=force and not begun)
        files = _files(archive, data, progress)
        other = write_keys(data, keys) if keys is not None else []
        rows = _database(archive, leaves, progress)
        missing = tuple(archive.manifest["missing"])
        heads = {head["engagement"]: head for head in archive.manifest["heads"]}
    finally:
        archive.close()
    checked = _rebuild(heads, progress)
    mark_forms()
    (data / RESTORING).unlink()
    return Restored(rows, files, checked, missing, aside, tuple(other))


def _leaves(archive: Archive) -> list[tuple[str, str]]:
    """The migrations to begin with: the last ones of the backup. Raises BackupError for one that this program does not know."""
    applied = {(str(app), str(name)) for app, name in archive.manifest["migrations"]}
    loader = MigrationExecutor(connection).loader
    unknown = sorted(node for node in applied if node not in loader.disk_migrations)
    if unknown:
        raise BackupError(
            told(
                "backup.newer_schema",
                "the backup was made by giao {version}, which is newer than this one; install that release, then restore",
                version=str(archive.manifest["giao"]),
            )
        )
    nodes = loader.graph.node_map
    return sorted(
        node
        for node in applied
        if not any(child.key in applied and child.key[0] == node[0] for child in nodes[node].children)
    )


def _keys(archive: Archive, passphrase: str) -> Keys | None:
    """The keys of the backup, or None when those that are here already are the same. Raises BackupError."""
    marks: dict[str, str] = archive.manifest["keys"]
    if KEYS in archive.parts and passphrase:
        keys = unseal_keys(archive.read(KEYS), passphrase)
        if marks_of(keys.masters, keys.secret) != marks:
            raise BackupError(
                told("backup.odd_keys", "the keys in the backup are sealed in a way that is not known here")
            )
        return keys
    if are_here(marks):
        return None
    if KEYS in archive.parts:
        raise BackupError(
            told(
                "backup.needs_passphrase",
                "the keys are in the backup under a passphrase; give it with --passphrase-file",
            )
        )
    raise BackupError(
        told(
            "backup.needs_keys",
            "the backup holds no keys, and those here are others: put the files master-keys and secret-key of the old "
            "installation into {data} (or set GIAO_MASTER_KEYS and GIAO_SECRET_KEY), then restore; nothing was changed",
            data=str(settings.DATA),
        )
    )


def _check_target(data: Path, force: bool) -> None:
    """Raises BackupError when something stands here already, or somebody works on it."""
    tables = set(connection.introspection.table_names())
    if "kernel_workerseen" in tables and workers_alive():
        raise BackupError(
            told(
                "backup.server_runs",
                "a server or worker runs on this database; stop it, wait a minute, then restore",
            )
        )
    if force:
        return
    has_rows = False
    for table in ("kernel_user", "kernel_organisation", "kernel_engagement"):
        if table in tables:
            with connection.cursor() as cursor:
                cursor.execute(f'SELECT 1 FROM "{table}" LIMIT 1')
                has_rows = has_rows or cursor.fetchone() is not None
    if has_rows or any(any(folder.iterdir()) for folder in kept_folders(data)):
        raise BackupError(
            told(
                "backup.not_empty",
                "there is an installation in {data} already; restore into an empty data folder and database, or give "
                "--force to replace what is here",
                data=str(data),
            )
        )


def _clear(data: Path, *, keep: bool) -> str:
    """An empty database and data folder. `keep`: what lay in the folder is set aside, an SQLite database with it."""
    aside = data / f"{SET_ASIDE}{datetime.now(UTC):%Y%m%dT%H%M%S}"
    going = kept_folders(data)
    if connection.vendor == "sqlite":
        name = Path(str(connection.settings_dict["NAME"]))
        connection.close()
        going += [place for place in name.parent.glob(f"{name.name}*") if place.is_file()]
    else:
        _drop_tables()
    for place in going:
        if keep:
            aside.mkdir(exist_ok=True)
            place.replace(aside / place.name)
        elif place.is_dir():
            shutil.rmtree(place)
        else:
            place.unlink()
    return str(aside) if keep and aside.exists() else ""


def _drop_tables() -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        names = connection.introspection.table_names(cursor)
        if names:
            quoted = ", ".join(connection.ops.quote_name(name) for name in names)
            cursor.execute(f"DROP TABLE {quoted} CASCADE")


def _files(archive: Archive, data: Path, progress: Progress) -> int:
    names = [name for name in archive.parts if name.startswith("data/")]
    total = sum(int(archive.parts[name]["size"]) for name in names) or 1
    done = 0
    for name in names:
        place = data / name.removeprefix("data/")
        place.parent.mkdir(parents=True, exist_ok=True)
        with place.open("wb") as file:
            for piece in archive.pieces(name):
                file.write(piece)
                done += len(piece)
                progress("restoring", done / total)
            file.flush()
            os.fsync(file.fileno())
    return len(names)


def _database(archive: Archive, leaves: list[tuple[str, str]], progress: Progress) -> int:
    """The schema of the backup, its rows, then on to today's schema."""
    executor = MigrationExecutor(connection)
    executor.migrate(leaves)
    executor.loader.build_graph()
    past = executor.loader.project_state(leaves).apps
    known = {model._meta.db_table: model for model in past.get_models(include_auto_created=True)}
    tables: dict[str, dict[str, Any]] = archive.manifest["tables"]
    total = sum(int(table["rows"]) for table in tables.values()) or 1
    done = 0
    try:
        with transaction.atomic():
            empty(kept_models(known.values()))
            for name, table in tables.items():
                loaded = load(known[name], table["columns"], archive.lines(table["part"]))
                if loaded != table["rows"]:
                    raise DatabaseError(f"{name}: {loaded} rows instead of {table['rows']}")
                done += loaded
                progress("restoring", done / total)
            count_on(known[name] for name in tables)
    except (DatabaseError, KeyError, ValueError) as error:
        raise BackupError(
            told(
                "backup.rows",
                "the rows of the backup cannot be loaded ({why}); what was begun is put aside when you restore again",
                why=str(error).strip().split("\n")[0],
            )
        ) from error
    call_command("migrate", interactive=False, verbosity=0)
    return done


def _rebuild(heads: dict[str, dict[str, Any]], progress: Progress) -> tuple[Checked, ...]:
    with everywhere("a restored installation is checked as a whole"):
        engagements = list(Engagement.objects.order_by("slug"))
    checked = []
    for number, engagement in enumerate(engagements):
        progress("rebuilding", number / len(engagements))
        with working_in(engagement):
            checked.append(_check(engagement, heads.get(str(engagement.pk))))
    progress("rebuilding", 1.0)
    return tuple(checked)


def _check(engagement: Engagement, head: dict[str, Any] | None) -> Checked:
    noted = (int(head["position"]), str(head["head"])) if head and head["position"] else None
    verdict = verify(engagement, expected=noted)
    fault = str(verdict.why)
    if not fault and noted is None and verdict.position:
        fault = told("backup.other_head", "the ledger has entries that the backup does not name")
    sequence_all(engagement.pk)
    lost = rebuild(engagement).lost
    with inline(), contextlib.suppress(NothingToRead):
        reading_for(engagement)
    return Checked(engagement.slug, verdict.position, verdict.head, fault, lost)
