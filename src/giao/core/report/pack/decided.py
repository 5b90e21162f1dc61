"""What people asked and decided about the month: exclusions, disputes, the vendor's invoice beside ours."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal

from giao.core.report import formats
from giao.core.report.pack.document import (
    Fields,
    Heading,
    PackRow,
    PackTable,
    Part,
    Section,
    Sentences,
    columns,
    row,
)
from giao.core.report.pack.source import DisputeHeld, ExclusionAsked, InvoiceMatched, PackSource
from giao.core.report.plain_words.phrases import kpi_title
from giao.core.report.words import Lang, known, say

Parts = list[Part | Heading]


def exclusions(source: PackSource, lang: Lang) -> Section:
    """What was left out of the numbers, by reason; claims that wait; and what people asked for."""
    parts: Parts = []
    left_out = tuple(_left_out(source, lang))
    if left_out:
        heads = (
            say(lang, "column.kpi"),
            say(lang, "column.window"),
            say(lang, "column.reason"),
            f">{say(lang, 'pack.cases')}",
        )
        parts.append(PackTable(columns(*heads, widths=(1, 0, 1, 0)), left_out))
    waiting = tuple(_claims(source, lang))
    if waiting:
        parts += [Heading(say(lang, "pack.claims")), Sentences(waiting, listed=True)]
    asked = source.decided.exclusions if source.decided else ()
    if asked:
        asked_heads = (
            say(lang, "pack.relief"),
            f">{say(lang, 'pack.cases')}",
            say(lang, "pack.asked_by"),
            say(lang, "column.reason"),
            say(lang, "column.state"),
        )
        rows = tuple(_asked(source, item, lang) for item in asked)
        parts += [
            Heading(say(lang, "pack.asked")),
            PackTable(columns(*asked_heads, widths=(1, 0, 0, 2, 0)), rows),
        ]
    if not parts:
        parts.append(Sentences((say(lang, "pack.exclusions.none"),)))
    return Section(say(lang, "pack.exclusions"), tuple(parts))


def _left_out(source: PackSource, lang: Lang) -> Iterator[PackRow]:
    for result in source.windows():
        if result.group is not None:
            continue
        for reason, count in result.excluded:
            yield row(
                kpi_title(source.agreement, result.kpi, lang),
                formats.window(result.window.id, lang),
                _reason(reason, lang),
                formats.number(count, lang),
            )


def _reason(reason: str, lang: Lang) -> str:
    kind, _colon, key = reason.partition(":")
    if kind == "relief" and key:
        return say(lang, "note.relief", key=key)
    return say(lang, f"reason.{reason}") if known(f"reason.{reason}") else reason


def _claims(source: PackSource, lang: Lang) -> Iterator[str]:
    for result in source.windows():
        for claim in result.claims:
            would = "–" if claim.would_be is None else formats.measure(claim.would_be, result.unit, lang)
            yield say(
                lang,
                "pack.claim",
                relief=claim.relief,
                cases=formats.number(claim.cases, lang),
                kpi=kpi_title(source.agreement, result.kpi, lang),
                would=would,
            )


def _asked(source: PackSource, item: ExclusionAsked, lang: Lang) -> PackRow:
    notes = (say(lang, "pack.answer", text=item.answer),) if item.answer else ()
    return row(
        item.relief,
        formats.number(item.cases, lang),
        say(lang, f"pack.side.{item.side}"),
        item.reason,
        say(lang, f"pack.exclusion.{item.state}"),
        notes=notes,
    )


def disputes(source: PackSource, lang: Lang) -> Section:
    title = say(lang, "pack.disputes")
    if source.decided is None:
        return Section(title, (Sentences((say(lang, "pack.not_here"),), soft=True),))
    if not source.decided.disputes:
        return Section(title, (Sentences((say(lang, "pack.disputes.none"),)),))
    heads = (
        say(lang, "column.line"),
        *(f">{say(lang, name)}" for name in ("pack.stood", "pack.claimed", "pack.settled_at")),
        say(lang, "pack.raised_by"),
        say(lang, "column.state"),
    )
    rows = tuple(_dispute(source, item, lang) for item in source.decided.disputes)
    return Section(title, (PackTable(columns(*heads), rows),))


def _dispute(source: PackSource, item: DisputeHeld, lang: Lang) -> PackRow:
    currency = source.statement.currency
    notes = list(item.words)
    if item.state in ("open", "escalated", "rejected"):
        notes.append(say(lang, "pack.answer_by", day=_day(item.answer_by, source, lang)))
    return row(
        item.item,
        formats.money(item.stood, currency, lang),
        formats.money(item.claim, currency, lang),
        formats.money(item.agreed, currency, lang),
        say(lang, f"pack.side.{item.raised_by}"),
        say(lang, f"pack.dispute.{item.state}"),
        notes=tuple(notes),
    )


def invoice(source: PackSource, lang: Lang) -> Section:
    title = say(lang, "pack.invoice")
    if source.decided is None:
        return Section(title, (Sentences((say(lang, "pack.not_here"),), soft=True),))
    found = source.decided.invoice
    if found is None:
        return Section(title, (Sentences((say(lang, "pack.invoice.none"),)),))
    heads = (
        say(lang, "column.line"),
        *(f">{say(lang, name)}" for name in ("pack.ours", "pack.invoiced", "column.difference")),
        say(lang, "pack.outcome"),
    )
    currency = source.statement.currency
    rows = [
        row(
            item.title,
            formats.money(item.ours, currency, lang),
            formats.money(item.invoiced, currency, lang),
            formats.money(_difference(item.ours, item.invoiced), currency, lang),
            say(lang, f"pack.outcome.{item.outcome}") if known(f"pack.outcome.{item.outcome}") else "",
        )
        for item in found.items
    ]
    rows.append(
        row(
            say(lang, "invoice.total"),
            formats.money(found.ours, currency, lang),
            formats.money(found.invoiced, currency, lang),
            formats.money(found.invoiced - found.ours, currency, lang),
            "",
            strong=True,
        )
    )
    return Section(title, (_file(source, found, lang), PackTable(columns(*heads), tuple(rows))))


def _file(source: PackSource, found: InvoiceMatched, lang: Lang) -> Fields:
    received = f"{found.by}, {_day(found.at, source, lang)}"
    return Fields(
        (
            (say(lang, "pack.file"), found.name),
            (say(lang, "pack.received"), received),
            ("SHA-256", found.sha256),
        )
    )


def _difference(ours: Decimal | None, theirs: Decimal | None) -> Decimal | None:
    return None if ours is None or theirs is None else theirs - ours


def _day(at: datetime, source: PackSource, lang: Lang) -> str:
    return formats.day(at.astimezone(source.zone).date(), lang)
