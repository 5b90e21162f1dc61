"""A later file added to a sealed log, and an import taken back. Nothing is deleted: the manifest says what counts."""

from __future__ import annotations

import csv
import secrets
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from giao.core.log.arrange import Arranged, arrange
from giao.core.log.errors import ImportFailed
from giao.core.log.folder import read_manifest, sweep, temporary_name, write_manifest
from giao.core.log.importing import ImportReport, import_part, paths_of
from giao.core.log.mapping import LogMapping
from giao.core.log.merge import Piece, merged_draft
from giao.core.log.part import Part, flush, write_part
from giao.core.log.stream import Progress
from giao.core.processes import alone
from giao.core.told import told


def append(
    folder: Path | str,
    source: Path | str | Sequence[Path | str],
    mapping: LogMapping | None = None,
    *,
    key: bytes | None = None,
    progress: Progress | None = None,
    sorting: Progress | None = None,
    memory: int | None = None,
) -> ImportReport:
    """Add files to a sealed log, read as the last import was unless a mapping is given.

    `memory` and `sorting` as for `import_log`.

    The report tells of these files; its hash, and `detected["log"]` with cases and events, of the whole log.
    """
    folder = Path(folder)
    with _writing(folder):
        manifest = read_manifest(folder)
        imports: list[dict[str, Any]] = manifest["imports"]
        number = max(int(entry["import"]) for entry in imports) + 1
        mapping = mapping or LogMapping.model_validate(imports[-1]["mapping"])
        stage = folder / "imports" / temporary_name(f"{number:04d}")
        try:
            imported = import_part(
                paths_of(source), stage, mapping, key=key, progress=progress, sorting=sorting, memory=memory
            )
            final = folder / "imports" / f"{number:04d}"
            if final.exists():  # written whole by a process that died before it wrote the manifest
                shutil.rmtree(final)
            stage.rename(final)
            flush(folder / "imports")
        finally:
            shutil.rmtree(stage, ignore_errors=True)
        known = _same_content(imported.entry, imports)
        manifest["imports"] = [*imports, imported.entry | {"import": number, "active": True}]
        before = int(manifest.get("repeated", 0))
        _set_current(folder, manifest)
        repeated = int(manifest["repeated"]) - before
        write_manifest(folder, manifest)
        _prune(folder, manifest)
    report = imported.report
    rejected = dict(report.rejected)
    if repeated:
        rejected["duplicate"] = rejected.get("duplicate", 0) + repeated
    warnings = [
        *report.warnings,
        *(
            [told("log.imported_before", "the file was imported before, as import {known}", known=known)]
            if known
            else []
        ),
    ]
    if repeated:
        warnings.append(
            told(
                "log.counted_once",
                "{repeated} rows are in an earlier import already; each counts once",
                repeated=f"{repeated:,}",
            )
        )
    totals = Part(folder / str(manifest["current"])).head
    return ImportReport(
        **{
            **vars(report),
            "hash": manifest["hash"],
            "events": report.events - repeated,
            "rejected": rejected,
            "warnings": warnings,
            "detected": {**report.detected, "log": {"cases": totals["cases"], "events": totals["events"]}},
            "rejected_path": folder / "imports" / f"{number:04d}" / "rejected.csv"
            if report.rejected
            else None,
        }
    )


def undo_import(folder: Path | str, number: int, *, why: str = "") -> str:
    """Take an import out of the log; its files stay and the decision is recorded. Returns the new content hash."""
    return _decide(Path(folder), number, active=False, why=why)


def restore_import(folder: Path | str, number: int, *, why: str = "") -> str:
    """Put an import back that was undone. Returns the new content hash."""
    return _decide(Path(folder), number, active=True, why=why)


def _decide(folder: Path, number: int, *, active: bool, why: str) -> str:
    with _writing(folder):
        manifest = read_manifest(folder)
        entry = next((each for each in manifest["imports"] if each["import"] == number), None)
        if entry is None or entry["active"] == active:
            numbers = ", ".join(
                str(each["import"]) for each in manifest["imports"] if each["active"] != active
            )
            verb = told("word.restored", "restored") if active else told("word.undone", "undone")
            raise ImportFailed(
                told(
                    "log.no_import",
                    "import {number} of {folder} cannot be {verb}; these can: {known}",
                    number=number,
                    folder=folder,
                    verb=verb,
                    known=numbers or "none",
                )
            )
        if not active and sum(bool(each["active"]) for each in manifest["imports"]) == 1:
            raise ImportFailed(
                told(
                    "log.only_import",
                    "import {number} is all that {folder} holds; delete the folder to be rid of it",
                    number=number,
                    folder=folder,
                )
            )
        entry["active"] = active
        manifest["decisions"].append(
            {
                "decision": "restore" if active else "undo",
                "import": number,
                "at": datetime.now(UTC).isoformat(timespec="seconds"),
                "why": why,
            }
        )
        _set_current(folder, manifest)
        write_manifest(folder, manifest)
        _prune(folder, manifest)
        return str(manifest["hash"])


def _set_current(folder: Path, manifest: dict[str, Any]) -> None:
    """Point the manifest at the part of its active imports, made if there are several.

    `repeated` counts the rows of all of them that an earlier one has too.
    """
    active = [entry for entry in manifest["imports"] if entry["active"]]
    manifest["previous"] = manifest["current"]
    if len(active) == 1:
        current = f"imports/{int(active[0]['import']):04d}"
        manifest["current"], manifest["hash"] = current, Part(folder / current).hash
        manifest["zone"], manifest["repeated"] = active[0]["mapping"].get("zone"), 0
        return
    pieces = [
        Piece(Part(folder / "imports" / f"{int(e['import']):04d}"), bool(e.get("partial"))) for e in active
    ]
    draft = merged_draft(
        pieces, seq_from_source=all(bool(piece.part.head["seq_is_content"]) for piece in pieces)
    )
    stage = folder / "merged" / temporary_name("part")
    stage.parent.mkdir(exist_ok=True)
    try:
        before = {name: draft.columns[name].values for name in ("case", "time", "activity", "seq")}
        files = draft.files
        mappings = [LogMapping.model_validate(entry["mapping"]) for entry in active]
        once = dict.fromkeys(name for mapping in mappings for name in mapping.openings)
        log = arrange(draft, once=list(once))
        content = write_part(log, stage)
        _write_repeated(stage / "repeated.csv", log, before, files, [int(e["import"]) for e in active])
        final = folder / "merged" / f"{content[:16]}-{secrets.token_hex(2)}"
        stage.rename(final)
        flush(final.parent)
    finally:
        shutil.rmtree(stage, ignore_errors=True)
    manifest["current"], manifest["hash"] = f"merged/{final.name}", content
    manifest["zone"], manifest["repeated"] = active[-1]["mapping"].get("zone"), len(log.duplicates)


def _write_repeated(
    path: Path,
    log: Arranged,
    before: Mapping[str, pl.Series],
    files: pl.Series | None,
    imports: Sequence[int],
) -> None:
    """Rows that an earlier import has too, so that they can be looked at."""
    rows = pl.Series(np.sort(log.duplicates))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["import", "sequence", "case", "time", "activity"])
        if not len(rows) or files is None:
            return
        found = {name: values.gather(rows) for name, values in before.items()}
        for number, seq, case, time, activity in zip(
            files.gather(rows),
            found["seq"],
            found["case"].cast(pl.String),
            found["time"],
            found["activity"].cast(pl.String),
            strict=True,
        ):
            writer.writerow([imports[number], seq, case, time.isoformat(), activity])


def _same_content(entry: Mapping[str, Any], earlier: Sequence[Mapping[str, Any]]) -> int | None:
    hashes = {file["sha256"] for file in entry["files"]}
    return next(
        (int(each["import"]) for each in earlier if {f["sha256"] for f in each["files"]} & hashes), None
    )


@contextmanager
def _writing(folder: Path) -> Iterator[None]:
    """One writer at a time; the lock goes with its process."""
    read_manifest(folder)
    with alone(folder / ".lock") as mine:
        if not mine:
            raise ImportFailed(
                told(
                    "log.writing",
                    "another import is writing to {folder}; wait until it is done",
                    folder=folder,
                )
            )
        for place in (folder, folder / "imports", folder / "merged"):
            sweep(place)
        yield


def _prune(folder: Path, manifest: Mapping[str, Any]) -> None:
    """Merged parts can be made again; the current one and the one before (still open somewhere) stay."""
    stay = {str(manifest["current"]), str(manifest.get("previous"))}
    for old in (folder / "merged").glob("*"):
        if f"merged/{old.name}" not in stay:
            shutil.rmtree(old, ignore_errors=True)
