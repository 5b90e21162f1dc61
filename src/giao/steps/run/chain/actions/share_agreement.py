"""Show a supporting agreement to the other side, or take that back. The copy follows every change while it is shared."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from giao.kernel.audit.record import record_organisation_act
from giao.kernel.engagements.access import Place, check_may
from giao.kernel.parties.models import User
from giao.steps.run.chain.access import may_keep_agreements, own_organisations
from giao.steps.run.chain.errors import ChangedMeanwhile
from giao.steps.run.chain.models import SharedAgreement, SupportingAgreement


def share_agreement(row: SupportingAgreement, place: Place, actor: User, *, shared: bool, seen: int) -> None:
    """Raises NotAllowed and ChangedMeanwhile."""
    allowed = may_keep_agreements(place) and row.organisation_id in own_organisations(row.engagement, place)
    check_may(allowed, _("keep supporting agreements"))
    with transaction.atomic():
        took = SupportingAgreement.objects.filter(pk=row.pk, revision=seen).update(
            shared=shared, revision=seen + 1, updated=timezone.now(), updated_by=actor
        )
        if not took:
            raise ChangedMeanwhile(
                _("Somebody changed this agreement while you were at it. Load it again, then decide.")
            )
        row.refresh_from_db()
        keep_copy(row)
        record_organisation_act(
            row.organisation_id,
            actor,
            "share_supporting_agreement" if shared else "unshare_supporting_agreement",
            row.name,
            engagement=str(row.engagement_id),
            agreement=str(row.pk),
        )


def keep_copy(row: SupportingAgreement) -> None:
    """The copy in the engagement's sight as the agreement stands now; none while it is not shared."""
    if not row.shared:
        SharedAgreement.objects.filter(engagement=row.engagement_id, source=row.pk).delete()
        return
    SharedAgreement.objects.update_or_create(
        engagement=row.engagement,
        source=row.pk,
        defaults={
            "owner_id": row.organisation_id,
            "kind": row.kind,
            "texts": list(row.versions.order_by("effective").values_list("text", flat=True)),
            "withdrawn": row.withdrawn,
        },
    )
