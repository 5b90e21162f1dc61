"""The app, the places it brings to the sidebar, and its acts in words."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from giao.ui.navigation import Place, add_place


class DutiesConfig(AppConfig):
    name = "giao.steps.agree.duties"
    label = "duties"

    def ready(self) -> None:
        from giao.kernel.audit.words import add_words

        add_place(Place("duties", _("Duties"), "agree", 30, "clipboard-check"))
        add_place(Place("facts", _("Facts"), "agree", 40, "database-import"))
        add_words(
            {
                "record_duty": _("recorded that a duty was done"),
                "give_notice": _("gave notice"),
            }
        )
