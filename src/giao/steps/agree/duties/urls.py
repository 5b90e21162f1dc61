"""Addresses below /e/<slug>/."""

from django.urls import path

from giao.steps.agree.duties.duties_page import duties_page, evidence_file
from giao.steps.agree.duties.facts_page import facts_page

urlpatterns = [
    path("duties", duties_page, name="duties"),
    path("duties/evidence", evidence_file, name="duty_evidence"),
    path("facts", facts_page, name="facts"),
]
