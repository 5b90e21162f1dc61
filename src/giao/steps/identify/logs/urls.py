"""Addresses below /e/<slug>/."""

from django.urls import path

from giao.steps.identify.logs.upload_page import rejected_rows, upload_page

urlpatterns = [
    path("upload", upload_page, name="upload"),
    path("upload/<uuid:identifier>/rejected.csv", rejected_rows, name="upload_rejected"),
]
