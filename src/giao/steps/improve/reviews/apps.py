"""The app, and the places it brings to the sidebar."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from giao.ui.navigation import Place, add_place


class ReviewsConfig(AppConfig):
    name = "giao.steps.improve.reviews"
    label = "reviews"

    def ready(self) -> None:
        add_place(Place("statements", _("Statements"), "improve", 10, "receipt"))
