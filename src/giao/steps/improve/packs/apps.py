"""The app, its acts and messages in words."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PacksConfig(AppConfig):
    name = "giao.steps.improve.packs"
    label = "packs"

    def ready(self) -> None:
        from giao.kernel.audit.words import add_words
        from giao.kernel.notifications.words import Message, add_messages

        add_words(
            {
                "save_statement_mail": _("set up the mail of the statement pack"),
                "stop_statement_mail": _("stopped the mail of the statement pack"),
                "name_recipient": _("named a recipient of the statement pack"),
                "name_outside_recipient": _(
                    "named a recipient of the statement pack outside the organisation"
                ),
                "take_recipient_off": _("took a recipient of the statement pack off"),
                "send_test_pack": _("sent the statement pack to themselves"),
                "send_pack_again": _("sent a statement pack again"),
            }
        )
        add_messages(
            {
                "pack_no_data": Message(
                    _("The statement pack of %(month)s was not sent: there is no data"),
                    _(
                        "Nothing was measured or charged in this month, or nothing could be read. Nobody got a mail."
                    ),
                    about=_("A statement pack was not sent"),
                ),
                "pack_not_sent": Message(
                    _("The statement pack of %(month)s did not reach %(address)s"),
                    _("%(why)s"),
                    about=_("A statement pack was not sent"),
                ),
            }
        )
