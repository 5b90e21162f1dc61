"""Our own threads over ranges of cases: no library's pool, whose threads would spin beside other work."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Found = TypeVar("Found")
Shorts = NDArray[np.int32]

SMALL = 100_000
"""Fewer events than this are not worth a second thread."""


def threads() -> int:
    """Threads for one question: GIAO_THREADS, else the processors this process may use."""
    said = os.environ.get("GIAO_THREADS", "")
    if said.isdigit() and int(said) > 0:
        return int(said)
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@lru_cache(maxsize=4)
def _pool(count: int, process: int) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(count, thread_name_prefix="giao-mining")


def run_parts(parts: Sequence[Shorts], work: Callable[[Shorts], Found]) -> list[Found]:
    """`work` on each part, side by side, in the order of the parts."""
    if len(parts) < 2:
        return [work(part) for part in parts]
    # By process: threads do not survive a fork.
    return list(_pool(len(parts), os.getpid()).map(work, parts))


def cut_in_parts(cases: Shorts, offsets: NDArray[np.int64], count: int | None = None) -> list[Shorts]:
    """Cases in parts of about as many events each, one for each thread; at least one part."""
    number = len(cases)
    events = int(offsets[-1])
    wanted = count or (1 if events < SMALL else threads())
    if wanted < 2 or number < 2:
        return [cases]
    if number == len(offsets) - 1:
        marks = np.linspace(0, events, wanted + 1)[1:-1]
        edges = np.searchsorted(offsets, marks)
    else:
        edges = np.linspace(0, number, wanted + 1).astype(np.int64)[1:-1]
    return [part for part in np.split(cases, edges) if len(part)]
