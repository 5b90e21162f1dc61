"""CSV: plain, gzip or zip, of any size, in batches of whole records.

Polars parses; a batch that is not plain sailing (ragged rows, stray quotes, line feeds in quotes, bad bytes) is read
again by the standard library's parser, record by record, so that every row is either kept or set aside with its line.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from giao.core.log.batches import Batch, Rejected
from giao.core.log.dialect import csv_rows, detect_delimiter, detect_encoding
from giao.core.log.errors import ImportFailed
from giao.core.log.stream import CHUNK, ByteSource, Chunk, Progress, ahead, record_chunks
from giao.core.told import told

SAMPLE_BYTES = 1 << 20
SAMPLE_ROWS = 20_000
_WIDE = 2_000
csv.field_size_limit(1 << 30)


class CsvSource:
    """One CSV file; dialect and header are read when it is made."""

    def __init__(
        self,
        path: Path,
        *,
        encoding: str | None = None,
        delimiter: str | None = None,
        null_values: Sequence[str] | None = None,
        progress: Progress | None = None,
        chunk: int | None = None,
    ) -> None:
        self.path, self.name, self.warnings = path, path.name, list[str]()
        self.null_values: list[str] | None = None if null_values is None else list(null_values)
        self.progress, self._chunk = progress, chunk or CHUNK
        self._first_rows: list[int] = []
        with ByteSource(path) as source:
            head = source.read(SAMPLE_BYTES)
            packing, member = source.packing, source.member
        if not head.strip(b"\xef\xbb\xbf\r\n\t \0"):
            raise ImportFailed(
                told(
                    "log.empty",
                    "{path} is empty; a log needs a header line and at least one event",
                    path=path,
                )
            )
        self.encoding = encoding or detect_encoding(head)
        self._check_encoding()
        self._skip, marked = 0, None
        header, sample = self._head()
        if header.lower().startswith("sep=") and len(header.strip()) == 5:
            marked, self._skip = header.strip()[4], 1
            header, sample = self._head()
        self.delimiter = delimiter or marked or detect_delimiter(sample)
        if len(self.delimiter) != 1:
            raise ImportFailed(
                told(
                    "log.delimiter",
                    "the delimiter must be one character, not {delimiter!r}",
                    delimiter=self.delimiter,
                )
            )
        self.labels = self._unique(self._names(header))
        self.detected: dict[str, object] = {
            "format": "csv",
            "encoding": self.encoding,
            "delimiter": self.delimiter,
            "packing": packing,
            "columns": len(self.labels),
        }
        if member:
            self.detected["member"] = member

    def presets(self) -> Mapping[str, object]:
        return {}

    def sample(self) -> pl.DataFrame:
        """Up to 20,000 of the first rows."""
        rows = max(20, min(SAMPLE_ROWS, 400_000 // max(1, len(self.labels))))
        for batch in self._read(SAMPLE_BYTES if len(self.labels) < _WIDE else 16 * SAMPLE_BYTES, None):
            return batch.frame.head(rows)
        return pl.DataFrame({label: pl.Series([], dtype=pl.String) for label in self.labels})

    def batches(self) -> Iterator[Batch]:
        yield from self._read(self._chunk, self.progress)

    def _read(self, size: int, progress: Progress | None) -> Iterator[Batch]:
        row, first, index = 0, True, list[int]()
        with ByteSource(self.path) as source:
            chunks = record_chunks(source, self.encoding, size)
            for chunk in ahead(chunks) if size == self._chunk else chunks:
                if (
                    progress is not None
                ):  # told here, not in the reader's thread: whoever is told may keep to one
                    progress(chunk.read_to, source.size)
                if first:
                    chunk, first = self._without_header(chunk), False
                if not chunk.data:
                    continue
                index.append(row)
                batch = self._parse(chunk, row)
                row += self._last_records
                yield batch
        if size == self._chunk:
            self._first_rows = index

    def fetch(self, rows: NDArray[np.int64]) -> Iterator[tuple[int, str]]:
        """Line and text of some rows that were read before, by number; only the batches that hold them are parsed."""
        number = -1
        with ByteSource(self.path) as source:
            for chunk in record_chunks(source, self.encoding, self._chunk):
                chunk = self._without_header(chunk) if number < 0 else chunk
                if not chunk.data:
                    continue
                number += 1
                first = self._first_rows[number]
                end = (
                    self._first_rows[number + 1]
                    if number + 1 < len(self._first_rows)
                    else np.iinfo(np.int64).max
                )
                wanted = rows[(rows >= first) & (rows < end)]
                if len(wanted) and not self._needs_care(chunk) and not chunk.quotes:
                    texts = chunk.data.split(b"\n")
                    for at in wanted - first:
                        yield (
                            chunk.first_line + int(at),
                            texts[at].decode("utf-8", "backslashreplace").rstrip("\r"),
                        )
                elif len(wanted):
                    batch = self._parse(chunk, first)
                    yield from batch.raw([int(at) for at in np.flatnonzero(np.isin(batch.rows, wanted))])

    def _parse(self, chunk: Chunk, first_row: int) -> Batch:
        frame = None if self._needs_care(chunk) else self._quick(chunk)
        if frame is None:
            return self._careful(chunk, first_row)
        self._last_records = frame.height
        lines = np.arange(frame.height, dtype=np.int64)

        def raw(positions: Sequence[int]) -> list[tuple[int, str]]:
            texts = chunk.data.split(b"\n")
            return [
                (
                    chunk.first_line + int(lines[at]),
                    texts[int(lines[at])].decode("utf-8", "backslashreplace").rstrip("\r"),
                )
                for at in positions
            ]

        blank = (
            frame.select(pl.all_horizontal(pl.all().is_null())).to_series()
            if self._may_be_blank(frame)
            else None
        )
        if blank is not None and blank.any():
            lines, frame = lines[(~blank).to_numpy()], frame.filter(~blank)
        return Batch(frame, first_row + lines, raw)

    def _may_be_blank(self, frame: pl.DataFrame) -> bool:
        return all(frame[:, at].null_count() for at in {0, frame.width - 1})

    def _needs_care(self, chunk: Chunk) -> bool:
        if b"\0" in chunk.data:
            return True
        if not chunk.quotes:
            return False
        mark = re.escape(self.delimiter.encode())
        return re.search(rb'[^\r\n"' + mark + rb']"[^\r\n"' + mark + rb"]", chunk.data) is not None

    def _quick(self, chunk: Chunk) -> pl.DataFrame | None:
        """The batch by Polars, or None when it is not certain that rows and lines agree."""
        nulls = ["", *(self.null_values or ())] if chunk.quotes or self.null_values else None
        try:
            frame = pl.read_csv(
                chunk.data,
                separator=self.delimiter,
                has_header=False,
                schema=dict.fromkeys(self.labels, pl.String),
                null_values=nulls,
            )
        except pl.exceptions.PolarsError:
            return None
        if frame.width != len(self.labels) or (chunk.quotes and frame.height != chunk.lines):
            return None
        if frame.width > 1 and frame[:, -1].null_count():
            # A short row looks like one whose last fields are empty: count the delimiters.
            expected = (frame.width - 1) * frame.height
            if chunk.quotes or chunk.data.count(self.delimiter.encode()) != expected:
                return None
        return frame

    def _careful(self, chunk: Chunk, first_row: int) -> Batch:
        width = len(self.labels)
        nulls = {"", *(self.null_values or ())}
        rows: list[list[str | None]] = []
        numbers: list[int] = []
        places: list[tuple[int, str]] = []
        bad: list[Rejected] = []
        count = 0
        for line, raw, fields in records(
            chunk.data.decode("utf-8", "surrogateescape"), self.delimiter, chunk.first_line
        ):
            number, count = first_row + count, count + 1
            if fields is not None and not any(text.strip() for text in fields) and len(fields) <= 1:
                continue
            reason = "open_quote" if fields is None else _fault(raw, len(fields), width)
            if reason is not None:
                bad.append(
                    Rejected(
                        line,
                        reason,
                        raw.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace"),
                    )
                )
                continue
            rows.append([None if text in nulls else text for text in fields or ()])
            numbers.append(number)
            places.append((line, raw))
        self._last_records = count
        frame = pl.DataFrame(rows, schema=dict.fromkeys(self.labels, pl.String), orient="row")
        return Batch(
            frame, np.array(numbers, np.int64), lambda positions: [places[at] for at in positions], bad
        )

    def _without_header(self, chunk: Chunk) -> Chunk:
        at, skipped = 0, 0
        for _ in range(self._skip + 1):
            end = _record_end(chunk.data, at)
            skipped += chunk.data.count(b"\n", at, end)
            at = end
        data = chunk.data[at:]
        return replace(
            chunk, data=data, first_line=chunk.first_line + skipped, quotes=chunk.quotes and b'"' in data
        )

    def _head(self) -> tuple[str, str]:
        """The header record, and the text that follows for guessing the delimiter."""
        with ByteSource(self.path) as source:
            for chunk in record_chunks(source, self.encoding, SAMPLE_BYTES):
                data = chunk.data
                for _ in range(self._skip):
                    data = data[_record_end(data) :]
                header = data[: _record_end(data)].decode("utf-8", "replace").rstrip("\r\n")
                return header, data[:200_000].decode("utf-8", "replace").rsplit("\n", 1)[0]
        raise ImportFailed(
            told(
                "log.empty",
                "{path} is empty; a log needs a header line and at least one event",
                path=self.path,
            )
        )

    def _names(self, header: str) -> list[str]:
        rows = list(csv_rows(io.StringIO(header), self.delimiter)) or [[header]]
        if len(rows) > 1:
            # By its quotes the header goes on over a line end, by its fields it does not: a row would be lost with it.
            raise ImportFailed(
                told(
                    "log.header_quote",
                    "{path}: a name in the header has a quote inside; remove it, or put the whole name in quotes "
                    "and double those inside",
                    path=self.path,
                )
            )
        return rows[0]

    def _unique(self, labels: Sequence[str]) -> list[str]:
        found: list[str] = []
        seen: set[str] = set()
        for at, label in enumerate(labels, 1):
            label = label.strip() or f"column {at}"
            name, number = label, 1
            while name in seen:
                number += 1
                name = f"{label} ({number})"
            if name != label:
                self.warnings.append(
                    told(
                        "log.header_twice",
                        "the header has `{label}` more than once; column {at} is called `{name}`",
                        label=label,
                        at=at,
                        name=name,
                    )
                )
            seen.add(name)
            found.append(name)
        return found

    def _check_encoding(self) -> None:
        try:
            "".encode(self.encoding)
        except LookupError as error:
            raise ImportFailed(
                told(
                    "log.no_encoding",
                    "there is no encoding `{encoding}`; common ones are utf-8, utf-16, cp1252, cp1258",
                    encoding=self.encoding,
                )
            ) from error


def records(text: str, delimiter: str, first_line: int) -> Iterator[tuple[int, str, list[str] | None]]:
    """(line on which the record begins, raw text, fields) of every record, blank ones included.

    Where a quote is never closed, the fields of the row in which it begins are None and the lines after it are read
    as rows of their own.
    """
    taken: list[str] = []

    def lines() -> Iterator[str]:
        for line in re.findall(r"[^\n]*\n|[^\n]+", text):
            taken.append(line)
            yield line

    line, raw, last = first_line, "", None
    for fields in csv_rows(lines(), delimiter):
        if last is not None:
            yield line - raw.count("\n"), raw.rstrip("\r\n"), last
        raw, last = "".join(taken), fields
        line += len(taken)
        taken.clear()
    if last is None:
        return
    begin = line - raw.count("\n") - (not raw.endswith("\n"))
    if text.count('"') % 2 and _is_open(raw, delimiter):
        first, _, rest = raw.partition("\n")
        yield begin, first.rstrip("\r"), None
        yield from records(rest, delimiter, begin + 1)
    else:
        yield begin, raw.rstrip("\r\n"), last


def _is_open(raw: str, delimiter: str) -> bool:
    try:
        list(csv.reader(io.StringIO(raw), delimiter=delimiter, strict=True))
    except csv.Error as error:
        return "unexpected end" in str(error)
    return False


def _fault(raw: str, fields: int, width: int) -> str | None:
    if "\0" in raw:
        return "nul_byte"
    if any("\udc80" <= ch <= "\udcff" for ch in raw) if not raw.isascii() else False:
        return "bad_encoding"
    return "bad_fields" if fields != width else None


def _record_end(data: bytes, begin: int = 0) -> int:
    """Position after the record that begins at `begin`."""
    at = begin
    while True:
        feed = data.find(b"\n", at)
        if feed < 0:
            return len(data)
        if data.count(b'"', begin, feed) % 2 == 0:
            return feed + 1
        at = feed + 1
