"""What a request may see: found out once at its start, narrowed by the view, undone at its end.

A signed-in person sees the engagements and organisations that are theirs; a page of one engagement narrows to it
(`standing_for`), a token to what it reaches (`authenticate`). Whoever is nobody sees no scoped row at all: such a query raises.
A streamed answer runs after the end of its request: it takes a scope of its own (`working_in`) or its queries raise.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django_scopes import scope

from giao.kernel.engagements.models import Engagement, ThirdParty
from giao.kernel.engagements.scoping import everywhere, nowhere
from giao.kernel.parties.models import Membership, User


@dataclass
class Sight:
    """The keys that a request may see in all, and the stack of scopes that its end undoes."""

    engagements: list[UUID]
    organisations: list[UUID]
    scopes: ExitStack = field(default_factory=ExitStack)


def sight_of_person(user: User) -> tuple[list[UUID], list[UUID]]:
    """(engagements, organisations) of a person; two queries. Also those of a sub-contractor: what of them, the pages decide."""
    with everywhere("whose request this is"):
        mine = list(Membership.objects.filter(user=user).values_list("organisation", flat=True).distinct())
        if not mine:
            return [], []
        seen = Engagement.objects.filter(Q(client__in=mine) | Q(vendor__in=mine)).values_list("pk", flat=True)
        given = ThirdParty.objects.filter(organisation__in=mine).values_list("engagement", flat=True)
        return list(seen.union(given)), mine


@contextmanager
def seeing(user: User) -> Iterator[None]:
    """What a person may see in all, found out anew."""
    engagements, organisations = sight_of_person(user)
    with scope(engagement=engagements, organisation=organisations):
        yield


def keep_in_scope(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware, right behind the one that finds the user."""

    def answer(request: HttpRequest) -> HttpResponse:
        if not request.user.is_authenticated:
            with ExitStack() as stack:
                stack.enter_context(nowhere())
                request.sight = Sight([], [], stack)  # type: ignore[attr-defined]
                return get_response(request)
        engagements, organisations = sight_of_person(request.user)
        with ExitStack() as stack:
            stack.enter_context(scope(engagement=engagements, organisation=organisations))
            request.sight = Sight(engagements, organisations, stack)  # type: ignore[attr-defined]
            return get_response(request)

    return answer


def narrow(
    request: HttpRequest, engagements: Iterable[UUID], organisations: Iterable[UUID] | None = None
) -> None:
    """From here to the end of the request only these are in sight. Without the middleware (a test) nothing changes."""
    sight: Sight | None = getattr(request, "sight", None)
    if sight is None:
        return
    keys = {"engagement": list(engagements)}
    if organisations is not None:
        keys["organisation"] = list(organisations)
    sight.scopes.enter_context(scope(**keys))


@contextmanager
def all_in_sight(request: HttpRequest) -> Iterator[None]:
    """What the person may see in all, on a page that was narrowed (the menu of engagements)."""
    sight: Sight | None = getattr(request, "sight", None)
    if sight is None:
        yield
        return
    with scope(engagement=sight.engagements, organisation=sight.organisations):
        yield
