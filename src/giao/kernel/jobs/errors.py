"""What can go wrong with a job."""

from __future__ import annotations


class JobError(Exception):
    """A sentence: what was asked for cannot be enqueued, or not run here."""


class Stopped(Exception):
    """Somebody cancelled the job, its worker is stopping, or another worker has it now: leave quietly."""
