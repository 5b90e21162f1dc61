"""Master keys. They wrap the keys in the database and stand outside of it.

GIAO_MASTER_KEYS (or GIAO_MASTER_KEYS_FILE): lines ``<id>:<32 bytes in base64>``; the first is current, the others only open
what they wrapped. Without it one is made once in the data folder (`master-keys`, readable by its owner alone).
To rotate: put a new line first, restart, run ``giao audit rotate``; then the old line can go.
Lose these keys and every personal field and stored file is lost with them: back them up apart from the database.
"""

from __future__ import annotations

import base64
import binascii
import os
import re
import secrets
import time
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from giao.kernel.crypto.errors import BadMasterKey
from giao.kernel.crypto.sealing import KEY_BYTES, seal, unseal

_ID = re.compile(r"[A-Za-z0-9._-]{1,40}")
NAME = "GIAO_MASTER_KEYS"


@dataclass(frozen=True)
class MasterKeys:
    """`current` is the id that wraps from now on."""

    current: str
    keys: dict[str, bytes]

    def wrap(self, key: bytes, bound_to: bytes) -> tuple[str, bytes]:
        """(id of the master key, wrapped key)."""
        return self.current, seal(self.keys[self.current], key, bound_to)

    def unwrap(self, identifier: str, wrapped: bytes, bound_to: bytes) -> bytes:
        """Raises BadMasterKey when the master key is not among these, Tampered when the wrapped key was changed."""
        if identifier not in self.keys:
            raise BadMasterKey(
                f"a key was wrapped by master key “{identifier}”, which is not among {', '.join(self.keys)}; "
                f"put it back into {NAME}"
            )
        return unseal(self.keys[identifier], wrapped, bound_to)


def master_keys() -> MasterKeys:
    """Raises BadMasterKey with the line that is wrong."""
    return _read(os.environ.get(NAME, ""), os.environ.get(f"{NAME}_FILE", ""), str(settings.DATA))


def forget_master_keys() -> None:
    """After the file of the keys was replaced (a restore)."""
    _read.cache_clear()


@lru_cache(maxsize=8)
def _read(text: str, file: str, data: str) -> MasterKeys:
    if text and file:
        raise BadMasterKey(f"both {NAME} and {NAME}_FILE are set; keep one")
    if file:
        try:
            text = Path(file).read_text(encoding="ascii")
        except OSError as error:
            raise BadMasterKey(
                f"{NAME}_FILE points to {file}, which cannot be read ({error.strerror})"
            ) from None
    return parse(text) if text else parse(_own(Path(data)))


def parse(text: str) -> MasterKeys:
    """Raises BadMasterKey."""
    keys: dict[str, bytes] = {}
    for number, line in enumerate(filter(None, map(str.strip, text.splitlines())), start=1):
        identifier, _colon, encoded = line.partition(":")
        try:
            key = base64.b64decode(encoded.strip(), validate=True)
        except (binascii.Error, ValueError):
            key = b""
        if not _ID.fullmatch(identifier) or len(key) != KEY_BYTES or identifier in keys:
            raise BadMasterKey(
                f"line {number} of the master keys is not <id>:<32 bytes in base64> with an id of its own; make one with "
                "`python -c \"import base64,os; print('k2:' + base64.b64encode(os.urandom(32)).decode())\"`"
            )
        keys[identifier] = key
    if not keys:
        raise BadMasterKey("there is no master key; write at least one line <id>:<32 bytes in base64>")
    return MasterKeys(next(iter(keys)), keys)


def _own(data: Path) -> str:
    """The line in the data folder; two processes that start together agree on the first one's."""
    place = data / "master-keys"
    try:
        handle = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        for _attempt in range(50):
            text = place.read_text(encoding="ascii")
            if text.endswith("\n"):
                return text
            time.sleep(0.02)
        raise BadMasterKey(f"{place} holds no whole key; restore it from a backup") from None
    with os.fdopen(handle, "w", encoding="ascii") as file:
        line = "k1:" + base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode() + "\n"
        file.write(line)
        file.flush()
        os.fsync(file.fileno())
    return line
