"""Rejected events of an engagement: which, why, how many; replay or dismiss chosen ones, or all of a reason."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import polars as pl
from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from giao.core.report import formats
from giao.kernel.engagements.access import check_may, may_mend_rejected
from giao.kernel.engagements.errors import EngagementError
from giao.kernel.engagements.standing import Standing, standing_for
from giao.kernel.engagements.unmasking import unmasked_for
from giao.kernel.identity.person import person_of
from giao.kernel.ledger.actions.dismiss_rejected import dismiss_rejected
from giao.kernel.ledger.actions.replay_rejected import replay_rejected
from giao.kernel.ledger.checking import spec_of
from giao.kernel.ledger.errors import LedgerError
from giao.kernel.ledger.mending import label_of
from giao.kernel.ledger.models import Rejected
from giao.kernel.ledger.rejected import OPEN, STATES, Reason, reasons_of, rejected_of, sentence_for
from giao.kernel.ledger.replay import DISMISSED, TAKEN
from giao.ui.export import export_table
from giao.ui.navigation import page_url
from giao.ui.sparkline import Point, draw
from giao.ui.table import Column, Filter, Row, Table, build_table
from giao.ui.templatetags.giao import language

MOST_LISTED = 10_000
"""The newest so many are listed; beyond, the page says so, and acts on a whole reason reach all."""


def rejected_page(request: HttpRequest, slug: str) -> HttpResponseBase:
    """`?state=` open (at first), taken or dismissed."""
    standing = standing_for(request, slug)
    check_may(may_mend_rejected(standing.place), _("see rejected events"))
    fault, status = "", 200
    if request.method == "POST":
        try:
            act_on(request, standing)
            return redirect(f"{request.path}?{request.GET.urlencode()}" if request.GET else request.path)
        except (EngagementError, LedgerError) as error:
            fault, status = str(error), error.status
    asked = request.GET.get("state", "")
    state = asked if asked in STATES else OPEN
    rows = rejected_of(standing.engagement, state)
    total = rows.count()
    table = _table(request, standing, state)
    if table.export:
        return export_table(table, f"{slug}-rejected-events", standing.zone)
    context = {
        "engagement": standing.engagement,
        "state": state,
        "tabs": [(one, state_label(one)) for one in STATES],
        "table": table,
        "total": total,
        "listed": MOST_LISTED,
        "reasons": _reasons(standing) if state == OPEN else [],
        "may_act": state == OPEN and may_act(standing),
        "fault": fault,
        "typed": request.POST.get("why", "") if fault else "",
    }
    return render(request, "portal/rejected.html", context, status=status)


def may_act(standing: Standing) -> bool:
    """Nothing is done in the past, nor in the archive."""
    return not standing.chosen and standing.engagement.archived is None


def state_label(state: str) -> str:
    return {
        OPEN: pgettext("rejected", "Open"),
        TAKEN: pgettext("rejected", "Taken in"),
        DISMISSED: pgettext("rejected", "Dismissed"),
    }[state]


def act_on(request: HttpRequest, standing: Standing, only: UUID | None = None) -> None:
    """Replay or dismiss what the form names: `only`, the ticked ones, or all of its `reason`."""
    if not may_act(standing):
        raise EngagementError(_("Nothing can be done in the past: go back to now first."))
    post, person = request.POST, person_of(request)
    reason = post.get("reason", "")
    chosen = [only] if only else _chosen(post.getlist("event"))
    if not chosen and not reason:
        raise EngagementError(_("Tick at least one event, or take all of a reason."))
    which: dict[str, Any] = {"chosen": chosen} if chosen else {"reason": reason}
    if post.get("act") == "dismiss":
        n = dismiss_rejected(standing.engagement, standing.place, person, post.get("why", ""), **which)
        messages.success(
            request,
            ngettext("%(n)s event is dismissed.", "%(n)s events are dismissed.", n)
            % {"n": formats.number(n, language())},
        )
        return
    done = replay_rejected(standing.engagement, standing.place, person, **which)
    said = {
        "taken": formats.number(done.taken, language()),
        "still": formats.number(done.still, language()),
        "left": formats.number(done.left, language()),
    }
    tell = messages.success if done.taken and not done.still else messages.warning
    tell(request, _("Replayed: %(taken)s taken into the ledger, %(still)s refused again.") % said)
    if done.left:
        messages.info(request, _("%(left)s more wait: replay once more to go on.") % said)


def _chosen(texts: list[str]) -> list[UUID]:
    found = []
    for text in texts:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found


def _reasons(standing: Standing) -> list[tuple[Reason, str, SafeString]]:
    """(reason, its label, the trend as a picture)."""
    found = []
    for item in reasons_of(standing.engagement, standing.zone, timezone.now()):
        label, counts = label_of(item.name), [n for _day, n in item.days]
        points = [Point(float(n) if n else None, "expected_default" if n else "no_data") for n in counts]
        said = _("by day, the oldest first: %(counts)s") % {"counts": ", ".join(map(str, counts))}
        found.append((item, label, draw(points, label, said)))
    return found


def _table(request: HttpRequest, standing: Standing, state: str) -> Table:
    slug = standing.engagement.slug
    frame, sentences = _frame(standing, state), _Sentences(request, standing)
    sources = sorted(frame["source"].unique().to_list())
    days = sorted(frame["day"].unique().to_list(), reverse=True)
    reasons = sorted(
        ((name, label_of(name)) for name in frame["reason"].unique().to_list()), key=lambda one: one[1]
    )

    def link(row: Row) -> str | None:
        return page_url("rejected_event", standing.carried, slug=slug, identifier=row["id"])

    columns = [
        Column("event", _("Event"), head=True, link=link),
        Column("source", _("Source")),
        Column("case", _("Case")),
        Column("reason", _("Reason"), text=lambda row: label_of(row["reason"])),
        Column("why", _("In words"), sortable=False, text=sentences.of, css="wide"),
        Column("times", _("Times"), "number", title=_("How often it was sent")),
        Column("first", _("First"), "instant", shown=False),
        Column("last", _("Last"), "instant"),
        Column("tried", _("Replayed last"), "instant", shown=False),
    ]
    if state == DISMISSED:
        columns.append(Column("because", _("Dismissed because")))
    elif state == OPEN and may_act(standing) and not request.GET.get("export"):
        columns.insert(0, Column("id", _("Choose"), "markup", sortable=False, text=_box))
    table = build_table(
        request,
        frame,
        columns,
        name=f"rejected-{state}",
        search=("event", "source", "case"),
        filters=(
            Filter("reason", _("Reason"), reasons),
            Filter("source", _("Source"), [(name, name) for name in sources if name]),
            Filter(
                "day", _("Day"), [(day, formats.day(date.fromisoformat(day), language())) for day in days]
            ),
        ),
        sort="-last",
        key="id",
    )
    shown = table.frame.select("id").collect()["id"].to_list() if table.export else None
    sentences.load([row["id"] for row in table.rows] if shown is None else shown)
    return table


def _box(row: Row) -> Any:
    return format_html(
        '<input class="form-check-input" type="checkbox" name="event" value="{}" form="rejected-acts" aria-label="{}">',
        row["id"],
        _("Choose %(event)s") % {"event": row["event"] or row["id"]},
    )


class _Sentences:
    """Why, in words: made for the rows that are shown or filed alone, not for the thousands behind them."""

    def __init__(self, request: HttpRequest, standing: Standing) -> None:
        self._engagement = standing.engagement
        self._spec = spec_of(standing.engagement.pk)
        self._unmasked = unmasked_for(person_of(request), standing.engagement)
        self._known: dict[str, str] = {}

    def load(self, keys: list[str]) -> None:
        for start in range(0, len(keys), 1_000):
            some = keys[start : start + 1_000]
            for row in Rejected.objects.filter(engagement=self._engagement, pk__in=some).defer("content"):
                self._known[str(row.pk)] = sentence_for(row, self._spec, self._unmasked)

    def of(self, row: Row) -> str:
        return self._known.get(row["id"], "")


_FIELDS = ("pk", "event_id", "source", "subject", "reason", "times", "first_us", "last_us", "tried_us")


def _frame(standing: Standing, state: str) -> pl.DataFrame:
    rows = rejected_of(standing.engagement, state).order_by("-last_us", "-pk")
    found = list(rows.values_list(*_FIELDS, "settled_why")[:MOST_LISTED])
    names = ("id", "event", "source", "case", "reason", "times", "first", "last", "tried", "because")
    columns: dict[str, list[Any]] = {name: [row[at] for row in found] for at, name in enumerate(names)}
    columns["id"] = [str(key) for key in columns["id"]]
    texts = ("id", "event", "source", "case", "reason", "because")
    schema = dict.fromkeys(names, pl.Int64) | dict.fromkeys(texts, pl.String)
    instants = [
        pl.col(name).cast(pl.Datetime("us")).dt.replace_time_zone("UTC")
        for name in ("first", "last", "tried")
    ]
    return (
        pl.DataFrame(columns, schema=schema)
        .with_columns(*instants)
        .with_columns(
            pl.col("last").dt.convert_time_zone(standing.zone.key).dt.date().cast(pl.String).alias("day"),
            pl.when(pl.col("case") != "").then(pl.col("case")).alias("case"),
            pl.when(pl.col("because") != "").then(pl.col("because")).alias("because"),
            pl.when(pl.col("event") != "").then(pl.col("event")).otherwise(pl.lit("–")).alias("event"),
            pl.lit("").alias("why"),
        )
    )
