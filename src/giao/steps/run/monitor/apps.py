"""The app, and the places it brings to the sidebar."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from giao.ui.navigation import Place, add_place


class MonitorConfig(AppConfig):
    name = "giao.steps.run.monitor"
    label = "monitor"

    def ready(self) -> None:
        add_place(Place("levels", _("Service levels"), "run", 10, "gauge"))
        add_place(Place("at_risk", _("At risk"), "run", 20, "hourglass"))
        add_place(Place("cases", _("Cases"), "run", 30, "list-details"))
        add_place(Place("reported", _("Reported beside measured"), "run", 40, "git-compare"))
