"""Run the computing of readings in one thread of this process; whatever dies with it is taken over later (`lease`)."""

from __future__ import annotations

import logging
import threading
from concurrent.futures import Future, ThreadPoolExecutor
from uuid import UUID

from django.conf import settings
from django.db import close_old_connections, connections, transaction
from django.utils import timezone

from giao.kernel.engagements.queries import inputs_of
from giao.kernel.engagements.scoping import working_in
from giao.kernel.readings import lease
from giao.kernel.readings.models import KpiFigure, Reading, ReadingState, StatementFigure
from giao.kernel.readings.prune import prune

logger = logging.getLogger(__name__)
_guard = threading.Lock()
_running: dict[str, Future[None]] = {}
_executor: ThreadPoolExecutor | None = None
HEARTBEAT_SECONDS = 10.0


def start(reading: Reading) -> None:
    """Queue a reading whose lease is ours, once its row is committed. `GIAO_JOBS = "inline"` (tests): at once, here."""
    if getattr(settings, "GIAO_JOBS", "thread") == "inline":
        run(reading.pk, reading.engagement_id)
        return
    transaction.on_commit(lambda: _queue(reading))


def _queue(reading: Reading) -> None:
    global _executor
    key = str(reading.pk)
    with _guard:
        if key in _running and not _running[key].done():
            return
        if _executor is None:
            _executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix="giao-reading")
        _running[key] = _executor.submit(_in_thread, reading.pk, reading.engagement_id)
        for old in [name for name, future in _running.items() if future.done()]:
            del _running[old]


def wait(reading: Reading, seconds: float) -> None:
    """Wait until this process has finished the reading, at most so long."""
    with _guard:
        future = _running.get(str(reading.pk))
    if future is not None:
        try:
            future.result(timeout=seconds)
        except TimeoutError:
            return


def _in_thread(identifier: UUID, engagement: UUID) -> None:
    close_old_connections()
    stop = threading.Event()
    beat = threading.Thread(target=_heartbeat, args=(identifier, engagement, stop), daemon=True)
    beat.start()
    try:
        run(identifier, engagement)
    except Exception:
        logger.exception("reading %s could not be stored", identifier)
    finally:
        stop.set()
        beat.join()
        connections.close_all()


def _heartbeat(identifier: UUID, engagement: UUID, stop: threading.Event) -> None:
    try:
        while not stop.wait(HEARTBEAT_SECONDS):
            with working_in(engagement):
                lease.renew(Reading(pk=identifier))
    finally:
        connections.close_all()


def run(identifier: UUID, engagement: UUID) -> None:
    """Compute one reading and store it: ready with its figures, or failed with the sentence that says why."""
    with working_in(engagement):
        _run(identifier)


def _run(identifier: UUID) -> None:
    from giao.kernel.readings import compute

    reading = Reading.objects.select_related("engagement").get(pk=identifier)
    try:
        done = compute.compute(reading, lambda doing, share: _tell(reading, doing, share))
    except Exception as error:
        logger.warning("reading %s failed: %s", reading.pk, error, exc_info=not _is_plain(error))
        Reading.objects.filter(pk=reading.pk, lease_owner=lease.this_process()).update(
            state=ReadingState.FAILED, error=_sentence(error), finished=timezone.now()
        )
        return
    with transaction.atomic():
        mine = Reading.objects.filter(pk=reading.pk, lease_owner=lease.this_process())
        if not mine.exists():
            return
        KpiFigure.objects.filter(engagement=reading.engagement_id, reading=reading).delete()
        StatementFigure.objects.filter(engagement=reading.engagement_id, reading=reading).delete()
        KpiFigure.objects.bulk_create(done.kpis, batch_size=500)
        StatementFigure.objects.bulk_create(done.statements, batch_size=500)
        mine.update(
            state=ReadingState.READY,
            folder=done.folder,
            figures=done.figures.as_json(),
            error="",
            share_done=1.0,
            finished=timezone.now(),
        )
        _make_current(reading)
    prune(reading.engagement)


def _make_current(reading: Reading) -> None:
    """The overviews' reading is the newest one of today's inputs at the instant where the engagement stands."""
    engagement = reading.engagement
    inputs = inputs_of([engagement])[engagement.pk]
    if (inputs.agreement_hash, inputs.ledger_hash) != (reading.agreement_hash, reading.log_hash):
        return
    if engagement.as_of is not None:
        if engagement.as_of != reading.as_of:
            return
    elif not reading.at_now:
        return
    before = Reading.objects.filter(engagement=engagement, current=True)
    same_inputs = before.filter(agreement_hash=reading.agreement_hash, log_hash=reading.log_hash)
    if engagement.as_of is None and same_inputs.filter(as_of__gt=reading.as_of).exists():
        return
    before.update(current=False)
    Reading.objects.filter(pk=reading.pk).update(current=True)


def _tell(reading: Reading, doing: str, share: float) -> None:
    lease.renew(reading, doing, share)


def _is_plain(error: Exception) -> bool:
    """Errors of the library are sentences for the reader; others are faults of ours."""
    return type(error).__module__.startswith("giao.")


def _sentence(error: Exception) -> str:
    if _is_plain(error):
        return str(error)
    return f"{type(error).__name__}: {error}"
