"""The thread of a process that gives positions: woken by whoever accepted, looking around for what others left behind.

A process killed between accepting and ordering leaves entries without a position; the next look of any process orders
them. Two processes at one engagement take turns at the lock of its row (`sequence.py`).
"""

from __future__ import annotations

import logging
import os
import threading
import time
from uuid import UUID

from django.conf import settings
from django.db import DatabaseError, close_old_connections, connections, transaction

from giao.kernel.engagements.scoping import everywhere, working_in
from giao.kernel.ledger.models import Entry
from giao.kernel.ledger.queries import note_change
from giao.kernel.ledger.sequence import BATCH, sequence, sequence_all

logger = logging.getLogger(__name__)

PAUSE_SECONDS = 0.02
"""Between two rounds, so that many small requests share a batch; well below the 50 ms that an order may take."""

LOOK_SECONDS = 2.0
RETRY_SECONDS = 0.5

_guard = threading.Lock()
_woken: set[UUID] = set()
_ring = threading.Event()
_thread: threading.Thread | None = None
_pid = 0


def wake(engagement_id: UUID) -> None:
    """Order what was accepted, as soon as it is committed. `GIAO_JOBS = "inline"` (tests): here and now."""
    if getattr(settings, "GIAO_JOBS", "thread") == "inline":
        sequence_all(engagement_id)
        note_change()
        return
    transaction.on_commit(lambda: _ask(engagement_id))


def start() -> None:
    """Start the thread of this process, if it does not run. Safe to call again, also after a fork."""
    global _thread, _pid
    with _guard:
        if _thread is not None and _thread.is_alive() and _pid == os.getpid():
            return
        _pid = os.getpid()
        _thread = threading.Thread(target=_run, name="giao-sequencer", daemon=True)
        _thread.start()


def _ask(engagement_id: UUID) -> None:
    with _guard:
        _woken.add(engagement_id)
    _ring.set()
    start()


def _run() -> None:
    looked = 0.0
    while True:
        _ring.wait(max(0.0, looked + LOOK_SECONDS - time.monotonic()))
        _ring.clear()
        with _guard:
            wanted = set(_woken)
            _woken.clear()
        try:
            close_old_connections()
            if time.monotonic() - looked >= LOOK_SECONDS:
                wanted |= left_behind()
                looked = time.monotonic()
            for engagement_id in wanted:
                order(engagement_id)
        except DatabaseError:
            logger.exception("events wait for their position; trying again")
            with _guard:
                _woken.update(wanted)
            _ring.set()
            connections.close_all()
            time.sleep(RETRY_SECONDS)
        time.sleep(PAUSE_SECONDS)


def order(engagement_id: UUID) -> int:
    """Order what waits in one engagement; a full batch leaves the rest to the next round, so that nobody starves."""
    with working_in(engagement_id):
        done = sequence(engagement_id)
    if done:
        note_change()
    if done == BATCH:
        with _guard:
            _woken.add(engagement_id)
        _ring.set()
    return done


def left_behind() -> set[UUID]:
    """Engagements in which entries wait, whoever accepted them."""
    with everywhere("events that a dead process left without a position"):
        waiting = (
            Entry.objects.filter(position__isnull=True).order_by().values_list("engagement_id", flat=True)
        )
        return set(waiting.distinct()[:1_000])
