"""Live readings kept in this process: after new events only what they touch is read again.

The whole reading of an engagement with live events is remembered with its log. When a page asks for a later one, the events
recorded since go to the library's live reading, which tells figures and rows that are different; those are written beside
the whole one (`core.agreement.moved`). Whatever cannot be followed (facts, decisions, another agreement, a large part
of the log touched, an old base) is read as a whole again: it costs time, and changes no number.
"""

from __future__ import annotations

import logging
from collections import OrderedDict
from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING
from uuid import UUID

from giao.kernel.ledger.queries import entries
from giao.kernel.readings.models import Reading

if TYPE_CHECKING:
    from giao.core.agreement.evaluate import Evaluation
    from giao.core.agreement.facts import Facts
    from giao.core.agreement.live import LiveReading
    from giao.core.agreement.live.tables import Tables
    from giao.core.agreement.store import StoredReading
    from giao.core.log.tail import Tail

logger = logging.getLogger(__name__)

KEPT = 8
"""So many engagements are followed in a process."""

MOST_EVENTS = 20_000_000
"""Events of all followed logs together: about 2 GB."""

MOST_CHANGED = 20_000
"""So many cases may have rows beside the base; with more, a new base is worth its time."""

OLDEST_US = 30 * 60_000_000
"""A base of at most this age: its statements are shown with the reading that moved on."""


@dataclass
class _Follower:
    agreement_hash: str
    base: UUID
    stored: StoredReading
    since_us: int
    through: int
    tail: Tail
    facts: Facts
    evaluation: Evaluation | None
    live: LiveReading | None = None
    tables: Tables | None = None
    lock: Lock = field(default_factory=Lock)


@dataclass(frozen=True)
class Moved:
    """`live` stands at the reading's instant; `tables`: rows of all cases changed since the base."""

    base: UUID
    stored: StoredReading
    live: LiveReading
    tables: Tables


_followers: OrderedDict[UUID, _Follower] = OrderedDict()
_guard = Lock()


def remember(
    reading: Reading, tail: Tail, facts: Facts, evaluation: Evaluation, stored: StoredReading
) -> None:
    """A whole reading from which later ones can move on; `tail` belongs to it from here on. `facts`: all, also later ones."""
    if any(result.claims for result in evaluation.kpis.results):
        return  # what pending claims would change is told by whole readings alone
    follower = _Follower(
        reading.agreement_hash,
        reading.pk,
        stored,
        evaluation.inputs.as_of_us,
        reading.position,
        tail,
        facts,
        evaluation,
    )
    with _guard:
        before = _followers.get(reading.engagement_id)
        if before is not None and before.through > reading.position:
            return
        _followers[reading.engagement_id] = follower
        _followers.move_to_end(reading.engagement_id)
        while len(_followers) > KEPT or (
            len(_followers) > 1 and sum(one.tail.n_events for one in _followers.values()) > MOST_EVENTS
        ):
            _followers.popitem(last=False)


def forget() -> None:
    """Forget all; they are made again from the ledger."""
    with _guard:
        _followers.clear()


def move_on(reading: Reading, as_of_us: int) -> Moved | None:
    """The live reading moved to the position and instant of `reading`; None when it has to be read as a whole."""
    with _guard:
        follower = _followers.get(reading.engagement_id)
        if follower is not None:
            _followers.move_to_end(reading.engagement_id)
    if follower is None:
        return None
    with follower.lock:
        if not _fits(follower, reading, as_of_us):
            return None
        try:
            moved = _step(follower, reading, as_of_us)
        except Exception:
            # A live reading that broke off stands at no position: it is forgotten, and the whole one says what is so.
            logger.exception("reading %s could not move on and is read as a whole", reading.pk)
            moved = None
    if moved is None:
        with _guard:
            if _followers.get(reading.engagement_id) is follower:
                del _followers[reading.engagement_id]
    return moved


def _fits(follower: _Follower, reading: Reading, as_of_us: int) -> bool:
    stands = follower.live.as_of_us if follower.live is not None else follower.since_us
    return (
        follower.agreement_hash == reading.agreement_hash
        and follower.through <= reading.position
        and stands <= as_of_us < follower.since_us + OLDEST_US
        and Reading.objects.filter(pk=follower.base).exists()
    )


def _step(follower: _Follower, reading: Reading, as_of_us: int) -> Moved | None:
    from giao.core.agreement.live import LiveReading
    from giao.core.agreement.live.tables import follow

    found = list(entries(reading.engagement_id, follower.through, reading.position))
    if not all(entry.is_work for entry in found):
        return None
    if follower.live is None:
        assert follower.evaluation is not None
        follower.live = LiveReading(
            follower.tail,
            follower.evaluation.inputs.versions,
            facts=follower.facts,
            as_of=follower.since_us,
            evaluation=follower.evaluation,
        )
        follower.evaluation = None
    live = follower.live
    events = [entry.as_live() for entry in found]
    tables = follow(live, events, as_of_us, follower.tables)
    if tables is None or len(tables.cases) > MOST_CHANGED:
        return None
    follower.through, follower.tables = reading.position, tables
    return Moved(follower.base, follower.stored, live, tables)
