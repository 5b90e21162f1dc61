"""A month's pack from a stored reading and what both sides decided: the library's source, filled from the server's rows."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import polars as pl
from django.utils import translation

from giao.core.agreement.results import KpiResult, Statement
from giao.core.agreement.stored_kpi import read_kpi
from giao.core.report import formats
from giao.core.report.pack.source import (
    NO_BREACHES,
    Decided,
    DisputeHeld,
    ExclusionAsked,
    Hashes,
    InvoiceItem,
    InvoiceMatched,
    PackSource,
    Signature,
    personal_groups,
    with_breaches,
)
from giao.core.report.words import Lang
from giao.kernel.engagements.people import PARTIES
from giao.kernel.readings.compute import StoredReading, results_of
from giao.steps.improve.closing.figures import item_titles
from giao.steps.improve.closing.models import Dispute, DisputeEntry, Exclusion
from giao.steps.improve.closing.queries import Standing, matched, newest_invoice, standing_of
from giao.steps.improve.reviews.queries import Ground, last_day, statements_of

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
LONGEST_WORDS = 400
"""Characters of one entry of a dispute's thread that are printed."""


def pack_source(ground: Ground, statement: Statement, lang: Lang) -> PackSource:
    """Everything of one month. `ground` must have a reading; titles of items are in the language of the pack."""
    reading = ground.reading
    assert reading is not None
    stored = results_of(reading)
    summary: dict[str, Any] = stored.summary
    zone = ground.standing.zone
    source = PackSource(
        versions=ground.versions,
        statements=statements_of(reading),
        results=[read_kpi(item, zone) for item in summary["kpis"]],
        month=statement.month,
        as_of_us=_microseconds(reading.as_of),
        hashes=Hashes(summary["hash"], summary["log"]["hash"], summary.get("facts", {}).get("hash", "")),
        breaches=NO_BREACHES,
        n_breaches=0,
        personal=personal_groups(ground.versions),
    )
    with translation.override(lang):
        decided = _decided(ground, statement, stored, source.windows(), lang)
    members = stored.members.filter(pl.col("role").cast(pl.String) == "missed")
    return with_breaches(replace(source, decided=decided), members)


def _decided(
    ground: Ground, statement: Statement, stored: StoredReading, windows: list[KpiResult], lang: Lang
) -> Decided:
    engagement = ground.standing.engagement
    standing = standing_of(ground, statement)
    titles = item_titles(statement, ground.version_of(statement.month), lang)
    return Decided(
        engagement=engagement.name,
        client=engagement.client.name,
        vendor=engagement.vendor.name,
        owner=engagement.owner.name if engagement.owner else "",
        figures=standing.figures,
        reviews=tuple(
            Signature(side, row.by.name, row.at, side in standing.stale)
            for side in PARTIES
            if (row := standing.reviews.get(side)) is not None
        ),
        closed=Signature("client", standing.close.by.name, standing.close.at) if standing.close else None,
        exclusions=tuple(_exclusions(ground, statement, stored, windows)),
        disputes=tuple(_dispute(row, titles, statement.currency, lang) for row in standing.disputes),
        invoice=_invoice(ground, standing, titles),
    )


def _dispute(row: Dispute, titles: dict[str, str], currency: str, lang: Lang) -> DisputeHeld:
    entries = DisputeEntry.objects.filter(engagement=row.engagement_id, dispute=row).select_related("by")
    return DisputeHeld(
        item=titles.get(row.item, row.item.partition(":")[2] or row.item),
        stood=row.stood,
        claim=row.claim,
        agreed=row.agreed,
        state=row.state,
        raised_by=row.raised_by,
        answer_by=row.answer_by,
        words=tuple(_entry(entry, currency, lang) for entry in entries.order_by("at", "pk")),
    )


def _entry(entry: DisputeEntry, currency: str, lang: Lang) -> str:
    """Who did what, with the amount and the words."""
    told = f"{entry.by.name} {entry.get_act_display()}"
    if entry.amount is not None:
        told += f" ({formats.money(entry.amount, currency, lang)})"
    words = " ".join(entry.text.split())
    if len(words) > LONGEST_WORDS:
        words = words[: LONGEST_WORDS - 1] + "…"
    return f"{told}: {words}" if words else told


def _invoice(ground: Ground, standing: Standing, titles: dict[str, str]) -> InvoiceMatched | None:
    row = newest_invoice(ground.standing.engagement, standing.statement.month)
    if row is None:
        return None
    found = matched(ground, standing.statement, row)
    items = [
        InvoiceItem(
            titles[match.item.key] if match.item else match.lines[0].name,
            match.item.amount if match.item else None,
            match.invoiced if match.lines else None,
            match.outcome,
        )
        for match in found.matches
    ]
    return InvoiceMatched(
        row.name, row.sha256, row.by.name, row.at, tuple(items), found.total, found.invoiced
    )


def _exclusions(
    ground: Ground, statement: Statement, stored: StoredReading, windows: list[KpiResult]
) -> list[ExclusionAsked]:
    """What was asked for about this month: its time touches it, or a case that its windows counted."""
    rows = list(Exclusion.objects.filter(engagement=ground.standing.engagement).order_by("at", "pk"))
    if not rows:
        return []
    names = {result.window.id for result in windows}
    asked = sorted({case for row in rows for case in row.cases})
    members = stored.members.filter(
        pl.col("window").cast(pl.String).is_in(sorted(names)) & pl.col("case").cast(pl.String).is_in(asked)
    )
    counted = frozenset(members.select(pl.col("case").cast(pl.String)).collect()["case"].to_list())
    return [
        ExclusionAsked(row.relief, len(row.cases), row.side, row.reason, row.state, row.answer, row.at)
        for row in rows
        if _touches(row, ground, statement) or not counted.isdisjoint(row.cases)
    ]


def _touches(row: Exclusion, ground: Ground, statement: Statement) -> bool:
    last = last_day(statement.month)
    zone = ground.standing.zone
    if row.begins is None and row.ends is None:
        return False
    begins = row.begins.astimezone(zone).date() if row.begins else last
    ends = row.ends.astimezone(zone).date() if row.ends else begins
    return begins <= last and ends >= last.replace(day=1)


def _microseconds(instant: datetime) -> int:
    delta = instant.astimezone(UTC) - EPOCH
    return (delta.days * 86_400 + delta.seconds) * 1_000_000 + delta.microseconds
