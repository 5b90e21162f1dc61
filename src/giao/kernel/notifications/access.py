"""Who may do what here; the engagement itself is found by `standing_for`."""

from __future__ import annotations

from giao.kernel.engagements.access import Place
from giao.kernel.parties.models import Role

KEEPERS = frozenset({Role.CLIENT_MANAGER, Role.VENDOR_MANAGER, Role.ADMINISTRATOR})


def may_keep_webhooks(place: Place) -> bool:
    """Managers and administrators, for their own organisation."""
    return not place.roles.isdisjoint(KEEPERS)


def may_see_jobs(place: Place) -> bool:
    """See what computes, and ask for it again."""
    return not place.roles.isdisjoint(KEEPERS)
