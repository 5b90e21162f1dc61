"""End a supporting agreement: clocks that start after its last day are no longer its own. What was stays."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from giao.kernel.audit.record import record_organisation_act
from giao.kernel.engagements.access import Place
from giao.kernel.parties.models import User
from giao.steps.run.chain.actions.keep_agreement import changed_words, check
from giao.steps.run.chain.actions.share_agreement import keep_copy
from giao.steps.run.chain.errors import BadDocument, ChangedMeanwhile
from giao.steps.run.chain.models import SupportingAgreement


def withdraw_agreement(
    row: SupportingAgreement, place: Place, actor: User, *, last_day: date, seen: int
) -> None:
    """`last_day` is its last one. Raises NotAllowed, BadDocument and ChangedMeanwhile."""
    check(row.engagement, row.organisation_id, place)
    if row.withdrawn is not None:
        raise BadDocument(_("It is withdrawn already, since %(day)s.") % {"day": row.withdrawn.isoformat()})
    with transaction.atomic():
        took = SupportingAgreement.objects.filter(pk=row.pk, revision=seen).update(
            withdrawn=last_day, revision=seen + 1, updated=timezone.now(), updated_by=actor
        )
        if not took:
            raise ChangedMeanwhile(changed_words())
        row.refresh_from_db()
        keep_copy(row)
        record_organisation_act(
            row.organisation_id,
            actor,
            "withdraw_supporting_agreement",
            row.name,
            engagement=str(row.engagement_id),
            agreement=str(row.pk),
            last_day=last_day.isoformat(),
        )
