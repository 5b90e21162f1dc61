"""Saved views of tables, as the table shows them. Who keeps them says so once: ``set_keeper(...)`` (the portal does).

A view is a name for a part of an address: filter, search, sort, columns, density. Without a keeper, or on a page that stands
in no engagement, a table simply has no saved views.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpRequest

PASSING = frozenset({"as_of", "page", "export", "file", "run"})
"""Parts of an address that are about a moment, not about a view."""


@dataclass(frozen=True)
class SavedView:
    """`remove`: the address to which a removal is posted; empty for another person's view. `by`: who shared it."""

    name: str
    url: str
    active: bool
    shared: bool
    by: str
    remove: str


@dataclass(frozen=True)
class Views:
    """`save`: the address to which a new one is posted; `query`: what it would keep; `may_share`: with an engagement."""

    items: tuple[SavedView, ...]
    save: str
    path: str
    query: str
    may_share: bool = True


Keeper = Callable[[HttpRequest, str], Views | None]
_keeper: list[Keeper] = []


def set_keeper(keeper: Keeper) -> None:
    """Doing it again replaces it."""
    _keeper[:] = [keeper]


def views_of(request: HttpRequest, table: str) -> Views | None:
    return _keeper[0](request, table) if _keeper else None


def kept_query(request: HttpRequest) -> str:
    """The part of this page's address that a view keeps, in a settled order."""
    query = request.GET.copy()
    for name in list(query):
        if name in PASSING or name.endswith(("_page", "_export")) or not any(query.getlist(name)):
            del query[name]
    for name in query:
        query.setlist(name, query.getlist(name))
    pairs = sorted((name, value) for name, values in query.lists() for value in values)
    settled = query.copy()
    settled.clear()
    for name, value in pairs:
        settled.appendlist(name, value)
    return settled.urlencode()
