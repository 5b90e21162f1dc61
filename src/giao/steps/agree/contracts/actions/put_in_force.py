"""Put a draft in force as the next version, from a day on. It binds both parties."""

from __future__ import annotations

import re
from datetime import date

from django.utils.translation import gettext as _

from giao.core.agreement.check import check_text
from giao.core.agreement.errors import DocumentErrors, Fault
from giao.core.agreement.load import parse_agreement, places_of
from giao.core.log import EventLog
from giao.core.report import formats
from giao.kernel.engagements.access import place_of
from giao.kernel.engagements.actions.adopt_agreement import adopt_agreement
from giao.kernel.engagements.actions.record_decision import decided_at
from giao.kernel.engagements.models import AgreementVersion, Engagement
from giao.kernel.engagements.queries import versions_in_force
from giao.kernel.parties.models import User
from giao.steps.agree.contracts.access import others_who_may_accept, side_of
from giao.steps.agree.contracts.closed_months import closed_through
from giao.steps.agree.contracts.errors import BadDay, NotAlone
from giao.steps.agree.contracts.models import Draft
from giao.steps.agree.contracts.queries import parsed
from giao.ui.templatetags.giao import language


def put_in_force(
    engagement: Engagement, author: User, text: str, day: date | None, log: EventLog | None
) -> AgreementVersion:
    """By one side alone: the first version (`day` None: from the start of its term), or a change while the other side has
    nobody here who could accept it.

    Raises NotAlone when it has, BadDay, DocumentErrors with every fault, EngagementError when a version begins on that day.
    """
    if versions_in_force(engagement) and must_propose(engagement, author):
        raise NotAlone(
            _("The other side has people here: propose the change, and it is in force once they accept it.")
        )
    made = bring_in_force(engagement, author, text, day, log)
    Draft.objects.filter(engagement=engagement, author=author).delete()
    return made


def must_propose(engagement: Engagement, author: User) -> bool:
    """Whether somebody on the other side could accept a change of this author's."""
    side = side_of(place_of(author, engagement))
    return side is not None and bool(others_who_may_accept(engagement, side, author))


def bring_in_force(
    engagement: Engagement, actor: User, text: str, day: date | None, log: EventLog | None
) -> AgreementVersion:
    """The next version, checked once more. Who may is decided by the caller. Raises as `put_in_force`."""
    if day:
        check_day(engagement, text, day)
    final = final_text(engagement, text, day, log)
    return adopt_agreement(engagement, final, actor)[0]


def final_text(engagement: Engagement, text: str, day: date | None, log: EventLog | None) -> str:
    """The text as it would be in force from a day on, without faults. Raises DocumentErrors."""
    final = with_effective(text, day, next_number(engagement)) if day else text
    faults = [fault for fault in faults_of(engagement, final, log) if fault.severity == "error"]
    if faults:
        raise DocumentErrors(faults)
    return final


def check_day(engagement: Engagement, text: str, day: date) -> None:
    """Raises BadDay unless a version of this text may begin on the day: inside the term, after what is closed."""
    term = parsed(text)[0].term
    if not term.start < day <= term.end:
        raise BadDay(
            _("The day lies outside the term, %(start)s to %(end)s.")
            % {"start": formats.day(term.start, language()), "end": formats.day(term.end, language())}
        )
    closed = closed_through(engagement, decided_at(engagement))
    if closed is not None and day <= closed:
        raise BadDay(
            _("%(month)s is closed, and a closed month only takes adjustments: choose a day after %(last)s.")
            % {
                "month": formats.window(f"{day:%Y-%m}", language()),
                "last": formats.day(closed, language()),
            }
        )


def next_number(engagement: Engagement) -> int:
    last = AgreementVersion.objects.filter(engagement=engagement).order_by("-number").first()
    return last.number + 1 if last else 1


def faults_of(engagement: Engagement, text: str, log: EventLog | None) -> list[Fault]:
    """Faults of a draft by itself, against the log, and beside the versions in force."""
    found = check_text(text, log=log)
    if any(fault.severity == "error" for fault in found):
        return found
    versions = parse_agreement(text)
    if len(versions) > 1:
        words = _("There are several versions here (---); write one at a time.")
        return [Fault(words), *found]
    before = versions_in_force(engagement)
    if before:
        first = parse_agreement(before[0].text)[0]
        for field, ours, theirs in (
            ("name", versions[0].name, first.name),
            ("currency", versions[0].currency, first.currency),
        ):
            if ours != theirs:
                line = places_of(text).get((field,), (None, None))[0]
                words = _("Versions of one agreement keep “%(field)s”: it is %(theirs)s, here %(ours)s.") % {
                    "field": field,
                    "ours": ours,
                    "theirs": theirs,
                }
                found.insert(0, Fault(words, field, line))
    return found


def with_effective(text: str, day: date, number: int) -> str:
    """The text with its `effective` day and `version` set, everything else as it was written.

    Raises DocumentErrors when the document is written in a way that this cannot be done (one line of JSON).
    """
    places = places_of(text)
    lines = text.splitlines()
    for name, value in (("version", str(number)), ("effective", day.isoformat())):
        place = places.get((name,))
        if place:
            lines[place[0] - 1] = re.sub(
                rf"^(\s*[\"']?{name}[\"']?\s*:\s*)[^\s#,}}]+", rf"\g<1>{value}", lines[place[0] - 1]
            )
        else:
            lines.insert(places[("name",)][0], f"{name}: {value}")
            places = places_of("\n".join(lines))
    final = "\n".join(lines) + "\n"
    made = parse_agreement(final)[0]
    if made.starts != day or made.version != number:
        raise DocumentErrors(
            [
                Fault(
                    _("The day could not be written into the text: write “effective: %(day)s” yourself.")
                    % {"day": day}
                )
            ]
        )
    return final
