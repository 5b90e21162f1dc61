"""The jobs behind the mail: each day at its time, whether a pack is due; then one mail an address, at least once with a key."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from giao.kernel.engagements.models import Engagement
from giao.kernel.jobs import schedules
from giao.kernel.jobs.task import Effect, task
from giao.kernel.notifications.notify import notify
from giao.kernel.parties.models import User
from giao.kernel.readings.errors import NothingToRead
from giao.kernel.readings.models import Reading, ReadingState
from giao.kernel.readings.queries import reading_for
from giao.steps.improve.packs.models import Content, MailRecipient, SentPack, SentState, StatementMail
from giao.steps.improve.packs.posting import deliver, members_only, record_fault
from giao.steps.improve.packs.queries import ground_of, has_data, statement_of, waiting
from giao.steps.improve.packs.sources import pack_source

LEFT = "left"
"""A fault told in words by the page: who left the organisation gets no more."""

LOOK_AGAIN_SECONDS = 20
"""While the reading is computed."""


def keep_schedule(mail: StatementMail, engagement: Engagement) -> None:
    """One recurring job a mail, daily at its time: so a worker that was down makes up for the day, once."""
    if mail.active:
        line = f"{mail.minute} {mail.hour} * * *"
        schedules.cron(
            line, _name(mail), bring_packs, str(mail.pk), zone=engagement.zone, engagement=engagement
        )
    else:
        schedules.unschedule(_name(mail), engagement=engagement)


def _name(mail: StatementMail) -> str:
    return f"packs:{mail.pk}"


@task(most_attempts=8)
def bring_packs(identifier: str) -> str:
    """Put the mails of a due month on their way, all of them with one figure; says what it did."""
    mail = (
        StatementMail.objects.select_for_update(of=("self",))
        .select_related("engagement__client", "engagement__vendor", "engagement__owner", "by")
        .filter(pk=UUID(identifier), active=True, engagement__archived=None, engagement__removal_due=None)
        .first()
    )
    if mail is None:
        return "off"
    engagement = mail.engagement
    due = waiting(mail, engagement)
    if due is None:
        return "not due"
    try:
        reading = reading_for(engagement, engagement.as_of, whole=True)
    except NothingToRead:
        return _without_data(mail, due.month)
    if reading.state == ReadingState.COMPUTING:
        soon = timezone.now() + timedelta(seconds=LOOK_AGAIN_SECONDS)
        bring_packs.using(engagement=engagement, key=f"packs:{mail.pk}", run_after=soon).enqueue(identifier)
        return "computing"
    if reading.state == ReadingState.FAILED:
        return _without_data(mail, due.month)
    return _bring(mail, reading, due.month)


def _bring(mail: StatementMail, reading: Reading, month: str) -> str:
    engagement = mail.engagement
    statement = statement_of(reading, month)
    if statement is None or not has_data(pack_source(ground_of(engagement, reading), statement, "en")):
        return _without_data(mail, month)
    if mail.content == Content.CLOSED and not statement.closed:
        return "waits for the close"
    now = timezone.now()
    recipients = list(MailRecipient.objects.filter(engagement=engagement, mail=mail).order_by("address"))
    rows = [
        SentPack(
            engagement=engagement,
            organisation_id=mail.organisation_id,
            month=month,
            version=mail.content,
            address=item.address,
            user_id=item.user_id,
            language=item.language,
            attach=mail.attach or item.user_id is None,
            reading=reading.pk,
            created=now,
        )
        for item in recipients
    ]
    SentPack.objects.bulk_create(rows, ignore_conflicts=True)
    for row in SentPack.objects.filter(pk__in=[row.pk for row in rows]):
        post(row)
    mail.done = month
    mail.save(update_fields=["done"])
    return f"{len(rows)} on their way"


def _without_data(mail: StatementMail, month: str) -> str:
    """Nothing is sent; the owner hears of it, and the history says so."""
    engagement = mail.engagement
    owner = _owner(mail)
    notify(
        [owner],
        "pack_no_data",
        {"month": month},
        key=f"pack:{mail.pk}:{month}",
        engagement=engagement,
        link=f"/e/{engagement.slug}/statements",
    )
    row = SentPack(
        engagement=engagement,
        organisation_id=mail.organisation_id,
        month=month,
        version=f"no data {mail.organisation_id}",
        address=owner.email,
        user=owner,
        language="en",
        attach=False,
        state=SentState.NO_DATA,
        created=timezone.now(),
    )
    SentPack.objects.bulk_create([row], ignore_conflicts=True)
    mail.done = month
    mail.save(update_fields=["done"])
    return "no data"


def _owner(mail: StatementMail) -> User:
    """The engagement's owner where they are of this organisation, else who set the mail up."""
    owner = mail.engagement.owner
    if owner is not None and members_only(mail.organisation_id, owner.pk):
        return owner
    return mail.by


def post(row: SentPack) -> None:
    """Part of the caller's transaction: the mail is on its way once it commits."""
    mail_pack.using(engagement=row.engagement_id, key=f"pack:{row.pk}").enqueue(str(row.pk))


def _gave_up(sentence: str, identifier: str) -> None:
    row = SentPack.objects.select_related("engagement").filter(pk=UUID(identifier)).first()
    if row is None:
        return
    row.state, row.fault = SentState.FAILED, row.fault or sentence
    row.save(update_fields=["state", "fault"])
    mail = (
        StatementMail.objects.select_related("engagement__owner", "by")
        .filter(engagement=row.engagement, organisation=row.organisation_id)
        .first()
    )
    if mail is not None:
        notify(
            [_owner(mail)],
            "pack_not_sent",
            {"month": row.month, "address": row.address, "why": row.fault},
            key=f"pack-failed:{row.pk}:{row.attempts}",
            engagement=row.engagement,
            link=f"/e/{row.engagement.slug}/statement-mail",
        )


@task(long=True, most_attempts=6, when_dead=_gave_up)
def mail_pack(identifier: str) -> Effect | None:
    """At least once: the Message-ID is the row's, so that a mail that goes out twice is one in the mailbox."""
    row = (
        SentPack.objects.select_related(
            "engagement__client", "engagement__vendor", "engagement__owner", "user"
        )
        .filter(pk=UUID(identifier), state=SentState.WAITING)
        .first()
    )
    if row is None:
        return None
    if row.user_id is not None and not members_only(row.organisation_id, row.user_id):
        return Effect(partial(_store, row.pk, SentState.FAILED, LEFT))
    try:
        deliver(row)
    except Exception as error:
        record_fault(row, error)
        raise
    return Effect(partial(_store, row.pk, SentState.SENT, ""))


def _store(key: UUID, state: str, fault: str) -> None:
    with transaction.atomic():
        row = SentPack.objects.select_for_update().get(pk=key)
        row.state, row.fault, row.attempts = state, fault, row.attempts + 1
        if state == SentState.SENT:
            row.sent = timezone.now()
        row.save(update_fields=["state", "fault", "attempts", "sent"])
