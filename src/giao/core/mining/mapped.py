"""Plain columns beside a sealed log, mapped into memory: written when first needed, found again by the log's content hash.

They are copies for speed and nothing else: a log whose folder cannot be written to is mined all the same, and removing
the folder `mined` loses nothing. The sealed log and its hash are never touched.
"""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

FOLDER = "mined"
FORMAT = 1


class Mapped:
    """The kept columns of one log content; without a folder nothing is kept."""

    def __init__(self, folder: Path | None, hash: str) -> None:
        self._place = None if folder is None else folder / FOLDER / f"{FORMAT}-{hash[:24]}"

    def column(self, name: str, length: int, make: Callable[[], NDArray[Any]]) -> NDArray[Any]:
        """A column from its file, else made, kept and (if that went well) mapped."""
        if self._place is None:
            return make()
        found = self._read(name, length)
        if found is not None:
            return found
        made = make()
        if not self._write(name, made):
            return made
        again = self._read(name, length)
        return made if again is None else again

    def _read(self, name: str, length: int) -> NDArray[Any] | None:
        assert self._place is not None
        try:
            found = np.load(self._place / f"{name}.npy", mmap_mode="r", allow_pickle=False)
        except (OSError, ValueError, EOFError):
            return None
        return np.asarray(found) if len(found) == length or length < 0 else None

    def _write(self, name: str, values: NDArray[Any]) -> bool:
        assert self._place is not None
        mark = f"{os.getpid()}-{secrets.token_hex(4)}"
        unfinished = self._place / f"{name}.{mark}.tmp"
        try:
            fresh = not self._place.exists()
            self._place.mkdir(parents=True, exist_ok=True)
            if fresh:
                self._sweep()
            with unfinished.open("wb") as file:
                np.save(file, values, allow_pickle=False)
            unfinished.replace(self._place / f"{name}.npy")
        except OSError:
            with suppress(OSError):
                unfinished.unlink(missing_ok=True)
            return False
        return True

    def _sweep(self) -> None:
        """Columns of contents that the folder no longer holds."""
        assert self._place is not None
        for other in self._place.parent.iterdir():
            if other != self._place and other.is_dir():
                shutil.rmtree(other, ignore_errors=True)
