"""A term that renews itself: until which day it runs, by the notices that are known.

A term of ``auto_renew: true`` runs on for `renews_for` (a year, where the document does not say) each time its last day
passes without notice. Notice counts where it was given on or before the last day for it (`last_day_of_notice`); a later
one ends the renewed term. A renewed term begins the day after, so a term to the end of a month ends with a month.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from zoneinfo import ZoneInfo

from giao.core.agreement.document.agreement import Agreement
from giao.core.agreement.document.work import Term
from giao.core.agreement.facts import Facts
from giao.core.agreement.quantity import Period
from giao.core.agreement.windows import ONE_DAY, local_day

A_YEAR = Period.parse("P1Y")
NOTICE = "decision.notice"


def renewal_of(term: Term) -> Period:
    """For how long it renews itself each time."""
    return term.renews_for or A_YEAR


def last_day_of_notice(term: Term) -> date | None:
    """The last day on which notice still ends the term on its last day; None where the term names no notice."""
    if term.notice is None:
        return None
    day = term.end
    while term.notice.after(day) > term.end:
        day -= ONE_DAY
    return day


def run_on(term: Term, notices: Iterable[date], today: date) -> Term:
    """The term as it runs on a day, notices being the local days on which they were given."""
    earliest = min(notices, default=None)
    while term.auto_renew and term.end < today:
        last = last_day_of_notice(term) or term.end
        if earliest is not None and earliest <= last:
            break
        until = renewal_of(term).after(term.end + ONE_DAY) - ONE_DAY
        term = term.model_copy(update={"end": until})
    return term


def with_running_term(version: Agreement, facts: Facts, zone: ZoneInfo, today: date) -> Agreement:
    """The version with its term as it runs; the version itself where that is as written."""
    if not version.term.auto_renew or version.term.end >= today:
        return version
    term = run_on(version.term, (local_day(fact.time_us, zone) for fact in facts.of(NOTICE)), today)
    return version if term == version.term else version.known_as({"term": term})
