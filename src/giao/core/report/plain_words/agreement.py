"""Every part of an agreement as sentences, in the order in which one reads a contract."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from giao.core.agreement.context import zone_of
from giao.core.agreement.deadlines import last_day_of_notice
from giao.core.agreement.document.agreement import Agreement
from giao.core.agreement.phases import condition_of, phase_days
from giao.core.report.formats import day
from giao.core.report.plain_words.charges import charge_sentences
from giao.core.report.plain_words.clocks import clock_sentences, relief_sentences
from giao.core.report.plain_words.credits import credit_sentences
from giao.core.report.plain_words.kpis import kpi_sentences
from giao.core.report.plain_words.phrases import (
    agreement_title,
    due_words,
    listed,
    pattern_words,
    period_words,
)
from giao.core.report.plain_words.sentence import Sentence
from giao.core.report.words import Lang, in_language, say


@dataclass(frozen=True)
class Section:
    """A heading and its sentences; `id` is the same in both languages."""

    id: str
    title: str
    sentences: tuple[Sentence, ...]


def agreement_words(agreement: Agreement, lang: Lang = "en") -> list[Section]:
    """The document in plain words. Sections without a sentence are left out."""
    parts: list[tuple[str, Iterable[Sentence]]] = [
        ("parties", _parties(agreement, lang)),
        ("calendars", _calendars(agreement, lang)),
        ("work", _work(agreement, lang)),
        ("clocks", clock_sentences(agreement, lang)),
        ("relief", relief_sentences(agreement, lang)),
        ("kpis", kpi_sentences(agreement, lang)),
        ("credits", credit_sentences(agreement, lang)),
        ("pricing", charge_sentences(agreement, lang)),
        ("duties", _duties(agreement, lang)),
        ("notes", _notes(agreement, lang)),
    ]
    sections = [Section(name, say(lang, f"section.{name}"), tuple(sentences)) for name, sentences in parts]
    return [section for section in sections if section.sentences]


def _parties(agreement: Agreement, lang: Lang) -> Iterator[Sentence]:
    parties, term = agreement.parties, agreement.term
    yield Sentence(
        say(
            lang,
            "doc.parties",
            vendor=parties.vendor.name,
            client=parties.client.name,
            version=agreement.version,
            name=agreement_title(agreement, lang),
            effective=day(agreement.starts, lang),
        ),
        "parties",
    )
    if parties.subcontractors:
        names = listed((party.name for party in parties.subcontractors), lang)
        yield Sentence(say(lang, "doc.subcontractors", names=names), "parties.subcontractors")
    yield Sentence(say(lang, "doc.term", start=day(term.start, lang), end=day(term.end, lang)), "term")
    if term.service_start:
        yield Sentence(
            say(lang, "doc.service_start", day=day(term.service_start, lang)), "term.service_start"
        )
    last = last_day_of_notice(term)
    if term.notice and last:
        text = say(lang, "doc.notice", period=period_words(term.notice, lang), day=day(last, lang))
        yield Sentence(text, "term.notice")
    yield Sentence(say(lang, f"doc.auto_renew.{'yes' if term.auto_renew else 'no'}"), "term.auto_renew")
    yield Sentence(
        say(lang, "doc.currency", currency=agreement.currency, zone=zone_of(agreement)), "currency"
    )
    if agreement.law:
        yield Sentence(say(lang, "doc.law", law=agreement.law), "law")
    yield Sentence(say(lang, "doc.close", period=period_words(agreement.close, lang)), "close")
    for index, item in enumerate(phase_days(agreement.phases, term.start)):
        phase = item.phase
        key = "doc.phase" if phase.pays else "doc.phase.grace"
        text = say(lang, key, name=phase.name, start=day(item.first, lang), until=day(item.last, lang))
        condition = condition_of(phase)
        if condition is not None:
            when = f"“{phase.gate}”" if phase.gate and phase.when is None else condition
            key = "doc.phase.gate" if phase.gate and phase.when is None else "doc.phase.when"
            text = f"{text} {say(lang, key, when=when)}"
        yield Sentence(text, f"phases[{index}]")


def _calendars(agreement: Agreement, lang: Lang) -> Iterator[Sentence]:
    for name, spec in agreement.calendars.items():
        path = f"calendars.{name}"
        members = spec.any_of or spec.all_of
        if members:
            key = "doc.calendar.any_of" if spec.any_of else "doc.calendar.all_of"
            yield Sentence(say(lang, key, name=name, members=listed((f"“{m}”" for m in members), lang)), path)
            continue
        written: Any = spec.model_dump(mode="json")["hours"]
        if written == "24x7":
            yield Sentence(say(lang, "doc.calendar.always", name=name), path)
        else:
            hours = _hours(written or {}, lang)
            yield Sentence(say(lang, "doc.calendar", name=name, zone=spec.zone, hours=hours), path)
        if spec.holidays:
            yield Sentence(
                say(lang, "doc.calendar.holidays", codes=listed(spec.holidays, lang)), f"{path}.holidays"
            )
        if spec.closed:
            yield Sentence(
                say(lang, "doc.calendar.closed", days=listed(map(str, spec.closed), lang)), f"{path}.closed"
            )
        if spec.open:
            days = listed((day(value, lang) for value in spec.open), lang)
            yield Sentence(say(lang, "doc.calendar.open", days=days), f"{path}.open")


def _hours(week: dict[str, list[tuple[str, str]]], lang: Lang) -> str:
    """Days with the same hours together: ``Mon–Fri 08:00–12:00, 13:00–17:30``."""
    names = {
        key: say(lang, f"weekday.{n}")
        for n, key in enumerate(("mon", "tue", "wed", "thu", "fri", "sat", "sun"), 1)
    }
    runs: list[tuple[list[str], list[tuple[str, str]]]] = []
    for key, spans in week.items():
        if runs and runs[-1][1] == spans:
            runs[-1][0].append(names.get(key, key))
        else:
            runs.append(([names.get(key, key)], spans))
    texts = []
    for days, spans in runs:
        label = days[0] if len(days) == 1 else f"{days[0]}–{days[-1]}"
        texts.append(f"{label} {', '.join(f'{start}–{end}' for start, end in spans)}")
    return "; ".join(texts)


def _work(agreement: Agreement, lang: Lang) -> Iterator[Sentence]:
    work = agreement.work
    yield Sentence(say(lang, "doc.received", pattern=pattern_words(work.received, lang)), "work.received")
    yield Sentence(say(lang, "doc.delivered", pattern=pattern_words(work.delivered, lang)), "work.delivered")
    if work.cancelled:
        yield Sentence(
            say(lang, "doc.cancelled", pattern=pattern_words(work.cancelled, lang)), "work.cancelled"
        )
    for index, holder in enumerate(work.holder):
        words = [say(lang, f"doc.holder.{holder.by}", pattern=pattern_words(holder.after, lang))]
        if holder.named_by:
            words.append(say(lang, "doc.holder.named_by", attribute=holder.named_by))
        if holder.party:
            words.append(say(lang, "doc.holder.party", name=holder.party))
        yield Sentence(" ".join(words), f"work.holder[{index}]")
    if agreement.where:
        yield Sentence(say(lang, "doc.scope", condition=agreement.where), "where")
    for kind in ("personal", "hindsight"):
        names = [name for name, spec in work.attributes.items() if getattr(spec, kind)]
        if names:
            yield Sentence(say(lang, f"doc.{kind}", names=listed(names, lang)), "work.attributes")


def _duties(agreement: Agreement, lang: Lang) -> Iterator[Sentence]:
    for index, duty in enumerate(agreement.obligations):
        text = say(
            lang,
            f"doc.duty.{duty.by}",
            name=in_language(duty.title, lang, duty.name),
            every=say(lang, f"every.{duty.every}"),
            due=due_words(duty.due, lang),
        )
        yield Sentence(text, f"obligations[{index}]")
    for index, control in enumerate(agreement.risk_controls):
        text = say(
            lang,
            "doc.control",
            family=say(lang, f"family.{control.family}"),
            name=in_language(control.title, lang, control.name),
            every=say(lang, f"every.{control.every}"),
        )
        yield Sentence(text, f"risk_controls[{index}]")
    for index, item in enumerate(agreement.exit):
        within = say(lang, "doc.exit.within", period=period_words(item.within, lang)) if item.within else ""
        name = in_language(item.title, lang, item.name)
        yield Sentence(say(lang, "doc.exit", name=name, within=within), f"exit[{index}]")


def _notes(agreement: Agreement, lang: Lang) -> Iterator[Sentence]:
    text = in_language(agreement.notes, lang, "")
    if text:
        yield Sentence(text, "notes")


__all__ = ["Section", "Sentence", "agreement_words"]
