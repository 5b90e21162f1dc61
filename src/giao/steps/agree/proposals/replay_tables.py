"""What the closed months would have been under a proposal: money by month, service levels by month, each to its cases."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from giao.core.report import formats
from giao.kernel.engagements.standing import Standing
from giao.steps.agree.contracts.models import Replay
from giao.steps.agree.contracts.outcome import level_of
from giao.steps.agree.contracts.replay_months import Month, money_by_month, months_of
from giao.ui.navigation import page_url
from giao.ui.table import Column, Filter, Table, build_table
from giao.ui.templatetags.giao import language


def closed_months(replay: Replay) -> list[Month]:
    """Months that were closed where the replay stands; while none is, those that were over."""
    found = months_of(replay)
    closed = {item["month"] for item in replay.result["months"] if item.get("closed")}
    if closed:
        return [item for item in found if item.month in closed]
    zone = ZoneInfo(replay.engagement.zone)
    today = replay.as_of.astimezone(zone).date().isoformat()[:7]
    return [item for item in found if item.month < today]


def finding_of(replay: Replay) -> str:
    """The answer in one sentence."""
    months = closed_months(replay)
    if not months:
        return _("No month is over yet: there is nothing to compare.")
    currency, lang = replay.result["currency"], language()
    credits, total = (
        sum((item.difference(field) for item in months), Decimal(0)) for field in ("credit_total", "total")
    )
    said: dict[str, Any] = {
        "n": len(months),
        "credits": formats.money(abs(credits), currency, lang),
        "total": formats.money(abs(total), currency, lang),
    }
    head = ngettext("In the last month", "Over the last %(n)s months", len(months)) % said
    if not credits and not total:
        return _("%(head)s credits and invoices would have been the same.") % {"head": head}
    more = _("credits %(credits)s higher") if credits > 0 else _("credits %(credits)s lower")
    same = _("credits the same")
    paid = (
        _("the client would have paid %(total)s more")
        if total > 0
        else _("the client would have paid %(total)s less")
        if total < 0
        else _("the client would have paid the same")
    )
    return f"{head}: {(more if credits else same) % said}; {paid % said}."


def months_table(request: HttpRequest, standing: Standing, replay: Replay) -> Table:
    """Money of both sides and the difference; a month leads to its statement."""
    slug = standing.engagement.slug
    return money_by_month(
        request,
        closed_months(replay),
        replay.result["currency"],
        {"credit_total": _("Credits"), "total": _("Invoice total")},
        _("as proposed"),
        sort="-month",
        link=lambda row: page_url("statement", standing.carried, slug=slug, month=row["month"]),
    )


def levels_table(request: HttpRequest, standing: Standing, replay: Replay) -> Table:
    """Service levels of these months under both; what was in force leads to the cases behind it."""
    shown = {item.month for item in closed_months(replay)}
    lang, slug = language(), standing.engagement.slug
    rows = []
    for item in replay.result["kpis"]:
        if item["last"][:7] not in shown:
            continue
        level = level_of(item, replay.result["titles"], lang)
        rows.append(
            {
                "id": f"{item['kpi']} {item['window']}",
                "kpi": level.title,
                "name": item["kpi"],
                "window": item["window"],
                "last": item["last"],
                "actual": level.actual,
                "actual_state": level.actual_state,
                "measured": "yes" if item["actual"] else "no",
                "draft": level.draft,
                "draft_state": level.draft_state,
                "changed": "yes" if item["changed"] else "no",
            }
        )
    names = [
        "id",
        "kpi",
        "name",
        "window",
        "last",
        "actual",
        "actual_state",
        "measured",
        "draft",
        "draft_state",
        "changed",
    ]
    frame = pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String))

    def cases(row: Any) -> str | None:
        query = {"kpi": row["name"], "window": row["window"], **standing.carried}
        return page_url("cases", query, slug=slug) if row["measured"] == "yes" else None

    columns = [
        Column("kpi", _("Service level"), head=True),
        Column("last", _("Window"), text=lambda row: formats.window(row["window"], language())),
        Column("actual", _("In force"), sortable=False, link=cases, numeric=True),
        Column("actual_state", _("State in force"), kind="state"),
        Column("draft", _("As proposed"), sortable=False, numeric=True),
        Column("draft_state", _("State as proposed"), kind="state"),
    ]
    changed = Filter("changed", _("Changed"), [("yes", _("changed")), ("no", _("the same"))])
    return build_table(
        request,
        frame,
        columns,
        name="levels",
        search=("kpi",),
        filters=(changed,),
        sort="-last",
        key="id",
        prefix="k_",
    )
