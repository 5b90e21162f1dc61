"""Primary keys: UUID version 7 (RFC 9562): they sort by the millisecond in which they were made."""

from __future__ import annotations

import os
import threading
import time
import uuid

_lock = threading.Lock()
_last = 0


def new_id() -> uuid.UUID:
    """A UUIDv7: 48 bits of Unix milliseconds, 12 bits that count up inside one millisecond, 62 random bits.

    Keys made by one process increase strictly, so that rows made one after the other stay beside each other in an index.
    """
    global _last
    with _lock:
        stamp = time.time_ns() // 1_000_000 << 12
        _last = stamp if stamp > _last else _last + 1
        stamp = _last
    milliseconds, count = stamp >> 12, stamp & 0xFFF
    random = int.from_bytes(os.urandom(8), "big") & ((1 << 62) - 1)
    return uuid.UUID(int=milliseconds << 80 | 7 << 76 | count << 64 | 0b10 << 62 | random)
