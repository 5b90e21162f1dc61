"""Who may do what here. The engagement itself is found by `standing_for`: a stranger never gets here."""

from __future__ import annotations

from giao.kernel.engagements.access import Place, may_import_log
from giao.kernel.parties.models import Role

__all__ = ["may_import_log", "may_open_engagement"]


def may_open_engagement(place: Place) -> bool:
    """A new engagement is opened by the client's manager, for their own organisation."""
    return "client" in place.sides and Role.CLIENT_MANAGER in place.roles
