"""An administrator takes away the second factor of a person who lost it together with the recovery codes."""

from __future__ import annotations

from functools import partial

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from giao.kernel.audit.record import record_organisation_act
from giao.kernel.engagements.models import Engagement
from giao.kernel.engagements.scoping import everywhere
from giao.kernel.identity.actions.reset_password import check_may_reset
from giao.kernel.identity.errors import IdentityError
from giao.kernel.identity.mailing import mail_link
from giao.kernel.identity.models import Session
from giao.kernel.identity.second_factor import is_on, turn_off
from giao.kernel.notifications.notify import notify
from giao.kernel.parties.models import Organisation, User

SHORTEST_REASON = 10


def reset_second_factor(
    person: User, administrator: User, organisation: Organisation, reason: str, *, place: str
) -> None:
    """Factor and recovery codes go, every session of the person ends; they are told, and both is in the audit trail.

    `place`: the path where a new one is set up. Raises IdentityError: not theirs alone, nobody's own, no reason, none on.
    """
    if person.pk == administrator.pk:
        raise IdentityError(
            _("Your own second factor is changed on your account page; another administrator resets it.")
        )
    check_may_reset(administrator, person)
    if len(reason.strip()) < SHORTEST_REASON:
        raise IdentityError(_("Write how you know that it is this person who asks: at least ten letters."))
    with transaction.atomic():
        if not is_on(person):
            raise IdentityError(_("This person has no second factor switched on."))
        turn_off(person)
        Session.objects.filter(user=person).delete()
        act = record_organisation_act(
            organisation.pk, administrator, "reset_second_factor", str(person), reason=reason.strip()[:500]
        )
        _tell(person, administrator, f"second_factor_reset:{act.pk}", place)


def _tell(person: User, administrator: User, key: str, place: str) -> None:
    """In the application and as the person chose; by mail alone where they have no engagement to be told in."""
    with everywhere("a person is told in any engagement that is theirs"):
        theirs = person.memberships.values("organisation")
        engagement = (
            Engagement.objects.filter(client__in=theirs).order_by("name").first()
            or Engagement.objects.filter(vendor__in=theirs).order_by("name").first()
        )
    values = {"by": administrator.name}
    if engagement is not None:
        notify([person], "second_factor_reset", values, key=key, engagement=engagement, link=place)
        return
    with override(person.language or "en"):
        subject = _("Your second factor was reset")
        text = _(
            "%(by)s, an administrator of your organisation, took your second factor away and ended your sessions. "
            "If you did not ask for it, tell them at once."
        )
    transaction.on_commit(partial(mail_link, person.email, subject, text % values))
