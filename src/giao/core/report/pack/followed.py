"""Earn-back and triggers followed over the months: streaks, what came back, which right arose, what would come next."""

from __future__ import annotations

from datetime import date

from giao.core.agreement.credits.following import Chance, Followed, FollowedKpi, FollowedTrigger, follow
from giao.core.report import formats
from giao.core.report.pack.document import (
    Heading,
    PackCell,
    PackTable,
    Part,
    Section,
    Sentences,
    columns,
    row,
)
from giao.core.report.pack.source import PackSource
from giao.core.report.plain_words.phrases import kpi_title, listed
from giao.core.report.words import Lang, known, say

SHOWN = 12
"""Windows of a history that are printed."""


def followed(source: PackSource, lang: Lang) -> Section:
    found = follow(source.versions, source.results, source.statements, source.month)
    title = say(lang, "pack.followed")
    if found.is_empty:
        return Section(title, (Sentences((say(lang, "pack.followed.none"),)),))
    parts: list[Part | Heading] = []
    parts += _streaks(source, found, lang)
    parts += _chances(source, found, lang)
    parts += _triggers(source, found, lang)
    return Section(title, tuple(parts))


def _streaks(source: PackSource, found: Followed, lang: Lang) -> list[Part | Heading]:
    heads = (
        say(lang, "column.kpi"),
        say(lang, "pack.history"),
        f">{say(lang, 'pack.in_a_row')}",
        say(lang, "pack.next"),
    )
    rows = tuple(
        row(
            kpi_title(source.agreement, one.kpi, lang),
            history_words(one, lang),
            formats.number(one.in_a_row, lang),
            next_words(one, lang),
        )
        for one in found.kpis
    )
    if not rows:
        return []
    return [Heading(say(lang, "pack.streaks")), PackTable(columns(*heads, widths=(2, 3, 0, 2)), rows)]


def history_words(one: FollowedKpi, lang: Lang) -> str:
    """``Jan 2016 met; Feb 2016 below minimum (€680.40)``."""
    texts = []
    for item in one.windows[-SHOWN:]:
        texts.append(f"{formats.window(item.window, lang)}{formats.NBSP}{say(lang, f'state.{item.state}')}")
    return "; ".join(texts)


def next_words(one: FollowedKpi, lang: Lang) -> str:
    return say(lang, "pack.next.factor", factor=formats.number(one.next_factor, lang))


def _chances(source: PackSource, found: Followed, lang: Lang) -> list[Part | Heading]:
    if not found.chances:
        return []
    heads = (
        say(lang, "column.kpi"),
        say(lang, "column.month"),
        f">{say(lang, 'pack.credit')}",
        say(lang, "pack.way_back"),
    )
    rows = tuple(
        row(
            kpi_title(source.agreement, chance.kpi, lang),
            formats.window(chance.month, lang),
            formats.money(chance.amount, source.statement.currency, lang),
            chance_words(chance, lang),
        )
        for chance in found.chances
    )
    return [Heading(say(lang, "pack.earn_back")), PackTable(columns(*heads, widths=(2, 0, 0, 3)), rows)]


def chance_words(chance: Chance, lang: Lang) -> str:
    """Where a credit stands on its way back."""
    if chance.state == "none":
        return say(lang, "pack.chance.none")
    if chance.state == "returned":
        return say(lang, "pack.chance.returned", month=formats.window(chance.decided_in, lang))
    if chance.average:
        return say(lang, f"pack.chance.average.{chance.state}")
    if chance.state == "lost":
        return say(lang, "pack.chance.lost", window=formats.window(chance.decided_in, lang))
    needed = chance.needed or 0
    return say(lang, "pack.chance.open", good=chance.good, needed=needed, left=needed - chance.good)


def _triggers(source: PackSource, found: Followed, lang: Lang) -> list[Part | Heading]:
    if not found.triggers:
        return []
    heads = (
        say(lang, "pack.trigger"),
        say(lang, "pack.right"),
        say(lang, "pack.history"),
        say(lang, "pack.next"),
    )
    rows = tuple(
        row(
            one.name,
            right_words(one.right, lang),
            trigger_history(one, source.last_day, lang),
            PackCell(trigger_next(source, one, lang)),
            notes=(say(lang, "pack.trigger.when", text=one.when),) if one.when else (),
        )
        for one in found.triggers
    )
    return [Heading(say(lang, "pack.triggers")), PackTable(columns(*heads, widths=(1, 1, 2, 2)), rows)]


def right_words(right: str, lang: Lang) -> str:
    return say(lang, f"right.{right}") if known(f"right.{right}") else right.replace("_", " ")


def trigger_history(one: FollowedTrigger, today: date, lang: Lang) -> str:
    """In which of the last months it held, and until when the right can be used."""
    shown = one.months[-SHOWN:]
    held = [formats.window(item.month, lang) for item in shown if item.fired]
    if not shown:
        return say(lang, "no_data")
    if not held:
        return say(lang, "pack.trigger.never", months=len(shown))
    text = say(lang, "pack.trigger.held", months=listed(held, lang))
    until = shown[-1].use_until
    return f"{text}; {say(lang, 'pack.trigger.use_until', day=formats.day(until, lang))}" if until else text


def trigger_next(source: PackSource, one: FollowedTrigger, lang: Lang) -> str:
    if one.holds:
        return say(lang, "pack.trigger.ceases" if one.ceases else "pack.trigger.stays")
    if one.next_miss:
        names = (kpi_title(source.agreement, name, lang) for name in one.next_miss)
        return say(lang, "pack.trigger.next", kpis=listed(names, lang, "or"))
    return say(lang, "pack.trigger.far")
