"""Which pages exist, by name, so that nothing links to a page that is not there.

A room that brings pages says so once, in its AppConfig.ready: ``add_place(Place("cases", _("Cases"), "run", 20))``.
The name of a place is the name of its address in `urls.py` (kwargs: ``slug`` and what else it needs). Names that other
pages link to when they exist: levels, level (kpi), cases, case (case), at_risk, statements, statement (month),
agreement, replay, upload, reported, explorer.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from django.urls import NoReverseMatch, get_resolver, reverse


@dataclass(frozen=True)
class Place:
    """A page of an engagement in the sidebar. `group`: the step's name (identify … improve) or "more".

    `count`: how many things there want a person, by the standing of the request; it is shown here and in the top bar.
    """

    name: str
    label: Any
    group: str
    order: int = 100
    icon: str = ""
    count: Callable[[Any], int] | None = None


@dataclass(frozen=True)
class Link:
    """One line of the sidebar. `state`: done, here, next, unneeded or empty; `note`: a few words behind it."""

    label: str
    url: str
    icon: str = ""
    active: bool = False
    state: str = ""
    note: str = ""
    number: int | None = None
    children: tuple[Link, ...] = ()


@dataclass(frozen=True)
class Choice:
    """One line of a menu."""

    label: str
    url: str
    active: bool = False
    note: str = ""


_places: dict[str, Place] = {}


def add_place(place: Place) -> None:
    """Doing it again replaces it (a reload)."""
    _places[place.name] = place


def places_of(group: str) -> list[Place]:
    """The places of a step that have an address without further arguments, in order."""
    return sorted(
        (place for place in _places.values() if place.group == group), key=lambda place: place.order
    )


def counted_places() -> list[Place]:
    """The places that count what wants a person, in order."""
    return sorted((place for place in _places.values() if place.count), key=lambda place: place.order)


def page_url(name: str, query: dict[str, Any] | None = None, **kwargs: Any) -> str | None:
    """The address of a page, or None when this installation has no such page. Empty query values are left out."""
    if not _exists(name):
        return None
    try:
        address = reverse(name, kwargs=kwargs)
    except NoReverseMatch:
        return None
    asked = {key: value for key, value in (query or {}).items() if value not in (None, "")}
    return f"{address}?{urlencode(asked, doseq=True)}" if asked else address


@lru_cache(maxsize=256)
def _exists(name: str) -> bool:
    """Asked once a name: the addresses of a server do not change while it runs."""
    return name in get_resolver().reverse_dict
