"""Addresses of the mail that brings the statement pack: when, to whom, what was sent."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _
from ninja import Schema, Status
from pydantic import Field

from giao.kernel.api.caller import person_of, stand
from giao.kernel.api.once import once
from giao.kernel.api.paging import asked_page, page_of
from giao.kernel.api.values import instant
from giao.kernel.api.wing import Wing
from giao.kernel.engagements.access import check_may
from giao.kernel.engagements.standing import Standing
from giao.kernel.parties.models import Organisation
from giao.steps.improve.packs.access import (
    mail_of,
    may_keep_mail,
    may_see_mail,
    organisation_of,
)
from giao.steps.improve.packs.actions.name_recipient import name_recipient, take_off
from giao.steps.improve.packs.actions.save_mail import Wanted, save_mail
from giao.steps.improve.packs.actions.send_now import send_to_me, try_again
from giao.steps.improve.packs.errors import BadMail
from giao.steps.improve.packs.mail_page import last_month
from giao.steps.improve.packs.models import MailRecipient, SentPack, StatementMail
from giao.steps.improve.packs.queries import members_of

HERE = "/engagements/{slug}/statement-mail"
router = Wing(tags=["statements"])


class RecipientOut(Schema):
    id: str
    address: str
    member: bool
    language: str


class MailOut(Schema):
    """Sent on the N-th business day of the month after. `content`: draft or closed figures. Not set up: `active` null."""

    active: bool | None
    business_day: int | None
    at: str | None
    calendar: str | None
    content: str | None
    attach: bool | None
    recipients: list[RecipientOut]


class MailIn(Schema):
    active: bool = True
    business_day: int = Field(3, ge=1, le=20)
    at: str = Field("08:00", max_length=5, examples=["08:30"])
    calendar: str = ""
    content: str = Field("draft", examples=["closed"])
    attach: bool = True


class RecipientIn(Schema):
    """A member of the own organisation by e-mail, or an address outside."""

    address: str = Field(min_length=3, max_length=254)
    language: str = Field(examples=["vi"])


class LanguageIn(Schema):
    language: str = Field(examples=["vi"])


class SentOut(Schema):
    """One mail of one month's pack to one address."""

    id: str
    month: str
    version: str
    address: str
    language: str
    state: str
    attempts: int
    fault: str
    created: str
    sent: str | None


class SentListOut(Schema):
    items: list[SentOut]
    next: str | None


@router.read(HERE, "exports:read", MailOut)
def statement_mail_read(request: HttpRequest, slug: str) -> dict[str, Any]:
    """How the own organisation's mail is set up."""
    standing, organisation = _seen(request, slug)
    return _out(mail_of(standing, organisation))


@router.write(HERE, "statements:write", MailOut, method="PUT")
def statement_mail_saved(request: HttpRequest, slug: str, body: MailIn) -> dict[str, Any]:
    """Set up when the mail of the own organisation goes out, and what it holds."""
    standing, organisation = _kept(request, slug)
    wanted = Wanted(
        active=body.active,
        business_day=str(body.business_day),
        at=body.at,
        calendar=body.calendar,
        content=body.content,
        attach=body.attach,
    )
    return _out(save_mail(standing.engagement, organisation, person_of(request), wanted))


@router.write(HERE + "/recipients", "statements:write", {201: MailOut}, once=True)
def mail_recipient_named(request: HttpRequest, slug: str, body: RecipientIn) -> Status:
    """Name one more recipient; who is outside stands in the audit."""
    standing, organisation = _kept(request, slug)
    mail, person = _mail(standing, organisation), person_of(request)
    member = next((item for item in members_of(organisation) if item.email == body.address.strip()), None)

    def act() -> dict[str, Any]:
        name_recipient(mail, person, user=member, address=body.address, language=body.language)
        return _out(mail)

    return once(request, standing.engagement, 201, act)


@router.write(HERE + "/recipients/{uuid:identifier}", "statements:write", MailOut, method="DELETE")
def mail_recipient_taken_off(request: HttpRequest, slug: str, identifier: UUID) -> dict[str, Any]:
    """Take a recipient off: they get no more packs from now on."""
    standing, organisation = _kept(request, slug)
    mail = _mail(standing, organisation)
    row = MailRecipient.objects.filter(engagement=standing.engagement, mail=mail, pk=identifier).first()
    if row is None:
        raise Http404("no such recipient of yours")
    take_off(row, person_of(request))
    return _out(mail)


@router.write(HERE + "/test", "statements:write", {202: SentOut})
def mail_sent_to_me(request: HttpRequest, slug: str, body: LanguageIn) -> Status:
    """The pack of the last month that is over, to the caller alone."""
    standing, organisation = _kept(request, slug)
    mail = _mail(standing, organisation)
    reading, month = last_month(standing)
    return Status(202, _sent(send_to_me(mail, person_of(request), reading, month, body.language)))


@router.read(HERE + "/sent", "exports:read", SentListOut, paged=True)
def mails_sent(request: HttpRequest, slug: str) -> dict[str, Any]:
    """What was sent, the newest first."""
    asked = asked_page(request)
    standing, organisation = _seen(request, slug)
    rows = SentPack.objects.filter(engagement=standing.engagement, organisation=organisation)
    found, following = page_of(rows, asked)
    return {"items": [_sent(row) for row in found], "next": following}


@router.write(HERE + "/sent/{uuid:identifier}/again", "statements:write", SentOut)
def mail_sent_again(request: HttpRequest, slug: str, identifier: UUID) -> dict[str, Any]:
    """Try a failed one once more; one that did not fail stays as it is."""
    standing, organisation = _kept(request, slug)
    rows = SentPack.objects.filter(engagement=standing.engagement, organisation=organisation)
    row = rows.select_related("engagement").filter(pk=identifier).first()
    if row is None:
        raise Http404("no such mail of yours")
    try_again(row, person_of(request))
    row.refresh_from_db()
    return _sent(row)


def _seen(request: HttpRequest, slug: str) -> tuple[Standing, Organisation]:
    standing = stand(request, slug)
    check_may(may_see_mail(standing.place), _("see the mail of statement packs"))
    return standing, organisation_of(standing, request.GET.get("organisation", ""))


def _kept(request: HttpRequest, slug: str) -> tuple[Standing, Organisation]:
    standing = stand(request, slug)
    check_may(may_keep_mail(standing.place) and not standing.chosen, _("set up the mail of statement packs"))
    return standing, organisation_of(standing, request.GET.get("organisation", ""))


def _mail(standing: Standing, organisation: Organisation) -> StatementMail:
    found = mail_of(standing, organisation)
    if found is None:
        raise BadMail(_("Set up day and time first."))
    return found


def _out(mail: StatementMail | None) -> dict[str, Any]:
    if mail is None:
        names = ("active", "business_day", "at", "calendar", "content", "attach")
        return {**dict.fromkeys(names), "recipients": []}
    recipients = MailRecipient.objects.filter(engagement=mail.engagement_id, mail=mail).order_by("address")
    return {
        "active": mail.active,
        "business_day": mail.business_day,
        "at": f"{mail.hour:02}:{mail.minute:02}",
        "calendar": mail.calendar,
        "content": str(mail.content),
        "attach": mail.attach,
        "recipients": [
            {
                "id": str(row.pk),
                "address": row.address,
                "member": row.user_id is not None,
                "language": row.language,
            }
            for row in recipients
        ],
    }


def _sent(row: SentPack) -> dict[str, Any]:
    return {
        "id": str(row.pk),
        "month": row.month,
        "version": "test" if row.is_test else row.version,
        "address": row.address,
        "language": row.language,
        "state": str(row.state),
        "attempts": row.attempts,
        "fault": row.fault,
        "created": instant(row.created),
        "sent": instant(row.sent),
    }
