"""Dismiss rejected events for good, with a reason: chosen ones, or all of a kind."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from giao.kernel.audit.record import record_act
from giao.kernel.engagements.access import Place, check_may, may_mend_rejected
from giao.kernel.engagements.models import Engagement
from giao.kernel.ledger.deciding import name_of
from giao.kernel.ledger.errors import NoReason
from giao.kernel.ledger.rejected import rejected_of
from giao.kernel.ledger.replay import put_aside
from giao.kernel.parties.models import User

LONGEST_WHY = 500


def dismiss_rejected(
    engagement: Engagement,
    place: Place,
    actor: User,
    why: str,
    *,
    chosen: Sequence[UUID] = (),
    reason: str = "",
) -> int:
    """How many. They stay to be read until retention clears them; if one comes again, it is open again.

    Raises NotAllowed, and NoReason when `why` says nothing.
    """
    check_may(may_mend_rejected(place), _("dismiss rejected events"))
    words = why.strip()
    if len(words) < 3:
        raise NoReason(_("Say why they are dismissed; it stands in the audit trail."))
    if len(words) > LONGEST_WHY:
        raise NoReason(_("The reason has at most %(most)s letters.") % {"most": LONGEST_WHY})
    rows = rejected_of(engagement)
    rows = rows.filter(pk__in=chosen) if chosen else rows.filter(reason=reason)
    with transaction.atomic():
        done = put_aside(rows, by=name_of(actor), why=words)
        if done:
            record_act(engagement, actor, "dismiss_rejected", reason, n=done, why=words)
    return done
