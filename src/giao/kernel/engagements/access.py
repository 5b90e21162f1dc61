"""Who may see and do what. An engagement reaches a view only through `engagement_for` or `engagements_for`.

A person sees an engagement when they belong to its client or its vendor; a stranger is answered as if it did not exist.
People of a sub-contractor (side `third`) come in by one door only, `given_engagement_for`, to what is given to them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from giao.kernel.engagements.errors import NotAllowed
from giao.kernel.engagements.models import AgreementVersion, Engagement, LogImport, ThirdParty
from giao.kernel.parties.models import Membership, Role, User

Side = Literal["client", "vendor", "third"]


@dataclass(frozen=True)
class Place:
    """Where a person stands in an engagement: the roles they hold, and on which side (`third`: only what is given)."""

    roles: frozenset[str]
    sides: frozenset[Side]


def engagements_for(user: User) -> QuerySet[Engagement]:
    """Every engagement of the user's organisations, by name; not the archived ones."""
    return _theirs(user).filter(archived__isnull=True)


def archived_engagements_for(user: User) -> QuerySet[Engagement]:
    return _theirs(user).filter(archived__isnull=False)


def _theirs(user: User, *, leaving: bool = False) -> QuerySet[Engagement]:
    mine = Membership.objects.filter(user=user).values("organisation")
    return (
        Engagement.objects.filter(Q(client__in=mine) | Q(vendor__in=mine), removal_due__isnull=not leaving)
        .select_related("client", "vendor", "owner")
        .order_by("name", "slug")
    )


def engagement_for(user: User, slug: str) -> Engagement:
    """The engagement at this address, or Http404 for one that is not the user's: it does not exist for them."""
    return _the_one(_theirs(user).filter(slug=slug))


def leaving_engagements_for(user: User) -> QuerySet[Engagement]:
    return _theirs(user, leaving=True)


def leaving_engagement_for(user: User, slug: str) -> Engagement:
    """One that is asked to be deleted and still inside its grace."""
    return _the_one(_theirs(user, leaving=True).filter(slug=slug))


def _the_one(rows: QuerySet[Engagement]) -> Engagement:
    found = rows.first()
    if found is None:
        raise Http404("no such engagement among yours")
    return found


def given_engagements_for(user: User) -> list[ThirdParty]:
    """Where the user's organisations are sub-contractors, with the groups that are theirs."""
    mine = Membership.objects.filter(user=user).values("organisation")
    return list(
        ThirdParty.objects.filter(organisation__in=mine, engagement__removal_due__isnull=True)
        .select_related("engagement", "organisation")
        .order_by("engagement__name", "pk")
    )


def given_engagement_for(user: User, slug: str) -> list[ThirdParty]:
    """The user's places as a sub-contractor of this engagement; Http404 when there is none."""
    found = [third for third in given_engagements_for(user) if third.engagement.slug == slug]
    if not found:
        raise Http404("no such engagement among yours")
    return found


def place_of(user: User, engagement: Engagement) -> Place:
    """The user's roles and sides in an engagement; empty for a stranger."""
    rows = Membership.objects.filter(
        user=user, organisation__in=[engagement.client_id, engagement.vendor_id]
    ).values_list("organisation", "role")
    roles, sides = set(), set()
    for organisation, role in rows:
        roles.add(role)
        sides.add("client" if organisation == engagement.client_id else "vendor")
    return Place(frozenset(roles), frozenset(sides))  # type: ignore[arg-type]


def version_for(user: User, slug: str, number: int) -> AgreementVersion:
    """One version of the agreement, through its engagement."""
    engagement = engagement_for(user, slug)
    found = AgreementVersion.objects.filter(engagement=engagement, number=number).first()
    if found is None:
        raise Http404("no such version of the agreement")
    return found


def log_import_for(user: User, slug: str, identifier: str) -> LogImport:
    engagement = engagement_for(user, slug)
    found = LogImport.objects.filter(engagement=engagement, id=identifier).first()
    if found is None:
        raise Http404("no such import")
    return found


def _has(place: Place, roles: Iterable[str]) -> bool:
    return not place.roles.isdisjoint(roles)


MANAGERS = (Role.CLIENT_MANAGER, Role.VENDOR_MANAGER)


def may_change_agreement(place: Place) -> bool:
    """Draft, propose, answer, and put in force where one side may alone: managers of either side."""
    return _has(place, MANAGERS)


def may_import_log(place: Place) -> bool:
    return _has(place, (*MANAGERS, Role.ANALYST))


MENDERS = (*MANAGERS, Role.ANALYST)


def may_mend_rejected(place: Place) -> bool:
    """See, replay and dismiss events that were not taken."""
    return _has(place, MENDERS)


def mending_organisations(user: User) -> set[UUID]:
    """The organisations in whose engagements the user may mend rejected events."""
    return set(Membership.objects.filter(user=user, role__in=MENDERS).values_list("organisation", flat=True))


def may_replay(place: Place) -> bool:
    return _has(place, (*MANAGERS, Role.ANALYST))


def may_export(place: Place) -> bool:
    return _has(place, (*MANAGERS, Role.ANALYST, Role.AUDITOR))


def may_close_month(place: Place) -> bool:
    """Closing binds both: only the client's manager does it."""
    return "client" in place.sides and _has(place, (Role.CLIENT_MANAGER,))


def may_unmask(place: Place) -> bool:
    """See personal data for a while, with a reason: who runs the work with these people. Everybody sees it masked at first."""
    return _has(place, (*MANAGERS, Role.TEAM_LEAD))


def may_handle_alarms(place: Place) -> bool:
    """Acknowledge and snooze."""
    return _has(place, (*MANAGERS, Role.TEAM_LEAD, Role.AGENT))


def may_end(place: Place) -> bool:
    """Archive, reopen, delete: the client's manager or administrator."""
    return "client" in place.sides and _has(place, (Role.CLIENT_MANAGER, Role.ADMINISTRATOR))


def may_name_third_parties(place: Place) -> bool:
    """The vendor's manager, whose sub-contractors they are."""
    return "vendor" in place.sides and _has(place, (Role.VENDOR_MANAGER, Role.ADMINISTRATOR))


def may_see_audit(place: Place) -> bool:
    return _has(place, (Role.CLIENT_MANAGER, Role.AUDITOR, Role.ADMINISTRATOR))


def check_may(allowed: bool, act: str) -> None:
    """Raise NotAllowed, in a sentence, unless allowed. `act` is a verb phrase: ``"close a month"``."""
    if not allowed:
        raise NotAllowed(
            _(
                "Your role in this engagement does not allow it to %(act)s. Ask a manager or the administrator."
            )
            % {"act": act}
        )
