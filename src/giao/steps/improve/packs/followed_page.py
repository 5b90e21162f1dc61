"""What is followed over the months: streaks of misses, credits on their way back, triggers, levels that a ratchet would raise."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from giao.core.report import formats
from giao.core.report.pack.followed import followed
from giao.core.report.pack.raises import raises
from giao.kernel.engagements.access import may_change_agreement
from giao.steps.improve.packs.sources import pack_source
from giao.steps.improve.reviews.queries import ground_for, statements_of
from giao.ui.navigation import page_url
from giao.ui.templatetags.giao import language


def followed_page(request: HttpRequest, slug: str) -> HttpResponse:
    """As of the month in which the page stands. Both sides see it."""
    ground, lang = ground_for(request, slug), language()
    statements = statements_of(ground.reading) if ground.reading else []
    context: dict[str, Any] = {
        "engagement": ground.standing.engagement,
        "shown": ground.shown,
        "missing": ground.missing,
        "section": None,
        "raised": None,
    }
    if statements:
        month = min(statements[-1].month, max(f"{ground.today:%Y-%m}", statements[0].month))
        statement = next(item for item in reversed(statements) if item.month <= month)
        source = pack_source(ground, statement, lang)
        may_propose = may_change_agreement(ground.standing.place) and not ground.standing.chosen
        context |= {
            "section": followed(source, lang),
            "raised": raises(source, lang),
            "month": formats.window(statement.month, lang),
            "propose": page_url("proposal_new", slug=slug) if may_propose else None,
        }
    return render(request, "packs/followed.html", context)
