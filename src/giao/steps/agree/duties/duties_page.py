"""What either side owes beside the work: due when, done when, with what evidence; and the end of the term."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from giao.core.report.deadlines import deadline_words, evidence_words, state_words
from giao.core.report.words import say
from giao.kernel.engagements.access import check_may
from giao.kernel.engagements.errors import EngagementError
from giao.kernel.engagements.standing import Standing, standing_for
from giao.kernel.files.evidence import download
from giao.kernel.identity.person import person_of
from giao.steps.agree.duties.access import may_export, may_record, owes, side_of
from giao.steps.agree.duties.actions.give_notice import give_notice
from giao.steps.agree.duties.actions.record_duty import record_duty
from giao.steps.agree.duties.errors import BadForm
from giao.steps.agree.duties.queries import Ground, deadline_named, ground_on, local_today, proofs_of
from giao.ui.export import export_table
from giao.ui.navigation import page_url
from giao.ui.table import Column, Filter, Table, build_table
from giao.ui.templatetags.giao import language

LEVEL = {"met": "met", "missed": "minimum_default", "open": "", "passed": ""}
TERM = frozenset({"notice", "end", "renewal"})


def duties_page(request: HttpRequest, slug: str) -> HttpResponseBase:
    standing = standing_for(request, slug)
    ground = ground_on(standing)
    fault, status = "", 200
    if request.method == "POST":
        check_may(may_record(standing.place) and not standing.chosen, _("record what was done"))
        try:
            _act(request, standing, ground)
            return redirect(page_url("duties", slug=slug) or "/")
        except EngagementError as error:
            if error.status == 403:
                raise
            fault, status = str(error), error.status
    table = _table(request, standing, ground)
    if table.export:
        check_may(may_export(standing.place), _("export duties"))
        return export_table(table, f"{slug}-duties", standing.zone)
    may = may_record(standing.place) and not standing.chosen
    context: dict[str, Any] = {
        "engagement": standing.engagement,
        "agreement": ground.agreement,
        "table": table,
        "any": bool(ground.deadlines),
        "open": [
            (one, deadline_words(one, language()), say(language(), f"by.{one.by}"))
            for one in ground.deadlines
            if may and one.kind not in TERM and one.done is None and owes(standing.place, one.by)
        ],
        "chosen": request.POST.get("duty") or request.GET.get("duty", ""),
        "typed": request.POST,
        "today": local_today(standing),
        "may_give_notice": may
        and any(one.kind == "notice" and one.state != "met" for one in ground.deadlines),
        "fault": fault,
    }
    return render(request, "duties/duties.html", context, status=status)


def evidence_file(request: HttpRequest, slug: str) -> HttpResponseBase:
    """The file that proves a duty (`duty`: its name and due day), as a download."""
    standing = standing_for(request, slug)
    name, _space, due = request.GET.get("duty", "").rpartition(" ")
    return proof_of(standing, name, due)


def proof_of(standing: Standing, name: str, due: str) -> HttpResponseBase:
    """The file of evidence as a download. Http404 when there is none."""
    found = proofs_of(ground_on(standing).facts).get((name, due))
    if found is None:
        raise Http404("no such evidence")
    return download(*found)


def _act(request: HttpRequest, standing: Standing, ground: Ground) -> None:
    person, post = person_of(request), request.POST
    if post.get("act") == "notice":
        side = side_of(standing.place)
        assert side is not None  # may_record says so
        give_notice(standing.engagement, person, side, post.get("reason", ""), ground.facts)
        return
    name, _space, due = post.get("duty", "").rpartition(" ")
    deadline = deadline_named(ground, name, due)
    if deadline is None or deadline.kind in TERM:
        raise BadForm(_("Choose the duty that was done."))
    check_may(owes(standing.place, deadline.by), _("record what the other side owes"))
    try:
        done = date.fromisoformat(post.get("done", ""))
    except ValueError:
        raise BadForm(_("Say on which day it was done, such as 2026-03-31.")) from None
    record_duty(
        standing.engagement, person, deadline, done, post.get("note", ""), request.FILES.get("evidence")
    )


def _table(request: HttpRequest, standing: Standing, ground: Ground) -> Table:
    lang, slug, proofs = language(), standing.engagement.slug, proofs_of(ground.facts)
    found = ground.deadlines

    def proof(row: Any) -> str | None:
        if (row["name"], row["due"].isoformat()) not in proofs:
            return None
        return page_url("duty_evidence", {**standing.carried, "duty": row["key"]}, slug=slug)

    frame = pl.DataFrame(
        {
            "key": [f"{one.name} {one.due.isoformat()}" for one in found],
            "name": [one.name for one in found],
            "due": [one.due for one in found],
            "what": [deadline_words(one, lang) for one in found],
            "kind": [one.kind for one in found],
            "family": [one.family or "" for one in found],
            "by": [one.by for one in found],
            "done": [one.done for one in found],
            "state": [one.state for one in found],
            "words": [state_words(one, lang) for one in found],
            "evidence": [evidence_words(one, lang) for one in found],
        },
        schema={
            **dict.fromkeys(("key", "name"), pl.String), "due": pl.Date, "what": pl.String, "kind": pl.String,
            "family": pl.String, "by": pl.String, "done": pl.Date, "state": pl.String, "words": pl.String,
            "evidence": pl.String,
        },
    )  # fmt: skip
    states = [(state, words) for state, words in sorted({(one.state, state_words(one, lang)) for one in found if one.kind not in TERM})]  # fmt: skip
    columns = [
        Column("due", _("Due"), "day"),
        Column("what", _("What"), head=True),
        Column("by", _("Owed by"), text=lambda row: say(lang, f"by.{row['by']}")),
        Column("done", _("Done"), "day"),
        Column("state", _("State"), text=lambda row: row["words"]),
        Column("evidence", _("Evidence"), link=proof),
    ]
    return build_table(
        request,
        frame,
        columns,
        name="duties",
        search=("what", "name", "evidence"),
        filters=(
            Filter("state", _("State"), states),
            Filter("by", _("Owed by"), [(by, say(lang, f"by.{by}")) for by in ("client", "vendor")]),
            Filter("kind", _("Kind"), _kinds()),
        ),
        sort="due",
        key="key",
        row_class=lambda row: "is-missed" if row["state"] == "missed" else "",
    )


def _kinds() -> list[tuple[str, str]]:
    return [
        ("obligation", _("Obligation")),
        ("control", _("Control against a risk")),
        ("exit", _("Duty on exit")),
        ("notice", _("Notice")),
        ("renewal", _("Renewal")),
        ("end", _("End of the term")),
    ]
