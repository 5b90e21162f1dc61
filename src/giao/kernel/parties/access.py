"""Who may manage an organisation: its people, tokens and engagements."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404

from giao.kernel.parties.models import Membership, Organisation, Role, User

MANAGERS = frozenset({Role.CLIENT_MANAGER, Role.VENDOR_MANAGER})


def organisations_of(user: User) -> list[Organisation]:
    """The person's organisations by name."""
    mine = Membership.objects.filter(user=user).values("organisation")
    return list(Organisation.objects.filter(pk__in=mine).order_by("name", "pk"))


def organisation_for(user: User, identifier: UUID) -> Organisation:
    """Raises Http404 for one that is not the person's: it does not exist for them."""
    for found in organisations_of(user):
        if found.pk == identifier:
            return found
    raise Http404("no such organisation among yours")


def roles_in(user: User, organisation: Organisation) -> frozenset[str]:
    rows = Membership.objects.filter(user=user, organisation=organisation)
    return frozenset(rows.values_list("role", flat=True))


def roles_to_give(roles: frozenset[str]) -> list[Role]:
    """The roles that a holder of `roles` may give and take: an administrator all, a manager all but administrator."""
    if Role.ADMINISTRATOR in roles:
        return list(Role)
    if roles & MANAGERS:
        return [role for role in Role if role != Role.ADMINISTRATOR]
    return []


def may_see_people(roles: frozenset[str]) -> bool:
    return bool(roles & (MANAGERS | {Role.ADMINISTRATOR, Role.AUDITOR}))


def may_manage_tokens(roles: frozenset[str]) -> bool:
    return bool(roles & (MANAGERS | {Role.ADMINISTRATOR}))


def may_reset_passwords(roles: frozenset[str]) -> bool:
    return Role.ADMINISTRATOR in roles


def may_read_organisation_audit(roles: frozenset[str]) -> bool:
    return bool(roles & {Role.ADMINISTRATOR, Role.AUDITOR})


def may_open_engagement(roles: frozenset[str]) -> bool:
    return bool(roles & {Role.CLIENT_MANAGER, Role.ADMINISTRATOR})
