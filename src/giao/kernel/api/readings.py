"""The reading under an answer: which agreement, how far of the ledger, as of when; or the problem that there is none yet."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Schema

from giao.kernel.api.tags import check_unchanged, reading_tag
from giao.kernel.api.values import instant
from giao.kernel.engagements.unmasking import Unmasked
from giao.kernel.identity.problems import Problem
from giao.kernel.readings.errors import NothingToRead
from giao.kernel.readings.models import Reading
from giao.kernel.readings.queries import Shown


class ReadingOut(Schema):
    """Every number beside it follows from these three; `recomputing`: a newer reading is on its way."""

    agreement_hash: str
    ledger_hash: str
    ledger_position: int
    as_of: str
    recomputing: bool


def reading_out(shown: Shown) -> dict[str, Any]:
    reading = shown.reading
    assert reading is not None
    return {
        "agreement_hash": reading.agreement_hash,
        "ledger_hash": reading.log_hash,
        "ledger_position": reading.position,
        "as_of": instant(reading.as_of),
        "recomputing": shown.recomputing,
    }


def check_readable(shown: Shown | None, missing: str) -> Shown:
    """Raises NothingToRead, and Problem 503 (it is being computed) or 409 (it could not be computed)."""
    if shown is None:
        raise NothingToRead(missing)
    if shown.reading is None:
        if shown.failed:
            raise Problem(409, "Not computed", shown.wanted.error or _("The numbers could not be computed."))
        raise Problem(
            503,
            "Being computed",
            _("The first numbers are being computed; ask again in a moment."),
            headers={"Retry-After": "2"},
        )
    return shown


def tag_reading(
    request: HttpRequest, response: HttpResponse, shown: Shown, unmasked: Unmasked, *more: Any
) -> Reading:
    """Tag the answer by its reading. Raises NotModified when the caller has it: nothing is read from disk then."""
    reading = shown.reading
    assert reading is not None
    check_unchanged(request, response, reading_tag(request, reading, unmasked, shown.recomputing, *more))
    return reading
