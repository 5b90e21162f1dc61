"""Make a webhook of an organisation in an engagement, or end one."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from giao.kernel.audit.record import record_act
from giao.kernel.engagements.models import Engagement
from giao.kernel.notifications.guard import Refused, check_url
from giao.kernel.notifications.models import Webhook
from giao.kernel.notifications.webhooks import new_secret, sealed
from giao.kernel.notifications.words import is_known
from giao.kernel.parties.models import Organisation, User

MOST = 20


def make_webhook(
    engagement: Engagement, organisation: Organisation, url: str, templates: Iterable[str], author: User
) -> tuple[Webhook, str]:
    """(the row, its secret: shown once). Raises Refused with what is wrong about the address."""
    address = url.strip()
    check_url(address)
    if len(address) > 500:
        raise Refused(_("The address is longer than 500 characters."))
    if (
        Webhook.objects.filter(engagement=engagement, organisation=organisation, ended__isnull=True).count()
        >= MOST
    ):
        raise Refused(_("There are %(most)s webhooks already; end one first.") % {"most": MOST})
    chosen = sorted({name for name in templates if is_known(name)})
    secret = new_secret()
    hook = Webhook(
        engagement=engagement,
        organisation=organisation,
        url=address,
        templates=chosen,
        created=timezone.now(),
        created_by=author,
    )
    with transaction.atomic():
        sealed(hook, secret).save()
        record_act(engagement, author, "make_webhook", address.partition("?")[0])
    return hook, secret


def end_webhook(hook: Webhook, author: User) -> None:
    """Nothing is sent to it any more, also not what waits."""
    with transaction.atomic():
        if Webhook.objects.filter(pk=hook.pk, ended__isnull=True).update(ended=timezone.now()):
            record_act(hook.engagement, author, "end_webhook", hook.url.partition("?")[0])
