"""What a finished replay says in words: the last whole month, and the sum of all months."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from giao.core.report import formats
from giao.core.report.words import Lang, in_language
from giao.steps.agree.contracts.models import Replay


@dataclass(frozen=True)
class Level:
    """One service level under both, in words; `changed` when value, state or n differ."""

    title: str
    actual: str
    draft: str
    actual_state: str
    draft_state: str
    changed: bool


@dataclass(frozen=True)
class Outcome:
    month: str
    levels: list[Level]
    credit_actual: str
    credit_draft: str
    sentence: str


def value_words(side: dict[str, Any] | None, lang: Lang) -> str:
    if side is None or side["value"] is None:
        return _("no data")
    return formats.measure(Decimal(str(side["value"])), side["unit"], lang)


def level_of(item: dict[str, Any], titles: dict[str, Any], lang: Lang) -> Level:
    actual, draft = item["actual"], item["draft"]
    return Level(
        in_language(titles.get(item["kpi"]), lang, item["kpi"]),
        value_words(actual, lang) if actual else _("not measured"),
        value_words(draft, lang) if draft else _("not measured"),
        actual["state"] if actual else "no_data",
        draft["state"] if draft else "no_data",
        item["changed"],
    )


def outcome_of(replay: Replay, today: date, lang: Lang) -> Outcome | None:
    """The last month that is over; None when there is none."""
    result = replay.result
    over = [item for item in result.get("months", []) if item["month"] < today.isoformat()[:7]]
    if not over:
        return None
    month = over[-1]
    currency = result["currency"]
    levels = [
        level_of(item, result["titles"], lang) for item in result["kpis"] if item["window"] == month["month"]
    ]
    old, new = (
        formats.money(Decimal((month[side] or {}).get("credit_total", "0")), currency, lang)
        for side in ("actual", "draft")
    )
    sentence = _("In %(month)s the credits would have been %(new)s instead of %(old)s.") % {
        "month": formats.window(month["month"], lang),
        "new": new,
        "old": old,
    }
    return Outcome(month["month"], levels, old, new, sentence)
