"""Addresses below /api/v1/engagements/<slug>/."""

from django.urls import path

from giao.steps.identify.logs.api import file, files

urlpatterns = [
    path("files", files, name="api_files"),
    path("files/<uuid:identifier>", file, name="api_file"),
]
