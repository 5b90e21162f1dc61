"""Give a case to somebody of one's own side, or take it back from them."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from giao.kernel.audit.record import record_organisation_act
from giao.kernel.engagements.access import Place, check_may
from giao.kernel.engagements.models import Engagement
from giao.kernel.engagements.people import workers_of
from giao.kernel.notifications.notify import notify
from giao.kernel.parties.models import User
from giao.steps.run.handling.access import may_assign, organisation_of, side_of
from giao.steps.run.handling.addresses import handling_url
from giao.steps.run.handling.errors import BadAsk
from giao.steps.run.handling.models import CaseOwner


def assign_case(
    engagement: Engagement, place: Place, actor: User, case: str, owner: User | None
) -> CaseOwner | None:
    """`owner` None: nobody has it any more. The new owner is told, unless it is the actor.

    It stands in the audit of the organisation: the other side does not hear who of us does what.
    Raises NotAllowed, and BadAsk for somebody who is not of this side.
    """
    check_may(may_assign(place), _("give cases to people"))
    side = side_of(place)
    assert side is not None  # may_assign says so
    organisation = organisation_of(engagement, side)
    if owner is not None and owner.pk not in {person.pk for person in workers_of(organisation)}:
        raise BadAsk(_("Choose somebody of your own side who works on cases."))
    with transaction.atomic():
        mine = CaseOwner.objects.filter(organisation_id=organisation, engagement=engagement, case=case)
        about = f"{case} · {engagement.name}"
        if owner is None:
            if mine.delete()[0]:
                record_organisation_act(
                    organisation, actor, "unassign_case", about, engagement=str(engagement.pk), case=case
                )
            return None
        row, _made = CaseOwner.objects.update_or_create(
            organisation_id=organisation,
            engagement=engagement,
            case=case,
            defaults={"owner": owner, "by": actor, "at": timezone.now()},
        )
        record_organisation_act(
            organisation,
            actor,
            "assign_case",
            f"{about} · {owner.name}",
            engagement=str(engagement.pk),
            case=case,
            owner=str(owner.pk),
        )
        if owner.pk != actor.pk:
            notify(
                [owner],
                "case_assigned",
                {"case": case, "by": actor.name},
                key=f"case:{organisation}:{case}:{row.at.isoformat()}",
                engagement=engagement,
                link=handling_url(engagement, case),
            )
    return row
