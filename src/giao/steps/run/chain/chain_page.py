"""The chain of one month: whose time it was, whose clock broke first, where the targets leave a gap."""

from __future__ import annotations

from typing import Any

import polars as pl
from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _

from giao.core.agreement.chain import ChainMonth, ChainReading, PartyMonth, check_targets, months_of
from giao.core.report import formats
from giao.core.report.words.told import tell
from giao.steps.run.chain.queries import Sighted, chain_of, supports_in_sight
from giao.steps.run.chain.words import lead_words, name_of, side_name, what_words
from giao.steps.run.monitor.ground import Ground, answer, ground_for
from giao.steps.run.monitor.words import title_of_clock, window_words
from giao.ui.chart import Chart
from giao.ui.export import export_table
from giao.ui.table import Column, Row, Table, build_table
from giao.ui.templatetags.giao import language

SHOWN_PARTIES = 7
MONTHS = 12
NUMBERS = ("breached", "first_support", "first_sla", "green_inside_red", "uncovered", "red_inside_green")


def chain_page(request: HttpRequest, slug: str) -> HttpResponseBase:
    ground = ground_for(request, slug)
    title = _("Chain of parties")
    supports = supports_in_sight(ground.standing)
    chain = chain_of(ground, supports)
    months = months_of(chain, _clock(request, chain)) if chain is not None else []
    base: dict[str, Any] = {
        "title": title,
        "agreements": ground.url("chain_agreements"),
        "supports": [(item, item.support.versions[-1]) for item in supports],
    }
    if chain is None or not months:
        return answer(request, ground, "chain/chain.html", {**base, "month": None})
    asked = request.GET.get("month", "")
    month = next((item for item in months if item.month == asked), months[0])
    table = party_table(request, ground, chain, month)
    if table.export:
        return export_table(table, f"{slug}-chain-{month.month}", ground.zone)
    context = {
        **base,
        "month": month,
        "month_words": window_words(month.month),
        "lead": lead_words(
            month.breached, month.gaps["green_inside_red"], month.gaps["uncovered"], supported=bool(supports)
        ),
        "months": [(item.month, window_words(item.month)) for item in months],
        "clocks": [(name, title_of_clock(ground.agreement, name)) for name in chain.clocks],
        "numbers": [_number(ground, month, name) for name in NUMBERS],
        "findings": _findings(chain, supports),
        "chart": _chart(ground, months[:MONTHS][::-1]),
        "table": table,
        "silent": all(not party.party.side for party in month.parties),
    }
    return answer(request, ground, "chain/chain.html", context)


def _clock(request: HttpRequest, chain: ChainReading | None) -> str | None:
    asked = request.GET.get("clock", "")
    return asked if chain is not None and asked in chain.clocks else None


def count_of(month: ChainMonth, name: str) -> int:
    return month.gaps[name] if name in month.gaps else int(getattr(month, name))


def _number(ground: Ground, month: ChainMonth, name: str) -> dict[str, Any]:
    """A number of the month with the way to its cases."""
    return {
        "name": name,
        "words": what_words(name),
        "n": count_of(month, name),
        "url": cases_url(ground, month, name),
    }


def cases_url(ground: Ground, month: ChainMonth, what: str, party: PartyMonth | None = None) -> str | None:
    query = {"month": month.month, "clock": month.clock, "what": what}
    if party is not None:
        query |= {"side": party.party.side, "party": party.party.name}
    return ground.url("chain_cases", query)


def _findings(chain: ChainReading, supports: list[Sighted]) -> list[tuple[str, str]]:
    found = check_targets(chain.agreement, [item.support for item in supports])
    return [(item.kind, tell(language(), item.message)) for item in found]


def party_table(request: HttpRequest, ground: Ground, chain: ChainReading, month: ChainMonth) -> Table:
    """A row a party. A number that counts clocks of its own is empty where none bound it: no data, never zero."""
    parties = {item.number: item for item in month.parties}
    frame = pl.DataFrame(
        {
            "number": [item.number for item in month.parties],
            "party": [name_of(ground, item.party) for item in month.parties],
            "side": [side_name(item.party) for item in month.parties],
            "held": [item.cases for item in month.parties],
            "share": [item.counted_us / month.counted_us if month.counted_us else None for item in month.parties],
            "counted": [item.counted_us for item in month.parties],
            "whole": [item.held_us for item in month.parties],
            "first": [item.first if item.bound else None for item in month.parties],
            "broken": [item.broken if item.bound else None for item in month.parties],
            "own_met": [item.own_met if item.bound else None for item in month.parties],
            "at_break": [item.at_break for item in month.parties],
        },
        schema_overrides=dict.fromkeys(("number", "held", "counted", "whole", "first", "broken", "own_met", "at_break"), pl.Int64)
        | {"share": pl.Float64, "party": pl.String, "side": pl.String},
    )  # fmt: skip

    def link(what: str) -> Any:
        def address(row: Row) -> str | None:
            return cases_url(ground, month, what, parties[row["number"]]) if row[what] else None

        return address

    columns = [
        Column("party", _("Party"), head=True),
        Column("side", _("Side"), shown=False),
        Column("held", _("Cases held"), "number", link=link("held")),
        Column("share", _("Share of counted time"), "percent"),
        Column("counted", _("Counted time"), "duration", shown=False),
        Column("whole", _("Time from start to end"), "duration", shown=False),
        Column("first", _("Broke first"), "number", link=link("first"), title=what_words("first")),
        Column("broken", _("Own clock broken"), "number", link=link("broken"), title=what_words("broken")),
        Column("own_met", _("Own clock kept"), "number", link=link("own_met"), title=what_words("own_met")),
        Column("at_break", _("Held it at the break"), "number", link=link("at_break")),
    ]
    return build_table(
        request,
        frame,
        columns,
        name="chain",
        css="chain-parties",
        search=("party",),
        sort="-share",
        key="number",
        exportable=ground.exports,
    )


def _chart(ground: Ground, months: list[ChainMonth]) -> Chart:
    """Shares of counted time by month, stacked: the largest parties of all months, the rest together."""
    totals: dict[int, int] = {}
    names: dict[int, str] = {}
    for month in months:
        for item in month.parties:
            totals[item.number] = totals.get(item.number, 0) + item.counted_us
            names[item.number] = name_of(ground, item.party)
    largest = [
        number for number, spent in sorted(totals.items(), key=lambda pair: (-pair[1], pair[0])) if spent
    ][:SHOWN_PARTIES]
    labels = [window_words(month.month) for month in months]
    series = [(names[number], [_share(month, {number}) for month in months]) for number in largest]
    rest = set(totals) - set(largest)
    if any(totals[number] for number in rest):
        series.append((_("All others"), [_share(month, rest) for month in months]))
    lang = language()
    title = _("No counted time yet")
    if largest:
        whole = sum(totals.values())
        title = _("%(party)s held the largest part of the counted time: %(share)s") % {
            "party": names[largest[0]],
            "share": formats.percent(totals[largest[0]] / whole, lang),
        }
    options: dict[str, Any] = {
        "legend": {"type": "scroll"},
        "grid": {"top": 56},
        "xAxis": {"type": "category", "data": labels},
        "yAxis": {"type": "value", "max": 100, "name": "%"},
        "series": [
            {
                "type": "bar",
                "stack": "all",
                "name": name,
                "data": [None if value is None else round(100 * value, 2) for value in values],
            }
            for name, values in series
        ],
    }
    rows = [
        [label, *(formats.percent(values[place], lang) for _name, values in series)]
        for place, label in enumerate(labels)
    ]
    return Chart(
        name="chain-shares",
        title=title,
        options=options,
        head=[_("Month"), *(name for name, _values in series)],
        rows=rows,
        description=title,
        unit="%",
        links=[ground.url("chain", {"month": month.month, "clock": month.clock}) for month in months],
        note=_("Of clocks that ended in the month, or are open at its end; running and not paused."),
    )


def _share(month: ChainMonth, numbers: set[int]) -> float | None:
    if not month.counted_us:
        return None
    return sum(item.counted_us for item in month.parties if item.number in numbers) / month.counted_us
