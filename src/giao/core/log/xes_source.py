"""XES and XES.gz (IEEE 1849) in batches of whole traces.

Labels: an event's attributes under their keys, a trace's under `case:` + key (as other tools do). A trace's values are
set by its first event. Types are found in the values, not in the tags, because many logs write numbers as strings.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from giao.core.log.batches import Batch
from giao.core.log.errors import ImportFailed, ImportNeeds, Need
from giao.core.log.frame_source import row_text
from giao.core.log.stream import ByteSource, Progress, Utf8Reader
from giao.core.log.xes_careful import Elements, Head, read_elements
from giao.core.log.xes_quick import Columns, read_columns
from giao.core.told import told

SAMPLE_BYTES = 1 << 20
CHUNK = 24 * 1024 * 1024
CASE = "case:concept:name"
_ROLES = {
    "activity": "concept:name",
    "time": "time:timestamp",
    "lifecycle": "lifecycle:transition",
    "resource": "org:resource",
    "group": "org:group",
    "role": "org:role",
    "cost": "cost:total",
    "start": "start_timestamp",
}
_TRACE = re.compile(rb"<(?:\w+:)?trace[\s>/]")
_TRACE_END = re.compile(rb"</(?:\w+:)?trace\s*>")
CLASSIFIED = "(classifier)"


class XesSource:
    """One XES file; its head and first traces are read when it is made."""

    null_values: list[str] | None = None

    def __init__(
        self,
        path: Path,
        *,
        classifier: str | None = None,
        progress: Progress | None = None,
        chunk: int | None = None,
    ) -> None:
        self.path, self.name, self.warnings = path, path.name, list[str]()
        self._progress, self._chunk, self._classifier = progress, chunk or CHUNK, classifier
        self._encoding = _declared_encoding(path)
        self.head = self._read_head()
        self._keys = self._classifier_keys()
        self.empty_traces = 0
        self._sample = next(self._read(SAMPLE_BYTES, None), None)
        self.empty_traces = 0
        if self._sample is None:
            raise ImportFailed(told("log.no_trace", "{path} holds no trace with events", path=path))
        self.labels = self._sample.frame.columns
        self.detected: dict[str, object] = {
            "format": "xes",
            "encoding": self._encoding,
            "extensions": self.head.extensions,
            "classifiers": self.head.classifiers,
            "globals": self.head.globals,
        }

    def presets(self) -> Mapping[str, object]:
        """The roles that the standard extensions give."""
        roles: dict[str, object] = {role: key for role, key in _ROLES.items() if key in self.labels}
        if self._keys:
            roles["activity"] = CLASSIFIED
        elif "concept:name" not in self.labels and self.head.classifiers:
            self._keys = next(iter(self.head.classifiers.values())).split(" ")
        return {"case": CASE, "shape": "event", "null_values": [], **roles}

    def sample(self) -> pl.DataFrame:
        if self._sample is None:
            return pl.DataFrame()
        return self._sample.frame

    def batches(self) -> Iterator[Batch]:
        self.empty_traces = 0
        yield from self._read(self._chunk, self._progress)
        if self.empty_traces:
            note = told(
                "log.empty_traces",
                "{empty_traces} traces have no event and are not in the log",
                empty_traces=f"{self.empty_traces:,}",
            )
            if note not in self.warnings:
                self.warnings.append(note)

    def fetch(self, rows: NDArray[np.int64]) -> Iterator[tuple[int, str]]:
        for batch in self._read(self._chunk, None):
            yield from batch.raw([int(at) for at in np.flatnonzero(np.isin(batch.rows, rows))])

    def _read(self, size: int, progress: Progress | None) -> Iterator[Batch]:
        first = traces = 0
        try:
            for piece in self._pieces(size, progress):
                columns = read_columns(piece)
                if columns is None:
                    columns = _as_columns(read_elements(piece, str(self.path)))
                frame = self._frame(columns)
                if frame.height:
                    numbers = np.arange(first, first + frame.height, dtype=np.int64)
                    yield Batch(frame, numbers, _raw(frame, first))
                first += frame.height
                traces += columns.n_traces
        except ImportFailed as error:
            raise ImportFailed(
                told(
                    "log.partly",
                    "{error} ({traces} whole traces with {events} events could be read)",
                    error=error,
                    traces=f"{traces:,}",
                    events=f"{first:,}",
                )
            ) from error

    def _frame(self, columns: Columns) -> pl.DataFrame:
        """One row an event; trace values on the first event of each trace, the case's name on all."""
        owner = pl.Series(columns.trace_of)
        starts = np.ones(len(owner), bool)
        starts[1:] = columns.trace_of[1:] != columns.trace_of[:-1]
        self.empty_traces += columns.n_traces - int(starts.sum()) if len(owner) else columns.n_traces
        first_only = pl.select(pl.when(pl.Series(starts)).then(owner)).to_series()
        name = columns.traces.get("concept:name")
        frame = {
            CASE: name.gather(owner) if name is not None else pl.Series([None] * len(owner), dtype=pl.String)
        }
        frame |= {
            f"case:{key}": values.gather(first_only)
            for key, values in columns.traces.items()
            if key != "concept:name"
        }
        frame |= {key: values for key, values in columns.events.items() if key != CASE}
        table = pl.DataFrame(frame)
        if self._keys:
            missing = [key for key in self._keys if key not in table.columns]
            table = table.with_columns(pl.lit(None, pl.String).alias(key) for key in missing)
            table = table.with_columns(
                pl.concat_str(self._keys, separator="+", ignore_nulls=True).alias(CLASSIFIED)
            )
        return table

    def _pieces(self, size: int, progress: Progress | None) -> Iterator[bytes]:
        """The file's traces, cut after whole ones."""
        with ByteSource(self.path) as source:
            reader = Utf8Reader(source, self._encoding)
            rest, started = b"", False
            while True:
                data = reader.read(size)
                if progress is not None:
                    progress(source.position, source.size)
                rest = rest + data if rest else data
                if not started:
                    begin = _TRACE.search(rest)
                    if begin is None:
                        if not data:
                            return
                        continue
                    rest, started = rest[begin.start() :], True
                cut = _last_trace_end(rest)
                if cut:
                    piece, rest = rest[:cut], rest[cut:]
                    yield piece
                if not data:
                    break
            if _TRACE.search(rest) is not None:
                raise ImportFailed(
                    told(
                        "log.mid_trace",
                        "{path} ends in the middle of a trace; fetch the file again",
                        path=self.path,
                    )
                )
            if b"</" not in rest:
                raise ImportFailed(
                    told(
                        "log.not_closed",
                        "{path} ends before the log is closed; fetch the file again",
                        path=self.path,
                    )
                )

    def _read_head(self) -> Head:
        with ByteSource(self.path) as source:
            reader = Utf8Reader(source, self._encoding)
            text = b""
            while True:
                data = reader.read(SAMPLE_BYTES)
                text += data
                begin = _TRACE.search(text)
                if begin is not None or not data:
                    break
        head = text[: begin.start()] if begin is not None else text
        head = re.sub(rb"^\s*<\?xml.*?\?>", b"", head, count=1, flags=re.DOTALL)
        if not re.search(rb"<(?:\w+:)?log[\s>]", head):
            # Parse first: a document type is refused in its own words.
            read_elements(head, str(self.path), head=True)
            raise ImportFailed(
                told("log.no_xes", "{path} is XML but no XES log: it has no <log> element", path=self.path)
            )
        return read_elements(head, str(self.path), head=True).head

    def _classifier_keys(self) -> list[str]:
        if self._classifier is None:
            return []
        keys = self.head.classifiers.get(self._classifier)
        if keys is None:
            names = tuple(self.head.classifiers)
            raise ImportNeeds(
                [
                    Need(
                        "classifier",
                        told(
                            "need.classifier",
                            "the log has no classifier `{classifier}`; it has {names}",
                            classifier=self._classifier,
                            names=", ".join(names) or "none",
                        ),
                        names,
                    )
                ]
            )
        return _split_keys(keys)


def _split_keys(keys: str) -> list[str]:
    """Keys of a classifier: separated by blanks, in single quotes when they hold one."""
    return [quoted or plain for quoted, plain in re.findall(r"'([^']*)'|(\S+)", keys)]


def _as_columns(found: Elements) -> Columns:
    def spread(rows: Sequence[Mapping[str, str]]) -> dict[str, pl.Series]:
        keys = list(dict.fromkeys(key for row in rows for key in row))
        return {key: pl.Series(key, [row.get(key) for row in rows], dtype=pl.String) for key in keys}

    owner = np.array(found.trace_of, np.int64)
    return Columns(spread(found.events), spread(found.traces), owner, len(found.traces))


def _raw(frame: pl.DataFrame, first: int) -> Callable[[Sequence[int]], list[tuple[int, str]]]:
    def raw(positions: Sequence[int]) -> list[tuple[int, str]]:
        return [(first + at + 1, row_text(frame.row(at, named=True))) for at in positions]

    return raw


def _last_trace_end(data: bytes) -> int:
    at = data.rfind(b"trace")
    while at >= 0:
        begin = data.rfind(b"<", max(0, at - 64), at)
        found = _TRACE_END.match(data, begin) if begin >= 0 else None
        if found is not None:
            return found.end()
        at = data.rfind(b"trace", 0, at)
    return 0


def _declared_encoding(path: Path) -> str:
    with ByteSource(path) as source:
        start = source.read(400)
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    found = re.match(rb"\s*(?:\xef\xbb\xbf)?\s*<\?xml[^>]*encoding\s*=\s*[\"']([\w.-]+)[\"']", start)
    name = found.group(1).decode() if found else "utf-8"
    try:
        "".encode(name)
    except LookupError as error:
        raise ImportFailed(
            told("log.xes_encoding", "{path} declares the unknown encoding {name}", path=path, name=name)
        ) from error
    return name
