"""Addresses of the portal. Pages of the steps hang under /e/<slug>/ (see `giao.site.urls`)."""

from django.urls import path

from giao.portal import (
    account,
    audit,
    engagement,
    health,
    jobs,
    notifications,
    rejected,
    rejected_event,
    saved_views,
    search,
    signing_in,
    tower,
    webhooks,
)

urlpatterns = [
    path("", tower.control_tower, name="tower"),
    path("e/<slug:slug>/", engagement.engagement_page, name="engagement"),
    path("e/<slug:slug>/retry", engagement.retry_reading, name="retry_reading"),
    path("e/<slug:slug>/audit", audit.audit_page, name="audit"),
    path("e/<slug:slug>/views", saved_views.save_view, name="save_view"),
    path("e/<slug:slug>/views/<uuid:identifier>/remove", saved_views.remove_view, name="remove_view"),
    path("views", saved_views.save_own_view, name="save_own_view"),
    path("views/<uuid:identifier>/remove", saved_views.remove_own_view, name="remove_own_view"),
    path("search", search.search_page, name="search"),
    path("account", account.account_page, name="account"),
    path("language", account.choose_language, name="language"),
    path("sign-in", signing_in.sign_in, name="sign_in"),
    path("sign-out", signing_in.sign_out, name="sign_out"),
    path("healthz", health.health, name="health"),
    path("readyz", health.ready, name="ready"),
    path("metrics", health.metrics_page, name="metrics"),
    path("notifications", notifications.notifications_page, name="notifications"),
    path("e/<slug:slug>/jobs", jobs.jobs_page, name="jobs"),
    path("e/<slug:slug>/rejected", rejected.rejected_page, name="rejected"),
    path(
        "e/<slug:slug>/rejected/<uuid:identifier>", rejected_event.rejected_event_page, name="rejected_event"
    ),
    path("e/<slug:slug>/webhooks", webhooks.webhooks_page, name="webhooks"),
]
