"""The last pages: every breach by its case id, and how anybody can check the figures."""

from __future__ import annotations

from datetime import datetime, timedelta

from giao.core.agreement.facts import EPOCH
from giao.core.report import formats
from giao.core.report.pack.document import Code, Fields, PackTable, Part, Section, Sentences, columns, row
from giao.core.report.pack.source import PackSource
from giao.core.report.plain_words.phrases import kpi_title
from giao.core.report.words import Lang, say


def breaches(source: PackSource, lang: Lang) -> Section:
    """Case ids, service level, window and what was measured; nothing personal."""
    title = say(lang, "pack.breaches")
    if source.breaches.is_empty():
        return Section(title, (Sentences((say(lang, "pack.breaches.none"),)),))
    units = {(result.kpi, result.window.id): result.unit for result in source.windows()}
    clocks = {name: hasattr(kpi, "clock") for name, kpi in source.agreement.kpis.items()}
    heads = (
        say(lang, "column.case"),
        say(lang, "column.kpi"),
        say(lang, "column.window"),
        f">{say(lang, 'column.measured')}",
        say(lang, "pack.counted_at"),
    )
    rows = []
    for found in source.breaches.iter_rows(named=True):
        unit = units.get((found["kpi"], found["window"]), "number")
        timed = clocks.get(found["kpi"], False) or unit == "seconds"
        value = found["value"]
        told = "" if value is None else formats.measure(value, "seconds" if timed else "number", lang)
        at = "" if found["at"] is None else _instant(source, found["at"], lang)
        case = found["case"] or say(lang, "pack.no_case")
        rows.append(
            row(
                case,
                kpi_title(source.agreement, found["kpi"], lang),
                formats.window(found["window"], lang),
                told,
                at,
            )
        )
    count = formats.number(source.n_breaches, lang)
    about = say(lang, "pack.breaches.about", n=count)
    parts: list[Part] = [
        Sentences((about,), soft=True),
        PackTable(columns(*heads, widths=(1, 2, 0, 0, 0)), tuple(rows)),
    ]
    if source.n_breaches > len(rows):
        more = say(lang, "pack.breaches.more", shown=formats.number(len(rows), lang), n=count)
        parts.append(Sentences((more,)))
    return Section(title, tuple(parts))


def _instant(source: PackSource, at: datetime, lang: Lang) -> str:
    return formats.instant((at - EPOCH) // timedelta(microseconds=1), source.zone, lang)


def checking(source: PackSource, lang: Lang) -> Section:
    """The hashes of the inputs, of the statement and of the signed figures, and the command that recomputes them."""
    rows = [(say(lang, "report.hash.reading"), source.hashes.reading)]
    rows += [
        (say(lang, "report.hash.agreement", n=version.version), version.hash) for version in source.versions
    ]
    rows += [
        (say(lang, "report.hash.log"), source.hashes.log),
        (say(lang, "report.hash.facts"), source.hashes.facts),
        (say(lang, "pack.hash.statement"), source.statement.hash),
    ]
    if source.decided is not None:
        rows.append((say(lang, "pack.hash.figures"), source.decided.figures))
    local = (EPOCH + timedelta(microseconds=source.as_of_us)).astimezone(source.zone).replace(tzinfo=None)
    command = (
        f"giao evaluate LOG AGREEMENT.yaml --facts FACTS --as-of {local.isoformat()}"
        f" --pack pack.pdf --month {source.month}"
    )
    return Section(
        say(lang, "pack.checking"),
        (
            Sentences((say(lang, "pack.checking.about"),)),
            Code(command),
            Sentences((say(lang, "pack.checking.compare"),)),
            Sentences((say(lang, "report.method.text"),), soft=True),
            Fields(tuple((name, digest) for name, digest in rows if digest), code=True),
        ),
    )
