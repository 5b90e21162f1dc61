"""Addresses below /e/<slug>/."""

from django.urls import path

from giao.steps.identify.logs.export_page import export_content, export_page
from giao.steps.identify.logs.upload_page import rejected_rows, upload_page

urlpatterns = [
    path("upload", upload_page, name="upload"),
    path("export", export_page, name="export_log"),
    path("export/<uuid:identifier>", export_content, name="export_content"),
    path("upload/<uuid:identifier>/rejected.csv", rejected_rows, name="upload_rejected"),
]
