"""Clocks and relief as sentences."""

from __future__ import annotations

from collections.abc import Iterator

from giao.core.agreement.document.agreement import Agreement
from giao.core.agreement.document.clock import Clock, PauseBetween, Target
from giao.core.report.plain_words.phrases import clock_title, moment_words, period_words, within_words
from giao.core.report.plain_words.sentence import Sentence
from giao.core.report.words import Lang, known, say


def clock_sentences(agreement: Agreement, lang: Lang) -> Iterator[Sentence]:
    for name, clock in agreement.clocks.items():
        yield from _clock(agreement, f"clocks.{name}", clock_title(agreement, name, lang), clock, lang)


def _clock(agreement: Agreement, path: str, title: str, clock: Clock, lang: Lang) -> Iterator[Sentence]:
    hours = (
        say(lang, "doc.clock.calendar", calendar=clock.calendar)
        if clock.calendar
        else say(lang, "doc.clock.elapsed")
    )
    start, stop = moment_words(agreement, clock.start, lang), moment_words(agreement, clock.stop, lang)
    yield Sentence(say(lang, "doc.clock", clock=title, start=start, stop=stop, calendar=hours), path)
    for index, target in enumerate(clock.targets):
        yield Sentence(target_words(title, target, lang), f"{path}.targets[{index}]")
    if clock.reclassify and len(clock.targets) > 1:
        yield Sentence(say(lang, f"doc.reclassify.{clock.reclassify}"), f"{path}.reclassify")
    for pause in clock.paused_while:
        if isinstance(pause, PauseBetween):
            text = say(
                lang,
                "doc.paused.between",
                clock=title,
                start=moment_words(agreement, pause.start, lang),
                until=moment_words(agreement, pause.until, lang),
            )
        else:
            text = say(lang, "doc.paused.while", clock=title, condition=pause.when)
        yield Sentence(text, f"{path}.paused_while")
    yield Sentence(say(lang, f"doc.reopen.{clock.reopen}"), f"{path}.reopen")
    if clock.within:
        period = period_words(clock.within, lang)
        yield Sentence(say(lang, "doc.reopen.within", period=period), f"{path}.within")
    if clock.cancelled == "count":
        yield Sentence(say(lang, "doc.cancelled.count"), f"{path}.cancelled")


def target_words(title: str, target: Target, lang: Lang) -> str:
    """One target of a clock: which cases, how long, how a day counts."""
    more = say(lang, "doc.target.calendar", calendar=target.calendar) if target.calendar else ""
    if target.days == "same_time":
        more += say(lang, "doc.target.same_time")
    if target.cut_off:
        more += say(lang, "doc.target.cut_off", time=f"{target.cut_off:%H:%M}")
    key = "doc.target.when" if target.when else "doc.target"
    return say(
        lang, key, clock=title, condition=target.when, within=within_words(target.within, lang), more=more
    )


def relief_sentences(agreement: Agreement, lang: Lang) -> Iterator[Sentence]:
    for index, entry in enumerate(agreement.relief):
        key = f"relief.{entry.kind}"
        kind = say(lang, key) if known(key) else entry.kind
        agree = say(lang, f"agree.{entry.agree}")
        path = f"relief[{index}]"
        yield Sentence(say(lang, f"doc.relief.{entry.effect}", name=entry.key, kind=kind, agree=agree), path)
        if entry.notify_within:
            period = period_words(entry.notify_within, lang)
            yield Sentence(say(lang, "doc.relief.notify", period=period), f"{path}.notify_within")
