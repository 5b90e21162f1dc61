"""Notifications of a person, and webhooks of an organisation with what was delivered, as addresses."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _
from ninja import Schema, Status
from pydantic import Field

from giao.kernel.api.caller import PERSON, caller_of, person_of, stand
from giao.kernel.api.once import once
from giao.kernel.api.paging import asked_page, page_of
from giao.kernel.api.values import instant
from giao.kernel.api.wing import Wing
from giao.kernel.engagements.access import check_may
from giao.kernel.engagements.standing import Standing
from giao.kernel.identity.problems import Problem
from giao.kernel.notifications.access import KEEPERS, may_keep_webhooks
from giao.kernel.notifications.actions.make_webhook import end_webhook, make_webhook
from giao.kernel.notifications.actions.retry_delivery import retry_delivery
from giao.kernel.notifications.mail import can_mail
from giao.kernel.notifications.models import Delivery, Webhook
from giao.kernel.notifications.queries import choose_mail, mark_read, notifications_of, wants_mail
from giao.kernel.notifications.words import is_known
from giao.kernel.parties.models import Membership, Organisation

router = Wing(tags=["notifications"])
HERE = "/engagements/{slug}/webhooks"


class NotificationOut(Schema):
    id: str
    engagement: str
    template: str
    title: str
    text: str
    link: str
    created: str
    read: str | None


class NotificationsOut(Schema):
    items: list[NotificationOut]
    next: str | None


class ReadOut(Schema):
    marked: int


class MailIn(Schema):
    wanted: bool = Field(description="Whether each notification goes to your e-mail address too.")


class MailOut(Schema):
    """`possible` is false where this server has no mail server."""

    wanted: bool
    possible: bool


class WebhookOut(Schema):
    """`templates` empty: everything. `secret` signs what is sent; it is shown once, when the webhook is made."""

    id: str
    organisation: str
    url: str
    templates: list[str]
    created: str
    secret: str | None = None


class WebhooksOut(Schema):
    items: list[WebhookOut]
    next: str | None


class WebhookIn(Schema):
    url: str = Field(max_length=500)
    templates: list[str] = Field([], description="What it hears; empty: everything.")
    organisation: str = Field("", description="Yours by default; its key where you stand on both sides.")


class DeliveryOut(Schema):
    id: str
    webhook: str
    template: str
    key: str
    state: str
    attempts: int
    status: int | None
    fault: str
    created: str
    tried: str | None


class DeliveriesOut(Schema):
    items: list[DeliveryOut]
    next: str | None


@router.read("/notifications", PERSON, NotificationsOut, paged=True)
def notifications(request: HttpRequest, unread: bool = False, engagement: str = "") -> dict[str, Any]:
    """Your notifications of all your engagements, the newest first."""
    asked = asked_page(request)
    rows = notifications_of(person_of(request), unread=unread)
    rows = rows.filter(engagement__slug=engagement) if engagement else rows
    found, following = page_of(rows, asked)
    return {
        "items": [
            {
                "id": str(row.pk),
                "engagement": row.engagement.slug,
                "template": row.template,
                "title": row.title,
                "text": row.text,
                "link": row.link,
                "created": instant(row.created),
                "read": instant(row.read),
            }
            for row in found
        ],
        "next": following,
    }


@router.write("/notifications/{uuid:identifier}/read", PERSON, ReadOut)
def notification_read(request: HttpRequest, identifier: UUID) -> dict[str, int]:
    """Mark one as read. Doing it twice changes nothing."""
    rows = notifications_of(person_of(request)).filter(pk=identifier)
    if not rows.exists():
        raise Http404("no such notification of yours")
    return {"marked": mark_read(rows)}


@router.write("/notifications/mail", PERSON, MailOut, method="PUT")
def mail_chosen(request: HttpRequest, body: MailIn) -> dict[str, Any]:
    """Say whether your notifications go to your e-mail address too."""
    person = person_of(request)
    choose_mail(person, wanted=body.wanted)
    return {"wanted": wants_mail(person), "possible": can_mail()}


@router.write("/notifications/read", PERSON, ReadOut)
def notifications_read(request: HttpRequest) -> dict[str, int]:
    """Mark all of yours as read."""
    return {"marked": mark_read(notifications_of(person_of(request)))}


@router.read(HERE, "webhooks:write", WebhooksOut, paged=True)
def webhooks(request: HttpRequest, slug: str) -> dict[str, Any]:
    """Webhooks of your organisation in the engagement. What is sent is described in docs/webhooks.md."""
    asked = asked_page(request)
    rows = _hooks(request, _keeping(request, slug)).filter(ended__isnull=True)
    found, following = page_of(rows.select_related("organisation"), asked)
    return {"items": [_out(row) for row in found], "next": following}


@router.write(HERE, "webhooks:write", {201: WebhookOut}, once=True)
def webhook_made(request: HttpRequest, slug: str, body: WebhookIn) -> Status:
    """Make a webhook. The answer has the secret, only now: a repeat with the same Idempotency-Key has none."""
    standing = _keeping(request, slug)
    ours = _organisations(request, standing)
    party = next((item for item in ours if str(item.pk) == body.organisation), None)
    if party is None and body.organisation:
        raise Http404("no organisation of yours here")
    unknown = [name for name in body.templates if not is_known(name)]
    if unknown:
        why = _("No message is called “%(name)s”.") % {"name": unknown[0][:60]}
        raise Problem(422, "Not understood", why, errors=[{"at": "body.templates", "why": why}])

    def act() -> dict[str, Any]:
        row, secret = make_webhook(
            standing.engagement, party or ours[0], body.url, body.templates, person_of(request)
        )
        return _out(row) | {"secret": secret}

    return once(request, standing.engagement, 201, act, unstored=["secret"])


@router.write(HERE + "/{uuid:identifier}", "webhooks:write", {204: None}, method="DELETE")
def webhook_ended(request: HttpRequest, slug: str, identifier: UUID) -> Status:
    """End a webhook: nothing is sent there any more. Doing it twice changes nothing."""
    row = _hooks(request, _keeping(request, slug)).select_related("engagement").filter(pk=identifier).first()
    if row is None:
        raise Http404("no such webhook of yours")
    end_webhook(row, person_of(request))
    return Status(204, None)


@router.read(HERE + "/deliveries", "webhooks:write", DeliveriesOut, paged=True)
def deliveries(request: HttpRequest, slug: str, state: str = "") -> dict[str, Any]:
    """What was sent to your webhooks, the newest first, with the last answer."""
    asked = asked_page(request)
    rows = _deliveries(request, _keeping(request, slug))
    found, following = page_of(rows.filter(state=state) if state else rows, asked)
    return {"items": [_delivery(row) for row in found], "next": following}


@router.write(HERE + "/deliveries/{uuid:identifier}/retry", "webhooks:write", DeliveryOut)
def delivery_retried(request: HttpRequest, slug: str, identifier: UUID) -> dict[str, Any]:
    """Send again what was given up; 409 when it is not given up any more."""
    standing = _keeping(request, slug)
    row = _deliveries(request, standing).filter(pk=identifier).first()
    if row is None:
        raise Http404("no such delivery of yours")
    if not retry_delivery(row):
        raise Problem(409, "Changed meanwhile", _("It has changed meanwhile; look again."))
    row.refresh_from_db()
    return _delivery(row)


def _deliveries(request: HttpRequest, standing: Standing) -> QuerySet[Delivery]:
    ours = _hooks(request, standing).values("pk")
    return Delivery.objects.filter(engagement=standing.engagement, webhook__in=ours)


def _delivery(row: Delivery) -> dict[str, Any]:
    return {
        "id": str(row.pk),
        "webhook": str(row.webhook_id),
        "template": row.template,
        "key": row.key,
        "state": str(row.state),
        "attempts": row.attempts,
        "status": row.status,
        "fault": row.fault,
        "created": instant(row.created),
        "tried": instant(row.tried),
    }


def _keeping(request: HttpRequest, slug: str) -> Standing:
    standing = stand(request, slug)
    check_may(may_keep_webhooks(standing.place), _("keep webhooks"))
    return standing


def _organisations(request: HttpRequest, standing: Standing) -> list[Organisation]:
    """The caller's among the two parties: those in which they may keep webhooks."""
    caller = caller_of(request)
    parties = (standing.engagement.client, standing.engagement.vendor)
    if caller.token is not None:
        return [party for party in parties if party.pk == caller.token.organisation_id]
    rows = Membership.objects.filter(user=caller.person, role__in=KEEPERS)
    mine = set(rows.values_list("organisation", flat=True))
    return [party for party in parties if party.pk in mine]


def _hooks(request: HttpRequest, standing: Standing) -> QuerySet[Webhook]:
    ours = [party.pk for party in _organisations(request, standing)]
    return Webhook.objects.filter(engagement=standing.engagement, organisation__in=ours)


def _out(row: Webhook) -> dict[str, Any]:
    return {
        "id": str(row.pk),
        "organisation": row.organisation.name,
        "url": row.url,
        "templates": list(row.templates),
        "created": instant(row.created),
    }
