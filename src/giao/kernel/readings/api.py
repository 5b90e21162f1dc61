"""The address of a reading: what the numbers stand on just now, and a failed one computed once more."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Schema
from pydantic import Field

from giao.kernel.api.caller import PERSON, person_of, stand
from giao.kernel.api.values import instant
from giao.kernel.api.wing import Wing
from giao.kernel.engagements.errors import EngagementError
from giao.kernel.engagements.models import Engagement
from giao.kernel.readings.models import Reading, ReadingState
from giao.kernel.readings.queries import retry

router = Wing(tags=["readings"])
HERE = "/engagements/{slug}/reading"


class ReadingOut(Schema):
    """`state`: computing, ready, failed or none. `position`: of the ledger; `error`: why it failed, for a person."""

    state: str
    as_of: str | None
    position: int | None
    agreement_hash: str
    ledger_hash: str = Field(description="Of the imported log.")
    error: str | None


class NothingFailed(EngagementError):
    """There is nothing to compute again."""

    status = 409


@router.read(HERE, "readings:read", ReadingOut)
def newest_reading(request: HttpRequest, slug: str) -> dict[str, Any]:
    """The reading that was begun last: ready, being computed, or failed with its reason."""
    return _out(_newest(stand(request, slug).engagement))


@router.write(HERE + "/retry", PERSON, ReadingOut)
def reading_retried(request: HttpRequest, slug: str) -> dict[str, Any]:
    """Compute a failed reading once more. 409 where none has failed."""
    standing, person = stand(request, slug), person_of(request)
    row = _newest(standing.engagement)
    if row is None or row.state != ReadingState.FAILED:
        raise NothingFailed(_("No computation has failed: there is nothing to do again."))
    retry(row, person)
    row.refresh_from_db()
    return _out(row)


def _newest(engagement: Engagement) -> Reading | None:
    return Reading.objects.filter(engagement=engagement).order_by("-pk").first()


def _out(row: Reading | None) -> dict[str, Any]:
    if row is None:
        nothing = {"as_of": None, "position": None, "agreement_hash": "", "ledger_hash": "", "error": None}
        return {"state": "none", **nothing}
    return {
        "state": str(row.state),
        "as_of": instant(row.as_of),
        "position": row.position,
        "agreement_hash": row.agreement_hash,
        "ledger_hash": row.log_hash,
        "error": row.error or None,
    }
