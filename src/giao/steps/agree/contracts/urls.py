"""Addresses below /e/<slug>/."""

from django.urls import path

from giao.steps.agree.contracts import agreement_page, edit_page, replay_page, writing_help

urlpatterns = [
    path("agreement", agreement_page.agreement_page, name="agreement"),
    path("agreement/schema.json", agreement_page.agreement_schema, name="agreement_schema"),
    path("agreement/edit", edit_page.edit_page, name="agreement_edit"),
    path("agreement/check", writing_help.check_draft, name="agreement_check"),
    path("agreement/fill", writing_help.fill_draft, name="agreement_fill"),
    path("agreement/complete", writing_help.complete_draft, name="agreement_complete"),
    path("agreement/preview", writing_help.preview_draft, name="agreement_preview"),
    path("replay", replay_page.replay_page, name="replay"),
]
