"""Charge lines, tax and payment as sentences."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

from giao.core.agreement.document.agreement import Agreement
from giao.core.agreement.document.charge import (
    ArcRrc,
    Band,
    ChargeLine,
    Fixed,
    Fte,
    GainShare,
    LineBase,
    MinimumLine,
    OneOff,
    Outcome,
    PassThrough,
    PerUnit,
    Tax,
    TimeAndMaterials,
)
from giao.core.report.formats import day, exact_percent, money, number, price
from giao.core.report.plain_words.phrases import (
    counted_words,
    line_title,
    listed,
    pattern_words,
    period_words,
)
from giao.core.report.plain_words.sentence import Sentence
from giao.core.report.words import Lang, in_language, say


def charge_sentences(agreement: Agreement, lang: Lang) -> Iterator[Sentence]:
    for index, line in enumerate(agreement.pricing):
        path = f"pricing[{index}]"
        title = in_language(line.title, lang, line.name or path)
        yield Sentence(_line(agreement, line, title, lang), path)
        for text in _conditions(agreement, line, lang):
            yield Sentence(text, path)
    for index, tax in enumerate(agreement.tax):
        yield Sentence(say(lang, "doc.tax", code=tax.code, rates=_rates(tax, lang)), f"tax[{index}]")
    if agreement.payment_term:
        period = period_words(agreement.payment_term, lang)
        yield Sentence(say(lang, "doc.payment", period=period), "payment_term")
    if agreement.interest:
        rate = (
            exact_percent(agreement.interest.rate, lang)
            if agreement.interest.rate is not None
            else f"{agreement.interest.series} + {exact_percent(agreement.interest.margin, lang)}"
        )
        yield Sentence(say(lang, "doc.interest", rate=rate), "interest")


def _rates(tax: Tax, lang: Lang) -> str:
    if tax.rate is not None:
        return exact_percent(tax.rate, lang)
    return listed(
        (
            say(lang, "doc.tax.from", rate=exact_percent(item.rate, lang), day=day(item.start, lang))
            if item.start
            else exact_percent(item.rate, lang)
            for item in tax.rates
        ),
        lang,
    )


def bands_words(bands: list[Band], currency: str, lang: Lang) -> str:
    """``up to 4,000: €21.40; beyond: €17.90``."""
    if len(bands) == 1 and bands[0].to is None:
        return price(bands[0].price, currency, lang)
    return "; ".join(
        say(lang, "doc.band.to", to=number(band.to, lang), price=price(band.price, currency, lang))
        if band.to is not None
        else say(lang, "doc.band.rest", price=price(band.price, currency, lang))
        for band in bands
    )


def _card(rates: Mapping[str, Decimal], currency: str, lang: Lang) -> str:
    return listed((f"{role} {price(rate, currency, lang)}" for role, rate in rates.items()), lang)


def _line(agreement: Agreement, line: ChargeLine, title: str, lang: Lang) -> str:
    """The one sentence that says what a line charges."""
    currency = agreement.currency

    def tell(kind: str, **values: object) -> str:
        return say(lang, f"doc.line.{kind}", line=title, **values)

    if isinstance(line, Fixed):
        return tell("fixed", price=price(line.fixed, currency, lang), every=say(lang, f"every.{line.every}"))
    if isinstance(line, PerUnit):
        pattern = counted_words(line.per_unit, lang)
        if line.price is not None:
            return tell("per_unit", price=price(line.price, currency, lang), pattern=pattern)
        over, bands = say(lang, f"every.{line.over}"), bands_words(line.bands, currency, lang)
        return tell(f"bands.{line.bands_are}", pattern=pattern, over=over, bands=bands)
    if isinstance(line, ArcRrc):
        return tell(
            "arc_rrc",
            fee=price(line.arc_rrc, currency, lang),
            baseline=number(line.baseline, lang),
            pattern=counted_words(line.of, lang),
            band=exact_percent(line.dead_band, lang),
            arc=bands_words(line.arc, currency, lang),
            rrc=bands_words(line.rrc, currency, lang),
        )
    if isinstance(line, Fte):
        return tell("fte", rates=_card(line.fte, currency, lang))
    if isinstance(line, TimeAndMaterials):
        return tell("time_and_materials", rates=_card(line.time_and_materials, currency, lang))
    if isinstance(line, Outcome):
        pattern = pattern_words(line.outcome, lang)
        return tell("outcome", price=price(line.price, currency, lang), pattern=pattern)
    if isinstance(line, GainShare):
        return tell(
            "gain_share", share=exact_percent(line.gain_share, lang), baseline=number(line.baseline, lang)
        )
    if isinstance(line, PassThrough):
        return tell("pass_through", markup=_markup(line, currency, lang))
    if isinstance(line, OneOff):
        due = say(lang, "doc.line.due", day=day(line.due, lang)) if line.due else ""
        return tell("one_off", price=price(line.one_off, currency, lang), milestone=line.milestone, due=due)
    assert isinstance(line, MinimumLine)
    lines = listed((line_title(agreement, name, lang) for name in line.minimum_of), lang)
    amount = money(line.amount, currency, lang)
    return tell("minimum_of", amount=amount, every=say(lang, f"every.{line.every}"), lines=lines)


def _markup(line: PassThrough, currency: str, lang: Lang) -> str:
    if not line.markup:
        return ""
    text = say(lang, "doc.line.markup", share=exact_percent(line.markup, lang))
    if line.markup_cap is not None:
        text += say(lang, "doc.line.markup_cap", amount=money(line.markup_cap, currency, lang))
    return text


def _conditions(agreement: Agreement, line: LineBase, lang: Lang) -> Iterator[str]:
    """What else holds for a line: minimum, index, currency, limits."""
    currency = agreement.currency
    if line.minimum:
        every = say(lang, f"every.{line.minimum.every}")
        if line.minimum.units is not None:
            yield say(lang, "doc.line.minimum.units", n=number(line.minimum.units, lang), every=every)
        else:
            yield say(
                lang,
                "doc.line.minimum.amount",
                amount=money(line.minimum.amount, currency, lang),
                every=every,
            )
    if line.index:
        index = line.index
        threshold = (
            say(lang, "doc.line.index.threshold", share=exact_percent(index.threshold, lang))
            if index.threshold
            else ""
        )
        cap = (
            say(lang, "doc.line.index.cap", share=exact_percent(index.cap, lang))
            if index.cap is not None
            else ""
        )
        yield say(lang, "doc.line.index", series=index.series, threshold=threshold, cap=cap)
    if line.fx:
        yield say(lang, "doc.line.fx", currency=line.fx.currency, band=exact_percent(line.fx.band, lang))
    if isinstance(line, ArcRrc) and line.renegotiate is not None:
        yield say(lang, "doc.line.renegotiate", share=exact_percent(line.renegotiate, lang))
    if isinstance(line, TimeAndMaterials) and line.cap is not None:
        yield say(lang, "doc.line.cap", amount=money(line.cap, currency, lang))
    if isinstance(line, OneOff) and line.late and line.late.per_day is not None:
        yield say(lang, "doc.line.late", amount=money(line.late.per_day, currency, lang))
    if line.where:
        yield say(lang, "doc.kpi.where", condition=line.where)
