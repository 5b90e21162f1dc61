"""AlarmRule with its steps of escalation; Alarm with its subjects and history; MaintenanceWindow; AlarmWatch.

Rules and alarms belong to one organisation of the engagement: the other side's are in nobody else's sight.
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from giao.kernel.engagements.models import Engagement
from giao.kernel.engagements.scoping import EngagementManager, OrganisationManager
from giao.kernel.identifiers import new_id
from giao.kernel.parties.models import Organisation, Role, User


class Kind(models.TextChoices):
    CASE = "case", _("Open clock of a case")
    KPI = "kpi", _("Service level")
    CREDITS = "credits", _("Credits of the month")
    SILENCE = "silence", _("Silence")
    VOLUME = "volume", _("Volume of arrivals")
    QUALITY = "quality", _("Quality of the data")


class Severity(models.TextChoices):
    CRITICAL = "critical", pgettext_lazy("severity", "Critical")
    WARNING = "warning", pgettext_lazy("severity", "Warning")
    INFO = "info", _("For information")


class AlarmState(models.TextChoices):
    OPEN = "open", pgettext_lazy("alarm", "Open")
    ACKNOWLEDGED = "acknowledged", _("Acknowledged")
    SNOOZED = "snoozed", _("Snoozed")
    SETTLED = "settled", pgettext_lazy("alarm", "Settled")


class AlarmRule(models.Model):
    """`names`: by language (one that a person wrote is the same in all). `preset`: of which of the first rules it is, else empty.

    `owner`, or everybody with `owner_role` in the organisation, is told. `judged`: how many subjects fire, are clear, or have
    no data (`silent`), and the `fault` of a condition that no longer fits the agreement. `revision` counts every change.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    engagement = models.ForeignKey(Engagement, on_delete=models.CASCADE, related_name="+", db_index=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+", db_index=False)
    preset = models.CharField(max_length=40, blank=True, default="")
    names = models.JSONField(default=dict)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    condition = models.TextField()
    severity = models.CharField(max_length=10, choices=Severity.choices, default=Severity.WARNING)
    owner = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False)
    owner_role = models.CharField(max_length=20, choices=Role.choices)
    active = models.BooleanField(default=True)
    judged = models.JSONField(default=dict, blank=True)
    revision = models.PositiveIntegerField(default=1)
    created = models.DateTimeField()
    updated = models.DateTimeField()
    updated_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    objects = OrganisationManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "engagement", "preset"],
                condition=~models.Q(preset=""),
                name="alarm_rule_preset_once",
            ),
            models.CheckConstraint(condition=models.Q(kind__in=Kind.values), name="alarm_rule_kind_known"),
            models.CheckConstraint(
                condition=models.Q(severity__in=Severity.values), name="alarm_rule_severity_known"
            ),
        ]
        indexes = [models.Index(fields=["organisation", "engagement"], name="alarm_rule_of")]

    def __str__(self) -> str:
        return f"{self.kind}: {self.condition}"


class AlarmStep(models.Model):
    """Who is told when an alarm was not acknowledged for so much business time: a person, or everybody with a role."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+", db_index=False)
    rule = models.ForeignKey(AlarmRule, on_delete=models.CASCADE, related_name="steps", db_index=False)
    position = models.PositiveSmallIntegerField()
    after_minutes = models.PositiveIntegerField()
    role = models.CharField(max_length=20, choices=Role.choices, blank=True, default="")
    user = models.ForeignKey(User, on_delete=models.CASCADE, null=True, related_name="+", db_index=False)
    objects = OrganisationManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "rule", "position"], name="alarm_step_one")
        ]
        ordering = ["position"]

    def __str__(self) -> str:
        return f"after {self.after_minutes} min"


class Alarm(models.Model):
    """All that a rule fires for since `opened`, as one alarm; at most one of a rule is not settled.

    `subjects_ever` and `firing` count its subjects, `known` those that stood when it was acknowledged. `rung`: when its owner
    was last told, `ring` how often; `escalated`: steps done since. `revision`: of people's acts; whoever acts says which one
    they saw.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    engagement = models.ForeignKey(Engagement, on_delete=models.CASCADE, related_name="+", db_index=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+", db_index=False)
    rule = models.ForeignKey(AlarmRule, on_delete=models.CASCADE, related_name="alarms", db_index=False)
    severity = models.CharField(max_length=10, choices=Severity.choices)
    condition = models.TextField()
    state = models.CharField(max_length=12, choices=AlarmState.choices, default=AlarmState.OPEN)
    owner = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False)
    opened = models.DateTimeField()
    rung = models.DateTimeField()
    ring = models.PositiveIntegerField(default=1)
    escalated = models.PositiveSmallIntegerField(default=0)
    snoozed_until = models.DateTimeField(null=True)
    settled = models.DateTimeField(null=True)
    subjects_ever = models.PositiveIntegerField(default=0)
    firing = models.PositiveIntegerField(default=0)
    known = models.PositiveIntegerField(default=0)
    revision = models.PositiveIntegerField(default=1)
    objects = OrganisationManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["rule"], condition=models.Q(settled__isnull=True), name="alarm_one_a_rule"
            ),
            models.CheckConstraint(
                condition=models.Q(state=AlarmState.SETTLED, settled__isnull=False)
                | (~models.Q(state=AlarmState.SETTLED) & models.Q(settled__isnull=True)),
                name="alarm_settled_when",
            ),
            models.CheckConstraint(
                condition=models.Q(state=AlarmState.SNOOZED, snoozed_until__isnull=False)
                | (~models.Q(state=AlarmState.SNOOZED) & models.Q(snoozed_until__isnull=True)),
                name="alarm_snoozed_until",
            ),
        ]
        indexes = [models.Index(fields=["organisation", "engagement", "state", "-opened"], name="alarm_of")]

    def __str__(self) -> str:
        return f"{self.state} {self.opened:%Y-%m-%d %H:%M}"

    @property
    def is_over(self) -> bool:
        return self.state == AlarmState.SETTLED


class AlarmSubject(models.Model):
    """What the rule fires for: `key` names it, `about` says it (case and clock, service level and window …).

    `seen`: the numbers that the condition saw when it began to hold. At most one of a rule and key is not cleared.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+", db_index=False)
    rule = models.ForeignKey(AlarmRule, on_delete=models.CASCADE, related_name="+", db_index=False)
    alarm = models.ForeignKey(Alarm, on_delete=models.CASCADE, related_name="subjects", db_index=False)
    key = models.CharField(max_length=900)
    about = models.JSONField(default=dict)
    seen = models.JSONField(default=dict)
    since = models.DateTimeField()
    cleared = models.DateTimeField(null=True)
    objects = OrganisationManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["rule", "key"], condition=models.Q(cleared__isnull=True), name="alarm_subject_one"
            )
        ]
        indexes = [models.Index(fields=["alarm", "since"], name="alarm_subject_of")]

    def __str__(self) -> str:
        return self.key


class AlarmAct(models.TextChoices):
    OPENED = "opened", _("opened")
    RANG = "rang", _("told")
    GREW = "grew", _("rang again: as many new ones as were known")
    ESCALATED = "escalated", _("escalated")
    ACKNOWLEDGED = "acknowledged", _("acknowledged it")
    SNOOZED = "snoozed", _("snoozed it")
    WOKE = "woke", _("rang again: the snooze is over")
    TOOK = "took", _("took it")
    GAVE = "gave", _("gave it to somebody")
    SETTLED = "settled", _("settled it")
    CLEARED = "cleared", _("settled by itself: nothing fires any more")


class AlarmEntry(models.Model):
    """One line of an alarm's history: by a person, or by itself (`by` null). `values`: counts, who was told, until when."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+", db_index=False)
    alarm = models.ForeignKey(Alarm, on_delete=models.CASCADE, related_name="entries", db_index=False)
    act = models.CharField(max_length=12, choices=AlarmAct.choices)
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    at = models.DateTimeField()
    text = models.TextField(blank=True, default="")
    values = models.JSONField(default=dict)
    objects = OrganisationManager()

    class Meta:
        indexes = [models.Index(fields=["alarm", "at"], name="alarm_entry_at")]

    def __str__(self) -> str:
        return f"{self.act} {self.at:%Y-%m-%d %H:%M}"


class MaintenanceWindow(models.Model):
    """While it is open no alarm opens, rings or escalates: what still fires at its end rings then. `rule` null: all rules."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    engagement = models.ForeignKey(Engagement, on_delete=models.CASCADE, related_name="+", db_index=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+", db_index=False)
    rule = models.ForeignKey(AlarmRule, on_delete=models.CASCADE, null=True, related_name="+", db_index=False)
    begins = models.DateTimeField()
    ends = models.DateTimeField()
    reason = models.CharField(max_length=500)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()
    objects = OrganisationManager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends__gt=models.F("begins")), name="maintenance_forward"
            )
        ]
        indexes = [models.Index(fields=["organisation", "engagement", "-ends"], name="maintenance_of")]

    def __str__(self) -> str:
        return f"{self.begins:%Y-%m-%d %H:%M} – {self.ends:%Y-%m-%d %H:%M}"


class AlarmWatch(models.Model):
    """One row an engagement: whoever watches holds its lock. `changes` counts what pages of alarms would show differently."""

    engagement = models.OneToOneField(
        Engagement, on_delete=models.CASCADE, primary_key=True, related_name="+", db_index=False
    )
    changes = models.PositiveBigIntegerField(default=0)
    watched = models.DateTimeField(null=True)
    objects = EngagementManager()

    def __str__(self) -> str:
        return f"{self.engagement_id} {self.changes}"
