"""Addresses below /e/<slug>/."""

from django.urls import path

from giao.steps.run.handling.handling_page import handling_page
from giao.steps.run.handling.nudges_page import nudges_page

urlpatterns = [
    path("handling", handling_page, name="handling"),
    path("nudges", nudges_page, name="nudges"),
]
