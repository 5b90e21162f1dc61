"""A sub-contractor's door: the cases in which its groups worked, with its own events and nothing of others."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from giao.kernel.engagements.access import given_engagement_for
from giao.kernel.engagements.given import events_of, given_cases, given_events
from giao.kernel.engagements.models import Engagement
from giao.kernel.identity.person import person_of
from giao.kernel.tenancy.requests import narrow

PER_PAGE = 50


def _given(request: HttpRequest, slug: str) -> tuple[Engagement, frozenset[str]]:
    """The engagement and the reader's groups; Http404 for whoever is no sub-contractor of it."""
    thirds = given_engagement_for(person_of(request), slug)
    engagement = thirds[0].engagement
    narrow(request, [engagement.pk])
    return engagement, frozenset(group for third in thirds for group in third.groups)


def given_page(request: HttpRequest, slug: str) -> HttpResponse:
    engagement, groups = _given(request, slug)
    cases = given_cases(given_events(engagement, groups))
    context = {
        "engagement": engagement,
        "groups": sorted(groups),
        "page": Paginator(cases, PER_PAGE).get_page(request.GET.get("page")),
        "zone": ZoneInfo(engagement.zone),
    }
    return render(request, "portal/given.html", context)


def given_case(request: HttpRequest, slug: str, case: str) -> HttpResponse:
    engagement, groups = _given(request, slug)
    events = events_of(given_events(engagement, groups), case)
    if not events:
        raise Http404("no such case among those given to you")
    context = {"engagement": engagement, "case": case, "events": events, "zone": ZoneInfo(engagement.zone)}
    return render(request, "portal/given_case.html", context)
