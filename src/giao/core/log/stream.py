"""Bytes of a file, unpacked, and cut at the ends of records."""

from __future__ import annotations

import codecs
import gzip
import unicodedata
import zipfile
import zlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, TypeVar, cast

from giao.core.log.errors import ImportFailed
from giao.core.told import told

T = TypeVar("T")

CHUNK = 32 * 1024 * 1024
"""Bytes of text in one batch: large enough for the parser to use all cores, small beside the columns kept."""

LONGEST_RECORD = 128 * 1024 * 1024

Progress = Callable[[int, int], None]
"""Called with (bytes of the file read so far, size of the file)."""


class ByteSource:
    """A readable stream over a plain, gzip or zip file; broken archives end in a sentence.

    `unpacked` counts the bytes that came out, `position` those of the file that were used.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.unpacked = 0
        try:
            self.size = path.stat().st_size
            self._file: IO[bytes] = path.open("rb")
        except OSError as error:
            raise ImportFailed(
                told(
                    "log.not_opened",
                    "{path} cannot be opened: {strerror}",
                    path=path,
                    strerror=error.strerror,
                )
            ) from error
        magic = self._file.read(4)
        self._file.seek(0)
        self.packing = "gzip" if magic[:2] == b"\x1f\x8b" else "zip" if magic == b"PK\x03\x04" else "none"
        self.member: str | None = None
        try:
            self._inner = self._unpacked()
        except ImportFailed:
            self._file.close()
            raise

    def _unpacked(self) -> IO[bytes]:
        if self.packing == "gzip":
            return cast("IO[bytes]", gzip.GzipFile(fileobj=self._file))
        return self._only_member() if self.packing == "zip" else self._file

    def _only_member(self) -> IO[bytes]:
        try:
            archive = zipfile.ZipFile(self._file)
        except zipfile.BadZipFile as error:
            raise self._broken_zip(error) from error
        members = [
            info for info in archive.infolist() if not info.is_dir() and "__MACOSX" not in info.filename
        ]
        if len(members) != 1:
            names = ", ".join(info.filename for info in members[:5]) or "nothing"
            raise ImportFailed(
                told(
                    "log.one_file",
                    "{path} must hold exactly one file and holds {count} ({names}); unpack it and import the "
                    "file you mean",
                    path=self.path,
                    count=len(members),
                    names=names,
                )
            )
        if members[0].flag_bits & 1:
            raise ImportFailed(told("log.encrypted", "{path} is encrypted; unpack it first", path=self.path))
        self.member = members[0].filename
        try:
            return archive.open(members[0])
        except (zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
            raise self._broken_zip(error) from error

    def _broken_zip(self, error: Exception) -> ImportFailed:
        return ImportFailed(
            told(
                "log.zip",
                "{path} is a broken zip ({error}); fetch the file again",
                path=self.path,
                error=error,
            )
        )

    @property
    def position(self) -> int:
        """Bytes of the packed file consumed so far."""
        return self._file.tell()

    def read(self, size: int) -> bytes:
        """Up to `size` unpacked bytes, fewer only at the end."""
        parts: list[bytes] = []
        missing = size
        while missing:
            try:
                part = self._inner.read(missing)
            except (EOFError, zlib.error, OSError, zipfile.BadZipFile) as error:
                raise ImportFailed(
                    told(
                        "log.cut_off",
                        "{path} is cut off or damaged: after {bytes} unpacked bytes the {packing} data ends "
                        "({error}); nothing was imported, fetch the file again",
                        path=self.path,
                        bytes=f"{self.unpacked + sum(map(len, parts)):,}",
                        packing=self.packing,
                        error=error,
                    )
                ) from error
            if not part:
                break
            parts.append(part)
            missing -= len(part)
        data = parts[0] if len(parts) == 1 else b"".join(parts)
        self.unpacked += len(data)
        return data

    def __enter__(self) -> ByteSource:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._inner is not self._file:
            self._inner.close()
        self._file.close()


class Utf8Reader:
    """Turns the stream of any encoding into UTF-8 bytes; UTF-8 passes through untouched, without its mark."""

    def __init__(self, source: ByteSource, encoding: str) -> None:
        self._source = source
        self._plain = encoding.lower().replace("_", "-") in ("utf-8", "utf-8-sig", "ascii")
        self._compose = encoding.lower().replace("-", "").replace("_", "") in ("cp1258", "windows1258")
        self._decoder = None if self._plain else codecs.getincrementaldecoder(encoding)("replace")
        self._first = True

    def read(self, size: int) -> bytes:
        """About `size` bytes of UTF-8; empty at the end."""
        data = self._source.read(size)
        if self._decoder is None:
            if self._first and data.startswith(codecs.BOM_UTF8):
                data = data[3:]
            self._first = False
            return data
        text = self._decoder.decode(data, final=not data)
        while data and not text:
            data = self._source.read(size)
            text = self._decoder.decode(data, final=not data)
        if self._first:
            text = text.removeprefix("\ufeff")
        self._first = False
        # Windows-1258 writes a Vietnamese letter as base and tone mark; the composed form is the one people type.
        return (unicodedata.normalize("NFC", text) if self._compose else text).encode()


@dataclass(frozen=True)
class Chunk:
    """Whole records of a text file; `first_line` is the 1-based line of the first one."""

    data: bytes
    first_line: int
    quotes: bool
    read_to: int
    """Bytes of the file that were used when this was cut."""

    @property
    def lines(self) -> int:
        """Lines in it, the last one with or without its line feed."""
        return self.data.count(b"\n") + (not self.data.endswith(b"\n"))


def record_chunks(source: ByteSource, encoding: str, size: int = CHUNK) -> Iterator[Chunk]:
    """The file in pieces of about `size` bytes, each ending at the end of a record.

    A line feed inside quotes does not end a record. Carriage returns alone count as line feeds.
    """
    reader = Utf8Reader(source, encoding)
    rest, line = b"", 1
    old_mac: bool | None = None
    while True:
        data = reader.read(size)
        if not data:
            break
        if old_mac is None:
            old_mac = b"\n" not in data and b"\r" in data
        if old_mac:
            data = data.replace(b"\r", b"\n")
        data = rest + data if rest else data
        quotes = data.count(b'"')
        cut = _last_record_end(data, quotes)
        if cut == 0:
            if len(data) > LONGEST_RECORD:
                raise ImportFailed(
                    told(
                        "log.long_record",
                        "{path}: the record that begins on line {line} is longer than {mebibytes} MiB; a quote "
                        "there is probably never closed",
                        path=source.path,
                        line=line,
                        mebibytes=LONGEST_RECORD // 2**20,
                    )
                )
            rest = data
            continue
        chunk = Chunk(data[:cut], line, quotes > 0, source.position)
        rest = data[cut:]
        del data
        line += chunk.data.count(b"\n")
        yield chunk
    if rest:
        yield Chunk(rest, line, b'"' in rest, source.position)


def ahead(items: Iterator[T]) -> Iterator[T]:
    """The same items, each made by a thread while the caller is busy with the one before."""
    end = object()
    with ThreadPoolExecutor(1, thread_name_prefix="read-ahead") as reader:
        waiting = reader.submit(next, items, end)
        while (item := waiting.result()) is not end:
            waiting = reader.submit(next, items, end)
            yield cast(T, item)
            del item  # else three would be held at once


def _last_record_end(data: bytes, quotes: int) -> int:
    """Position after the last line feed that has an even number of the quotes before it; 0 when there is none."""
    end = len(data)
    while True:
        feed = data.rfind(b"\n", 0, end)
        if feed < 0:
            return 0
        quotes -= data.count(b'"', feed, end) if quotes else 0
        if quotes % 2 == 0:
            return feed + 1
        end = feed
