"""What the frame around every page shows: the reader's engagements, the five steps with their state, the instant."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from giao.core.report import formats
from giao.kernel.engagements.access import engagements_for
from giao.kernel.engagements.standing import Standing
from giao.kernel.notifications.queries import unread_count
from giao.kernel.tenancy.requests import all_in_sight
from giao.portal.steps import Step, steps_of
from giao.portal.titles import names_of
from giao.ui.navigation import Choice, Link, counted_places, page_url, places_of
from giao.ui.templatetags.giao import language, microseconds_of


@dataclass(frozen=True)
class Instant:
    """Where a page outside an engagement stands: the reader's own instant (None: now), in the reader's zone."""

    as_of: datetime | None
    zone: ZoneInfo


@dataclass(frozen=True)
class AsOf:
    """`field` is the instant as the input field wants it, local to the engagement's zone."""

    instant: datetime | None
    chosen: bool
    field: str
    zone: str
    back: str


@dataclass(frozen=True)
class Shell:
    tower: Link
    search: str = ""
    engagement: Choice | None = None
    engagements: tuple[Choice, ...] = ()
    steps: tuple[Link, ...] = ()
    more: tuple[Link, ...] = ()
    as_of: AsOf | None = None
    roles: frozenset[str] = field(default_factory=frozenset)
    unread: int = 0
    """Notifications that the reader has not opened, counted up to 100."""
    top: tuple[Link, ...] = ()
    """Places of the engagement that count what wants a person, for the top bar; `note` is the number."""
    live: str = ""
    """Where the page hears of changes; empty for pages that do not move (the past, forms, lists of people)."""


LIVE_PAGES = frozenset(
    {
        "tower",
        "engagement",
        "levels",
        "level",
        "cases",
        "case",
        "at_risk",
        "reported",
        "statements",
        "statement",
        "disputes",
        "alarms",
        "alarm",
    }
)
"""Addresses whose pages move by themselves while they stand at now."""


def _live(request: HttpRequest, as_of: datetime | None, slug: str = "") -> str:
    match = request.resolver_match
    if as_of is not None or match is None or match.url_name not in LIVE_PAGES:
        return ""
    return f"/live?{urlencode({'e': slug})}" if slug else "/live"


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context processor. Lazy: a fragment or a bare page asks the database for nothing."""
    return {"shell": SimpleLazyObject(lambda: build_shell(request))}


def build_shell(request: HttpRequest) -> Shell:
    here = request.path
    tower = Link(
        _("Control tower"), reverse("tower"), icon="layout-dashboard", active=here == reverse("tower")
    )
    if not getattr(request, "user", None) or not request.user.is_authenticated:
        return Shell(tower)
    standing: Standing | None = getattr(request, "standing", None)
    current = standing.engagement.pk if standing else None
    with all_in_sight(request):
        engagements = list(engagements_for(request.user))
        names = names_of(engagements)
        mine = tuple(
            Choice(
                names[item.pk], reverse("engagement", args=[item.slug]), item.pk == current, item.vendor.name
            )
            for item in engagements
        )
        unread = unread_count(request.user)
    search = request.GET.get("q", "") if here == reverse("search") else ""
    if standing is None:
        instant: Instant | None = getattr(request, "instant", None)
        return Shell(
            tower,
            search=search,
            engagements=mine,
            unread=unread,
            as_of=_as_of_outside(instant) if instant else None,
            live=_live(request, instant.as_of if instant else None),
        )
    counts = _counts(standing)
    return Shell(
        tower,
        search=search,
        top=_top(standing, counts),
        engagement=Choice(
            names.get(standing.engagement.pk, standing.engagement.name),
            "",
            True,
            standing.engagement.vendor.name,
        ),
        engagements=mine,
        unread=unread,
        steps=tuple(_step_link(step, standing, here, counts) for step in steps_of(standing)),
        more=_more(standing, here),
        as_of=_as_of(standing),
        roles=standing.place.roles,
        live=_live(request, standing.as_of, standing.engagement.slug),
    )


def _step_link(step: Step, standing: Standing, here: str, counts: dict[str, str]) -> Link:
    slug, query = standing.engagement.slug, standing.carried
    children = []
    for place in places_of(step.name):
        address = page_url(place.name, query, slug=slug)
        if address:
            path = address.partition("?")[0]
            active = here == path or here.startswith(path + "/")
            children.append(Link(str(place.label), address, active=active, note=counts.get(place.name, "")))
    home = reverse("engagement", args=[slug])
    address = page_url("engagement", query, slug=slug) or home
    return Link(
        step.label,
        f"{address}#{step.name}",
        state=step.state,
        note=step.note,
        number=step.number,
        children=tuple(children),
    )


def _counts(standing: Standing) -> dict[str, str]:
    """By place, as text; empty for nothing. Asked once a request: sidebar and top bar show the same number."""
    found = {place.name: place.count(standing) for place in counted_places() if place.count is not None}
    return {name: formats.number(n, language()) if n else "" for name, n in found.items()}


def _top(standing: Standing, counts: dict[str, str]) -> tuple[Link, ...]:
    slug, query = standing.engagement.slug, standing.carried
    return tuple(
        Link(str(place.label), address, icon=place.icon, note=counts[place.name])
        for place in counted_places()
        if (address := page_url(place.name, query, slug=slug))
    )


def _more(standing: Standing, here: str) -> tuple[Link, ...]:
    from giao.kernel.engagements.access import may_see_audit
    from giao.kernel.notifications.access import may_see_jobs

    slug, query = standing.engagement.slug, standing.carried
    found = []
    for place in places_of("more"):
        address = page_url(place.name, query, slug=slug)
        if address:
            path = address.partition("?")[0]
            found.append(Link(str(place.label), address, icon=place.icon, active=here.startswith(path)))
    if may_see_jobs(standing.place):
        for name, label, icon in (
            ("webhooks", _("Webhooks"), "external-link"),
            ("jobs", _("Jobs"), "refresh"),
        ):
            address = page_url(name, slug=slug) or ""
            found.append(Link(label, address, icon=icon, active=here == address))
    if may_see_audit(standing.place):
        address = page_url("audit", slug=slug) or ""
        found.append(Link(_("Audit trail"), address, icon="shield-check", active=here == address))
    return tuple(found)


def _as_of_outside(instant: Instant) -> AsOf:
    local = (instant.as_of or timezone.now()).astimezone(instant.zone)
    field = local.strftime("%Y-%m-%dT%H:%M")
    return AsOf(
        instant.as_of, instant.as_of is not None, field, instant.zone.key, _("Back to where each stands")
    )


def _as_of(standing: Standing) -> AsOf:
    local = standing.instant.astimezone(standing.zone)
    stored = standing.engagement.as_of
    back = (
        _("Back to %(instant)s")
        % {"instant": formats.instant(microseconds_of(stored), standing.zone, language())}
        if stored
        else _("Back to now")
    )
    return AsOf(
        standing.as_of, standing.chosen, local.strftime("%Y-%m-%dT%H:%M"), standing.engagement.zone, back
    )
