"""Set a forgotten password by a one-time link: from an administrator, or by e-mail where the server can send one."""

from __future__ import annotations

from datetime import timedelta

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from giao.kernel.audit.record import record_organisation_act
from giao.kernel.engagements.scoping import everywhere
from giao.kernel.identity.errors import IdentityError
from giao.kernel.identity.models import ResetLink, Session
from giao.kernel.identity.secrets import hash_of, new_secret
from giao.kernel.parties.errors import BadAccount
from giao.kernel.parties.models import Membership, Organisation, Role, User

LASTS = timedelta(hours=24)
LASTS_BY_MAIL = timedelta(hours=1)
AT_MOST_OPEN = 3
"""So many links that a person asked for by e-mail may be open at once."""


def check_may_reset(administrator: User, person: User) -> None:
    """An administrator opens no door into other organisations: the person must belong to theirs alone.

    Raises IdentityError otherwise.
    """
    with everywhere("in which organisations a person is"):
        theirs = set(Membership.objects.filter(user=person).values_list("organisation", flat=True))
        mine = set(
            Membership.objects.filter(user=administrator, role=Role.ADMINISTRATOR).values_list(
                "organisation", flat=True
            )
        )
    if not theirs or not theirs <= mine:
        raise IdentityError(
            _("This person belongs to another organisation too; they set a new password by e-mail.")
        )


@sensitive_variables("secret")
def make_reset_link(person: User, administrator: User, organisation: Organisation) -> str:
    """The secret of a link that an administrator hands over. Raises IdentityError (see `check_may_reset`)."""
    check_may_reset(administrator, person)
    with transaction.atomic():
        secret = _make(person, LASTS, administrator)
        record_organisation_act(organisation.pk, administrator, "make_reset_link", str(person))
    return secret


@sensitive_variables("secret")
def ask_reset_link(email: str) -> tuple[User, str] | None:
    """For the one who forgot: (person, secret) to be mailed, or None: no such account, or enough links are open.

    The page answers alike in both cases.
    """
    person = User.objects.filter(email=email.strip().lower(), is_active=True).first()
    if person is None:
        return None
    open_links = ResetLink.objects.filter(
        user=person, used__isnull=True, expires__gt=timezone.now(), made_by__isnull=True
    )
    return None if open_links.count() >= AT_MOST_OPEN else (person, _make(person, LASTS_BY_MAIL, None))


def _make(person: User, lasts: timedelta, made_by: User | None) -> str:
    secret, hashed = new_secret()
    ResetLink.objects.create(user=person, hash=hashed, expires=timezone.now() + lasts, made_by=made_by)
    return secret


@sensitive_variables("secret")
def open_reset_link(secret: str) -> ResetLink:
    """Raises Http404 for one that is unknown, over or used."""
    found = ResetLink.objects.filter(hash=hash_of(secret), used__isnull=True).select_related("user").first()
    if found is None or found.expires <= timezone.now() or not found.user.is_active:
        raise Http404("no such link")
    return found


@sensitive_variables("password")
def use_reset_link(link: ResetLink, password: str) -> User:
    """Set the password, end every session and every other link. A second factor stays as it is.

    Raises BadAccount (why the password does not do), IdentityError (used meanwhile).
    """
    person = link.user
    try:
        validate_password(password, person)
    except ValidationError as error:
        raise BadAccount(" ".join(error.messages)) from None
    now = timezone.now()
    with transaction.atomic():
        if not ResetLink.objects.filter(pk=link.pk, used__isnull=True).update(used=now):
            raise IdentityError(_("This link has been used; ask for a new one."))
        ResetLink.objects.filter(user=person, used__isnull=True).update(used=now)
        person.set_password(password)
        person.save(update_fields=["password"])
        Session.objects.filter(user=person).delete()
        with everywhere("the audit of every organisation of the person"):
            for organisation in set(
                Membership.objects.filter(user=person).values_list("organisation", flat=True)
            ):
                record_organisation_act(organisation, person, "reset_password", str(person))
    return person
