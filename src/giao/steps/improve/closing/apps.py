"""The app, the places it brings to the sidebar, and its acts in words."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from giao.ui.navigation import Place, add_place


class ClosingConfig(AppConfig):
    name = "giao.steps.improve.closing"
    label = "closing"

    def ready(self) -> None:
        from giao.kernel.audit.words import add_words

        add_place(Place("disputes", _("Disputes"), "improve", 20, "message-circle"))
        add_place(Place("exclusions", _("Exclusions"), "improve", 30, "ban"))
        add_words(
            {
                "review_month": _("reviewed a month"),
                "close_month": _("closed a month"),
                "receive_invoice": _("took in an invoice of the vendor"),
                "pair_invoice_line": _("paired a line of the vendor's invoice"),
                "raise_dispute": _("raised a dispute"),
                "answer_dispute": _("acted on a dispute"),
                "request_exclusion": _("asked for an exclusion"),
                "decide_exclusion": _("decided on an exclusion"),
            }
        )
