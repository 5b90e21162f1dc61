"""What the last whole month would have been under the text at hand, computed while it is written.

Only the draft is computed; what really was is read from the stored figures. For logs up to a size that answers in seconds;
larger ones are replayed by the job.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext as _

from giao.core.agreement.errors import AgreementError
from giao.core.agreement.evaluate import evaluate
from giao.core.report import formats
from giao.core.report.words import in_language
from giao.core.report.words.told import tell
from giao.kernel.engagements.models import Engagement
from giao.kernel.readings.models import KpiFigure, Reading, StatementFigure
from giao.steps.agree.contracts.outcome import Level, Outcome, value_words
from giao.steps.agree.contracts.queries import facts_of, log_of, parsed, text_hash
from giao.ui.templatetags.giao import language

MOST_EVENTS = 500_000
PATIENCE_SECONDS = 8.0
_one = threading.Lock()
"""One preview at a time in a process: whoever types fast does not fill the machine."""


@dataclass(frozen=True)
class Preview:
    """Either an outcome, or in words why there is none. `later`: ask once more."""

    outcome: Outcome | None
    words: str = ""
    later: bool = False


def is_small(engagement: Engagement) -> bool:
    log = log_of(engagement)
    return log is not None and log.n_events <= MOST_EVENTS


def preview_of(engagement: Engagement, text: str, as_of: datetime) -> Preview:
    """`text` without errors. `as_of`: where the page stands."""
    log = log_of(engagement)
    if log is None:
        return Preview(None, _("There is no log to try it on yet."))
    if not _one.acquire(timeout=PATIENCE_SECONDS):
        return Preview(None, _("Another preview is being computed; this one follows."), later=True)
    try:
        found = _months(_Asking(engagement, text, log.hash, as_of))
    except AgreementError as error:
        return Preview(None, tell(language(), str(error)))
    finally:
        _one.release()
    today = as_of.astimezone(UTC).date()
    over = [month for month in found["months"] if month < today.isoformat()[:7]]
    if not over:
        return Preview(None, _("No month is over under this text yet."))
    return Preview(_outcome(engagement, found, over[-1], as_of))


@dataclass(frozen=True)
class _Asking:
    engagement: Engagement
    text: str
    log_hash: str
    as_of: datetime

    def __hash__(self) -> int:
        return hash((self.engagement.pk, text_hash(self.text), self.log_hash, self.as_of))


@lru_cache(maxsize=16)
def _months(asking: _Asking) -> dict[str, Any]:
    """Credits and service levels by month, as plain values."""
    log = log_of(asking.engagement)
    assert log is not None
    # The draft holds over the whole term, so its own first day is left out.
    draft = [item.model_copy(update={"effective": None}) for item in parsed(asking.text)]
    delta = asking.as_of.astimezone(UTC) - datetime(1970, 1, 1, tzinfo=UTC)
    as_of_us = (delta.days * 86_400 + delta.seconds) * 1_000_000 + delta.microseconds
    found = evaluate(log, draft, facts=facts_of(asking.engagement), as_of=as_of_us)
    agreement = found.agreement
    return {
        "currency": agreement.currency,
        "titles": {name: kpi.title for name, kpi in agreement.kpis.items()},
        "months": {statement.month: str(statement.credit_total) for statement in found.statements},
        "kpis": [
            {"kpi": one.kpi, "window": one.window.id, "value": None if one.value is None else float(one.value),
             "unit": one.unit, "state": one.state, "n": one.n}
            for one in found.kpis.results if one.group is None
        ],
    }  # fmt: skip


def _outcome(engagement: Engagement, found: dict[str, Any], month: str, as_of: datetime) -> Outcome:
    lang = language()
    reading = (
        Reading.objects.filter(engagement=engagement, state="ready", as_of=as_of)
        .order_by("-finished")
        .first()
    )
    actual = {}
    credit: Decimal | None = None
    if reading is not None:
        rows = KpiFigure.objects.filter(engagement=engagement, reading=reading, window=month, group="")
        actual = {row.kpi: row for row in rows}
        statement = StatementFigure.objects.filter(
            engagement=engagement, reading=reading, month=month
        ).first()
        credit = statement.credit_total if statement else None
    levels = []
    for item in found["kpis"]:
        if item["window"] != month:
            continue
        row = actual.get(item["kpi"])
        before = {"value": row.value, "unit": row.unit} if row else None
        draft, old = value_words(item, lang), value_words(before, lang) if before else _("not measured")
        state = row.state if row else "no_data"
        changed = draft != old or item["state"] != state
        levels.append(
            Level(
                in_language(found["titles"].get(item["kpi"]), lang, item["kpi"]),
                old,
                draft,
                state,
                item["state"],
                changed,
            )
        )
    new = formats.money(Decimal(found["months"][month]), found["currency"], lang)
    words = formats.window(month, lang)
    if credit is None:
        sentence = _("In %(month)s the credits would have been %(new)s.") % {"month": words, "new": new}
        return Outcome(month, levels, "", new, sentence)
    was = formats.money(credit, found["currency"], lang)
    same = _("In %(month)s the credits would have been %(new)s, as they were.")
    other = _("In %(month)s the credits would have been %(new)s instead of %(old)s.")
    sentence = (same if was == new else other) % {"month": words, "new": new, "old": was}
    return Outcome(month, levels, was, new, sentence)
