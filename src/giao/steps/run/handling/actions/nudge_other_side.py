"""Ask the other side about a case that runs out of time, with a reason; they are told, and it stands in the audit."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from giao.kernel.audit.record import record_act
from giao.kernel.engagements.access import Place, check_may
from giao.kernel.engagements.models import Engagement
from giao.kernel.engagements.people import managers_of
from giao.kernel.engagements.scoping import everywhere
from giao.kernel.notifications.notify import notify
from giao.kernel.parties.models import User
from giao.steps.run.handling.access import may_nudge, organisation_of, side_of
from giao.steps.run.handling.addresses import handling_url
from giao.steps.run.handling.errors import BadAsk, TooLate
from giao.steps.run.handling.models import CaseOwner, Nudge, Side

SHORTEST, LONGEST = 10, 2_000


def nudge_other_side(engagement: Engagement, place: Place, actor: User, case: str, reason: str) -> Nudge:
    """Who has the case in hand over there is told, and the managers of that side.

    Raises NotAllowed, BadAsk without a reason, TooLate while an earlier nudge of this side waits for its answer.
    """
    check_may(may_nudge(place), _("nudge the other side"))
    side = side_of(place)
    assert side is not None  # may_nudge says so
    said = reason.strip()
    if not SHORTEST <= len(said) <= LONGEST:
        raise BadAsk(
            _("Say in 10 to 2,000 letters what you need; the other side and the audit trail read it.")
        )
    try:
        with transaction.atomic():
            row = Nudge.objects.create(
                engagement=engagement, case=case, side=side, by=actor, at=timezone.now(), reason=said
            )
    except IntegrityError:
        raise TooLate(
            _("Your side has asked already and waits for the answer: see below, then ask again.")
        ) from None
    record_act(engagement, actor, "nudge", f"{case}: {said}"[:300], case=case, reason=said, side=str(side))
    notify(
        _told(engagement, Side.VENDOR if side == Side.CLIENT else Side.CLIENT, case),
        "case_nudged",
        {"case": case, "by": actor.name, "reason": said[:500]},
        key=f"nudge:{row.pk}",
        engagement=engagement,
        link=handling_url(engagement, case),
    )
    return row


def _told(engagement: Engagement, side: Side, case: str) -> list[User]:
    organisation = organisation_of(engagement, side)
    with everywhere("who of the other side has this case in hand"):
        rows = CaseOwner.objects.filter(organisation_id=organisation, engagement=engagement, case=case)
        owners = [row.owner for row in rows.select_related("owner")]
    return list({user.pk: user for user in [*owners, *managers_of(engagement, side.value)]}.values())
