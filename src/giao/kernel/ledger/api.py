"""`POST /api/v1/engagements/<slug>/events`: CloudEvents in, one outcome an event out. See docs/api/events.md."""

from __future__ import annotations

import logging
import time
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import RequestDataTooBig
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse, UnreadablePostError
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from giao.kernel.engagements.models import Engagement
from giao.kernel.engagements.scoping import working_in
from giao.kernel.identity.problems import Problem
from giao.kernel.identity.rate_fields import Policy
from giao.kernel.identity.tokens import authenticate
from giao.kernel.ledger import rows
from giao.kernel.ledger.accept import Accepted, Outcome
from giao.kernel.ledger.cloudevents import (
    BATCHED,
    STRUCTURED,
    Unreadable,
    not_by_address,
    of_binary,
    parse,
    read_event,
)
from giao.kernel.ledger.deciding import name_of
from giao.kernel.ledger.errors import LedgerError
from giao.kernel.ledger.events import NewEvent, Refusal
from giao.kernel.ledger.limits import MOST_BODY, MOST_EVENTS, MOST_WAITING, RETRY_AFTER_SECONDS
from giao.kernel.ledger.tail_api import router
from giao.kernel.ledger.together import accept_together

__all__ = ["events", "router"]

logger = logging.getLogger(__name__)

WAITING = Policy("waiting-events", MOST_WAITING, unit="events")
"""Events of an engagement that wait to be put in order; `t` says when to ask again."""

_BACKLOG_SECONDS = 0.2
_backlogs: dict[UUID, tuple[float, int]] = {}


@csrf_exempt
@login_not_required
def events(request: HttpRequest, slug: str) -> HttpResponse:
    """202 with one outcome an event, in their order: stored and committed. 422 when none of them could be taken."""
    if request.method != "POST":
        raise Problem(405, "Method not allowed", _("Send events by POST."), headers={"Allow": "POST"})
    token = authenticate(request, "events:write", slug)
    engagement = token.reached
    assert engagement is not None
    raws = _read(request)
    sent: list[NewEvent | Refusal] = []
    for raw in raws:
        event = read_event(raw)
        sent.append(not_by_address(event, raw, facts_allowed="facts:write" in token.scopes) or event)
    with working_in(engagement):
        waiting = _check_backlog(engagement)
        done = _accept(engagement, sent, name_of(token))
    return _answer(done, WAITING.headers(MOST_WAITING - waiting - done.accepted))


def _accept(engagement: Engagement, sent: list[NewEvent | Refusal], who: str) -> Accepted:
    try:
        return accept_together(engagement, sent, who)
    except LedgerError as error:
        headers = {"Retry-After": "60"} if error.status == 503 else {}
        raise Problem(error.status, "Not recorded", str(error), headers=headers) from error
    except DatabaseError as error:
        logger.exception("events could not be stored")
        raise Problem(
            503,
            "Not recorded",
            _("The events could not be stored, none of them; send them again a little later."),
            headers={"Retry-After": str(RETRY_AFTER_SECONDS)},
        ) from error


def _read(request: HttpRequest) -> list[Any]:
    """The CloudEvents of a request, whatever mode they came in."""
    kind = request.headers.get("Content-Type", "").split(";")[0].strip().lower()
    body = _body(request)
    try:
        if kind == BATCHED:
            listed = parse(body)
            if not isinstance(listed, list):
                raise Unreadable("a batch is a JSON list of CloudEvents")
        elif kind == STRUCTURED:
            listed = [parse(body)]
        elif request.headers.get("Ce-Specversion"):
            listed = [of_binary(request.headers, body)]
        else:
            raise Problem(
                415,
                "Unsupported media type",
                _("Send %(structured)s, %(batched)s, or ce-… headers (binary mode); this came as “%(kind)s”.")
                % {"structured": STRUCTURED, "batched": BATCHED, "kind": kind[:60]},
            )
    except Unreadable as error:
        raise Problem(
            400, "Unreadable", _("The request cannot be read: %(why)s.") % {"why": error}
        ) from error
    if not listed:
        raise Problem(400, "Unreadable", _("The batch is empty; send at least one event."))
    if len(listed) > MOST_EVENTS:
        raise _too_large(
            _("The batch has %(n)s events; at most %(most)s are taken at once. Split it.")
            % {"n": len(listed), "most": MOST_EVENTS}
        )
    return listed


def _body(request: HttpRequest) -> bytes:
    words = _("The request has more than %(most)s bytes; split it.") % {"most": MOST_BODY}
    try:
        length = int(request.headers.get("Content-Length") or 0)
    except ValueError:
        length = 0
    if length > MOST_BODY:
        raise _too_large(words)
    try:
        body = request.body
    except RequestDataTooBig as error:
        raise _too_large(words) from error
    except UnreadablePostError as error:
        raise Problem(400, "Unreadable", _("The request broke off; send it again.")) from error
    if len(body) > MOST_BODY:
        raise _too_large(words)
    return body


def _too_large(detail: str) -> Problem:
    return Problem(413, "Too large", detail)


def _check_backlog(engagement: Engagement) -> int:
    """How many wait. Counted at most five times a second an engagement and process."""
    now = time.monotonic()
    known = _backlogs.get(engagement.pk)
    if known is None or known[0] < now:
        known = (now + _BACKLOG_SECONDS, rows.backlog(engagement.pk, MOST_WAITING))
        if len(_backlogs) > 10_000:
            _backlogs.clear()
        _backlogs[engagement.pk] = known
    if known[1] >= MOST_WAITING:
        raise Problem(
            429,
            "Too many events",
            _("More events wait to be put in order than are taken in at once; wait, then send them again."),
            headers={"Retry-After": str(RETRY_AFTER_SECONDS), **WAITING.headers(0, RETRY_AFTER_SECONDS)},
        )
    return known[1]


def _answer(done: Accepted, headers: dict[str, str]) -> HttpResponse:
    rejected = len(done.rejected)
    body: dict[str, Any] = {
        "accepted": done.accepted,
        "duplicates": done.duplicates,
        "rejected": rejected,
        "outcomes": [_outcome(outcome) for outcome in done.outcomes],
    }
    if rejected == len(done.outcomes):
        first = done.rejected[0]
        raise Problem(422, "Rejected", first.why, headers=headers, **body)
    answer = JsonResponse(body, status=202, json_dumps_params={"ensure_ascii": False}, headers=headers)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _outcome(outcome: Outcome) -> dict[str, Any]:
    said: dict[str, Any] = {"source": outcome.source, "id": outcome.event_id, "status": outcome.status}
    if outcome.refusal is not None:
        said |= {
            "reason": outcome.refusal.reason,
            "detail": outcome.why,
            "replayable": outcome.refusal.replayable,
        }
    if outcome.unknown:
        said["warning"] = "unknown_activity"
    return said
