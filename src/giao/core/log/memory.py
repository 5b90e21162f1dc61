"""How much memory an import may take before it goes on by way of the disk."""

from __future__ import annotations

import os
import re
from pathlib import Path

from giao.core.log.errors import ImportFailed
from giao.core.told import told

LEAST = 64 * 2**20
"""Less than this helps nobody: the code alone takes more."""

UNKNOWN = 4 * 2**30
"""Memory that a machine is taken to have when it does not say."""

_SIZE = re.compile(r"(\d+(?:\.\d+)?)\s*([KMGT]?)(i?)B?", re.IGNORECASE)
_LIMITS = ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes")


def memory_size(text: str) -> int:
    """Bytes of `512MB`, `1.5 GiB`, `2G` (binary, as memory is counted) or a plain number; at least 64 MiB."""
    found = _SIZE.fullmatch(text.strip())
    if found is None:
        raise ImportFailed(
            told("log.memory", "`{text}` is no amount of memory; write it as 512MB or 2GiB", text=text)
        )
    number, unit, binary = found.groups()
    power = " KMGT".index(unit.upper() or " ")
    base = 1024 if binary or not unit or text.strip()[-1] not in "bB" else 1000
    size = int(float(number) * base**power)
    if size < LEAST:
        raise ImportFailed(
            told(
                "log.little_memory",
                "{text} is too little memory for an import; give 64MiB or more",
                text=text,
            )
        )
    return size


def default_memory() -> int:
    """What GIAO_MEMORY says, else half of what is free on the machine or in the container."""
    said = os.environ.get("GIAO_MEMORY")
    if said:
        return memory_size(said)
    return max(LEAST, min([_free(), *_limits()]) // 2)


def _free() -> int:
    try:
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
        return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("MemAvailable:"))
    except (OSError, StopIteration, ValueError, IndexError):
        pass
    try:
        # macOS and others do not say what is free: half of all is a fair guess.
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 2
    except (AttributeError, ValueError, OSError):
        return UNKNOWN


def _limits() -> list[int]:
    """Limits of the container, where there is one."""
    found: list[int] = []
    for path in _LIMITS:
        try:
            text = Path(path).read_text(encoding="ascii").strip()
        except OSError:
            continue
        if text.isdigit() and int(text) < 2**60:
            found.append(int(text))
    return found
