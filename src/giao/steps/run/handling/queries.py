"""Reads: who of the reader's side has which case, what waits for an answer, the history of one case."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404

from giao.kernel.engagements.models import Engagement
from giao.kernel.engagements.standing import Standing
from giao.steps.run.handling.access import organisation_of, side_of
from giao.steps.run.handling.models import CaseOwner, Nudge


@dataclass(frozen=True)
class InHand:
    """What a list of cases shows beside each: owners' names by case, and who waits for an answer about it."""

    owners: dict[str, str]
    waits_for_us: frozenset[str]
    waits_for_them: frozenset[str]


def owner_of(standing: Standing, case: str) -> CaseOwner | None:
    return _owners(standing).filter(case=case).first()


def in_hand(standing: Standing) -> InHand:
    """Two queries, however many cases are open."""
    side = side_of(standing.place)
    owners = dict(_owners(standing).values_list("case", "owner__name"))
    ours: set[str] = set()
    theirs: set[str] = set()
    waiting = Nudge.objects.filter(engagement=standing.engagement, answered__isnull=True)
    for case, asked_by in waiting.values_list("case", "side"):
        (theirs if asked_by == side else ours).add(case)
    return InHand(owners, frozenset(ours), frozenset(theirs))


def nudges_of(engagement: Engagement, case: str = "") -> QuerySet[Nudge]:
    """The newest first."""
    rows = (
        Nudge.objects.filter(engagement=engagement).select_related("by", "answered_by").order_by("-at", "-pk")
    )
    return rows.filter(case=case) if case else rows


def nudge_for(engagement: Engagement, identifier: str) -> Nudge:
    """Raises Http404: one of another engagement does not exist here."""
    try:
        found = nudges_of(engagement).filter(pk=UUID(identifier)).first()
    except ValueError:
        found = None
    if found is None:
        raise Http404("no such nudge here")
    return found


def _owners(standing: Standing) -> QuerySet[CaseOwner]:
    side = side_of(standing.place)
    rows = CaseOwner.objects.filter(engagement=standing.engagement).select_related("owner")
    return rows.filter(organisation_id=organisation_of(standing.engagement, side)) if side else rows.none()
