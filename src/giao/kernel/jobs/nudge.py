"""Wake the workers of this machine: a byte by UDP on the loopback. Workers elsewhere find the job at their next look.

Each worker writes its port into `<data folder>/workers/<port>`; a byte from anybody else only makes it look once.
"""

from __future__ import annotations

import contextlib
import os
import select
import socket
from pathlib import Path

from django.conf import settings
from django.db import transaction

from giao.core.processes import lives


def _folder() -> Path:
    found = Path(settings.DATA) / "workers"
    found.mkdir(exist_ok=True)
    return found


def after_commit() -> None:
    """Nudge once the present transaction is committed; at once outside of one."""
    transaction.on_commit(nudge, robust=True)


def nudge() -> None:
    """Never fails and never waits: a lost byte costs a fraction of a second."""
    with contextlib.suppress(OSError):
        ports = [int(name) for name in os.listdir(_folder()) if name.isdigit()]
        if ports:
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:
                out.setblocking(False)
                for port in ports:
                    with contextlib.suppress(OSError):
                        out.sendto(b"!", ("127.0.0.1", port))


class Ear:
    """A worker's end. `wait` returns at a nudge or when the time is over."""

    def __init__(self) -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self._socket.setblocking(False)
        self._place = _folder() / str(self._socket.getsockname()[1])
        self._place.write_text(str(os.getpid()), encoding="ascii")

    def wait(self, seconds: float) -> bool:
        """True when somebody nudged."""
        ready, _, _ = select.select([self._socket], [], [], max(seconds, 0.0))
        while ready:
            try:
                self._socket.recv(64)
            except (BlockingIOError, ConnectionError):
                break
        return bool(ready)

    def close(self) -> None:
        self._place.unlink(missing_ok=True)
        self._socket.close()


def forget_the_dead() -> None:
    """Take away what workers left that were killed."""
    for place in _folder().iterdir():
        with contextlib.suppress(OSError, ValueError):
            if not lives(int(place.read_text(encoding="ascii") or "0")):
                place.unlink(missing_ok=True)
