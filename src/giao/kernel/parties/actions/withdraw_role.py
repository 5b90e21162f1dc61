"""Take a role from a person, or the person from an organisation with all roles."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from giao.kernel.audit.record import record_organisation_act
from giao.kernel.engagements.scoping import working_for
from giao.kernel.identity.errors import IdentityError
from giao.kernel.parties.models import Membership, Organisation, Role, User


def withdraw_role(membership: Membership, actor: User | None = None) -> None:
    """It counts from the person's next request on. Raises IdentityError for the last administrator."""
    organisation = membership.organisation_id
    with transaction.atomic(), working_for(organisation):
        Organisation.objects.select_for_update().get(
            pk=organisation
        )  # two at once: the second sees the first
        others = Membership.objects.filter(organisation=organisation, role=Role.ADMINISTRATOR).exclude(
            pk=membership.pk
        )
        if membership.role == Role.ADMINISTRATOR and not others.exists():
            raise IdentityError(_("This is the last administrator; make somebody else administrator first."))
        gone, _rows = Membership.objects.filter(pk=membership.pk).delete()
        if gone:
            record_organisation_act(
                organisation, actor, "withdraw_role", str(membership.user), role=membership.role
            )
