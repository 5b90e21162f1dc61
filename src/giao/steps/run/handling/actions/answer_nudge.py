"""Answer what the other side asked about a case; who asked is told, and it stands in the audit."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from giao.kernel.audit.record import record_act
from giao.kernel.engagements.access import Place, check_may
from giao.kernel.notifications.notify import notify
from giao.kernel.parties.models import User
from giao.steps.run.handling.access import may_nudge, side_of
from giao.steps.run.handling.addresses import handling_url
from giao.steps.run.handling.errors import BadAsk, TooLate
from giao.steps.run.handling.models import Nudge

LONGEST = 2_000


def answer_nudge(nudge: Nudge, place: Place, actor: User, answer: str) -> Nudge:
    """Raises NotAllowed (also for the side that asked), BadAsk without words, TooLate when it is answered already."""
    check_may(may_nudge(place) and side_of(place) != nudge.side, _("answer for the other side"))
    said = answer.strip()
    if not said or len(said) > LONGEST:
        raise BadAsk(_("Write the answer, in at most 2,000 letters."))
    with transaction.atomic():
        row = (
            Nudge.objects.select_for_update(of=("self",)).select_related("engagement", "by").get(pk=nudge.pk)
        )
        if row.answered is not None:
            first = row.answered_by.name if row.answered_by else ""
            raise TooLate(_("%(who)s was first and has answered already.") % {"who": first})
        row.answer, row.answered, row.answered_by = said, timezone.now(), actor
        row.save(update_fields=["answer", "answered", "answered_by"])
        record_act(
            row.engagement, actor, "answer_nudge", f"{row.case}: {said}"[:300], case=row.case, answer=said
        )
        notify(
            [row.by],
            "nudge_answered",
            {"case": row.case, "by": actor.name, "answer": said[:500]},
            key=f"nudge:{row.pk}:answer",
            engagement=row.engagement,
            link=handling_url(row.engagement, row.case),
        )
    return row
