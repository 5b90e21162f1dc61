"""The money of a replay month by month: in force, draft, difference; as a table and as a chart."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import polars as pl
from django.http import HttpRequest
from django.utils.translation import gettext as _

from giao.core.report import formats
from giao.steps.agree.contracts.models import Replay
from giao.ui.chart import Chart
from giao.ui.table import Column, Table, build_table
from giao.ui.templatetags.giao import language


@dataclass(frozen=True)
class Month:
    """One month's money under both; None where a side has no statement."""

    month: str
    actual: dict[str, Decimal]
    draft: dict[str, Decimal]

    def difference(self, field: str) -> Decimal:
        return self.draft.get(field, Decimal(0)) - self.actual.get(field, Decimal(0))


def months_of(run: Replay) -> list[Month]:
    def side(values: dict[str, str] | None) -> dict[str, Decimal]:
        return {name: Decimal(text) for name, text in (values or {}).items()}

    return [Month(item["month"], side(item["actual"]), side(item["draft"])) for item in run.result["months"]]


def months_table(request: HttpRequest, months: list[Month], currency: str) -> Table:
    labels = {"credit_total": _("Credits"), "fees": _("Fees"), "total": _("Total")}
    return money_by_month(request, months, currency, labels, _("draft"), sort="month")


def money_by_month(
    request: HttpRequest,
    months: list[Month],
    currency: str,
    labels: Mapping[str, str],
    other: str,
    *,
    sort: str,
    link: Callable[[Mapping[str, Any]], str | None] | None = None,
) -> Table:
    """A row a month, with a sum: each field of `labels` in force, under the text called `other`, and the difference."""
    sides = (("actual", _("in force")), ("draft", other), ("difference", _("difference")))
    columns = [
        Column(
            "month",
            _("Month"),
            head=True,
            text=lambda row: formats.window(row["month"], language()),
            link=link,
        )
    ]
    values: dict[str, list[float | None]] = {}
    foot: dict[str, Any] = {"month": _("Sum")}
    for field, label in labels.items():
        for side, words in sides:
            name = f"{field}_{side}"
            amounts = [
                item.difference(field) if side == "difference" else getattr(item, side).get(field)
                for item in months
            ]
            values[name] = [None if amount is None else float(amount) for amount in amounts]
            foot[name] = sum((amount for amount in amounts if amount is not None), Decimal(0))
            css = "difference" if side == "difference" else ""
            columns.append(Column(name, f"{label}, {words}", "money", currency=currency, css=css))
    frame = pl.DataFrame(
        {"month": [item.month for item in months], **values},
        schema={"month": pl.String, **dict.fromkeys(values, pl.Float64)},
    )
    return build_table(
        request, frame, columns, name="months", sort=sort, prefix="m_", css="months", foot=foot
    )


def months_chart(months: list[Month], currency: str) -> Chart:
    """Credits of each month under both; the title says where they differ most."""
    lang = language()
    labels = [formats.window(item.month, lang) for item in months]
    zero = Decimal(0)
    most = max(months, key=lambda item: abs(item.difference("credit_total")))
    gap = most.difference("credit_total")
    words = {"month": formats.window(most.month, lang), "amount": formats.money(abs(gap), currency, lang)}
    title = (
        _("The credits are the same in every month")
        if not gap
        else (_("Most in %(month)s: credits %(amount)s higher") if gap > 0 else _("Most in %(month)s: credits %(amount)s lower"))
        % words
    )  # fmt: skip
    sides = ((_("In force"), "actual", "soft"), (_("Draft"), "draft", "calm"))
    options: dict[str, Any] = {
        "legend": {},
        "grid": {"top": 48},
        "xAxis": {"type": "category", "data": labels},
        "yAxis": {"type": "value", "name": f"{_('Credits')} ({currency})"},
        "series": [
            {
                "type": "bar",
                "name": name,
                "data": [float(getattr(item, side).get("credit_total", zero)) for item in months],
                "itemStyle": {"state": tone},
            }
            for name, side, tone in sides
        ],
    }
    rows = [
        [label]
        + [
            formats.money(getattr(item, side).get("credit_total", zero), currency, lang)
            for _name, side, _tone in sides
        ]
        for label, item in zip(labels, months, strict=True)
    ]
    return Chart(
        name="replay-months",
        title=title,
        options=options,
        head=[_("Month"), *(name for name, _side, _tone in sides)],
        rows=rows,
        description=title + ". " + "; ".join(" ".join(row) for row in rows),
        unit=currency,
    )
