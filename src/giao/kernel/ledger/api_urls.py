"""Addresses below /api/v1/engagements/<slug>/."""

from django.urls import path

from giao.kernel.ledger.api import events

urlpatterns = [path("events", events, name="api_events")]
