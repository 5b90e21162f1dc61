"""Addresses of replays: past months under a draft, beside what is in force."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Schema, Status
from pydantic import Field

from giao.kernel.api.caller import person_of, stand
from giao.kernel.api.once import once
from giao.kernel.api.paging import asked_page, page_of
from giao.kernel.api.values import Money, instant, money
from giao.kernel.api.wing import Wing
from giao.kernel.engagements.access import check_may
from giao.kernel.jobs.work import stop
from giao.kernel.readings.queries import stands_at
from giao.steps.agree.contracts.access import may_replay
from giao.steps.agree.contracts.actions.save_draft import MOST
from giao.steps.agree.contracts.actions.start_replay import start_replay
from giao.steps.agree.contracts.models import Replay
from giao.steps.agree.contracts.queries import replay_for

router = Wing(tags=["replays"])
HERE = "/engagements/{slug}/replays"


class ReplayOut(Schema):
    """`state`: computing, ready, failed or stopped."""

    id: str
    title: str
    state: str
    error: str | None
    as_of: str
    created: str
    finished: str | None


class ReplaysOut(Schema):
    items: list[ReplayOut]
    next: str | None


class MonthMoneyOut(Schema):
    fees: Money | None
    credit_total: Money | None
    total: Money | None


class ReplayMonthOut(Schema):
    """Null where a side has no statement for the month."""

    month: str
    closed: bool
    in_force: MonthMoneyOut | None
    draft: MonthMoneyOut | None


class LevelSideOut(Schema):
    value: float | str | None
    unit: str
    state: str
    n: int
    provisional: bool


class ReplayLevelOut(Schema):
    kpi: str
    window: str
    changed: bool
    in_force: LevelSideOut | None
    draft: LevelSideOut | None


class ReplayFileOut(ReplayOut):
    months: list[ReplayMonthOut] = Field(description="Empty until it is ready.")
    levels: list[ReplayLevelOut]


class ReplayIn(Schema):
    text: str = Field(description="The document to compute under, YAML.", max_length=MOST)
    title: str = Field("", max_length=200)


@router.read(HERE, "agreement:read", ReplaysOut, paged=True)
def replays(request: HttpRequest, slug: str) -> dict[str, Any]:
    """Replays of the engagement, the newest first."""
    asked = asked_page(request)
    rows = Replay.objects.filter(engagement=stand(request, slug).engagement).defer("text", "result")
    found, following = page_of(rows, asked)
    return {"items": [_out(row) for row in found], "next": following}


@router.write(HERE, "agreement:write", {202: ReplayOut}, once=True)
def replay_started(request: HttpRequest, response: HttpResponse, slug: str, body: ReplayIn) -> Status:
    """Compute the past months under a text; ask at `Location` until it is ready. Faults are 422, each with its line."""
    standing = stand(request, slug)
    check_may(may_replay(standing.place), _("replay a draft"))
    engagement, person = standing.engagement, person_of(request)
    as_of = stands_at(engagement, standing.as_of if standing.chosen else None)

    def act() -> dict[str, Any]:
        return _out(start_replay(engagement, person, body.text, body.title or _("My draft"), as_of))

    done = once(request, engagement, 202, act)
    response["Location"] = f"/api/v1/engagements/{slug}/replays/{done.value['id']}"
    return done


@router.read(HERE + "/{uuid:identifier}", "agreement:read", ReplayFileOut)
def replay(request: HttpRequest, slug: str, identifier: UUID) -> dict[str, Any]:
    """One replay: each month's money and each service level under both."""
    row = replay_for(stand(request, slug).engagement, str(identifier))
    result = row.result if row.is_ready else {}
    currency = result.get("currency", "")
    return {
        **_out(row),
        "months": [
            {
                "month": item["month"],
                "closed": item["closed"],
                "in_force": _month(item["actual"], currency),
                "draft": _month(item["draft"], currency),
            }
            for item in result.get("months", [])
        ],
        "levels": [
            {
                "kpi": item["kpi"],
                "window": item["window"],
                "changed": item["changed"],
                "in_force": item["actual"],
                "draft": item["draft"],
            }
            for item in result.get("kpis", [])
        ],
    }


@router.write(HERE + "/{uuid:identifier}/stop", "agreement:write", ReplayOut)
def replay_stopped(request: HttpRequest, slug: str, identifier: UUID) -> dict[str, Any]:
    """Nobody wants it any more. One that is ready stays so."""
    standing = stand(request, slug)
    check_may(may_replay(standing.place), _("replay a draft"))
    person_of(request)
    row = replay_for(standing.engagement, str(identifier))
    stop(row)
    row.refresh_from_db()
    return _out(row)


def _month(values: dict[str, str] | None, currency: str) -> dict[str, Any] | None:
    if values is None:
        return None
    return {name: money(values.get(name), currency) for name in ("fees", "credit_total", "total")}


def _out(row: Replay) -> dict[str, Any]:
    return {
        "id": str(row.pk),
        "title": row.title,
        "state": str(row.state),
        "error": row.error or None,
        "as_of": instant(row.as_of),
        "created": instant(row.created),
        "finished": instant(row.finished),
    }
