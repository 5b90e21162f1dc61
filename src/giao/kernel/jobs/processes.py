"""Names of workers, and whether one of this machine still lives."""

from __future__ import annotations

import os
import secrets
import socket

from giao.core.processes import lives

_ours: set[str] = set()


def machine() -> str:
    """The host with its process-number space: two containers of one name number their processes apart."""
    try:
        space = os.readlink("/proc/self/ns/pid").strip("pid:[]")
    except OSError:
        space = "0"
    return f"{socket.gethostname()[:80]}/{space}"


def new_name() -> str:
    """A name for a worker of this process: a number of a process comes again, the name does not."""
    name = f"{machine()}:{os.getpid()}#{secrets.token_hex(4)}"
    _ours.add(name)
    return name


def is_gone(name: str) -> bool:
    """True for a worker of this machine whose process has ended. One of elsewhere is never known to be gone."""
    host, _, number = name.partition("#")[0].rpartition(":")
    if host != machine() or not number.isdigit():
        return False
    if int(number) == os.getpid():
        return name not in _ours
    return not lives(int(number))
