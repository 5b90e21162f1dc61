"""Whatever goes wrong becomes `application/problem+json` with a title by its kind and a sentence that says what to mend."""

from __future__ import annotations

import logging
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError

from giao.core.agreement.errors import DocumentErrors
from giao.kernel.api.tags import NotModified
from giao.kernel.engagements.errors import EngagementError
from giao.kernel.identity.problems import Problem
from giao.kernel.ledger.errors import LedgerError
from giao.kernel.notifications.guard import Refused
from giao.kernel.readings.errors import NothingToRead

logger = logging.getLogger(__name__)

TITLES = {
    400: "Not possible",
    403: "Not allowed",
    404: "Not found",
    405: "Method not allowed",
    409: "Changed meanwhile",
    413: "Too large",
    422: "Not understood",
    503: "Not now",
}
"""Of problems that no better name is given to; a title is a name, the same in every language."""


def answer_failures(api: NinjaAPI) -> None:
    """Register every kind of failure with the API."""
    kinds: dict[type[Exception], Any] = {
        Problem: _problem,
        EngagementError: _engagement,
        LedgerError: _ledger,
        Http404: _missing,
        ValidationError: _invalid,
        DocumentErrors: _faults,
        Refused: _refused,
        NothingToRead: _nothing,
        HttpError: _http,
        RequestDataTooBig: _large,
        NotModified: _not_modified,
        Exception: _ours,
    }
    for kind, does in kinds.items():
        api.add_exception_handler(kind, does)


def _problem(request: HttpRequest, problem: Problem) -> HttpResponse:
    if problem.status in (401, 403):
        who = getattr(request.user, "pk", None)
        logger.warning("refused: person %s, %s %s", who, request.method, request.path)
    return problem.as_response()


def _engagement(request: HttpRequest, error: EngagementError) -> HttpResponse:
    return _problem(request, Problem(error.status, TITLES.get(error.status, "Not possible"), str(error)))


def _ledger(request: HttpRequest, error: LedgerError) -> HttpResponse:
    headers = {"Retry-After": "60"} if error.status == 503 else {}
    return _problem(request, Problem(error.status, "Not recorded", str(error), headers=headers))


def _missing(request: HttpRequest, error: Http404) -> HttpResponse:
    """One answer for what is not there and for what is not the caller's."""
    return Problem(404, "Not found", _("There is nothing at this address for you.")).as_response()


def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    errors = [{"at": _place(item.get("loc", ())), "why": _sentence(item)} for item in error.errors]
    first = errors[0] if errors else {"at": "body", "why": ""}
    detail = _("%(at)s: %(why)s.") % first
    return Problem(422, "Not understood", detail, errors=errors).as_response()


def _sentence(item: dict[str, Any]) -> str:
    return str(item.get("msg", "")).removeprefix("Value error, ").rstrip(".")[:300]


def _place(where: Any) -> str:
    """``body.claim``, ``query.limit``: without the name that a parameter has in our code."""
    parts = [str(part) for part in where]
    if len(parts) > 2 and parts[0] in ("body", "query", "form"):
        parts = [parts[0], *parts[2:]]
    return ".".join(parts)


def _faults(request: HttpRequest, error: DocumentErrors) -> HttpResponse:
    """Every fault of an agreement with its place."""
    errors = [
        {"at": fault.path or "text", "line": fault.line, "why": fault.message, "severity": fault.severity}
        for fault in error.faults
    ]
    detail = _("The agreement has %(n)s faults; the first: %(why)s") % {
        "n": len(errors),
        "why": errors[0]["why"] if errors else "",
    }
    return Problem(422, "Faults in the agreement", detail, errors=errors).as_response()


def _refused(request: HttpRequest, error: Refused) -> HttpResponse:
    return Problem(422, "Not taken", str(error)).as_response()


def _nothing(request: HttpRequest, error: NothingToRead) -> HttpResponse:
    words = {
        "agreement": _("No agreement is in force yet: put one in force first."),
        "log": _("There are no events yet: import a log or send events first."),
    }
    return Problem(
        409, "Nothing to read", words.get(error.missing, str(error)), missing=error.missing
    ).as_response()


def _http(request: HttpRequest, error: HttpError) -> HttpResponse:
    """What the framework refuses by itself: a body that is no JSON."""
    title = "Unreadable" if error.status_code == 400 else TITLES.get(error.status_code, "Not possible")
    detail = _("The body cannot be read: send JSON in UTF-8.") if error.status_code == 400 else str(error)
    return Problem(error.status_code, title, detail).as_response()


def _large(request: HttpRequest, error: RequestDataTooBig) -> HttpResponse:
    return Problem(
        413, "Too large", _("The body is too large for this address; send less at once.")
    ).as_response()


def _not_modified(request: HttpRequest, found: NotModified) -> HttpResponse:
    return HttpResponse(status=304, headers={"ETag": found.tag})


def _ours(request: HttpRequest, error: Exception) -> HttpResponse:
    logger.exception("the API failed: %s %s", request.method, request.path)
    return Problem(
        500, "Our fault", _("Something went wrong here; it is in the log. Try again a little later.")
    ).as_response()
