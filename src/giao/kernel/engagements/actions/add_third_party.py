"""Give a sub-contractor its place in an engagement: it sees the events of its own groups, and nothing else."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _

from giao.kernel.audit.record import record_act
from giao.kernel.engagements.errors import EngagementError
from giao.kernel.engagements.models import Engagement, ThirdParty
from giao.kernel.identity.actions.invite_person import invite_person
from giao.kernel.identity.models import Invitation
from giao.kernel.parties.actions.create_organisation import create_organisation
from giao.kernel.parties.models import Organisation, Role, User


def add_third_party(
    engagement: Engagement, organisation: Organisation, groups: Iterable[str], actor: User | None = None
) -> ThirdParty:
    """Doing it again replaces the groups. Raises EngagementError for a party itself or no group."""
    named = sorted({group.strip() for group in groups if group.strip()})
    if organisation.pk in (engagement.client_id, engagement.vendor_id):
        raise EngagementError(_("This organisation is the client or the vendor itself."))
    if not named:
        raise EngagementError(_("Name at least one group of the log; a sub-contractor sees only its groups."))
    with transaction.atomic():
        third, _made = ThirdParty.objects.update_or_create(
            engagement=engagement,
            organisation=organisation,
            defaults={"groups": named},
            create_defaults={"groups": named, "created_by": actor},
        )
        record_act(engagement, actor, "add_third_party", str(third), groups=named)
    return third


def invite_third_party(
    engagement: Engagement, name: str, email: str, groups: Iterable[str], actor: User
) -> tuple[ThirdParty, Invitation, str]:
    """A sub-contractor that is not here yet: its organisation, the invitation of its administrator, and the link's secret.

    Raises EngagementError without a name or groups, IdentityError for a bad address; nothing is made then.
    """
    clean = name.strip()
    if not clean or len(clean) > 200:
        raise EngagementError(_("Write the name of the sub-contractor."))
    with transaction.atomic():
        organisation = create_organisation(clean)
        invitation, secret = invite_person(organisation, email, Role.ADMINISTRATOR, actor)
        third = add_third_party(engagement, organisation, groups, actor)
    return third, invitation, secret


def withdraw_third_party(third: ThirdParty, actor: User | None = None) -> None:
    """From its people's next request on it sees nothing of the engagement."""
    with transaction.atomic():
        gone, _rows = ThirdParty.objects.filter(pk=third.pk).delete()
        if gone:
            record_act(third.engagement, actor, "withdraw_third_party", str(third))
