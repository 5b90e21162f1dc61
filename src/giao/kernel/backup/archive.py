"""The file of a backup: a zip whose `manifest.json` names every part with its size and SHA-256."""

from __future__ import annotations

import hashlib
import json
import os
import struct
import time
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO, Any

from giao.core.told import told
from giao.kernel.backup.errors import BackupError

FORMAT = 1
MANIFEST = "manifest.json"
CHUNK = 1024 * 1024
Progress = Callable[[str, float], None]
"""What is being done (`database`, `files`, `checking`, `restoring`, `rebuilding`) and the share that is done."""

_UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    KeyError,
    OverflowError,
)


class _Part:
    def __init__(self, stream: IO[bytes]) -> None:
        self._stream, self._sum = stream, hashlib.sha256()
        self.size = 0

    def write(self, data: bytes) -> None:
        self._sum.update(data)
        self.size += len(data)
        self._stream.write(data)

    @property
    def digest(self) -> str:
        return self._sum.hexdigest()


class Writer:
    """Parts one after another; `close` writes the manifest."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._zip = zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=1)
        self.parts: dict[str, dict[str, Any]] = {}

    @contextmanager
    def part(self, name: str, *, packed: bool = True) -> Iterator[_Part]:
        """`packed`: compressed; what is encrypted or compressed already is stored as it is."""
        head = zipfile.ZipInfo(name, time.gmtime()[:6])
        head.compress_type = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
        head.external_attr = 0o600 << 16
        with self._zip.open(head, "w", force_zip64=True) as stream:
            part = _Part(stream)
            yield part
        self.parts[name] = {"size": part.size, "sha256": part.digest}

    def close(self, manifest: dict[str, Any]) -> None:
        said = {"giao_backup": FORMAT, **manifest, "parts": self.parts}
        self._zip.writestr(MANIFEST, json.dumps(said, ensure_ascii=False, indent=1))
        self._zip.close()


@contextmanager
def writing(place: Path) -> Iterator[Writer]:
    """The file is complete and on the disk, or not there; readable by its owner alone."""
    draft = place.with_name(f".{place.name}.{os.getpid()}.part")
    handle = os.open(draft, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(handle, "w+b") as stream:
            yield Writer(stream)
            stream.flush()
            os.fsync(stream.fileno())
        draft.replace(place)
    finally:
        draft.unlink(missing_ok=True)


class Archive:
    """A backup that is read. Raises BackupError where it is not one, or not whole."""

    def __init__(self, place: Path) -> None:
        self.place = place
        if not place.is_file():
            raise BackupError(
                told("backup.no_file", "{file}: no such backup; check the path", file=str(place))
            )
        try:
            self._zip = zipfile.ZipFile(place)
        except (OSError, *_UNREADABLE) as error:
            raise _not_one(place) from error
        try:
            manifest = json.loads(self._zip.read(MANIFEST))
            self.manifest: dict[str, Any] = dict(manifest)
            self.parts: dict[str, dict[str, Any]] = dict(manifest["parts"])
            form = int(manifest["giao_backup"])
            listed = [name for name in self._zip.namelist() if name != MANIFEST]
        except (OSError, *_UNREADABLE, TypeError, AttributeError) as error:
            self.close()
            raise _not_one(place) from error
        if form > FORMAT:
            self.close()
            raise BackupError(
                told(
                    "backup.newer",
                    "{file} was made by a newer giao; install that release, then restore",
                    file=place.name,
                )
            )
        if sorted(listed) != sorted(self.parts) or not all(map(_is_inside, self.parts)):
            self.close()
            raise self._damaged(MANIFEST)

    def close(self) -> None:
        self._zip.close()

    def pieces(self, name: str) -> Iterator[bytes]:
        """The content of a part. Raises BackupError at its first damage, or at its end when the sum is another."""
        wanted = self.parts[name]
        found, size = hashlib.sha256(), 0
        try:
            with self._zip.open(name) as stream:
                while piece := stream.read(CHUNK):
                    found.update(piece)
                    size += len(piece)
                    if size > wanted["size"]:
                        raise self._damaged(name)
                    yield piece
        except (
            OSError,
            *_UNREADABLE,
        ) as error:  # a place beyond the file's end is a fault of the system's call
            raise self._damaged(name) from error
        if (size, found.hexdigest()) != (wanted["size"], wanted["sha256"]):
            raise self._damaged(name)

    def read(self, name: str) -> bytes:
        return b"".join(self.pieces(name))

    def lines(self, name: str) -> Iterator[bytes]:
        rest = b""
        for piece in self.pieces(name):
            *whole, rest = (rest + piece).split(b"\n")
            yield from whole
        if rest:
            yield rest

    def check(self, progress: Progress) -> None:
        """Every part against its sum, before anything is changed. Raises BackupError."""
        total = sum(int(part["size"]) for part in self.parts.values()) or 1
        done = 0
        for name in self.parts:
            for piece in self.pieces(name):
                done += len(piece)
                progress("checking", done / total)
        progress("checking", 1.0)

    def _damaged(self, name: str) -> BackupError:
        return BackupError(
            told(
                "backup.damaged",
                "{file} is damaged at its part {part}; nothing was changed; take another backup",
                file=self.place.name,
                part=name,
            )
        )


def _not_one(place: Path) -> BackupError:
    return BackupError(
        told(
            "backup.not_one",
            "{file} is no backup of giao, or its end is missing or damaged; nothing was changed; take another one",
            file=place.name,
        )
    )


def _is_inside(name: str) -> bool:
    path = PurePosixPath(name)
    return bool(name) and not path.is_absolute() and ".." not in path.parts and "\\" not in name
