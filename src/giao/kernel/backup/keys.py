"""The keys that stand outside the database, sealed under a passphrase, and how they are known again without being told."""

from __future__ import annotations

import base64
import hmac
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
from django.conf import settings

from giao.core.told import told
from giao.kernel.backup.errors import BackupError
from giao.kernel.crypto.errors import Tampered
from giao.kernel.crypto.master import NAME, forget_master_keys, master_keys, parse
from giao.kernel.crypto.sealing import seal, unseal

SHORTEST = 12
COST = {"n": 2**17, "r": 8, "p": 1}
"""scrypt as OWASP recommends it for passwords: 128 MB, about half a second."""
_BOUND = b"giao.backup.keys.1\n"


@dataclass(frozen=True)
class Keys:
    """`masters` as in the file `master-keys`, the current one first; `secret` and `old` sign sessions and seal second factors."""

    masters: str
    secret: str
    old: tuple[str, ...] = ()


def keys_here() -> Keys:
    """Raises BadMasterKey."""
    known = master_keys()
    order = [known.current, *(name for name in known.keys if name != known.current)]
    lines = [f"{name}:{base64.b64encode(known.keys[name]).decode()}\n" for name in order]
    return Keys("".join(lines), settings.SECRET_KEY, tuple(settings.SECRET_KEY_FALLBACKS))


def marks_of(masters: str, secret: str) -> dict[str, str]:
    """Id of each key → a mark that only this key gives, and that does not give the key."""
    marks = {
        f"master {name}": hmac.digest(key, b"giao.backup.mark.1", "sha256").hex()[:32]
        for name, key in parse(masters).keys.items()
    }
    return marks | {"secret": hmac.digest(secret.encode(), b"giao.backup.mark.1", "sha256").hex()[:32]}


def are_here(marks: dict[str, str]) -> bool:
    """Whether the keys of these marks are those of this installation already. Makes none. Raises BadMasterKey."""
    given = os.environ.get(NAME) or os.environ.get(f"{NAME}_FILE")
    if not given and not (Path(settings.DATA) / "master-keys").is_file():
        return False
    here = keys_here()
    wanted = {name: mark for name, mark in marks.items() if name != "secret"}
    known = marks_of(here.masters, here.secret)
    secrets = {marks_of(here.masters, secret)["secret"] for secret in (here.secret, *here.old)}
    return marks["secret"] in secrets and all(known.get(name) == mark for name, mark in wanted.items())


def seal_keys(keys: Keys, passphrase: str) -> bytes:
    """Raises BackupError for a passphrase that is too short to protect anything."""
    if len(passphrase) < SHORTEST:
        raise BackupError(
            told(
                "backup.short_passphrase",
                "the passphrase is shorter than {least} characters; take a longer one, e.g. five words",
                least=SHORTEST,
            )
        )
    salt = os.urandom(16)
    body = json.dumps({"masters": keys.masters, "secret": keys.secret, "old": list(keys.old)}).encode()
    sealed = seal(_drawn(passphrase, salt, COST), body, _BOUND)
    said = {"scrypt": COST, "salt": salt.hex(), "sealed": base64.b64encode(sealed).decode()}
    return json.dumps(said).encode()


def unseal_keys(sealed: bytes, passphrase: str) -> Keys:
    """Raises BackupError when the passphrase is another."""
    said: dict[str, Any] = json.loads(sealed)
    key = _drawn(passphrase, bytes.fromhex(said["salt"]), said["scrypt"])
    try:
        body = json.loads(unseal(key, base64.b64decode(said["sealed"]), _BOUND))
    except Tampered as error:
        raise BackupError(
            told(
                "backup.wrong_passphrase",
                "the passphrase does not open the keys in the backup; nothing was changed; give the one it was made with",
            )
        ) from error
    return Keys(body["masters"], body["secret"], tuple(body["old"]))


def write_keys(data: Path, keys: Keys) -> list[str]:
    """Put keys into the data folder, where the environment does not give them. The names of settings that stand in the way."""
    differing = []
    for name, setting, text in (
        ("master-keys", "GIAO_MASTER_KEYS", keys.masters),
        ("secret-key", "GIAO_SECRET_KEY", keys.secret),
    ):
        if os.environ.get(setting) or os.environ.get(f"{setting}_FILE"):
            differing.append(setting)
            continue
        draft = data / f".{name}.part"
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(data / name)
    forget_master_keys()
    return differing


def _drawn(passphrase: str, salt: bytes, cost: dict[str, int]) -> bytes:
    if not (2**14 <= cost["n"] <= 2**20 and cost["r"] == 8 and 1 <= cost["p"] <= 4):
        raise BackupError(
            told("backup.odd_keys", "the keys in the backup are sealed in a way that is not known here")
        )
    return Scrypt(salt=salt, length=32, n=cost["n"], r=cost["r"], p=cost["p"]).derive(passphrase.encode())
