"""Name who gets the statement pack, or take somebody off. Who is outside the organisation is noted in the audit."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from giao.core.report.words import LANGS
from giao.kernel.audit.record import record_act
from giao.kernel.parties.models import User
from giao.steps.improve.packs.errors import BadMail
from giao.steps.improve.packs.models import MailRecipient, StatementMail
from giao.steps.improve.packs.queries import is_member

MOST_RECIPIENTS = 50


def name_recipient(
    mail: StatementMail, actor: User, *, user: User | None = None, address: str = "", language: str = ""
) -> MailRecipient:
    """A member (`user`), or an address outside. Raises BadMail."""
    if language not in LANGS:
        raise BadMail(_("The language is one of %(known)s.") % {"known": ", ".join(LANGS)})
    if user is not None and not is_member(mail.organisation_id, user.pk):
        raise BadMail(_("This person is no member of your organisation; write their e-mail address instead."))
    found = user.email if user is not None else _address(address)
    if user is None:
        user = _member_with(mail, found)
    if MailRecipient.objects.filter(engagement=mail.engagement_id, mail=mail).count() >= MOST_RECIPIENTS:
        raise BadMail(
            _("One mail has at most %(most)s recipients; use an address of a group.")
            % {"most": MOST_RECIPIENTS}
        )
    try:
        with transaction.atomic():
            row = MailRecipient.objects.create(
                engagement_id=mail.engagement_id,
                mail=mail,
                user=user,
                address=found,
                language=language,
                by=actor,
                at=timezone.now(),
            )
            what = "name_outside_recipient" if user is None else "name_recipient"
            record_act(mail.engagement, actor, what, found, language=language)
    except IntegrityError:
        raise BadMail(_("%(address)s gets it already.") % {"address": found}) from None
    return row


def take_off(row: MailRecipient, actor: User) -> None:
    with transaction.atomic():
        record_act(row.engagement, actor, "take_recipient_off", row.address)
        row.delete()


def _address(text: str) -> str:
    cleaned = text.strip().lower()
    try:
        validate_email(cleaned)
    except ValidationError:
        raise BadMail(
            _("“%(text)s” is no e-mail address; write it as name@example.org.") % {"text": text[:80]}
        ) from None
    return cleaned


def _member_with(mail: StatementMail, address: str) -> User | None:
    """An address that belongs to a member is the member: who leaves the organisation gets no more."""
    found = User.objects.filter(email=address).first()
    return found if found is not None and is_member(mail.organisation_id, found.pk) else None
