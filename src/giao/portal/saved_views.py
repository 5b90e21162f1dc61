"""Keep what a person has chosen on a list under a name, for themselves or for everybody of the engagement."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import Resolver404, resolve, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from giao.kernel.audit.record import record_act
from giao.kernel.engagements.errors import EngagementError
from giao.kernel.engagements.models import Engagement
from giao.kernel.engagements.standing import Standing, standing_for
from giao.kernel.identity.person import person_of
from giao.kernel.parties.models import User
from giao.portal.models import OwnView, SavedView
from giao.ui.navigation import page_url
from giao.ui.saved_views import PASSING, Views, kept_query
from giao.ui.saved_views import SavedView as Shown

LONGEST = 4_000
MOST = 100
"""Views of one person in one engagement: nobody finds one among more."""


def views_on(request: HttpRequest, table: str) -> Views | None:
    """The keeper of `giao.ui.saved_views`: the reader's own views of this list, then those that others share."""
    standing: Standing | None = getattr(request, "standing", None)
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return None
    if standing is None:
        return _own_views_on(request, table)
    slug, now = standing.engagement.slug, kept_query(request)
    rows = (
        SavedView.objects.filter(engagement=standing.engagement, path=request.path, table=table)
        .filter(Q(author=request.user) | Q(shared=True))
        .select_related("author")
        .order_by("name")
    )
    own = [row for row in rows if row.author_id == request.user.pk]
    others = [row for row in rows if row.author_id != request.user.pk]
    return Views(
        items=tuple(
            Shown(
                name=row.name,
                url=_address(row, standing.carried),
                active=row.query == now,
                shared=row.shared,
                by="" if row in own else row.author.name,
                remove=(page_url("remove_view", slug=slug, identifier=row.pk) or "") if row in own else "",
            )
            for row in [*own, *others]
        ),
        save=page_url("save_view", slug=slug) or "",
        path=request.path,
        query=now,
    )


def _own_views_on(request: HttpRequest, table: str) -> Views:
    """Of a list in no engagement: nobody to share with."""
    now, as_of = kept_query(request), request.GET.get("as_of", "")
    rows = OwnView.objects.filter(author=person_of(request), path=request.path, table=table).order_by("name")
    carried = {"as_of": as_of} if as_of else {}
    return Views(
        items=tuple(
            Shown(
                name=row.name,
                url=_address(row, carried),
                active=row.query == now,
                shared=False,
                by="",
                remove=reverse("remove_own_view", args=(row.pk,)),
            )
            for row in rows
        ),
        save=reverse("save_own_view"),
        path=request.path,
        query=now,
        may_share=False,
    )


def _address(row: SavedView | OwnView, carried: dict[str, str]) -> str:
    query = QueryDict(row.query, mutable=True)
    query.update(carried)
    return f"{row.path}?{query.urlencode()}" if query else row.path


def keep_view(
    engagement: Engagement,
    person: User,
    *,
    name: str,
    path: str,
    table: str,
    query: str = "",
    shared: bool = False,
) -> SavedView:
    """The same name again replaces the view. Raises Http404 for a page that is no list of the engagement, and
    EngagementError without a name or beyond `MOST`."""
    clean = " ".join(name.split())[:80]
    kept = QueryDict(query[:LONGEST], mutable=True)
    for passing in PASSING:
        kept.pop(passing, None)
    base = page_url("engagement", slug=engagement.slug) or "/"
    if not path.startswith(base) or len(path) > 300 or not table:
        raise Http404("no such list")
    if not clean:
        raise EngagementError(_("Give the view a name; nothing was saved."))
    if SavedView.objects.filter(engagement=engagement, author=person).count() >= MOST:
        raise EngagementError(_("You have %(n)s views here already; take one away first.") % {"n": MOST})
    row, _made = SavedView.objects.update_or_create(
        engagement=engagement,
        author=person,
        path=path,
        table=table[:40],
        name=clean,
        defaults={"query": kept.urlencode(), "shared": shared},
    )
    if shared:
        record_act(engagement, person, "share_view", clean)
    return row


def take_view_away(engagement: Engagement, person: User, identifier: UUID) -> str:
    """Its name. One's own only: nobody else's is found (Http404)."""
    found = SavedView.objects.filter(engagement=engagement, author=person, pk=identifier).first()
    if found is None:
        raise Http404("no such view")
    found.delete()
    return found.name


@require_POST
def save_view(request: HttpRequest, slug: str) -> HttpResponse:
    standing = standing_for(request, slug)
    post = request.POST
    try:
        row = keep_view(
            standing.engagement,
            person_of(request),
            name=post.get("name", ""),
            path=post.get("path", ""),
            table=post.get("table", "")[:40],
            query=post.get("query", ""),
            shared=post.get("shared") == "yes",
        )
    except EngagementError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The view “%(name)s” is saved.") % {"name": row.name})
    return redirect(_back(request, page_url("engagement", slug=slug) or "/"))


@require_POST
def save_own_view(request: HttpRequest) -> HttpResponse:
    """As `save_view`, of a list that stands in no engagement."""
    user = person_of(request)
    path, table = request.POST.get("path", ""), request.POST.get("table", "")[:40]
    name = " ".join(request.POST.get("name", "").split())[:80]
    query = QueryDict(request.POST.get("query", "")[:LONGEST], mutable=True)
    for passing in PASSING:
        query.pop(passing, None)
    try:
        resolve(path)
    except Resolver404:
        raise Http404("no such list") from None
    if path.startswith("/e/") or len(path) > 300 or not table:
        raise Http404("no such list")
    if not name:
        messages.error(request, _("Give the view a name; nothing was saved."))
    elif OwnView.objects.filter(author=user).count() >= MOST:
        messages.error(request, _("You have %(n)s views here already; take one away first.") % {"n": MOST})
    else:
        OwnView.objects.update_or_create(
            author=user, path=path, table=table, name=name, defaults={"query": query.urlencode()}
        )
        messages.success(request, _("The view “%(name)s” is saved.") % {"name": name})
    return redirect(_back(request, path))


@require_POST
def remove_own_view(request: HttpRequest, identifier: UUID) -> HttpResponse:
    found = OwnView.objects.filter(author=person_of(request), pk=identifier).first()
    if found is None:
        raise Http404("no such view")
    found.delete()
    messages.success(request, _("The view “%(name)s” is gone.") % {"name": found.name})
    return redirect(_back(request, found.path))


@require_POST
def remove_view(request: HttpRequest, slug: str, identifier: UUID) -> HttpResponse:
    standing = standing_for(request, slug)
    name = take_view_away(standing.engagement, person_of(request), identifier)
    messages.success(request, _("The view “%(name)s” is gone.") % {"name": name})
    return redirect(_back(request, page_url("engagement", slug=slug) or "/"))


def _back(request: HttpRequest, otherwise: str) -> str:
    target = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(target, {request.get_host()}, request.is_secure())
    return target if safe else otherwise
