"""Search: engagements by name, client or vendor; a case by its id, in every engagement of the reader."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from giao.core.agreement.errors import AgreementError
from giao.kernel.engagements.access import engagements_for
from giao.kernel.engagements.models import Engagement
from giao.kernel.identity.person import person_of
from giao.kernel.readings.compute import results_of
from giao.kernel.readings.models import Reading
from giao.ui.navigation import page_url

MOST = 20


@dataclass(frozen=True)
class FoundCase:
    engagement: Engagement
    case: str
    state: str
    url: str | None


def search_page(request: HttpRequest) -> HttpResponse:
    asked = request.GET.get("q", "").strip()[:200]
    engagements = list(engagements_for(person_of(request)))
    found = [item for item in engagements if _fits(item, asked)] if asked else []
    cases = find_cases(engagements, asked) if asked else []
    return render(
        request, "portal/search.html", {"q": asked, "engagements": found, "cases": cases, "most": MOST}
    )


def _fits(engagement: Engagement, asked: str) -> bool:
    text = f"{engagement.name} {engagement.vendor.name} {engagement.client.name}".casefold()
    return all(word in text for word in asked.casefold().split())


def find_cases(engagements: list[Engagement], asked: str) -> list[FoundCase]:
    """Cases whose id contains the text (exact ones first), from the engagements' current readings."""
    readings = Reading.objects.filter(Q(engagement__in=engagements) & Q(current=True))
    by_engagement = {item.pk: item for item in engagements}
    found = []
    for reading in readings:
        engagement = by_engagement[reading.engagement_id]
        name = pl.col("case").cast(pl.String)
        try:
            rows = (
                results_of(reading)
                .cases.filter(name.str.to_lowercase().str.contains(asked.lower(), literal=True))
                .select(
                    name.alias("case"), "state", (name.str.to_lowercase() == asked.lower()).alias("exact")
                )
                .sort(["exact", "case"], descending=[True, False])
                .head(MOST)
                .collect()
            )
        except (OSError, AgreementError, pl.exceptions.PolarsError):
            continue  # results that were cleared away: the next view computes them anew
        found += [
            FoundCase(
                engagement,
                row["case"],
                row["state"],
                page_url("case", slug=engagement.slug, case=row["case"]),
            )
            for row in rows.iter_rows(named=True)
        ]
    return found[:MOST]
