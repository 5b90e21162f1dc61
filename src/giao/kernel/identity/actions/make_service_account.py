"""Make a service account of an organisation, or switch one off with all its tokens."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from giao.kernel.audit.record import record_organisation_act
from giao.kernel.engagements.scoping import working_for
from giao.kernel.identity.errors import IdentityError
from giao.kernel.identity.models import ServiceAccount
from giao.kernel.parties.models import Organisation, User


def make_service_account(organisation: Organisation, name: str, actor: User | None = None) -> ServiceAccount:
    """Raises IdentityError for an empty, overlong or taken name."""
    clean = name.strip()
    if not clean or len(clean) > 100:
        raise IdentityError(_("Give the service account a name of at most 100 letters."))
    try:
        with transaction.atomic(), working_for(organisation):
            account = ServiceAccount.objects.create(organisation=organisation, name=clean, created_by=actor)
            record_organisation_act(organisation.pk, actor, "make_service_account", clean)
    except IntegrityError:
        raise IdentityError(
            _("A service account “%(name)s” is there already; take another name.") % {"name": clean}
        ) from None
    return account


def disable_service_account(account: ServiceAccount, actor: User | None = None) -> None:
    """None of its tokens opens anything any more. Doing it twice changes nothing."""
    with transaction.atomic(), working_for(account.organisation_id):
        done = ServiceAccount.objects.filter(pk=account.pk, disabled__isnull=True).update(
            disabled=timezone.now()
        )
        if done:
            record_organisation_act(account.organisation_id, actor, "disable_service_account", account.name)
