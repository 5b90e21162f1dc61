"""Take a backup while the server runs: the database at one moment, then the files that it names.

Files first come to be and then are named by a row, so that a file named at that moment is there afterwards. One that was
removed meanwhile (an engagement deleted, a subject erased) makes us begin again.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connection

from giao.core.told import told
from giao.kernel.backup.archive import CHUNK, Progress, Writer, writing
from giao.kernel.backup.errors import BackupError
from giao.kernel.backup.keys import keys_here, marks_of, seal_keys
from giao.kernel.backup.places import kept_files
from giao.kernel.backup.rows import columns_of, kept_models, lines_of, one_moment
from giao.kernel.engagements.models import Engagement, FactImport, LogImport
from giao.kernel.engagements.places import relative_to_data
from giao.kernel.engagements.scoping import everywhere
from giao.kernel.files.models import StoredFile
from giao.kernel.files.store import place_of
from giao.kernel.health.schema import applied_here, check_same_schema
from giao.kernel.ledger.models import Ledger

KEYS = "keys.sealed"
TRIES = 3
_PACKED_ALREADY = (".parquet", ".gz", ".zip", ".xlsx", ".png", ".jpg", ".jpeg", ".pdf")


@dataclass(frozen=True)
class Taken:
    """`missing`: files that rows name and that were lost before. `with_keys`: the keys are inside, under the passphrase."""

    place: Path
    rows: int
    files: int
    size: int
    with_keys: bool
    missing: tuple[str, ...] = ()


@dataclass
class _Moment:
    tables: dict[str, dict[str, Any]] = field(default_factory=dict)
    heads: list[dict[str, Any]] = field(default_factory=list)
    named: set[str] = field(default_factory=set)
    migrations: list[list[str]] = field(default_factory=list)


def take_backup(place: Path, progress: Progress, *, passphrase: str = "") -> Taken:
    """Write one file. Without a passphrase the keys stay out of it. Raises BackupError, OSError."""
    place, data = place.resolve(), Path(settings.DATA)
    if place.is_relative_to(data):
        raise BackupError(
            told(
                "backup.inside",
                "{file} lies inside the data folder that is backed up; choose a place outside, best on another machine",
                file=str(place),
            )
        )
    if place.exists():
        raise BackupError(
            told("backup.exists", "{file} is there already; choose another name", file=str(place))
        )
    check_same_schema()
    for _attempt in range(TRIES):
        try:
            with everywhere("a backup holds the whole installation"):
                return _take(place, data, progress, passphrase)
        except _Moved:
            continue
    raise BackupError(
        told("backup.moving", "files were removed each time while they were copied; try again later")
    )


class _Moved(Exception):
    """Something that the database named at its moment was removed before its file was copied."""


def _take(place: Path, data: Path, progress: Progress, passphrase: str) -> Taken:
    keys = keys_here()
    with writing(place) as writer:
        moment = _database(writer, progress)
        files = _files(writer, data, progress)
        missing = sorted(name for name in moment.named if not _is_there(name, files))
        if set(missing) - _named():
            raise _Moved
        if passphrase:
            with writer.part(KEYS, packed=False) as part:
                part.write(seal_keys(keys, passphrase))
        writer.close(
            {
                "giao": version("giao"),
                "made": datetime.now(UTC).isoformat(),
                "database": connection.vendor,
                "migrations": moment.migrations,
                "tables": moment.tables,
                "heads": moment.heads,
                "missing": missing,
                "keys": marks_of(keys.masters, keys.secret),
            }
        )
    rows = sum(int(table["rows"]) for table in moment.tables.values())
    return Taken(place, rows, len(files), place.stat().st_size, bool(passphrase), tuple(missing))


def _database(writer: Writer, progress: Progress) -> _Moment:
    moment = _Moment()
    kept = kept_models(apps.get_models(include_auto_created=True))
    with one_moment():
        total = sum(model._base_manager.count() for model in kept) or 1
        done = 0
        for model in kept:
            name, count = f"database/{model._meta.db_table}.jsonl", 0
            with writer.part(name) as part:
                lines: list[bytes] = []
                for line in lines_of(model):
                    lines.append(line)
                    count += 1
                    if len(lines) == 2_000:
                        part.write(b"".join(lines))
                        lines = []
                        progress("database", (done + count) / total)
                part.write(b"".join(lines))
            done += count
            progress("database", done / total)
            moment.tables[model._meta.db_table] = {"part": name, "columns": columns_of(model), "rows": count}
        moment.migrations = [list(node) for node in sorted(applied_here())]
        moment.heads = [
            {"engagement": str(key), "position": position, "head": head}
            for key, position, head in Ledger.objects.values_list("engagement", "position", "head")
        ]
        moment.named = _named()
    return moment


def _named() -> set[str]:
    """Files and folders that rows name, relative to the data folder."""
    living = set(Engagement.objects.values_list("pk", flat=True))
    named = {relative_to_data(place_of(row)) for row in StoredFile.objects.filter(engagement__in=living)}
    named |= set(LogImport.objects.exclude(folder="").values_list("folder", flat=True))
    return named | set(FactImport.objects.exclude(file="").values_list("file", flat=True))


def _is_there(name: str, files: set[str]) -> bool:
    return name in files or any(other.startswith(f"{name}/") for other in files)


def _files(writer: Writer, data: Path, progress: Progress) -> set[str]:
    found = list(kept_files(data))
    total = sum(_size(place) for _name, place in found) or 1
    done, names = 0, set()
    for name, place in found:
        try:
            stream = place.open("rb")
        except FileNotFoundError:
            continue  # removed meanwhile; whether that matters is looked at afterwards
        sealed = name.startswith("files/") or place.suffix.lower() in _PACKED_ALREADY
        with stream, writer.part(f"data/{name}", packed=not sealed) as part:
            while piece := stream.read(CHUNK):
                part.write(piece)
                done += len(piece)
                progress("files", min(done / total, 1.0))
        names.add(name)
    progress("files", 1.0)
    return names


def _size(place: Path) -> int:
    try:
        return place.stat().st_size
    except FileNotFoundError:
        return 0
