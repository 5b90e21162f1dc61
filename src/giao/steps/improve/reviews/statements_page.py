"""Statements: a row a month, the newest first."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from giao.core.agreement.results import Statement
from giao.steps.improve.reviews.queries import Review, ground_for, review_of, statements_of
from giao.ui.navigation import page_url


@dataclass(frozen=True)
class Month:
    statement: Statement
    review: Review
    url: str | None
    share_of_cap: float


def statements_page(request: HttpRequest, slug: str) -> HttpResponse:
    ground = ground_for(request, slug)
    carried = ground.standing.carried
    months = [
        Month(
            statement,
            review_of(statement, ground.version_of(statement.month), ground.today),
            page_url("statement", carried, slug=slug, month=statement.month),
            float(statement.credit_total / statement.at_risk) if statement.at_risk else 0.0,
        )
        for statement in reversed(statements_of(ground.reading) if ground.reading else [])
    ]
    context = {
        "engagement": ground.standing.engagement,
        "shown": ground.shown,
        "missing": ground.missing,
        "months": months,
    }
    return render(request, "reviews/statements.html", context)
