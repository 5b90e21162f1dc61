"""The mail of the statement pack: when, what, to whom; what was sent; send it to oneself to see."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import polars as pl
from django.contrib import messages
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from giao.core.report import formats
from giao.kernel.engagements.access import check_may
from giao.kernel.engagements.errors import EngagementError
from giao.kernel.engagements.standing import Standing, standing_for
from giao.kernel.identity.person import person_of
from giao.kernel.notifications.mail import can_mail
from giao.kernel.parties.models import Organisation
from giao.kernel.readings.errors import NothingToRead
from giao.kernel.readings.models import Reading
from giao.kernel.readings.queries import reading_for
from giao.steps.improve.packs.access import (
    mail_of,
    may_export,
    may_keep_mail,
    may_see_mail,
    organisation_of,
    own_organisations,
)
from giao.steps.improve.packs.actions.name_recipient import name_recipient, take_off
from giao.steps.improve.packs.actions.save_mail import Wanted, save_mail
from giao.steps.improve.packs.actions.send_now import send_to_me, try_again
from giao.steps.improve.packs.errors import BadMail
from giao.steps.improve.packs.jobs import LEFT
from giao.steps.improve.packs.models import Content, MailRecipient, SentPack, SentState, StatementMail
from giao.steps.improve.packs.queries import agreement_of, coming, members_of, month_over, waiting
from giao.ui.export import export_table
from giao.ui.navigation import page_url
from giao.ui.table import Column, Filter, Table, build_table
from giao.ui.templatetags.giao import language

SCHEMA: dict[str, Any] = {
    "id": pl.String,
    "month": pl.String,
    "version": pl.String,
    "address": pl.String,
    "language": pl.String,
    "state": pl.String,
    "attempts": pl.Int64,
    "fault": pl.String,
    "created": pl.Datetime("us", "UTC"),
    "sent": pl.Datetime("us", "UTC"),
}
LANGUAGES = {"vi": "Tiếng Việt", "en": "English"}


def mail_page(request: HttpRequest, slug: str) -> HttpResponseBase:
    standing = standing_for(request, slug)
    check_may(may_see_mail(standing.place), _("see the mail of statement packs"))
    organisation = organisation_of(standing, request.GET.get("organisation", ""))
    fault, status = "", 200
    if request.method == "POST":
        check_may(may_keep_mail(standing.place), _("set up the mail of statement packs"))
        try:
            _act(request, standing, organisation)
            return redirect(_here(slug, request))
        except EngagementError as error:
            if error.status == 403:
                raise
            fault, status = str(error), error.status
    mail = mail_of(standing, organisation)
    table = _table(request, standing, organisation)
    if table.export:
        check_may(may_export(standing.place), _("export the mails that were sent"))
        return export_table(table, f"{slug}-packs-sent", standing.zone)
    agreement = agreement_of(standing.engagement)
    members = members_of(organisation)
    recipients = list(_recipients(mail).select_related("user").order_by("address")) if mail else []
    named = {item.user_id for item in recipients}
    context: dict[str, Any] = {
        "engagement": standing.engagement,
        "organisation": organisation,
        "organisations": own_organisations(standing),
        "mail": mail,
        "coming": coming(mail, standing.engagement) if mail and mail.active else None,
        "waiting": waiting(mail, standing.engagement) if mail and mail.active else None,
        "recipients": recipients,
        "members": [item for item in members if item.pk not in named],
        "contents": Content.choices,
        "calendars": list(agreement.calendars) if agreement else [],
        "languages": LANGUAGES.items(),
        "table": table,
        "failed": _failed(standing, organisation),
        "can_mail": can_mail(),
        "may_keep": may_keep_mail(standing.place) and standing.engagement.archived is None,
        "typed": request.POST if fault else {},
        "fault": fault,
        "lang": language(),
        "crumbs": [
            {"label": _("Statements"), "url": page_url("statements", standing.carried, slug=slug)},
            {"label": _("Mail of the statement pack"), "url": ""},
        ],
    }
    return render(request, "packs/mail.html", context, status=status)


def _act(request: HttpRequest, standing: Standing, organisation: Organisation) -> None:
    post, actor = request.POST, person_of(request)
    act = post.get("act", "")
    if act == "save":
        wanted = Wanted(
            active=post.get("active") == "on",
            business_day=post.get("business_day", ""),
            at=post.get("at", ""),
            calendar=post.get("calendar", ""),
            content=post.get("content", ""),
            attach=post.get("attach") == "pdf",
        )
        save_mail(standing.engagement, organisation, actor, wanted)
        messages.success(request, _("The mail is set up as you said."))
        return
    mail = mail_of(standing, organisation)
    if mail is None:
        raise BadMail(_("Set up day and time first."))
    if act == "name":
        person = next((item for item in members_of(organisation) if str(item.pk) == post.get("user")), None)
        name_recipient(
            mail, actor, user=person, address=post.get("address", ""), language=post.get("language", "")
        )
    elif act == "take_off":
        row = _recipients(mail).filter(pk=_key(post.get("recipient", ""))).first()
        if row is None:
            raise Http404("no such recipient of yours")
        take_off(row, actor)
    elif act == "send":
        _send(request, standing, mail)
    elif act == "again":
        sent = SentPack.objects.filter(engagement=standing.engagement, organisation=organisation)
        found = sent.select_related("engagement").filter(pk=_key(post.get("sent", ""))).first()
        if found is None:
            raise Http404("no such mail of yours")
        if try_again(found, actor):
            messages.success(request, _("It is sent again."))
        else:
            messages.warning(request, _("It has changed meanwhile; look again."))
    else:
        raise BadMail(_("That act is not known here; load the page again."))


def _send(request: HttpRequest, standing: Standing, mail: StatementMail) -> None:
    """The pack of the last month that is over, to whoever asks."""
    reading, month = last_month(standing)
    send_to_me(mail, person_of(request), reading, month, request.POST.get("language", ""))
    messages.success(
        request,
        _("The pack of %(month)s is on its way to you.") % {"month": formats.window(month, language())},
    )


def last_month(standing: Standing) -> tuple[Reading, str]:
    """The reading to send, and the last month of it that is over. Raises BadMail while there is none."""
    try:
        reading = reading_for(standing.engagement, standing.engagement.as_of, wait_seconds=5, whole=True)
    except NothingToRead:
        raise BadMail(_("There are no numbers yet; a pack is made from a month's statement.")) from None
    month = month_over(reading, standing.zone) if reading.ready else ""
    if not month:
        raise BadMail(_("The numbers are still being computed; try again in a moment."))
    return reading, month


def _recipients(mail: StatementMail) -> Any:
    return MailRecipient.objects.filter(engagement=mail.engagement_id, mail=mail)


def _failed(standing: Standing, organisation: Organisation) -> list[SentPack]:
    rows = SentPack.objects.filter(
        engagement=standing.engagement, organisation=organisation, state=SentState.FAILED
    )
    return list(rows.order_by("-created")[:20])


def _table(request: HttpRequest, standing: Standing, organisation: Organisation) -> Table:
    rows = SentPack.objects.filter(engagement=standing.engagement, organisation=organisation)
    found = list(rows.order_by("-created", "-id")[:5000])
    frame = pl.DataFrame(
        {
            "id": [str(row.pk) for row in found],
            "month": [row.month for row in found],
            "version": [version_words(row) for row in found],
            "address": [row.address for row in found],
            "language": [row.language for row in found],
            "state": [row.state for row in found],
            "attempts": [row.attempts for row in found],
            "fault": [fault_words(row) for row in found],
            "created": [row.created for row in found],
            "sent": [row.sent for row in found],
        },
        schema=SCHEMA,
    )
    states, lang = dict(SentState.choices), language()
    columns = [
        Column("month", _("Month"), text=lambda row: formats.window(row["month"], lang), head=True),
        Column("version", _("Figures")),
        Column("address", _("To")),
        Column("language", _("Language"), text=lambda row: LANGUAGES.get(row["language"], row["language"])),
        Column("state", _("State"), text=lambda row: states[row["state"]]),
        Column("attempts", _("Attempts"), "number", decimals=0),
        Column("fault", _("Why")),
        Column("created", _("Begun"), "instant"),
        Column("sent", _("Sent"), "instant"),
    ]
    return build_table(
        request,
        frame,
        columns,
        name="packs_sent",
        search=("month", "address", "fault"),
        filters=(Filter("state", _("State"), SentState.choices),),
        sort="-created",
        key="id",
    )


def version_words(row: SentPack) -> str:
    if row.is_test:
        return _("test")
    if row.state == SentState.NO_DATA:
        return ""
    return _("closed month") if row.version == Content.CLOSED else _("as they stood")


def fault_words(row: SentPack) -> str:
    if row.fault == LEFT:
        return _("no member of the organisation any more")
    return row.fault


def _key(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Http404("no such row among yours") from None


def _here(slug: str, request: HttpRequest) -> str:
    asked = request.GET.get("organisation", "")
    return page_url("statement_mail", {"organisation": asked} if asked else {}, slug=slug) or "/"
