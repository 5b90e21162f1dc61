"""The chain of parties in words: who held a case, whose clock broke first, and what a gap means."""

from __future__ import annotations

from fractions import Fraction
from zoneinfo import ZoneInfo

from giao.core.agreement.chain import ChainCase, ChainMonth, ChainParty, SlaClock, Support, SupportClock
from giao.core.agreement.document.agreement import Agreement
from giao.core.report.formats import duration, instant, number, percent, window
from giao.core.report.plain_words.phrases import agreement_title, clock_title
from giao.core.report.table import Table, table
from giao.core.report.words import Lang, say


def party_words(party: ChainParty, lang: Lang = "en") -> str:
    """Its name, else its side; "not said" where nobody says who holds the case."""
    return party.name or side_words(party.side, lang)


def side_words(side: str, lang: Lang = "en") -> str:
    """The side of a party in words."""
    return say(lang, f"chain.side.{side or 'not_said'}")


def kind_words(support: Support, lang: Lang = "en") -> str:
    """What kind of agreement stands behind the SLA."""
    return say(lang, f"chain.kind.{support.kind}")


def support_words(clock: SupportClock, lang: Lang = "en") -> str:
    """A supporting clock by whom it binds, the agreement and its own name."""
    agreement = clock.support.versions[-1]
    return say(
        lang,
        "chain.support_clock",
        party=party_words(clock.party, lang),
        kind=kind_words(clock.support, lang),
        agreement=agreement_title(agreement, lang),
        clock=clock_title(agreement, clock.clock, lang),
    )


def share_words(part: int, whole: int, lang: Lang = "en") -> str:
    """A part of a whole as a percentage; no data where the whole is nothing."""
    return percent(Fraction(part, whole) if whole else None, lang)


def verdict_words(clock: SlaClock, agreement: Agreement, zone: ZoneInfo, lang: Lang = "en") -> list[str]:
    """Whose clock broke first and what that means for this clock of the SLA; empty where nothing broke."""
    title = clock_title(agreement, clock.clock, lang)
    said: list[str] = []
    if clock.first == "support" and clock.first_clock is not None:
        said.append(_support_first(clock, clock.first_clock, title, zone, lang))
        said.append(
            say(lang, "chain.sla_broke_after", clock=title, at=instant(clock.broke_us, zone, lang))
            if clock.state == "breached"
            else say(lang, "chain.gap.red_inside_green", clock=title)
        )
    elif clock.first == "sla":
        holder = clock.holder_at_break or ChainParty("")
        key = "chain.sla_first" if holder.side else "chain.sla_first.not_said"
        at, party = instant(clock.broke_us, zone, lang), party_words(holder, lang)
        said.append(say(lang, key, clock=title, at=at, party=party))
        if clock.gap:
            said.append(say(lang, f"chain.gap.{clock.gap}", clock=title))
        else:
            later = min(item.broke_us for item in clock.behind if item.broke_us is not None)
            said.append(say(lang, "chain.support_later", at=instant(later, zone, lang)))
    return said


def _support_first(clock: SlaClock, first: SupportClock, title: str, zone: ZoneInfo, lang: Lang) -> str:
    broke = first.broke_us
    assert broke is not None  # it is the first that broke
    held = clock.share_of(first.party)
    values = {
        "who": support_words(first, lang),
        "at": instant(broke, zone, lang),
        "clock": title,
        "party": party_words(first.party, lang),
        "share": share_words(held, clock.consumed_us, lang),
    }
    if clock.due_us is None:
        return say(lang, "chain.support_first", **values)
    ahead = clock.due_us - broke
    key = "before" if ahead > 0 else "after" if ahead < 0 else "with"
    return say(lang, f"chain.support_first.{key}", **values, ahead=duration(abs(ahead), lang))


def held_table(case: ChainCase, zone: ZoneInfo, lang: Lang = "en") -> Table:
    """Who held the case from when to when."""
    rows = [
        [
            party_words(item.party, lang),
            instant(item.start_us, zone, lang),
            say(lang, "chain.still") if item.open else instant(item.end_us, zone, lang),
            duration(item.elapsed_us, lang),
            duration(item.business_us, lang, business=True),
        ]
        for item in case.stretches
    ]
    heads = [say(lang, "column.party"), say(lang, "column.from"), say(lang, "column.to")]
    return table([*heads, f">{say(lang, 'column.length')}", f">{say(lang, 'column.business_time')}"], rows)


def chain_clocks_table(case: ChainCase, agreement: Agreement, zone: ZoneInfo, lang: Lang = "en") -> Table:
    """The clocks of every agreement in one case, by when they started."""
    rows: list[tuple[int, list[str]]] = [
        (item.started_us, [
            say(lang, "chain.kind.sla"), clock_title(agreement, item.clock, lang), party_words(ChainParty("vendor"), lang),
            say(lang, f"clock.{item.state}"), instant(item.due_us, zone, lang), instant(item.broke_us, zone, lang) if item.broke_us else "–",
        ]) for item in case.clocks
    ]  # fmt: skip
    rows += [
        (item.started_us, [
            kind_words(item.support, lang), clock_title(item.support.versions[-1], item.clock, lang), party_words(item.party, lang),
            say(lang, f"clock.{item.state}"), instant(item.due_us, zone, lang), instant(item.broke_us, zone, lang) if item.broke_us else "–",
        ]) for item in case.supports
    ]  # fmt: skip
    heads = ("column.agreement", "column.clock", "column.party", "column.state", "column.due", "column.broke")
    ordered = [row for _, row in sorted(rows, key=lambda item: item[0])]
    return table([say(lang, head) for head in heads], ordered)


def month_words(month: ChainMonth, agreement: Agreement, lang: Lang = "en") -> str:
    """A month of one clock in one sentence."""
    return say(
        lang,
        "chain.month",
        month=window(month.month, lang),
        clock=clock_title(agreement, month.clock, lang),
        cases=number(month.cases, lang),
        cases_n=month.cases,
        breached=number(month.breached, lang),
        support=number(month.first_support, lang),
        sla=number(month.first_sla, lang),
        green=number(month.gaps["green_inside_red"], lang),
        uncovered=number(month.gaps["uncovered"], lang),
    )


def month_table(month: ChainMonth, lang: Lang = "en", *, limit: int = 0) -> Table:
    """The parties of a month, the one with the most counted time first. What binds nobody is a dash, never a zero."""
    shown = month.parties[:limit] if limit else month.parties
    rows = [
        [
            party_words(item.party, lang),
            number(item.cases, lang),
            share_words(item.counted_us, month.counted_us, lang),
            number(item.first, lang) if item.bound else "–",
            number(item.broken, lang) if item.bound else "–",
            number(item.own_met, lang) if item.bound else "–",
            number(item.at_break, lang),
        ]
        for item in shown
    ]
    heads = ("held_cases", "counted_share", "broke_first", "own_broken", "own_met", "at_break")
    titles = [say(lang, "column.party"), *(f">{say(lang, f'column.{head}')}" for head in heads)]
    return table(titles, rows)
