"""Primary keys: UUID version 7 (RFC 9562): they sort by the millisecond in which they were made."""

from __future__ import annotations

import os
import threading
import time
import uuid

_lock = threading.Lock()
_last = 0
_RANDOM = (1 << 62) - 1


def new_id() -> uuid.UUID:
    """A UUIDv7: 48 bits of Unix milliseconds, 12 bits that count up inside one millisecond, 62 random bits.

    Keys made by one process increase strictly, so that rows made one after the other stay beside each other in an index.
    """
    return new_ids(1)[0]


def new_ids(count: int) -> list[uuid.UUID]:
    """So many keys in ascending order, with one look at the clock and one at the source of randomness."""
    return [uuid.UUID(int=number) for number in _numbers(count)]


def new_hexes(count: int) -> list[str]:
    """The same as 32 hexadecimal digits, for statements that write many rows."""
    return [f"{number:032x}" for number in _numbers(count)]


def _numbers(count: int) -> list[int]:
    global _last
    with _lock:
        stamp = time.time_ns() // 1_000_000 << 12
        first = stamp if stamp > _last else _last + 1
        _last = first + count - 1
    random = os.urandom(8 * count)
    return [
        (stamp >> 12) << 80
        | 7 << 76
        | (stamp & 0xFFF) << 64
        | 0b10 << 62
        | int.from_bytes(random[8 * at : 8 * at + 8], "big") & _RANDOM
        for at, stamp in enumerate(range(first, first + count))
    ]
