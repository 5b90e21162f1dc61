"""Addresses below /e/<slug>/."""

from django.urls import path

from giao.steps.agree.contracts import agreement_page, edit_page, replay_page

urlpatterns = [
    path("agreement", agreement_page.agreement_page, name="agreement"),
    path("agreement/schema.json", agreement_page.agreement_schema, name="agreement_schema"),
    path("agreement/edit", edit_page.edit_page, name="agreement_edit"),
    path("agreement/check", edit_page.check_draft, name="agreement_check"),
    path("replay", replay_page.replay_page, name="replay"),
]
