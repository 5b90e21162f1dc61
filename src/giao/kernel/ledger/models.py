"""Ledger, its entries in one order, the chained batches; what was rejected; what is sealed already.

Instants are UTC microseconds in integers: exact, and the same on both databases.
"""

from __future__ import annotations

from django.db import models

from giao.kernel.engagements.models import Engagement, LogImport
from giao.kernel.engagements.scoping import EngagementManager
from giao.kernel.identifiers import new_id

BEGINNING = "0" * 64
"""The hash before the first batch."""


class Ledger(models.Model):
    """One row an engagement: how far its order goes.

    `position`: the last given; `head`: hash of the last batch. `recorded_us`: of the last entry; none later is earlier.
    `cases`: how many ordered entries are events of cases. Whoever gives positions holds a lock of this row meanwhile: one
    at a time, and a process that dies gives it back at once (a lease with a time limit would hold the order up).
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    engagement = models.OneToOneField(Engagement, on_delete=models.CASCADE, related_name="ledger")
    position = models.BigIntegerField(default=0)
    head = models.CharField(max_length=64, default=BEGINNING)
    recorded_us = models.BigIntegerField(default=0)
    cases = models.BigIntegerField(default=0)
    objects = EngagementManager()

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(position__gte=0), name="ledger_position")]

    def __str__(self) -> str:
        return f"{self.engagement_id} at {self.position}"


class Entry(models.Model):
    """One event, fact or decision: inbox (`position` null) and record in one.

    `reserved`: its type begins with ``giao.``, as those of facts and decisions do. `subject`: the case, null for facts and decisions. `content`: canonical JSON (`content.py`), personal fields as
    ciphertext. `digest`: SHA-256 of all that the sender said. `recorded_us`: the server's clock, never the sender's.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    engagement = models.ForeignKey(Engagement, on_delete=models.CASCADE, related_name="+", db_index=False)
    position = models.BigIntegerField(null=True)
    source = models.CharField(max_length=300)
    event_id = models.CharField(max_length=300)
    type = models.CharField(max_length=500)
    reserved = models.BooleanField(default=False)
    subject = models.CharField(max_length=500, null=True)
    occurred_us = models.BigIntegerField()
    recorded_us = models.BigIntegerField()
    recorded_by = models.CharField(max_length=120)
    content = models.BinaryField()
    digest = models.BinaryField(max_length=32)
    objects = EngagementManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["engagement", "source", "event_id"], name="entry_source_event"),
            models.UniqueConstraint(
                fields=["engagement", "position"],
                condition=models.Q(position__isnull=False),  # else the look for a name may take this index
                name="entry_position",
            ),
        ]
        indexes = [
            models.Index(
                fields=["engagement", "recorded_us", "id"],
                condition=models.Q(position__isnull=True),
                name="entry_unsequenced",
            ),
            models.Index(
                fields=["engagement", "subject", "position"],
                condition=models.Q(subject__isnull=False),
                name="entry_case",
            ),
            models.Index(
                fields=["engagement", "position"],
                condition=models.Q(reserved=True),
                name="entry_reserved",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.position} {self.type} {self.subject or ''}"


class Batch(models.Model):
    """Entries ordered together: positions `first` to `last`, both included; `hash` covers them and `previous`."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    engagement = models.ForeignKey(Engagement, on_delete=models.CASCADE, related_name="+", db_index=False)
    first = models.BigIntegerField()
    last = models.BigIntegerField()
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)
    objects = EngagementManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["engagement", "first"], name="batch_first"),
            models.CheckConstraint(condition=models.Q(last__gte=models.F("first")), name="batch_forward"),
        ]

    def __str__(self) -> str:
        return f"{self.first}-{self.last} {self.hash[:12]}"


class Rejected(models.Model):
    """An event that is not in the ledger: why, and what it said (encrypted as a whole where a key is kept).

    `reason` is a name, `values` what its sentence says. The same event rejected again for the same reason counts up.
    `settled_us`: it was taken in after mending, or dismissed for good; `settled_as` says which, `settled_why` the words of
    who dismissed it, `settled_by` who it was (as in `Entry.recorded_by`). `tried_us`: of the last replay.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    engagement = models.ForeignKey(Engagement, on_delete=models.CASCADE, related_name="+", db_index=False)
    source = models.CharField(max_length=300)
    event_id = models.CharField(max_length=300)
    subject = models.CharField(max_length=500, blank=True, default="")
    reason = models.CharField(max_length=60)
    values = models.JSONField(default=dict)
    content = models.BinaryField()
    digest = models.BinaryField(max_length=32)
    replayable = models.BooleanField(default=True)
    times = models.PositiveIntegerField(default=1)
    first_us = models.BigIntegerField()
    last_us = models.BigIntegerField()
    recorded_by = models.CharField(max_length=120)
    settled_us = models.BigIntegerField(null=True)
    settled_as = models.CharField(max_length=12, blank=True, default="")
    settled_why = models.CharField(max_length=500, blank=True, default="")
    settled_by = models.CharField(max_length=120, blank=True, default="")
    tried_us = models.BigIntegerField(null=True)
    objects = EngagementManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["engagement", "digest", "reason"], name="rejected_once"),
        ]
        indexes = [
            models.Index(
                fields=["engagement", "-last_us"],
                condition=models.Q(settled_us__isnull=True),
                name="rejected_open",
            )
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.event_id}: {self.reason}"


class Segment(models.Model):
    """Live events up to `through_position`, sealed over the imported log that stood then. Derived: it can be made again.

    It holds while `base` is the engagement's imported log (null: there was none). `folder` is relative to the data folder.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    engagement = models.ForeignKey(Engagement, on_delete=models.CASCADE, related_name="+", db_index=False)
    base = models.ForeignKey(LogImport, on_delete=models.CASCADE, null=True, related_name="+", db_index=False)
    through_position = models.BigIntegerField()
    folder = models.CharField(max_length=500)
    hash = models.CharField(max_length=64)
    events = models.BigIntegerField()
    created = models.DateTimeField(auto_now_add=True)
    objects = EngagementManager()

    class Meta:
        indexes = [models.Index(fields=["engagement", "-through_position"], name="segment_newest")]

    def __str__(self) -> str:
        return f"through {self.through_position} {self.hash[:8]}"


class Retention(models.Model):
    """How long an engagement keeps what it need not keep for good; null: for good. Days since the last event.

    `personal_days`: then the keys of a case's personal fields are destroyed. `rejected_days`: rejected events go.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    engagement = models.OneToOneField(Engagement, on_delete=models.CASCADE, related_name="retention")
    personal_days = models.PositiveIntegerField(null=True, blank=True)
    rejected_days = models.PositiveIntegerField(null=True, blank=True, default=90)
    objects = EngagementManager()

    def __str__(self) -> str:
        return f"personal {self.personal_days}, rejected {self.rejected_days} days"
