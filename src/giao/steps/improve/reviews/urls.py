"""Addresses below /e/<slug>/. A statement as a file: ``?file=pdf`` or ``?file=xlsx`` of its page."""

from django.urls import path

from giao.steps.improve.reviews.statement_page import statement_page
from giao.steps.improve.reviews.statements_page import statements_page

urlpatterns = [
    path("statements", statements_page, name="statements"),
    path("statements/<str:month>", statement_page, name="statement"),
]
