"""Send the pack to oneself now, to see what the others will get; or try a mail again that failed."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from giao.core.report.words import LANGS
from giao.kernel.audit.record import record_act
from giao.kernel.identifiers import new_id
from giao.kernel.parties.models import User
from giao.kernel.readings.models import Reading
from giao.steps.improve.packs.errors import BadMail
from giao.steps.improve.packs.jobs import post
from giao.steps.improve.packs.models import SentPack, SentState, StatementMail
from giao.steps.improve.packs.posting import check_server


def send_to_me(mail: StatementMail, actor: User, reading: Reading, month: str, language: str) -> SentPack:
    """Raises NoMailServer and BadMail."""
    check_server()
    if language not in LANGS:
        raise BadMail(_("The language is one of %(known)s.") % {"known": ", ".join(LANGS)})
    with transaction.atomic():
        row = SentPack.objects.create(
            engagement_id=mail.engagement_id,
            organisation_id=mail.organisation_id,
            month=month,
            version=f"test-{new_id()}",
            address=actor.email,
            user=actor,
            language=language,
            attach=mail.attach,
            reading=reading.pk,
            created=timezone.now(),
        )
        record_act(mail.engagement, actor, "send_test_pack", month)
        post(row)
    return row


def try_again(row: SentPack, actor: User) -> bool:
    """Whether it waits now: False when somebody was first. Raises NoMailServer."""
    check_server()
    with transaction.atomic():
        failed = SentPack.objects.filter(engagement=row.engagement_id, pk=row.pk, state=SentState.FAILED)
        if not failed.update(state=SentState.WAITING, fault=""):
            return False
        record_act(row.engagement, actor, "send_pack_again", row.address, month=row.month)
        row.refresh_from_db()
        post(row)
    return True
