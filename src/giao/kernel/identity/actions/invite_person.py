"""Invite a person into an organisation by a one-time link; take the invitation back; accept it."""

from __future__ import annotations

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from giao.kernel.audit.record import record_organisation_act
from giao.kernel.engagements.scoping import everywhere, working_for
from giao.kernel.identity.errors import IdentityError
from giao.kernel.identity.mailing import mail_link
from giao.kernel.identity.models import Invitation
from giao.kernel.identity.secrets import hash_of, new_secret
from giao.kernel.parties.actions.create_account import create_account
from giao.kernel.parties.actions.join_organisation import join_organisation
from giao.kernel.parties.models import Organisation, Role, User

LASTS = timedelta(days=7)


@sensitive_variables("secret")
def invite_person(
    organisation: Organisation, email: str, role: str, actor: User | None = None
) -> tuple[Invitation, str]:
    """The invitation and the secret of its link, which is nowhere stored. An older open one to the same address ends.

    Raises IdentityError for a bad address or an unknown role.
    """
    address = email.strip().lower()
    try:
        validate_email(address)
    except ValidationError:
        raise IdentityError(
            _("“%(email)s” is no e-mail address; write it as name@example.org.") % {"email": address[:100]}
        ) from None
    if role not in Role.values:
        raise IdentityError(_("Choose one of the roles."))
    secret, hashed = new_secret()
    now = timezone.now()
    with transaction.atomic(), working_for(organisation):
        Invitation.objects.filter(
            organisation=organisation, email=address, role=role, accepted__isnull=True, revoked__isnull=True
        ).update(revoked=now)
        made = Invitation.objects.create(
            organisation=organisation,
            email=address,
            role=role,
            hash=hashed,
            expires=now + LASTS,
            created_by=actor,
        )
        record_organisation_act(organisation.pk, actor, "invite_person", str(made))
    return made, secret


def mail_invitation(invitation: Invitation, link: str) -> bool:
    """Whether a mail server took it; without one the link is handed over by hand."""
    name = invitation.organisation.name
    return mail_link(
        invitation.email,
        _("%(name)s invites you to giao") % {"name": name},
        _("Open this link to join %(name)s; it works once and for seven days:\n\n%(link)s")
        % {"name": name, "link": link},
    )


def revoke_invitation(invitation: Invitation, actor: User | None = None) -> None:
    with transaction.atomic(), working_for(invitation.organisation_id):
        done = Invitation.objects.filter(
            pk=invitation.pk, accepted__isnull=True, revoked__isnull=True
        ).update(revoked=timezone.now())
        if done:
            record_organisation_act(invitation.organisation_id, actor, "revoke_invitation", str(invitation))


@sensitive_variables("secret")
def open_invitation(secret: str) -> Invitation:
    """The invitation behind a link. Raises Http404 for one that is unknown, over, taken back or used: one answer for all."""
    with everywhere("whose invitation this is"):
        found = Invitation.objects.filter(hash=hash_of(secret)).select_related("organisation").first()
    if found is None or not found.is_open:
        raise Http404("no such invitation")
    return found


def has_account(invitation: Invitation) -> bool:
    return User.objects.filter(email=invitation.email).exists()


@sensitive_variables("password")
def accept_invitation(
    invitation: Invitation, user: User | None, name: str = "", password: str = "", language: str = ""
) -> User:
    """Join; without `user` an account is made first. It works once.

    Raises IdentityError (another account; used meanwhile), AccountExists (sign in first), BadAccount (why).
    """
    if user is not None and user.email != invitation.email:
        raise IdentityError(
            _("This invitation is for %(email)s; sign out and open the link again.")
            % {"email": invitation.email}
        )
    now = timezone.now()
    with transaction.atomic(), working_for(invitation.organisation_id):
        person = user or create_account(invitation.email, password, name, language)
        taken = Invitation.objects.filter(
            pk=invitation.pk, accepted__isnull=True, revoked__isnull=True, expires__gt=now
        ).update(accepted=now, accepted_by=person)
        if not taken:
            raise IdentityError(_("This invitation has been used; sign in, or ask for a new one."))
        join_organisation(person, invitation.organisation, invitation.role)
        record_organisation_act(invitation.organisation_id, person, "accept_invitation", str(invitation))
    return person
