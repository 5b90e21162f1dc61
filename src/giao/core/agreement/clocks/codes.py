"""Integers that the kernels and their callers share: bits of an event, modes, kinds, columns of an instance."""

from __future__ import annotations

START, STOP, CANCEL, PAUSED = 1, 2, 4, 8
"""Bits of an event's flags: what it means to the clock, and whether the case is paused after it."""

FROM, UNTIL = 1, 2
"""Bits of an event that begins or ends a pause."""

FIRST, SUM, LAST, EACH = 0, 1, 2, 3
"""`reopen`."""

AT_START, AT_STOP, RESTART, PROPORTIONAL = 0, 1, 2, 3
"""`reclassify`."""

OPEN, OPEN_PAUSED, STOPPED, CANCELLED = 0, 1, 2, 3
"""What became of an instance."""

CASE, NUMBER, VERSION, START_EVENT, STOP_EVENT, KIND, STARTED, ENDED = range(8)
TARGET, LAST_TARGET, ORIGIN, LOW, HIGH, MIXED = range(8, 14)
COLUMNS = 14
"""Columns of an instance: integers, times in UTC microseconds. LOW..HIGH are its spells, then its segments; MIXED says
that the target changed; LAST_TARGET is the one in force at the end, TARGET the one that decides."""

TAIL = -1
"""What the part after an instance's end spends: as much as it takes."""

TOO_LARGE = -2
"""Told instead of a measure: whole numbers of 64 bits do not suffice, count with Python's."""

WIDEST = 2**61
"""Products stay below this."""
