"""Send again what was given up."""

from __future__ import annotations

from django.db import transaction

from giao.kernel.jobs.queue import job_of, retry
from giao.kernel.notifications.models import Delivery, DeliveryState


def retry_delivery(row: Delivery) -> bool:
    """False when it was not given up, or is not any more."""
    with transaction.atomic():
        job = job_of(row.engagement_id, f"deliver:{row.pk}")
        if job is None or not retry(job):
            return False
        Delivery.objects.filter(pk=row.pk, state=DeliveryState.FAILED).update(state=DeliveryState.WAITING)
        return True
