"""The head and margin of a statement: who, for which month, how far it is decided, what of the credits' cap is used."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from giao.core.agreement.results import Statement
from giao.core.report import formats
from giao.core.report.words import Lang, say
from giao.steps.improve.reviews.queries import Ground, Review, closes_on, review_of
from giao.steps.improve.reviews.sheet import Trigger, notices_of, triggers_of


@dataclass(frozen=True)
class Head:
    title: str
    engagement: str
    client: str
    vendor: str
    review: Review
    closes: date
    closes_words: str
    owner: str
    version: int
    hash: str
    cap: Decimal | None
    credits: Decimal
    notices: list[str]
    triggers: list[Trigger]

    @property
    def share_of_cap(self) -> float:
        return float(self.credits / self.cap) if self.cap else 0.0


def head_of(ground: Ground, statement: Statement, lang: Lang) -> Head:
    engagement = ground.standing.engagement
    agreement = ground.version_of(statement.month)
    review = review_of(statement, agreement, ground.today)
    closes = closes_on(statement, agreement)
    day = formats.day(closes, lang)
    key = "statement.credit_note" if statement.document == "credit_note" else "statement.title"
    return Head(
        title=say(lang, key, month=formats.window(statement.month, lang)),
        engagement=engagement.name,
        client=engagement.client.name,
        vendor=engagement.vendor.name,
        review=review,
        closes=closes,
        closes_words=_closes_words(review, day),
        owner=engagement.owner.name if engagement.owner else "",
        version=agreement.version,
        hash=statement.hash,
        cap=statement.at_risk,
        credits=statement.credit_total,
        notices=notices_of(statement, lang),
        triggers=triggers_of(statement, lang, ground.today),
    )


def _closes_words(review: Review, day: str) -> str:
    if review == "closed":
        return _("Closed on %(day)s, as the agreement says; what comes later is an adjustment.") % {
            "day": day
        }
    if review == "under_review":
        return _("The month is over. It closes on %(day)s; until then late data still changes it.") % {
            "day": day
        }
    return _("Still provisional: the month is not over, or a fact is missing. It closes on %(day)s.") % {
        "day": day
    }
