"""The app, the place it brings to the sidebar, its acts in words, and its part of the page of a case."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from giao.ui.navigation import Place, add_place


class ChainConfig(AppConfig):
    name = "giao.steps.run.chain"
    label = "chain"

    def ready(self) -> None:
        from giao.kernel.audit.words import add_words
        from giao.steps.run.chain.case_section import case_section
        from giao.steps.run.monitor.case_sections import add_case_section

        add_place(Place("chain", _("Chain of parties"), "run", 35, "link"))
        add_case_section(case_section)
        add_words(
            {
                "add_supporting_agreement": _("put in a supporting agreement"),
                "replace_supporting_agreement": _("put in the next version of a supporting agreement"),
                "withdraw_supporting_agreement": _("withdrew a supporting agreement"),
                "share_supporting_agreement": _("shared a supporting agreement with the other side"),
                "unshare_supporting_agreement": _("stopped sharing a supporting agreement"),
            }
        )
