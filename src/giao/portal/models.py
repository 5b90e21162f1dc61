"""Saved views: a name for what a person has chosen on a list."""

from __future__ import annotations

from django.db import models

from giao.kernel.engagements.models import Engagement
from giao.kernel.engagements.scoping import EngagementManager
from giao.kernel.identifiers import new_id
from giao.kernel.parties.models import User


class SavedView(models.Model):
    """`path` is the page, `query` its address behind the question mark (see `giao.ui.saved_views.kept_query`).

    Its author sees it, and with `shared` everybody of the engagement; only its author takes it away.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    engagement = models.ForeignKey(Engagement, on_delete=models.CASCADE, related_name="+", db_index=False)
    author = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+", db_index=False)
    path = models.CharField(max_length=300)
    table = models.CharField(max_length=40)
    name = models.CharField(max_length=80)
    query = models.TextField(blank=True)
    shared = models.BooleanField(default=False)
    created = models.DateTimeField(auto_now_add=True)
    objects = EngagementManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["engagement", "path", "table", "author", "name"], name="saved_view_name"
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} on {self.path}"


class OwnView(models.Model):
    """A view of a list that stands in no engagement (the control tower, the people of an organisation): its author's alone."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    author = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+", db_index=False)
    path = models.CharField(max_length=300)
    table = models.CharField(max_length=40)
    name = models.CharField(max_length=80)
    query = models.TextField(blank=True)
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["author", "path", "table", "name"], name="own_view_name")
        ]

    def __str__(self) -> str:
        return f"{self.name} on {self.path}"
