"""Events on disk until the server has them: each flushed before `add` returns, drained in the order they were added.

One SQLite file. A process killed at any moment loses nothing that `add` returned for; what was sent and not yet crossed off
is sent again, and the server counts it once. Several processes may add; one at a time drains.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from giao.core.processes import alone

_SCHEMA = """
CREATE TABLE IF NOT EXISTS waiting (seq INTEGER PRIMARY KEY AUTOINCREMENT, event TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS refused (seq INTEGER PRIMARY KEY, event TEXT NOT NULL, reason TEXT NOT NULL, detail TEXT NOT NULL);
"""


@dataclass(frozen=True)
class Kept:
    """One waiting event: its place and its JSON."""

    seq: int
    event: str


class Spool:
    """A file of waiting events. Safe to use from several threads."""

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self._guard = threading.Lock()
        self._file = sqlite3.connect(self.path, timeout=20, isolation_level=None, check_same_thread=False)
        self._file.execute("PRAGMA journal_mode=WAL")
        self._file.execute("PRAGMA synchronous=FULL")
        self._file.executescript(_SCHEMA)

    def __len__(self) -> int:
        """How many wait."""
        with self._guard:
            return int(self._file.execute("SELECT count(*) FROM waiting").fetchone()[0])

    def add(self, events: Iterable[str]) -> int:
        """On disk, all or none, when this returns; how many."""
        rows = [(event,) for event in events]
        with self._writing() as file:
            file.executemany("INSERT INTO waiting (event) VALUES (?)", rows)
        return len(rows)

    def first(self, most: int) -> list[Kept]:
        with self._guard:
            rows = self._file.execute(
                "SELECT seq, event FROM waiting ORDER BY seq LIMIT ?", (most,)
            ).fetchall()
        return [Kept(*row) for row in rows]

    def cross_off(self, done: Sequence[Kept], refused: Sequence[tuple[Kept, str, str]] = ()) -> None:
        """These are with the server. `refused`: (event, reason, detail) of those it did not take; they stay here to be read."""
        with self._writing() as file:
            file.executemany(
                "INSERT OR REPLACE INTO refused VALUES (?, ?, ?, ?)",
                [(kept.seq, kept.event, reason, detail) for kept, reason, detail in refused],
            )
            file.executemany(
                "DELETE FROM waiting WHERE seq = ?",
                [(kept.seq,) for kept in (*done, *(kept for kept, _, _ in refused))],
            )

    def refused(self) -> list[tuple[str, str, str]]:
        """(event, reason, detail) of those that the server did not take."""
        with self._guard:
            return self._file.execute("SELECT event, reason, detail FROM refused ORDER BY seq").fetchall()

    def forget_refused(self) -> None:
        with self._writing() as file:
            file.execute("DELETE FROM refused")

    def close(self) -> None:
        with self._guard:
            self._file.close()

    @contextmanager
    def draining(self) -> Iterator[bool]:
        """True for the one process (and thread) that may drain now; the lock goes with its process."""
        with alone(self.path.with_name(self.path.name + ".lock")) as mine:
            yield mine

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._guard:
            self._file.execute("BEGIN IMMEDIATE")
            try:
                yield self._file
                self._file.execute("COMMIT")
            except BaseException:
                self._file.execute("ROLLBACK")
                raise
