"""Addresses below /e/<slug>/."""

from django.urls import path

from giao.steps.improve.closing.dispute_pages import (
    dispute_evidence,
    dispute_new,
    dispute_page,
    disputes_page,
)
from giao.steps.improve.closing.exclusions_page import exclusion_evidence, exclusions_page
from giao.steps.improve.closing.month_page import invoice_file, month_page

urlpatterns = [
    path("statements/<str:month>/close", month_page, name="month_close"),
    path("invoices/<uuid:identifier>", invoice_file, name="vendor_invoice"),
    path("disputes", disputes_page, name="disputes"),
    path("disputes/new", dispute_new, name="dispute_new"),
    path("disputes/<uuid:identifier>", dispute_page, name="dispute"),
    path("disputes/<uuid:identifier>/<uuid:entry>", dispute_evidence, name="dispute_evidence"),
    path("exclusions", exclusions_page, name="exclusions"),
    path("exclusions/<uuid:identifier>", exclusion_evidence, name="exclusion_evidence"),
]
