"""The five steps of an engagement with the state of each: derived from what exists, else as it was entered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from giao.kernel.engagements.models import AgreementState, AgreementVersion
from giao.kernel.engagements.standing import Standing
from giao.kernel.readings.models import Reading, ReadingState


@dataclass(frozen=True)
class Step:
    """`state`: done, here, next, unneeded. `note`: a few words with the figure that matters."""

    number: int
    name: str
    label: str
    question: str
    state: str
    note: str = ""


def steps_of(standing: Standing) -> list[Step]:
    """The path; two queries."""
    engagement = standing.engagement
    entered: dict[str, str] = engagement.steps or {}
    newest = (
        AgreementVersion.objects.filter(engagement=engagement, state=AgreementState.IN_FORCE)
        .order_by("-effective")
        .values_list("number", flat=True)
        .first()
    )
    figures: dict[str, Any] | None = _shown_there(standing).values_list("figures", flat=True).first()
    agreed = newest is not None
    run_note = ""
    if figures:
        late = int(figures.get("at_risk", 0))
        run_note = ngettext("%(n)s case at risk", "%(n)s cases at risk", late) % {"n": late}
    return [
        Step(
            1,
            "identify",
            _("Identify"),
            _("What should be handed over, and is it worth it?"),
            entered.get("identify", "unneeded" if agreed else "here"),
        ),
        Step(
            2,
            "choose",
            _("Choose"),
            _("Who does it best, at what price?"),
            entered.get("choose", "unneeded" if agreed else "next"),
        ),
        Step(
            3,
            "agree",
            _("Agree"),
            _("What is promised, and what follows when it is missed?"),
            "done" if agreed else entered.get("agree", "next"),
            _("v%(number)s in force") % {"number": newest} if agreed else "",
        ),
        Step(
            4,
            "run",
            _("Run"),
            _("Is the promise kept, and what is about to break it?"),
            "here" if agreed else "next",
            run_note,
        ),
        Step(
            5,
            "improve",
            _("Improve"),
            _("What do we settle, change or end?"),
            entered.get("improve", "here" if figures and figures.get("next") else "next"),
            _close_note(figures, standing),
        ),
    ]


def _shown_there(standing: Standing) -> QuerySet[Reading]:
    """The ready readings at the instant where the page stands, newest first."""
    ready = Reading.objects.filter(engagement=standing.engagement, state=ReadingState.READY)
    if standing.chosen and standing.as_of is not None:
        return ready.filter(as_of=standing.as_of).order_by("-finished")
    return ready.filter(current=True)


def _close_note(figures: dict[str, Any] | None, standing: Standing) -> str:
    due = (figures or {}).get("next")
    return close_words(due, standing.instant.astimezone(standing.zone).date())[0] if due else ""


def close_words(due: dict[str, str], today: date) -> tuple[str, bool]:
    """When the month has to be closed, as people say it, and whether that day is past."""
    left = (date.fromisoformat(due["due"]) - today).days
    if left < 0:
        return ngettext("close overdue by %(n)s day", "close overdue by %(n)s days", -left) % {
            "n": -left
        }, True
    if left == 0:
        return _("close due today"), False
    return ngettext("close due in %(n)s day", "close due in %(n)s days", left) % {"n": left}, False
