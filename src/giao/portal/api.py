"""Addresses of saved views, and of what a person sees of the engagements that they follow."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import Q
from django.http import HttpRequest
from ninja import Schema, Status
from pydantic import Field

from giao.kernel.api.caller import PERSON, person_of, stand
from giao.kernel.api.once import once
from giao.kernel.api.paging import asked_page, page_of
from giao.kernel.api.values import instant
from giao.kernel.api.wing import Wing
from giao.portal.models import SavedView
from giao.portal.saved_views import LONGEST, keep_view, take_view_away

router = Wing(tags=["saved views"])
HERE = "/engagements/{slug}/views"


class ViewOut(Schema):
    """`path` and `query` are the page's address; `table` the list on it. `by`: who shares it."""

    id: str
    name: str
    path: str
    table: str
    query: str
    shared: bool
    by: str
    mine: bool
    created: str


class ViewsOut(Schema):
    items: list[ViewOut]
    next: str | None


class ViewIn(Schema):
    name: str = Field(min_length=1, max_length=80)
    path: str = Field(max_length=300, description="Of a list of this engagement, such as /e/desk/cases.")
    table: str = Field(min_length=1, max_length=40)
    query: str = Field("", max_length=LONGEST)
    shared: bool = False


@router.read(HERE, PERSON, ViewsOut, paged=True)
def views(request: HttpRequest, slug: str) -> dict[str, Any]:
    """Your own saved views and those that others share, the newest first."""
    asked = asked_page(request)
    standing, person = stand(request, slug), person_of(request)
    rows = SavedView.objects.filter(engagement=standing.engagement).filter(Q(author=person) | Q(shared=True))
    found, following = page_of(rows.select_related("author"), asked)
    return {"items": [_out(row, person.pk) for row in found], "next": following}


@router.write(HERE, PERSON, {201: ViewOut}, once=True)
def view_saved(request: HttpRequest, slug: str, body: ViewIn) -> Status:
    """Keep what a list shows under a name. The same name again replaces the view."""
    standing, person = stand(request, slug), person_of(request)

    def act() -> dict[str, Any]:
        row = keep_view(
            standing.engagement,
            person,
            name=body.name,
            path=body.path,
            table=body.table,
            query=body.query,
            shared=body.shared,
        )
        return _out(row, person.pk)

    return once(request, standing.engagement, 201, act)


@router.write(HERE + "/{uuid:identifier}", PERSON, {204: None}, method="DELETE")
def view_removed(request: HttpRequest, slug: str, identifier: UUID) -> Status:
    """One of your own; nobody else's is found."""
    standing = stand(request, slug)
    take_view_away(standing.engagement, person_of(request), identifier)
    return Status(204, None)


def _out(row: SavedView, person: Any) -> dict[str, Any]:
    return {
        "id": str(row.pk),
        "name": row.name,
        "path": row.path,
        "table": row.table,
        "query": row.query,
        "shared": row.shared,
        "by": row.author.name,
        "mine": row.author_id == person,
        "created": instant(row.created),
    }
