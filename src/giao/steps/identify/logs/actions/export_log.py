"""Ask for the engagement's log as a file: it is told in the audit, with what of personal data is in it."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from giao.core.log.exporting import FORMATS, file_name
from giao.kernel.audit.record import record_act
from giao.kernel.engagements.access import Place, check_may, may_export
from giao.kernel.engagements.errors import EngagementError
from giao.kernel.engagements.models import Engagement
from giao.kernel.engagements.unmasking import Unmasked
from giao.kernel.jobs.work import WorkState, begin
from giao.kernel.ledger.queries import position as position_of
from giao.kernel.parties.models import User
from giao.steps.identify.logs.exporting import hidden_columns, remove_content, whole_log
from giao.steps.identify.logs.models import Export

KEPT = timedelta(days=1)


def check_export(place: Place, format: str) -> None:
    """Raises NotAllowed, and EngagementError for a format that there is not."""
    check_may(may_export(place), _("export the log"))
    if format not in FORMATS:
        raise EngagementError(_("The format is one of %(known)s.") % {"known": ", ".join(FORMATS)})


def start_export(
    engagement: Engagement,
    place: Place,
    person: User | None,
    asked_by: str,
    format: str,
    unmasked: Unmasked,
    as_of: datetime | None = None,
) -> Export:
    """The row, its job begun. The same file asked for again while it is kept is the same row."""
    check_export(place, format)
    drop_old(engagement)
    log = whole_log(engagement, as_of)
    hidden = hidden_columns(engagement, log, unmasked)
    position = position_of(engagement.pk)
    same = Export.objects.filter(
        engagement=engagement,
        asked_by=asked_by,
        format=format,
        position=position,
        as_of=as_of,
        state__in=(WorkState.COMPUTING, WorkState.READY),
    ).order_by("-created")
    found = next((row for row in same if row.hidden == hidden), None)
    if found is not None:
        return found
    with transaction.atomic():
        row = Export.objects.create(
            engagement=engagement,
            format=format,
            name=file_name(engagement.slug, format),
            as_of=as_of,
            position=position,
            hidden=hidden,
            asked_by=asked_by,
            created_by=person,
        )
        note_export(engagement, person, format, hidden)
        begin(row)
    return row


def note_export(engagement: Engagement, person: User | None, format: str, hidden: list[str]) -> None:
    record_act(engagement, person, "export_log", format, format=format, masked=hidden)


def drop_old(engagement: Engagement) -> None:
    """Files of yesterday go: an export is made again in a moment."""
    old = Export.objects.filter(engagement=engagement, created__lt=timezone.now() - KEPT)
    for row in old:
        remove_content(row)
        row.delete()
