"""Webhooks of the reader's organisation in an engagement, and the log of what was delivered."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from giao.kernel.engagements.access import check_may
from giao.kernel.engagements.standing import Standing, standing_for
from giao.kernel.identity.person import person_of
from giao.kernel.notifications.access import KEEPERS, may_keep_webhooks
from giao.kernel.notifications.actions.make_webhook import end_webhook, make_webhook
from giao.kernel.notifications.actions.retry_delivery import retry_delivery
from giao.kernel.notifications.guard import Refused
from giao.kernel.notifications.models import Delivery, DeliveryState, Webhook
from giao.kernel.notifications.words import templates
from giao.kernel.parties.models import Membership, Organisation
from giao.portal.shown_once import never_kept
from giao.ui.export import export_table
from giao.ui.listing import list_table, stored_table
from giao.ui.table import Column, Filter, Table


def webhooks_page(request: HttpRequest, slug: str) -> HttpResponseBase:
    standing = standing_for(request, slug)
    check_may(may_keep_webhooks(standing.place), _("keep webhooks"))
    if request.method == "POST":
        act = {"make": _make, "end": _end, "retry": _retry}.get(request.POST.get("act", ""))
        if act is not None:
            return act(request, standing)
    return _page(request, standing)


def _organisations(request: HttpRequest, standing: Standing) -> list[Organisation]:
    """Those of the reader among the two parties, in which they may keep webhooks."""
    engagement = standing.engagement
    mine = Membership.objects.filter(user=request.user.pk, role__in=KEEPERS).values_list(
        "organisation", flat=True
    )
    keys = set(mine)
    return [party for party in (engagement.client, engagement.vendor) if party.pk in keys]


def _hooks(request: HttpRequest, standing: Standing) -> Any:
    ours = [item.pk for item in _organisations(request, standing)]
    return Webhook.objects.filter(engagement=standing.engagement, organisation__in=ours)


def _page(request: HttpRequest, standing: Standing, **more: Any) -> HttpResponseBase:
    hooks = _hooks(request, standing)
    deliveries = Delivery.objects.filter(engagement=standing.engagement, webhook__in=hooks.values("pk"))
    names = dict(templates())
    kept = _kept_table(request, hooks, names)
    log = _delivery_table(request, deliveries, names)
    for table, what in ((kept, "webhooks"), (log, "deliveries")):
        if table.export:
            return export_table(table, f"{standing.engagement.slug}-{what}", standing.zone)
    context = {
        "engagement": standing.engagement,
        "hooks": kept,
        "log": log,
        "names": names,
        "organisations": _organisations(request, standing),
        "typed": request.POST if more.get("fault") else {},
        "chosen": request.POST.getlist("templates") if more.get("fault") else [],
        **more,
    }
    return render(request, "portal/webhooks.html", context, status=422 if more.get("fault") else 200)


def _kept_table(request: HttpRequest, hooks: Any, names: dict[str, Any]) -> Table:
    columns = [
        Column("address", _("Address"), template="portal/cells/hook_address.html"),
        Column("organisation", _("Organisation")),
        Column("hears", _("Hears")),
        Column("since", _("Since"), "instant"),
        Column("acts", "", sortable=False, template="portal/cells/hook_acts.html"),
    ]
    return list_table(
        request,
        list(hooks.filter(ended__isnull=True).select_related("organisation").order_by("created")),
        columns,
        lambda hook: {
            "address": hook.url,
            "organisation": hook.organisation.name,
            "hears": ", ".join(str(names.get(name, name)) for name in hook.templates) or _("everything"),
            "since": hook.created,
        },
        name="webhooks",
        search=("address", "organisation", "hears"),
        prefix="w_",
    )


def _delivery_table(request: HttpRequest, deliveries: Any, names: dict[str, Any]) -> Table:
    columns = [
        Column("at", _("When"), "instant", template="portal/cells/at.html"),
        Column("message", _("Message")),
        Column("address", _("Address"), template="portal/cells/hook_address.html"),
        Column("state", _("State"), text=lambda row: row["state"]),
        Column("attempts", _("Attempts"), "number"),
        Column("answer", _("Answer"), template="portal/cells/delivery_acts.html"),
    ]
    return stored_table(
        request,
        deliveries.select_related("webhook"),
        columns,
        lambda row: {
            "at": row.created,
            "message": row.template,
            "address": row.webhook.url,
            "state": row.get_state_display(),
            "attempts": row.attempts,
            "answer": row.fault or (f"HTTP {row.status}" if row.status else None),
        },
        name="deliveries",
        orders={
            "at": "created",
            "message": "template",
            "address": "webhook__url",
            "state": "state",
            "attempts": "attempts",
            "answer": "status",
        },
        sort="-at",
        search=("template", "webhook__url", "fault", "key"),
        filters=(
            Filter("state", _("State"), DeliveryState.choices),
            Filter("message", _("Message"), list(names.items()), column="template"),
        ),
    )


def _make(request: HttpRequest, standing: Standing) -> HttpResponseBase:
    user = person_of(request)
    asked = request.POST.get("organisation", "")
    ours = _organisations(request, standing)
    party = next((item for item in ours if str(item.pk) == asked), ours[0] if ours else None)
    if party is None:
        raise Http404("no organisation of yours here")
    try:
        hook, secret = make_webhook(
            standing.engagement, party, request.POST.get("url", ""), request.POST.getlist("templates"), user
        )
    except Refused as error:
        return _page(request, standing, fault=str(error))
    return never_kept(_page(request, standing, secret=secret, made=hook))


def _end(request: HttpRequest, standing: Standing) -> HttpResponse:
    hook = _hooks(request, standing).select_related("engagement").filter(pk=_key(request, "webhook")).first()
    if hook is None:
        raise Http404("no such webhook of yours")
    end_webhook(hook, person_of(request))
    messages.success(request, _("Nothing is sent there any more."))
    return redirect("webhooks", slug=standing.engagement.slug)


def _retry(request: HttpRequest, standing: Standing) -> HttpResponse:
    ours = _hooks(request, standing).values("pk")
    row = Delivery.objects.filter(webhook__in=ours, pk=_key(request, "delivery")).first()
    if row is None:
        raise Http404("no such delivery of yours")
    if retry_delivery(row):
        messages.success(request, _("It is tried again."))
    else:
        messages.warning(request, _("It has changed meanwhile; look again."))
    return redirect("webhooks", slug=standing.engagement.slug)


def _key(request: HttpRequest, name: str) -> UUID:
    try:
        return UUID(request.POST.get(name, ""))
    except ValueError:
        raise Http404("no such row") from None
