"""Open an engagement with a vendor that works with us already, or with one that is invited with it."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from zoneinfo import available_timezones

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from giao.kernel.engagements.actions.open_engagement import open_engagement
from giao.kernel.engagements.errors import EngagementError
from giao.kernel.engagements.models import Engagement
from giao.kernel.identity.actions.invite_person import invite_person
from giao.kernel.identity.mailing import mail_link
from giao.kernel.identity.models import Invitation
from giao.kernel.parties.actions.create_organisation import create_organisation
from giao.kernel.parties.models import Organisation, Role, User


@dataclass(frozen=True)
class Opened:
    """`invitation` and the `secret` of its link: for a vendor that is new here."""

    engagement: Engagement
    invitation: Invitation | None = None
    secret: str = ""


@sensitive_variables("secret")
def open_with_vendor(
    client: Organisation,
    actor: User,
    *,
    name: str,
    zone: str,
    vendor: Organisation | None = None,
    vendor_name: str = "",
    email: str = "",
) -> Opened:
    """Without `vendor` one called `vendor_name` is made, and `email` invited as its administrator. The caller has checked
    that `vendor` is one whom the actor may choose.

    Raises EngagementError for a name, zone or vendor that cannot be, IdentityError for a bad address.
    """
    clean, vendor_called = name.strip(), vendor_name.strip()
    if not clean or len(clean) > 200:
        raise EngagementError(_("Give the engagement a name of at most 200 letters."))
    if zone not in available_timezones():
        raise EngagementError(_("This zone is not known; choose one of the list, such as Asia/Ho_Chi_Minh."))
    if vendor is None and (not vendor_called or len(vendor_called) > 200):
        raise EngagementError(_("Choose a vendor, or write the name of the one that you invite."))
    invitation, secret = None, ""
    with transaction.atomic():
        if vendor is None:
            vendor = create_organisation(vendor_called)
            invitation, secret = invite_person(vendor, email, Role.ADMINISTRATOR, actor)
        slug = f"{slugify(clean)[:60] or 'engagement'}-{secrets.token_hex(3)}"
        engagement = open_engagement(clean, client, vendor, zone=zone, slug=slug, owner=actor, actor=actor)
    return Opened(engagement, invitation, secret)


def mail_vendor(opened: Opened, link: str) -> bool:
    """Whether a mail server took the invitation; without one the link is handed over by hand."""
    assert opened.invitation is not None
    engagement = opened.engagement
    return mail_link(
        opened.invitation.email,
        _("%(name)s invites you to giao") % {"name": engagement.client.name},
        _(
            "%(client)s has opened “%(engagement)s” with you. Open this link to join as %(vendor)s; it works once and"
            " for seven days:\n\n%(link)s"
        )
        % {
            "client": engagement.client.name,
            "engagement": engagement.name,
            "vendor": engagement.vendor.name,
            "link": link,
        },
    )
