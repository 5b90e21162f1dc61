"""One mail with a pack, or with a link to it, in the receiver's language."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils import translation
from django.utils.translation import gettext as _

from giao.core.report import formats
from giao.core.report.pack import PackSource, pack_pdf
from giao.core.report.words import Lang, say
from giao.kernel.engagements.scoping import working_for
from giao.kernel.health.metrics import delivery_ended
from giao.kernel.notifications.mail import can_mail
from giao.kernel.readings.models import Reading, ReadingState
from giao.kernel.readings.queries import reading_for
from giao.steps.improve.packs.errors import BadMail, NoMailServer
from giao.steps.improve.packs.models import SentPack
from giao.steps.improve.packs.pack_page import file_name
from giao.steps.improve.packs.queries import ground_of, is_member, statement_of
from giao.steps.improve.packs.sources import pack_source


def check_server() -> None:
    """Raises NoMailServer where this server sends no e-mail."""
    if not can_mail():
        raise NoMailServer(
            _("This server sends no e-mail: its administrator sets GIAO_SMTP_URL. Nothing was sent.")
        )


def deliver(row: SentPack) -> None:
    """Set the pack and hand the mail over. Raises what the mail server says, NoMailServer, and BadMail without figures."""
    lang: Lang = "vi" if row.language == "vi" else "en"
    with translation.override(lang):
        check_server()
        ground = ground_of(row.engagement, _reading(row))
        assert ground.reading is not None
        statement = statement_of(ground.reading, row.month)
        if statement is None:
            raise BadMail(_("There is no statement of this month."))
        source = pack_source(ground, statement, lang)
        message = EmailMessage(
            " ".join(subject_of(row, source, lang).split())[:200],
            text_of(row, source, lang),
            to=[row.address],
            headers={"Message-ID": f"<{row.pk}@giao>", "Auto-Submitted": "auto-generated"},
        )
        if row.attach:
            message.attach(file_name(ground, row.month, lang), pack_pdf(source, lang), "application/pdf")
        try:
            message.send()
        except Exception:
            delivery_ended("mail", "failed")
            raise
        delivery_ended("mail", "delivered")


def _reading(row: SentPack) -> Reading:
    """The reading that all mails of the month hold; a newer one where that is gone."""
    found: Reading | None = None
    if row.reading is not None:
        kept = Reading.objects.filter(engagement=row.engagement, state=ReadingState.READY)
        found = kept.filter(pk=row.reading).first()
    if found is None:
        found = reading_for(row.engagement, row.engagement.as_of, wait_seconds=60, whole=True)
    if not found.ready:
        raise BadMail(_("The figures are still being computed; it is tried again."))
    return found


def subject_of(row: SentPack, source: PackSource, lang: Lang) -> str:
    title = say(lang, "pack.title", month=formats.window(row.month, lang))
    subject = f"{title} · {row.engagement.name} ({say(lang, f'pack.state.{source.state}')})"
    return _("Test: %(subject)s") % {"subject": subject} if row.is_test else subject


def text_of(row: SentPack, source: PackSource, lang: Lang) -> str:
    statement = source.statement
    total = formats.money(statement.total, statement.currency, lang)
    credits = formats.money(-statement.credit_total, statement.currency, lang)
    met = sum(result.state == "met" for result in source.windows() if result.group is None)
    judged = sum(result.state != "no_data" for result in source.windows() if result.group is None)
    parts = [
        subject_of(row, source, lang),
        say(lang, f"pack.state.{source.state}.about"),
        _("Service levels met: %(met)s of %(judged)s. Credits: %(credits)s. Total with tax: %(total)s.")
        % {"met": met, "judged": judged, "credits": credits, "total": total},
    ]
    if row.attach:
        parts.append(_("The statement pack is attached as PDF."))
    if row.user_id is not None and settings.GIAO_ADDRESS:
        at = f"{settings.GIAO_ADDRESS}/e/{row.engagement.slug}/statements/{row.month}"
        parts.append(f"{at}/pack?language={lang}" if not row.attach else at)
    parts.append(
        _("You get this because somebody of your organisation, or a partner, put your address on the list.")
    )
    return "\n\n".join(parts)


def record_fault(row: SentPack, error: Exception) -> None:
    """Outside any transaction of a job: the next look at the page says why it is still on its way."""
    told = " ".join(str(error).split())[:500] or type(error).__name__
    SentPack.objects.filter(engagement=row.engagement_id, pk=row.pk).update(
        attempts=row.attempts + 1, fault=told
    )


def members_only(organisation: UUID, user: UUID) -> bool:
    """Whether a person is (still) of the organisation; background work sees no organisation's rows otherwise."""
    with working_for(organisation):
        return is_member(organisation, user)
