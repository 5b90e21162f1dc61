"""Credits and triggers as sentences."""

from __future__ import annotations

from collections.abc import Iterator

from giao.core.agreement.document.agreement import Agreement
from giao.core.agreement.document.credit import Credits
from giao.core.report.formats import exact_percent, money, number
from giao.core.report.plain_words.phrases import listed, period_words
from giao.core.report.plain_words.sentence import Sentence
from giao.core.report.words import Lang, say


def credit_sentences(agreement: Agreement, lang: Lang) -> Iterator[Sentence]:
    credit = agreement.credits
    if credit is None:
        return
    for path, text in (*_regime(credit, lang), *_limits(credit, agreement.currency, lang)):
        yield Sentence(text, f"credits.{path}")
    for index, trigger in enumerate(credit.triggers):
        period = period_words(trigger.use_within, lang) if trigger.use_within else ""
        use = say(lang, "doc.trigger.use", period=period) if period else ""
        right = say(lang, f"right.{trigger.right}")
        text = say(lang, "doc.trigger", condition=trigger.when, right=right, use=use)
        yield Sentence(text, f"credits.triggers[{index}]")


def _regime(credit: Credits, lang: Lang) -> Iterator[tuple[str, str]]:
    yield "nature", say(lang, f"doc.credits.{credit.nature}")
    if credit.regime == "at_risk":
        for part in credit.at_risk or []:
            share = exact_percent(part.share, lang)
            key = "doc.credits.at_risk.when" if part.when else "doc.credits.at_risk"
            yield "at_risk", say(lang, key, share=share, condition=part.when)
    else:
        yield "regime", say(lang, f"doc.credits.{credit.regime}")
    if credit.repeat:
        factors = listed((number(factor, lang) for factor in credit.repeat), lang)
        yield "repeat", say(lang, "doc.credits.repeat", factors=factors)
    if credit.expected_default:
        miss = credit.expected_default
        yield "expected_default", say(lang, "doc.credits.expected", k=miss.k, of=miss.of)
    if credit.same_cause == "one":
        yield "same_cause", say(lang, "doc.credits.same_cause")


def _limits(credit: Credits, currency: str, lang: Lang) -> Iterator[tuple[str, str]]:
    if credit.cap_month is not None:
        yield "cap_month", say(lang, "doc.credits.cap_month", share=exact_percent(credit.cap_month, lang))
    if credit.cap_year is not None:
        yield "cap_year", say(lang, "doc.credits.cap_year", share=exact_percent(credit.cap_year, lang))
    if credit.carry:
        yield "carry", say(lang, "doc.credits.carry")
    if credit.floor is not None:
        yield "floor", say(lang, "doc.credits.floor", amount=money(credit.floor, currency, lang))
    if credit.earn_back:
        if credit.earn_back.windows:
            yield "earn_back", say(lang, "doc.credits.earn_back", n=credit.earn_back.windows)
        else:
            yield "earn_back", say(lang, "doc.credits.earn_back.year")
    yield "settle", say(lang, f"doc.credits.settle.{credit.settle}")
    if credit.sole_remedy:
        yield "sole_remedy", say(lang, "doc.credits.sole_remedy")
