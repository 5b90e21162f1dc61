"""Addresses below /e/<slug>/."""

from django.urls import path

from giao.steps.agree.proposals.list_page import proposals_page
from giao.steps.agree.proposals.new_page import new_page
from giao.steps.agree.proposals.proposal_page import proposal_page

urlpatterns = [
    path("proposals", proposals_page, name="proposals"),
    path("proposals/new", new_page, name="proposal_new"),
    path("proposals/<uuid:identifier>", proposal_page, name="proposal"),
]
