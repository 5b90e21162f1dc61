"""Give a person a role in an organisation."""

from __future__ import annotations

from giao.kernel.parties.errors import UnknownRole
from giao.kernel.parties.models import Membership, Organisation, Role, User


def join_organisation(user: User, organisation: Organisation, role: str) -> Membership:
    """Doing it twice changes nothing. Raises UnknownRole."""
    if role not in Role.values:
        raise UnknownRole(role)
    membership, _made = Membership.objects.get_or_create(organisation=organisation, user=user, role=role)
    return membership
