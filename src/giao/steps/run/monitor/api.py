"""Addresses of the run: service levels, the cases behind them, one case with its clocks, what is at risk, what was reported."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import polars as pl
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from giao.kernel.api.caller import seen_by, stand
from giao.kernel.api.paging import Asked, asked_page, frame_page, list_page
from giao.kernel.api.readings import check_readable, reading_out, tag_reading
from giao.kernel.api.values import decimal, duration, instant, money, plain
from giao.kernel.api.wing import Wing
from giao.kernel.identity.problems import Problem
from giao.kernel.readings.models import Reading, ReadingState
from giao.kernel.readings.queries import Shown
from giao.steps.run.monitor.api_case import clock_out, file_out
from giao.steps.run.monitor.api_shapes import (
    CaseFileOut,
    CasesOut,
    ExplanationOut,
    KpisOut,
    KpiWindowOut,
    ReportedListOut,
    RisksOut,
)
from giao.steps.run.monitor.attributes import CaseAttribute, attributes_of
from giao.steps.run.monitor.case_file import open_case
from giao.steps.run.monitor.explained import how_it_came, why_case
from giao.steps.run.monitor.ground import Ground, ground_on
from giao.steps.run.monitor.open_clocks import STATES as URGENCIES
from giao.steps.run.monitor.open_clocks import counts, queue
from giao.steps.run.monitor.queries import credits_of, figures_of, reported_facts
from giao.steps.run.monitor.selection import NUMBER, Selection, selected
from giao.steps.run.monitor.words import title_of_kpi
from giao.ui.table import contains

router = Wing(tags=["run"])
HERE = "/engagements/{slug}"
SORTS = ("case", "state", "received", "delivered", "cancelled", "events", "first_time", "last_time")


def ground_of(request: HttpRequest, response: HttpResponse, slug: str, *, pinned: str = "") -> Ground:
    """Where the answer stands, tagged by its reading. `pinned`: the reading that the first page of a list stood on."""
    standing = stand(request, slug)
    found = ground_on(standing, seen_by(request, standing.engagement))
    shown = check_readable(found.shown, found.missing)
    earlier = _pinned(found, pinned)
    if earlier is not None:
        shown = Shown(shown.wanted, earlier)
        found = replace(found, shown=shown)
    tag_reading(request, response, shown, found.unmasked)
    return found


def _reading(ground: Ground) -> Reading:
    """Of a ground from `ground_of`: it has one."""
    assert ground.reading is not None
    return ground.reading


def _pinned(ground: Ground, identifier: str) -> Reading | None:
    """The reading that a cursor began with, while it is kept: so a list does not change under its reader."""
    try:
        key = UUID(identifier)
    except ValueError:
        return None
    return Reading.objects.filter(
        engagement=ground.engagement, pk=key, state=ReadingState.READY
    ).first()  # fmt: skip


@router.read(HERE + "/kpis", "readings:read", KpisOut, as_of=True, paged=True)
def kpis(
    request: HttpRequest, response: HttpResponse, slug: str, kpi: str = "", window: str = "", state: str = ""
) -> dict[str, Any]:
    """Service levels by window, the newest window first in each."""
    asked = asked_page(request)
    ground = ground_of(request, response, slug)
    chosen = [
        row
        for row in _results(ground)
        if (not kpi or row["kpi"] == kpi)
        and (not window or row["window"] == window)
        and (not state or row["state"] == state)
    ]
    order = {name: place for place, name in enumerate(_reading(ground).figures.get("kpis", []))}

    def key(row: dict[str, Any]) -> list[str]:
        # a day's ordinal counted down: the newest window first
        day = 9_999_999 - datetime.fromisoformat(row["first"]).toordinal()
        return [f"{order.get(row['kpi'], 9999):04d}", f"{day:07d}", row["window"]]

    rows, following = list_page(chosen, asked, key)
    return {
        "items": [_kpi(ground, row) for row in rows],
        "next": following,
        "reading": reading_out(_shown(ground)),
    }


@router.read(HERE + "/kpis/{kpi}/windows/{window}", "readings:read", KpiWindowOut, as_of=True)
def kpi_window(
    request: HttpRequest, response: HttpResponse, slug: str, kpi: str, window: str
) -> dict[str, Any]:
    """One service level in one window: its groups, the claims for relief, the credits that it moved."""
    ground = ground_of(request, response, slug)
    row = next((row for row in _results(ground) if (row["kpi"], row["window"]) == (kpi, window)), None)
    if row is None:
        raise Http404("no such window")
    moved = [
        {
            "month": item.month,
            "amount": money(item.amount, item.currency),
            "steps": [{"what": step.what, "numbers": dict(step.numbers)} for step in item.steps],
        }
        for item in credits_of(ground, kpi)
        if item.window == window
    ]
    return {
        **_kpi(ground, row),
        "groups": [_kpi(ground, group) for group in row["groups"]],
        "claims": row["claims"],
        "credits": moved,
        "reading": reading_out(_shown(ground)),
    }


@router.read(HERE + "/kpis/{kpi}/windows/{window}/explanation", "readings:read", ExplanationOut, as_of=True)
def kpi_explained(
    request: HttpRequest, response: HttpResponse, slug: str, kpi: str, window: str, case: str = ""
) -> dict[str, Any]:
    """How the number came about, step by step in words; with `case`, why that case is in it or not."""
    ground = ground_of(request, response, slug)
    if not any((row["kpi"], row["window"]) == (kpi, window) for row in _results(ground)):
        raise Http404("no such window")
    found = why_case(ground, kpi, window, case) if case else how_it_came(ground, kpi, window)
    if found.refused:
        raise Problem(409, "Not explained here", found.refused)
    return {"sentences": list(found.sentences), "reading": reading_out(_shown(ground))}


@router.read(HERE + "/cases", "readings:read", CasesOut, as_of=True, paged=True)
def cases(
    request: HttpRequest,
    response: HttpResponse,
    slug: str,
    q: str = "",
    state: str = "",
    sort: str = "",
    clock: str = "",
    kpi: str = "",
    window: str = "",
    role: str = "",
    group: str = "",
    reason: str = "",
    line: str = "",
    month: str = "",
) -> dict[str, Any]:
    """Cases, filtered as on the page: also `a_<attribute>=value`. With `kpi` (and `window`, `role`, …) exactly the rows that a
    number is made of, with `line` and `month` those that a charge line counted. The pages of one list stand on one reading."""
    asked = asked_page(request)
    ground = ground_of(request, response, slug, pinned=str(asked.after.get("r", "")))
    attributes = attributes_of(ground)
    selection = selected(ground, request.GET, attributes)
    frame = selection.frame
    if state:
        frame = frame.filter(pl.col("state") == state)
    if q:
        texts = [item.column for item in attributes if item.kind == "text" and not item.hidden]
        frame = frame.filter(contains(["case", *texts], q[:200]))
    default = "case" if selection.rows == "cases" else "m_at"
    by = _sort(sort or default, selection, attributes)
    _check_still_there(asked, ground, selection)
    rows, following = frame_page(frame, asked, sort=by, key="row", r=str(_reading(ground).pk))
    timed = _is_timed(ground, selection)
    return {
        "items": [_case(row, selection, attributes, timed=timed) for row in rows.iter_rows(named=True)],
        "next": following,
        "masked": [item.name for item in attributes if item.hidden],
        "reading": reading_out(_shown(ground)),
    }


@router.read(HERE + "/cases/{path:case}", "readings:read", CaseFileOut, as_of=True)
def case_file(request: HttpRequest, response: HttpResponse, slug: str, case: str) -> dict[str, Any]:
    """One case: its events, and each clock with every interval and why it counted or not, to the microsecond."""
    ground = ground_of(request, response, slug)
    file = open_case(ground, case)
    if file is None:
        raise Http404("no such case at this instant")
    return {
        **file_out(file),
        "clocks": [clock_out(ground, item) for item in file.explanations],
        "reading": reading_out(_shown(ground)),
    }


@router.read(HERE + "/at-risk", "readings:read", RisksOut, as_of=True, paged=True)
def at_risk(
    request: HttpRequest, response: HttpResponse, slug: str, clock: str = "", urgency: str = ""
) -> dict[str, Any]:
    """Cases with a clock that still runs, by what is left of its budget: the longest overdue first."""
    asked = asked_page(request)
    if urgency and urgency not in URGENCIES:
        raise not_one_of("urgency", URGENCIES)
    ground = ground_of(request, response, slug, pinned=str(asked.after.get("r", "")))
    attributes = attributes_of(ground)
    frame = queue(ground, attributes, clock, urgency)
    rows, following = frame_page(frame, asked, sort="c_left", key="case", r=str(_reading(ground).pk))
    return {
        "items": [
            {
                "case": row["case"],
                "clock": row["c_clock"],
                "urgency": row["c_state"],
                "due": instant(row["c_due"]),
                "left": duration(row["c_left"]),
                "consumed": duration(row["c_used"]),
                "budget": duration(row["c_budget"]),
                "state": row["state"],
                "received": instant(row["received"]),
                "attributes": _attributes(row, attributes),
            }
            for row in rows.iter_rows(named=True)
        ],
        "next": following,
        "counts": counts(ground, clock),
        "masked": [item.name for item in attributes if item.hidden],
        "reading": reading_out(_shown(ground)),
    }


@router.read(HERE + "/reported", "readings:read", ReportedListOut, as_of=True, paged=True)
def reported(request: HttpRequest, response: HttpResponse, slug: str) -> dict[str, Any]:
    """The vendor's own figures beside ours."""
    asked = asked_page(request)
    ground = ground_of(request, response, slug)
    assert ground.reading is not None
    ours = {(row.kpi, row.window): row for series in figures_of(ground.reading).values() for row in series}
    rows, following = list_page(
        reported_facts(ground), asked, lambda fact: [str(fact.data["kpi"]), str(fact.data["window"])]
    )
    items = []
    for fact in rows:
        found = ours.get((str(fact.data["kpi"]), str(fact.data["window"])))
        told_n = fact.data.get("n")
        items.append(
            {
                "kpi": str(fact.data["kpi"]),
                "window": str(fact.data["window"]),
                "unit": found.unit if found else None,
                "reported": str(fact.data["value"]),
                "reported_n": int(told_n) if told_n is not None else None,
                "by": str(fact.data.get("by") or ""),
                "source": str(fact.data.get("source") or ""),
                "measured": found.value if found else None,
                "n": found.n if found else None,
            }
        )
    return {"items": items, "next": following, "reading": reading_out(_shown(ground))}


def not_one_of(name: str, known: tuple[str, ...]) -> Problem:
    why = _("“%(name)s” is one of %(known)s.") % {"name": name, "known": ", ".join(known)}
    return Problem(422, "Not understood", why, errors=[{"at": f"query.{name}", "why": why}])


def _check_still_there(asked: Asked, ground: Ground, selection: Selection) -> None:
    """The rows of a number are numbered by their reading; another reading numbers them anew. Raises Problem 410."""
    began = asked.after.get("r")
    if began and selection.rows != "cases" and began != str(ground.reading.pk if ground.reading else ""):
        raise Problem(410, "Cursor expired", _("The numbers behind this list are gone: begin it anew."))


def _shown(ground: Ground) -> Shown:
    assert ground.shown is not None
    return ground.shown


def _results(ground: Ground) -> list[dict[str, Any]]:
    assert ground.results is not None
    found = ground.results.summary.get("kpis")
    return found if isinstance(found, list) else []


def _kpi(ground: Ground, row: dict[str, Any]) -> dict[str, Any]:
    seconds = row["unit"] == "seconds" and row["value"] is not None
    query = {name: row[name] for name in NUMBER if row.get(name)} | ground.standing.carried
    return {
        **row,
        "title": title_of_kpi(ground.agreement if ground.versions else None, row["kpi"]),
        "duration": duration(round(Decimal(str(row["value"])) * 1_000_000)) if seconds else None,
        "cases": f"/api/v1/engagements/{ground.engagement.slug}/cases?{urlencode(query)}",
    }


def _sort(asked: str, selection: Selection, attributes: list[CaseAttribute]) -> str:
    """Raises Problem 422 for a column that there is not, or that is masked: its order would tell what is hidden."""
    open_ones = {f"a_{item.name}": item.column for item in attributes if not item.hidden}
    members = {"at": "m_at"} if selection.rows != "cases" else {}
    members |= {"value": "m_value"} if selection.rows == "members" else {}
    known = {name: name for name in SORTS} | members | {"m_at": "m_at"} | open_ones
    name = asked.removeprefix("-")
    column = known.get(name)
    if column is None or column not in selection.frame.collect_schema():
        raise not_one_of("sort", tuple(name for name in known if name != "m_at"))
    return f"-{column}" if asked.startswith("-") else column


def _attributes(row: dict[str, Any], attributes: list[CaseAttribute]) -> dict[str, Any]:
    return {item.name: plain(row[item.column]) for item in attributes if row.get(item.column) is not None}


def _is_timed(ground: Ground, selection: Selection) -> bool:
    """Whether the members' values are seconds of a clock."""
    kpi = ground.agreement.kpis.get(selection.kpi) if ground.versions else None
    kind = getattr(kpi, "kind", "")
    return getattr(kpi, "clock", None) is not None or kind in ("backlog", "availability")


def _case(
    row: dict[str, Any], selection: Selection, attributes: list[CaseAttribute], *, timed: bool
) -> dict[str, Any]:
    found = {
        "case": row["case"],
        "state": row["state"],
        "received": instant(row["received"]),
        "delivered": instant(row["delivered"]),
        "cancelled": instant(row["cancelled"]),
        "events": row["events"],
        "first_event": instant(row["first_time"]),
        "last_event": instant(row["last_time"]),
        "attributes": _attributes(row, attributes),
    }
    if selection.rows == "members":
        found["counts"] = {
            "role": row["m_role"],
            "value": None if timed else row["m_value"],
            "duration": duration(round(row["m_value"] * 1_000_000))
            if timed and row["m_value"] is not None
            else None,
            "at": instant(row["m_at"]),
            "group": row["m_group"] or None,
            "reason": row["m_reason"] or None,
            "instance": row["m_instance"],
        }
    if selection.rows == "counted":
        quantity = decimal(Decimal(repr(row["m_quantity"])))
        found["counted"] = {"at": instant(row["m_at"]), "quantity": quantity.removesuffix(".00")}
    return found
