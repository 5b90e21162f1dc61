"""The worker: one loop that takes due jobs into a few threads, keeps their leases, and takes over what died.

It looks at the table by the index of what is due, sleeps until the next is due or somebody nudges, and never forks.
"""

from __future__ import annotations

import logging
import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import DatabaseError, IntegrityError, close_old_connections, connections
from django.utils import timezone

from giao.kernel.jobs import keeping, nudge, schedules
from giao.kernel.jobs.claiming import Watch, claim, free, leases, next_due, renew
from giao.kernel.jobs.models import Job
from giao.kernel.jobs.processes import new_name
from giao.kernel.jobs.running import run

logger = logging.getLogger(__name__)

LONGEST_SLEEP = 0.75
BLOCKED_SLEEP = 0.1
"""Something is due that may not run yet, beside another of its key."""

BEAT_SECONDS = 5.0
WATCH_SECONDS = 2.0
SCHEDULE_SECONDS = 1.0
KEEP_SECONDS = 60.0
SEEN_SECONDS = 15.0
PURGE_SECONDS = 3_600.0
GRACE_SECONDS = 20.0
BATCH = 9
"""Short jobs that a slot takes besides its first."""


@dataclass
class Worker:
    """`slots` jobs at a time, of which one is never a long job: timers and messages do not wait for an import."""

    slots: int = 2
    watch: Watch = field(default_factory=Watch)
    name: str = field(default_factory=new_name)
    _running: dict[Future[None], list[Job]] = field(default_factory=dict)
    _stopping: threading.Event = field(default_factory=threading.Event)
    _last: dict[str, float] = field(default_factory=dict)
    _next: datetime | None = None

    def stop(self) -> None:
        """Take no more; running short jobs end, long ones are told to, and go back to the table."""
        self._stopping.set()

    def run(self, *, until_idle: bool = False) -> None:
        """Work until `stop`. `until_idle`: until nothing is due and nothing runs. The database may come and go."""
        ear = nudge.Ear()
        self._executor = ThreadPoolExecutor(max_workers=self.slots, thread_name_prefix="giao-job")
        try:
            while not self._stopping.is_set():
                try:
                    taken = self.step()
                    pause = 0.0 if taken else self._pause()
                except DatabaseError as error:
                    logger.warning("the database does not answer (%s); looking again in 2 s", error)
                    close_old_connections()
                    taken, pause = 0, 2.0
                if until_idle and not taken and not self._running:
                    return
                if pause:
                    ear.wait(pause)
        finally:
            self._end()
            ear.close()

    def step(self) -> int:
        """One look: what is due begins, leases are kept, the dead are found. Returns how many jobs began."""
        self._forget_ended()
        if self._is_time("seen", SEEN_SECONDS):
            keeping.say_seen(self.name, self.slots, len(self._running))
        if self._running and self._is_time("beat", BEAT_SECONDS):
            renew(self.name, [job.pk for jobs in self._running.values() for job in jobs])
        if self._is_time("watch", WATCH_SECONDS):
            others = [lease for lease in leases() if lease[1] != self.name]
            for lease in self.watch.dead(others, time.monotonic()):
                if free(lease):
                    logger.warning("job %s was taken from %s, which died", lease[0], lease[1])
        if self._is_time("schedule", SCHEDULE_SECONDS):
            schedules.fire_due()
        if self._is_time("keep", KEEP_SECONDS):
            keeping.keep_house()
            self._keep_for_all()
        self._next = next_due()
        return self._begin() if self._next is not None and self._next <= timezone.now() else 0

    def _keep_for_all(self) -> None:
        """What is due by itself is in the table, and once an hour what is over goes."""
        from giao.kernel.housekeeping.jobs import keep_schedules  # its rooms stand on this one
        from giao.kernel.housekeeping.purge import purge

        try:
            keep_schedules()
            if self._is_time("purge", PURGE_SECONDS):
                gone = {table: count for table, count in purge().items() if count}
                if gone:
                    logger.info("what was over is purged: %s", gone)
        except IntegrityError:
            pass  # another worker said the same schedule first
        except DatabaseError:
            raise
        except Exception:
            logger.exception("housekeeping failed; trying again later")

    def _begin(self) -> int:
        """Claim for the free slots. Of several slots one never gets a long job.

        While there is a backlog each slot gets a few short jobs at once. None of them was ever tried: one that ends its worker
        is alone the next time, and takes no other with it.
        """
        free_slots = self.slots - len(self._running)
        if free_slots < 1:
            return 0
        longs = sum(jobs[0].long for jobs in self._running.values())
        found = claim(self.name, min(free_slots, max(self.slots - 1, 1) - longs))
        if len(found) < free_slots:
            found += claim(self.name, free_slots - len(found), "short")
        batches = [[job] for job in found]
        shorts = [batch for batch in batches if not batch[0].long and batch[0].attempts == 1]
        if shorts and len(found) == free_slots:
            for position, job in enumerate(claim(self.name, BATCH * len(shorts), "fresh")):
                shorts[position % len(shorts)].append(job)
        for batch in batches:
            self._running[self._executor.submit(self._work, batch)] = batch
        return len(found)

    def _work(self, batch: list[Job]) -> None:
        for job in batch:
            try:
                run(job, self.name, stopping=self._stopping.is_set)
            except Exception:
                # The database went away: the lease stays with us, in silence, until somebody takes it over.
                logger.exception("job %s %s could not be completed", job.task, job.pk)
        close_old_connections()
        nudge.nudge()

    def _forget_ended(self) -> None:
        for future in [future for future in self._running if future.done()]:
            del self._running[future]

    def _pause(self) -> float:
        """Until the next is due, at most three quarters of a second: what is enqueued elsewhere is seen then at the latest."""
        if len(self._running) >= self.slots or self._next is None:
            return LONGEST_SLEEP
        left = (self._next - timezone.now()) / timedelta(seconds=1)
        return min(max(left, 0.005), LONGEST_SLEEP) if left > 0 else BLOCKED_SLEEP

    def _is_time(self, what: str, seconds: float) -> bool:
        moment = time.monotonic()
        if moment - self._last.get(what, float("-inf")) < seconds:
            return False
        self._last[what] = moment
        return True

    def _end(self) -> None:
        until = time.monotonic() + GRACE_SECONDS
        while self._running and time.monotonic() < until:
            self._forget_ended()
            time.sleep(0.05)
        if self._running:
            left = len(self._running)
            logger.warning("%s jobs were left in the middle; another worker takes them over", left)
        self._executor.shutdown(wait=False, cancel_futures=True)
        try:
            keeping.say_gone(self.name)
        except DatabaseError as error:
            logger.warning("the database does not answer: %s", error)
        connections.close_all()
