"""Look at masked personal data: one field of all cases or one case, with a reason, for half an hour; it is told in the audit."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from giao.kernel.audit.record import record_act
from giao.kernel.engagements.access import Place, check_may, may_unmask
from giao.kernel.engagements.errors import EngagementError
from giao.kernel.engagements.models import Engagement, Unmasking
from giao.kernel.parties.models import User

LASTS = timedelta(minutes=30)
SHORTEST_REASON = 10


def unmask(
    engagement: Engagement, place: Place, person: User, reason: str, *, field: str = "", case: str = ""
) -> Unmasking:
    """Raises NotAllowed for a role that may not, EngagementError without a reason or with both or neither of field and case."""
    check_may(may_unmask(place), _("see personal data"))
    said = " ".join(reason.split())
    if len(said) < SHORTEST_REASON or len(said) > 500:
        raise EngagementError(
            _("Say in 10 to 500 letters why you have to see it; the reason stands in the audit trail.")
        )
    if bool(field) == bool(case):
        raise EngagementError(_("Choose one field, or one case."))
    now = timezone.now()
    with transaction.atomic():
        row = Unmasking.objects.create(
            engagement=engagement,
            person=person,
            field=field[:200],
            case=case[:500],
            reason=said,
            at=now,
            until=now + LASTS,
        )
        record_act(
            engagement,
            person,
            "unmask",
            f"{field or case}: {said}",
            field=field,
            case=case,
            reason=said,
            until=row.until.isoformat(),
        )
    return row
