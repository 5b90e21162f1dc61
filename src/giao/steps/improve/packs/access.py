"""Who may do what with statement packs. A pack is a file: for those who may export. Its mail is the organisation's own."""

from __future__ import annotations

from django.http import Http404

from giao.kernel.engagements.access import MANAGERS, Place, may_export
from giao.kernel.engagements.standing import Standing
from giao.kernel.parties.models import Organisation, Role
from giao.steps.improve.packs.models import StatementMail

__all__ = ["mail_of", "may_export", "may_keep_mail", "may_see_mail", "organisation_of", "own_organisations"]


def may_see_mail(place: Place) -> bool:
    return may_export(place) or may_keep_mail(place)


def may_keep_mail(place: Place) -> bool:
    """Set it up, and name people outside: managers and administrators."""
    return not place.roles.isdisjoint((*MANAGERS, Role.ADMINISTRATOR))


def own_organisations(standing: Standing) -> list[Organisation]:
    """The parties for which a person stands here, the client first."""
    engagement = standing.engagement
    sides = (("client", engagement.client), ("vendor", engagement.vendor))
    return [party for side, party in sides if side in standing.place.sides]


def organisation_of(standing: Standing, asked: str) -> Organisation:
    """The one asked for among the person's own, the first without; Http404 for another's."""
    own = own_organisations(standing)
    found = next((item for item in own if str(item.pk) == asked), None) if asked else next(iter(own), None)
    if found is None:
        raise Http404("no such organisation among yours")
    return found


def mail_of(standing: Standing, organisation: Organisation) -> StatementMail | None:
    rows = StatementMail.objects.filter(engagement=standing.engagement, organisation=organisation)
    return rows.select_related("organisation", "by").first()
