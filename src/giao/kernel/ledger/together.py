"""Calls that come at the same time share a transaction: many senders of single events cost one commit, not many.

The first that comes does the work of all who came meanwhile; the others wait for it. Each call is answered when what it
sent is committed, and only then. A shared transaction that fails is done again call by call, so that nobody pays for
another's fault.

What is accepted gets its position in the same transaction when nobody else gives positions at that moment; else the
sequencer is woken for it.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.db import connection

from giao.kernel.engagements.models import Engagement
from giao.kernel.ledger.accept import Accepted, Call, accept, accept_calls
from giao.kernel.ledger.events import NewEvent, Refusal
from giao.kernel.ledger.queries import note_change
from giao.kernel.ledger.sequencer import wake

MOST_EVENTS = 2_000
"""Events that share a transaction; more wait for the next one."""


def _held() -> threading.Lock:
    """Who waits acquires it a second time; whoever has the answer lets go. Half the price of an Event."""
    lock = threading.Lock()
    lock.acquire()
    return lock


@dataclass(slots=True)
class _Waiting:
    call: Call
    engagement: Engagement
    done: threading.Lock = field(default_factory=_held)
    answer: Accepted | None = None
    error: BaseException | None = None
    leads: bool = False


_guard = threading.Lock()
_queues: dict[UUID, list[_Waiting]] = {}
"""Waiting calls by engagement; a key stands here as long as somebody works on it."""


def accept_together(
    engagement: Engagement, events: Sequence[NewEvent | Refusal], recorded_by: str
) -> Accepted:
    """As `accept`, for requests: call it outside of a transaction. Inside one it is `accept`."""
    if connection.in_atomic_block:
        done = accept(engagement, events, recorded_by)
        _see_to_order(engagement, [done])
        return done
    mine = _Waiting(Call(events, recorded_by), engagement)
    with _guard:
        queue = _queues.get(engagement.pk)
        if queue is None:
            _queues[engagement.pk] = []
            mine.leads = True
        else:
            queue.append(mine)
    if not mine.leads:
        mine.done.acquire()
        if mine.leads:  # the one before handed over
            _lead([mine, *_take(engagement.pk)])
    else:
        _lead([mine])
    if mine.error is not None:
        raise mine.error
    assert mine.answer is not None
    return mine.answer


def _lead(group: list[_Waiting]) -> None:
    """Do the work of a group, then hand the lead to whoever waits, or leave."""
    try:
        _work(group)
    finally:
        _hand_over(group[0].engagement.pk)
        for one in group[1:]:
            one.done.release()


def _work(group: list[_Waiting]) -> None:
    try:
        answers = accept_calls(group[0].engagement, [one.call for one in group], at_once=True)
    except Exception as error:
        if len(group) == 1:
            group[0].error = error
            return
        for one in group:
            try:
                one.answer = accept(one.engagement, one.call.events, one.call.recorded_by)
                _see_to_order(one.engagement, [one.answer])
            except Exception as own:
                one.error = own
        return
    for one, answer in zip(group, answers, strict=True):
        one.answer = answer
    _see_to_order(group[0].engagement, answers)


def _see_to_order(engagement: Engagement, answers: Sequence[Accepted]) -> None:
    new = [answer for answer in answers if answer.accepted]
    if not new:
        return
    if all(answer.ordered for answer in new):
        note_change()
    else:
        wake(engagement.pk)


def _take(engagement_id: UUID) -> list[_Waiting]:
    """Who waits now, up to the size of a transaction, in order."""
    taken: list[_Waiting] = []
    size = 0
    with _guard:
        queue = _queues[engagement_id]
        while queue and size < MOST_EVENTS:
            size += len(queue[0].call.events)
            taken.append(queue.pop(0))
    return taken


def _hand_over(engagement_id: UUID) -> None:
    with _guard:
        queue = _queues[engagement_id]
        if not queue:
            del _queues[engagement_id]
            return
        heir = queue.pop(0)
        heir.leads = True
    heir.done.release()
