"""Processes of one machine: whether one lives, and work that one of them does at a time."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

LOCKS = find_spec("fcntl") is not None
"""Not on Windows: that one process does the work at a time is then the administrator's care."""


def lives(pid: int) -> bool:
    """Whether there is a process of this number. Where that cannot be asked, yes."""
    if pid <= 0:
        return False
    if os.name == "nt":
        return True  # asking would end it there; its silence tells
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


@contextmanager
def alone(lock: Path) -> Iterator[bool]:
    """True for the one process and thread that holds the lock file now; it is free again with its process."""
    if not LOCKS:
        yield True
        return
    import fcntl

    handle = os.open(lock, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            yield False
            return
        yield True
    finally:
        os.close(handle)
