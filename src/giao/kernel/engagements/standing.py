"""Where a page stands: which engagement, as whom, as of when. Every engagement page begins with `standing_for`."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from giao.kernel.engagements.access import Place, engagement_for, place_of
from giao.kernel.engagements.errors import BadInstant, EngagementError
from giao.kernel.engagements.models import Engagement
from giao.kernel.identity.person import person_of
from giao.kernel.identity.problems import Problem
from giao.kernel.tenancy.requests import narrow

logger = logging.getLogger(__name__)

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True)
class Standing:
    """`as_of` is the reader's own choice or the engagement's stored instant; None means now.

    `chosen`: the reader asked for this instant in the address (the page gets its coloured edge).
    """

    engagement: Engagement
    place: Place
    as_of: datetime | None
    chosen: bool

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.engagement.zone)

    @property
    def instant(self) -> datetime:
        """The instant itself, aware, in UTC."""
        return self.as_of or timezone.now()

    @property
    def carried(self) -> dict[str, str]:
        """What every link inside the engagement carries along: the reader's own instant, if any."""
        return as_query(self.as_of, self.zone) if self.chosen and self.as_of else {}


def as_query(instant: datetime, zone: ZoneInfo) -> dict[str, str]:
    """The query that `read_instant` reads back: local to the zone, to the minute when it is a whole one."""
    local = instant.astimezone(zone).replace(tzinfo=None)
    whole = not local.second and not local.microsecond
    return {"as_of": local.isoformat(timespec="minutes" if whole else "auto")}


def read_instant(text: str, zone: ZoneInfo) -> datetime:
    """``2016-05-12T18:00`` (local to `zone`), with offset, or a date alone (the last microsecond of that day).

    Raises BadInstant with the mend.
    """
    cleaned = text.strip()
    try:
        if _DAY.fullmatch(cleaned):
            found = datetime.combine(date.fromisoformat(cleaned), time.max)
        else:
            found = datetime.fromisoformat(cleaned)
        if found.tzinfo is None:
            found = found.replace(tzinfo=zone)
        return found.astimezone(UTC)
    except (ValueError, OverflowError):
        raise BadInstant(
            _("“%(text)s” is not an instant; write it as 2016-05-12T18:00.") % {"text": cleaned[:40]}
        ) from None


def instant_asked(request: HttpRequest, engagement: Engagement) -> tuple[datetime | None, bool]:
    """(the instant to stand at, whether the address asks for it). Raises BadInstant."""
    asked = request.GET.get("as_of", "")
    return (read_instant(asked, ZoneInfo(engagement.zone)) if asked else engagement.as_of), bool(asked)


SAFE = ("GET", "HEAD", "OPTIONS")


def standing_for(request: HttpRequest, slug: str, *, archive_too: bool = False) -> Standing:
    """Find the engagement (Http404 for a stranger) and the instant; remember both on the request for the shell.

    An archived engagement is read only: anything else raises EngagementError, unless the page is about that (`archive_too`).
    """
    user = person_of(request)
    engagement = engagement_for(user, slug)
    if engagement.archived is not None and request.method not in SAFE and not archive_too:
        raise EngagementError(
            _("This engagement is in the archive: it is read only. Take it out of the archive first.")
        )
    as_of, chosen = instant_asked(request, engagement)
    standing = Standing(
        engagement,
        place_of(user, engagement),
        as_of,
        chosen,
    )
    request.standing = standing  # type: ignore[attr-defined]
    narrow(request, [engagement.pk])
    return standing


def answer_refusals(get_response: Callable[[HttpRequest], HttpResponse]) -> _Refusals:
    """Middleware: an EngagementError that reaches the top becomes a page that says what, where and how to mend.

    A Problem becomes its own answer, for machines.
    """
    return _Refusals(get_response)


class _Refusals:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if getattr(exception, "status", 0) in (401, 403):
            who = getattr(request.user, "pk", None)
            logger.warning("refused: person %s, %s %s", who, request.method, request.path)
        if isinstance(exception, Problem):
            return exception.as_response()
        if not isinstance(exception, EngagementError):
            return None
        template = "403.html" if exception.status == 403 else "400.html"
        return render(request, template, {"reason": str(exception)}, status=exception.status)
