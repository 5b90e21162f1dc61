"""Who computes a reading: a lease in its row, so that a process that dies loses the work to the next that looks."""

from __future__ import annotations

import os
import socket
from datetime import timedelta

from django.utils import timezone

from giao.kernel.readings.models import Reading, ReadingState

SILENCE = timedelta(seconds=45)
"""A process that has said nothing for this long is taken for dead."""


def this_process() -> str:
    return f"{socket.gethostname()[:80]}:{os.getpid()}"


def is_abandoned(reading: Reading) -> bool:
    """Computing, but its process is gone (same machine) or silent too long."""
    if reading.state != ReadingState.COMPUTING:
        return False
    if not reading.lease_owner or reading.lease_seen is None:
        return True
    if timezone.now() - reading.lease_seen > SILENCE:
        return True
    host, _, number = reading.lease_owner.rpartition(":")
    return host == socket.gethostname()[:80] and int(number) != os.getpid() and not _lives(int(number))


def take(reading: Reading) -> bool:
    """Take the lease over if nobody did meanwhile; True when it is now ours."""
    taken = Reading.objects.filter(
        pk=reading.pk,
        state=ReadingState.COMPUTING,
        lease_owner=reading.lease_owner,
        lease_seen=reading.lease_seen,
    ).update(lease_owner=this_process(), lease_seen=timezone.now())
    return taken == 1


def renew(reading: Reading, doing: str | None = None, share: float | None = None) -> bool:
    """Say that we still work on it; False when it was taken from us."""
    values: dict[str, object] = {"lease_seen": timezone.now()}
    if doing is not None:
        values |= {"doing": doing[:100], "share_done": share or 0.0}
    return Reading.objects.filter(pk=reading.pk, lease_owner=this_process()).update(**values) == 1


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
