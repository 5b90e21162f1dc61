"""What Prometheus reads. Every process counts into files of the data folder (`metrics/`); one page adds them up.

What can be asked of the database (jobs by state, the age of the oldest) is asked when the page is read.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from django.db.models import Count, Min
from django.utils import timezone
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from giao.kernel.engagements.scoping import everywhere

JOB_SECONDS = (0.01, 0.05, 0.1, 0.5, 1, 5, 15, 60, 300, 1800)
REQUEST_SECONDS = (0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 1, 2, 5, 20)

_jobs = Histogram(
    "giao_job_seconds", "Duration of one attempt of a job", ["task", "state"], buckets=JOB_SECONDS
)
_requests = Histogram(
    "giao_request_seconds", "Server time of a request", ["view", "method", "status"], buckets=REQUEST_SECONDS
)
_deliveries = Counter("giao_deliveries", "Messages handed to another system", ["channel", "outcome"])


def job_ended(task: str, state: str, seconds: float) -> None:
    _jobs.labels(task, state).observe(seconds)


def request_ended(view: str, method: str, status: int, seconds: float) -> None:
    _requests.labels(view, method, str(status)).observe(seconds)


def delivery_ended(channel: str, outcome: str) -> None:
    _deliveries.labels(channel, outcome).inc()


class _Table(Collector):
    """Asks the lease table."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        from giao.kernel.jobs.keeping import workers_alive
        from giao.kernel.jobs.models import Job, JobState

        now = timezone.now()
        states = GaugeMetricFamily("giao_jobs", "Jobs in the table", labels=["state"])
        with everywhere("how many jobs there are"):
            counts = dict(Job.objects.values_list("state").annotate(count=Count("pk")).order_by())
            due = Job.objects.filter(due__lte=now).aggregate(count=Count("pk"), oldest=Min("created"))
        for state in JobState.values:
            states.add_metric([state], counts.get(state, 0))
        yield states
        yield GaugeMetricFamily("giao_jobs_due", "Jobs that could run now", value=due["count"])
        oldest = (now - due["oldest"]) / timedelta(seconds=1) if due["oldest"] else 0.0
        yield GaugeMetricFamily(
            "giao_jobs_due_oldest_seconds",
            "How long the oldest job that could run has been here",
            value=oldest,
        )
        yield GaugeMetricFamily("giao_workers", "Workers seen in the last minute", value=workers_alive())


def text() -> bytes:
    """Everything in the text format of Prometheus."""
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    registry.register(_Table())
    return generate_latest(registry)
