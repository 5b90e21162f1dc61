"""The server's secret key: made once, kept in the data folder, readable by its owner alone."""

from __future__ import annotations

import os
import secrets
import time
from pathlib import Path


def from_environment(name: str) -> str:
    """`name` from the environment, or the content of the file that `<name>_FILE` points to (as container secrets come).

    Empty when neither is set. Raises ValueError when both are, or the file cannot be read.
    """
    value, file = os.environ.get(name, ""), os.environ.get(f"{name}_FILE", "")
    if value and file:
        raise ValueError(f"both {name} and {name}_FILE are set; keep one")
    if not file:
        return value
    try:
        return Path(file).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise ValueError(f"{name}_FILE points to {file}, which cannot be read ({error.strerror})") from None


def secret_key(folder: Path) -> str:
    """The key in `folder/secret-key`; two processes that start together agree on the first one's."""
    place = folder / "secret-key"
    try:
        handle = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return _read(place)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        key = secrets.token_urlsafe(64)
        file.write(key)
    return key


def _read(place: Path) -> str:
    for _attempt in range(50):
        key = place.read_text(encoding="ascii").strip()
        if len(key) >= 64:
            return key
        time.sleep(0.02)
    raise ValueError(f"{place} holds no key; delete the file and start again (everybody signs in anew)")
