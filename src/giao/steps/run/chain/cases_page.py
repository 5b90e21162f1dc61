"""The cases behind a number of the chain: which, who held them how long, whose clock broke first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl
from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from giao.core.agreement.chain import ChainParty, ChainReading
from giao.core.agreement.chain.months import party_cases
from giao.core.report import formats
from giao.steps.run.chain.queries import chain_of, supports_in_sight
from giao.steps.run.chain.words import OF_PARTY, WHAT, gap_words, name_of, what_words
from giao.steps.run.monitor.ground import Ground, answer, ground_for
from giao.steps.run.monitor.words import title_of_clock, window_words
from giao.ui.export import export_table
from giao.ui.table import Column, Row, Table, build_table
from giao.ui.templatetags.giao import language


@dataclass(frozen=True)
class Asked:
    """Which number: `party` for those of a party."""

    month: str
    clock: str
    what: str
    party: ChainParty | None


def asked_of(query: Mapping[str, str], chain: ChainReading) -> Asked | None:
    """What an address asks for; None where it makes no sense (an unknown name selects nothing, it is never an error)."""
    clock = query.get("clock", "") or (chain.clocks[0] if chain.clocks else "")
    what = query.get("what", "all")
    if what not in WHAT:
        return None
    party = ChainParty(query.get("side", ""), query.get("party", "")) if what in OF_PARTY else None
    return Asked(query.get("month", ""), clock, what, party)


def cases_behind(chain: ChainReading, asked: Asked) -> pl.DataFrame:
    """A row a case and instance of the clock, with what of it the party held (where one is asked for)."""
    if asked.party is not None:
        number = chain.parties.index(asked.party) if asked.party in chain.parties else -1
        rows = party_cases(chain, asked.clock, asked.month).filter(pl.col("party") == number)
        chosen = pl.col("held_us") + pl.col("counted_us") > 0 if asked.what == "held" else pl.col(asked.what)
        keys = rows.filter(chosen).select("clock", "case", "number", "counted_us")
        found = keys.join(chain.instances, on=["clock", "case", "number"], how="inner")
    else:
        found = chain.instances.filter(
            (pl.col("clock") == asked.clock) & (pl.col("month") == asked.month)
        ).with_columns(pl.lit(None, dtype=pl.Int64).alias("counted_us"))
        found = found.filter(_of_month(asked.what))
    return found.with_columns(
        chain.case_ids.gather(found["case"]).alias("id"),
        *(
            pl.col(name).cast(pl.Datetime("us", "UTC"))
            for name in ("started", "ended", "due", "broke", "first_at")
        ),
    ).sort("id", "number")


def _of_month(what: str) -> pl.Expr:
    if what == "all":
        return pl.lit(True)
    if what == "breached":
        return pl.col("state") == "breached"
    if what in ("first_support", "first_sla"):
        return pl.col("first") == what.removeprefix("first_")
    return pl.col("gap") == what


def chain_cases_page(request: HttpRequest, slug: str) -> HttpResponseBase:
    ground = ground_for(request, slug)
    chain = chain_of(ground, supports_in_sight(ground.standing))
    asked = asked_of(request.GET, chain) if chain is not None else None
    crumbs = [
        {"label": _("Chain of parties"), "url": ground.url("chain", {"month": asked.month, "clock": asked.clock} if asked else None)},
        {"label": _("Cases"), "url": ""},
    ]  # fmt: skip
    if chain is None or asked is None:
        return answer(
            request, ground, "chain/cases.html", {"title": _("Cases"), "crumbs": crumbs, "table": None}
        )
    table = _table(request, ground, chain, asked)
    if table.export:
        return export_table(table, f"{slug}-chain-cases", ground.zone)
    n = formats.number(table.count, language())
    who = f"{name_of(ground, asked.party)}: " if asked.party is not None else ""
    context = {
        "title": f"{title_of_clock(ground.agreement, asked.clock)} · {window_words(asked.month)}" if asked.month else _("Cases"),
        "lead": ngettext("%(n)s row: %(what)s.", "%(n)s rows: %(what)s.", table.count)
        % {"n": n, "what": who + what_words(asked.what)},
        "table": table,
        "crumbs": crumbs,
    }  # fmt: skip
    return answer(request, ground, "chain/cases.html", context)


def _table(request: HttpRequest, ground: Ground, chain: ChainReading, asked: Asked) -> Table:
    def first(row: Row) -> str:
        if row["first"] == "support":
            return name_of(ground, chain.parties[row["first_party"]])
        return _("the SLA’s clock") if row["first"] == "sla" else ""

    def holder(row: Row) -> str:
        return (
            "" if row["holder_at_break"] is None else name_of(ground, chain.parties[row["holder_at_break"]])
        )

    columns = [
        Column("id", _("Case"), link=lambda row: ground.case_url(row["id"]), head=True),
        Column("number", _("Instance"), "number", shown=False),
        Column("state", _("State"), "state"),
        Column("counted_us", _("Held of the counted time"), "duration", shown=asked.party is not None),
        Column("consumed_us", _("Time used"), "duration"),
        Column("budget_us", _("Budget"), "duration", shown=False),
        Column("started", _("Started"), "instant", shown=False),
        Column("due", _("Due"), "instant"),
        Column("broke", _("In time until"), "instant", shown=False),
        Column("first", _("Broke first"), text=first),
        Column("first_at", _("Broke on"), "instant"),
        Column("holder_at_break", _("Held it at the break"), text=holder),
        Column("gap", _("Gap"), text=lambda row: gap_words(row["gap"])),
    ]
    return build_table(
        request,
        cases_behind(chain, asked).with_columns(
            pl.concat_str("id", pl.col("number").cast(pl.String), separator="\n").alias("row")
        ),
        columns,
        name="chain-cases",
        search=("id",),
        sort="id",
        key="row",
        exportable=ground.exports,
    )
