"""The recurring jobs of an engagement that lives, and of an organisation in which one is to be removed.

Every worker says them again each minute (`keep_schedules`): a new engagement has its schedules a minute later, one in the
archive or on its way out loses them, and a server that was upgraded needs nothing else.
"""

from __future__ import annotations

from uuid import UUID

from giao.kernel.engagements.actions.remove_engagement import remove_due_engagements
from giao.kernel.engagements.models import Engagement
from giao.kernel.engagements.scoping import everywhere
from giao.kernel.jobs import schedules
from giao.kernel.jobs.models import Schedule
from giao.kernel.jobs.task import task
from giao.kernel.ledger.erasing import retain
from giao.kernel.ledger.sealing import seal_if_worth

SEAL, RETENTION, REMOVAL = "house:seal", "house:retention", "house:removal"
SEAL_SECONDS, HOUR = 15 * 60, 3_600


@task(long=True)
def seal_tail(engagement_id: str) -> None:
    """A long tail of live events becomes a segment: reading the log stays quick."""
    engagement = _living(engagement_id)
    if engagement is not None:
        seal_if_worth(engagement)


@task(long=True)
def apply_retention(engagement_id: str) -> None:
    """Personal fields and rejected events go when their time is over."""
    engagement = _living(engagement_id)
    if engagement is not None:
        retain(engagement)


@task(long=True)
def remove_due(organisation_id: str) -> None:
    """Engagements of this client whose grace after "delete" is over go for good."""
    remove_due_engagements(client=UUID(organisation_id))


def keep_schedules() -> None:
    """One row each, however many workers say it; saying it again changes nothing."""
    with everywhere("the worker says what a server does by itself"):
        there = set(Schedule.objects.filter(name__startswith="house:").values_list("owner", "name"))
        living = set(Engagement.objects.filter(archived=None, removal_due=None).values_list("pk", flat=True))
        leaving = set(
            Engagement.objects.filter(removal_due__isnull=False).values_list("client_id", flat=True)
        )
        for key in living:
            if (key, SEAL) not in there:
                schedules.every(SEAL_SECONDS, SEAL, seal_tail, str(key), engagement=key)
            if (key, RETENTION) not in there:
                schedules.every(HOUR, RETENTION, apply_retention, str(key), engagement=key)
        for key in leaving:
            if (key, REMOVAL) not in there:
                schedules.every(HOUR, REMOVAL, remove_due, str(key), organisation=key)
        for owner, name in there:
            if owner not in (leaving if name == REMOVAL else living):
                Schedule.objects.filter(owner=owner, name=name).delete()


def _living(engagement_id: str) -> Engagement | None:
    return Engagement.objects.filter(pk=engagement_id, archived=None, removal_due=None).first()
