"""Addresses below /e/<slug>/."""

from django.urls import path

from giao.steps.improve.packs.followed_page import followed_page
from giao.steps.improve.packs.mail_page import mail_page
from giao.steps.improve.packs.pack_page import pack_page

urlpatterns = [
    path("over-the-months", followed_page, name="followed"),
    path("statement-mail", mail_page, name="statement_mail"),
    path("statements/<str:month>/pack", pack_page, name="statement_pack"),
]
