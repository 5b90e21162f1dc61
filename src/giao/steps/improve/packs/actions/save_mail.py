"""Set up, change or stop the mail that brings an organisation the statement pack."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from giao.kernel.audit.record import record_act
from giao.kernel.engagements.models import Engagement
from giao.kernel.parties.models import Organisation, User
from giao.steps.improve.packs.errors import BadMail
from giao.steps.improve.packs.jobs import keep_schedule
from giao.steps.improve.packs.models import Content, StatementMail
from giao.steps.improve.packs.queries import agreement_of, moment_of

MOST_DAYS = 20


@dataclass(frozen=True)
class Wanted:
    """As it was typed. `at`: ``08:30``."""

    active: bool
    business_day: str
    at: str
    calendar: str
    content: str
    attach: bool


def save_mail(
    engagement: Engagement, organisation: Organisation, actor: User, wanted: Wanted
) -> StatementMail:
    """Raises BadMail with what is wrong and how to mend it."""
    values = _values(engagement, wanted)
    with transaction.atomic():
        row = (
            StatementMail.objects.select_for_update()
            .filter(engagement=engagement, organisation=organisation)
            .first()
        )
        if row is None:
            row = StatementMail(engagement=engagement, organisation=organisation, since=moment_of(engagement))
        elif wanted.active and (not row.active or _moves(row, values)):
            row.since = moment_of(engagement)  # a day that had passed by then is not made up for
        for name, value in values.items():
            setattr(row, name, value)
        row.by, row.changed = actor, timezone.now()
        row.save()
        keep_schedule(row, engagement)
        record_act(
            engagement,
            actor,
            "save_statement_mail" if row.active else "stop_statement_mail",
            organisation.name,
            business_day=row.business_day,
            at=f"{row.hour:02d}:{row.minute:02d}",
            content=row.content,
            attach=row.attach,
        )
    return row


def _values(engagement: Engagement, wanted: Wanted) -> dict[str, object]:
    day = wanted.business_day.strip()
    if not day.isascii() or not day.isdigit() or not 1 <= int(day) <= MOST_DAYS:
        raise BadMail(_("The business day is a whole number from 1 to %(most)s.") % {"most": MOST_DAYS})
    hour, _colon, minute = wanted.at.strip().partition(":")
    digits = hour.isascii() and hour.isdigit() and minute.isascii() and minute.isdigit()
    if not digits or int(hour) > 23 or int(minute) > 59:
        raise BadMail(_("“%(text)s” is no time of day; write it as 08:30.") % {"text": wanted.at[:20]})
    agreement = agreement_of(engagement)
    known = list(agreement.calendars) if agreement else []
    if wanted.calendar and wanted.calendar not in known:
        raise BadMail(
            _("The agreement has no calendar “%(name)s”; it has %(known)s.")
            % {"name": wanted.calendar[:40], "known": ", ".join(known) or _("none")}
        )
    if wanted.content not in Content.values:
        raise BadMail(_("Choose which figures are sent."))
    return {
        "active": wanted.active,
        "business_day": int(day),
        "hour": int(hour),
        "minute": int(minute),
        "calendar": wanted.calendar,
        "content": wanted.content,
        "attach": wanted.attach,
    }


def _moves(row: StatementMail, values: dict[str, object]) -> bool:
    return any(getattr(row, name) != values[name] for name in ("business_day", "hour", "minute", "calendar"))
