"""Import: files in, a sealed log out, and a report in which every row of the source is accounted for."""

from __future__ import annotations

import csv
import errno
import json
import os
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from giao.core.log.arrange import Arranged, ContentHash, arrange
from giao.core.log.batches import REASONS, Rejected, Source
from giao.core.log.collect import Collector, SetAside
from giao.core.log.errors import ImportFailed, ImportNeeds, Need
from giao.core.log.evidence import plan_with_evidence
from giao.core.log.folder import is_log_folder, log_of_columns, open_log, staged, write_manifest
from giao.core.log.frame_source import FrameSource
from giao.core.log.mapping import LogMapping, dump_mapping
from giao.core.log.memory import default_memory
from giao.core.log.model import EventLog, Held
from giao.core.log.ocel.source import ObjectSource
from giao.core.log.ocel.store import save_objects
from giao.core.log.on_disk import arrange_on_disk
from giao.core.log.part import FORMAT, decode, sha256_of, write_part, write_text
from giao.core.log.propose import Proposal, complete_mapping, propose
from giao.core.log.sources import open_source
from giao.core.log.spill import Spill
from giao.core.log.stream import Progress
from giao.core.told import series, told


@dataclass(frozen=True)
class ImportReport:
    """What an import did. `events` + `rejected` (+ `unchanged` of snapshots) = rows of the source."""

    cases: int
    events: int
    activities: int
    ties: int
    """Events with the same time as the one before in their case."""
    rejected: Mapping[str, int]
    """Rows set aside, by reason; each is in `rejected_path` with its line and text."""
    hash: str
    mapping: LogMapping
    """The mapping with everything that was found; saved beside the log as mapping.json."""
    warnings: Sequence[str] = ()
    detected: Mapping[str, object] = field(default_factory=dict)
    rejected_path: Path | None = None
    unchanged: int = 0

    def to_json(self) -> dict[str, object]:
        """The report as `giao import --json` prints it."""
        return {
            "cases": self.cases,
            "events": self.events,
            "activities": self.activities,
            "ties": self.ties,
            "rejected": dict(self.rejected),
            "hash": self.hash,
            "warnings": list(self.warnings),
            "detected": dict(self.detected),
            "unchanged": self.unchanged,
            "rejected_file": str(self.rejected_path) if self.rejected_path else None,
        }


def import_log(
    source: Path | str | Sequence[Path | str],
    destination: Path | str,
    mapping: LogMapping | None = None,
    *,
    key: bytes | None = None,
    replace: bool = False,
    progress: Progress | None = None,
    sorting: Progress | None = None,
    memory: int | None = None,
) -> ImportReport:
    """Import one or more files of the same layout into a new sealed folder.

    `key`: secret of the keyed hash, needed when the mapping pseudonymises columns; it is not stored.
    `memory`: bytes that the import may take (default: half of what is free); what exceeds it goes by way of the disk,
    with the same result, and `sorting` is then told how far that is.
    Raises `ImportNeeds` with everything that has to be said, `ImportFailed` when a file cannot be read.
    """
    paths = paths_of(source)
    destination = Path(destination)
    with staged(destination, replace=replace) as stage:
        imported = import_part(
            paths,
            stage / "imports" / "0001",
            mapping or LogMapping(),
            key=key,
            progress=progress,
            sorting=sorting,
            memory=memory,
        )
        entry = imported.entry | {"import": 1, "active": True}
        write_manifest(
            stage,
            {
                "giao_log": FORMAT,
                "hash": imported.report.hash,
                "zone": imported.report.mapping.zone,
                "current": "imports/0001",
                "imports": [entry],
                "decisions": [],
            },
        )
        report = imported.report
    path = destination / "imports" / "0001" / "rejected.csv"
    return _with_path(report, path if report.rejected else None)


def propose_mapping(path: Path | str, mapping: LogMapping | None = None) -> Proposal:
    """What an import of this file would take each column for, the first rows, and the questions that stay open."""
    said = mapping or LogMapping()
    return propose(open_source(Path(path), said), said)


def read_log(path: Path | str, mapping: LogMapping | None = None, *, key: bytes | None = None) -> EventLog:
    """A sealed folder, or any file that `import_log` reads: it is imported once into the cache and opened from there.

    The cache is $GIAO_CACHE, else the user's cache folder; it can be deleted at any time.
    """
    path = Path(path)
    if is_log_folder(path):
        return open_log(path)
    if path.is_dir() or not path.exists():
        raise ImportFailed(told("log.neither", "{path} is neither a sealed log nor a file", path=path))
    mapping = mapping or LogMapping()
    name = f"{sha256_of(path)[:32]}-{_short_hash(dump_mapping(mapping), key)}"
    folder = cache_folder() / f"{FORMAT}-{name}"
    if not is_log_folder(folder):
        try:
            import_log(path, folder, mapping, key=key)
        except ImportFailed:
            if not is_log_folder(folder):  # else another process was first
                raise
    return open_log(folder)


def log_from_frame(frame: pl.DataFrame, mapping: LogMapping | None = None) -> EventLog:
    """A log in memory from a frame of events; columns are found by name or mapped as for a file.

    Rows that an import would set aside raise `ImportFailed` here: a frame can be mended where it is made.
    """
    source = FrameSource(frame, "frame")
    resolved, sample, _ = complete_mapping(source, mapping or LogMapping())
    _set_nulls(source, resolved)
    plan = plan_with_evidence(resolved, source.labels, sample, [source])
    found: list[Rejected] = []
    collector = Collector(plan, lambda _, row: found.append(row))
    collector.add_source(source)
    log = arrange(collector.finish(), tracked=_tracked(resolved, plan.columns), once=resolved.openings)
    collector.reject_duplicates(log.duplicates)
    if found:
        row = found[0]
        raise ImportFailed(
            told(
                "log.bad_row",
                "row {line} of the frame cannot be an event: {reason} ({raw})",
                line=row.line,
                reason=REASONS[row.reason],
                raw=row.raw[:200],
            )
        )
    digest = ContentHash(log)
    chunks = list(log.chunks())
    for chunk in chunks:
        digest.add(chunk)
    held: dict[str, pl.Series] = {}
    for column in log.columns:
        whole = pl.concat([chunk[column.name] for chunk in chunks]) if chunks else log.empty(column)
        held[column.name] = decode(whole, column)
    return log_of_columns(
        Held(held),
        log.columns,
        log.case_ids,
        log.offsets,
        hash=digest.finish(),
        zone=resolved.zone,
        source={"imports": [{"mapping": {"sequence": resolved.sequence}}]},
    )


def cache_folder() -> Path:
    """Where files read without an explicit import are kept sealed."""
    said = os.environ.get("GIAO_CACHE")
    base = (
        Path(said)
        if said
        else Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "giao" / "logs"
    )
    try:
        base.mkdir(parents=True, exist_ok=True)
        if os.access(base, os.W_OK):
            return base
    except OSError:
        pass
    return Path(tempfile.mkdtemp(prefix="giao-logs-"))


@dataclass(frozen=True)
class ImportedPart:
    """One import, written: its report and its entry for the manifest."""

    report: ImportReport
    entry: dict[str, Any]


def import_part(
    paths: Sequence[Path],
    folder: Path,
    mapping: LogMapping,
    *,
    key: bytes | None,
    progress: Progress | None,
    sorting: Progress | None = None,
    memory: int | None = None,
) -> ImportedPart:
    """Read files under one mapping and write them as a sealed part."""
    if mapping.pseudonymise and not key:
        raise ImportNeeds(
            [Need("key", told("need.key", "columns are to be pseudonymised: pass a secret key (--key-file)"))]
        )
    with spilling(folder, memory) as spill:
        return _import_part(paths, folder, mapping, key, progress, sorting, spill)


def _import_part(
    paths: Sequence[Path],
    folder: Path,
    mapping: LogMapping,
    key: bytes | None,
    progress: Progress | None,
    sorting: Progress | None,
    spill: Spill,
) -> ImportedPart:
    sources = [open_source(path, mapping, progress, chunk=spill.chunk) for path in paths]
    resolved, sample, hints = complete_mapping(sources[0], mapping)
    for each in sources:
        _set_nulls(each, resolved)
    labels = list(dict.fromkeys(label for each in sources for label in each.labels))
    if len(sources) > 1:
        sample = pl.concat([sample, *(each.sample() for each in sources[1:])], how="diagonal_relaxed")
    plan = plan_with_evidence(resolved, labels, sample, sources)
    resolved = plan.mapping
    folder.parent.mkdir(parents=True, exist_ok=True)
    with ThreadPoolExecutor(1) as hashing, _rejects(folder) as (set_aside, keep_rejects):
        hashes: list[Future[str]] = [hashing.submit(sha256_of, path) for path in paths]
        collector = Collector(plan, set_aside, key, spill=spill)
        for each in sources:
            collector.add_source(each)
        if collector.spilled and collector.failed:
            collector = collector.again()
        tracked = _tracked(resolved, plan.columns)
        log = _arranged(collector, tracked, resolved.openings, sorting)
        files = [
            {"name": path.name, "bytes": path.stat().st_size, "sha256": h.result()}
            for path, h in zip(paths, hashes, strict=True)
        ]
        if not log.n_events:
            raise _no_event(paths[0], collector)
        content = write_part(log, folder)
        keep_rejects()
    for number, each in enumerate(sources, 1):
        if isinstance(each, ObjectSource):
            save_objects(each.objects, folder / "objects" / f"{number:04}")
    write_text(folder / "mapping.json", dump_mapping(resolved))
    report = ImportReport(
        cases=len(log.case_ids),
        events=log.n_events,
        activities=_n_activities(log),
        ties=log.ties,
        rejected=dict(sorted(collector.rejected.items())),
        hash=content,
        warnings=[
            *(w for each in sources for w in each.warnings),
            *plan.warnings,
            *hints,
            *_clock_warnings(collector, resolved),
        ],
        detected={**sources[0].detected, **_detected(resolved, plan.columns)},
        unchanged=log.unchanged,
        mapping=resolved,
    )
    entry = {
        "files": files,
        "report": report.to_json() | {"rejected_file": None},
        "mapping": json.loads(dump_mapping(resolved)),
        "partial": plan.excluded,
    }
    return ImportedPart(report, entry)


def _arranged(
    collector: Collector, tracked: list[str] | None, once: Sequence[str], sorting: Progress | None
) -> Arranged:
    """What was collected, in log order; its duplicates are set aside."""
    if collector.spilled:
        found = arrange_on_disk(collector.finish_spilled(), tracked=tracked, once=once, progress=sorting)
        collector.reject_rows(*found.dropped)
        return found
    log = arrange(collector.finish(), tracked=tracked, once=once)
    collector.reject_duplicates(log.duplicates)
    return log


def _no_event(path: Path, collector: Collector) -> ImportFailed:
    reasons = series(
        ", ",
        (
            told("log.times_reason", "{count} × {reason}", count=count, reason=reason)
            for reason, count in collector.rejected.items()
        ),
    ) or told("word.no_rows", "it has no rows")
    return ImportFailed(
        told(
            "log.no_event",
            "{path} holds no usable event: {reasons}; check the mapping of case, activity and time",
            path=path,
            reasons=reasons,
        )
    )


@contextmanager
def spilling(folder: Path, memory: int | None) -> Iterator[Spill]:
    """A place on the disk beside a part that is being made, for what the memory cannot hold; gone afterwards.

    A disk that runs full inside ends in a sentence.
    """
    spill = Spill(folder.with_name(folder.name + "-rest"), default_memory() if memory is None else memory)
    try:
        yield spill
    except (OSError, pl.exceptions.PolarsError) as error:
        if not is_full(error):
            raise
        raise ImportFailed(
            told(
                "log.disk_full",
                "the disk of {folder} is full; nothing was imported. Free some space or choose a folder on a "
                "larger disk",
                folder=folder.parent,
            )
        ) from error
    finally:
        spill.clear()


def is_full(error: Exception) -> bool:
    """Whether an error says that the disk (or the quota on it) is used up."""
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return True
    return "os error 28" in str(error) or "No space left" in str(error)


@contextmanager
def _rejects(folder: Path) -> Iterator[tuple[SetAside, Callable[[], None]]]:
    """A place for rows set aside while the part's folder does not exist yet: add one, and move them all in."""
    aside = folder.with_name(folder.name + "-rejected.csv")
    try:
        with aside.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["file", "line", "reason", "raw"])

            def add(name: str, row: Rejected) -> None:
                writer.writerow([safe_cell(name), row.line, row.reason, safe_cell(row.raw)])

            def keep() -> None:
                file.flush()
                aside.rename(folder / "rejected.csv")

            yield add, keep
    finally:
        aside.unlink(missing_ok=True)


def safe_cell(text: str) -> str:
    """A text that a spreadsheet shows and does not run: an apostrophe before what looks like a formula."""
    return "'" + text if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def paths_of(source: Path | str | Sequence[Path | str]) -> list[Path]:
    """One or several files, each of which must be there."""
    paths = [Path(source)] if isinstance(source, str | Path) else [Path(each) for each in source]
    if not paths:
        raise ImportFailed(told("log.nothing", "there is no file to import"))
    for path in paths:
        if not path.is_file():
            raise ImportFailed(told("log.no_file", "there is no file {path}", path=path))
    return paths


def _set_nulls(source: Source, mapping: LogMapping) -> None:
    if hasattr(source, "null_values") and source.null_values is None:
        source.null_values = mapping.null_values


def _tracked(mapping: LogMapping, columns: Sequence[Any]) -> list[str] | None:
    if mapping.shape != "snapshot" or mapping.keep_unchanged:
        return None
    wanted = mapping.tracked or [mapping.state or ""]
    return [column.name for column in columns if column.label in wanted]


def _n_activities(log: Arranged) -> int:
    words = next(column.words for column in log.columns if column.name == "activity")
    return 0 if words is None else len(words)


def _clock_warnings(collector: Collector, mapping: LogMapping) -> list[str]:
    found: list[str] = []
    if collector.twice:
        found.append(
            told(
                "log.shown_twice",
                "{twice} local times are shown twice by the clocks of {zone} (end of summer time); each is "
                "read as the earlier instant",
                twice=f"{collector.twice:,}",
                zone=mapping.zone,
            )
        )
    if collector.skipped:
        found.append(
            told(
                "log.skipped",
                "{skipped} local times do not exist in {zone} (begin of summer time); each is moved "
                "forward by the gap. If they are many, the zone is wrong",
                skipped=f"{collector.skipped:,}",
                zone=mapping.zone,
            )
        )
    return found


def _detected(mapping: LogMapping, columns: Sequence[Any]) -> dict[str, object]:
    formats = {
        column.label: str(column.reading.times) for column in columns if column.reading.times is not None
    }
    return {
        "shape": mapping.shape,
        "zone": mapping.zone,
        "date_formats": formats,
        "null_values": mapping.null_values,
    }


def _with_path(report: ImportReport, path: Path | None) -> ImportReport:
    return ImportReport(**{**vars(report), "rejected_path": path})


def _short_hash(text: str, key: bytes | None) -> str:
    import hashlib

    return hashlib.sha256(text.encode() + b"\0" + (key or b"")).hexdigest()[:16]
