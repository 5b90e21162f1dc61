"""A sealed file on disk: AES-256-GCM in pieces, each bound to its file, its place and whether it is the last.

So a piece cannot be changed, moved, left out, repeated or cut off at the end unseen, and a large file needs little memory.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO
from uuid import UUID

from giao.kernel.crypto.errors import Tampered
from giao.kernel.crypto.sealing import NONCE_BYTES, seal, unseal

MARK = b"giao.file.1\n"
PIECE = 1024 * 1024
_OVERHEAD = NONCE_BYTES + 16


class Writer:
    """Write pieces; `close` writes the last one, which may be short or empty."""

    def __init__(self, file: BinaryIO, key: bytes, identifier: UUID) -> None:
        self._file, self._key, self._id = file, key, identifier
        self._rest = b""
        self._count = 0
        file.write(MARK)

    def write(self, data: bytes) -> None:
        self._rest += data
        while len(self._rest) > PIECE:
            self._put(self._rest[:PIECE], last=False)
            self._rest = self._rest[PIECE:]

    def close(self) -> None:
        self._put(self._rest, last=True)

    def _put(self, plain: bytes, *, last: bool) -> None:
        self._file.write(seal(self._key, plain, _bound(self._id, self._count, last)))
        self._count += 1


def pieces(file: BinaryIO, key: bytes, identifier: UUID) -> Iterator[bytes]:
    """The content, a piece at a time. Raises Tampered at the first piece that is not as written."""
    if file.read(len(MARK)) != MARK:
        raise Tampered("the file is not one of ours; restore it from a backup")
    count, sealed = 0, file.read(PIECE + _OVERHEAD)
    while True:
        following = file.read(PIECE + _OVERHEAD)
        yield unseal(key, sealed, _bound(identifier, count, not following))
        if not following:
            return
        count, sealed = count + 1, following


def _bound(identifier: UUID, count: int, last: bool) -> bytes:
    return b"giao.piece.1\n" + identifier.bytes + count.to_bytes(8, "big") + bytes([last])
