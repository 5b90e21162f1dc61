"""The runner of one machine: here, in threads, or in processes that may die and are tried again."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterable, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from typing import Any, Literal, TypeVar

from giao.core.engine.analysis import Again, Analysis
from giao.core.engine.descriptors import Descriptor, read_batch

Partial = TypeVar("Partial")
Found = TypeVar("Found")
How = Literal["threads", "processes"]

TRIES = 3
"""How often a piece is given out again when the process that had it died."""


def run(
    analysis: Analysis[Partial, Found],
    pieces: Sequence[Descriptor],
    *,
    workers: int = 1,
    how: How = "threads",
) -> Found:
    """The result over all pieces. A worker that dies changes no number: its pieces run again."""
    asked: Analysis[Any, Found] = analysis
    while True:
        partial = asked.empty()
        for each in _partials(asked, pieces, workers, how):
            partial = asked.merge(partial, each)
        found = asked.finish(partial)
        if not isinstance(found, Again):
            return found
        asked = found.analysis


def map_piece(analysis: Analysis[Partial, Found], piece: Descriptor) -> Partial:
    """What a worker does: read the piece's columns, map them."""
    return analysis.map(read_batch(piece, analysis.columns))


def _partials(
    analysis: Analysis[Partial, Any], pieces: Sequence[Descriptor], workers: int, how: How
) -> Iterable[Partial]:
    """Partials as they come: their order is no matter."""
    if workers < 2 or len(pieces) < 2:
        for piece in pieces:
            yield map_piece(analysis, piece)
        return
    left = list(pieces)
    for tried in range(TRIES):
        failed: list[Descriptor] = []
        broken: BrokenProcessPool | None = None
        with _pool(workers, how) as pool:
            waiting = {pool.submit(map_piece, analysis, piece): piece for piece in left}
            for future in as_completed(waiting):
                try:
                    partial = future.result()
                except BrokenProcessPool as error:
                    failed.append(waiting[future])
                    broken = error
                else:
                    yield partial
        if broken is None:
            return
        if tried == TRIES - 1:
            raise broken
        left = failed


def _pool(workers: int, how: How) -> Executor:
    if how == "threads":
        return ThreadPoolExecutor(workers, thread_name_prefix="giao-engine")
    return ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn"))
