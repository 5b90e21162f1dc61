"""The audit trail of an engagement: acts of both sides, and the sign-ins of the reader's own organisation.

The other side's people work for others too: when and from where they sign in is not this engagement's affair.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _

from giao.kernel.audit.models import Act, OrganisationAct, SignIn
from giao.kernel.audit.words import acts_that_say, words_of
from giao.kernel.engagements.access import check_may, may_see_audit
from giao.kernel.engagements.standing import Standing, standing_for
from giao.kernel.parties.models import Membership
from giao.ui.export import export_table
from giao.ui.listing import stored_table
from giao.ui.table import Column, Filter, Table


def audit_page(request: HttpRequest, slug: str) -> HttpResponseBase:
    standing = standing_for(request, slug)
    check_may(may_see_audit(standing.place), _("read the audit trail"))
    kind = "sign_ins" if request.GET.get("kind") == "sign_ins" else "acts"
    table = _sign_in_table(request, standing) if kind == "sign_ins" else act_table(request, _acts(standing))
    if table.export:
        return export_table(table, f"{slug}-audit-{kind.replace('_', '-')}", standing.zone)
    return render(
        request, "portal/audit.html", {"kind": kind, "table": table, "engagement": standing.engagement}
    )


def act_table(request: HttpRequest, rows: QuerySet[Act] | QuerySet[OrganisationAct]) -> Table:
    """Acts of an engagement or of an organisation, the newest first; searched by what a reader sees."""
    columns = [
        Column("at", _("When"), "instant", template="portal/cells/at.html"),
        Column("who", _("Who")),
        Column("what", _("What")),
        Column("about", _("About")),
    ]
    robots = rows.model is Act
    kinds = sorted(rows.order_by().values_list("what", flat=True).distinct(), key=words_of)
    return stored_table(
        request,
        rows,
        columns,
        lambda act: {"at": act.at, "who": _who(act), "what": act.words, "about": act.about},
        name="acts",
        orders={"at": "at", "who": "actor__name", "about": "about"},
        sort="-at",
        search=("actor__name", "about", *(("robot",) if robots else ())),
        matching=lambda text: Q(what__in=acts_that_say(text)),
        filters=(Filter("what", _("What"), [(what, words_of(what)) for what in kinds]),),
    )


def _who(act: Any) -> str:
    robot = getattr(act, "robot", "")
    if act.actor is None:
        return str(robot or _("the system"))
    return f"{act.actor.name} ({robot})" if robot else str(act.actor.name)


def _sign_in_table(request: HttpRequest, standing: Standing) -> Table:
    results = {True: _("signed in"), False: _("refused")}
    columns = [
        Column("at", _("When"), "instant", template="portal/cells/at.html"),
        Column("account", _("Who")),
        Column("result", _("Result")),
        Column("address", _("Address")),
    ]
    return stored_table(
        request,
        _sign_ins(standing),
        columns,
        lambda row: {
            "at": row.at,
            "account": row.account,
            "result": results[row.succeeded],
            "address": row.address,
        },
        name="sign_ins",
        orders={"at": "at", "account": "account", "result": "succeeded", "address": "address"},
        sort="-at",
        search=("account", "address"),
        filters=(Filter("result", _("Result"), [("yes", results[True]), ("no", results[False])]),),
        where={"result": lambda value: Q(succeeded=value == "yes")},
    )


def _acts(standing: Standing) -> QuerySet[Act]:
    rows = Act.objects.filter(engagement=standing.engagement).select_related("actor")
    return rows.filter(at__lte=standing.as_of) if standing.chosen else rows


def _sign_ins(standing: Standing) -> QuerySet[SignIn]:
    parties = [standing.engagement.client_id, standing.engagement.vendor_id]
    people = Membership.objects.filter(organisation__in=parties).values("user")  # of these the reader's own
    rows = SignIn.objects.filter(user__in=people).select_related("user")
    return rows.filter(at__lte=standing.as_of) if standing.chosen else rows
