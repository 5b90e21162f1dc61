"""Reads: versions, the present log and facts, the person's draft."""

from __future__ import annotations

import hashlib
from datetime import date
from functools import lru_cache

from django.http import Http404

from giao.core.agreement.document.agreement import Agreement
from giao.core.agreement.facts import Facts
from giao.core.agreement.load import parse_agreement
from giao.core.log import EventLog, open_log
from giao.kernel.engagements.models import AgreementVersion, Engagement
from giao.kernel.engagements.places import in_data
from giao.kernel.engagements.queries import current_log, inputs_of, versions_in_force
from giao.kernel.ledger import reading
from giao.kernel.ledger.queries import position
from giao.kernel.ledger.reading import has_live
from giao.kernel.parties.models import User
from giao.steps.agree.contracts.models import Draft, Replay


def document_of(row: AgreementVersion) -> Agreement:
    return parsed(row.text)[0]


@lru_cache(maxsize=64)
def parsed(text: str) -> tuple[Agreement, ...]:
    """Raises DocumentErrors."""
    return tuple(parse_agreement(text))


def version_at(rows: list[AgreementVersion], day: date) -> AgreementVersion | None:
    """The one in force on a day; before the first, the first."""
    return next((row for row in reversed(rows) if row.effective <= day), rows[0] if rows else None)


def log_of(engagement: Engagement) -> EventLog | None:
    """The whole record as it is now, imported and live; opened once while nothing is added."""
    imported, last = current_log(engagement), position(engagement.pk)
    if not has_live(engagement.pk, last):
        return _log(imported.folder, imported.hash) if imported else None
    return _live_log(engagement, last)


@lru_cache(maxsize=4)
def _log(folder: str, log_hash: str) -> EventLog:
    return open_log(in_data(folder))


@lru_cache(maxsize=4)
def _live_log(engagement: Engagement, last: int) -> EventLog | None:
    return reading.log_of(engagement, last)


def has_record(engagement: Engagement) -> bool:
    """Whether there is anything to compute past months from: an imported log or live events."""
    return bool(inputs_of([engagement])[engagement.pk].ledger_hash)


def facts_of(engagement: Engagement) -> Facts:
    return reading.facts_of(engagement)


def draft_of(engagement: Engagement, author: User) -> Draft | None:
    return Draft.objects.filter(engagement=engagement, author=author).first()


def text_hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def replay_for(engagement: Engagement, identifier: str) -> Replay:
    found = (
        Replay.objects.filter(engagement=engagement, pk=identifier).first() if _is_id(identifier) else None
    )
    if found is None:
        raise Http404("no such replay")
    return found


def replays_of(engagement: Engagement, last: int = 10) -> list[Replay]:
    return list(Replay.objects.filter(engagement=engagement).order_by("-created")[:last])


def last_replay_of(engagement: Engagement, text: str) -> Replay | None:
    """The newest replay of exactly this text."""
    return (
        Replay.objects.filter(engagement=engagement, text_hash=text_hash(text)).order_by("-created").first()
    )


def _is_id(text: str) -> bool:
    from uuid import UUID

    try:
        UUID(text)
    except ValueError:
        return False
    return True


__all__ = ["versions_in_force"]
