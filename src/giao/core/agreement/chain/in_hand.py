"""While a case is in hand: from its receipt until it is delivered or cancelled, and again when it is taken up once more.

Pinned:

- It begins at the first event that matches `work.received`. A delivered or cancelled event ends it; a later event that
  matches `work.received` or says who holds the case, and does not end it itself, begins it again.
- What was said about the holder before the receipt holds at the receipt; time before the receipt is not counted.
- Of several events at one instant the last in log order decides; a case received and delivered at one instant was in
  hand for no time. A case out of scope, or never received, never is in hand.
- A case that is open at the reading's instant is in hand until then.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from giao.core.agreement.chain.course import Course, course_of
from giao.core.agreement.context import Inputs
from giao.core.agreement.patterns import Matcher

Ints = npt.NDArray[np.int64]

OUT, IN = 0, 1


def find_in_hand(inputs: Inputs, matcher: Matcher) -> Course:
    """By case: IN from when on, OUT from when on."""
    log, agreement = inputs.log, inputs.agreement
    work, times = agreement.work, log.times_us()
    offsets = np.ascontiguousarray(log.offsets, dtype=np.int64)
    happened = times <= inputs.as_of_us
    received = matcher.mask(work.received) & happened
    ended = matcher.mask(work.delivered) & happened
    if work.cancelled:
        ended = ended | (matcher.mask(work.cancelled) & happened)
    begins = received.copy()
    for entry in work.holder:
        begins |= matcher.mask(entry.after) & happened
    receipts = np.flatnonzero(received)
    cases, place = np.unique(np.searchsorted(offsets, receipts, side="right") - 1, return_index=True)
    first = np.full(log.n_cases, log.n_events, dtype=np.int64)
    first[cases] = receipts[place]
    if agreement.where is not None and len(cases):
        holds = matcher.holds(agreement.where)[receipts[place]]
        first[cases[~holds]] = log.n_events
    rows = np.flatnonzero(ended | begins)
    rows = rows[rows >= first[np.searchsorted(offsets, rows, side="right") - 1]]
    return course_of(offsets, times, rows, np.where(ended[rows], OUT, IN).astype(np.int64))
