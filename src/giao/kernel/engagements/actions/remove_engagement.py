"""Delete an engagement: asked once with everything that goes restated, out of sight at once, gone for good after a grace.

What stays: in the audit of both organisations its name, who asked, and the hashes of its agreement and ledger.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from giao.kernel.audit.record import record_act, record_organisation_act
from giao.kernel.engagements.errors import EngagementError
from giao.kernel.engagements.models import AgreementVersion, Engagement, FactImport, LogImport
from giao.kernel.engagements.places import data_folder
from giao.kernel.engagements.queries import inputs_of
from giao.kernel.engagements.scoping import EngagementManager, everywhere
from giao.kernel.identity.models import ServiceToken
from giao.kernel.parties.models import User

GRACE = timedelta(days=30)


@dataclass(frozen=True)
class Goes:
    """What a deletion takes along. `rows`: all rows of all tables; `bytes`: of its folder."""

    versions: int
    logs: int
    facts: int
    tokens: int
    rows: int
    bytes: int


def what_goes(engagement: Engagement) -> Goes:
    folder = data_folder() / "engagements" / str(engagement.pk)
    return Goes(
        versions=AgreementVersion.objects.filter(engagement=engagement).count(),
        logs=LogImport.objects.filter(engagement=engagement).count(),
        facts=FactImport.objects.filter(engagement=engagement).count(),
        tokens=ServiceToken.objects.filter(engagement=engagement, revoked__isnull=True).count(),
        rows=sum(model._default_manager.filter(engagement=engagement).count() for model in _owned()),
        bytes=sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()),
    )


def _owned() -> list[Any]:
    return [model for model in apps.get_models() if isinstance(model._default_manager, EngagementManager)]


def ask_removal(engagement: Engagement, confirmed_name: str, actor: User) -> datetime:
    """Out of sight from now on; the instant at which it goes for good. Raises EngagementError when the name does not fit."""
    if confirmed_name.strip() != engagement.name:
        raise EngagementError(
            _("Write the engagement's name exactly as it stands above; nothing was deleted.")
        )
    due = timezone.now() + GRACE
    with transaction.atomic():
        done = Engagement.objects.filter(pk=engagement.pk, removal_due__isnull=True).update(removal_due=due)
        if done:
            record_act(engagement, actor, "ask_removal", engagement.name, due=due.isoformat())
            _tell_both(engagement, actor, "ask_removal", due=due.isoformat())
    return due


def keep_engagement(engagement: Engagement, actor: User) -> None:
    """Take the deletion back inside the grace."""
    with transaction.atomic():
        done = Engagement.objects.filter(pk=engagement.pk, removal_due__isnull=False).update(removal_due=None)
        if done:
            record_act(engagement, actor, "keep_engagement", engagement.name)
            _tell_both(engagement, actor, "keep_engagement")


def remove_due_engagements(now: datetime | None = None, client: UUID | None = None) -> int:
    """A recurring job: remove for good whatever (of this client) is over its grace; returns how many went.

    Files go first: a run that dies in between finds the row again and ends the work.
    """
    with everywhere("removing engagements whose grace is over"):
        over = Engagement.objects.filter(removal_due__lte=now or timezone.now())
        due = list(over if client is None else over.filter(client=client))
        for engagement in due:
            _remove(engagement)
    return len(due)


def _remove(engagement: Engagement) -> None:
    inputs = inputs_of([engagement])[engagement.pk]
    for room in ("engagements", "files"):
        shutil.rmtree(data_folder() / room / str(engagement.pk), ignore_errors=True)
    with transaction.atomic():
        _tell_both(
            engagement,
            None,
            "remove_engagement",
            agreement=inputs.agreement_hash,
            ledger=inputs.ledger_hash,
            slug=engagement.slug,
        )
        for model in _owned():
            model._default_manager.filter(engagement=engagement).delete()
        engagement.delete()


def _tell_both(engagement: Engagement, actor: User | None, what: str, **data: Any) -> None:
    with everywhere("a deletion is told to both organisations"):
        for organisation in (engagement.client_id, engagement.vendor_id):
            record_organisation_act(organisation, actor, what, str(engagement), **data)
