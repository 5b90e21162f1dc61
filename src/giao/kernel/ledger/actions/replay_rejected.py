"""Replay rejected events: chosen ones, or all of a reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils.translation import gettext as _

from giao.kernel.audit.record import record_act
from giao.kernel.engagements.access import Place, check_may, may_mend_rejected
from giao.kernel.engagements.models import Engagement
from giao.kernel.ledger.checking import forget_specs
from giao.kernel.ledger.deciding import name_of
from giao.kernel.ledger.limits import MOST_EVENTS
from giao.kernel.ledger.models import Rejected
from giao.kernel.ledger.rejected import rejected_of
from giao.kernel.ledger.replay import replay
from giao.kernel.ledger.sequencer import wake
from giao.kernel.parties.models import User

MOST_AT_ONCE = 5_000
"""So many are tried at one asking, in transactions of `MOST_EVENTS`; `left` says what remains."""


@dataclass(frozen=True)
class Replayed:
    """`taken`: are in the ledger now, those among them that were there already included. `still`: refused once more.
    `left`: could be tried, but were not yet."""

    taken: int
    still: int
    left: int = 0


def replay_rejected(
    engagement: Engagement,
    place: Place,
    actor: User,
    *,
    chosen: Sequence[UUID] = (),
    reason: str = "",
    facts_allowed: bool = True,
    most: int = MOST_AT_ONCE,
) -> Replayed:
    """`chosen` ones, or without them all of `reason`, those first that were not tried for the longest time.

    Raises NotAllowed, Archived and ClockBehind. What is taken enters the ledger once, however often it is asked for.
    """
    check_may(may_mend_rejected(place), _("replay rejected events"))
    forget_specs()  # the agreement may have been mended a moment ago
    wanted = _wanted(engagement, chosen, reason)
    left = max(0, wanted.count() - most)
    keys = list(
        wanted.order_by(F("tried_us").asc(nulls_first=True), "pk").values_list("pk", flat=True)[:most]
    )
    taken = still = 0
    for start in range(0, len(keys), MOST_EVENTS):
        with transaction.atomic():
            some = [Rejected(pk=key) for key in keys[start : start + MOST_EVENTS]]
            done = replay(engagement, some, name_of(actor), facts_allowed=facts_allowed)
            refused = len(done.rejected)
            if done.outcomes:
                record_act(
                    engagement,
                    actor,
                    "replay_rejected",
                    reason,
                    taken=len(done.outcomes) - refused,
                    still=refused,
                )
        taken, still = taken + len(done.outcomes) - refused, still + refused
    if taken:
        wake(engagement.pk)
    return Replayed(taken, still, left)


def _wanted(engagement: Engagement, chosen: Sequence[UUID], reason: str) -> QuerySet[Any]:
    rows = rejected_of(engagement).filter(replayable=True)
    return rows.filter(pk__in=chosen) if chosen else rows.filter(reason=reason)
