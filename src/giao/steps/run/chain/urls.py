"""Addresses below /e/<slug>/."""

from django.urls import path

from giao.steps.run.chain.agreements_page import agreement_page, agreements_page
from giao.steps.run.chain.cases_page import chain_cases_page
from giao.steps.run.chain.chain_page import chain_page

urlpatterns = [
    path("chain", chain_page, name="chain"),
    path("chain/cases", chain_cases_page, name="chain_cases"),
    path("chain/agreements", agreements_page, name="chain_agreements"),
    path("chain/agreements/<uuid:identifier>", agreement_page, name="chain_agreement"),
]
