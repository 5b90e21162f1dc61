"""`notify`: the one function by which the rooms tell people something."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django_tasks.utils import normalize_json

from giao.kernel.engagements.models import Engagement
from giao.kernel.engagements.scoping import everywhere, working_in
from giao.kernel.identifiers import new_id
from giao.kernel.notifications.mail import can_mail, mail_notification
from giao.kernel.notifications.models import Delivery, MailChoice, Notification, Webhook
from giao.kernel.notifications.webhooks import deliver
from giao.kernel.notifications.words import is_known
from giao.kernel.parties.models import Membership, User


def notify(
    recipients: Iterable[User],
    template: str,
    values: Mapping[str, Any],
    *,
    key: str,
    engagement: Engagement,
    link: str = "",
) -> int:
    """Tell people of an engagement something, once under `key`; returns how many did not know it yet.

    Part of the caller's transaction: rolled back with it, nobody is told. `template` is a message of `words`, `values` plain
    JSON, `link` a path of this server. E-mails and webhooks follow by jobs, at least once, with a key of their own.
    Who is no party of the engagement is left out: nobody is told what they may not see.
    """
    if not is_known(template):
        raise ValueError(
            f"there is no message {template!r}; add it with `add_messages` in an AppConfig.ready"
        )
    if link and (not link.startswith("/") or link.startswith("//")):
        raise ValueError(f"a link is a path of this server, not {link!r}")
    organisations = _organisations_of({user.pk for user in recipients}, engagement)
    now, plain = timezone.now(), normalize_json(dict(values))
    with transaction.atomic(), working_in(engagement):
        rows = [
            Notification(
                id=new_id(), engagement=engagement, user_id=user, template=template, values=plain, key=key,
                link=link, created=now,
            )
            for user in sorted(organisations)
        ]  # fmt: skip
        Notification.objects.bulk_create(rows, ignore_conflicts=True)
        new = list(Notification.objects.filter(pk__in=[row.pk for row in rows]))
        _mail(new, engagement)
        heard = {organisation for row in new for organisation in organisations[row.user_id]}
        _send(heard, template, plain, key, engagement, link)
    return len(new)


def _organisations_of(users: set[UUID], engagement: Engagement) -> dict[UUID, set[UUID]]:
    """User → their organisations among the engagement's parties; strangers and the switched off are not in it."""
    parties = [engagement.client_id, engagement.vendor_id]
    found: dict[UUID, set[UUID]] = {}
    with everywhere("to which side of the engagement these people belong"):
        rows = Membership.objects.filter(user__in=users, organisation__in=parties, user__is_active=True)
        for user, organisation in rows.values_list("user", "organisation"):
            found.setdefault(user, set()).add(organisation)
    return found


def _mail(new: list[Notification], engagement: Engagement) -> None:
    if not can_mail():
        return
    refused = set(
        MailChoice.objects.filter(user__in=[row.user_id for row in new], wanted=False).values_list(
            "user", flat=True
        )
    )
    for row in new:
        if row.user_id not in refused:
            mail_notification.using(engagement=engagement, once=f"mail:{row.pk}").enqueue(str(row.pk))


def _send(
    organisations: set[UUID],
    template: str,
    values: dict[str, Any],
    key: str,
    engagement: Engagement,
    link: str,
) -> None:
    """To the webhooks of the receivers' organisations: a system hears what its people are told, and no more."""
    hooks = Webhook.objects.filter(engagement=engagement, organisation__in=organisations, ended__isnull=True)
    for hook in hooks:
        if hook.templates and template not in hook.templates:
            continue
        made = Delivery(
            engagement=engagement, webhook=hook, key=key, template=template, created=timezone.now()
        )
        made.body = json.dumps(
            {
                "id": str(made.pk),
                "key": key,
                "type": template,
                "engagement": engagement.slug,
                "at": made.created.isoformat(),
                "values": values,
                "link": link,
            },
            ensure_ascii=False,
            separators=(",", ":"),
        )
        Delivery.objects.bulk_create([made], ignore_conflicts=True)
        if Delivery.objects.filter(pk=made.pk).exists():
            deliver.using(engagement=engagement, key=f"deliver:{made.pk}").enqueue(str(made.pk))
